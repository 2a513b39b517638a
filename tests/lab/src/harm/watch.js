// First in every document: notes what the page hears, and tells the server of every failure that is the guard's.
var ran = [], heard = [], said = [];
(() => {
  const guards = (where) => /\/pagemend\/|pagemend_bg|wasm/.test(where);
  const tell = (what) => navigator.sendBeacon("/~guard-failed", what);
  addEventListener("error", (e) => {
    const where = `${e.filename ?? ""} ${e.error?.stack ?? ""}`;
    if (e instanceof ErrorEvent && guards(where)) tell(`${e.message} ${where}`);
  }, true);
  addEventListener("unhandledrejection", (e) => {
    const where = e.reason?.stack ?? "";
    if (guards(where)) tell(`${e.reason} ${where}`);
  }, true);
  for (const kind of ["error", "warn", "info", "log"]) {
    const own = console[kind];
    console[kind] = (...what) => {
      said.push(what.map(String).join(" "));
      own.apply(console, what);
    };
  }
})();
