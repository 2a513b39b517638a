// What the browser tells of the screen: when it was drawn, how it is now, what lies at a place of it, what was drawn on an element.
// For the walk in `walk.js`, and in JavaScript for the same reason.

/** @typedef {[left: number, top: number, right: number, bottom: number]} Rect In CSS px, from the viewport's corner. */
/** @typedef {number[]} Colour Red, green and blue, 255 at most, then alpha, 1 at most; without it, it is opaque. */
/**
 * @typedef {object} Context What an element hands down to what it contains.
 * @property {boolean} main in the main region, and not in furniture
 * @property {boolean} sectioned in a part of the page, whose header and footer are not the page's
 * @property {boolean} waiting in what says that one has to wait
 * @property {boolean} hidden by `visibility`, or because it is skipped
 * @property {boolean} skipped by `content-visibility`
 * @property {boolean} high the page itself, or what holds its root
 * @property {number} opacity
 * @property {Rect} clip what is left of it after all that it is cut to; of what is placed absolutely `absolute`
 * @property {Rect} absolute
 * @property {Rect | undefined} reach what scrolling brings into view, where that is not the page's own
 * @property {Colour | null} ground null where it is not one colour
 * @property {number} depth
 * @property {CSSStyleDeclaration} style
 * @property {Element} element
 * @property {string} image of its background
 */
/** @typedef {{ Node: Node, Element: Element, Document: Document }} Interfaces */

// Inks, in the order of the core's enum, and the elements that are one; those that are none, whatever they hold.
export const TEXT = 0, IMAGE = 1, CANVAS = 2, VIDEO = 3, VECTOR = 4, CONTROL = 5, BACKGROUND = 6, FOREIGN = 7, PLACEHOLDER = 8, BLOCK = 9;
export const INK = new Map(Object.entries({ img: IMAGE, canvas: CANVAS, video: VIDEO, audio: CONTROL, svg: VECTOR, input: CONTROL, select: CONTROL, textarea: CONTROL, meter: CONTROL, iframe: FOREIGN, frame: FOREIGN, object: FOREIGN, embed: FOREIGN }));
export const NEVER = new Set(["script", "style", "template", "noscript", "head", "link", "meta", "title", "br", "option", "source", "track", "param"]);

// Reasons why an ink is not seen, in the order of the core's enum.
export const SEEN = 0, HIDDEN = 1, TRANSPARENT = 2, CLIPPED = 3, OFF_SCREEN = 4, COVERED = 6, EMPTY = 7;

/** Opaque enough to hide what is under it. */
const OPAQUE = 0.95;

/** The module is also imported where there is no page. */
const here = typeof Node == "function";
/** A method as a function of its object and one argument or two: called so it takes no list, and half the time of Reflect.apply. */
const free = (/** @type {unknown} */ method) => Function.prototype.call.bind(/** @type {any} */ (method));
/**
 * Properties and methods as the browser defines them: a form's fields hide the form's own properties of their names.
 * @template {keyof Interfaces} T
 * @template {keyof Interfaces[T]} K
 * @param {T} type
 * @param {K} key
 * @returns {(object: Interfaces[T]) => Interfaces[T][K]}
 */
const getter = (type, key) => {
  const { get } = (here && Object.getOwnPropertyDescriptor(self[type].prototype, key)) || {};
  // Old polyfills (Polymer 1's among them) replace that function, and theirs knows no getters.
  return get ? free(get) : (object) => object[key];
};
/**
 * @template {keyof Interfaces} T
 * @template {keyof Interfaces[T]} K
 * @param {T} type
 * @param {K} key
 * @returns {Interfaces[T][K] extends (...args: infer A) => infer R ? (object: Interfaces[T], ...args: A) => R : never}
 */
