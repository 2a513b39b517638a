// Reads what can be seen of the page: one walk over the flat tree, in document order, from what has been read already.
// It tells facts (rectangles, colours, what lies on top); whether they amount to content is for the core to say.
// In JavaScript because it reads some twenty properties of an element: through WebAssembly's glue each of them costs
// ten times as much.
import {
  ALL, BACKGROUND, BLOCK, CONTROL, FOREIGN, IMAGE, INK, NEVER, NONE, PLACEHOLDER, TEXT, aboveOf, and, area, attend, attribute, boxed, came,
  colour, covered, edges, empty, enter, find, findCover, findMask, firstChild, groundAt, hasAttributes, heightOf, holds, home, isDrawn,
  matches, moves, nameOf, near, nextSibling, ours, over, pack, page, parentOf, range, reach, rect, release, settleScreen, shadowOf, size, styleOf,
  topAt, typeOf, up, view, widthOf, win,
} from "./screen.js";

// Reasons why an ink is not seen, in the order of the core's enum.
const SEEN = 0, HIDDEN = 1, TRANSPARENT = 2, CLIPPED = 3, OFF_SCREEN = 4, COVERED = 6, EMPTY = 7;

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
const INVISIBLE = /[\s\0-\x20\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff]+/g;

let furnitureSelector;

// The walk that is under way.
let put, thorough, ticks, nodes, hits, bars, trouble, enough, deadline, careful;
/** 1 where elements were passed over, and 2 where such without a box were; how many; whether it is worth asking why those have none. */
let passed, skipped, closely;
/** What a glance has nothing more to learn of. */
let known;
/** How many marks were seen; how many of them are the page's content, and whose the last one is of those. */
let inked, mains, witness;
/** The text node that is being read. */
let reading;
/** The texts that were enough in the last whole walk, and what it said of the elements around them. */
let proof;
/** Where parts that are not displayed were told of: 1 in the main region, 2 in furniture. */
let closed;
/** What is left to do of it. */
let steps;
/** Where something was seen: element, rectangle, document. */
let spots;
/** How many texts were asked what lies under them; the root element, and all that holds it. */
let unders, lineage;

/** What does not change: selectors of the root and of furniture, the name of the guard's own elements, and the next step of a look. */
export function settle(root, furniture, tag, next) {
  settleScreen(root, tag, next);
  furnitureSelector = furniture;
  proof = undefined;
}

/**
 * Begins a walk, or goes on with the one under way when `w` is missing.
 * Tells `tellMark(kind, amount, left, top, right, bottom, colour, ground)` of each mark: `kind` is ink + 16 × sight + 256 if it is furniture,
 * + 512 if it is the page itself or its root,
 * -1 when everything told before is void; `amount` is characters for text, CSS px² of what shows for everything else; colours are
 * `0xRRGGBBAA`, -1 where they are not one. `mayAsk`: the page is in trouble, so that a canvas may be asked what it is.
 * Answers true when there is more to do, so that no task is long; at its end why it ended early, or false.
 */
export function sample(tellMark, w, mayAsk) {
  put = tellMark;
  let more;
  try {
    if (w) {
      ticks = 0;
      careful = thorough = closely = false;
      reset();
      attend(w, mayAsk);
      steps = readPage(mayAsk);
    }
    deadline = performance.now() + MOST_MS;
    more = !steps.next().done;
    return more || (trouble !== "" && trouble);
  } catch (thrown) {
    return "the page could not be read: " + thrown;
  } finally {
    // Nothing of the page is held on to, but for what proved it.
    if (!more) release(), (put = lineage = spots = witness = known = steps = reading = undefined);
  }
}

