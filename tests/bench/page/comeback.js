// Runs before everything else in a page: notes when a script first failed, and when the application stood. Times of the clock on the wall, because
// the page may be loaded again in between.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const seen = (window.__benchComeback = {});
  addEventListener("error", ({ target }) => { if (target instanceof HTMLScriptElement) seen.failed ??= now(); }, true);
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#app > *")) return;
    seen.runs = now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
})();