const method = (type, key) => /** @type {any} */ (free(here && /** @type {any} */ (self[type].prototype)[key]));
export const typeOf = getter("Node", "nodeType"), firstChild = getter("Node", "firstChild"), nextSibling = getter("Node", "nextSibling"), parentOf = getter("Node", "parentNode");
export const nameOf = getter("Element", "localName"), shadowOf = getter("Element", "shadowRoot"), widthOf = getter("Element", "scrollWidth"), heightOf = getter("Element", "scrollHeight");
export const attribute = method("Element", "getAttribute"), hasAttributes = method("Element", "hasAttributes"), matches = method("Element", "matches"), find = method("Element", "querySelector");
const rectOf = method("Element", "getBoundingClientRect"), allAt = method("Document", "elementsFromPoint");
export const topAt = method("Document", "elementFromPoint");
/** @type {(win: Window, element: Element, pseudo?: string) => CSSStyleDeclaration} */
const computed = free(here && getComputedStyle);
/** False where there is no box; missing before Safari 17.4, and what a page puts in its place may mean something else. */
export const boxed = here && /native code/.test(String(Element.prototype.checkVisibility)) && method("Element", "checkVisibility");

/** @param {Node} node @returns {node is Element} */
export const isElement = (node) => typeOf(node) == 1;
/** @param {Node} node @returns {node is Text} */
export const isText = (node) => typeOf(node) == 3;

/** @type {Rect} */
export const ALL = [-1 / 0, -1 / 0, 1 / 0, 1 / 0];
/** @type {Rect} */
export const NONE = [0, 0, 0, 0];
/** @type {(r: DOMRect) => Rect} */
export const edges = (r) => [r.left, r.top, r.right, r.bottom];
/** @type {(element: Element) => Rect} */
export const rect = (element) => edges(rectOf(element));
/** @type {(a: Rect, b: Rect) => Rect} */
export const and = (a, b) => [a[0] > b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1], a[2] < b[2] ? a[2] : b[2], a[3] < b[3] ? a[3] : b[3]];
/** @type {(r: Rect) => boolean} Thinner than a hair is nothing. */
export const empty = (r) => !(r[2] - r[0] >= 0.5 && r[3] - r[1] >= 0.5);
/** @type {(r: Rect) => number} */
export const area = (r) => (empty(r) ? 0 : (r[2] - r[0]) * (r[3] - r[1]));
/** @type {(a: Rect, b: Rect) => boolean} Reaches every edge of the other, but for a scroll bar. */
const covers = (a, b) => a[0] <= b[0] + 1 && a[1] <= b[1] + 1 && a[2] >= b[2] - 20 && a[3] >= b[3] - 20;

/** @type {(top: Colour, ground: Colour) => Colour} */
export const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3]));
/** @type {(c: Colour, alpha: number) => number} */
export const pack = (c, alpha) => ((Math.round(c[0]) * 256 + Math.round(c[1])) * 256 + Math.round(c[2])) * 256 + Math.round(alpha * 255);
/** @type {(a: Colour, b: Colour) => boolean} So near that a closer look is worth its cost; the core says what is the same. */
export const near = (a, b) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) < 60;

/** The parent in the flat tree. @type {(node: Node) => Node | null | undefined} */
export const up = (node) => /** @type {Element} */ (node).assignedSlot || parentOf(node) || /** @type {ShadowRoot} */ (node).host;

/** Whether `outer` is `inner` or holds it, through shadow roots too. @type {(outer: Node, inner: Node | null | undefined) => boolean} */
export function holds(outer, inner) {
  for (; inner; inner = up(inner)) if (inner === outer) return true;
  return false;
}

/** Long enough for the frame of a slow phone: a look before it would compute the page's layout itself. */
const LATE_MS = 1000;

/**
 * When looks take place. What is answered takes the first step when the browser has just drawn a frame: layout is done, and nothing has to be computed for
 * us; after a while in any case. Each further step, as long as `step` answers true, is a task of its own. A look that still waits gives way to the next.
 * @type {(step: () => boolean) => (w: Window) => void}
 */
export function framesFor(step) {
  /** Whether a look waits for its frame, and since when it does. */
  let waits = false, since = 0;
  /**
   * A message comes right after the frame, without the delays of timers. One channel for all looks: making one costs as much as ten elements.
   * @type {MessageChannel | undefined}
   */
  let channel;
  /**
   * When the timer fires that stands in for frames that do not come. It is left running when they do: one a second costs less than one a look.
   * Its time and not its number, because a page may clear all timers there are.
   */
  let due = -1 / 0;
  const next = () => {
    waits = false;
    // Unless the next look waits for its frame by then.
    if (step()) setTimeout(() => waits || next());
  };
  const begin = () => {
    if (waits) next();
  };
  const standIn = () => {
    due = since + LATE_MS;
    setTimeout(() => {
      due = -1 / 0;
      if (waits && performance.now() - since < LATE_MS) standIn();
      else begin();
    }, due - performance.now());
  };
  return (w) => {
    waits = true;
    since = performance.now();
    // One that is long overdue was cleared.
    if (!(since < due + LATE_MS)) standIn();
    w.requestAnimationFrame(() => {
      if (!channel) {
        channel = new MessageChannel();
        channel.port1.onmessage = begin;
      }
      channel.port2.postMessage(0);
    });
  };
}

