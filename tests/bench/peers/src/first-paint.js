// What many pages go by without any library: three seconds after the load event nothing has been painted that counts as content.
import { report } from "./report.js";

const WAIT_MS = 3000;
const later = setTimeout.bind(window);
const entries = performance.getEntriesByName.bind(performance);

addEventListener("load", () => later(() => report("no first contentful paint", entries("first-contentful-paint").length === 0), WAIT_MS));
