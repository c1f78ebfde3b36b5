// Defines <subscription-desk>: a customer's subscriptions as a panel in a page that is not ours.
// docs/embedding.md is its guide, embed.d.ts its interface.
//
// The panel lives in a shadow root and touches nothing else: no global name, no listener outside
// itself, no storage. Its program is one for all panels of the page, comes when the first of them
// is near the window, and every file of it is checked against the digest that stands here.

import { ATTRIBUTES, BeforeSubmitEvent, adopt, inTime, reflect, tokenOf, webAddress, wellFormed } from "./embed-parts.js";

/** Where our files lie, and what each is called and digests to: written when the site is finished. */
const BASE = new URL("./", import.meta.url);
const FILES = {}; /* __FILES__ */

/** Makes the program's other half, in a state of its own each time: written by wasm-bindgen. */
function makeProgram() {
  /* __GLUE__ */
  return wasm_bindgen;
}

const LANGUAGES = Object.keys(FILES).flatMap((name) => /^lang\/(.+)\.json$/.exec(name)?.[1] ?? []);
/** So far from the window a panel begins to load. */
const NEAR = "600px";

/* What the panel needs before its stylesheet is there. A page's `* { all: unset }` beats `:host`,
   so only `display` stands there, and everything else on a wrapper that begins from nothing. */
const FRAME = `
:host { display: block !important; }
:host([hidden]) { display: none !important; }
.desk {
  all: initial;
  display: grid;
  grid-template: minmax(min-content, 1fr) / minmax(0, 1fr);
  box-sizing: border-box;
  block-size: var(--desk-height, 640px);
  min-block-size: 240px;
  overflow: auto;
  overscroll-behavior: auto;
  color-scheme: light;
}
.desk[data-theme="dark"] { color-scheme: dark; }
.desk[data-theme="system"] { color-scheme: light dark; }
.desk[data-theme="host"] { color-scheme: inherit; }
.plain { all: initial; display: none; }
.place { display: grid; grid-template: minmax(min-content, 1fr) / minmax(0, 1fr); min-inline-size: 0; }
.wait { display: grid; align-content: start; gap: 16px; padding: 24px 32px; }
.wait > span { block-size: 16px; border-radius: 4px; background: light-dark(#f0f0f0, #3a3a3a); }
.wait > span:first-child { inline-size: 240px; max-inline-size: 60%; block-size: 28px; }
.stop { max-inline-size: 640px; padding: 24px 32px; font: 14px/20px var(--desk-font, system-ui, sans-serif); color: light-dark(#242424, #fff); }
.stop h2 { margin: 0 0 8px; font-size: 20px; line-height: 28px; font-weight: 600; }
.stop p { margin: 0 0 16px; }
.stop button { min-block-size: 32px; padding: 0 12px; border: 1px solid light-dark(#d1d1d1, #666); border-radius: 4px; background: none; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
.stop button:focus-visible { outline: 2px solid currentcolor; outline-offset: 1px; }
`;

const STOPPED = {
  en: {
    not_loaded: ["The subscriptions did not load", "A file did not arrive, or it is not of this version. Nothing was changed."],
    stopped: ["The subscriptions have stopped", "An error in the program, not in what you did. What was submitted is kept."],
    again: "Load again",
  },
  it: {
    not_loaded: ["Le sottoscrizioni non si sono caricate", "Un file non è arrivato, o non è di questa versione. Nulla è stato modificato."],
    stopped: ["Le sottoscrizioni si sono fermate", "Un errore del programma, non di chi lo usa. Ciò che è stato inviato è conservato."],
    again: "Carica di nuovo",
  },
};

/** Panels that are on the page and have begun. */
const begun = new Set();
/** The program, or the promise of it; null until somebody wants it and after it has stopped. */
let program = null;
/** The stylesheet for all panels, and its promise. */
let styles = null;

/** One of our files, which must be the one of this build. */
async function file(name) {
  const [address, integrity] = FILES[name];
  const answer = await fetch(new URL(address, BASE), { integrity, mode: "cors", credentials: "omit" });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
}

/** The texts of files that came; each comes once for all panels. */
const texts = new Map();
function text(name) {
  if (!texts.has(name)) {
    const came = file(name).then((answer) => answer.text());
    texts.set(name, came);
    came.catch(() => texts.delete(name));
  }
  return texts.get(name);
}

function started() {
  if (!program) {
    const loading = (async () => {
      const made = makeProgram();
      await made({ module_or_path: file("panel.wasm") });
      made.onStop((why) => stopped(loading, why));
      return made;
    })();
    program = loading;
    loading.catch(() => { if (program === loading) program = null; });
  }
  return program;
}

function styled() {
  if (!styles) {
    styles = text("panel.css").then((css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      return sheet;
    });
    styles.catch(() => (styles = null));
  }
  return styles;
}

/** The program has failed: nothing of it can be called any more, in no panel. */
function stopped(which, why) {
  if (program === which) program = null;
  for (const panel of [...begun]) panel[STOP](which, why);
}
const STOP = Symbol();

