// The application's files, as they are for pages without a bundler.
import { copyPlainApp } from "../../unbundled.mjs";
import { release } from "./pagemend.config.mjs";

copyPlainApp("public", release.build);
