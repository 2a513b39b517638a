// The application that the walk goes over; `acts` is what a person and chance may do to it.
import { start } from "/pagemend/client.js";
const guard = (window.guard = start());
guard.on("incident", (notice) => navigator.sendBeacon("/~incident", JSON.stringify(notice)));
const app = document.querySelector("#app");
app.innerHTML = `<h1>Your credit line</h1><div id="list">One moment</div>
  <form method="post" action="/form"><label>Amount <input id="field" name="field"></label><input type="hidden" id="hidden" name="id"><button id="send">Send</button></form>
  <dialog id="ask"><p>Are you sure?</p><button>Yes</button></dialog>`;
const draw = (plan) => { document.querySelector("#list").innerHTML = `<p>Plan ${plan}: 20,000 is available.</p>`; };
const list = () => guard.fetch("/api/plan").then((r) => r.json()).then((d) => draw(d.plan), () => draw("unknown"));
window.acts = {
  clear() { sessionStorage.clear(); localStorage.clear(); },
  crash() { const typed = document.querySelector("#field")?.value ?? ""; app.textContent = ""; setTimeout(() => { throw new TypeError("cannot draw " + typed); }); },
  complain() { setTimeout(() => { throw new RangeError("out of " + (document.querySelector("#field")?.value ?? "")); }); },
  again: list,
  lazy() { import("/chunk.js").then(() => ran.push("chunk"), (e) => { const told = new Event("vite:preloadError", { cancelable: true }); told.payload = e; dispatchEvent(told); }); },
  guarded() { guard.import("/chunk.js").then(() => ran.push("chunk"), () => heard.push("no chunk")); },
  send(id) { fetch("/api/repay", { method: "POST", body: "id=" + id }).then((r) => r.text()).then(() => heard.push(id), () => heard.push(id)); },
  retry(id) { guard.fetch("/api/repay", { method: "POST", body: "id=" + id }).then((r) => r.text()).then(() => heard.push(id), () => heard.push(id)); },
  key(id) { guard.keyAction("repay", ({ fetch }) => fetch("/api/repay", { method: "POST", body: "id=" + id })).then(() => heard.push(id), () => heard.push(id)); },
  form(id) { document.querySelector("#hidden").value = id; document.querySelector("form").requestSubmit(); },
  dialog() { const ask = document.querySelector("#ask"); if (ask.open) ask.close(); else ask.showModal(); },
  prompt() { void guard.prompt("load-failed"); },
  deny() { guard.consent("denied"); },
};
ran.push("app");
list();
