// What is wrong with the set-up of a page, in words, each with its cure. It looks from outside, as the guard's first load would.
import { checkBootConfig } from "./boot-tag.js";
import type { BootConfig } from "./boot-config.js";
import { read, tryOut, type Boot, type Page } from "./doctor-page.js";
import { Policy } from "./doctor-policy.js";
import type { Answer, Source } from "./doctor-answer.js";
import { check } from "./options.js";
import { attempt } from "./schema.js";

/** One thing that is wrong. */
export interface Finding {
  /** Stays the same from version to version. */
  code: string;
  what: string;
  cure: string;
}

/** A clock that is further off is told. */
const CLOCK_MS = 300_000;
/** Scripts in which a service worker is sought. */
const MOST_SCRIPTS = 10;
/** In which boot.js would be without the defaults of `bootTag`. */
const NEEDED = ["engine", "fallback", "timeoutMs", "lastResortMs", "options"] as const;
const MANIFEST = "/pagemend/build.json";

/** All that is wrong with one page; empty where all is well. */
export async function examine(source: Source, url: URL): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tell = (code: string, what: string, cure: string) => void findings.push({ code, what, cure });
  const answer = await source.ask(url);
  if (!answer?.ok) {
    tell("page-missing", answer ? `the page is answered with status ${answer.status}` : "the page is not answered", "give the address of a page that opens without a login");
    return findings;
  }
  const page = read(answer.text);
  document(tell, source, answer, page);
  const boot = bootOf(tell, page);
  const config = boot && configOf(tell, page, boot);
  if (!boot || !config) return findings;
  const visit: Visit = { source, url, page, boot, config, options: (config.options ?? {}) as NonNullable<BootConfig["options"]>, tell };
  await policies(visit, answer);
  await engine(visit);
  await manifest(visit);
  await fallbacks(visit);
  await collector(visit);
  await worker(visit);
  return findings;
}

type Tell = (code: string, what: string, cure: string) => void;

interface Visit {
  source: Source;
  url: URL;
  page: Page;
  boot: Boot;
  config: BootConfig;
  options: NonNullable<BootConfig["options"]>;
  tell: Tell;
}

const isHtml = ({ type, text }: Answer) => type === "text/html" || /^\s*<(!doctype|html|head|body)/i.test(text);
/** Whether a cache may answer with it without asking. */
const isKept = (headers: Headers) => {
  const control = headers.get("cache-control")?.toLowerCase() ?? "";
  return !/no-store|no-cache/.test(control) && /immutable|max-age\s*=\s*"?0*[1-9]/.test(control);
};

function document(tell: Tell, { live }: Source, { headers }: Answer, { charset }: Page): void {
  const told = /charset="?([\w-]+)/i.exec(headers.get("content-type") ?? "")?.[1]?.toLowerCase() ?? charset;
  if (!/^utf-?8$/.test(told)) tell("not-utf-8", told ? `the page is ${told}` : "nothing says how the page is encoded", 'put <meta charset="utf-8"> first into <head>: boot.js holds Chinese words');
  if (!live) return;
  if (isKept(headers)) tell("page-cached", `the page may be kept by caches (Cache-Control: ${headers.get("cache-control")}), so that a new build is not seen`, "serve HTML with Cache-Control: no-cache");
  const date = Date.parse(headers.get("date") ?? "");
  if (Math.abs(date - Date.now()) > CLOCK_MS) tell("clock", `the server's clock says ${new Date(date).toISOString()}, this machine's ${new Date().toISOString()}`, "set the one that is wrong: what ends is measured by the server's clock");
}

function bootOf(tell: Tell, { boots }: Page): Boot | undefined {
  const [boot] = boots;
  if (!boot) {
    tell("no-boot", "boot.js is not in the page", "use the bundler's plugin, or put bootTag() first into <head>; with `pagemend` or `pagemend/iife` alone nothing guards the page until they have loaded");
    return undefined;
  }
  if (boots.length > 1) tell("boot-twice", `boot.js is in the page ${boots.length} times`, "leave one: the plugin puts it in by itself");
  if (boot.waits) tell("boot-not-inline", "boot.js is loaded from an address, or as a module, so that it is there only after what it should watch", "put it into the HTML, as bootTag() writes it");
  if (boot.before.length) tell("boot-late", `before boot.js stands ${boot.before.join(", ")}: what fails there is not seen, and not healed`, "make boot.js the first element of <head> after <meta charset>");
  return boot;
}

