// Reads what can be seen of the page: one walk over the flat tree, in document order, from what has been read already.
// It tells facts (rectangles, colours, what lies on top); whether they amount to content is for the core to say.
// In JavaScript because it reads some twenty properties of an element: through WebAssembly's glue each of them costs
// ten times as much.
import {
  BACKGROUND, BLOCK, CLIPPED, CONTROL, COVERED, EMPTY, FOREIGN, HIDDEN, IMAGE, INK, Look, Memory, NEVER, NONE, OFF_SCREEN, PLACEHOLDER, TEXT,
  TRANSPARENT, Viewport, aboveOf, and, area, around, attribute, beyond, boxed, came, clipTo, colour, copy, covered, edges, empty,
  find, findCover, findMask, firstChild, flowOf, framesFor, groundAt, hasAttributes, hides, holds, isDrawn, isElement, isHigh, isText, marks, matches, moves,
  nameOf, near, nextSibling, over, pack, parentOf, rect, setsOff, shadowOf, styleOf, topAt, topOf, up,
} from "./screen.js";

/** @import { Colour, Context, Rect } from "./screen.js" */
/** @typedef {Window & typeof globalThis} Page */
/**
 * Takes one mark and answers 0 when it cannot be seen, 1 when it can, `ENOUGH` when no more are needed. `kind` is ink + 16 × sight + 256 if it is
 * furniture, + 512 if it is the page itself or its root, -1 when everything told before is void; `amount` is characters for text, CSS px² of what
 * shows for everything else; colours are `0xRRGGBBAA`, -1 where they are not one.
 * @typedef {(kind: number, amount: number, left: number, top: number, right: number, bottom: number, colour: number, ground: number) => number} Put
 */
/** @typedef {{ element: Element, box: Rect, page: Document, style: CSSStyleDeclaration, text: Text | undefined }} Spot Where something was seen. */
/** @typedef {{ kinds: WeakMap<Node, string>, texts: Text[], view: string, left: number }} Proof */

// What the core answers to a mark.
const ENOUGH = 2;

/** A walk is cut short after so many elements: it is one task of the page's main thread. */
const MOST = 2500;
const MOST_MS = 12;
const DEEPEST = 600;
/** After so many elements without any ink among the children of one element, ever more of the next ones are passed over; those without a box sooner. */
const BARREN = 64;
const SHUT = 8;
const STRIDE = 64;
/** Of those without a box at most so many in a row go unasked. */
const UNASKED = 8;
/** Hit-tests of one walk, each of which may look at every element of the page; and those for what is under a text. */
const HITS = 24;
const GROUNDS = 12;
/** Looks that may begin with what proved the page's content before, until it is walked whole again; and of how many texts. */
const BEFORE_WALK = 20;
const MOST_TEXTS = 10;
/** Smaller elements are not looked at for backgrounds and pseudo-elements, in CSS px². */
const SMALL = 500;

const WAITING = /skeleton|spin(ner|ning)?\b|placeholder|loading|loader|shimmer/i;
/** A text that only says that one has to wait. */
const WAITING_TEXT = /^(正在|努力|拼命).*|.*(加载|载入|读取|处理|查询|刷新)中|请?稍[候等]|loading|preparing|fetching|connecting|please wait|just a moment|one moment|جار|تحميل|טוען/i;
const TOAST = /toast|snackbar|notify|notification/i;
/** A caption of the waiting is shorter than this. */
const CAPTION = 24;

/** Looks at one window again and again. Between two looks nothing of the page is held on to, but for what proved its content. */
export class Reader {
  /**
   * @param {string} root Selector of the root element.
   * @param {string} furniture
   * @param {string} ours
   * @param {() => boolean} step The next step of a look.
   */
  constructor(root, furniture, ours, step) {
    this.root = root;
    this.afterFrame = framesFor(step);
    /** Whether anything was. */
    this.painted = false;
    this.memory = new Memory(furniture, ours);
    /** The texts that were enough in the last whole walk, and what it said of the elements around them. @type {Proof | undefined} */
    this.proof = undefined;
    /** The one that is under way. @type {Walk | undefined} */
    this.walk = undefined;
  }

