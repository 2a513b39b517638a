// A draft as the page holds it: around what the engine does when it is told a word.
import type { Draft } from "./types.js";

export type DraftWord = "restored" | "save" | "clear" | "stop";
/** What the engine does with one draft. */
export type DraftWork = (what: DraftWord) => Promise<boolean>;

/** Where nothing is kept. */
export const noDraft: DraftWork = async () => false;

export function draftOf(work: DraftWork): Draft {
  return {
    restored: work("restored"),
    save: () => work("save"),
    clear: () => work("clear"),
    stop: () => void work("stop"),
  };
}
