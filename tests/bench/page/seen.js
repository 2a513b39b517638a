// What a page has to tell of its first `until` milliseconds. Asked when they are over, so that nothing of it runs while the page is measured.
async (until) => {
  const entries = (type) =>
    new Promise((tell) => {
      const seen = [];
      const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
      observer.observe({ type, buffered: true });
      // Buffered entries are told a little later, and nothing is told when there are none.
      setTimeout(() => {
        observer.disconnect();
        tell(seen.filter(({ startTime }) => startTime < until));
      }, 300);
    });
  const [tasks, paints] = await Promise.all([entries("longtask"), entries("largest-contentful-paint")]);
  return {
    runs: Boolean(document.querySelector("#app > *")),
    guests: Object.entries({ Pagemend: window.__pagemend?.engine, Sentry: window.__SENTRY__, Faro: window.faro })
      .filter(([, there]) => there)
      .map(([name]) => name),
    blockingMs: tasks.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0),
    lcpMs: paints.at(-1)?.startTime,
  };
}
