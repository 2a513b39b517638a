// Hands a judge's word to the harness. Keeps what it needs of the browser before the peers and the page change it.
const { stringify } = JSON;
const fetch = window.fetch.bind(window);
const clock = performance.now.bind(performance);

// Requests of a worker are no entries in the page's resource timing, and wait for none of the connections that the page keeps busy.
let worker;
/** Until the worker is up. */
let kept = [];
const bySelf = (line) => {
  try {
    fetch("/judge/report", { method: "POST", body: line, keepalive: true }).catch(() => {});
  } catch (_) {}
};
try {
  const made = new Worker("/judge/recorder-worker.js");
  worker = made.postMessage.bind(made);
  made.onmessage = () => (kept = undefined);
  made.onerror = (e) => {
    e.preventDefault();
    worker = undefined;
    const lines = kept || [];
    kept = undefined;
    for (const line of lines) bySelf(line);
  };
} catch (_) {}

/** Last word of each judge: only a changed mind is news. */
const said = {};

export function report(judge, blank) {
  if (said[judge] === blank) return;
  said[judge] = blank;
  const line = stringify({ judge, blank, ms: Math.round(clock()) });
  if (!worker) return bySelf(line);
  if (kept) kept.push(line);
  worker(line);
}

/** Where a peer believes its collector to be: nothing arrives there, for what it would send is dropped at its hook. */
export const collector = `${location.origin}/judge/collector`;
