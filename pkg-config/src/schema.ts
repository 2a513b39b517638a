// The words in which options are described (options.ts): what each kind of value may be, what it is read as, and what is said of anything else.
// What is read is the page's own: a getter may throw, a proxy may lie. Describing takes none of the browser's functions, which a page may have
// replaced: the entries are part of its own bundle, and a throw at the top of a file would end that.

/** What only the page can tell: whether a text is an http(s) address or a selector there, and its languages. */
export interface Place {
  isUrl(text: string): boolean;
  isSelector(text: string): boolean;
  /** Of the document, then of the browser. */
  languages(): readonly string[];
}

/** One reading of the options. */
export interface Reading {
  place: Place;
  /** Takes down what is wrong with an option. */
  note(problem: string): void;
}

/** An option: what a page may give, and what it is read as. */
export interface Option<Given, Read = Given> {
  /** What `given` means; the default where it is missing or, after a note of that, wrong. */
  read(given: unknown, path: string, reading: Reading): Read;
  /** Never there: it tells the compiler what a page may give. */
  readonly given?: Given;
}

/** Options by their names. */
export interface Shape {
  readonly [name: string]: Option<unknown, unknown>;
}

/** What a page may give for these options: all are optional. */
export type GivenOf<S> = { [K in keyof S]?: S[K] extends Option<infer Given, unknown> ? Given : never };

/** What these options are read as: all are there. */
export type ReadOf<S> = { [K in keyof S]: S[K] extends Option<unknown, infer Read> ? Read : never };

/** Options of their own under one name. */
export interface ObjectOption<S> extends Option<GivenOf<S>, ReadOf<S>> {}

/** A list of objects. */
export interface ListOption<S> extends Option<Required<GivenOf<S>>[], ReadOf<S>[]> {}

/** A list of objects of each of which only the text `I` is needed. */
export interface DeclarationsOption<S, I extends keyof S> extends Option<(GivenOf<S> & Required<Pick<GivenOf<S>, I>>)[], ReadOf<S>[]> {}

/** A text of the page's own, in one language or two. */
export type Text = string | { zh?: string; en?: string };

/** The same when it is read; an empty one falls back to the other. */
export interface Words {
  zh: string;
  en: string;
}

/** More elements or keys than any options have: the rest is not looked at. */
const MOST_ENTRIES = 300;
/** In messages. */
const LONGEST_SHOWN = 60;

/** What of the page's own may throw. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

const isMissing = (given: unknown): given is null | undefined => given === undefined || given === null;
const isList = (given: unknown): given is unknown[] => attempt(() => Array.isArray(given), false);
const isObject = (given: unknown): given is Record<string, unknown> => typeof given === "object" && given !== null && !isList(given);

/** The first elements; one that cannot be read is undefined. */
function elements(list: unknown[]): unknown[] {
  const length = Math.min(attempt(() => list.length, 0), MOST_ENTRIES);
  const all: unknown[] = [];
  for (let i = 0; i < length; i++) all.push(attempt(() => list[i], undefined));
  return all;
}

/** The object's own first keys, with their values; one that cannot be read is undefined. */
function entries(object: Record<string, unknown>): [key: string, value: unknown][] {
  const keys = attempt(() => Object.keys(object), []).slice(0, MOST_ENTRIES);
  return keys.map((key) => [key, attempt(() => object[key], undefined)]);
}

function kind(given: unknown): string {
  if (isMissing(given)) return "nothing";
  if (isList(given)) return "array";
  return typeof given === "symbol" || typeof given === "bigint" ? "symbol or bigint" : typeof given;
}

function shown(given: unknown): string {
  if (typeof given === "string") return `"${given.length > LONGEST_SHOWN ? given.slice(0, LONGEST_SHOWN) + "…" : given}"`;
  if (typeof given === "number" || typeof given === "boolean" || isMissing(given)) return String(given);
  if (isList(given)) return "[…]";
  return isObject(given) ? "{…}" : "of no use here";
}

function wrong(given: unknown, path: string, reading: Reading, expected: string, using: string): void {
  reading.note(`${path ? `"${path}"` : "itself"} is ${shown(given)} (${kind(given)}); expected ${expected}; using ${using}`);
}

/** What a text must be. */
interface Rule {
  expected: string;
  fits(text: string, place: Place): boolean;
}
const ANY: Rule = { expected: "a string", fits: () => true };
const URL: Rule = { expected: "an http(s) URL, absolute or relative to the page", fits: (text, place) => place.isUrl(text) };
const SELECTOR: Rule = { expected: "a CSS selector", fits: (text, place) => place.isSelector(text) };

/** A value that is taken as it is, or not. */
function single<T, D>(expected: string, otherwise: T | D, using: string, fits: (given: unknown, place: Place) => given is T): Option<T, T | D> {
  return {
    read(given, path, reading) {
      if (isMissing(given)) return otherwise;
      if (fits(given, reading.place)) return given;
      wrong(given, path, reading, expected, using);
      return otherwise;
    },
  };
}

const obeys = (rule: Rule) => (given: unknown, place: Place): given is string => typeof given === "string" && rule.fits(given, place);

export const text = (): Option<string> => single<string, string>(ANY.expected, "", "none", obeys(ANY));

export const selector = (otherwise: string): Option<string> => single<string, string>(SELECTOR.expected, otherwise, otherwise, obeys(SELECTOR));

/** An address; null where there is none. */
export const url = (otherwise: string | null = null): Option<string, string | null> => single<string, string | null>(URL.expected, otherwise, otherwise ?? "none", obeys(URL));