function configOf(tell: Tell, page: Page, boot: Boot): BootConfig | undefined {
  const cure = "let the plugin or bootTag() write it: they check it";
  const config: unknown = attempt(() => JSON.parse(boot.config ?? ""), undefined);
  if (typeof config !== "object" || config === null) {
    tell("boot-config", boot.config === undefined ? "boot.js has no data-config" : "data-config of boot.js is not JSON", cure);
    return undefined;
  }
  const missing = NEEDED.filter((key) => !(key in config));
  if (missing.length) tell("boot-config", `data-config of boot.js lacks ${missing.join(", ")}`, cure);
  try {
    checkBootConfig(config);
  } catch (error) {
    tell("boot-config", (error as Error).message.replace(/^pagemend: /, ""), cure);
    return undefined;
  }
  const given = config as BootConfig;
  if (given.watch) tell("watch-only", "the page was built for development: the guard tells what it finds and does nothing about it", 'build it for production, or say dev: "full"');
  const place = {
    isUrl: (text: string) => text.trim() !== "" && URL.canParse(text, "http://page.invalid"),
    isSelector: (text: string) => attempt(() => (tryOut(text), true), false),
    languages: () => [page.lang],
  };
  for (const problem of check(given.options, place).problems) tell("option", problem.replace(/^pagemend: /, ""), "see the table of options in the README");
  const root = given.options?.root ?? "#app, #root, main";
  if (place.isSelector(root) && !page.matches(root)) tell("root-missing", `nothing in the HTML matches the option root, "${root}"`, "name the element that the application renders into");
  return given;
}

async function policies(visit: Visit, { headers }: Answer): Promise<void> {
  const { url, page, boot, config, options, source, tell } = visit;
  const texts = [...(headers.get("content-security-policy")?.split(",") ?? []), ...page.policies];
  for (const policy of texts.map((text) => new Policy(text))) {
    const inline = await policy.forbidsInline(boot.text, boot.nonce);
    if (inline) tell("csp-inline", `${inline} forbids boot.js itself`, "give its element the nonce of the policy: the plugin's or bootTag()'s `nonce`");
    const wasm = policy.forbidsWasm();
    if (wasm) tell("csp-wasm", `${wasm} forbids WebAssembly, so that the engine comes as plain JavaScript, which is larger and slower`, `add 'wasm-unsafe-eval' to ${wasm}`);
    const forbidden = (directive: string, needed: URL[]) => {
      const origins = new Set<string>();
      let name = directive;
      for (const address of needed) {
        const by = policy.forbids(directive, address, url);
        if (by) [name] = [by, origins.add(address.origin === url.origin ? "'self'" : address.origin)];
      }
      return { name, origins: [...origins].join(" ") };
    };
    const folder = new URL(config.engine?.[0] ?? "/pagemend/", url);
    const own = forbidden("script-src-elem", [new URL("engine.js", folder)]);
    if (own.origins) tell("csp-engine", `${own.name} forbids engine.js`, `add ${own.origins} to ${own.name}`);
    const connects = [new URL("pagemend_bg.wasm", folder), new URL(options.freshness?.url ?? MANIFEST, url), ...addresses(url, options.endpoint)];
    const connect = forbidden("connect-src", connects);
    if (connect.origins) tell("csp-connect", `${connect.name} forbids what the guard asks for: its engine, the build manifest or the collector`, `add ${connect.origins} to ${connect.name}`);
    const elsewhere = (config.fallback ?? []).flatMap((origin) => addresses(url, origin));
    for (const directive of ["script-src-elem", "style-src-elem", "connect-src"]) {
      const { name, origins } = forbidden(directive, elsewhere);
      if (origins) tell("csp-fallback", `${name} forbids the fallback`, `add ${origins} to ${name}`);
    }
    const trusted = policy.trustedTypes();
    if (trusted === false) tell("csp-trusted-types", "the directive trusted-types does not allow the policy `pagemend`", "add pagemend to trusted-types");
    if (trusted !== undefined && !page.hasTrust) tell("csp-trusted-types", "the page requires Trusted Types, and trust.js is not in it, so that no script can be fetched again", "say trustedTypes: true to the plugin or bootTag()");
  }
  if (url.protocol === "https:" && source.live) {
    const plain = [...(config.fallback ?? []), options.endpoint ?? ""].filter((address) => /^http:/i.test(address));
    if (plain.length) tell("mixed-content", `the page is https, and browsers forbid it to ask ${plain.join(", ")}`, "serve these by https");
  }
}

const addresses = (page: URL, ...texts: (string | undefined)[]) => texts.flatMap((text) => (text && URL.canParse(text, page.href) ? [new URL(text, page)] : []));