/** Yields where the next task may go on. */
function* readPage(mayAsk) {
  const html = page.documentElement;
  lineage = new Set();
  for (let node = home; node; node = up(node)) lineage.add(node);
  if (!firstChild(html)) throw "its nodes cannot be told";
  // What Object.prototype has hides the styles of these names.
  for (const key of ["display", "visibility", "opacity", "position", "clip", "color"]) if (key in {}) throw `Object.prototype has "${key}"`;
  const outside = around(html, true);
  let open = proof && !mayAsk && stillProved(outside);
  if (!open) {
    forget();
    readElement(html, outside);
    remember();
    // Of a large page a closer reading of what is not passed over would tell little; what the screen shows is asked below.
    thorough = !inked && nodes + skipped < 400;
    closely = passed > 1 && !enough;
    // A machine that is busy with something else says nothing about the page: that gets another task, with more time.
    if (thorough || closely || (trouble && nodes <= MOST)) {
      yield;
      forget();
      deadline += 2 * MOST_MS;
      readElement(html, outside);
    }
    if (trouble) yield* glance(outside, [0.5, 0.25, 0.75], [0.3, 0.5, 0.7]);
    // What fills the screen lies in its middle.
    else if (passed && !enough) yield* glance(outside, [0.5], [0.5]);
    open = yield* isOpen();
  }
  const mask = spots.length && findMask();
  if (mask || !open) {
    // Something lies on top: from now on each mark is looked at where it is.
    proof = undefined;
    forget();
    careful = true;
    yield;
    const cover = mask || findCover();
    if (cover) {
      tell(TEXT, COVERED, 1, view, { main: true, high: false });
      // What lies above a layer that touches go through is not found by hit-tests.
      for (const above of !mask ? aboveOf(cover) : isHigh(mask, nameOf(mask)) ? [] : [mask]) readElement(above, contextWithin(above, outside));
    } else readElement(html, outside);
  }
}

/** What decides, beside styles, whether an element is a part of the content; `placeOf` asks whether it stands alone. Counting children takes time. */
const kindOf = (element) => attribute(element, "class") + !(element.previousElementSibling || element.nextElementSibling);

/**
 * Keeps what proved the page's content, when these are a few texts that the screen shows: the next looks begin with them. Not for many, because a
 * walk sees more: what has become furniture, or stands for something that is still to come. A look after a change lets go of what was taken out.
 */
function remember() {
  proof = undefined;
  if (!enough || mains != spots.length || mains > MOST_TEXTS) return;
  const kinds = new WeakMap();
  for (const [, , , , node] of spots) {
    if (!node) return;
    for (let element = parentOf(node); element != page; element = parentOf(element)) {
      // Frames are walked.
      if (!element) return;
      kinds.set(element, kindOf(element));
    }
  }
  proof = { kinds, texts: spots.map((spot) => spot[4]), view: String(view), left: BEFORE_WALK };
}

/** Whether the texts that proved it in the last walk still do: in the same place of the document, shown, on a ground that they stand out from. */
function stillProved(outside) {
  const { kinds, texts } = proof;
  if (proof.view != String(view) || !proof.left--) return false;
  /** The ground at an element as in `contextOf`, false where only a walk can tell: in shadow trees, too. What was taken out ends in no parent. */
  const seen = new Map([[page, outside.ground], [null, false]]);
  const groundAround = (element) => {
    if (seen.has(element)) return seen.get(element);
    const parent = parentOf(element);
    let ground = up(element) == parent && groundAround(parent);
    if (ground !== false) {
      const style = styleOf(element);
      const paint = colour(style.backgroundColor);
      if (style.opacity != 1 || style.filter != "none" || kindOf(element) != kinds.get(element)) ground = false;
      else if (style.backgroundImage != "none" || !paint) ground = null;
      else if (paint[3]) ground = paint[3] == 1 ? paint : false;
    }
    seen.set(element, ground);
    return ground;
  };
  for (const node of texts) {
    const element = parentOf(node);
    const ground = up(node) == element && groundAround(element);
    const amount = marks(node.data);
    if (ground === false || !amount) return false;
    const style = styleOf(element);
    range.selectNodeContents(node);
    const box = edges(range.getBoundingClientRect());
    // What is hit is shown, and nothing lies on it. What stands between the first and the last one is taken for the same.
    if ([texts[0], texts[texts.length - 1]].includes(node) && !holds(element, topAt(page, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2))) return false;
    letters(amount, box, Object.assign(copy(outside), { element, style, ground, hidden: style.visibility != "visible" }), node.data);
  }
  return enough;
}

