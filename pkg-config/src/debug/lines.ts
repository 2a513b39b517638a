// The console's line for each thing that the guard tells. All of it has passed the engine's redaction; of repairs and telemetry only counts are said.
import type { Told } from "../protocol.js";
import type { IncidentNotice, IncidentStory, RepairNotice, RetryNotice, VerdictNotice } from "../types.js";

const ms = (time: number) => `${Math.round(time * 10) / 10} ms`;

function verdict({ state, overdue, cause, evidence, tookMs, reason }: VerdictNotice): string {
  const found = evidence.map(({ kind, detail }) => `${kind}${detail ? ` (${detail})` : ""}`);
  // Why a page cannot be read may be in the page's own words.
  const why = state === "unknown" ? "" : `: ${reason}`;
  return `verdict ${state}${overdue ? ", overdue" : ""}${cause ? `, cause ${cause}` : ""}, ${ms(tookMs)}${why}${found.length ? `; ${found.join("; ")}` : ""}`;
}

function incident({ reference, cause, stage, outcome }: IncidentNotice, story: IncidentStory | undefined): string {
  const moment = story?.timeline.filter((entry) => entry.stage === stage).pop();
  return `incident ${reference}, cause ${cause}: ${stage}${moment?.detail ? ` (${moment.detail})` : ""}, ${outcome}`;
}

function retry({ url, attempt, waitMs, outcome }: RetryNotice): string {
  return `retry ${attempt} of ${url}: ${outcome === "waiting" ? `in ${ms(waitMs)}` : outcome}`;
}

function repair({ damagedKeys, poisonedUrls, copied, removed, failed, restored }: RepairNotice): string {
  return `repair: ${damagedKeys.length} damaged entries, ${poisonedUrls.length} poisoned files; ${copied} set aside, ${removed} removed, ${restored} put back, ${failed} failed`;
}

/** `story`: of the incident that is told of. */
export function line(event: Told["event"], story?: IncidentStory): string {
  switch (event.type) {
    case "verdict":
      return verdict(event);
    case "incident":
      return incident(event, story);
    case "retry":
      return retry(event);
    case "repair":
      return repair(event);
    case "prompt":
      return event.choice ? `prompt answered: ${event.choice}` : `prompt shown: ${event.kind}`;
    case "telemetry":
      return `telemetry: ${event.sent} sent, ${event.kept} waiting, ${event.dropped} lost`;
    case "expiry":
      return `${event.what} ${event.state}${event.state === "expired" ? "" : `, ${Math.round(event.leftMs / 1000)} s left`}`;
  }
}