const frame = new CSSStyleSheet();
frame.replaceSync(FRAME);

/** The nearest language there is. */
function languageOf(locale) {
  const wanted = String(locale ?? "").trim().toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.includes(wanted) ? wanted : "en";
}

/** A base address without a slash at its end; what is no address of the web is none. */
function originOf(api) {
  const url = webAddress(api || BASE, BASE);
  return url && (url.origin + url.pathname).replace(/\/+$/, "");
}

class SubscriptionDesk extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  /** Asked for a token, see embed.d.ts. Never kept anywhere but here. */
  #getToken = null;
  #desk = document.createElement("div");
  #place = document.createElement("div");
  /** As plain as the browser makes it: for the size of letters that the person has set. */
  #plain = document.createElement("span");
  /** This stay on the page; what an earlier one began is over. */
  #stay = null;
  /** The program's panel and the program it is of. */
  #shown = null;
  #program = null;
  /** Where the page wants the panel before it is there. */
  #wanted = null;
  #near = null;
  #sizes = null;
  #height = 0;
  #isUnsaved = false;
  #isSending = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [frame];
    this.#desk.className = "desk";
    this.#desk.part = "panel";
    this.#place.className = "place";
    this.#desk.append(this.#place);
    this.#plain.className = "plain";
    root.append(this.#plain, this.#desk);
    adopt(this, [...ATTRIBUTES, "getToken", "address"]);
  }

  // ---------------------------------------------------------------- attributes and properties

  get getToken() { return this.#getToken; }
  set getToken(value) { this.#getToken = typeof value === "function" ? value : null; }

  get address() { return this.#shown?.address() ?? this.#wanted ?? this.#addressed(); }
  set address(value) {
    this.#wanted = wellFormed(value);
    this.#send();
  }

  get unsaved() { return this.#shown?.isUnsaved() ?? false; }

  back() { return this.#shown?.back() ?? false; }

  get canGoBack() { return this.#shown?.canGoBack() ?? false; }

  /** The address that the attributes name. */
  #addressed() {
    const customer = wellFormed(this.customer.trim());
    if (!customer) return "/customers";
    const here = `/customers/${encodeURIComponent(customer)}`;
    const subscription = wellFormed(this.subscription.trim());
    if (this.view === "new") return `${here}/subscriptions/new`;
    if (this.view === "subscription" && subscription) return `${here}/subscriptions/${encodeURIComponent(subscription)}`;
    return here;
  }

  #language() {
    // A page that names no locale for the panel may name one for itself.
    return languageOf(this.getAttribute("locale") ?? this.closest("[lang]")?.lang ?? navigator.language);
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "theme") this.#desk.dataset.theme = this.theme;
    const isPlace = name === "customer" || name === "subscription" || name === "view";
    if (isPlace) this.#wanted = null;
    // Not on the page, or not near the window yet: what it begins with is read then.
    if (!this.#stay || this.#near) return;
    if (isPlace) this.#send();
    if (name === "api" || name === "demo") this.#begin();
    if (name === "locale") this.#speak();
    if (name === "readonly") this.#shown?.setReadonly(this.readonly);
  }

  /** Sends the panel to where it is wanted; once for several attributes that change together. */
  #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    queueMicrotask(() => {
      this.#isSending = false;
      this.#shown?.sendTo(wellFormed(this.customer), this.#wanted ?? this.#addressed());
    });
  }

  async #speak() {
    const [stay, language] = [this.#stay, this.#language()];
    try {
      const json = await text(`lang/${language}.json`);
      if (stay === this.#stay && language === this.#language()) this.#shown?.setTexts(language, json);
    } catch (error) {
      // The panel stays in the language that it has.
      this.#tellLater("desk-error", { name: "not_loaded", message: String(error) });
    }
  }

  // ---------------------------------------------------------------- on the page and off it

  connectedCallback() {
    // Moved within the page: nothing of it is lost.
    if (this.#stay) return;
    this.#stay = {};
    this.#desk.dataset.theme = this.theme;
    const grows = getComputedStyle(this).getPropertyValue("--desk-height").trim() === "auto";
    this.#desk.toggleAttribute("data-grows", grows);
    this.#wait();
    this.#near = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      this.#near?.disconnect();
      this.#near = null;
      this.#begin();
    }, { rootMargin: NEAR });
    this.#near.observe(this);
    this.#sizes = new ResizeObserver(() => this.#measure());
    this.#sizes.observe(this.#place);
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  /** Bars in the place of what is to come. */
  #wait() {
    const wait = document.createElement("div");
    wait.className = "wait";
    wait.append(...Array.from({ length: 5 }, () => document.createElement("span")));
    this.#place.replaceChildren(wait);
    this.#place.setAttribute("aria-busy", "true");
  }

  async #begin() {
    this.#leave();
    this.#near?.disconnect();
    this.#near = null;
    const stay = (this.#stay = { asking: new Map() });
    begun.add(this);
    this.#wait();
    const api = originOf(this.api);
    try {
      const starting = (this.#program = started());
      if (!this.demo && api === null) throw new Error(`not an address of a server: ${this.api.slice(0, 200)}`);
      const language = this.#language();
      const [made, sheet, json, catalogue, prices] = await Promise.all([
        starting,
        styled(),
        text(`lang/${language}.json`),
        text("catalogue.json"),
        text("prices.json"),
      ]);
      if (stay !== this.#stay) return;
      const root = this.shadowRoot;
      root.adoptedStyleSheets = [frame, sheet];
      // Sizes follow what the person has set in the browser, not what the page made of it.
      this.#desk.style.setProperty("--rem", getComputedStyle(this.#plain).fontSize);
      const options = {
        api: this.demo ? null : api,
        origin: this.demo ? originOf("") : api,
        customer: wellFormed(this.customer),
        address: this.#wanted ?? this.#addressed(),
        readonly: this.readonly,
        locale: language,
        texts: json,
        catalogue,
        prices,
      };
      this.#place.replaceChildren();
      this.#place.removeAttribute("aria-busy");
      this.#shown = new made.Shown(this.#place, this.#heard(), JSON.stringify(options));
      if (language !== this.#language()) this.#speak();
    } catch (error) {
      if (stay === this.#stay) this.#fail("not_loaded", error);
    }
  }

  /** Takes the panel away, and leaves the stay. */
  #leave() {
    begun.delete(this);
    const [shown, which] = [this.#shown, this.#program];
    this.#shown = null;
    this.#program = null;
    if (this.#isUnsaved) this.#tellLater("desk-unsaved", { unsaved: false });
    this.#isUnsaved = false;
    // Of a program that has stopped nothing can be called.
    if (!shown || which !== program) return;
    try {
      this.#wanted = shown.address();
      shown.free();
    } catch (error) {
      console.error(error);
    }
  }

  #end() {
    this.#stay = null;
    this.#leave();
    this.#near?.disconnect();
    this.#near = null;
    this.#sizes?.disconnect();
    this.#sizes = null;
    this.#place.replaceChildren();
  }

  /** Says in place of the panel that it is not there. */
  #fail(name, error) {
    console.error(error);
    // Whatever of it is still on its way is not wanted any more.
    this.#stay = {};
    this.#leave();
    const words = STOPPED[this.#language()] ?? STOPPED.en;
    const [title, help] = words[name];
    const card = document.createElement("div");
    card.className = "stop";
    card.lang = this.#language();
    card.setAttribute("role", "alert");
    const element = (kind, content) => Object.assign(document.createElement(kind), { textContent: content });
    const again = element("button", words.again);
    again.type = "button";
    again.addEventListener("click", () => this.#begin());
    card.append(element("h2", title), element("p", help), again);
    this.#place.removeAttribute("aria-busy");
    this.#place.replaceChildren(card);
    this.#tellLater("desk-error", { name, message: String(error) });
  }

  /** The program has stopped. */
  [STOP](which, why) {
    if (this.#program === which) this.#fail("stopped", why);
  }

  #measure() {
    const height = Math.ceil(this.#place.getBoundingClientRect().height);
    if (height === this.#height) return;
    this.#height = height;
    this.#tellLater("desk-height", { height });
  }

  // ---------------------------------------------------------------- what the program asks and says

  /** What the program knows of this element; nothing of it is the page's to call. */
  #heard() {
    const stay = this.#stay;
    return {
      // What was for one server is not for the next: nothing is asked or said for an earlier stay.
      token: async (refresh) => {
        const token = stay === this.#stay ? await this.#token(stay, refresh) : undefined;
        return stay === this.#stay ? token : undefined;
      },
      beforeSubmit: async (submission) => {
        if (stay !== this.#stay) return "";
        const event = new BeforeSubmitEvent(JSON.parse(submission));
        this.dispatchEvent(event);
        const why = await event.outcome();
        return stay === this.#stay ? why : "";
      },
      tell: (name, detail) => {
        if (stay !== this.#stay) return;
        const said = JSON.parse(detail);
        if (name === "desk-unsaved") this.#isUnsaved = said.unsaved;
        this.#tellLater(name, said);
      },
    };
  }

  /** Not at once: the page may answer by calling the program, which is still in the middle. */
  #tellLater(name, detail) {
    queueMicrotask(() => {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    });
  }

  /** Several questions at once are one to the page. */
  #token({ asking }, refresh) {
    if (!this.#getToken) return undefined;
    if (!asking.has(refresh)) {
      const give = this.#getToken;
      const asked = inTime(Promise.resolve().then(() => give.call(this, { refresh })));
      asking.set(refresh, asked);
      const over = () => asking.delete(refresh);
      asked.then(over, over);
    }
    return asking.get(refresh).then(tokenOf);
  }
}

reflect(SubscriptionDesk);

// The script may be on the page twice.
if (!customElements.get("subscription-desk")) customElements.define("subscription-desk", SubscriptionDesk);
