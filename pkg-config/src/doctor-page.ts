// What of a page's HTML the doctor judges.
import { load } from "cheerio/slim";
import trust from "pagemend-inline/trust.js";

export interface Boot {
  text: string;
  nonce: string | undefined;
  /** Undefined where the element has none. */
  config: string | undefined;
  /** It has an address, or waits for the page: then it is not there from the first byte. */
  waits: boolean;
  /** Scripts and style sheets that stand before it, as they are written. */
  before: string[];
}

export interface Page {
  boots: Boot[];
  hasTrust: boolean;
  charset: string;
  lang: string;
  /** Of `<meta http-equiv="content-security-policy">`. */
  policies: string[];
  /** Addresses of its own scripts and style sheets, as they are written. */
  scripts: string[];
  styles: string[];
  /** Of inline scripts, the guard's apart. */
  inline: string[];
  matches(selector: string): boolean;
}

/** Of an element, for people. */
const LONGEST = 90;

export function read(html: string): Page {
  const $ = load(html);
  const loading = $('script:not([type="application/json"], [type="application/ld+json"], [type="importmap"]), link[rel~="stylesheet"]').toArray();
  const isTrust = (at: number) => $(loading[at]).text().trim() === trust;
  const boots = loading.flatMap((element, at): Boot[] => {
    const script = $(element);
    if (script.attr("id") !== "pagemend-boot") return [];
    const before = loading.slice(0, at).filter((_, other) => !isTrust(other));
    return [
      {
        text: script.text(),
        nonce: script.attr("nonce"),
        config: script.attr("data-config"),
        waits: script.attr("src") !== undefined || script.attr("type") === "module",
        before: before.map((other) => shortened($(other).clone().text("").toString())),
      },
    ];
  });
  const written = (selector: string, name: string) => $(selector).toArray().flatMap((element) => $(element).attr(name) ?? []);
  return {
    boots,
    hasTrust: loading.some((_, at) => isTrust(at)),
    charset: ($("meta[charset]").attr("charset") ?? /charset=([\w-]+)/i.exec($('meta[http-equiv="content-type" i]').attr("content") ?? "")?.[1] ?? "").toLowerCase(),
    lang: $("html").attr("lang") ?? "",
    policies: written('meta[http-equiv="content-security-policy" i]', "content"),
    scripts: written("script[src]:not(#pagemend-boot)", "src"),
    styles: written('link[rel~="stylesheet"][href]', "href"),
    inline: $("script:not([src], #pagemend-boot)").toArray().map((element) => $(element).text()),
    matches: (selector) => $(selector).length > 0,
  };
}

const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** Throws where it is none. */
export function tryOut(selector: string): void {
  load("<p>").root().find(selector);
}
