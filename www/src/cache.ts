// The last home answer, kept so that the form knows its limits before the network answers.
import type { Home } from "./loan";

let last: Home | null = null;

/** Reads what the last visit kept. Trusts it blindly, as sites do: half a JSON stops the start-up here. */
export function recall(): void {
  last = JSON.parse(localStorage.getItem("loan:home-cache") ?? "null") as Home | null;
}

/** The most that can be borrowed, as far as this device knows. */
export const knownLimit = (): number => last?.available ?? 200_000;

export function remember(home: Home): void {
  last = home;
  try {
    localStorage.setItem("loan:home-cache", JSON.stringify(home));
  } catch {
    // Denied or full: the next visit starts without.
  }
}