  /**
   * Finds the root. Whether the page can be looked at, in one number, because each property costs a call from WebAssembly: the sum of 1 for a
   * prerendered page, 2 for a hidden one, 4 for one that is still loading, 8 when something is still to come before the first paint, 16 when there is
   * no root element; 32 × the viewport's width and 2,097,152 × its height, in CSS px, 65,535 at most.
   * @param {Window} w
   */
  circumstances(w) {
    const side = (/** @type {number} */ px) => Math.min(px >>> 0, 65535);
    const document = /** @type {Document & { prerendering?: boolean }} */ (w.document);
    const { memory } = this;
    memory.home = null;
    try {
      this.painted = this.painted || performance.getEntriesByType("paint").length > 0;
      memory.home = document.querySelector(this.root);
    } catch (_) {}
    const { prerendering, visibilityState, readyState } = document;
    const loaded = readyState == "complete";
    const state = (prerendering ? 1 : visibilityState == "hidden" ? 2 : 0) + (loaded ? 0 : 4) + (this.painted || loaded ? 0 : 8) + (memory.home ? 0 : 16);
    return state + 32 * (side(w.innerWidth) + 65536 * side(w.innerHeight));
  }

  /**
   * Begins a walk, or goes on with the one under way when `w` is missing. Answers true when there is more to do, so that no task is long; at its
   * end why it ended early, or false.
   * @param {Put} put
   * @param {Page | undefined} w
   * @param {boolean} sure The page is in trouble, so that a canvas may be asked what it is.
   * @returns {boolean | string}
   */
  sample(put, w, sure) {
    let more = false;
    try {
      if (w) this.walk = new Walk(this, w, sure, put);
      const { walk } = this;
      if (!walk) return false;
      walk.put = put;
      walk.deadline = performance.now() + MOST_MS;
      more = !walk.steps.next().done;
      return more || walk.seen.trouble || false;
    } catch (thrown) {
      return "the page could not be read: " + thrown;
    } finally {
      if (!more) {
        this.walk = undefined;
        this.memory.home = null;
      }
    }
  }
}

/** What is known of the page since it is read from its beginning. */
class Seen {
  constructor() {
    this.enough = false;
    /** Why it ends early. */
    this.trouble = "";
    this.nodes = 0;
    /** 1 where elements were passed over, and 2 where such without a box were; how many. */
    this.passed = 0;
    this.skipped = 0;
    /** How many marks were seen; how many of them are the page's content, and whose the last one is of those. */
    this.inked = 0;
    this.mains = 0;
    /** @type {Element | undefined} */
    this.witness = undefined;
    /** @type {Spot[]} */
    this.spots = [];
    /** Where parts that are not displayed were told of: 1 in the main region, 2 in furniture. */
    this.closed = 0;
    /** Bars and columns at the edges. */
    this.bars = 0;
    /** How many marks were asked what lies on them, and how many texts what lies under them. */
    this.hits = 0;
    this.unders = 0;
  }
}

/** One look, from its first task to its last. */
class Walk extends Look {
  /**
   * @param {Reader} reader
   * @param {Page} w
   * @param {boolean} sure
   * @param {Put} put
   */
  constructor(reader, w, sure, put) {
    super(reader.memory, w, sure);
    this.put = put;
    this.seen = new Seen();
    /** When the task ends, and how often it was asked whether it does. */
    this.deadline = 0;
    this.ticks = 0;
    /** Whether pseudo-elements are read; whether it is asked why elements have no box; whether each mark is hit-tested. */
    this.thorough = false;
    this.closely = false;
    this.careful = false;
    /** What a glance has nothing more to learn of. @type {Set<Element | null> | undefined} */
    this.known = undefined;
    /** The text node that is being read. @type {Text | undefined} */
    this.reading = undefined;
    /** What is left to do of it. */
    this.steps = readPage(this, reader);
  }
}

