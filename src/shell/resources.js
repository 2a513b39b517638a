// Dead scripts and style sheets: can they be had now, is their host there at all, and putting them into the page again.
// In JavaScript for the same reason as `caches.js`: one step waits for the other.

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

/** Puts the element that asked for an address into the page once more; whether it came this time. */
export async function reinsert(document, url) {
  const { href } = new URL(url, document.baseURI);
  // The last element of the page that asked for it.
  const old = [...document.querySelectorAll("script[src],link[rel~=stylesheet]")].reverse().find((el) => (el.src || el.href) == href);
  if (await load(document, url, old)) return true;
  // Firefox keeps a module that failed under its address; a fragment makes it another one.
  return !(old && isLink(old)) && !url.includes("#") && load(document, url + "#pm-r=1", old);
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
  const late = () => [...document.querySelectorAll("script[src],link[rel~=stylesheet]")].filter((element) => (element.src || element.href) == url && (isLink(element) || element.async) && counts(element) && !boot.s.has(element) && boot.c.fallback.length && !performance.getEntriesByName(url).length);
  if (!late().length || !(await comes(to))) return;
  for (const element of late()) {
    const { parentNode, nextSibling } = element;
    // A handler in an attribute becomes a function now: in a document without a window it would not.
    for (const key of ["onload", "onerror"]) element[key] = element[key];
    element.dispatchEvent(new Event("error"));
    if (isLink(element)) element.addEventListener("load", (event) => event.isTrusted || element.remove());
    else {
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
    element.onerror = () => resolve(false);
    try {
      ((old && old.parentNode) || document.head).insertBefore(element, old ? old.nextSibling : null);
    } catch (thrown) {
      reject(thrown);
    }
  });
}
