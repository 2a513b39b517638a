// Opens the fault panel with ?lab (kept for the tab); without it nothing of the panel is loaded.
import { session } from "../store";

const load = () => import("./mount");

export function openPanel(): void {
  if (new URLSearchParams(location.search).has("lab")) session.set("loan:lab", "1");
  if (!session.get("loan:lab")) return;
  // Once more, because Vite gives up on a chunk whose style sheet fails, and does not ask for that sheet again.
  load()
    .catch(load)
    .then((panel) => panel.mount())
    // A page whose entry or start-up is broken cannot have the panel: /lab.html works then.
    .catch((error) => console.warn("fault panel:", error));
}
