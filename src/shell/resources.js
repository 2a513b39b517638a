// What failed to come. Scripts and style sheets: can they be had now, is their host there at all, and putting them into the page again.
// Other parts of the page (pictures, backgrounds, fonts, films, frames, manifests): who uses an address, and having it from elsewhere.
// In JavaScript because one step waits for the other.

/** `<!--` is a comment in scripts and stylesheets too. */
const HTML = /^\s*<(?!!--)/;

/** Whether it can be had: 2xx, whole, and not HTML for a script. `reload` also replaces a failure that the HTTP cache kept. */
export async function probe(fetch, url, script) {
  const answer = await fetch(url, { cache: "reload" });
  const body = await answer.text();
  return answer.ok && !(script && HTML.test(body));
}

/** The status that it is answered with now, 0 where the browser does not tell; rejects where nobody answers at all. */
export async function reach(fetch, url) {
  return (await fetch(url, { mode: url.startsWith(location.origin + "/") ? "cors" : "no-cors", method: "HEAD", cache: "no-store" })).status;
}

const isLink = (element) => element.localName == "link";

/** Has the address that failed asked for once more, by the page's own sheet or by a script like the page's own; whether it came this time. */
export async function reinsert(document, url) {
  const { href } = new URL(url, document.baseURI);
  // The last element of the page that asked for it.
  const old = [...document.querySelectorAll("script[src],link[rel~=stylesheet]")].reverse().find((el) => (el.src || el.href) == href);
  if (old && isLink(old)) return ask(old, url);
  if (await load(document, url, old)) return true;
  // Firefox keeps a module that failed under its address; a fragment makes it another one.
  return !url.includes("#") && load(document, url + "#pm-r=1", old);
}

/** Without an address in between, one that is the same is not asked for again. */
async function ask(link, url) {
  const ended = came(link, "load");
  link.removeAttribute("href");
  link.setAttribute("href", url);
  return !!(await ended);
}

/** Whether it can be had, and is no HTML. Not by fetch, which Firefox holds back while a style sheet of the head hangs. */
const comes = (url) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.onloadend = () => resolve(request.status == 200 && !HTML.test(request.responseText));
    request.open("GET", url);
    request.send();
  });

/** What the browser runs or applies, and holds `load` back for. */
const counts = (element) => (isLink(element) ? !element.disabled : !element.noModule && /^$|javascript|^module$/.test(element.type));

/** The first script or style sheet of the document that was asked for and has not come, or "". */
export function hanging(document) {
  try {
    for (const element of document.querySelectorAll("script[src],link[rel~=stylesheet]")) {
      const url = element.src || element.href;
      if (/^http/.test(url) && counts(element) && !performance.getEntriesByName(url).length) return url;
    }
  } catch (_) {}
  return "";
}

/**
 * Has boot.js fetch from a fallback what hangs, as if it had failed, when `to` can be had there. A script that is in another document when it comes
 * does not run (HTML, "execute the script element"). One that the parser waits for cannot be got round.
 */
export async function replace(document, boot, url, to) {
  const late = () => [...document.querySelectorAll("script[src],link[rel~=stylesheet]")].filter((element) => (element.src || element.href) == url && (isLink(element) || element.async) && counts(element) && !boot.seen.has(element) && boot.config.fallback.length && !performance.getEntriesByName(url).length);
  if (!late().length || !(await comes(to))) return;
  for (const element of late()) {
    const { parentNode, nextSibling } = element;
    // A handler in an attribute becomes a function now: in a document without a window it would not.
    for (const key of ["onload", "onerror"]) element[key] = element[key];
    // A sheet is given the other address, a script gets another one beside it.
    element.dispatchEvent(new Event("error"));
    if (!isLink(element)) {
      element.addEventListener("error", () => parentNode.insertBefore(element, nextSibling && nextSibling.parentNode == parentNode ? nextSibling : null));
      document.implementation.createHTMLDocument("").adoptNode(element);
    }
  }
}