/** Yields where the next task may go on. @type {(walk: Walk, reader: Reader) => Generator<undefined, void>} */
function* readPage(walk, reader) {
  const html = walk.viewport.page.documentElement;
  if (!firstChild(html)) throw "its nodes cannot be told";
  // What Object.prototype has hides the styles of these names.
  for (const key of ["display", "visibility", "opacity", "position", "clip", "color"]) if (key in {}) throw `Object.prototype has "${key}"`;
  const outside = around(walk, html, true);
  let open = reader.proof && !walk.sure && stillProved(walk, reader.proof, outside);
  if (!open) {
    forget(walk);
    readElement(walk, html, outside);
    reader.proof = proofOf(walk);
    const { seen } = walk;
    // Of a large page a closer reading of what is not passed over would tell little; what the screen shows is asked below.
    walk.thorough = !seen.inked && seen.nodes + seen.skipped < 400;
    walk.closely = seen.passed > 1 && !seen.enough;
    // A machine that is busy with something else says nothing about the page: that gets another task, with more time.
    if (walk.thorough || walk.closely || (seen.trouble && seen.nodes <= MOST)) {
      yield;
      forget(walk);
      walk.deadline += 2 * MOST_MS;
      readElement(walk, html, outside);
    }
    const { trouble, passed, enough } = walk.seen;
    if (trouble) yield* glance(walk, outside, [0.5, 0.25, 0.75], [0.3, 0.5, 0.7]);
    // What fills the screen lies in its middle.
    else if (passed && !enough) yield* glance(walk, outside, [0.5], [0.5]);
    open = yield* isOpen(walk);
  }
  const mask = walk.seen.spots.length ? findMask(walk) : undefined;
  if (mask || !open) {
    // Something lies on top: from now on each mark is looked at where it is.
    reader.proof = undefined;
    forget(walk);
    walk.careful = true;
    yield;
    const cover = mask || findCover(walk);
    if (cover) {
      tell(walk, TEXT, COVERED, 1, walk.viewport.view, { main: true, high: false });
      // What lies above a layer that touches go through is not found by hit-tests.
      for (const above of !mask ? aboveOf(walk, cover) : isHigh(walk, mask, nameOf(mask)) ? [] : [mask]) readElement(walk, above, contextWithin(walk, above, outside));
    } else readElement(walk, html, outside);
  }
}

/**
 * What decides, beside styles, whether an element is a part of the content; `placeOf` asks whether it stands alone. Counting children takes time.
 * @type {(element: Element) => string}
 */
const kindOf = (element) => attribute(element, "class") + String(!(element.previousElementSibling || element.nextElementSibling));

/**
 * What proved the page's content, when these are a few texts that the screen shows: the next looks begin with them. Not for many, because a
 * walk sees more: what has become furniture, or stands for something that is still to come. A look after a change lets go of what was taken out.
 * @type {(walk: Walk) => Proof | undefined}
 */
function proofOf({ seen: { enough, mains, spots }, viewport: { page, view } }) {
  if (!enough || mains != spots.length || mains > MOST_TEXTS) return undefined;
  const kinds = new WeakMap();
  const texts = [];
  for (const { text } of spots) {
    if (!text) return undefined;
    texts.push(text);
    for (let element = parentOf(text); element != page; element = parentOf(element)) {
      // Frames and shadow trees are walked.
      if (!element || !isElement(element)) return undefined;
      kinds.set(element, kindOf(element));
    }
  }
  return { kinds, texts, view: String(view), left: BEFORE_WALK };
}

/**
 * Whether the texts that proved it in the last walk still do: in the same place of the document, shown, on a ground that they stand out from.
 * @type {(walk: Walk, proof: Proof, outside: Context) => boolean}
 */
function stillProved(walk, proof, outside) {
  const { kinds, texts } = proof;
  const { page, range, view } = walk.viewport;
  if (proof.view != String(view) || !proof.left--) return false;
  /**
   * The ground at an element as in `contextOf`, false where only a walk can tell: in shadow trees, too. What was taken out ends in no parent.
   * @type {Map<Node | null, Colour | null | false>}
   */
  const grounds = new Map();
  grounds.set(page, outside.ground).set(null, false);
  /** @type {(node: Node | null) => Colour | null | false} */
  const groundAround = (node) => {
    const found = grounds.get(node);
    if (found !== undefined) return found;
    const element = /** @type {Element} */ (node);
    const parent = parentOf(element);
    let ground = up(element) == parent && groundAround(parent);
    if (ground !== false) {
      const style = styleOf(walk, element);
      const paint = colour(walk, style.backgroundColor);
      if (style.opacity != "1" || style.filter != "none" || kindOf(element) != kinds.get(element)) ground = false;
      else if (style.backgroundImage != "none" || !paint) ground = null;
      else if (paint[3]) ground = paint[3] == 1 ? paint : false;
    }
    grounds.set(element, ground);
    return ground;
  };
  for (const node of texts) {
    const element = /** @type {Element} */ (parentOf(node));
    const ground = up(node) == element && groundAround(element);
    const amount = marks(node.data);
    if (ground === false || !amount) return false;
    const style = styleOf(walk, element);
    range.selectNodeContents(node);
    const box = edges(range.getBoundingClientRect());
    // What is hit is shown, and nothing lies on it. What stands between the first and the last one is taken for the same.
    if ([texts[0], texts[texts.length - 1]].includes(node) && !holds(element, topOf(walk, box))) return false;
    letters(walk, amount, box, Object.assign(copy(outside), { element, style, ground, hidden: style.visibility != "visible" }), node.data);
  }
  return walk.seen.enough;
}

