// First in every document: counts the documents, notes each notice that comes up, and what the page hears of errors, over the whole visit.
(() => {
  const seen = JSON.parse(sessionStorage.getItem("bench") ?? '{"documents":0,"errors":0,"notices":[]}');
  // The page's own clock is hastened later.
  const wall = Date.now;
  const keep = () => sessionStorage.setItem("bench", JSON.stringify(seen));
  seen.documents += 1;
  keep();
  for (const type of ["error", "unhandledrejection"]) {
    addEventListener(type, () => {
      seen.errors += 1;
      keep();
    });
  }
  // The guard's words stand in a shadow tree, beside their style.
  const words = (host) =>
    [...(host.shadowRoot ?? host).children]
      .filter((element) => element.localName !== "style")
      .map((element) => element.innerText)
      .join(" ")
      .replace(/\s+/g, " ")
      .trim();
  let shown = "";
  setInterval(() => {
    const host = document.querySelector(bench.notice);
    const text = host ? words(host) : "";
    if (text && text !== shown) {
      seen.notices.push({ at: wall(), kind: host.dataset.kind ?? "", text: text.length > 40 ? `${text.slice(0, 40)}…` : text });
      keep();
    }
    shown = text;
  }, 50);
})();
