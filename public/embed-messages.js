// What the page and the panel in its frame tell each other: the form of every message, checked on
// both sides. Put into both like embed-parts.js.

/** On every message, so that those of others on the page are not taken for ours. */
export const MARK = "subscription-desk/1";

/** What a panel tells its page; `desk-before-submit` is a question and goes another way. */
export const EVENTS = [
  "desk-ready", "desk-navigate", "desk-unsaved", "desk-error", "desk-height",
  "desk-subscription-created", "desk-subscription-changed", "desk-subscription-suspended",
  "desk-subscription-reactivated", "desk-subscription-cancelled",
];

/** What a page may give of its looks, as custom properties. */
export const TOKENS = [
  "brand", "brand-hover", "brand-text", "brand-tint", "on-brand", "text", "text-2", "text-3",
  "surface", "surface-2", "surface-3", "stroke", "stroke-2", "focus", "font", "radius", "row", "control",
].map((name) => `--desk-${name}`);

const isText = (longest) => (value) => typeof value === "string" && value.length <= longest;
const isFlag = (value) => typeof value === "boolean";
const isNumber = (value) => Number.isSafeInteger(value) && value >= 0;
const isOneOf = (all) => (value) => all.includes(value);
const isNone = (is) => (value) => value === null || is(value);
/** Plain data, such as events of ours have, and not more of it than any of them. */
function isPlain(value, depth = 0) {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return depth > 0;
  if (typeof value !== "object" || depth > 6) return false;
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== Array.prototype) return false;
  const all = Object.values(value);
  if (!all.every((one) => isPlain(one, depth + 1))) return false;
  return depth > 0 || JSON.stringify(value).length < 100_000;
}
/** The functions that a colour, a size or the name of a font may have: none that loads anything. */
const FUNCTIONS = [
  "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark",
  "calc", "min", "max", "clamp", "",
];
const isLook = (value) =>
  isText(200)(value) &&
  !/[;{}@\\]/.test(value) &&
  [...value.matchAll(/([^\s,(]*)\(/g)].every(([, name]) => FUNCTIONS.includes(name.toLowerCase()));
const isLooks = (value) =>
  isPlain(value) && Object.entries(value).every(([name, look]) => TOKENS.includes(name) && isLook(look));

/** From the panel in the frame to the page. */
export const FROM_PANEL = {
  hello: {},
  event: { name: isOneOf(EVENTS), detail: isPlain },
  place: { address: isText(8_192), unsaved: isFlag, canGoBack: isFlag },
  token: { id: isNumber, refresh: isFlag },
  "before-submit": { id: isNumber, detail: isPlain },
};

/** From the page to the panel in the frame. */
export const FROM_PAGE = {
  attribute: { name: isText(40), value: isNone(isText(2_048)) },
  looks: { looks: isLooks },
  go: { address: isText(8_192) },
  back: {},
  token: { id: isNumber, token: isNone(isText(16_384)) },
  verdict: { id: isNumber, why: isNone(isText(500)) },
};

/** A message of ours of one of the kinds, with exactly its parts; anything else is nothing to us. */
export function read(kinds, data) {
  if (data === null || typeof data !== "object" || data.mark !== MARK) return null;
  if (typeof data.kind !== "string" || !Object.hasOwn(kinds, data.kind)) return null;
  const parts = Object.entries(kinds[data.kind]);
  if (Object.keys(data).length !== parts.length + 2) return null;
  return parts.every(([name, is]) => Object.hasOwn(data, name) && is(data[name])) ? data : null;
}