/** Everything told before is void. */
function forget() {
  put(-1, 0, 0, 0, 0, 0, 0, 0);
  reset();
}

function reset() {
  enough = false;
  passed = skipped = closed = nodes = inked = hits = unders = bars = 0;
  spots = [];
  mains = 0;
  witness = undefined;
  trouble = "";
}

/** Not walked whole: what lies at a few points of the screen decides. */
function* glance(outside, across, down) {
  // What was read already is not content twice.
  known = new Set([page.documentElement, page.body, home]);
  trouble = "";
  nodes = 0;
  for (const y of down) {
    for (const x of across) {
      if (isLong()) yield;
      const top = topAt(page, view[2] * x, view[3] * y);
      for (const [element] of spots) known.add(element);
      if (!top || known.has(top) || done()) continue;
      const within = contextWithin(top, outside);
      // Of something deep its surroundings alone may take the task's time.
      deadline = performance.now() + MOST_MS;
      readElement(top, within);
      known.add(top);
    }
  }
  trouble = "";
  known = undefined;
}

/** What surrounds a document; with its own style, which no other element takes over. */
function around(html, main) {
  const style = styleOf(html);
  return {
    own: style, main, sectioned: false, waiting: false, hidden: false, skipped: false, high: false, opacity: 1, clip: ALL, absolute: ALL, reach: undefined,
    // What shows where nothing is painted: white, unless the page asks for a dark scheme.
    ground: /dark/.test(style.colorScheme) ? null : [255, 255, 255], depth: 0,
  };
}

/** Whether scrolling does not bring it into view. */
const beyond = (r, inside) => (inside.reach ? empty(and(r, inside.reach)) : empty(and(r, view)) && empty(and(r, reach())));

/** The context of an element that the walk is to begin at. */
function contextWithin(element, outside) {
  const chain = [];
  for (let node = up(element); node; node = up(node)) if (typeOf(node) == 1) chain.push(node);
  return chain.reduceRight((inside, node) => contextOf(node, inside, styleOf(node), rect(node)), outside);
}

function readChildren(parent, inside) {
  let spent = 0, stride = 1;
  for (let node = firstChild(parent); node && !done(); ) {
    const before = inked, start = nodes;
    readNode(node, inside);
    const shut = inked == before && spent > SHUT && isNothing(node);
    node = nextSibling(node);
    if (inked > before) {
      spent = 0;
      stride = 1;
      continue;
    }
    spent += nodes - start;
    // One by one where a second look is taken because nothing was found.
    if (shut) for (let last; node && node != last && isNothing(node) && !done(); node = passOver(node, closely ? 1 : UNASKED, 2)) last = node;
    else if (spent > BARREN) node = passOver(node, (stride = Math.min(stride * 3, STRIDE)) - 1, 1);
  }
}

/** The sibling so many further on; the last one is never passed over: what is appended stands there. */
function passOver(node, count, kind) {
  for (let next; node && count-- && (next = nextSibling(node)); skipped++, passed |= kind) node = next;
  return node;
}

/** Whether nothing of it can be seen, as far as that is told fast. What is `display: contents` has no box, but what it holds has one. */
function isNothing(node) {
  const type = typeOf(node);
  if (type != 1) return type != 3 || !/\S/.test(node.data);
  return boxed && !boxed(node) && !(closely && styleOf(node).display != "none");
}

function done() {
  if (!enough && !trouble && (nodes > MOST || (!(++ticks & 31) && performance.now() > deadline))) trouble = "the page is too large";
  return enough || trouble;
}

function readNode(node, inside) {
  const type = typeOf(node);
  if (type == 1) readElement(node, inside);
  else if (type == 3) readText(node, inside);
}

