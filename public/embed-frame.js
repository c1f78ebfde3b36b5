// Defines <subscription-desk-frame>: the panel in a frame, for pages that run no program of others
// in themselves. It has the interface of <subscription-desk> (embed.d.ts) and speaks with the page
// inside the frame by messages, each checked for its origin and its form.
import { ATTRIBUTES, BeforeSubmitEvent, adopt, inTime, reflect, tokenOf, webAddress, wellFormed } from "./embed-parts.js";
import { FROM_PANEL, MARK, TOKENS, read } from "./embed-messages.js";

const BASE = new URL("./", import.meta.url);
/** The longest that the page in the frame may take to say that it is there, in milliseconds. */
const LONGEST_START = 30_000;

const STYLE = `
:host { display: block !important; }
:host([hidden]) { display: none !important; }
.frame { all: initial; display: block; block-size: var(--desk-height, 640px); min-block-size: 240px; }
.frame > iframe { all: initial; display: block; inline-size: 100%; block-size: 100%; border: 0; color-scheme: normal; }
.scheme { display: none; color: light-dark(white, black); }
`;
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

class SubscriptionDeskFrame extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  #getToken = null;
  #box = document.createElement("div");
  #scheme = document.createElement("span");
  #frame = null;
  /** The origin of the page in the frame; nothing else is listened to or spoken to. */
  #desk = "";
  #isThere = false;
  #late = 0;
  #place = { address: "", unsaved: false, canGoBack: false };
  #wanted = null;
  #looks = null;
  #hear = (event) => this.#heard(event);

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#box.className = "frame";
    this.#box.part = "panel";
    this.#scheme.className = "scheme";
    root.append(this.#box, this.#scheme);
    adopt(this, [...ATTRIBUTES, "getToken", "address"]);
  }

  get getToken() { return this.#getToken; }
  set getToken(value) { this.#getToken = typeof value === "function" ? value : null; }

  get address() { return this.#place.address || (this.#wanted ?? ""); }
  set address(value) {
    this.#wanted = wellFormed(value);
    if (this.#isThere) this.#say("go", { address: this.#wanted });
  }

  get unsaved() { return this.#place.unsaved; }
  get canGoBack() { return this.#place.canGoBack; }

  back() {
    const can = this.#place.canGoBack;
    if (can) this.#say("back");
    return can;
  }

  connectedCallback() {
    if (this.#looks) return;
    // The one listener beyond ourselves: messages come to the window. It goes with the element.
    window.addEventListener("message", this.#hear);
    this.#looks = new MutationObserver(() => this.#sayLooks());
    // A page changes its looks on itself or on its root, mostly by these.
    const watched = { attributes: true, attributeFilter: ["class", "style", "data-theme"] };
    for (const element of [this, document.body, document.documentElement]) this.#looks.observe(element, watched);
    this.#begin();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      window.removeEventListener("message", this.#hear);
      this.#looks?.disconnect();
      this.#looks = null;
      this.#leave();
    });
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    const isPlace = ["customer", "subscription", "view"].includes(name);
    if (isPlace) this.#wanted = null;
    if (!this.#looks) return;
    if (name === "api") {
      this.#leave();
      this.#begin();
    } else if (this.#isThere) {
      this.#say("attribute", { name, value: this.#sent(name) });
    }
  }

  /** An attribute as the page in the frame gets it. */
  #sent(name) {
    if (name !== "theme" || this.theme !== "host") return this.getAttribute(name);
    // What the page looks like cannot be seen from inside the frame.
    return getComputedStyle(this.#scheme).color === "rgb(255, 255, 255)" ? "light" : "dark";
  }

  #begin() {
    const base = webAddress(this.api || BASE, BASE);
    if (!base) {
      this.#tell("desk-error", { name: "not_loaded", message: "the attribute api is no address of a server" });
      return;
    }
    this.#desk = base.origin;
    const address = new URL("/embed", base);
    address.searchParams.set("origin", location.origin);
    for (const name of ATTRIBUTES) {
      const value = this.#sent(name);
      if (name !== "api" && value !== null) address.searchParams.set(name, value);
    }
    if (this.#wanted !== null) address.searchParams.set("address", this.#wanted);
    if (this.#grows()) address.searchParams.set("grows", "");
    const frame = document.createElement("iframe");
    frame.title = "Subscription Desk";
    frame.loading = "lazy";
    // Against its own origin a sandbox with scripts protects nothing.
    if (this.#desk !== location.origin) frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox");
    frame.addEventListener("load", () => {
      clearTimeout(this.#late);
      if (!this.#isThere) this.#late = setTimeout(() => this.#missed(), LONGEST_START);
    });
    frame.src = address.href;
    this.#frame = frame;
    this.#box.replaceChildren(frame);
  }

  #leave() {
    clearTimeout(this.#late);
    this.#frame = null;
    this.#isThere = false;
    if (this.#place.address) this.#wanted = this.#place.address;
    this.#place = { address: "", unsaved: false, canGoBack: false };
    this.#box.replaceChildren();
  }

  #missed() {
    const message = "the frame did not answer: is this page's origin listed as a frame ancestor?";
    if (!this.#isThere) this.#tell("desk-error", { name: "not_loaded", message });
  }

  #grows() {
    return getComputedStyle(this).getPropertyValue("--desk-height").trim() === "auto";
  }

  #say(kind, parts = {}, to = this.#frame, origin = this.#desk) {
    // An answer to a frame that has gone meanwhile is for nobody.
    if (to === this.#frame && origin === this.#desk) to?.contentWindow?.postMessage({ mark: MARK, kind, ...parts }, origin);
  }

  #sayLooks() {
    if (!this.#isThere) return;
    const style = getComputedStyle(this);
    const looks = TOKENS.map((name) => [name, style.getPropertyValue(name).trim()]);
    this.#say("looks", { looks: Object.fromEntries(looks.filter(([, look]) => look !== "")) });
    if (this.theme === "host") this.#say("attribute", { name: "theme", value: this.#sent("theme") });
  }

  #tell(name, detail) {
    const event = new CustomEvent(name, { detail, bubbles: true, composed: true });
    // Not at once: it may be said while an attribute is being set.
    queueMicrotask(() => this.dispatchEvent(event));
  }

  async #heard(event) {
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== this.#desk) return;
    const message = read(FROM_PANEL, event.data);
    if (!message) return;
    const [frame, desk] = [this.#frame, this.#desk];
    if (message.kind === "hello") {
      this.#isThere = true;
      clearTimeout(this.#late);
      // What has changed since the frame got its address.
      for (const name of ATTRIBUTES) if (name !== "api") this.#say("attribute", { name, value: this.#sent(name) });
      if (this.#wanted !== null) this.#say("go", { address: this.#wanted });
      this.#sayLooks();
    }
    if (message.kind === "place") {
      const { address, unsaved, canGoBack } = message;
      this.#place = { address, unsaved, canGoBack };
    }
    if (message.kind === "event") {
      if (message.name === "desk-height" && this.#grows()) {
        const { height } = message.detail;
        if (Number.isFinite(height)) this.#box.style.setProperty("block-size", `${Math.min(Math.ceil(height), 100_000)}px`);
      }
      this.#tell(message.name, message.detail);
    }
    if (message.kind === "token") {
      const give = this.#getToken;
      let token;
      try {
        token = give ? tokenOf(await inTime(Promise.resolve(give.call(this, { refresh: message.refresh })))) : undefined;
      } catch (error) {
        console.error(error);
      }
      this.#say("token", { id: message.id, token: token ?? null }, frame, desk);
    }
    if (message.kind === "before-submit") {
      const asked = new BeforeSubmitEvent(message.detail);
      this.dispatchEvent(asked);
      this.#say("verdict", { id: message.id, why: (await asked.outcome()) ?? null }, frame, desk);
    }
  }
}

reflect(SubscriptionDeskFrame);

// The script may be on the page twice.
if (!customElements.get("subscription-desk-frame")) customElements.define("subscription-desk-frame", SubscriptionDeskFrame);