/** Everything told before is void. @type {(walk: Walk) => void} */
function forget(walk) {
  walk.put(-1, 0, 0, 0, 0, 0, 0, 0);
  walk.seen = new Seen();
}

/**
 * Not walked whole: what lies at a few points of the screen decides.
 * @type {(walk: Walk, outside: Context, across: number[], down: number[]) => Generator<undefined, void>}
 */
function* glance(walk, outside, across, down) {
  const { seen, viewport: { page, view } } = walk;
  // What was read already is not content twice.
  const known = new Set([page.documentElement, page.body, walk.memory.home]);
  walk.known = known;
  seen.trouble = "";
  seen.nodes = 0;
  for (const y of down) {
    for (const x of across) {
      if (isLong(walk)) yield;
      const top = topAt(page, view[2] * x, view[3] * y);
      for (const { element } of seen.spots) known.add(element);
      if (!top || known.has(top) || done(walk)) continue;
      const within = contextWithin(walk, top, outside);
      // Of something deep its surroundings alone may take the task's time.
      walk.deadline = performance.now() + MOST_MS;
      readElement(walk, top, within);
      known.add(top);
    }
  }
  seen.trouble = "";
  walk.known = undefined;
}

/** The context of an element that the walk is to begin at. @type {(walk: Walk, element: Element, outside: Context) => Context} */
function contextWithin(walk, element, outside) {
  /** @type {Element[]} */
  const chain = [];
  for (let node = up(element); node; node = up(node)) if (isElement(node)) chain.push(node);
  return chain.reduceRight((inside, node) => contextOf(walk, node, inside, styleOf(walk, node), rect(node)), outside);
}

/** @type {(walk: Walk, parent: Node, inside: Context) => void} */
function readChildren(walk, parent, inside) {
  const { seen } = walk;
  let spent = 0, stride = 1;
  for (let node = firstChild(parent); node && !done(walk); ) {
    const before = seen.inked, start = seen.nodes;
    readNode(walk, node, inside);
    const shut = seen.inked == before && spent > SHUT && isNothing(walk, node);
    node = nextSibling(node);
    if (seen.inked > before) {
      spent = 0;
      stride = 1;
      continue;
    }
    spent += seen.nodes - start;
    // One by one where a second look is taken because nothing was found.
    if (shut) for (let last; node && node != last && isNothing(walk, node) && !done(walk); node = passOver(seen, node, walk.closely ? 1 : UNASKED, 2)) last = node;
    else if (spent > BARREN) node = passOver(seen, node, (stride = Math.min(stride * 3, STRIDE)) - 1, 1);
  }
}

/**
 * The sibling so many further on; the last one is never passed over: what is appended stands there.
 * @type {(seen: Seen, node: ChildNode | null, count: number, kind: number) => ChildNode | null}
 */
function passOver(seen, node, count, kind) {
  for (let next; node && count-- && (next = nextSibling(node)); seen.skipped++, seen.passed |= kind) node = next;
  return node;
}

/**
 * Whether nothing of it can be seen, as far as that is told fast. What is `display: contents` has no box, but what it holds has one.
 * @type {(walk: Walk, node: Node) => boolean}
 */
function isNothing(walk, node) {
  if (!isElement(node)) return !isText(node) || !/\S/.test(node.data);
  return boxed && !boxed(node) && !(walk.closely && styleOf(walk, node).display != "none");
}

/** @type {(walk: Walk) => boolean} */
function done(walk) {
  const { seen } = walk;
  if (!seen.enough && !seen.trouble && (seen.nodes > MOST || (!(++walk.ticks & 31) && performance.now() > walk.deadline))) seen.trouble = "the page is too large";
  return seen.enough || seen.trouble != "";
}

/** @type {(walk: Walk, node: Node, inside: Context) => void} */
function readNode(walk, node, inside) {
  if (isElement(node)) readElement(walk, node, inside);
  else if (isText(node)) readText(walk, node, inside);
}

/**
 * What an element hands down to what it contains.
 * @type {(walk: Walk, element: Element, outside: Context, style: CSSStyleDeclaration, box: Rect) => Context}
 */
