// How prompts look, out of the engine's own source (src/shell/prompt/style.rs), so that the pages here show them as users see them; and what the last resort says.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A literal of Rust as text: a backslash at a line's end takes the line's end and the blanks after it. */
const literal = (text) => text.replace(/\\\n\s*/g, "");

export async function promptStyle(root) {
  const source = readFileSync(join(root, "src/shell/prompt/style.rs"), "utf8").replace(/^\s*\/\/.*$/gm, "");
  const parts = /static PARTS[^=]*= \[(.*?)\n\];/s.exec(source)?.[1] ?? "";
  const rules = [...parts.matchAll(/\(\s*"(\w+)",\s*"((?:[^"\\]|\\.|\\\n)*)",?\s*\)/gs)].map(([, name, declarations]) => [name, literal(declarations)]);
  const rest = /const REST: &str = "((?:[^"\\]|\\.|\\\n)*)";/s.exec(source)?.[1];
  if (rules.length !== Number(/PARTS: \[\(&str, &str\); (\d+)\]/.exec(source)?.[1]) || !rest) throw new Error("src/shell/prompt/style.rs is not written as prompt-style.mjs reads it");
  const [[host, hostStyle], ...others] = rules;
  const sheet = [`:${host}{${hostStyle}}`, ...others.map(([name, declarations]) => `.${name}{${declarations}}`)].join("") + literal(rest);
  const words = /= (\{.*\});/s.exec(readFileSync(join(root, "pkg-config/src/resort-words.ts"), "utf8"))?.[1];
  const { TEXTS } = await import("data:text/javascript," + encodeURIComponent(`export const TEXTS = ${words}`));
  return { sheet, resort: { zh: TEXTS["zh-CN"], en: TEXTS.en } };
}
