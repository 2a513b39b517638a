"use client";
import { App } from "../../../app/react/App.jsx";

export default function Page() {
  return <App />;
}
