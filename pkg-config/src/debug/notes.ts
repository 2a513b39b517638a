// What the overlay remembers of what the guard has told: bounded, the newest first.
import type { GuardState, IncidentStory, VerdictNotice } from "../types.js";

const MOST_VERDICTS = 20;

export interface Seen {
  verdict: VerdictNotice;
  /** When it was told last: milliseconds since 1970. */
  at: number;
  /** How often in a row. */
  times: number;
}

const sameAs = (a: VerdictNotice, b: VerdictNotice): boolean =>
  JSON.stringify([a.state, a.overdue, a.cause, a.reason, a.evidence]) === JSON.stringify([b.state, b.overdue, b.cause, b.reason, b.evidence]);

export class Notes {
  readonly verdicts: Seen[] = [];
  /** Verdicts that did not fit. */
  forgotten = 0;
  /** By their ids, in the order in which they began. */
  readonly stories = new Map<string, IncidentStory>();
  /** `null`: the guard does not run. */
  state: GuardState | null = null;

  judged(verdict: VerdictNotice, at: number): void {
    const [last] = this.verdicts;
    if (last && sameAs(last.verdict, verdict)) {
      Object.assign(last, { verdict, at, times: last.times + 1 });
      return;
    }
    this.verdicts.unshift({ verdict, at, times: 1 });
    if (this.verdicts.length > MOST_VERDICTS) {
      this.verdicts.pop();
      this.forgotten++;
    }
  }

  /** Those that the guard has forgotten go, too. */
  keepOnly(ids: readonly string[]): void {
    for (const id of this.stories.keys()) if (!ids.includes(id)) this.stories.delete(id);
  }
}
