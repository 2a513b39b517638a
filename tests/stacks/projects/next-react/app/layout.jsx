import { GuardProvider } from "pagemend/react";
import { bootElements } from "pagemend/tag";
import { config } from "../pagemend.config.mjs";

export const metadata = { title: "Lending" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        {bootElements(config).map(({ attributes, text }, key) => (
          <script key={key} {...attributes} dangerouslySetInnerHTML={{ __html: text }} />
        ))}
        <link rel="icon" href="data:," />
      </head>
      <body>
        <div id="app">
          <GuardProvider>{children}</GuardProvider>
        </div>
      </body>
    </html>
  );
}
