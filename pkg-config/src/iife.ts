// The script-tag build: sets window.pagemend to the functions of "pagemend".
import { start } from "./index.js";

(window as any).pagemend = { start };
