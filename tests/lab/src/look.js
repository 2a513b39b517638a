// What a person sees in the page now: text and pictures in the viewport, prompts, and the marks that the site carries.
const inView = (box) => box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
const shown = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.display === "none" || Number(style.opacity) === 0) return false;
  }
  return getComputedStyle(element).visibility === "visible";
};
const somethingVisible = () => {
  if (!document.body) return false;
  for (const picture of document.body.querySelectorAll("img, svg, canvas, video, iframe")) {
    if (inView(picture.getBoundingClientRect()) && shown(picture)) return true;
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    if (!texts.currentNode.data.trim()) continue;
    range.selectNodeContents(texts.currentNode);
    if ([...range.getClientRects()].some(inView) && shown(texts.currentNode.parentElement)) return true;
  }
  return false;
};
// innerText of what is not rendered is its source text, so style elements would count as words.
const words = (root) => [...root.children].filter((e) => e.localName !== "style" && e.localName !== "script").map((e) => e.innerText ?? "").join("\n").trim();
const prompts = [...document.querySelectorAll("pagemend-prompt")].filter((e) => e.shadowRoot && words(e.shadowRoot)).map((e) => ({
  kind: e.dataset.kind ?? "", modal: e.dataset.modal ?? "", incident: e.dataset.incident ?? "", text: words(e.shadowRoot),
  choices: [...e.shadowRoot.querySelectorAll("[data-choice]")].map((button) => button.dataset.choice),
}));
const lastResort = document.getElementById("pagemend-last-resort");
const app = document.getElementById("app");
const build = document.querySelector("[data-t=build]");
const toast = [...document.querySelectorAll(".van-toast")].filter(shown).map((e) => e.innerText).join(" ");
const credit = document.querySelector("[data-t=credit]");
return {
  ready: document.readyState,
  url: location.pathname + location.search,
  white: !somethingVisible() && prompts.length === 0,
  text: (app?.innerText ?? "").trim().slice(0, 400),
  credit: Boolean(credit && shown(credit) && /\d/.test(credit.innerText)),
  skeleton: Boolean(document.querySelector(".van-skeleton")),
  prompts,
  lastResort: lastResort && shown(lastResort) ? lastResort.innerText.trim() : null,
  build: build ? build.innerText : null,
  toast,
  ran: window.__ran ?? [],
  engine: Boolean(window.__pagemend?.engine),
  // Some are the browser's own events, which lead to the whole document: a driver cannot hand those over.
  buffered: (window.__pagemend?.events ?? []).map(({ kind, type, why, message }) => ({ kind, type, why, message })),
};