/** What is known from one look to the next. */
export class Memory {
  /**
   * @param {string} furniture Selector.
   * @param {string} ours What the names of the guard's own elements begin with.
   */
  constructor(furniture, ours) {
    this.furniture = furniture;
    this.ours = ours;
    /** The root element, if there is one. @type {Element | null} */
    this.home = null;
    /** @type {Map<string, Colour | undefined>} */
    this.colours = new Map();
    /** Pictures of backgrounds that were asked for once more. @type {Map<string, HTMLImageElement>} */
    this.pictures = new Map();
    /** A sum over what a canvas showed at the last look, and whether it had changed then. @type {WeakMap<Element, { sum: number, moved: boolean }>} */
    this.drawings = new WeakMap();
  }
}

/** A document in its window, in its own coordinates. */
export class Viewport {
  /**
   * @param {Window & typeof globalThis} win
   * @param {Document} page
   */
  constructor(win, page) {
    this.win = win;
    this.page = page;
    this.range = page.createRange();
    /** The viewport, and that in CSS px². @type {Rect} */
    this.view = [0, 0, win.innerWidth, win.innerHeight];
    this.size = area(this.view);
    /** What scrolling brings into view, once it was asked for. @type {Rect | undefined} */
    this.far = undefined;
  }
}

/** One look at a window. */
export class Look {
  /**
   * @param {Memory} memory
   * @param {Window & typeof globalThis} w
   * @param {boolean} sure The page is in trouble, so that a canvas may be asked what it is.
   */
  constructor(memory, w, sure) {
    this.memory = memory;
    this.sure = sure;
    /** What is looked at: the window's document, or that of a frame in it. */
    this.viewport = new Viewport(w, w.document);
    /** The root element, and all that holds it. @type {Set<Node>} */
    this.lineage = new Set();
    for (let node = /** @type {Node | null | undefined} */ (memory.home); node; node = up(node)) this.lineage.add(node);
    /** Whether something was hit in place of what it generates. */
    this.odd = false;
    /** Elements that move without end, once they were asked for. @type {Set<Element> | undefined} */
    this.moving = undefined;
    /** What those paint that lie under texts. @type {Map<Element, Colour | null | undefined>} */
    this.grounds = new Map();
  }
}

/** `[r, g, b, a]`, or undefined: of other colour spaces than sRGB nothing is claimed. @type {(look: Look, text: string) => Colour | undefined} */
export function colour(look, text) {
  const { colours } = look.memory;
  let known = colours.get(text);
  if (known === undefined && !colours.has(text)) {
    const parts = /^rgba?\(([^)]*)\)$/.exec(text);
    known = parts ? parts[1].split(/[,/ ]+/).map(Number) : undefined;
    if (known && known.length < 4) known[3] = 1;
    if (colours.size > 500) colours.clear();
    colours.set(text, known);
  }
  return known;
}

/** @type {(look: Look, element: Element, pseudo?: string) => CSSStyleDeclaration} */
export function styleOf(look, element, pseudo) {
  return computed(look.viewport.win, element, pseudo);
}

/**
 * What scrolling can bring into view without going far: a screen more in each direction that scrolls. Only for what is not in view: the
 * size of all that overflows is the dearest thing to ask a document for.
 * @type {(look: Look) => Rect}
 */
