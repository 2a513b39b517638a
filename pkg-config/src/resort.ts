// resort.js: a second inline script, after boot.js. Where the engine cannot be had, a page that shows nothing says so, and one record is sent,
// by the engine's rules. Of its own because a page that is well only parses it. It is also what reads a tester's switches: before
// any script of the page has run.
import { saidNo } from "./consent.js";
import { isOff } from "./off.js";
import type { Boot } from "./protocol.js";
import { TEXTS } from "./resort-words.js";
import { switched } from "./switches.js";
import { LOOP, SHORT_MS } from "./witness.js";

/** Fewer characters than this, in a layer over the page with nothing to press, are a splash and no content. */
const FEW = 40;

/** Nothing, or words that only say that something is to come. */
const WAITING = /^\s*((loading|please wait|加载中|正在加载|请稍[候等])\W*)?$/i;

/** Names of files that say nothing about a person. */
const PLAIN = /^[\w.-]{1,60}\.(m?js|css)$/;

/** The page's own rules may be important, too; what stands in the element itself comes before those. */
const important = (style: string): string => style.replace(/;|$/g, "!important;");

/** Of a dialog the browser knows the place, and a browser that knows no dialog has it at the top; in the colours of the system. */
const BOX =
  "color-scheme:light dark;position:fixed;top:0;z-index:2147483647;box-sizing:border-box;width:340px;max-width:calc(100% - 32px);" +
  "max-height:calc(100% - 32px - env(safe-area-inset-top) - env(safe-area-inset-bottom));padding:24px;border:1px solid #8886;border-radius:14px;" +
  "outline:0;background:Canvas;color:CanvasText;font:16px/1.5 system-ui,sans-serif;text-align:start";
const BUTTON = "width:100%;min-height:48px;border:0;border-radius:10px;background:CanvasText;color:Canvas;font:inherit;font-weight:600;cursor:pointer";

/** Whether a person sees anything of the page's own: words, or what is drawn. A picture alone may be a logo. */
function shows(selector: string): boolean {
  const root: any = document.querySelector(selector) || document.body || document.documentElement;
  let text: string = root.innerText;
  if (text.length < FEW) {
    for (const el of root.querySelectorAll("*")) {
      if (getComputedStyle(el).zIndex !== "auto" && !el.querySelector("a,button,input")) text = text.replace(el.innerText, "");
    }
  }
  return !WAITING.test(text) || [...root.querySelectorAll("canvas,video,iframe")].some((el) => el.clientWidth);
}

/** By GET, even of an address that was posted to; the fragment, which would make it no navigation at all, is put back by the next document. */
function reload(boot: Boot): void {
  boot.mark.hash = location.hash;
  history.replaceState(history.state, "", location.pathname + location.search);
  boot.keep();
  location.replace(location.href);
}

function show(boot: Boot, options: any, known: string, reference: string): HTMLElement {
  const lang = /zh/i.test(options.locale || document.documentElement.lang + navigator.language) ? "zh-CN" : "en";
  const words = TEXTS[lang];
  const { phone, hours: said } = options.help || {};
  // In one language or in two, of which each stands in for the other.
  const hours = Object(said) === said ? said[lang.slice(0, 2)] || said.zh || said.en : said;
  const box: any = document.createElement("dialog");
  const add = (tag: string, text: string, style: string): any => {
    const el: any = document.createElement(tag);
    el.textContent = text;
    // Not as the page styles its own.
    el.style.cssText = important("all:revert;" + style);
    box.append(el);
    return el;
  };
  box.id = "pagemend-last-resort";
  box.lang = lang;
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-label", words.title);
  box.style.cssText = important("all:revert;" + BOX);
  add("h2", words.title, "margin:0;font-size:20px");
  add("p", (words[known] ? words[known] + (lang === "en" ? " " : "") : "") + words.submit, "margin:12px 0");
  add("button", words.button, BUTTON).onclick = () => reload(boot);
  if (phone) add("a", words.help + phone + (hours ? "\n" + hours : ""), "display:block;padding:14px 0 0;color:inherit;white-space:pre-line").href = "tel:" + phone;
  add("p", words.code + reference, "margin:14px 0 0;font-size:14px;opacity:.7");
  // There is nothing behind it.
  box.oncancel = (e: Event) => e.preventDefault();
  document.documentElement.append(box);
  // In the top layer, above a dialog of the page's own.
  if (box.showModal) box.showModal();
  // It takes the focus itself: a key that was meant for the page presses no button.
  box.tabIndex = -1;
  box.focus();
  return box;
}

