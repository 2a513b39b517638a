// Parts of the page that failed (pictures, backgrounds, fonts, films): who uses an address, and having it from elsewhere.
// In JavaScript for the same reason as `caches.js`: one step waits for the other.

const ATTRIBUTES = ["src", "srcset", "poster", "href"];
const came = (element, done) => new Promise((resolve) => (element.addEventListener(done, () => resolve(1)), element.addEventListener("error", () => resolve(0))));

/**
 * Has `to` in place of `url` wherever the page uses it, once it is sure that it comes: 1; 0 where it does not come, 2 where nobody uses it.
 * Without `to`: there is no more to try, and those of `kept` hear of the failure that was kept from them.
 */
export async function mend(document, fetch, kept, url, to) {
  const is = (text, base) => {
    try {
      return new URL(text, base).href == url;
    } catch (_) {}
  };
  // A browser that keeps a failure under an address does not keep it under another.
  const put = to == url ? to.replace(/#.*|$/, "#pagemend=1") : to;
  const swapped = (css, base) => css.replace(/url\((["']?)(.*?)\1\)/g, (all, _, text) => (is(text, base) ? `url("${put}")` : all));
  const name = url.replace(/^.*\/|[?#].*/g, "");
  const { baseURI } = document;
  const changes = [];
  let face, film, model;

  for (const element of document.querySelectorAll("img,input,source,video,audio,image")) {
    for (const attribute of ATTRIBUTES) {
      const text = element.getAttribute(attribute);
      if (!text || !text.includes(name)) continue;
      const changed = attribute == "srcset" ? text.replace(/[^\s,]\S*[^\s,]/g, (part) => (is(part, baseURI) ? put : part)) : is(text, baseURI) ? put : text;
      if (changed == text) continue;
      model = model || element;
      const player = attribute == "src" && element.closest("video,audio");
      if (player) film = [player, element];
      changes.push([element, () => element.setAttribute(attribute, changed)]);
    }
  }
  const read = (rule, base) => {
    const { style } = rule;
    if (!style || !style.cssText.includes(name)) return;
    for (const property of style) {
      const css = style.getPropertyValue(property);
      const changed = swapped(css, base);
      if (changed == css) continue;
      if (property == "src") face = [style, changed];
      changes.push([rule, () => property == "src" || style.setProperty(property, changed, style.getPropertyPriority(property))]);
    }
  };
  const walk = ({ cssRules, styleSheet }, base) => {
    if (styleSheet) return walk(styleSheet, styleSheet.href);
    for (const rule of cssRules || []) read(rule, base), walk(rule, base);
  };
  for (const sheet of document.styleSheets) {
    try {
      walk(sheet, sheet.href || baseURI);
    } catch (_) {}
  }
  for (const element of document.querySelectorAll("[style*=url]")) read(element, baseURI);

  if (!changes.length) return 2;
  if (!to) {
    for (const [element] of changes) if (kept.has(element)) element.dispatchEvent(new Event("error"));
    return 0;
  }
  // Newly asked for, not from the cache, which may hold the failure.
  if (to == url) await fetch(url, { cache: "reload", mode: "no-cors" }).catch(() => {});
  if (face) {
    const [style, src] = face;
    const of = (property) => style.getPropertyValue("font-" + property) || "normal";
    const font = new FontFace(of("family").replace(/["']/g, ""), src, { weight: of("weight"), style: of("style"), stretch: of("stretch"), unicodeRange: style.getPropertyValue("unicode-range") || "U+0-10FFFF" });
    await font.load();
    document.fonts.add(font);
    return 1;
  }
  const fix = () => changes.forEach(([, change]) => change());
  if (film) {
    const ended = Promise.race([came(film[0], "loadedmetadata"), came(film[1], "loadedmetadata")]);
    fix();
    film[0].load();
    return ended;
  }
  const picture = new Image();
  if (model && model.crossOrigin != null) picture.crossOrigin = model.crossOrigin;
  picture.referrerPolicy = (model && model.referrerPolicy) || "";
  const ended = came(picture, "load");
  picture.src = put;
  if (!(await ended)) return 0;
  fix();
  return 1;
}

/** Whether it is no picture: asked of the browser's memory, where one that came still is. For WebKit, which tells nothing of a background. */
export async function isLost(url) {
  if (/\.(woff2?|[ot]tf|eot|js|css)\b/.test(url)) return false;
  const picture = new Image();
  const ended = came(picture, "load");
  picture.src = url;
  return !(await ended);
}

/** The addresses of the fonts that have failed; browsers tell no more than their names. */
export function deadFonts(document) {
  const bare = (name) => name.replace(/["']/g, "");
  const dead = [];
  const find = ({ cssRules }, base) => {
    for (const rule of cssRules || []) {
      const { type, style } = rule;
      if (type == 5 && dead.includes(bare(style.getPropertyValue("font-family")))) {
        const found = /url\((["']?)(.*?)\1\)/.exec(style.getPropertyValue("src"));
        if (found) urls.push(new URL(found[2], base).href);
      } else find(rule, base);
    }
  };
  const urls = [];
  document.fonts.forEach(({ status, family }) => status == "error" && dead.push(bare(family)));
  for (const sheet of dead.length ? document.styleSheets : []) {
    try {
      find(sheet, sheet.href || document.baseURI);
    } catch (_) {}
  }
  return urls;
}