export function reach(look) {
  const { viewport } = look;
  if (viewport.far) return viewport.far;
  const { page, view } = viewport;
  const html = page.documentElement;
  let style = styleOf(look, html);
  const at = rect(html);
  // The overflow of the body counts for the viewport unless that of the root element does.
  if (style.overflowY == "visible" && page.body) style = styleOf(look, page.body);
  const fixed = /hidden|clip/;
  /** @type {Rect} */
  const far = [...view];
  viewport.far = far;
  if (!fixed.test(style.overflowX)) {
    const more = widthOf(html);
    if (style.direction == "rtl") far[0] = Math.min(0, view[2] - more);
    else {
      far[0] = Math.min(0, at[0]);
      far[2] = Math.max(view[2], at[0] + more);
    }
  }
  if (!fixed.test(style.overflowY)) {
    far[1] = Math.max(Math.min(0, at[1]), -view[3]);
    far[3] = Math.min(Math.max(view[3], at[1] + heightOf(html)), 2 * view[3]);
  }
  return far;
}

/** What surrounds a document. @type {(look: Look, html: Element, main: boolean) => Context} */
export function around(look, html, main) {
  const style = styleOf(look, html);
  return {
    main, sectioned: false, waiting: false, hidden: false, skipped: false, high: false, opacity: 1, clip: ALL, absolute: ALL, reach: undefined,
    // What shows where nothing is painted: white, unless the page asks for a dark scheme.
    ground: /dark/.test(style.colorScheme) ? null : [255, 255, 255], depth: 0, style, element: html, image: "none",
  };
}

/** By hand, which is a tenth of the cost of Object.assign. @type {(o: Context) => Context} */
export function copy(o) {
  return {
    main: o.main, sectioned: o.sectioned, waiting: o.waiting, hidden: o.hidden, skipped: o.skipped, high: o.high, opacity: o.opacity, clip: o.clip,
    absolute: o.absolute, reach: o.reach, ground: o.ground, depth: o.depth, style: o.style, element: o.element, image: o.image,
  };
}

/** Whether scrolling does not bring it into view. @type {(look: Look, r: Rect, inside: Context) => boolean} */
export const beyond = (look, r, inside) => (inside.reach ? empty(and(r, inside.reach)) : empty(and(r, look.viewport.view)) && empty(and(r, reach(look))));