/** What an element hands down to what it contains. */
function contextOf(element, outside, style, box) {
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
  inside.high = isHigh(element, name) || (inside.hidden && outside.hidden && outside.high);
  if (opacity != "1") inside.opacity *= opacity;
  const filter = holder && style.filter;
  if (filter && filter != "none") {
    const faded = /opacity\(([\d.]+)\)/.exec(filter);
    if (faded) inside.opacity *= faded[1];
  }
  if (name != "html" && name != "body") {
    placeOf(element, name, style, position, box, inside);
    clipTo(element, style, position, box, inside, holder);
  }
  const image = style.backgroundImage;
  inside.image = image;
  if (image != "none") inside.ground = null;
  else {
    const paint = colour(style.backgroundColor);
    if (!paint) inside.ground = null;
    else if (paint[3]) inside.ground = inside.ground ? over(paint, inside.ground) : paint[3] < 1 ? null : paint;
  }
  return inside;
}

/** By hand, which is a tenth of the cost of Object.assign. */
function copy(o) {
  return {
    main: o.main, sectioned: o.sectioned, waiting: o.waiting, hidden: o.hidden, skipped: o.skipped, high: o.high, opacity: o.opacity, clip: o.clip,
    absolute: o.absolute, reach: o.reach, ground: o.ground, depth: o.depth, style: o.style, element: o.element, image: o.image,
  };
}

function isHigh(element, name) {
  return name == "html" || name == "body" || lineage.has(element);
}

function readElement(element, outside) {
  const name = nameOf(element);
  if (NEVER[name] || outside.depth > DEEPEST || name == ours || (outside.depth < 3 && element.id == "pagemend-last-resort")) return;
  nodes++;
  // What has no box needs no rectangle: that is a quarter of what a hidden dialog costs.
  const told = boxed && !outside.skipped, drawn = told && boxed(element);
  const box = told && !drawn ? NONE : rect(element);
  const first = shadowOf(element) || firstChild(element);
  let ink = INK[name];
  // An empty element that is too small for a picture.
  if (ink === undefined && !first && (area(box) < 9 || (area(box) < SMALL && nodes & 3)) && name != "slot") return;
  // Far from what can be seen, with everything that flows out of it. What is placed in the window is not, but for what is in a transform.
  if (ink === undefined && !empty(box) && beyond(box, outside) && beyond(flowOf(element, box), outside)) return tell(TEXT, OFF_SCREEN, first ? 1 : 0, box, outside);
  const style = outside.own || styleOf(element);
  if (!drawn && style.display == "none") return first && tellClosed(box, outside.main, isHigh(element, name));
  const inside = contextOf(element, outside, style, box);
  if (inside.opacity < 0.05) return tell(ink || TEXT, ink == IMAGE && !isDrawn(element, ink, box) ? EMPTY : TRANSPARENT, first || ink ? 1 : 0, box, inside);
  // Only what is placed in the window gets out of here.
  if (empty(inside.clip) && empty(inside.absolute)) return tell(ink || TEXT, CLIPPED, first || ink ? 1 : 0, box, inside);
  if (ink !== undefined && !(ink == FOREIGN && readFrame(element, box, inside))) return readReplaced(element, ink, box, inside);
  const whole = name == "html" || name == "body";
  // A picture that is fitted to the page, not repeated as its ground.
  if (whole && /url\(/.test(inside.image) && /cover|contain|%/.test(style.backgroundSize) && came(inside.image)) mark(BACKGROUND, view, inside);
  if (name == "body" && thorough) {
    for (const pseudo of ["::before", "::after"]) {
      const style = styleOf(element, pseudo);
      if (style.position == "fixed" && style.pointerEvents != "none" && /url\(/.test(style.backgroundImage) && style.content != "none" && came(style.backgroundImage)) mark(BACKGROUND, view, inside);
    }
  }
  if (inside.waiting && !whole && !empty(box)) return mark(PLACEHOLDER, box, inside);
  if (name != "html" && !empty(box)) readPainted(element, name, first, box, inside, outside);
  if (hasAttributes(element) && /^(|true|plaintext-only)$/.test(String(attribute(element, "contenteditable")))) mark(CONTROL, box, inside);
  const before = inked;
  if (name == "slot") for (const node of element.assignedNodes({ flatten: true })) done() || readNode(node, inside);
  else readChildren(shadowOf(element) || element, inside);
  // A component that keeps its inside to itself.
  if (inked == before && !shadowOf(element) && name.includes("-") && area(box) >= SMALL && win.customElements.get(name)) mark(FOREIGN, box, inside);
}

/** Dialogs, menus and other views: a hundred of them say no more than one. */
function tellClosed(box, main, high) {
  const kind = main ? 1 : 2;
  if (!high && closed & kind) return;
  closed |= kind;
  tell(TEXT, HIDDEN, 1, box, { main, high });
}

/** The box of an element with what flows out of it. */
function flowOf(element, box) {
  return [box[0], box[1], Math.max(box[2], box[0] + widthOf(element)), Math.max(box[3], box[1] + heightOf(element))];
}

/** Main region, furniture or placeholder. */
function placeOf(element, name, style, position, box, inside) {
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
      ((across || along) && name != "p" && setsOff(element, style, inside) && parentOf(element).childElementCount > 1) ||
      (!(inside.sectioned && /^(header|footer)$/.test(name)) && isFurniture(element, name, box, high, wide))
    ) {
      inside.main = false;
      bars++;
    }
  }
  if (/^(article|section|main|dialog)$/.test(name)) inside.sectioned = true;
  if (!inside.waiting && (told || name == "progress") && (WAITING.test(words) || name == "progress" || attribute(element, "role") == "progressbar" || attribute(element, "aria-busy") == "true")) {
    // What says something else holds content, whatever it is called.
    const amount = marks(element.textContent);
    inside.waiting = (!amount || (amount < CAPTION && WAITING_TEXT.test(element.textContent.trim()))) && (!INK[name] || name == "svg") && !find(element, "input,select,textarea,button,a[href]");
  }
}

