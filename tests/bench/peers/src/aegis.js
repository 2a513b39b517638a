// Aegis: thirty-three hit-tests two seconds after the document has changed or an error was logged, and again two seconds later. A page on which
// neither happens it never looks at.
import Aegis from "aegis-web-sdk";
import { collector, report } from "./report.js";

/** Its level of log for a blank screen. */
const BLANK_SCREEN = "1032";

new Aegis({
  id: "bench",
  // It keeps quiet about failed resources below this address.
  hostUrl: collector,
  whiteListUrl: "",
  blankScreen: true,
  // Errors stay on, for they make it look. The rest would measure the other judges.
  reportApiSpeed: false,
  reportAssetSpeed: false,
  pagePerformance: false,
  webVitals: false,
  device: false,
  // No gathering: what it finds is caught at once.
  delay: 0,
  beforeReport(logs) {
    const list = Array.isArray(logs) ? logs : [logs];
    if (list.some((log) => String(log.level) === BLANK_SCREEN)) report("aegis-web-sdk", true);
    return false;
  },
  beforeRequest: () => false,
});