/** @type {(look: Look, position: string, box: Rect, inside: Context, holder: Element | null) => void} */
export function clipTo(look, position, box, inside, holder) {
  const { element, style } = inside;
  const { view } = look.viewport;
  if (position == "fixed") {
    inside.clip = ALL;
    inside.reach = view;
  } else if (position == "absolute") inside.clip = inside.absolute;
  const path = style.clipPath;
  if ((path != "none" && isCut(path, box)) || (position == "absolute" && /^rect\((0px, ){3}0px|^rect\((1px, ){3}1px/.test(style.clip))) {
    inside.clip = inside.absolute = NONE;
    return;
  }
  if (style.overflow != "visible") {
    const x = style.overflowX, y = style.overflowY;
    const shown = and(inside.clip, box);
    inside.clip = shown;
    if (!empty(shown)) {
      // What a scroller holds can be scrolled to, but for what lies before its start.
      const scrolls = /auto|scroll/;
      /** @type {Rect} */
      const free = [...shown];
      /** @type {Rect} */
      const ends = [...(inside.reach || reach(look))];
      if (scrolls.test(x)) (free[0] = -1 / 0), (free[2] = 1 / 0), (ends[0] = box[0] - Math.abs(element.scrollLeft)), (ends[2] = 1 / 0);
      if (scrolls.test(y)) (free[1] = -1 / 0), (free[3] = 1 / 0), (ends[1] = box[1] - element.scrollTop), (ends[3] = box[3] + view[3]);
      inside.clip = free;
      inside.reach = ends;
    }
  }
  if (inside.absolute != inside.clip && (position != "static" || (holder && style.transform != "none"))) inside.absolute = inside.clip;
}

/** Whether a clip path leaves nothing. @type {(path: string, box: Rect) => boolean} */
function isCut(path, box) {
  const inset = /^inset\(([^)]*?)( round.*)?\)/.exec(path);
  if (!inset) return /^(circle\(0|ellipse\(0|polygon\(0px 0px, 0px 0px)/.test(path);
  const sides = inset[1].split(" ");
  const part = (/** @type {number} */ at, /** @type {number} */ whole) => parseFloat(sides[at]) * (/%/.test(sides[at]) ? whole / 100 : 1);
  const high = box[3] - box[1], wide = box[2] - box[0];
  const right = sides.length > 1 ? 1 : 0;
  return part(0, high) + part(sides.length > 2 ? 2 : 0, high) >= high || part(right, wide) + part(sides.length > 3 ? 3 : right, wide) >= wide;
}

/** Why it cannot be seen where it is, or 0. @type {(look: Look, box: Rect, inside: Context) => number} */
export function hides(look, box, inside) {
  const shown = and(box, inside.clip);
  return inside.skipped ? TRANSPARENT : inside.hidden ? HIDDEN : empty(shown) ? CLIPPED : beyond(look, shown, inside) ? OFF_SCREEN : SEEN;
}

/** The box of an element with what flows out of it. @type {(element: Element, box: Rect) => Rect} */
export function flowOf(element, box) {
  return [box[0], box[1], Math.max(box[2], box[0] + widthOf(element)), Math.max(box[3], box[1] + heightOf(element))];
}

/** @type {(look: Look, element: Element, name: string) => boolean} */
export function isHigh(look, element, name) {
  return name == "html" || name == "body" || look.lineage.has(element);
}

/** Has a ground, a line or a shadow of its own. @type {(look: Look, inside: Context) => boolean | undefined} */
export function setsOff(look, inside) {
  const { style } = inside;
  const paint = colour(look, style.backgroundColor);
  return (paint && paint[3] > 0.5 && (!inside.ground || String(paint.slice(0, 3)) != String(inside.ground))) || style.boxShadow != "none" || parseFloat(style.borderTopWidth) + parseFloat(style.borderBottomWidth) > 0;
}

/** Whether a background's picture has come. Where the browser does not tell, it has. @type {(look: Look, image: string) => boolean} */
export function came(look, image) {
  const [, url = ""] = /url\("?([^")]+)/.exec(image) || [];
  if (!/^https?:/.test(url)) return true;
  const entry = performance.getEntriesByName(url).pop();
  if (!entry) return performance.getEntriesByType("resource").length > 200;
  const { responseStatus } = /** @type {PerformanceResourceTiming} */ (entry);
  if (responseStatus !== undefined) return responseStatus < 400;
  // WebKit does not tell: its cache does, at the next look.
  const { pictures } = look.memory;
  let picture = pictures.get(url);
  if (!picture) pictures.set(url, (picture = Object.assign(new Image(), { src: url })));
  return !picture.complete || picture.naturalWidth > 0;
}

/** Whether it is animated without end, or is a part of such a thing. @type {(look: Look, element: Element) => boolean} */
export function moves(look, element) {
  const { page } = look.viewport;
  const moving = look.moving || new Set();
  if (!look.moving) {
    look.moving = moving;
    const all = page.getAnimations ? page.getAnimations() : [];
    for (const { effect, playState } of all.slice(0, 500)) {
      const { target } = /** @type {KeyframeEffect} */ (effect || {});
      if (playState == "running" && effect && target && effect.getTiming().iterations === 1 / 0) moving.add(target);
    }
  }
  if (find(element, "animate,animateTransform") || (look.memory.drawings.get(element) || { moved: false }).moved) return true;
  if (!moving.size) return false;
  /** @type {Element | null} */
  let up = element;
  for (let n = 4; up && n--; up = up.parentElement) if (moving.has(up)) return true;
  return [...moving].slice(0, 20).some((part) => element.contains(part));
}

/** Whether something was drawn on it, as far as that can be told. @type {(look: Look, element: Element, ink: number) => boolean} */
export function isDrawn(look, element, ink) {
  if (ink == IMAGE) {
    const { complete, naturalWidth } = /** @type {HTMLImageElement} */ (element);
    return complete && naturalWidth > 0;
  }
  if (ink == VIDEO) {
    const video = /** @type {HTMLVideoElement} */ (element);
    // 2: HAVE_CURRENT_DATA
    return video.readyState >= 2 || !!video.poster || (video.controls && !video.error && !!video.currentSrc);
  }
  if (ink == VECTOR) {
    const picture = /** @type {SVGSVGElement} */ (element);
    if (!picture.getBBox) return true;
    const { width, height } = picture.getBBox();
    return !(width === 0 && height === 0);
  }
  return ink != CANVAS || canvasDrawn(look, /** @type {HTMLCanvasElement} */ (element));
}

/** Copied small onto a canvas of our own. One that may not be read counts as drawn. @type {(look: Look, element: HTMLCanvasElement) => boolean} */
function canvasDrawn(look, element) {
  const SIDE = 32;
  try {
    const copy = look.viewport.page.createElement("canvas");
    copy.width = copy.height = SIDE;
    const context = copy.getContext("2d", { willReadFrequently: true });
    if (!context) return true;
    context.drawImage(element, 0, 0, SIDE, SIDE);
    const pixels = new Uint32Array(context.getImageData(0, 0, SIDE, SIDE).data.buffer);
    if (pixels.some((pixel) => pixel >>> 24 && pixel !== pixels[0])) {
      // Drawn anew between two looks.
      const sum = pixels.reduce((sum, pixel) => (sum * 31 + pixel) | 0, 0);
      const { drawings } = look.memory;
      const before = drawings.get(element);
      drawings.set(element, { sum, moved: !!before && before.sum !== sum });
      return true;
    }
    // One colour, or nothing. WebGL's buffer is gone once it was shown: the context tells whether something was drawn.
    // Asking for a context would give a canvas one that has none, so this waits until the page is in trouble.
    if (!look.sure || element.getContext("2d")) return false;
    const gl = element.getContext("webgl2") || element.getContext("webgl");
    return !gl || (!gl.isContextLost() && !!gl.getParameter(gl.CURRENT_PROGRAM));
  } catch (_) {
    return true;
  }
}

/**
 * The colour in the middle of a place, null where it is not one colour, undefined where nothing is painted.
 * @type {(look: Look, place: Rect) => Colour | null | undefined}
 */
export function groundAt(look, place) {
  const { grounds } = look;
  for (const element of stack(look, place)) {
    if (!grounds.has(element)) grounds.set(element, groundOf(look, element));
    const ground = grounds.get(element);
    if (ground !== undefined) return ground;
  }
  return undefined;
}

/**
 * What an element paints there: one colour, null where it is not one, undefined where it lets see through.
 * @type {(look: Look, element: Element) => Colour | null | undefined}
 */
function groundOf(look, element) {
  if (INK.has(nameOf(element))) return null;
  for (const pseudo of ["::before", "::after", undefined]) {
    const style = styleOf(look, element, pseudo);
    if (pseudo && (style.content == "none" || style.content == "normal" || style.position == "static")) continue;
    if (style.backgroundImage != "none" || style.mixBlendMode != "normal") return null;
    const paint = colour(look, style.backgroundColor);
    if (!paint) return null;
    if (paint[3]) return paint[3] < 1 ? null : paint;
  }
  return undefined;
}

/** What is hit first at the middle of a place. @type {(look: Look, box: Rect) => Element | null} */
export const topOf = (look, box) => topAt(look.viewport.page, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2);

/** All that is hit at the middle of a place, the topmost first. @type {(look: Look, box: Rect) => Element[]} */
const stack = (look, box) => allAt(look.viewport.page, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2);

/** The same at these shares of the viewport's width and height. @type {(look: Look, x: number, y: number) => Element[]} */
const stackAt = (look, x, y) => allAt(look.viewport.page, look.viewport.view[2] * x, look.viewport.view[3] * y);

/**
 * Whether something opaque lies over the middle of a mark; undefined for what lets touches through: that is not found where it is.
 * @type {(look: Look, element: Element, box: Rect, style: CSSStyleDeclaration) => boolean | undefined}
 */
export function covered(look, element, box, style) {
  if (style.pointerEvents == "none") return undefined;
  const { memory: { home, ours }, viewport: { page } } = look;
  const related = (/** @type {Element} */ top) => holds(element, top) || holds(top, element);
  // The topmost alone is found much faster than all of them.
  const first = topOf(look, box);
  // What generates a layer is hit in its place.
  if (first && first != element && (first == home || first == page.body || first == page.documentElement)) look.odd = true;
  if (!first || related(first)) return false;
  for (const top of stack(look, box)) {
    if (nameOf(top).startsWith(ours) || top.id == "pagemend-last-resort") continue;
    if (related(top)) return false;
    if (opaque(look, top, styleOf(look, top))) return true;
  }
  return false;
}

/** @type {(look: Look, element: Element, style: CSSStyleDeclaration) => boolean | undefined} */
function opaque(look, element, style) {
  if (Number(style.opacity) < OPAQUE || style.visibility != "visible") return false;
  if (/^(img|video|canvas|iframe)$/.test(nameOf(element))) return true;
  const paint = colour(look, style.backgroundColor);
  return (paint && paint[3] >= OPAQUE) || (/gradient/.test(style.backgroundImage) && !/rgba|transparent/.test(style.backgroundImage));
}

/**
 * An opaque layer over the whole viewport that hit-tests do not find: touches go through it, or it is a pseudo-element.
 * @type {(look: Look) => Element | undefined}
 */
export function findMask(look) {
  const { memory: { home }, odd, viewport: { page, view } } = look;
  for (const parent of new Set([page.documentElement, page.body, home])) {
    if (!parent) continue;
    // The style of a pseudo-element that is not there costs as much as fifty others.
    for (const pseudo of odd ? ["::before", "::after"] : []) {
      const style = styleOf(look, parent, pseudo);
      if (style.content != "none" && style.content != "normal" && /fixed|absolute/.test(style.position) && style.display != "none" && opaque(look, parent, style) && !(Number(style.zIndex) < 0) && parseFloat(style.width) >= view[2] - 1 && parseFloat(style.height) >= view[3] - 1) return parent;
    }
    // Layers are put last; the root holds the page itself.
    let n = parent == home && parent != page.body ? 4 : 20;
    for (let child = parent.lastElementChild; child && n--; child = child.previousElementSibling) {
      if (child == page.body || NEVER.has(nameOf(child)) || !covers(rect(child), view)) continue;
      const style = styleOf(look, child);
      if (style.pointerEvents == "none" && /fixed|absolute/.test(style.position) && !(Number(style.zIndex) < 0) && opaque(look, child, style)) return child;
    }
  }
  return undefined;
}

/**
 * The innermost opaque layer over the whole viewport, found at its middle and at four points around it.
 * @type {(look: Look) => Element | undefined}
 */
export function findCover(look) {
  const at = (/** @type {number} */ x, /** @type {number} */ y) => stackAt(look, x, y).filter((element) => !nameOf(element).startsWith(look.memory.ours));
  for (const top of at(0.5, 0.5)) {
    /** @type {Element | null} */
    let layer = top;
    for (; layer && !/^(body|html)$/.test(nameOf(layer)); layer = layer.parentElement) {
      const style = styleOf(look, layer);
      if (/fixed|absolute/.test(style.position) && covers(rect(layer), look.viewport.view) && opaque(look, layer, style)) {
        const found = layer;
        return [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]].every(([x, y]) => at(x, y).some((top) => holds(found, top))) ? found : undefined;
      }
    }
  }
  return undefined;
}

/** The layer, and what lies above it. @type {(look: Look, layer: Element) => Element[]} */
export function aboveOf(look, layer) {
  const found = [layer];
  for (const [x, y] of [[0.5, 0.5], [0.5, 0.3], [0.5, 0.7], [0.25, 0.5], [0.75, 0.5], [0.5, 0.95], [0.5, 0.05]]) {
    for (const top of stackAt(look, x, y)) {
      if (holds(layer, top) || holds(top, layer)) break;
      if (!found.some((known) => holds(known, top))) found.push(top);
    }
  }
  return found;
}

const INVISIBLE = /[\s\0-\x20\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff]+/g;
/** Characters that leave a mark; of long texts the beginning tells enough. @type {(text: string) => number} */
export function marks(text) {
  return text.slice(0, 400).replace(INVISIBLE, "").length;
}

/** More are not looked through: a translator begins with texts. */
const MOST_RECORDS = 50;

/**
 * Whether a batch of mutations puts in what translators wrap texts into, and what no page of today writes by itself.
 * @type {(records: MutationRecord[]) => boolean}
 */
export function isAltered(records) {
  for (const { addedNodes } of records.slice(0, MOST_RECORDS)) {
    for (const node of addedNodes) if (/** @type {Partial<Element>} */ (node).localName == "font") return true;
  }
  return false;
}
