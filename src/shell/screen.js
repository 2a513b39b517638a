// What the browser tells of the screen: when it was drawn, how it is now, what lies at a place of it, what was drawn on an element.
// For the walk in `sample.js`, and in JavaScript for the same reason.

// Inks, in the order of the core's enum, and the elements that are one; those that are none, whatever they hold.
export const TEXT = 0, IMAGE = 1, CANVAS = 2, VIDEO = 3, VECTOR = 4, CONTROL = 5, BACKGROUND = 6, FOREIGN = 7, PLACEHOLDER = 8, BLOCK = 9;
export const INK = { __proto__: null, img: IMAGE, canvas: CANVAS, video: VIDEO, audio: CONTROL, svg: VECTOR, input: CONTROL, select: CONTROL, textarea: CONTROL, meter: CONTROL, iframe: FOREIGN, frame: FOREIGN, object: FOREIGN, embed: FOREIGN };
export const NEVER = { __proto__: null, script: 1, style: 1, template: 1, noscript: 1, head: 1, link: 1, meta: 1, title: 1, br: 1, option: 1, source: 1, track: 1, param: 1 };

/** Opaque enough to hide what is under it. */
const OPAQUE = 0.95;

/** The module is also imported where there is no page. */
const here = typeof Node == "function";
/** A method as a function of its object and one argument or two: called so it takes no list, and half the time of Reflect.apply. */
const free = (method) => Function.prototype.call.bind(method);
/** Properties and methods as the browser defines them: a form's fields hide the form's own properties of their names. */
const getter = (type, key) => {
  const { get } = (here && Object.getOwnPropertyDescriptor(self[type].prototype, key)) || {};
  // Old polyfills (Polymer 1's among them) replace that function, and theirs knows no getters.
  return get ? free(get) : (object) => object[key];
};
const method = (type, key) => free(here && self[type].prototype[key]);
export const typeOf = getter("Node", "nodeType"), firstChild = getter("Node", "firstChild"), nextSibling = getter("Node", "nextSibling"), parentOf = getter("Node", "parentNode");
export const nameOf = getter("Element", "localName"), shadowOf = getter("Element", "shadowRoot"), widthOf = getter("Element", "scrollWidth"), heightOf = getter("Element", "scrollHeight");
export const attribute = method("Element", "getAttribute"), hasAttributes = method("Element", "hasAttributes"), matches = method("Element", "matches"), find = method("Element", "querySelector");
export const rectOf = method("Element", "getBoundingClientRect"), allAt = method("Document", "elementsFromPoint"), topAt = method("Document", "elementFromPoint");
const computed = free(here && getComputedStyle);
/** False where there is no box; missing before Safari 17.4, and what a page puts in its place may mean something else. */
export const boxed = here && /native code/.test(Element.prototype.checkVisibility) && method("Element", "checkVisibility");

export const ALL = [-1 / 0, -1 / 0, 1 / 0, 1 / 0];
export const NONE = [0, 0, 0, 0];
export const edges = (r) => [r.left, r.top, r.right, r.bottom];
export const rect = (element) => edges(rectOf(element));
export const and = (a, b) => [a[0] > b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1], a[2] < b[2] ? a[2] : b[2], a[3] < b[3] ? a[3] : b[3]];
/** Thinner than a hair is nothing. */
export const empty = (r) => !(r[2] - r[0] >= 0.5 && r[3] - r[1] >= 0.5);
export const area = (r) => (empty(r) ? 0 : (r[2] - r[0]) * (r[3] - r[1]));
/** Reaches every edge of the other, but for a scroll bar. */
const covers = (a, b) => a[0] <= b[0] + 1 && a[1] <= b[1] + 1 && a[2] >= b[2] - 20 && a[3] >= b[3] - 20;

const colours = new Map();
/** `[r, g, b, a]`, or undefined: of other colour spaces than sRGB nothing is claimed. */
export function colour(text) {
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
export const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3]));
export const pack = (c, alpha) => ((Math.round(c[0]) * 256 + Math.round(c[1])) * 256 + Math.round(c[2])) * 256 + Math.round(alpha * 255);
/** So near that a closer look is worth its cost; the core says what is the same. */
export const near = (a, b) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) < 60;

/** The parent in the flat tree. */
export const up = (node) => node.assignedSlot || parentOf(node) || node.host;

