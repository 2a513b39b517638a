import { bootTag } from "pagemend/tag";
import { config } from "../pagemend.config.mjs";

const tag = bootTag(config);
const [backup] = config.fallback;

/** SvelteKit imports its two entries from an inline script, where no script element fails that boot.js could heal: here they come from the backup, both. */
const entries = /Promise\.all\(\[\s*import\("\.?(\/[^"]+)"\),\s*import\("\.?(\/[^"]+)"\)\s*\]\)/;
const orFromBackup = (own, start, app) => `${own}.catch(() => Promise.all([import("${backup}${start}"), import("${backup}${app}")]))`;

export const handle = ({ event, resolve }) =>
  resolve(event, { transformPageChunk: ({ html }) => html.replace("%pagemend%", () => tag).replace(entries, orFromBackup) });
