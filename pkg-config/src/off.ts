// The guard out of a page before it has begun: for one tester, by `?pagemend=off` in the address or an entry of storage, or by the remote playbook.
import type { Boot } from "./protocol.js";

/** In session storage for the tab, in local storage for the device; whatever it holds. */
const KEY = "pagemend:off";

/** Why it is off for this tester, in words; undefined where it is not. What the address says holds for the tab. */
function reason(): string | undefined {
  const [, said] = /[?&]pagemend=(on|off)(?=&|$)/.exec(location.search) ?? [];
  try {
    if (said === "off") sessionStorage.setItem(KEY, "1");
    if (said === "on") for (const storage of [sessionStorage, localStorage]) storage.removeItem(KEY);
  } catch {
    // Where storage is denied it holds for this page.
  }
  if (said === "off") return "by ?pagemend=off in the address, for this tab; ?pagemend=on ends that";
  try {
    if (sessionStorage.getItem(KEY) !== null) return "since ?pagemend=off was in the address of this tab; ?pagemend=on ends that";
    if (localStorage.getItem(KEY) !== null) return `by the entry "${KEY}" of local storage; ?pagemend=on removes it`;
  } catch {
    // Then it holds nothing.
  }
  return undefined;
}

/** Nothing of the guard's listens any more, and nothing comes; one line says why. */
export function switchOff(boot: Boot, why: string): void {
  boot.off = why;
  boot.load = () => Promise.reject(new Error("pagemend: off"));
  boot.stop();
  console.info(`pagemend: off ${why}`);
}

/** Said already, where there is no boot.js to know it. */
let told = false;

/** Whether the guard is off in this page, which is said once. One that runs goes on until the page is loaded anew. */
export function isOff(boot: Boot | undefined): boolean {
  if (boot?.engine) return false;
  if (boot?.off) return true;
  const why = reason();
  if (!why) return false;
  if (boot) switchOff(boot, why);
  else if (!told) console.info(`pagemend: off ${why}`);
  told = true;
  return true;
}