/** Whether `outer` is `inner` or holds it, through shadow roots too. */
export function holds(outer, inner) {
  for (; inner; inner = up(inner)) if (inner === outer) return true;
  return false;
}

/** What does not change: the selector of the root, the name of the guard's own elements, and the next step of a look. */
export function settleScreen(root, tag, next) {
  [rootSelector, ours, step] = [root, tag, next];
}
export let ours;
let rootSelector, step;

/** Whether a look waits for its frame, and since when it does. */
let waits, since;
/** A message comes right after the frame, without the delays of timers. One channel for all looks: making one costs as much as ten elements. */
let channel;
/**
 * When the timer fires that stands in for frames that do not come. It is left running when they do: one a second costs less than one a look.
 * Its time and not its number, because a page may clear all timers there are.
 */
let due = -1 / 0;
/** Long enough for the frame of a slow phone: a look before it would compute the page's layout itself. */
const LATE_MS = 1000;

function begin() {
  if (waits) next();
}

function next() {
  waits = false;
  // Unless the next look waits for its frame by then.
  if (step()) setTimeout(() => waits || next());
}

function late() {
  due = -1 / 0;
  if (waits && performance.now() - since < LATE_MS) standIn(since);
  else begin();
}

function standIn(from) {
  due = from + LATE_MS;
  setTimeout(late, due - performance.now());
}

/**
 * Takes the first step when the browser has just drawn a frame: layout is done, and nothing has to be computed for us; after a while in any case.
 * Each further step, as long as `step` answers true, is a task of its own. A look that still waits gives way to the next.
 */
export function afterFrame(w) {
  waits = true;
  since = performance.now();
  // One that is long overdue was cleared.
  if (!(since < due + LATE_MS)) standIn(since);
  w.requestAnimationFrame(() => {
    if (!channel) {
      channel = new MessageChannel();
      channel.port1.onmessage = begin;
    }
    channel.port2.postMessage(0);
  });
}

let painted;

/**
 * Finds the root. Whether the page can be looked at, in one number, because each property costs a call from WebAssembly: the sum of 1 for a prerendered
 * page, 2 for a hidden one, 4 for one that is still loading, 8 when something is still to come before the first paint, 16 when there is no root element;
 * 32 × the viewport's width and 2,097,152 × its height, in CSS px, 65,535 at most.
 */
export function circumstances(w) {
  const side = (px) => Math.min(px >>> 0, 65535);
  const { document } = w;
  home = undefined;
  try {
    painted = painted || performance.getEntriesByType("paint").length;
    home = document.querySelector(rootSelector);
  } catch (_) {}
  const { prerendering, visibilityState, readyState } = document;
  const loaded = readyState == "complete";
  return (prerendering ? 1 : visibilityState == "hidden" ? 2 : 0) + (loaded ? 0 : 4) + (painted || loaded ? 0 : 8) + (home ? 0 : 16) + 32 * (side(w.innerWidth) + 65536 * side(w.innerHeight));
}

/** What is looked at: a window, its document, a range in it, its viewport and that in CSS px²; and the root element, if there is one. */
export let win, page, range, view, size, home;
/** What scrolling brings into view, once it was asked for; whether the page is in trouble, so that a canvas may be asked what it is. */
let far, sure;
/** Whether something was hit in place of what it generates. */
let odd;
/** Elements that move without end, once they were asked for; what those paint that lie under texts. */
let moving, grounds;

/** Begins a look at a window. */
export function attend(w, mayAsk) {
  sure = mayAsk;
  odd = false;
  moving = undefined;
  grounds = new Map();
  enter(w, w.document);
}

/** Nothing of the page is held on to. */
export function release() {
  win = page = range = home = moving = grounds = undefined;
}

/** Another document is asked from now on, in its own coordinates; answers what ends that. */
export function enter(w, document) {
  const outer = [win, page, range, view, size, far];
  win = w;
  page = document;
  range = page.createRange();
  view = [0, 0, w.innerWidth, w.innerHeight];
  far = undefined;
  size = area(view);
  return () => ([win, page, range, view, size, far] = outer);
}

export function styleOf(element, pseudo) {
  return computed(win, element, pseudo);
}

/**
 * What scrolling can bring into view without going far: a screen more in each direction that scrolls. Only for what is not in view: the
 * size of all that overflows is the dearest thing to ask a document for.
 */
