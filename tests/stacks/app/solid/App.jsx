// The page of a lender in Solid: a lazy view behind a button, and a button after which the page cannot be drawn, however often it is loaded.
import { createSignal, ErrorBoundary, lazy, onMount, Show, Suspense } from "solid-js";
import { start } from "pagemend/client";

const guard = start();
const Plan = lazy(() => guard.import(() => import("./Plan.jsx")));

export function App() {
  const [asked, ask] = createSignal(false);
  const [broken, breakIt] = createSignal(false);
  onMount(() => {
    document.documentElement.dataset.ready = "yes";
    breakIt(sessionStorage.getItem("broken") !== null);
  });
  const amount = () => {
    if (broken()) throw new Error("the credit line cannot be drawn");
    return "50,000 yuan";
  };
  const reported = (error) => {
    guard.report(error);
    return null;
  };
  return (
    <ErrorBoundary fallback={reported}>
      <main>
        <h1>Your credit line</h1>
        <p>You may borrow up to {amount()} for at most twelve months (release {process.env.BUILD}).</p>
        <button id="plan" type="button" onClick={() => ask(true)}>Repayment plan</button>
        <button id="break" type="button" onClick={() => { sessionStorage.setItem("broken", "yes"); breakIt(true); }}>Break</button>
        <Show when={asked()}><Suspense fallback="Coming"><Plan /></Suspense></Show>
      </main>
    </ErrorBoundary>
  );
}
