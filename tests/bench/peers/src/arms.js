// ARMS RUM: forty-one hit-tests on the two diagonals; blank when four of five hit a container. Its rules are the customer's to write, and they share
// one timer, so there is one. The target is the whole page: an empty root has no height, and neither its points nor its redrawing on a canvas
// ("SCREENSHOT", which waits for ever for a picture without any height) would tell anything. The containers are those that the other two assume.
import { ArmsRum } from "@arms/rum-browser";
import { collector, report } from "./report.js";

const rule = {
  target: "html",
  tester: "SAMPLE",
  test_when: ["LOAD", "ERROR", "ROUTE_CHANGE"],
  // Its default, 0, would judge most applications before they have rendered.
  delay: 3000,
  configOptions: { whiteBoxElements: ["body", "#app", "#root"] },
};

new ArmsRum().init({
  pid: "bench",
  endpoint: collector,
  whiteScreen: { detectionRules: [rule] },
  collectors: { perf: false, webVitals: false, api: false, staticResource: false, jsError: false, consoleError: false, action: false, longTask: false },
  reportConfig: { flushTime: 1, maxEventCount: 1 },
  beforeReport({ events }) {
    if (events.some((event) => event.type === "blank")) report("@arms/rum-browser", true);
  },
});
