// web-see: seventeen hit-tests at the load event, again each second as long as all of them hit a container. It sends "error" while the page
// is blank and "ok" as soon as it is not.
import webSee from "web-see";
import { collector, report } from "./report.js";

/** It takes its word back on a page that comes late, so a word counts when it has stood this long: the others wait no less. */
const STANDS_MS = 3000;
const later = setTimeout.bind(window);

let blank = false;
let standing;

webSee.init({
  dsn: collector,
  apikey: "bench",
  silentWhiteScreen: true,
  skeletonProject: false,
  // Its other monitors would see what the other judges do; the check for a white screen takes no part in them.
  silentXhr: false,
  silentFetch: false,
  silentClick: false,
  silentError: false,
  silentUnhandledrejection: false,
  silentHashchange: false,
  silentHistory: false,
  silentPerformance: false,
  silentRecordScreen: false,
  beforeDataReport(data) {
    if (data.type !== "whiteScreen") return false;
    blank = data.status === "error";
    if (blank) {
      standing ??= later(() => {
        standing = undefined;
        if (blank) report("web-see", true);
      }, STANDS_MS);
    } else {
      report("web-see", false);
    }
    return false;
  },
});
