// The options of the page's head and those of its code, as one: what the code says counts, in a group such as `freshness` key by key.
import type { Options } from "./types.js";

const isGroup = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

export function merged(head: Options | undefined, own: Options): Options {
  const all: Record<string, unknown> = { ...head, ...own };
  for (const [key, before] of Object.entries(head ?? {})) {
    const now = all[key];
    if (now !== before && isGroup(before) && isGroup(now)) all[key] = { ...before, ...now };
  }
  return all;
}
