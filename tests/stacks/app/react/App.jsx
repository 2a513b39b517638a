// The page of a lender in React: a lazy view behind a button, and a button after which the page cannot be drawn, however often it is loaded.
import { Suspense, useEffect, useState } from "react";
import { GuardProvider, lazy } from "pagemend/react";

const Plan = lazy(() => import("./Plan.jsx"));

export function App() {
  const [asked, ask] = useState(false);
  const [broken, breakIt] = useState(false);
  useEffect(() => {
    document.documentElement.dataset.ready = "yes";
    breakIt(sessionStorage.getItem("broken") !== null);
  }, []);
  if (broken) throw new Error("the credit line cannot be drawn");
  return (
    <GuardProvider>
      <main>
        <h1>Your credit line</h1>
        <p>You may borrow up to 50,000 yuan for at most twelve months (release {process.env.BUILD}).</p>
        <button id="plan" type="button" onClick={() => ask(true)}>Repayment plan</button>
        <button id="break" type="button" onClick={() => { sessionStorage.setItem("broken", "yes"); breakIt(true); }}>Break</button>
        {asked && <Suspense fallback="Coming"><Plan /></Suspense>}
      </main>
    </GuardProvider>
  );
}
