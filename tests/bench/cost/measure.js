// The measuring of the cost benchmark inside of a page: lets the engine in when it is told to, and times its checks.
(() => {
  const native = setTimeout;
  const later = (ms) => new Promise((resolve) => native(resolve, ms));
  const channel = new MessageChannel();
  /** A fresh task, without the delays of timers. */
  let next;
  channel.port1.onmessage = () => next();
  const task = () =>
    new Promise((run) => {
      next = run;
      channel.port2.postMessage(0);
    });

  // A check waits for the browser's next frame, so that the clock on the wall tells nothing: what counts is what the guard keeps the main
  // thread busy with, in the call and in every callback that it leads to. Nobody else on the page has any.
  let inside = false, busy = 0, parts = [];
  const timed = (run) =>
    function (...given) {
      const outer = inside;
      const from = performance.now();
      inside = true;
      try {
        return run.apply(this, given);
      } finally {
        inside = outer;
        if (!outer) {
          const to = performance.now();
          busy += to - from;
          parts.push([from, to]);
        }
      }
    };
  for (const name of ["setTimeout", "requestAnimationFrame"]) {
    const native = window[name];
    window[name] = (run, ...rest) => native.call(window, timed(run), ...rest);
  }
  const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  Object.defineProperty(MessagePort.prototype, "onmessage", { set(run) { set.call(this, timed(run)); } });
  /** Milliseconds that one check keeps the main thread busy. */
  const check = async (engine) => {
    busy = 0;
    await timed(() => engine.checkRender())();
    return busy;
  };

  // The trivial change that makes the layout dirty: a line's height at the page's end, seen by nobody.
  const line = document.body.appendChild(document.createElement("div"));
  let high = 0;
  // One height more than there are measurements in a round, so that none always meets the same one.
  const soil = () => (line.style.height = `${(high = (high + 1) % 4)}px`);
  const layout = () => line.offsetHeight;

  // boot.js would load the engine at the first idle moment, while the page is still busy with its first layout and paint. It waits until it
  // is told, so that what comes after is the guard's.
  const boot = window.__pagemend;
  let admit;
  if (boot) {
    const admitted = new Promise((resolve) => (admit = resolve));
    const { load } = boot;
    boot.load = () => admitted.then(load);
  }
  const begin = () => {
    admit();
    return boot.load();
  };

  /** Long tasks from now on: what the guard has of each. */
  const watch = () => {
    const seen = [];
    const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
    observer.observe({ type: "longtask" });
    parts = [];
    let touched = Infinity;
    return {
      /** Until now nobody touched the page, so that all was the guard's; from now on a task may be the page's own layout and paint. */
      touch: () => (touched = performance.now()),
      async end() {
        // Entries are told a little later.
        await later(150);
        observer.disconnect();
        return seen.map(({ startTime, duration }) => {
          const end = startTime + duration;
          if (end < touched) return duration;
          return parts.reduce((own, [from, to]) => own + Math.max(0, Math.min(to, end) - Math.max(from, startTime)), 0);
        });
      },
    };
  };

  const open = (verdict) => verdict.state === "pending" || verdict.state === "unknown";

  window.cost = {
    isolated: () => window.crossOriginIsolated,

    /** Until the page has done what it does by itself: no long task for a third of a second. */
    async quiet() {
      if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
      let busy = performance.now();
      const observer = new PerformanceObserver(() => (busy = performance.now()));
      observer.observe({ type: "longtask", buffered: true });
      do await later(50);
      while (performance.now() - busy < 300);
      observer.disconnect();
      return document.querySelectorAll("*").length;
    },

    /** The engine with such options, and its first verdict's state. */
    async engine(options) {
      boot.config.options = { ...boot.config.options, ...options };
      const engine = await begin();
      return (await engine.checkRender()).state;
    },

    /**
     * Milliseconds of a layout alone, of a single hit-test after one, of a check that meets a dirty layout, of one that meets a clean one, and of
     * one after a change of the body's class, so that nothing can be taken for what it was; each in a task of its own.
     */
    async series(checks) {
      const { engine } = boot;
      const times = { layout: [], hit: [], dirty: [], clean: [], whole: [] };
      for (let i = 0; i < checks; i++) {
        await task();
        soil();
        let from = performance.now();
        layout();
        times.layout.push(performance.now() - from);
        await task();
        soil();
        layout();
        from = performance.now();
        document.elementFromPoint(innerWidth / 2, innerHeight / 2);
        times.hit.push(performance.now() - from);
        await task();
        soil();
        times.dirty.push(await check(engine));
        await task();
        layout();
        times.clean.push(await check(engine));
        await task();
        document.body.className = `turn-${i}`;
        times.whole.push(await check(engine));
      }
      return times;
    },

    /** Checks that each meet a dirty layout, and nothing else: for counting layouts from outside. */
    async checks(count) {
      for (let i = 0; i < count; i++) {
        await task();
        soil();
        await boot.engine.checkRender();
      }
    },

    /** The guard's beginning, checks, and the first verdict that settles the question; with all long tasks meanwhile. */
    async guarded(checks, patience) {
      const tasks = watch();
      const engine = await begin();
      const times = [];
      let verdict;
      // The engine started in the task that ends here.
      await task();
      tasks.touch();
      for (let i = 0; i < checks; i++) {
        await later(30);
        soil();
        busy = 0;
        verdict = await timed(() => engine.checkRender())();
        times.push(busy);
      }
      const end = performance.now() + patience;
      while (open(verdict) && performance.now() < end) {
        await later(100);
        verdict = await engine.checkRender();
      }
      // Before it can do anything about a blank page.
      await engine.stop();
      boot.stop();
      return { state: verdict.state, reason: verdict.reason, times, tasks: await tasks.end() };
    },
  };
})();