export const flag = (otherwise: boolean): Option<boolean> =>
  single<boolean, boolean>("true or false", otherwise, `${otherwise}`, (given): given is boolean => typeof given === "boolean");

export const whole = (otherwise: number, { from, to }: { from: number; to: number }): Option<number> =>
  single<number, number>(
    `a whole number from ${from} to ${to}`,
    otherwise,
    `${otherwise}`,
    (given): given is number => typeof given === "number" && given % 1 === 0 && given >= from && given <= to,
  );

/** One of these words; the first is the default. */
export function oneOf<const W extends readonly [string, ...string[]]>(...words: W): Option<W[number]> {
  return {
    read(given, path, reading) {
      if (isMissing(given)) return words[0];
      for (const word of words) if (word === given) return word;
      wrong(given, path, reading, `"${words.join('", "')}"`, `"${words[0]}"`);
      return words[0];
    },
  };
}

/** A list of what `fits`. */
function list<T>(all: string, expected: string, fits: (given: unknown, place: Place) => given is T): Option<T[]> {
  return {
    read(given, path, reading) {
      if (isMissing(given)) return [];
      if (!isList(given)) {
        wrong(given, path, reading, all, "none");
        return [];
      }
      const fitting: T[] = [];
      elements(given).forEach((item, index) => {
        if (fits(item, reading.place)) fitting.push(item);
        else wrong(item, `${path}[${index}]`, reading, expected, "the others");
      });
      return fitting;
    },
  };
}

const strings = (rule: Rule): Option<string[]> => list("an array of strings", rule.expected, obeys(rule));
export const texts = (): Option<string[]> => strings(ANY);
export const urls = (): Option<string[]> => strings(URL);
export const selectors = (): Option<string[]> => strings(SELECTOR);

/** Versions of anything; a number is read as its text. */
export const versions = (): Option<(string | number)[], string[]> =>
  turned(
    list("an array of strings and numbers", "a string or a number", (given): given is string | number => typeof given === "string" || typeof given === "number"),
    (all) => all.map((version) => `${version}`),
  );

/** What stands for what is read, by the place where it is read. */
export const turned = <G, R, T>(option: Option<G, R>, turn: (read: R, place: Place) => T): Option<G, T> => ({
  read: (given, path, reading) => turn(option.read(given, path, reading), reading.place),
});

/** Reads what stands under each name, and tells of names that are not known. `needed` is the name that must be there. */
function readAll<S extends Shape>(shape: S, given: unknown, path: string, reading: Reading, needed?: string): ReadOf<S> {
  if (!isMissing(given) && !isObject(given)) wrong(given, path, reading, "an object", "the defaults");
  const found = isObject(given) ? entries(given) : [];
  const known = Object.keys(shape);
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const read: Record<string, unknown> = {};
  for (const key of known) {
    const value = found.find(([name]) => name === key)?.[1];
    if (key === needed && isMissing(value) && isObject(given)) reading.note(`"${at(key)}" is missing; expected a string; leaving the entry out`);
    read[key] = shape[key]!.read(value, at(key), reading);
  }
  for (const [key] of found) if (!known.includes(key)) reading.note(`"${at(key)}" is not known; expected one of ${known.join(", ")}; ignoring it`);
  return read as ReadOf<S>;
}

/** Options of their own under one name. */
export const object = <S extends Shape>(shape: S): ObjectOption<S> => ({ read: (given, path, reading) => readAll(shape, given, path, reading) });

/** A list of objects. One without the text `id` is left out. */
export function objects<S extends Shape>(shape: S, id: keyof S & string): ListOption<S> {
  return {
    read(given, path, reading) {
      if (isMissing(given)) return [];
      if (!isList(given)) {
        wrong(given, path, reading, "an array of objects", "none");
        return [];
      }
      return elements(given)
        .map((item, index) => readAll(shape, item, `${path}[${index}]`, reading, id))
        .filter((read) => read[id]);
    },
  };
}

/** The same, where of each object the text `id` is all that is needed. */
export const declarations = <S extends Shape, I extends keyof S & string>(shape: S, id: I): DeclarationsOption<S, I> => objects(shape, id);

/** One option for each name. */
export function byName<Given, Read>(one: Option<Given, Read>): Option<Record<string, Given>, { key: string; kind: Read }[]> {
  return {
    read(given, path, reading) {
      if (isObject(given)) return entries(given).map(([key, value]) => ({ key, kind: one.read(value, `${path}.${key}`, reading) }));
      if (!isMissing(given)) wrong(given, path, reading, "an object of name → kind", "none");
      return [];
    },
  };
}

/** A text in one language or two. */
export function words(): Option<Text, Words> {
  const both = object({ zh: text(), en: text() });
  return {
    read(given, path, reading) {
      if (typeof given === "string") return { zh: given, en: given };
      if (isMissing(given) || isObject(given)) return both.read(given, path, reading);
      wrong(given, path, reading, "a string or { zh, en }", "none");
      return { zh: "", en: "" };
    },
  };
}

/** A text for each code. */
export function wordsByCode(): Option<Record<string, Text>, { code: string; text: Words }[]> {
  const one = words();
  return {
    read(given, path, reading) {
      if (isObject(given)) return entries(given).map(([code, value]) => ({ code, text: one.read(value, `${path}.${code}`, reading) }));
      if (!isMissing(given)) wrong(given, path, reading, "an object of business code → text", "none");
      return [];
    },
  };
}
