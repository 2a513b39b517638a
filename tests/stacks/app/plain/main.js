// The page of a lender without a framework: a lazy view behind a button, and a button after which the page cannot be drawn, however often it is loaded.
import { start } from "pagemend/client";

const guard = start();
const app = document.querySelector("#app");

function draw() {
  app.replaceChildren();
  if (sessionStorage.getItem("broken") !== null) throw new Error("the credit line cannot be drawn");
  app.innerHTML = `<main>
    <h1>Your credit line</h1>
    <p>You may borrow up to 50,000 yuan for at most twelve months (release ${process.env.BUILD}).</p>
    <button id="plan" type="button">Repayment plan</button>
    <button id="break" type="button">Break</button>
  </main>`;
  app.querySelector("#plan").onclick = async () => (await guard.import(() => import("./plan.js"))).show(app.firstElementChild);
  app.querySelector("#break").onclick = () => {
    sessionStorage.setItem("broken", "yes");
    draw();
  };
}
draw();
document.documentElement.dataset.ready = "yes";
