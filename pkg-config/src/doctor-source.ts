// Whom the command's doctor asks for a page and its files: a site, or a folder that a bundler has written.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import { answered, whole, type Source } from "./doctor-answer.js";

/** Nobody waits longer for one answer. */
const WITHIN_MS = 15_000;

function site(page: URL): Source {
  return {
    pages: [page],
    live: true,
    named: (url) => url.href,
    async ask(url, init) {
      try {
        return await whole(await fetch(url, { ...init, signal: AbortSignal.timeout(WITHIN_MS) }));
      } catch {
        return undefined;
      }
    },
  };
}

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

/** `base`: where the folder will be served from, with a slash at both ends. */
function folder(path: string, base: string): Source {
  const root = resolve(path);
  const origin = new URL("http://folder.invalid");
  const html = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.html?$/i.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
  const fileOf = (url: URL) => join(root, decodeURIComponent(url.pathname.slice(base.length)));
  return {
    pages: html.map((file) => new URL(base + file.split(sep).map(encodeURIComponent).join("/"), origin)),
    live: false,
    named: (url) => (url.origin === origin.origin ? (url.pathname.startsWith(base) ? fileOf(url) : url.pathname) : url.href),
    async ask(url) {
      if (url.origin !== origin.origin) return undefined;
      const file = url.pathname.startsWith(base) ? fileOf(url) : undefined;
      // What lies outside of the folder is not in it.
      if (!file || relative(root, file).startsWith("..") || !statSync(file, { throwIfNoEntry: false })?.isFile()) return answered(404, new Headers(), new Uint8Array(), "");
      return answered(200, new Headers(), readFileSync(file), TYPES[extname(file).toLowerCase()] ?? "");
    },
  };
}

/** Throws, in words, on a target that is neither. */
export function source(target: string, base: string): Source {
  if (/^https?:\/\//i.test(target)) {
    if (!URL.canParse(target)) throw new Error(`${JSON.stringify(target)} is no address`);
    return site(new URL(target));
  }
  if (!statSync(target, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${JSON.stringify(target)} is neither an http(s) address nor a folder`);
  const found = folder(target, base);
  if (!found.pages.length) throw new Error(`there is no HTML file in ${target}`);
  return found;
}