function contextOf(walk, element, outside, style, box) {
  const name = nameOf(element);
  const { opacity, position } = style;
  const inside = copy(outside);
  inside.depth++;
  inside.style = style;
  inside.element = element;
  // What holds nothing but text is read for the most usual ways of hiding only: most elements are such.
  const holder = element.firstElementChild;
  if (holder && style.contentVisibility == "hidden" && !(boxed && boxed(holder))) inside.skipped = true;
  inside.hidden = inside.skipped || style.visibility != "visible";
  // The page itself, or what holds its root.
  inside.high = isHigh(walk, element, name) || (inside.hidden && outside.hidden && outside.high);
  if (opacity != "1") inside.opacity *= Number(opacity);
  const filter = holder && style.filter;
  if (filter && filter != "none") {
    const faded = /opacity\(([\d.]+)\)/.exec(filter);
    if (faded) inside.opacity *= Number(faded[1]);
  }
  if (name != "html" && name != "body") {
    placeOf(walk, name, position, box, inside);
    clipTo(walk, position, box, inside, holder);
  }
  const image = style.backgroundImage;
  inside.image = image;
  if (image != "none") inside.ground = null;
  else {
    const paint = colour(walk, style.backgroundColor);
    if (!paint) inside.ground = null;
    else if (paint[3]) inside.ground = inside.ground ? over(paint, inside.ground) : paint[3] < 1 ? null : paint;
  }
  return inside;
}

