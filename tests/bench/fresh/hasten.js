// The clocks and timers of the page and of its workers run so many times as fast: nobody has to wait for polls that are half a minute apart.
const hasten = (since, times) => {
  const { setTimeout, setInterval, Date, Performance, Event } = globalThis;
  for (const [name, timer] of Object.entries({ setTimeout, setInterval })) {
    globalThis[name] = (run, ms = 0, ...given) => timer(run, ms / times, ...given);
  }
  const wall = Date.now;
  Date.now = () => since + (wall() - since) * times;
  const now = Performance.prototype.now;
  Performance.prototype.now = function () {
    return now.call(this) * times;
  };
  const stamp = Object.getOwnPropertyDescriptor(Event.prototype, "timeStamp").get;
  Object.defineProperty(Event.prototype, "timeStamp", {
    get() {
      return stamp.call(this) * times;
    },
  });
};
hasten(bench.since, bench.times);
Worker = class extends Worker {
  constructor(script, options) {
    const code = `(${hasten})(${bench.since}, ${bench.times}); importScripts(${JSON.stringify(String(script))});`;
    super(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), options);
  }
};
