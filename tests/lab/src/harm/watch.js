// First in every document: notes what the page hears, and tells the server of every failure that is the guard's.
var ran = [], heard = [], said = [];
(() => {
  // Where it was thrown: the guard may only have called the page's listener that threw.
  const place = (stack) => /(?:https?|wasm|blob):[^\s)]*/.exec(stack ?? "")?.[0] ?? "";
  const guards = (where) => /\/pagemend\/|pagemend_bg|^wasm/.test(where);
  const tell = (error, where) => guards(where) && navigator.sendBeacon("/~guard-failed", `${error} ${where} ${error?.stack ?? ""}`);
  addEventListener("error", (e) => e instanceof ErrorEvent && tell(e.error ?? e.message, e.filename || place(e.error?.stack)), true);
  addEventListener("unhandledrejection", (e) => tell(e.reason, place(e.reason?.stack)), true);
  for (const kind of ["error", "warn", "info", "log"]) {
    const own = console[kind];
    console[kind] = (...what) => {
      said.push(what.map(String).join(" "));
      own.apply(console, what);
    };
  }
})();
