// The benchmark's recorder: hears what the guard says by its public events, and hands it to the harness. It stands before boot.js
// in one file, first in the page, and keeps what it needs of the browser before the page's own scripts can change it.
(() => {
  const { load, early } = document.currentScript.dataset;
  const { stringify } = JSON;
  const { XMLHttpRequest } = window;
  const { open, send } = XMLHttpRequest.prototype;
  const later = setTimeout.bind(window);
  const clock = performance.now.bind(performance);
  const { timeOrigin } = performance;
  let seq = 0;

  // Requests of a worker are no entries in the page's resource timing, where the guard would take them for the page's progress,
  // and they wait for none of the connections that the page keeps busy.
  let worker;
  /** Until the worker is up. */
  let kept = [];
  const bySelf = (line) => {
    try {
      // Firefox holds fetch back, too, while a style sheet in the head hangs.
      const request = new XMLHttpRequest();
      open.call(request, "POST", "/judge/report");
      send.call(request, line);
    } catch (_) {}
  };
  try {
    const made = new Worker("/judge/recorder-worker.js");
    worker = made.postMessage.bind(made);
    made.onmessage = () => (kept = undefined);
    const without = () => {
      if (!kept) return;
      const lines = kept;
      worker = kept = undefined;
      for (let i = 0; i < lines.length; i++) bySelf(lines[i]);
    };
    made.onerror = (e) => {
      e.preventDefault();
      without();
    };
    // Firefox starts no worker while the page waits for its style. (What arrives twice counts once.)
    later(without, 1500);
  } catch (_) {}

  let held = "";
  let judged;
  const tell = (type, said) => {
    const line = stringify({ load: +load, seq: seq++, at: timeOrigin + clock(), since: clock(), type, ...said });
    // Without a worker each line is a request of the page's own, and progress that the guard waits for before it judges again.
    if (!worker && type == "verdict" && said.state != "content" && judged) return (held += line + "\n");
    judged = judged || type == "verdict";
    if (!worker) return bySelf(held + line), (held = "");
    if (kept) kept[kept.length] = line;
    worker(line);
  };

  /** Evidence as one text: a page may have broken arrays. */
  const listed = (evidence) => {
    let text = "";
    for (let i = 0; evidence && i < evidence.length; i++) text += (i ? " | " : "") + evidence[i].kind + ": " + evidence[i].detail;
    return text;
  };
  const verdict = ({ state, overdue, cause, evidence, reason, tookMs }) => ({ state, overdue, cause, evidence: listed(evidence), reason, tookMs });

  tell("start", { width: innerWidth, height: innerHeight });
  addEventListener("load", () => tell("load", {}));
  addEventListener("pagemend:up", () => {
    const guard = window.__pagemend.engine;
    guard.on("verdict", (v) => tell("verdict", verdict(v)));
    guard.on("incident", ({ id, cause, stage, outcome, evidence }) => tell("incident", { id, cause, stage, outcome, evidence: listed(evidence) }));
    guard.on("prompt", ({ kind, choice }) => tell("prompt", { kind, choice }));
    tell("up", {});
  });

  if (early !== undefined) {
    const ask = (guard) => guard.checkRender().then((v) => tell("early", verdict(v)));
    later(() => {
      const guard = window.__pagemend.load();
      later(() => guard.then(ask), 300 - clock());
    });
  }
})();