/** @type {(walk: Walk, element: Element, outside: Context) => void} */
function readElement(walk, element, outside) {
  const { seen, viewport: { view } } = walk;
  const name = nameOf(element);
  if (NEVER.has(name) || outside.depth > DEEPEST || name.startsWith(walk.memory.ours) || (outside.depth < 3 && element.id == "pagemend-last-resort")) return;
  seen.nodes++;
  // What has no box needs no rectangle: that is a quarter of what a hidden dialog costs.
  const drawn = boxed && !outside.skipped ? boxed(element) : undefined;
  const box = drawn === false ? NONE : rect(element);
  const shadow = shadowOf(element);
  const first = shadow || firstChild(element);
  const ink = INK.get(name);
  // An empty element that is too small for a picture.
  if (ink === undefined && !first && (area(box) < 9 || (area(box) < SMALL && seen.nodes & 3)) && name != "slot") return;
  // Far from what can be seen, with everything that flows out of it. What is placed in the window is not, but for what is in a transform.
  if (ink === undefined && !empty(box) && beyond(walk, box, outside) && beyond(walk, flowOf(element, box), outside)) return void tell(walk, TEXT, OFF_SCREEN, first ? 1 : 0, box, outside);
  // The style of a document's own element is known.
  const style = element == outside.element ? outside.style : styleOf(walk, element);
  if (!drawn && style.display == "none") return first ? tellClosed(walk, box, outside.main, isHigh(walk, element, name)) : undefined;
  const inside = contextOf(walk, element, outside, style, box);
  if (inside.opacity < 0.05) return void tell(walk, ink || TEXT, ink == IMAGE && !isDrawn(walk, element, ink) ? EMPTY : TRANSPARENT, first || ink ? 1 : 0, box, inside);
  // Only what is placed in the window gets out of here.
  if (empty(inside.clip) && empty(inside.absolute)) return void tell(walk, ink || TEXT, CLIPPED, first || ink ? 1 : 0, box, inside);
  if (ink !== undefined && !(ink == FOREIGN && readFrame(walk, box, inside))) return readReplaced(walk, ink, box, inside);
  const whole = name == "html" || name == "body";
  // A picture that is fitted to the page, not repeated as its ground.
  if (whole && /url\(/.test(inside.image) && /cover|contain|%/.test(style.backgroundSize) && came(walk, inside.image)) mark(walk, BACKGROUND, view, inside);
  if (name == "body" && walk.thorough) {
    for (const pseudo of ["::before", "::after"]) {
      const style = styleOf(walk, element, pseudo);
      if (style.position == "fixed" && style.pointerEvents != "none" && /url\(/.test(style.backgroundImage) && style.content != "none" && came(walk, style.backgroundImage)) mark(walk, BACKGROUND, view, inside);
    }
  }
  if (inside.waiting && !whole && !empty(box)) return mark(walk, PLACEHOLDER, box, inside);
  if (name != "html" && !empty(box)) readPainted(walk, name, first, box, inside, outside);
  if (hasAttributes(element) && /^(|true|plaintext-only)$/.test(String(attribute(element, "contenteditable")))) mark(walk, CONTROL, box, inside);
  const before = seen.inked;
  if (name == "slot") {
    const slot = /** @type {HTMLSlotElement} */ (element);
    for (const node of slot.assignedNodes({ flatten: true })) done(walk) || readNode(walk, node, inside);
  } else readChildren(walk, shadow || element, inside);
  // A component that keeps its inside to itself.
  if (seen.inked == before && !shadow && name.includes("-") && area(box) >= SMALL && walk.viewport.win.customElements.get(name)) mark(walk, FOREIGN, box, inside);
}

/** Dialogs, menus and other views: a hundred of them say no more than one. @type {(walk: Walk, box: Rect, main: boolean, high: boolean) => void} */
function tellClosed(walk, box, main, high) {
  const { seen } = walk;
  const kind = main ? 1 : 2;
  if (!high && seen.closed & kind) return;
  seen.closed |= kind;
  tell(walk, TEXT, HIDDEN, 1, box, { main, high });
}

/** Main region, furniture or placeholder. @type {(walk: Walk, name: string, position: string, box: Rect, inside: Context) => void} */
function placeOf(walk, name, position, box, inside) {
  const { element, style } = inside;
  const { view, size } = walk.viewport;
  const high = (box[3] - box[1]) / view[3], wide = (box[2] - box[0]) / view[2];
  const told = hasAttributes(element);
  const words = (told && attribute(element, "class")) || "";
  if (inside.main) {
    let aside = false;
    if (position != "static") {
      const share = area(and(box, view)) / size;
      const role = attribute(element, "role");
      aside =
        position == "fixed" &&
        ((share < 0.015 && marks(element.textContent) < 9) ||
          (share < 0.15 && (TOAST.test(words) || role == "alert" || role == "status")) ||
          (wide > 0.9 && high < 0.25 && (box[1] <= 1 || box[3] >= view[3] - 1)));
      // A watermark lies over everything and lets every touch through.
      aside = aside || (share > 0.8 && style.pointerEvents == "none");
    }
    // A bar or column at an edge, whatever it is called: it sets itself off, and something else is to stand beside it.
    const across = wide > 0.6 && high < 0.12 && box[3] - box[1] > 35 && (Math.abs(box[1]) <= 1 || Math.abs(box[3] - view[3]) <= 1);
    const along = view[2] > 700 && wide < 0.35 && high > 0.9 && (box[0] <= 1 || box[2] >= view[2] - 1);
    if (
      aside ||
      ((across || along) && name != "p" && setsOff(walk, inside) && /** @type {Element} */ (parentOf(element)).childElementCount > 1) ||
      (!(inside.sectioned && /^(header|footer)$/.test(name)) && isFurniture(walk, element, name, box, high, wide))
    ) {
      inside.main = false;
      walk.seen.bars++;
    }
  }
  if (/^(article|section|main|dialog)$/.test(name)) inside.sectioned = true;
  if (!inside.waiting && (told || name == "progress") && (WAITING.test(words) || name == "progress" || attribute(element, "role") == "progressbar" || attribute(element, "aria-busy") == "true")) {
    // What says something else holds content, whatever it is called.
    const amount = marks(element.textContent);
    inside.waiting = (!amount || (amount < CAPTION && WAITING_TEXT.test(element.textContent.trim()))) && (!INK.get(name) || name == "svg") && !find(element, "input,select,textarea,button,a[href]");
  }
}

/**
 * Bars and columns at the edges. What is higher is the page itself: a landing header, a menu that fills the screen, a notice.
 * @type {(walk: Walk, element: Element, name: string, box: Rect, high: number, wide: number) => boolean}
 */
function isFurniture(walk, element, name, box, high, wide) {
  const lone = name == "footer" && !walk.seen.bars && box[1] < 40 && box[3] < walk.viewport.view[3] / 2;
  return (wide > 0.5 ? high < (name == "footer" ? 0.4 : 0.15) : wide < 0.35 && high > 0.5) && !lone && matches(element, walk.memory.furniture);
}

/** A frame that can be read is walked like the page, in its own coordinates. @type {(walk: Walk, box: Rect, inside: Context) => boolean} */
function readFrame(walk, box, inside) {
  const element = /** @type {HTMLIFrameElement} */ (inside.element);
  const inner = element.contentDocument;
  const html = inner && inner.documentElement;
  if (!html || hides(walk, box, inside)) return false;
  const outer = walk.viewport;
  walk.viewport = new Viewport(/** @type {Page} */ (element.contentWindow), inner);
  const { main, hidden, opacity, depth, waiting } = inside;
  if (walk.viewport.size) readElement(walk, html, Object.assign(around(walk, html, main), { hidden, opacity, depth, waiting }));
  walk.viewport = outer;
  return true;
}

/** @type {(walk: Walk, ink: number, box: Rect, inside: Context) => void} */
function readReplaced(walk, ink, box, inside) {
  const { element } = inside;
  if (!hides(walk, box, inside)) {
    if (!isDrawn(walk, element, ink)) return void tell(walk, ink, EMPTY, area(box), box, inside);
    if (ink != CONTROL && ink != FOREIGN && area(box) < walk.viewport.size / 4 && (inside.waiting || moves(walk, element))) return mark(walk, PLACEHOLDER, box, inside);
  }
  mark(walk, ink, box, inside);
}

/**
 * Backgrounds, pseudo-elements, plain boxes of colour.
 * @type {(walk: Walk, name: string, first: Node | null, box: Rect, inside: Context, outside: Context) => void}
 */
function readPainted(walk, name, first, box, inside, outside) {
  const { element, image, style } = inside;
  const { size } = walk.viewport;
  if (area(box) < SMALL) {
    // One of many, as the cells of a code.
    if (!first && !(walk.seen.nodes & 3)) block(walk, box, inside, outside);
    return;
  }
  const url = name != "body" && element != walk.memory.home && /url\(/.test(image);
  if (url) {
    if (came(walk, image)) mark(walk, BACKGROUND, box, inside);
    else tell(walk, BACKGROUND, EMPTY, area(box), box, inside);
  }
  // Rare, and each property costs as much as all that is told of it: when nothing else was found.
  if (walk.thorough && (/url\(/.test(style.content) || /url\(/.test(style.borderImageSource))) mark(walk, IMAGE, box, inside);
  // Pseudo-elements are read when nothing else was found; behind a page full of elements they would not be seen.
  const behind = first && name != "body" && element.firstElementChild && area(box) > size / 2;
  for (const pseudo of walk.thorough && !behind ? ["::before", "::after"] : []) {
    const within = styleOf(walk, element, pseudo);
    const { content } = within;
    if (content == "none" || content == "normal" || within.display == "none") continue;
    const around = Object.assign(copy(inside), { style: within, hidden: within.visibility != "visible", opacity: inside.opacity * Number(within.opacity) });
    // In quotes. A letter or two are an icon.
    const amount = marks(content) - 2;
    if (/url\(|image/.test(content) || /url\(/.test(within.backgroundImage) || amount == 1 || amount == 2) mark(walk, IMAGE, box, around);
    else if (amount > 0) letters(walk, amount, box, around, content.slice(1, -1));
  }
  if (first || area(box) > size / 2 || url) return;
  if (image != "none") {
    if (moves(walk, element)) mark(walk, PLACEHOLDER, box, inside);
    // Other gradients are grounds.
    else if (/conic|repeating/.test(image)) mark(walk, BACKGROUND, box, inside);
  } else block(walk, box, inside, outside);
}

/** A box of plain colour; cut out by a mask it is a picture. @type {(walk: Walk, box: Rect, inside: Context, outside: Context) => void} */
function block(walk, box, inside, outside) {
  const { element, style } = inside;
  const paint = colour(walk, style.backgroundColor);
  if (!paint || paint[3] < 0.02 || !outside.ground) return;
  if (moves(walk, element)) mark(walk, PLACEHOLDER, box, inside);
  else mark(walk, /url\(/.test(style.maskImage || style.webkitMaskImage) ? BACKGROUND : BLOCK, box, inside, pack(paint, paint[3] * inside.opacity), pack(outside.ground, 1));
}

/** @type {(walk: Walk, node: Text, inside: Context) => void} */
function readText(walk, node, inside) {
  const { data } = node;
  const amount = marks(data);
  if (!amount) return;
  const { range } = walk.viewport;
  walk.seen.nodes++;
  range.selectNodeContents(node);
  walk.reading = node;
  letters(walk, amount, edges(range.getBoundingClientRect()), inside, data);
  walk.reading = undefined;
}

/** @type {(walk: Walk, amount: number, box: Rect, inside: Context, data: string) => void} */
function letters(walk, amount, box, inside, data) {
  const { style, ground, opacity } = inside;
  const waits = inside.waiting || (amount < CAPTION && WAITING_TEXT.test(data.trim()));
  const paint = colour(walk, style.webkitTextFillColor || style.color);
  if (!paint) return mark(walk, waits ? PLACEHOLDER : TEXT, box, inside, -1, -1, amount);
  const alpha = paint[3] * opacity;
  let under = ground ? pack(ground, 1) : -1;
  let ink = pack(paint, alpha);
  const lost = alpha < 0.05 || (ground && near(over([paint[0], paint[1], paint[2], alpha], ground), ground));
  if (lost && !inside.hidden) {
    // Letters can be drawn by other means than their colour.
    const cut = (style.backgroundClip == "text" || style.webkitBackgroundClip == "text") && (style.backgroundImage != "none" || (colour(walk, style.backgroundColor) || [0, 0, 0, 1])[3] > 0.05);
    if (cut || (style.textShadow != "none" && !/^rgba\(.*, 0\)/.test(style.textShadow)) || parseFloat(style.webkitTextStrokeWidth) > 0) ink = under = -1;
    else if (alpha >= 0.05) {
      // Their ground may be painted by something that does not contain them.
      const shown = and(box, walk.viewport.view);
      const found = empty(shown) || ++walk.seen.unders > GROUNDS ? undefined : groundAt(walk, shown);
      under = found === undefined ? under : found ? pack(found, 1) : -1;
    }
  }
  // Faint letters that let every touch through are a watermark.
  const main = inside.main && !(alpha < 0.3 && style.pointerEvents == "none");
  mark(walk, waits ? PLACEHOLDER : TEXT, box, main == inside.main ? inside : Object.assign(copy(inside), { main }), ink, under, amount);
}

/** @type {(walk: Walk, ink: number, box: Rect, inside: Context, paint?: number, ground?: number, amount?: number) => void} */
function mark(walk, ink, box, inside, paint = pack(NONE, inside.opacity), ground = -1, amount = 0) {
  const { known, seen, viewport: { page, view } } = walk;
  if (known && known.has(inside.element)) return;
  let sight = hides(walk, box, inside);
  const shown = sight ? box : and(box, inside.clip);
  if (!sight && walk.careful && inside.main && ++seen.hits < HITS && covered(walk, inside.element, shown, inside.style)) sight = COVERED;
  if (!tell(walk, ink, sight, amount || area(shown), shown, inside, paint, ground)) return;
  seen.inked++;
  if (!inside.main) return;
  seen.mains++;
  seen.witness = inside.element;
  // A place in the middle of the screen's part of it.
  const here = and(shown, view);
  if (!empty(here)) seen.spots.push({ element: inside.element, box: here, page, style: inside.style, text: ink == TEXT ? walk.reading : undefined });
}

/**
 * Hands a mark to the core; answers whether it can be seen.
 * @type {(walk: Walk, ink: number, sight: number, amount: number, box: Rect, inside: Pick<Context, "main" | "high">, paint?: number, ground?: number) => boolean}
 */
function tell(walk, ink, sight, amount, box, inside, paint = 0xff, ground = -1) {
  if (!amount) return false;
  const answer = walk.put(ink + 16 * sight + (inside.main ? 0 : 256) + (inside.high ? 512 : 0), amount, box[0], box[1], box[2], box[3], paint, ground);
  if (answer == ENOUGH) walk.seen.enough = true;
  return answer > 0;
}

/** Whether this task is so long that what comes is for the next: one hit-test may take as long as the walk. @type {(walk: Walk) => boolean} */
const isLong = (walk) => performance.now() > walk.deadline - MOST_MS / 2;

/**
 * Whether the place in the middle lies open where enough was seen, or a few of them where it was not; the screen itself where none of them can tell.
 * @type {(walk: Walk) => Generator<undefined, boolean>}
 */
function* isOpen(walk) {
  const { seen: { enough, spots, witness }, viewport } = walk;
  const step = enough ? 1 : Math.max(1, Math.ceil((spots.length - 1) / 7));
  let asked = false;
  for (let i = enough ? spots.length >> 1 : 0; i < spots.length && !(enough && asked); i += step) {
    if (i && isLong(walk)) yield;
    const { element, box, page, style } = spots[i];
    const found = page == viewport.page ? covered(walk, element, box, style) : undefined;
    if (found) return false;
    asked = asked || found === false;
  }
  // What was seen is out of the viewport, or in a frame.
  const cover = !asked && witness && findCover(walk);
  if (!cover || holds(cover, witness)) return true;
  const zIndex = Number(styleOf(walk, cover).zIndex);
  // 4, and not 1: it stands before what was seen in the same document, so that it is a ground.
  return zIndex < 0 || (!(zIndex > 0) && (cover.compareDocumentPosition(witness) & 5) == 4);
}