/** A clone of a script does not run: the element is made anew, with every attribute of the old one. */
function load(document, url, old) {
  const style = old ? isLink(old) : /\.css($|[?#])/.test(url);
  const element = document.createElement(style ? "link" : "script");
  if (old) for (const { name, value } of old.attributes) element.setAttribute(name, value);
  else if (style) element.rel = "stylesheet";
  else element.type = "module";
  // The attribute is hidden by a policy in a header; the property is not.
  const model = old || document.querySelector("script[nonce]");
  element.nonce = (model && model.nonce) || "";
  // Under Trusted Types only what a policy made is an address of a script.
  if (style) element.href = url;
  else element.src = (window.__pagemendTrust || String)(url);
  return new Promise((resolve, reject) => {
    element.onload = () => resolve(true);
    element.onerror = () => {
      // Who finds it there would wait for it: webpack looks for an element with its mark.
      element.remove();
      resolve(false);
    };
    try {
      ((old && old.parentNode) || document.head).insertBefore(element, old ? old.nextSibling : null);
    } catch (thrown) {
      reject(thrown);
    }
  });
}

const URLS = /url\((["']?)(.*?)\1\)/g;
const came = (element, done) => new Promise((resolve) => (element.addEventListener(done, () => resolve(1)), element.addEventListener("error", () => resolve(0))));

/**
 * Has `to` in place of `url` wherever the page uses it, once it is sure that it comes: 1; 0 where it does not come, 2 where nobody uses it.
 * Without `to`: there is no more to try. `kept`: by address the elements whose failure the page has not heard of; then it does.
 */
export async function mend(document, fetch, kept, url, to) {
  // A browser that keeps a failure under an address does not keep it under another.
  const put = to == url && !to.includes("#") ? to + "#pagemend=1" : to;
  const waiting = () => {
    const elements = kept.get(url) || [];
    kept.delete(url);
    return elements;
  };
  const tell = (element) => element.dispatchEvent(new Event("error"));
  if (!to) {
    waiting().forEach(tell);
    return 0;
  }
  let found = users(document, url, put);
  if (!found.length) {
    waiting().forEach(tell);
    return 2;
  }
  const [{ element, player, face, frame, manifest }] = found;
  if (frame) {
    const told = () => performance.getEntriesByName(to);
    const before = told().length;
    const ended = came(element, "load");
    element.src = to;
    await ended;
    const answers = told();
    // Where nothing is told any more, the browser's memory for it is full.
    return answers.length > before && answers.pop().responseStatus >= 400 ? 0 : 1;
  }
  if (to == url) {
    // Newly asked for, not from the cache, which may hold the failure.
    const { ok, type } = await fetch(url, { cache: "reload", mode: "no-cors" });
    if (!ok && type != "opaque") return 0;
  }
  if (manifest) {
    // It was of no use where it was: an address that may be no better is no loss, and asking there would need the page's policy to allow it.
    found.forEach((use) => use.change());
  } else if (face) {
    const of = (property, other) => face.style.getPropertyValue(property) || other;
    const font = new FontFace(bare(of("font-family")), face.src, { weight: of("font-weight", "normal"), style: of("font-style", "normal"), stretch: of("font-stretch", "normal"), unicodeRange: of("unicode-range", "U+0-10FFFF") });
    await font.load();
    document.fonts.add(font);
  } else if (player) {
    // What streams is not asked for twice.
    const ended = Promise.race([came(player, "loadedmetadata"), came(element, "loadedmetadata")]);
    found.forEach((use) => use.change());
    for (const { player } of found) {
      if (!player) continue;
      if (player.preload == "none") player.preload = "metadata";
      player.load();
    }
    if (!(await ended)) {
      found.forEach((use) => use.undo());
      return 0;
    }
  } else {
    const picture = new Image();
    if (element && element.crossOrigin != null) picture.crossOrigin = element.crossOrigin;
    picture.referrerPolicy = (element && element.referrerPolicy) || "";
    const ended = came(picture, "load");
    picture.src = put;
    if (!(await ended)) return 0;
    // The page may have changed meanwhile.
    found = users(document, url, put);
    found.forEach((use) => use.change());
  }
  for (const element of waiting()) if (!found.some((use) => use.element == element)) tell(element);
  return 1;
}

/** Each use of an address in the document: `change` has another in its place. */
function users(document, url, put) {
  const { baseURI } = document;
  const found = [];
  const is = (text, base) => {
    try {
      return new URL(text, base).href == url;
    } catch (_) {}
  };
  for (const element of document.querySelectorAll("img,input,source,video,audio,image,iframe,link[rel=manifest]")) {
    for (const name of ["src", "srcset", "poster", "href"]) {
      const text = element.getAttribute(name);
      if (!text) continue;
      const swap = (part) => (is(part, baseURI) ? put : part);
      const changed = name == "srcset" ? text.replace(/(^|,)(\s*)(\S*[^\s,])/g, (_, comma, space, part) => comma + space + swap(part)) : swap(text);
      if (changed == text) continue;
      const set = (text) => () => element.setAttribute(name, text);
      found.push({ element, frame: element.localName == "iframe", manifest: element.localName == "link", player: name == "src" && element.closest("video,audio"), change: set(changed), undo: set(text) });
    }
  }
  const read = ({ style }, base) => {
    if (!style || !style.cssText.includes("url(")) return;
    for (const property of style) {
      const css = style.getPropertyValue(property);
      let used = false;
      const changed = css.replace(URLS, (all, _, text) => {
        if (is(text, base)) used = true;
        else if (property != "src") return all;
        return `url("${is(text, base) ? put : new URL(text, base).href}")`;
      });
      if (!used) continue;
      const font = property == "src";
      found.push({ face: font && { style, src: changed }, change: () => font || style.setProperty(property, changed, style.getPropertyPriority(property)) });
    }
  };
  const walk = ({ cssRules, styleSheet }, base) => {
    if (styleSheet) return walk(styleSheet, styleSheet.href);
    for (const rule of cssRules || []) read(rule, base), walk(rule, base);
  };
  sheets(document, walk);
  for (const element of document.querySelectorAll("[style*=url]")) read(element, baseURI);
  return found;
}

/** Those of other origins cannot be read. */
function sheets(document, walk) {
  for (const sheet of document.styleSheets) {
    try {
      walk(sheet, sheet.href || document.baseURI);
    } catch (_) {}
  }
}

/** Whether it is no picture: asked of the browser's memory, where one that came still is. For WebKit, which tells nothing of a background. */
export async function isLost(url) {
  if (/\.(woff2?|[ot]tf|eot|js|css)\b/.test(url)) return false;
  const picture = new Image();
  const ended = came(picture, "load");
  picture.src = url;
  return !(await ended);
}

const bare = (name) => name.replace(/["']/g, "");
const knownFonts = new WeakSet();

/** The addresses of the fonts that have failed since it was last asked; browsers tell no more than what they are called and for. */
export function deadFonts(document) {
  const urls = [];
  const key = (family, range) => bare(family) + (range || "U+0-10FFFF").toUpperCase().replace(/\s/g, "");
  const dead = [];
  document.fonts.forEach((face) => {
    if (face.status != "error" || knownFonts.has(face)) return;
    knownFonts.add(face);
    dead.push(key(face.family, face.unicodeRange));
  });
  const find = ({ cssRules }, base) => {
    for (const rule of cssRules || []) {
      const { type, style } = rule;
      if (type != 5) find(rule, base);
      else if (dead.includes(key(style.getPropertyValue("font-family"), style.getPropertyValue("unicode-range")))) {
        const [[, , text] = []] = style.getPropertyValue("src").matchAll(URLS);
        if (text) urls.push(new URL(text, base).href);
      }
    }
  };
  if (dead.length) sheets(document, find);
  return urls;
}
