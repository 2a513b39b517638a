// The guard out of a page before it has begun: for one tester, by `?pagemend=off` in the address or an entry of storage, or by the remote playbook.
import type { Boot } from "./protocol.js";
import { switched } from "./switches.js";

/** Why it is off for this tester. */
const WORDS = {
  address: "by ?pagemend=off in the address, for this tab; ?pagemend=on ends that",
  tab: "since ?pagemend=off was in the address of this tab; ?pagemend=on ends that",
  device: 'by the entry "pagemend:off" of local storage; ?pagemend=on removes it',
};

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
  const said = switched("off", "on");
  if (!said) return false;
  const why = WORDS[said];
  if (boot) switchOff(boot, why);
  else if (!told) console.info(`pagemend: off ${why}`);
  told = true;
  return true;
}
