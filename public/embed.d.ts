// What a page may say to <subscription-desk> (embed.js) and to <subscription-desk-frame>
// (embed-frame.js), and what it hears. Both have this same interface; docs/embedding.md explains it.

/** What the panel shows first: `customers` unless a customer is named, then `subscriptions`. */
export type DeskView = "customers" | "subscriptions" | "new" | "subscription";

/**
 * Light or dark; `system` follows the person's system, `host` the `color-scheme` that the page has
 * where the panel stands.
 */
export type DeskTheme = "light" | "dark" | "system" | "host";

/** Where the panel is. */
export interface DeskPlace {
  /** As one text, to be kept in the page's own address and given back later. */
  readonly address: string;
  readonly view: DeskView;
  readonly customer: string | null;
  readonly subscription: string | null;
}

/** `desk-ready`: the panel can be used. */
export interface DeskReady {
  /** The version of the rules that decide in the browser. */
  readonly rules: string;
  readonly locale: string;
}

/**
 * `desk-navigate`: the person went to another place in the panel. Where the page sends it by an
 * attribute or by `address`, it is not told, unless the panel stays because of something unsaved.
 */
export interface DeskNavigate extends DeskPlace {
  /** Whether the place before is not one to come back to, such as another filter of the same list. */
  readonly replace: boolean;
}

/** What is about to be submitted, or was. */
export interface DeskSubmission {
  /** `create` also for an add-on; `change` for quantity, nickname and the conversion of a trial. */
  readonly action: "create" | "change" | "suspend" | "reactivate" | "cancel";
  readonly customer: string;
  /** The subscription it is about; `null` when new ones are created. */
  readonly subscription: string | null;
  /** The offers of what is created, with their quantities. */
  readonly lines?: readonly { readonly offer: string; readonly quantity: number }[];
  /** The new quantity. */
  readonly quantity?: number;
  /** The new nickname. */
  readonly nickname?: string;
  /** Why it is suspended or cancelled. */
  readonly reason?: "customer_request" | "non_payment" | "fraud" | "not_stated";
  /** The name of the request, under which a repeat of it does nothing twice. */
  readonly request: string;
}

/**
 * `desk-before-submit`: the page may hold the submission back. With `refuse` or `preventDefault`
 * nothing is sent, and the person reads the message where the panel says its own refusals.
 */
export interface DeskBeforeSubmitEvent extends CustomEvent<DeskSubmission> {
  /** Holds it back with a message for the person, in the person's language. */
  refuse(message: string): void;
  /** Waits for the page's own check: a text refuses, anything else lets pass, a rejection refuses. */
  waitUntil(check: Promise<string | null | undefined | void>): void;
}

/** One of the five events after something was submitted. */
export interface DeskSubmitted extends DeskSubmission {
  /** The subscriptions that were made or changed, with the add-ons drawn along. */
  readonly subscriptions: readonly string[];
  /** The orders that were placed. */
  readonly orders: readonly string[];
}

/** `desk-error`: something went wrong that the page's people may want to know. */
export interface DeskError {
  /**
   * `not_loaded` (a file of the panel did not come), `signed_out` (no token, or one that is not
   * taken), `network`, `timed_out`, `busy`, `other_version`, `not_ours` (something else answered),
   * `refused` (by a rule), `held_back` (by this page), `changed` (by somebody else meanwhile),
   * `store`, `stopped` (an error in the panel's program).
   */
  readonly name: string;
  /** Plain English, for a log; the person reads it in the panel, in the panel's language. */
  readonly message: string;
}

/** `desk-unsaved`: something typed is not submitted yet, or no more. */
export interface DeskUnsaved {
  readonly unsaved: boolean;
}

/** `desk-height`: how high the content is, in CSS pixels. */
export interface DeskHeight {
  readonly height: number;
}

export interface DeskEventMap {
  "desk-ready": CustomEvent<DeskReady>;
  "desk-navigate": CustomEvent<DeskNavigate>;
  "desk-before-submit": DeskBeforeSubmitEvent;
  "desk-subscription-created": CustomEvent<DeskSubmitted>;
  "desk-subscription-changed": CustomEvent<DeskSubmitted>;
  "desk-subscription-suspended": CustomEvent<DeskSubmitted>;
  "desk-subscription-reactivated": CustomEvent<DeskSubmitted>;
  "desk-subscription-cancelled": CustomEvent<DeskSubmitted>;
  "desk-error": CustomEvent<DeskError>;
  "desk-unsaved": CustomEvent<DeskUnsaved>;
  "desk-height": CustomEvent<DeskHeight>;
}

/** Gives a token of the page's own sign-in. `refresh`: the one given before was not taken. */
export type DeskGetToken = (ask: { readonly refresh: boolean }) => Promise<string> | string;

/** The first eight properties are the attributes of the same names. */
export interface DeskElement extends HTMLElement {
  /** The base address of the desk's server; the script's own origin unless given. */
  api: string;
  /** The customer's ID. Without one the panel begins with the list of customers. */
  customer: string;
  /** The subscription's ID, for the view `subscription`. */
  subscription: string;
  view: DeskView;
  /** `en` or `it`; another language has the nearest of them, or English. */
  locale: string;
  theme: DeskTheme;
  /** Nothing can be changed. */
  readonly: boolean;
  /** Made-up customers in this page's memory, no server. */
  demo: boolean;
  /** Asked for a token before the first request and again after one was not taken. */
  getToken: DeskGetToken | null;
  /** Where the panel is; may be set to an address that `desk-navigate` told. */
  address: string;
  /** Whether something typed is not submitted yet. */
  readonly unsaved: boolean;
  /** Whether there is a place to go back to. */
  readonly canGoBack: boolean;
  /** Goes back one place in the panel's own history; whether there was one. */
  back(): boolean;

  addEventListener<K extends keyof DeskEventMap>(
    type: K,
    listener: (this: DeskElement, event: DeskEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof DeskEventMap>(
    type: K,
    listener: (this: DeskElement, event: DeskEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "subscription-desk": DeskElement;
    "subscription-desk-frame": DeskElement;
  }
}
