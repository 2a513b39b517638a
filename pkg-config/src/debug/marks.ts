// The marks of the last look, outlined in a layer of the overlay's own: the page's elements stay as they are.
import type { GuardState } from "../types.js";
import type { Maker } from "./style.js";
import type { Say } from "./words.js";

type Mark = GuardState["marks"][number];

const SEEN = "#1a9850";
const FURNITURE = "#6b7686";
const WAITING = "#c77700";
const UNSEEN = "#d6336c";
/** More captions would cover the page. */
const MOST_CAPTIONS = 24;

export function colourOf({ ink, sight, furniture }: Mark): string {
  if (sight !== "seen") return UNSEEN;
  return ink === "placeholder" ? WAITING : furniture ? FURNITURE : SEEN;
}

export class Marks {
  readonly layer: HTMLElement;
  /** Where the page was scrolled to when they were read. */
  private from: [number, number] = [0, 0];
  private drawn = "";
  /** Until the next look nobody knows where they are. */
  private moved = false;
  wanted = true;

  constructor(
    private readonly maker: Maker,
    private readonly say: Say,
  ) {
    this.layer = maker.make("div", "layer");
    this.layer.setAttribute("aria-hidden", "true");
  }

  /** `look`: another one for each look. */
  draw(marks: readonly Mark[], look: unknown): void {
    const now = JSON.stringify([marks, look]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.moved = false;
    this.from = [scrollX, scrollY];
    const boxes = marks.filter(({ box: [left, top, right, bottom] }) => right - left >= 1 && bottom - top >= 1);
    this.layer.replaceChildren(...boxes.map((mark, place) => this.box(mark, place < MOST_CAPTIONS)));
    this.place();
  }

  /** The page was scrolled: as a whole, or something in it. */
  scrolled(whole: boolean): void {
    if (!whole) this.moved = true;
    this.place();
  }

  lost(): void {
    this.moved = true;
    this.place();
  }

  place(): void {
    this.maker.show(this.layer, this.wanted && !this.moved);
    this.layer.style.transform = `translate(${this.from[0] - scrollX}px,${this.from[1] - scrollY}px)`;
  }

  private box(mark: Mark, captioned: boolean): HTMLElement {
    const [left, top, right, bottom] = mark.box;
    const colour = colourOf(mark);
    const box = this.maker.make("div", "mark");
    Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`, borderColor: colour });
    if (mark.sight !== "seen") box.style.borderStyle = "dashed";
    if (captioned && right - left > 40) {
      const caption = this.maker.make("span", "tag", `${this.say.ink(mark.ink)}${mark.sight === "seen" ? "" : ` · ${this.say.sight(mark.sight)}`}`);
      caption.style.background = colour;
      // Above the box, where there is room: in it stands what it is about.
      if (top >= 16) caption.style.top = "-16px";
      box.append(caption);
    }
    return box;
  }
}
