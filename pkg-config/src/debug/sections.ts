// What stands in the panel: the verdicts and what they rest on, the incidents with their stories, and how the guard stands.
import { explained, wordsOf } from "../explain.js";
import type { GuardState, IncidentStory } from "../types.js";
import { colourOf } from "./marks.js";
import type { Notes, Seen } from "./notes.js";
import type { Maker } from "./style.js";
import type { Say } from "./words.js";

const pad = (part: number) => String(part).padStart(2, "0");

/** The time of day. */
function clock(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(pad).join(":");
}

/** An incident's own element stays while its story grows: it may be open, or have the focus. */
interface Told {
  element: HTMLElement;
  summary: HTMLElement;
  words: HTMLElement;
  text: string;
}

export class Sections {
  private readonly verdicts: HTMLElement;
  private readonly marks: HTMLElement;
  private readonly incidents: HTMLElement;
  private readonly guard: HTMLElement;
  private readonly told = new Map<string, Told>();
  /** What each block shows, so that only what is another is made anew. */
  private readonly shown = new Map<HTMLElement, string>();

  constructor(
    private readonly maker: Maker,
    private readonly say: Say,
    body: HTMLElement,
  ) {
    const section = (title: Parameters<Say["text"]>[0]) => {
      const block = maker.make("div", "line");
      body.append(maker.make("div", "title", say.text(title)), block);
      return block;
    };
    [this.verdicts, this.marks, this.incidents, this.guard] = [section("verdicts"), section("evidence"), section("incidents"), section("guard")];
  }

  show(notes: Notes, watching: boolean, dropped: number): void {
    this.fill(this.verdicts, [notes.verdicts, notes.forgotten], () => this.verdictLines(notes));
    this.fill(this.marks, notes.state?.marks, () => this.markLines(notes.state?.marks ?? []));
    this.showIncidents(notes.stories);
    this.fill(this.guard, [notes.state, watching, dropped], () => this.guardLines(notes.state, watching, dropped));
  }

  private fill(block: HTMLElement, data: unknown, made: () => HTMLElement[]): void {
    const now = JSON.stringify(data ?? null);
    if (this.shown.get(block) === now) return;
    this.shown.set(block, now);
    block.replaceChildren(...made());
  }

  private line(text: string, dim = false): HTMLElement {
    return this.maker.make("div", dim ? "dim" : "line", text);
  }

  private row(key: string, value: string): HTMLElement {
    const row = this.maker.make("div", "row");
    row.append(this.maker.make("span", "key", key), this.maker.make("span", "value", value));
    return row;
  }

  private verdictLines({ verdicts, forgotten }: Notes): HTMLElement[] {
    const [latest, ...earlier] = verdicts;
    if (!latest) return [this.line(this.say.text("none"), true)];
    const { state, overdue, evidence, reason, tookMs } = latest.verdict;
    const lines = [this.line(`${this.head(latest)} · ${tookMs.toFixed(1)} ms`), this.line(this.say.state(state))];
    lines.push(this.line([overdue ? "overdue" : "", reason].filter(Boolean).join(" · "), true));
    for (const { kind, detail } of evidence) lines.push(this.line(`– ${wordsOf(kind, this.say.language)}${detail ? `: ${detail}` : ""}`, true));
    for (const seen of earlier) lines.push(this.line(this.head(seen), true));
    if (forgotten) lines.push(this.line(`+ ${forgotten} ${this.say.text("earlier")}`, true));
    return lines;
  }

  private head({ verdict: { state, cause }, at, times }: Seen): string {
    return `${clock(at)} ${state}${cause ? ` (${cause})` : ""}${times > 1 ? ` ×${times}` : ""}`;
  }

  /** Marks of one kind together, each in the colour of its boxes. */
  private markLines(marks: GuardState["marks"]): HTMLElement[] {
    if (!marks.length) return [this.line(this.say.text("noMarks"), true)];
    const groups = new Map<string, { colour: string; times: number }>();
    for (const mark of marks) {
      const name = [this.say.ink(mark.ink), mark.furniture ? this.say.text("furniture") : "", this.say.sight(mark.sight)].filter(Boolean).join(" · ");
      const group = groups.get(name) ?? { colour: colourOf(mark), times: 0 };
      groups.set(name, { ...group, times: group.times + 1 });
    }
    return [...groups].map(([name, { colour, times }]) => {
      const row = this.maker.make("div", "row");
      row.style.alignItems = "center";
      const dot = this.maker.make("span", "dot");
      dot.style.background = colour;
      row.append(dot, this.maker.make("span", "value", `${name}${times > 1 ? ` ×${times}` : ""}`));
      return row;
    });
  }

  /** The latest first. */
  private showIncidents(stories: ReadonlyMap<string, IncidentStory>): void {
    for (const [id, { element }] of this.told) {
      if (stories.has(id)) continue;
      element.remove();
      this.told.delete(id);
    }
    this.fill(this.incidents, stories.size > 0, () => (stories.size ? [] : [this.line(this.say.text("none"), true)]));
    for (const [id, story] of stories) {
      const told = this.told.get(id) ?? this.tellNew(id);
      const { text } = explained(story, this.say.language);
      if (told.text === text) continue;
      told.text = text;
      told.summary.textContent = `${clock(story.detected)} ${story.reference} · ${story.cause} · ${story.outcome}`;
      told.words.textContent = text;
    }
  }

  private tellNew(id: string): Told {
    const element = this.maker.make("details", "story");
    const summary = this.maker.make("summary", "summary");
    const words = this.maker.make("div", "words");
    element.append(summary, words);
    this.incidents.prepend(element);
    const told = { element, summary, words, text: "" };
    this.told.set(id, told);
    return told;
  }

  private guardLines(state: GuardState | null, watching: boolean, dropped: number): HTMLElement[] {
    const { say } = this;
    if (!state) return [this.line(say.text("down"))];
    const { build, retriesLeft, retriesMost, timers, consent, queued, playbook } = state;
    const running = build.running || "?";
    const told = `${running}, ${say.build(build.state)}${build.latest && build.latest !== build.running ? `, ${say.text("live")}: ${build.latest}` : ""}`;
    const next = [...timers].sort((a, b) => a.inMs - b.inMs).map(({ timer, inMs }) => `${say.timer(timer)}: ${say.seconds(inMs)}`);
    const rows = [
      this.row(say.text("build"), told),
      this.row(say.text("retries"), `${retriesLeft} / ${retriesMost}`),
      this.row(say.text("next"), next.join(" · ") || say.text("nothing")),
      this.row(say.text("telemetry"), queued === undefined ? say.text("unsent") : `${queued} ${say.text("waiting")}`),
      this.row(say.text("consent"), say.consent(consent)),
      this.row(say.text("playbook"), playbook ? this.playbook(playbook) : say.text("noPlaybook")),
    ];
    if (watching) rows.push(this.row(say.text("mode"), say.text("watching")));
    if (state.dropped + dropped) rows.push(this.row(say.text("dropped"), String(state.dropped + dropped)));
    return rows;
  }

  private playbook({ version, silent, mute, without }: NonNullable<GuardState["playbook"]>): string {
    const { say } = this;
    const parts = [String(version)];
    if (silent) parts.push(say.text("silent"));
    if (mute) parts.push(say.text("mute"));
    if (without.length) parts.push(`${say.text("without")} ${without.join(", ")}`);
    return parts.join(" · ");
  }
}