/** Whether a page of this origin may read the answer. In a page that is seen by whether it could; the header itself is kept from it. */
const isReadable = ({ opaque, headers }: Answer, page: URL, { inPage }: Source) =>
  inPage ? !opaque : ["*", page.origin].includes(headers.get("access-control-allow-origin") ?? "");

/** Asks as a page does. Another origin than a folder's cannot be asked. */
async function asked({ source, url }: Visit, address: URL, init: RequestInit = {}): Promise<Answer | "nobody" | undefined> {
  const elsewhere = address.origin !== url.origin;
  if (elsewhere && !source.live) return "nobody";
  return source.ask(address, { ...init, headers: { ...init.headers, ...(elsewhere && { origin: url.origin }) } });
}

async function engine(visit: Visit): Promise<void> {
  const { url, config, source, tell } = visit;
  const folder = new URL(config.engine?.[0] ?? "/pagemend/", url);
  for (const [name, code] of [["engine.js", "engine"], ["pagemend_bg.wasm", "wasm"], ["plain.js", "plain"]] as const) {
    const address = new URL(name, folder);
    const answer = await asked(visit, address);
    if (answer === "nobody") continue;
    const cure = `serve ${name} from the package's dist/ at ${source.named(address)}, or say with \`engine\` where it is`;
    const isWasm = answer?.bytes[0] === 0 && answer.text.startsWith("\0asm");
    if (!answer?.ok) tell(`${code}-missing`, `${source.named(address)} is ${answer ? `answered with status ${answer.status}` : "not answered"}`, cure);
    else if (!answer.opaque && (isHtml(answer) || (code === "wasm" && !isWasm))) tell(`${code}-wrong`, `${source.named(address)} is ${isHtml(answer) ? "a page" : "no WebAssembly"}`, cure);
    else if (code === "wasm" && source.live && !answer.opaque && answer.type !== "application/wasm") tell("wasm-type", `${source.named(address)} is served as ${answer.type || "no type"}, so that browsers compile it only when all of it has come`, "serve .wasm files as application/wasm");
    if (answer?.ok && address.origin !== url.origin && !isReadable(answer, url, source)) tell("engine-cors", `${address.origin} does not allow the page to read ${name}`, `answer with Access-Control-Allow-Origin: ${url.origin}`);
  }
}

async function manifest(visit: Visit): Promise<void> {
  const { url, options, source, tell } = visit;
  const address = new URL(options.freshness?.url ?? MANIFEST, url);
  const answer = await asked(visit, address);
  if (answer === "nobody") return;
  const name = source.named(address);
  const cure = "the bundlers' plugins write it; without one, say with `freshness.url` where it is";
  if (!answer?.ok) return tell("manifest-missing", `${name}, which tells the live build, is ${answer ? `answered with status ${answer.status}` : "not answered"}`, cure);
  const told: unknown = attempt(() => JSON.parse(answer.text), undefined);
  if (typeof told !== "object" || told === null || isHtml(answer)) return tell("manifest-wrong", `${name} is ${isHtml(answer) ? "a page" : "not JSON"}`, cure);
  const { build, builtAt, number, minimum } = told as Record<string, unknown>;
  const wrong = [
    ...(typeof build === "string" && build ? [] : ["build must be a text"]),
    ...Object.entries({ builtAt, number, minimum }).flatMap(([key, value]) => (value === undefined || Number.isSafeInteger(value) ? [] : [`${key} must be a whole number`])),
  ];
  if (wrong.length) return tell("manifest-wrong", `${name}: ${wrong.join(", ")}`, cure);
  if (typeof minimum === "number" && typeof number === "number" && minimum > number) tell("manifest-minimum", `${name} asks for build ${minimum} at least, and the live build is ${number}`, "set minimumBuild to a build that is there");
  const differs = (given: unknown, said: unknown) => Boolean(given) && said !== undefined && given !== said;
  if (differs(options.build, build) || differs(options.buildNumber, number)) tell("manifest-other-build", `the page is build ${options.build ?? options.buildNumber}, and ${name} says that ${build ?? number} is live`, "deploy both together, and let no cache keep either");
  if (!source.live) return;
  if (isKept(answer.headers) || Number(answer.headers.get("age")) > 60) tell("manifest-cached", `${name} may come out of a cache (Cache-Control: ${answer.headers.get("cache-control") ?? "none"}, Age: ${answer.headers.get("age") ?? "none"})`, "serve it with Cache-Control: no-store, past the CDN");
}

