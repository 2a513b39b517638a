// The overlay's panel: where it stands, how it is collapsed and moved, and that the page hears nothing of what is pressed in it.
import type { RenderState } from "../types.js";
import type { Maker } from "./style.js";
import type { Say } from "./words.js";

const CORNERS = ["top-right", "bottom-right", "bottom-left", "top-left"] as const;
type Corner = (typeof CORNERS)[number];

/** Where it stood on the page before, and whether it was collapsed. */
const KEY = "pagemend:debug-panel";

const COLOURS: Record<RenderState, string> = { content: "#2fb344", blank: "#e5484d", partial: "#f08c00", loading: "#f2c744", pending: "#8b96a5", unknown: "#8b96a5" };

/** What a person would press. */
const ACTIONS = "button,[type=submit],[role=button]";
const MOST_ACTIONS = 200;
const GAP = "8px";

/** What happens in the panel is none of the page's business: neither its shortcuts nor what closes when somebody clicks beside it. */
const OURS = ["click", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend", "keydown", "keyup", "keypress"];

/** What the panel's buttons do. */
export interface Deeds {
  look(): void;
  marks(): boolean;
  close(): void;
  changed(): void;
}

export class Panel {
  readonly element: HTMLElement;
  readonly body: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly dot: HTMLElement;
  private readonly caption: HTMLElement;
  private readonly tools: HTMLElement[];
  private corner: Corner | undefined;
  collapsed = false;

  constructor(
    private readonly maker: Maker,
    private readonly say: Say,
    private readonly deeds: Deeds,
  ) {
    const sign = (sign: string, name: Parameters<Say["text"]>[0], press: () => void) => maker.button("button", sign, say.text(name), press);
    this.element = maker.make("section", "panel");
    this.element.setAttribute("aria-label", say.text("name"));
    this.element.lang = say.language === "zh" ? "zh-CN" : "en";
    this.element.translate = false;

    this.dot = maker.make("span", "dot");
    this.caption = maker.make("span", "caption", say.text("name"));
    this.toggle = maker.button("toggle", "", say.text("collapse"), () => this.collapse(!this.collapsed));
    this.toggle.append(this.dot, this.caption);
    const marks = sign("▣", "marks", () => marks.setAttribute("aria-pressed", String(deeds.marks())));
    marks.setAttribute("aria-pressed", "true");
    this.tools = [sign("⟳", "look", deeds.look), marks, sign("⤢", "move", () => this.move())];
    const bar = maker.make("div", "bar");
    bar.append(this.toggle, ...this.tools, sign("✕", "close", deeds.close));

    this.body = maker.make("div", "body");
    this.body.tabIndex = 0;
    this.body.setAttribute("role", "group");
    this.body.setAttribute("aria-label", say.text("details"));
    this.element.append(bar, this.body);
    for (const type of OURS) this.element.addEventListener(type, (e) => e.stopPropagation());
    this.element.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || this.collapsed) return;
      // Of what goes the focus stays in the panel.
      this.toggle.focus();
      this.collapse(true);
    });
  }

  /** When it is in the page. */
  stand(): void {
    const [corner, collapsed] = this.kept();
    this.corner = CORNERS.find((known) => known === corner);
    this.collapsed = collapsed === "collapsed";
    this.arrange();
  }

  /** What the latest verdict is. */
  tell(state: RenderState | undefined, text: string): void {
    this.caption.textContent = text;
    this.dot.style.background = state ? COLOURS[state] : COLOURS.unknown;
    this.toggle.title = "";
    this.toggle.setAttribute("aria-label", `${text}: ${this.say.text(this.collapsed ? "expand" : "collapse")}`);
    this.toggle.setAttribute("aria-expanded", String(!this.collapsed));
  }

  private collapse(collapsed: boolean): void {
    this.collapsed = collapsed;
    this.keep();
    this.arrange();
    this.deeds.changed();
  }

  private move(): void {
    this.corner = CORNERS[(CORNERS.indexOf(this.corner ?? this.quietest()) + 1) % CORNERS.length]!;
    this.keep();
    this.arrange();
  }

  private arrange(): void {
    this.maker.show(this.body, !this.collapsed);
    for (const tool of this.tools) this.maker.show(tool, !this.collapsed);
    this.element.style.width = this.collapsed ? "auto" : "";
    this.element.style.maxWidth = "calc(100vw - 16px)";
    this.put(this.corner ?? this.quietest());
  }

  private put(corner: Corner): void {
    const [across, down] = [corner.endsWith("left"), corner.startsWith("top")];
    const inset = (side: string) => `max(${GAP},env(safe-area-inset-${side}))`;
    const { style } = this.element;
    [style.left, style.right] = across ? [GAP, "auto"] : ["auto", GAP];
    [style.top, style.bottom] = down ? [inset("top"), "auto"] : ["auto", inset("bottom")];
  }

  /** The corner in which the panel covers the fewest things to press. */
  private quietest(): Corner {
    const actions = [...document.querySelectorAll(ACTIONS)].slice(0, MOST_ACTIONS).map((action) => action.getBoundingClientRect());
    const covered = (corner: Corner): number => {
      this.put(corner);
      const own = this.element.getBoundingClientRect();
      return actions.filter(({ left, top, right, bottom }) => right > left && left < own.right && right > own.left && top < own.bottom && bottom > own.top).length;
    };
    const counts = CORNERS.map(covered);
    return CORNERS[counts.indexOf(Math.min(...counts))]!;
  }

  private kept(): string[] {
    try {
      return (sessionStorage.getItem(KEY) ?? "").split(" ");
    } catch {
      return [];
    }
  }

  private keep(): void {
    try {
      sessionStorage.setItem(KEY, `${this.corner ?? ""} ${this.collapsed ? "collapsed" : ""}`);
    } catch {
      // Then the next page has it where it stands by itself.
    }
  }
}
