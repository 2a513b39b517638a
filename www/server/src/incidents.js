// Keeps /incidents current without a flicker: replaces the main part only when the answer changed, and rests while hidden.
(() => {
  const PERIOD_MS = 2000;
  let last;

  const localTimes = () => {
    for (const time of document.querySelectorAll("time")) time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang);
  };

  const refresh = async () => {
    if (document.hidden) return;
    const response = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PERIOD_MS * 2) });
    const text = await response.text();
    if (!response.ok || text === last) return;
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    // The first answer equals what is shown already.
    if (fresh && last !== undefined) document.querySelector("main").replaceWith(document.adoptNode(fresh));
    last = text;
    localTimes();
  };

  const tick = () =>
    refresh()
      .then(() => document.body.classList.remove("lost"), () => document.body.classList.add("lost"))
      .finally(() => setTimeout(tick, PERIOD_MS));

  localTimes();
  tick();
})();
