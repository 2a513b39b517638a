// boot.js: the inline script in <head>. Listens from byte one, loads the engine when it is time, prompts when nothing else can.
// Written for few bytes: build.mjs fails when it grows past its budget. build.mjs also wraps it in a function that runs once a page.
import { install } from "./boot-core.js";
import type { Engine } from "./protocol.js";
import { witness } from "./witness.js";

/** How often trouble may ask for an engine that does not come, so that a page that throws in a loop makes no storm. */
const MAX_LOADS = 3;

const me = document.currentScript as HTMLScriptElement;
const nonce = me.nonce!;
// Complete: bootTag fills in the defaults.
const c = JSON.parse(me.dataset.config!);
const { options, engine, fallback, timeoutMs, lastResortMs } = c;

let loads = 0;
let pending: Promise<Engine> | undefined;
let resorting: any;
let cause = "resource";

const auto = (sign: any = c) => {
  // The network is back: everything is worth another try.
  if (sign.type == "online") loads = 0;
  pending || loads++ >= MAX_LOADS || boot.load().catch(() => {});
};
const boot = (window.__pagemend = install(c, fallback, nonce, auto));
witness(boot);

boot.load = () =>
  (pending =
    pending ||
    new Promise<Engine>((done, fail) => {
      boot.x = done as any;
      const s: any = document.createElement("script");
      s.src = boot.t(engine[0] + "engine.js");
      s.l = s;
      s.nonce = nonce;
      // The listeners heal this element like any other.
      s.onerror = fail;
      document.head.append(s);
      // An origin that hangs is left for the next; the second time, it is over.
      [1, 2].map((i) => setTimeout(() => boot.x && s.dispatchEvent(new Event("error")), i * timeoutMs));
    }).catch((e) => {
      pending = 0 as any;
      cause = e.c || cause;
      resorting = resorting || setTimeout(resort, lastResortMs);
      throw e;
    }));

/** Whether a person sees anything of the page's own. */
const shows = () => {
  const root: any = document.querySelector(options.root || "#app,#root,main") || document.body;
  return root.innerText.trim() || [].some.call(root.querySelectorAll("img,canvas,svg,video,iframe"), (x: any) => x.clientWidth);
};

/** The engine cannot be had: if the page shows nothing either, say so. */
const resort = () => {
  if (boot.engine) return;
  const id = Math.random().toString(36).slice(-7);
  const q: any[] = boot.q.filter((e) => e.of && !e.of.el.l);
  const prompt = !shows();
  if (prompt) {
    const t = /zh/i.test(options.locale || document.documentElement.lang + navigator.language)
      ? ["页面没有打开", "请检查网络，勿重复提交。编号 " + id, "重新加载"]
      : ["This page did not open", "Check your network, do not submit twice. Code " + id, "Reload"];
    let box: any;
    let n: any;
    ["div", "h2", "p", "button"].map((tag, i) => {
      n = document.createElement(tag);
      n.textContent = t[i - 1]; // none: null
      box ? box.append(n) : document.documentElement.append((box = n));
    });
    box.id = "pagemend-last-resort";
    box.setAttribute("role", "alertdialog");
    box.style.cssText = "position:fixed;top:0;width:100%;background:#fff;color:#000;text-align:center";
    n.onclick = () => location.reload();
    // A page that comes late is not left covered.
    const leave = (): any => (shows() ? box.remove() : setTimeout(leave, 1e3));
    leave();
  }
  if (options.endpoint && (prompt || q.some((e) => e.ok))) {
    // One incident as OTLP, and all that is ever sent of it: its first revision, which receivers take it for. The paths of scripts and stylesheets are all that it tells of the page.
    const value = (v: any): any => (v.map ? { arrayValue: { values: v.map(value) } } : { stringValue: v });
    const attributes = (prefix: string, m: any) => Object.entries(m).map(([key, v]) => ({ key: prefix + key, value: value(v) }));
    const log = {
      timeUnixNano: Date.now() + "000000",
      severityNumber: prompt ? 13 : 9,
      eventName: "pagemend.incident",
      attributes: attributes("pagemend.", {
        "incident.id": id,
        cause,
        outcome: prompt ? "prompted" : "recovered",
        build: options.build + "",
        // The step of the journey, as the engine has it before the page says otherwise.
        step: location.pathname.split("/")[1] || "home",
        reference: id,
        evidence: q.map((e) => "resource: " + new URL(e.of.u).pathname),
      }),
    };
    const body = {
      resourceLogs: [
        {
          resource: { attributes: attributes("service.", { name: options.service + "" }) },
          scopeLogs: [{ logRecords: [log] }],
        },
      ],
    };
    navigator.sendBeacon(options.endpoint, new Blob([JSON.stringify(body)], { type: "application/json" }));
  }
};

// A healthy page pays for the engine when it is idle (WebKit has no requestIdleCallback).
addEventListener("load", () => (window.requestIdleCallback || setTimeout)(auto as any));
// A resource that hangs fires no event at all, and `load` never comes.
setTimeout(auto, timeoutMs);
