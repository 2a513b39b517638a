// The words of src/schema.ts once more, for readers: each tells in a few words what an option may be, and its default. readme.mjs puts them in the place of
// schema.ts, so that the description of the options itself says what the README's table says.
const code = (value) => `\`${value}\``;
const plural = (words) => (otherwise) => ({ allowed: words, otherwise });
const keys = (shape) => code(`{ ${Object.keys(shape).join(", ")} }`);
/** No number of milliseconds beyond it is a date. */
const LAST_DATE = 8.64e15;

export const text = plural("string");
export const selector = plural("CSS selector");
export const url = plural("URL");
export const texts = plural("list of strings");
export const urls = plural("list of URLs");
export const selectors = plural("list of CSS selectors");
export const words = plural("text");
export const wordsByCode = plural("object of texts");
export const versions = plural("list of strings and numbers");
export const byName = () => ({ allowed: "object of kinds" });
export const flag = plural("`true` or `false`");
export const whole = (otherwise, { from, to }) => ({ allowed: to === LAST_DATE ? `from ${from}` : `${from} to ${to}`, otherwise });
export const oneOf = (...each) => ({ allowed: each.map((word) => code(`"${word}"`)).join(", ").replace(/, ([^,]*)$/, " or $1"), otherwise: each[0] });
export const turned = (option) => option;
export const object = (shape) => ({ shape });
export const objects = (shape) => ({ allowed: `list of ${keys(shape)}` });
export const declarations = objects;