export function reach() {
  if (far) return far;
  const html = page.documentElement;
  let style = styleOf(html);
  const at = rect(html);
  // The overflow of the body counts for the viewport unless that of the root element does.
  if (style.overflowY == "visible" && page.body) style = styleOf(page.body);
  const fixed = /hidden|clip/;
  far = view.slice();
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

/** Pictures of backgrounds that were asked for once more. */
const pictures = new Map();

/** Whether a background's picture has come. Where the browser does not tell, it has. */
export function came(image) {
  const [, url] = /url\("?([^")]+)/.exec(image);
  if (!/^https?:/.test(url)) return true;
  const entry = performance.getEntriesByName(url).pop();
  if (!entry) return performance.getEntriesByType("resource").length > 200;
  const { responseStatus } = entry;
  if (responseStatus !== undefined) return responseStatus < 400;
  // WebKit does not tell: its cache does, at the next look.
  let picture = pictures.get(url);
  if (!picture) pictures.set(url, (picture = Object.assign(new Image(), { src: url })));
  return !picture.complete || picture.naturalWidth > 0;
}

/** Whether it is animated without end, or is a part of such a thing. */
export function moves(element) {
  if (!moving) {
    moving = new Set();
    const all = page.getAnimations ? page.getAnimations() : [];
    for (const { effect, playState } of all.slice(0, 500)) {
      if (playState == "running" && effect && effect.target && effect.getTiming().iterations === 1 / 0) moving.add(effect.target);
    }
  }
  if (find(element, "animate,animateTransform") || (drawings.get(element) || {}).moved) return true;
  if (!moving.size) return false;
  for (let up = element, n = 4; up && n--; up = up.parentElement) if (moving.has(up)) return true;
  return [...moving].slice(0, 20).some((part) => element.contains(part));
}

/** Whether something was drawn on it, as far as that can be told. */
export function isDrawn(element, ink, box) {
  if (ink == IMAGE) return element.complete && element.naturalWidth > 0;
  // 2: HAVE_CURRENT_DATA
  if (ink == VIDEO) return element.readyState >= 2 || !!element.poster || (element.controls && !element.error && !!element.currentSrc);
  if (ink == VECTOR) {
    const size = element.getBBox ? element.getBBox() : box;
    return !(size.width === 0 && size.height === 0);
  }
  return ink != CANVAS || canvasDrawn(element);
}

/** A sum over what a canvas showed at the last look, and whether it had changed then. */
const drawings = new WeakMap();

/** Copied small onto a canvas of our own. One that may not be read counts as drawn. */
function canvasDrawn(element) {
  const SIDE = 32;
  try {
    const copy = page.createElement("canvas");
    copy.width = copy.height = SIDE;
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(element, 0, 0, SIDE, SIDE);
    const pixels = new Uint32Array(context.getImageData(0, 0, SIDE, SIDE).data.buffer);
    if (pixels.some((pixel) => pixel >>> 24 && pixel !== pixels[0])) {
      // Drawn anew between two looks.
      const sum = pixels.reduce((sum, pixel) => (sum * 31 + pixel) | 0, 0);
      const before = drawings.get(element);
      drawings.set(element, { sum, moved: before && before.sum !== sum });
      return true;
    }
    // One colour, or nothing. WebGL's buffer is gone once it was shown: the context tells whether something was drawn.
    // Asking for a context would give a canvas one that has none, so this waits until the page is in trouble.
    if (!sure || element.getContext("2d")) return false;
    const gl = element.getContext("webgl2") || element.getContext("webgl");
    return !gl || (!gl.isContextLost() && !!gl.getParameter(gl.CURRENT_PROGRAM));
  } catch (_) {
    return true;
  }
}

/** The colour in the middle of a place, null where it is not one colour, undefined where nothing is painted. */
export function groundAt(place) {
  for (const element of stack(place)) {
    if (!grounds.has(element)) grounds.set(element, groundOf(element));
    const ground = grounds.get(element);
    if (ground !== undefined) return ground;
  }
}