async function fallbacks(visit: Visit): Promise<void> {
  const { url, config, page, source, tell } = visit;
  const own = [...page.scripts.slice(0, 1), ...page.styles.slice(0, 1)].flatMap((text) => addresses(url, text)).filter(({ origin }) => origin === url.origin);
  const files = [...own, ...addresses(url, config.engine?.[0] && `${config.engine[0]}engine.js`)];
  for (const given of config.fallback ?? []) {
    const [origin] = addresses(url, given);
    if (!origin) continue;
    if (origin.origin === url.origin) {
      tell("fallback-same", `the fallback ${given} is the page's own origin, which is asked first anyway`, "name an origin that fails for other reasons");
      continue;
    }
    if (!source.live) continue;
    for (const file of files.slice(0, 2)) {
      const address = new URL(file.pathname + file.search, origin);
      const answer = await asked(visit, address);
      if (answer === "nobody") continue;
      if (!answer?.ok || isHtml(answer)) {
        tell("fallback-missing", `${address.href} is ${!answer ? "not answered" : answer.ok ? "a page" : `answered with status ${answer.status}`}`, "deploy the same files to the fallback, at the same paths");
        break;
      }
      if (!isReadable(answer, url, source)) {
        tell("fallback-cors", `${origin.origin} does not allow the page to read ${file.pathname}`, `answer with Access-Control-Allow-Origin: ${url.origin}`);
        break;
      }
    }
  }
}

async function collector(visit: Visit): Promise<void> {
  const { url, options, source, tell } = visit;
  const [address] = addresses(url, options.endpoint);
  if (!address || !source.live || (source.inPage && options.consent === "denied")) return;
  const headers = { "content-type": "application/json" };
  if (address.origin !== url.origin && !source.inPage) {
    const preflight = await asked(visit, address, { method: "OPTIONS", headers: { "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
    const allowed = preflight !== "nobody" && (preflight?.headers.get("access-control-allow-headers")?.toLowerCase() ?? "");
    if (preflight === "nobody" || !preflight?.ok || !isReadable(preflight, url, source) || !allowed || !/\*|content-type/.test(allowed)) {
      tell("collector-cors", `${address.href} does not allow the page to send: its answer to OPTIONS lacks Access-Control-Allow-Origin: ${url.origin} or Access-Control-Allow-Headers: content-type`, "allow both there, or put the collector behind the page's own origin");
      return;
    }
  }
  // No record, so nothing is stored.
  const answer = await asked(visit, address, { method: "POST", headers, body: '{"resourceLogs":[]}' });
  if (answer === "nobody") return;
  if (source.inPage && !answer) tell("collector-unreadable", `${address.href} gave this page no answer: it is not there, or does not allow the page to send`, `let it answer OPTIONS and POST with Access-Control-Allow-Origin: ${url.origin} and Access-Control-Allow-Headers: content-type, or put the collector behind the page's own origin`);
  else if (!answer?.ok || isHtml(answer)) tell("collector-refuses", `${address.href} ${!answer ? "does not answer" : answer.ok ? "answers with a page" : `answers with status ${answer.status}`}, so that no incident arrives`, "name an OTLP/HTTP logs endpoint that takes JSON as `endpoint`, such as /v1/logs");
  else if (address.origin !== url.origin && !isReadable(answer, url, source)) tell("collector-cors", `the answer of ${address.href} to a POST lacks Access-Control-Allow-Origin: what arrives there is taken for lost and sent again`, `answer with Access-Control-Allow-Origin: ${url.origin}`);
}

/** A worker that answers from caches, and whose successor nobody can tell to take over. */
async function worker(visit: Visit): Promise<void> {
  const { url, page, source, tell } = visit;
  const own = page.scripts.flatMap((text) => addresses(url, text)).filter(({ origin }) => origin === url.origin);
  const texts = await Promise.all(own.slice(0, MOST_SCRIPTS).map(async (script) => (await source.ask(script))?.text ?? ""));
  for (const text of [...page.inline, ...texts]) {
    const [address] = addresses(url, /serviceWorker\s*\.\s*register\(\s*["'`]([^"'`]+)/.exec(text)?.[1]);
    const answer = address && (await source.ask(address));
    if (!address || !answer?.ok) continue;
    const answers = /\brespondWith\b|precacheAndRoute|NavigationRoute/.test(answer.text) && /\bcaches\b|precache/.test(answer.text);
    if (answers && !/skipWaiting|SKIP_WAITING/.test(answer.text)) {
      tell("worker-waits", `the service worker ${source.named(address)} answers out of caches, and the next one waits until all tabs of the page are closed`, "let it call skipWaiting() when it hears the message { type: \"SKIP_WAITING\" }: the guard sends it before it loads a stale page anew");
      return;
    }
  }
}
