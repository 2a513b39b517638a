// debug.js: an overlay that shows what the guard sees and does, and a console line for each thing that it tells. Loaded where a tester asks for it by
// `?pagemend=debug`; it reads, and decides nothing.
import { asked } from "./asked.js";
import { line } from "./debug/lines.js";
import { Marks } from "./debug/marks.js";
import { Notes } from "./debug/notes.js";
import { Panel } from "./debug/panel.js";
import { Sections } from "./debug/sections.js";
import { Maker } from "./debug/style.js";
import { languageOf, words } from "./debug/words.js";
import type { Boot, Debugging, Engine, Told } from "./protocol.js";
import { switchBack } from "./switches.js";
import type { IncidentStory } from "./types.js";

/** The guard's reader passes over what begins with `pagemend-`. */
const TAG = "pagemend-debug";
/** So often what only time changes is shown anew, while somebody can see it. */
const EVERY_MS = 1000;

class Overlay {
  private readonly host = document.createElement(TAG);
  private readonly notes = new Notes();
  private readonly say;
  private readonly marks: Marks;
  private readonly panel: Panel;
  private readonly sections: Sections;
  private readonly ends: (() => void)[] = [];
  /** An answer of the engine's is waited for; and what was told since wants another one. */
  private asking = false;
  private again = false;
  private looks = 0;

  constructor(
    private readonly boot: Boot,
    private readonly debug: Debugging,
    private readonly engine: Engine,
  ) {
    this.say = words(languageOf(boot.config.options?.locale));
    // Closed: what the page does to its own elements does not reach these.
    const root = this.host.attachShadow({ mode: "closed" });
    const maker = new Maker(root);
    this.marks = new Marks(maker, this.say);
    this.panel = new Panel(maker, this.say, {
      look: () => void this.ask((engine) => engine.checkRender(), undefined),
      marks: () => {
        this.marks.wanted = !this.marks.wanted;
        this.marks.place();
        return this.marks.wanted;
      },
      close: () => this.close(),
      changed: () => this.refresh(),
    });
    this.sections = new Sections(maker, this.say, this.panel.body);
    root.append(this.marks.layer, this.panel.element);
  }

  open(): void {
    this.put();
    this.panel.stand();
    this.listen(window, "scroll", (e) => this.marks.scrolled(e.target === document));
    this.listen(window, "resize", () => this.marks.lost());
    const timer = setInterval(() => {
      if (!document.hidden) this.refresh();
    }, EVERY_MS);
    this.ends.push(() => clearInterval(timer));
    this.show();
    for (const told of this.debug.told.splice(0)) this.hear(told);
    this.debug.hear = (told) => this.hear(told);
    this.debug.stop = () => this.stop();
    // Marks are kept from the first question on, so the look that they are of comes after it.
    void this.refresh().then(() => this.ask((engine) => engine.checkRender(), undefined));
  }

  private listen(target: EventTarget, type: string, listener: (event: Event) => void): void {
    target.addEventListener(type, listener, { capture: true, passive: true });
    this.ends.push(() => target.removeEventListener(type, listener, { capture: true }));
  }

  private put(): void {
    // Beside the body, which is the application's.
    if (!this.host.isConnected) document.documentElement.append(this.host);
  }

  private ask<T>(call: (engine: Engine) => Promise<T>, otherwise: T): Promise<T> {
    return asked(this.engine, call, () => otherwise).catch(() => otherwise);
  }

  private story(id: string): Promise<IncidentStory | null> {
    return this.ask(async (engine) => (await engine.story?.(id)) ?? null, null);
  }

  private hear({ at, event }: Told): void {
    if (event.type === "verdict") {
      this.looks++;
      this.notes.judged(event, at);
    }
    if (event.type === "incident") void this.hearOf(event);
    else print(line(event));
    void this.refresh();
  }

  private async hearOf(event: Extract<Told["event"], { type: "incident" }>): Promise<void> {
    const story = await this.story(event.id);
    if (story) this.notes.stories.set(event.id, story);
    print(line(event, story ?? undefined));
    this.show();
  }

  /** Asks the engine how it stands. */
  private async refresh(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    do {
      this.again = false;
      const state = await this.ask(async (engine) => (await engine.state?.()) ?? null, null);
      this.notes.state = state;
      const ids = state?.incidents ?? [];
      for (const id of ids) {
        const story = this.notes.stories.has(id) ? null : await this.story(id);
        if (story) this.notes.stories.set(id, story);
      }
      if (state) this.notes.keepOnly(ids);
    } while (this.again);
    this.asking = false;
    this.show();
  }

  private show(): void {
    if (this.debug.stop === stopped) return;
    this.put();
    const { notes, say } = this;
    const [latest] = notes.verdicts;
    this.panel.tell(latest?.verdict.state, latest ? `${latest.verdict.state} · pagemend` : say.text("name"));
    if (!this.panel.collapsed) this.sections.show(notes, !!this.boot.config.watch, this.debug.dropped);
    this.marks.draw(notes.state?.marks ?? [], this.looks);
  }

  private close(): void {
    try {
      switchBack("debug");
    } catch {
      // Where storage is denied it held for this page.
    }
    this.stop();
  }

  private stop(): void {
    this.debug.hear = () => {};
    this.debug.stop = stopped;
    for (const end of this.ends.splice(0)) end();
    this.host.remove();
  }
}

const stopped = (): void => {};

const print = (text: string): void => console.info(`[pagemend] ${text}`);

/** Once for each engine. */
export function watch(boot: Boot): void {
  const { debug, engine } = boot;
  if (!debug || debug.hear || !engine) return;
  print("debugging, by ?pagemend=debug; ?pagemend=nodebug ends that");
  new Overlay(boot, debug, engine).open();
}

// Where engine.js has put it in as a script nobody calls it.
if (window.__pagemend) watch(window.__pagemend);
