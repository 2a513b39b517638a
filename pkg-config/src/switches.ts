// What a tester has switched on for a tab or a device: by `?pagemend=` in the address, or by an entry of storage.

/** Where it is said. */
export type Said = "address" | "tab" | "device";

/**
 * Whether `?pagemend=<name>` was said, and `?pagemend=<end>` was not said since. What the address says holds for the tab, by an entry of session storage;
 * one of local storage, which is made by hand, holds for the device. What an entry holds is all the same.
 */
export function switched(name: "off" | "debug", end: "on" | "nodebug"): Said | undefined {
  const key = "pagemend:" + name;
  const [, said] = /[?&]pagemend=(\w+)(?=&|$)/.exec(location.search) ?? [];
  try {
    if (said === name) sessionStorage.setItem(key, "1");
    if (said === end) switchBack(name);
  } catch {
    // Where storage is denied it holds for this page.
  }
  if (said === name) return "address";
  try {
    if (sessionStorage.getItem(key) !== null) return "tab";
    if (localStorage.getItem(key) !== null) return "device";
  } catch {
    // Then it holds nothing.
  }
  return undefined;
}

/** From the next page on. Throws where storage is denied. */
export function switchBack(name: "off" | "debug"): void {
  for (const storage of [sessionStorage, localStorage]) storage.removeItem("pagemend:" + name);
}
