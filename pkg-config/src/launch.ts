// Starts the engine for every entry: the page's options are checked here, and the engine is handed what is right.
import { started } from "./gate.js";
import { check } from "./options.js";
import type { Boot, Engine, EngineModule } from "./protocol.js";
import { attempt, type Place } from "./schema.js";
import type { PagemendOptionsError } from "./types.js";

const here: Place = {
  isUrl: (text) => attempt(() => text.trim() !== "" && /^https?:$/.test(new URL(text, document.baseURI).protocol), false),
  isSelector: (text) => attempt(() => (document.createDocumentFragment().querySelector(text), true), false),
  languages: () => [attempt(() => document.documentElement.lang, ""), attempt(() => navigator.language, "")],
};

/** What is wrong with the options is one console line each; under `strict` it is thrown instead, as a `PagemendOptionsError`. */
export function launch({ start }: EngineModule, given: unknown, boot: Boot): Engine {
  const { options, problems } = check(given, here);
  const { strict, ...config } = options;
  if (strict && problems.length) {
    const told: Pick<PagemendOptionsError, "name" | "problems"> = { name: "PagemendOptionsError", problems };
    throw Object.assign(new Error(problems.join("\n")), told);
  }
  for (const problem of problems) attempt(() => console.error(problem), undefined);
  return started(boot, (view) => start(config, view));
}
