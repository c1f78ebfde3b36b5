// What the panel, the frame and the page inside the frame have in common. Finishing the site puts
// it into each of them (xtask/src/panel.rs), so that a page loads one script, which it may pin.

/** The longest that the page may think about a token or a submission, in milliseconds. */
const PATIENCE = 60_000;
/** The longest message of the page that is shown. */
const LONGEST_MESSAGE = 500;

/** The attributes of the panel, in the words of embed.d.ts. */
export const ATTRIBUTES = ["api", "customer", "demo", "locale", "readonly", "subscription", "theme", "view"];
export const VIEWS = ["customers", "subscriptions", "new", "subscription"];
export const THEMES = ["light", "dark", "system", "host"];

/** A promise of the page's, which must not keep the panel waiting for ever. */
export function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the page did not answer in time")), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The page's word on what is about to be submitted. */
export class BeforeSubmitEvent extends CustomEvent {
  #why = "";
  #checks = [];

  constructor(detail) {
    super("desk-before-submit", { detail, bubbles: true, composed: true, cancelable: true });
  }

  refuse(message) {
    this.#why ||= String(message ?? "").slice(0, LONGEST_MESSAGE);
    this.preventDefault();
  }

  waitUntil(check) {
    // Awaited later: until then its failure is nobody's yet, and not to be reported as such.
    const checked = Promise.resolve(check);
    checked.catch(() => {});
    this.#checks.push(checked);
  }

  /** Why not, an empty text if no reason was given; undefined lets it pass. */
  async outcome() {
    if (this.defaultPrevented) return this.#why;
    for (const check of this.#checks) {
      try {
        const why = await inTime(check);
        if (typeof why === "string" && why !== "") return why.slice(0, LONGEST_MESSAGE);
      } catch (error) {
        console.error(error);
        return "";
      }
    }
    return this.defaultPrevented ? this.#why : undefined;
  }
}

/** A text that can stand in an address. */
export function wellFormed(value) {
  return String(value ?? "").replace(/\p{Surrogate}/gu, "\ufffd");
}

/** An address of the web; what is none, such as `javascript:`, is null. */
export function webAddress(text, base) {
  try {
    const url = new URL(text, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/** A token as it can stand in a header; what cannot is none. */
export function tokenOf(value) {
  return typeof value === "string" && /^[\x21-\x7e]{1,16384}$/.test(value) ? value : undefined;
}

/** The attributes as properties: text, or whether they are there. */
export function reflect(element) {
  const define = (name, get, set) =>
    Object.defineProperty(element.prototype, name, { get, set, enumerable: true, configurable: true });
  for (const name of ["api", "customer", "locale", "subscription"]) {
    define(name, function () { return this.getAttribute(name) ?? ""; }, writes(name));
  }
  for (const name of ["readonly", "demo"]) {
    const set = function (value) { this.toggleAttribute(name, Boolean(value)); };
    define(name, function () { return this.hasAttribute(name); }, set);
  }
  const view = function () {
    const view = this.getAttribute("view");
    return VIEWS.includes(view) ? view : this.customer.trim() ? "subscriptions" : "customers";
  };
  define("view", view, writes("view"));
  const theme = function () {
    const theme = this.getAttribute("theme");
    return THEMES.includes(theme) ? theme : "light";
  };
  define("theme", theme, writes("theme"));
}

function writes(name) {
  return function (value) {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  };
}

/** Takes over properties that were set before the element was known, which would hide ours. */
export function adopt(element, names) {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    queueMicrotask(() => (element[name] = value));
  }
}