/** Has a ground, a line or a shadow of its own. */
function setsOff(element, style, inside) {
  const paint = colour(style.backgroundColor);
  return (paint && paint[3] > 0.5 && (!inside.ground || String(paint.slice(0, 3)) != String(inside.ground))) || style.boxShadow != "none" || parseFloat(style.borderTopWidth) + parseFloat(style.borderBottomWidth) > 0;
}

/** Bars and columns at the edges. What is higher is the page itself: a landing header, a menu that fills the screen, a notice. */
function isFurniture(element, name, box, high, wide) {
  const lone = name == "footer" && !bars && box[1] < 40 && box[3] < view[3] / 2;
  return (wide > 0.5 ? high < (name == "footer" ? 0.4 : 0.15) : wide < 0.35 && high > 0.5) && !lone && matches(element, furnitureSelector);
}

/** Whether a clip path leaves nothing. */
function isCut(path, box) {
  const inset = /^inset\(([^)]*?)( round.*)?\)/.exec(path);
  if (!inset) return /^(circle\(0|ellipse\(0|polygon\(0px 0px, 0px 0px)/.test(path);
  const sides = inset[1].split(" ");
  const part = (at, whole) => parseFloat(sides[at]) * (/%/.test(sides[at]) ? whole / 100 : 1);
  const high = box[3] - box[1], wide = box[2] - box[0];
  const right = sides.length > 1 ? 1 : 0;
  return part(0, high) + part(sides.length > 2 ? 2 : 0, high) >= high || part(right, wide) + part(sides.length > 3 ? 3 : right, wide) >= wide;
}

function clipTo(element, style, position, box, inside, holder) {
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
      const free = shown.slice();
      const ends = (inside.reach || reach()).slice();
      if (scrolls.test(x)) (free[0] = -1 / 0), (free[2] = 1 / 0), (ends[0] = box[0] - Math.abs(element.scrollLeft)), (ends[2] = 1 / 0);
      if (scrolls.test(y)) (free[1] = -1 / 0), (free[3] = 1 / 0), (ends[1] = box[1] - element.scrollTop), (ends[3] = box[3] + view[3]);
      inside.clip = free;
      inside.reach = ends;
    }
  }
  if (inside.absolute != inside.clip && (position != "static" || (holder && style.transform != "none"))) inside.absolute = inside.clip;
}