/** Here, or by what the user said on an earlier page. */
const denied = ({ consent }: any): boolean => consent === "denied" || saidNo();

/** One record as OTLP. Of an incident it is all that is ever sent: its first revision, which receivers take it for. */
function send(options: any, eventName: string, severityNumber: number, about: Record<string, unknown>): void {
  const value = (v: any): any => (Array.isArray(v) ? { arrayValue: { values: v.map(value) } } : { stringValue: v });
  const attributes = (prefix: string, m: any) =>
    Object.keys(m)
      .filter((key) => m[key])
      .map((key) => ({ key: prefix + key, value: value(m[key]) }));
  const log = {
    timeUnixNano: Date.now() + "000000",
    severityNumber,
    eventName,
    attributes: attributes("pagemend.", { ...about, build: options.build, step: options.step || "unknown" }),
  };
  const resource = { attributes: attributes("service.", { name: options.service || location.hostname }) };
  fetch(options.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [log] }] }] }),
    keepalive: true,
    credentials: "omit",
    referrerPolicy: "no-referrer",
  }).catch(() => {});
}

/**
 * WebKit tells a document that ends before its `load` of nothing, so where no event tells that the page goes, each is counted from its start on;
 * boot.js of the next one reads it.
 */
function countEarly({ mark }: Boot): void {
  const key = "pagemend:mark";
  const text = JSON.stringify({ path: mark.path, count: mark.count + 1 });
  const count = () => {
    try {
      sessionStorage.setItem(key, text);
    } catch {}
  };
  const over = () => {
    try {
      sessionStorage.removeItem(key);
    } catch {}
  };
  count();
  // The page may have cleared its storage since.
  addEventListener("DOMContentLoaded", count, { once: true });
  // From here on boot.js is told of the end; and a document that lasts is no part of a loop.
  addEventListener("pageshow", over, { once: true });
  setTimeout(over, SHORT_MS);
}

const here = window.__pagemend;
const boot = isOff(here) ? undefined : here;
if (boot && !(window as any).navigation) countEarly(boot);
// Here, because the page's router may take the query away before the engine comes.
if (boot && switched("debug", "nodebug")) boot.debug = { told: [], dropped: 0 };
if (boot)
  boot.failed = (place) => {
    const options: any = boot.config.options;
    // What it panicked over may be text of the page, which only the engine knows how to redact.
    if (options.endpoint && !denied(options)) send(options, "pagemend.guard.failed", 17, { place });
  };
if (boot)
  boot.resort = (cause, quiet) => {
    const options: any = boot.config.options;
    const selector = options.root || "#app,#root,main";
    const reference = Math.random().toString(36).slice(-7);
    const settled = boot.events.filter((e) => e.of && !e.of.element.isEngine);
    const lost = settled.some((e) => !e.ok);
    const known = lost ? "resource" : !boot.events.some((e) => e.message) ? "unknown" : window.WebAssembly ? "script" : "unsupported";
    const prompt = !shows(selector);
    if (prompt) {
      const box = show(boot, options, known, reference);
      // A page that comes late is not left covered.
      const leave = () => {
        if (shows(selector)) box.remove();
        else setTimeout(leave, 1000);
      };
      setTimeout(leave, 1000);
    }
    if (quiet || !options.endpoint || denied(options) || !(prompt || settled.some((e) => e.ok))) return;
    const own = [location.origin, ...(boot.config.origins || []), ...(boot.config.fallback || [])];
    const evidence = settled.map((e) => {
      const { origin, pathname } = new URL(e.of.url);
      const file = pathname.split("/").pop()!;
      return "resource: " + (own.includes(origin) && PLAIN.test(file) ? file : "file");
    });
    send(options, "pagemend.incident", prompt ? 13 : 9, { "incident.id": reference, cause: cause || known, outcome: prompt ? "prompted" : "recovered", reference, evidence });
  };

// Nothing else keeps a page from leaving where no event tells of it: none of its scripts runs any more, and the user is told.
if (boot && boot.mark.count >= 2 * LOOP && !(window as any).navigation) {
  window.stop();
  // Not by way of the engine: a document that was stopped may load nothing more.
  boot.resort?.();
}
