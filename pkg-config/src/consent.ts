// What the user said to telemetry, where boot.js, the last resort and the engine of this and of later pages find it (the engine: shell/consent.rs).
export type Answer = "granted" | "denied";

const KEY = "pagemend:consent";

/** A page may clear its storage at any time. Unlike storage, cookies are shared by all ports of a host. */
const cookie = (): string => "pagemend-consent" + location.port + "=denied";

/** Whether the user said no on an earlier page. */
export function saidNo(): boolean {
  try {
    return document.cookie.includes(cookie()) || [localStorage, sessionStorage].some((storage) => storage[KEY] === "denied");
  } catch {
    return false;
  }
}

export function remember(answer: Answer): void {
  const seconds = answer === "denied" ? 31_536_000 : 0;
  try {
    // A page without TLS may not set a secure one.
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = cookie() + "; path=/; samesite=lax; max-age=" + seconds + secure;
    localStorage.setItem(KEY, answer);
  } catch {}
}
