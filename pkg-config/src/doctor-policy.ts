// What a Content-Security-Policy allows, as far as the guard needs it. https://www.w3.org/TR/CSP3/
import parse from "content-security-policy-parser";

/** The sources of the first of these directives that a policy has; undefined where it has none, and so forbids nothing. */
type Directives = ReadonlyMap<string, string[]>;

const FALLS_BACK: Record<string, string[]> = {
  "script-src-elem": ["script-src-elem", "script-src", "default-src"],
  "script-src": ["script-src", "default-src"],
  "style-src-elem": ["style-src-elem", "style-src", "default-src"],
  "connect-src": ["connect-src", "default-src"],
};

/** One policy of a page. A page may have several, and all of them hold. */
export class Policy {
  readonly #directives: Directives;

  constructor(text: string) {
    this.#directives = parse(text);
  }

  /** The directive that decides, and what it allows. */
  #deciding(directive: string): { name: string; sources: string[] } | undefined {
    for (const name of FALLS_BACK[directive] ?? [directive]) {
      const sources = this.#directives.get(name);
      if (sources) return { name, sources };
    }
    return undefined;
  }

  /** The name of the directive that forbids an element with this text and nonce. */
  async forbidsInline(text: string, nonce: string | undefined): Promise<string | undefined> {
    const found = this.#deciding("script-src-elem");
    if (!found) return undefined;
    const { name, sources } = found;
    const hashed = sources.filter((source) => /^'(sha256|sha384|sha512)-/i.test(source));
    if (nonce && sources.includes(`'nonce-${nonce}'`)) return undefined;
    for (const source of hashed) if (source.slice(1, -1) === (await digest(source.slice(1, 7).toLowerCase(), text))) return undefined;
    // Beside a nonce or a hash browsers pass over 'unsafe-inline'.
    const strict = hashed.length > 0 || sources.some((source) => /^'(nonce-|strict-dynamic')/i.test(source));
    return sources.includes("'unsafe-inline'") && !strict ? undefined : name;
  }

  /** The name of the directive that forbids WebAssembly. */
  forbidsWasm(): string | undefined {
    const found = this.#deciding("script-src");
    return !found || found.sources.some((source) => /^'(wasm-)?unsafe-eval'$/i.test(source)) ? undefined : found.name;
  }

  /** The name of the directive that forbids to load this. */
  forbids(directive: string, url: URL, page: URL): string | undefined {
    const found = this.#deciding(directive);
    if (!found) return undefined;
    // Scripts that a script with a nonce puts in are allowed wherever they come from.
    if (directive.startsWith("script-src") && found.sources.includes("'strict-dynamic'")) return undefined;
    return found.sources.some((source) => allows(source, url, page)) ? undefined : found.name;
  }

  /** Scripts may only be written through a Trusted Types policy: whether `pagemend` may be one. Undefined: they are not asked for. */
  trustedTypes(): boolean | undefined {
    if (!this.#directives.get("require-trusted-types-for")?.includes("'script'")) return undefined;
    const names = this.#directives.get("trusted-types");
    return !names || names.includes("pagemend") || names.includes("*");
  }
}

/** `algorithm`: as policies write it, such as `sha256`. */
async function digest(algorithm: string, text: string): Promise<string> {
  const hash = await crypto.subtle.digest(`SHA-${algorithm.slice(3)}`, new TextEncoder().encode(text));
  return `${algorithm}-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

const PORTS: Record<string, string> = { "http:": "80", "https:": "443" };

function allows(source: string, url: URL, page: URL): boolean {
  const text = source.toLowerCase();
  if (text === "*") return /^https?:$/.test(url.protocol) || url.protocol === page.protocol;
  if (text === "'self'") return url.origin === page.origin;
  if (/^[a-z][a-z0-9+.-]*:$/.test(text)) return url.protocol === text || (text === "http:" && url.protocol === "https:");
  const [, scheme, host, port, path] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\])(?::(\*|\d+))?(\/\S*)?$/i.exec(source) ?? [];
  if (!host) return false;
  const wanted = `${(scheme ?? page.protocol.slice(0, -1)).toLowerCase()}:`;
  if (url.protocol !== wanted && !(wanted === "http:" && url.protocol === "https:")) return false;
  const name = host.toLowerCase();
  if (name !== "*" && (name.startsWith("*.") ? !url.hostname.endsWith(name.slice(1)) : url.hostname !== name)) return false;
  if (port !== "*" && (url.port || PORTS[url.protocol]) !== (port ?? PORTS[url.protocol])) return false;
  return !path || path === "/" || (path.endsWith("/") ? url.pathname.startsWith(path) : url.pathname === path);
}
