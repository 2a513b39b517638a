// How the overlay looks. Neither markup nor style elements: a strict policy and Trusted Types stand in the way of both.

/** Class → declarations: as rules of an adopted sheet, or element by element where sheets cannot be constructed (WebKit before 16.4). */
const PARTS = {
  host: "all:initial!important;color-scheme:dark!important;display:block!important;position:fixed!important;top:0!important;left:0!important;width:0!important;height:0!important;z-index:2147483647!important",
  layer: "position:fixed;inset:0;overflow:hidden;pointer-events:none",
  mark: "position:absolute;box-sizing:border-box;border:2px solid;border-radius:2px",
  tag: "position:absolute;left:-2px;top:-2px;padding:0 4px;max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;color:#fff;font:500 10px/14px system-ui,sans-serif",
  panel:
    "position:fixed;box-sizing:border-box;display:flex;flex-direction:column;width:min(392px,calc(100vw - 16px));max-height:min(46vh,460px);border:1px solid #46505f;border-radius:10px;" +
    "background:#151a21;color:#e9edf2;font:400 13px/1.5 system-ui,-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;text-align:start;" +
    "box-shadow:0 6px 24px rgba(10,14,22,.35);overflow:hidden;overflow-wrap:anywhere",
  bar: "display:flex;align-items:center;gap:2px;flex:none;padding:3px",
  button:
    "box-sizing:border-box;flex:none;min-width:32px;height:32px;padding:0 7px;border:0;border-radius:7px;background:transparent;color:inherit;font:inherit;font-size:15px;line-height:1;cursor:pointer;touch-action:manipulation",
  toggle:
    "box-sizing:border-box;flex:1;display:flex;align-items:center;gap:8px;min-width:0;height:32px;padding:0 8px;border:0;border-radius:7px;background:transparent;color:inherit;font:inherit;font-weight:600;text-align:start;cursor:pointer;touch-action:manipulation",
  caption: "overflow:hidden;text-overflow:ellipsis;white-space:nowrap",
  dot: "flex:none;width:10px;height:10px;border-radius:50%;background:#8b96a5",
  body: "flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;padding:0 12px 10px;border-top:1px solid #303845",
  title: "margin:10px 0 4px;font-size:11px;line-height:1.4;font-weight:600;letter-spacing:.04em;color:#a3aebc",
  line: "margin:0 0 2px",
  dim: "margin:0 0 2px;color:#a3aebc",
  row: "display:flex;gap:8px;margin:0 0 2px",
  key: "flex:0 0 92px;color:#a3aebc",
  value: "flex:1;min-width:0",
  story: "margin:0 0 4px",
  summary: "padding:4px 0;cursor:pointer",
  words: "margin:2px 0 6px;padding:8px 10px;border-radius:7px;background:#0d1116;white-space:pre-wrap;font-size:12px;user-select:text;-webkit-user-select:text",
} as const;

export type Part = keyof typeof PARTS;

/** What single declarations cannot say. */
const REST =
  "[hidden]{display:none!important}.button:hover,.toggle:hover,.summary:hover{background:#2a323d}.button[aria-pressed=true]{background:#2a4a7d}" +
  ":focus-visible{outline:2px solid #7ea6ff;outline-offset:-2px}@media print{.panel,.layer{display:none}}" +
  "@media(pointer:coarse){.button{min-width:36px;height:40px}.toggle{height:40px}.summary{padding:8px 0}}";

/** False where sheets cannot be constructed or adopted. */
function adopt(root: ShadowRoot): boolean {
  try {
    const sheet = new CSSStyleSheet();
    const rules = Object.entries(PARTS).map(([name, declarations]) => `${name === "host" ? ":host" : `.${name}`}{${declarations}}`);
    sheet.replaceSync(rules.join("") + REST);
    root.adoptedStyleSheets = [sheet];
    return true;
  } catch {
    return false;
  }
}

/** Makes the overlay's elements. */
export class Maker {
  private readonly styled: boolean;

  constructor(root: ShadowRoot) {
    this.styled = adopt(root);
    if (!this.styled) (root.host as HTMLElement).style.cssText = PARTS.host;
  }

  make<Name extends keyof HTMLElementTagNameMap>(name: Name, part: Part, text = ""): HTMLElementTagNameMap[Name] {
    const made = document.createElement(name);
    made.className = part;
    if (!this.styled) made.style.cssText = PARTS[part];
    made.textContent = text;
    return made;
  }

  /** A button with a sign, and its name for who does not see that. */
  button(part: Part, sign: string, name: string, press: () => void): HTMLButtonElement {
    const made = this.make("button", part, sign);
    made.type = "button";
    this.name(made, name);
    made.onclick = press;
    // Who is typing in the page goes on there.
    made.onmousedown = (e) => e.preventDefault();
    return made;
  }

  name(button: HTMLElement, name: string): void {
    button.setAttribute("aria-label", name);
    button.title = name;
  }

  show(element: HTMLElement, shown: boolean): void {
    element.hidden = !shown;
    if (!this.styled) element.style.cssText = PARTS[element.className as Part] + (shown ? "" : ";display:none");
  }
}