/** A frame that can be read is walked like the page, in its own coordinates. */
function readFrame(element, box, inside) {
  const inner = element.contentDocument;
  const html = inner && inner.documentElement;
  if (!html || hides(box, inside)) return false;
  const leave = enter(element.contentWindow, inner);
  const { main, hidden, opacity, depth, waiting } = inside;
  if (size) readElement(html, Object.assign(around(html, main), { hidden, opacity, depth, waiting }));
  leave();
  return true;
}

function readReplaced(element, ink, box, inside) {
  if (!hides(box, inside)) {
    if (!isDrawn(element, ink, box)) return tell(ink, EMPTY, area(box), box, inside);
    if (ink != CONTROL && ink != FOREIGN && area(box) < size / 4 && (inside.waiting || moves(element))) return mark(PLACEHOLDER, box, inside);
  }
  mark(ink, box, inside);
}

/** Backgrounds, pseudo-elements, plain boxes of colour. */
function readPainted(element, name, first, box, inside, outside) {
  const { image, style } = inside;
  if (area(box) < SMALL) {
    // One of many, as the cells of a code.
    if (!first && !(nodes & 3)) block(element, box, inside, outside);
    return;
  }
  const url = name != "body" && element != home && /url\(/.test(image);
  if (url) {
    if (came(image)) mark(BACKGROUND, box, inside);
    else tell(BACKGROUND, EMPTY, area(box), box, inside);
  }
  // Rare, and each property costs as much as all that is told of it: when nothing else was found.
  if (thorough && (/url\(/.test(style.content) || /url\(/.test(style.borderImageSource))) mark(IMAGE, box, inside);
  // Pseudo-elements are read when nothing else was found; behind a page full of elements they would not be seen.
  const behind = first && name != "body" && element.firstElementChild && area(box) > size / 2;
  for (const pseudo of thorough && !behind ? ["::before", "::after"] : []) {
    const within = styleOf(element, pseudo);
    const { content } = within;
    if (content == "none" || content == "normal" || within.display == "none") continue;
    const around = Object.assign(copy(inside), { style: within, hidden: within.visibility != "visible", opacity: inside.opacity * within.opacity });
    // In quotes. A letter or two are an icon.
    const amount = marks(content) - 2;
    if (/url\(|image/.test(content) || /url\(/.test(within.backgroundImage) || amount == 1 || amount == 2) mark(IMAGE, box, around);
    else if (amount > 0) letters(amount, box, around, content.slice(1, -1));
  }
  if (first || area(box) > size / 2 || url) return;
  if (image != "none") {
    if (moves(element)) mark(PLACEHOLDER, box, inside);
    // Other gradients are grounds.
    else if (/conic|repeating/.test(image)) mark(BACKGROUND, box, inside);
  } else block(element, box, inside, outside);
}

/** A box of plain colour; cut out by a mask it is a picture. */
function block(element, box, inside, outside) {
  const { style } = inside;
  const paint = colour(style.backgroundColor);
  if (!paint || paint[3] < 0.02 || !outside.ground) return;
  if (moves(element)) mark(PLACEHOLDER, box, inside);
  else mark(/url\(/.test(style.maskImage || style.webkitMaskImage) ? BACKGROUND : BLOCK, box, inside, pack(paint, paint[3] * inside.opacity), pack(outside.ground, 1));
}

function readText(node, inside) {
  const { data } = node;
  const amount = marks(data);
  if (!amount) return;
  nodes++;
  range.selectNodeContents(node);
  reading = node;
  letters(amount, edges(range.getBoundingClientRect()), inside, data);
  reading = undefined;
}

function letters(amount, box, inside, data) {
  const { style, ground, opacity } = inside;
  if (!style) return;
  const waits = inside.waiting || (amount < CAPTION && WAITING_TEXT.test(data.trim()));
  const paint = colour(style.webkitTextFillColor || style.color);
  if (!paint) return mark(waits ? PLACEHOLDER : TEXT, box, inside, -1, -1, amount);
  const alpha = paint[3] * opacity;
  let under = ground ? pack(ground, 1) : -1;
  let ink = pack(paint, alpha);
  const lost = alpha < 0.05 || (ground && near(over([paint[0], paint[1], paint[2], alpha], ground), ground));
  if (lost && !inside.hidden) {
    // Letters can be drawn by other means than their colour.
    const cut = (style.backgroundClip == "text" || style.webkitBackgroundClip == "text") && (style.backgroundImage != "none" || (colour(style.backgroundColor) || [0, 0, 0, 1])[3] > 0.05);
    if (cut || (style.textShadow != "none" && !/^rgba\(.*, 0\)/.test(style.textShadow)) || parseFloat(style.webkitTextStrokeWidth) > 0) ink = under = -1;
    else if (alpha >= 0.05) {
      // Their ground may be painted by something that does not contain them.
      const shown = and(box, view);
      const found = empty(shown) || ++unders > GROUNDS ? undefined : groundAt(shown);
      under = found === undefined ? under : found ? pack(found, 1) : -1;
    }
  }
  // Faint letters that let every touch through are a watermark.
  const main = inside.main && !(alpha < 0.3 && style.pointerEvents == "none");
  mark(waits ? PLACEHOLDER : TEXT, box, main == inside.main ? inside : Object.assign(copy(inside), { main }), ink, under, amount);
}

/** Why it cannot be seen where it is, or 0. */
function hides(box, inside) {
  const shown = and(box, inside.clip);
  return inside.skipped ? TRANSPARENT : inside.hidden ? HIDDEN : empty(shown) ? CLIPPED : beyond(shown, inside) ? OFF_SCREEN : SEEN;
}

function mark(ink, box, inside, paint = pack(NONE, inside.opacity), ground = -1, amount = 0) {
  if (known && known.has(inside.element)) return;
  let sight = hides(box, inside);
  const shown = sight ? box : and(box, inside.clip);
  if (!sight && careful && inside.main && ++hits < HITS && covered(inside.element, shown, inside.style)) sight = COVERED;
  if (tell(ink, sight, amount || area(shown), shown, inside, paint, ground)) {
    inked++;
    if (inside.main) mains++, (witness = inside.element);
    // A place in the middle of the screen's part of it.
    const here = and(shown, view);
    if (inside.main && !empty(here)) spots.push([inside.element, here, page, inside.style, ink == TEXT && reading]);
  }
}

/** Hands a mark to the core; answers whether it can be seen. */
function tell(ink, sight, amount, box, inside, paint = 0xff, ground = -1) {
  if (!amount) return false;
  const answer = put(ink + 16 * sight + (inside.main ? 0 : 256) + (inside.high ? 512 : 0), amount, box[0], box[1], box[2], box[3], paint, ground);
  if (answer == ENOUGH) enough = true;
  return answer > 0;
}

/** Whether this task is so long that what comes is for the next: one hit-test may take as long as the walk. */
const isLong = () => performance.now() > deadline - MOST_MS / 2;

/** Whether the place in the middle lies open where enough was seen, or a few of them where it was not; the screen itself where none of them can tell. */
function* isOpen() {
  const step = enough ? 1 : Math.max(1, Math.ceil((spots.length - 1) / 7));
  let asked = false;
  for (let i = enough ? spots.length >> 1 : 0; i < spots.length && !(enough && asked); i += step) {
    if (i && isLong()) yield;
    const [element, box, where, style] = spots[i];
    const found = where == page ? covered(element, box, style) : undefined;
    if (found) return false;
    asked = asked || found === false;
  }
  // What was seen is out of the viewport, or in a frame.
  const cover = !asked && witness && findCover();
  if (!cover || holds(cover, witness)) return true;
  const { zIndex } = styleOf(cover);
  // 4, and not 1: it stands before what was seen in the same document, so that it is a ground.
  return zIndex < 0 || (!(zIndex > 0) && (cover.compareDocumentPosition(witness) & 5) == 4);
}

/** Characters that leave a mark; of long texts the beginning tells enough. */
function marks(text) {
  return text.slice(0, 400).replace(INVISIBLE, "").length;
}