/** What an element paints there: one colour, null where it is not one, undefined where it lets see through. */
function groundOf(element) {
  if (nameOf(element) in INK) return null;
  for (const pseudo of ["::before", "::after", undefined]) {
    const style = styleOf(element, pseudo);
    if (pseudo && (style.content == "none" || style.content == "normal" || style.position == "static")) continue;
    if (style.backgroundImage != "none" || style.mixBlendMode != "normal") return null;
    const paint = colour(style.backgroundColor);
    if (!paint) return null;
    if (paint[3]) return paint[3] < 1 ? null : paint;
  }
}

function stack(box) {
  return allAt(page, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
}

/** Whether something opaque lies over the middle of a mark; undefined for what lets touches through: that is not found where it is. */
export function covered(element, box, style) {
  if (style.pointerEvents == "none") return undefined;
  const related = (top) => holds(element, top) || holds(top, element);
  // The topmost alone is found much faster than all of them.
  const first = topAt(page, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
  // What generates a layer is hit in its place.
  if (first && first != element && (first == home || first == page.body || first == page.documentElement)) odd = true;
  if (!first || related(first)) return false;
  for (const top of stack(box)) {
    if (nameOf(top) == ours || top.id == "pagemend-last-resort") continue;
    if (related(top)) return false;
    if (opaque(top, styleOf(top))) return top;
  }
  return false;
}

function opaque(element, style) {
  if (style.opacity < OPAQUE || style.visibility != "visible") return false;
  if (/^(img|video|canvas|iframe)$/.test(nameOf(element))) return true;
  const paint = colour(style.backgroundColor);
  return (paint && paint[3] >= OPAQUE) || (/gradient/.test(style.backgroundImage) && !/rgba|transparent/.test(style.backgroundImage));
}

/** An opaque layer over the whole viewport that hit-tests do not find: touches go through it, or it is a pseudo-element. */
export function findMask() {
  for (const parent of new Set([page.documentElement, page.body, home])) {
    if (!parent) continue;
    // The style of a pseudo-element that is not there costs as much as fifty others.
    for (const pseudo of odd ? ["::before", "::after"] : []) {
      const style = styleOf(parent, pseudo);
      if (style.content != "none" && style.content != "normal" && /fixed|absolute/.test(style.position) && style.display != "none" && opaque(parent, style) && !(style.zIndex < 0) && parseFloat(style.width) >= view[2] - 1 && parseFloat(style.height) >= view[3] - 1) return parent;
    }
    // Layers are put last; the root holds the page itself.
    let n = parent == home && parent != page.body ? 4 : 20;
    for (let child = parent.lastElementChild; child && n--; child = child.previousElementSibling) {
      if (child == page.body || NEVER[nameOf(child)] || !covers(rect(child), view)) continue;
      const style = styleOf(child);
      if (style.pointerEvents == "none" && /fixed|absolute/.test(style.position) && !(style.zIndex < 0) && opaque(child, style)) return child;
    }
  }
}

/** The innermost opaque layer over the whole viewport, found at its middle and at four points around it. */
export function findCover() {
  const at = (x, y) => stack([0, 0, view[2] * 2 * x, view[3] * 2 * y]).filter((element) => nameOf(element) != ours);
  for (let layer of at(0.5, 0.5)) {
    for (; layer && !/^(body|html)$/.test(nameOf(layer)); layer = layer.parentElement) {
      const style = styleOf(layer);
      if (/fixed|absolute/.test(style.position) && covers(rect(layer), view) && opaque(layer, style)) {
        return [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]].every(([x, y]) => at(x, y).some((top) => holds(layer, top))) ? layer : undefined;
      }
    }
  }
}

/** The layer, and what lies above it. */
export function aboveOf(layer) {
  const found = [layer];
  for (const [x, y] of [[0.5, 0.5], [0.5, 0.3], [0.5, 0.7], [0.25, 0.5], [0.75, 0.5], [0.5, 0.95], [0.5, 0.05]]) {
    for (const top of stack([0, 0, view[2] * 2 * x, view[3] * 2 * y])) {
      if (holds(layer, top) || holds(top, layer)) break;
      if (!found.some((known) => holds(known, top))) found.push(top);
    }
  }
  return found;
}

/** More are not looked through: a translator begins with texts. */
const MOST_RECORDS = 50;

/** Whether a batch of mutations puts in what translators wrap texts into, and what no page of today writes by itself. */
export function isAltered(records) {
  for (let i = 0; i < records.length && i < MOST_RECORDS; i++) {
    for (const node of records[i].addedNodes) if (node.localName == "font") return true;
  }
  return false;
}
