// The sample portal of Alpenglow IT Services, and how a portal brings in the panel.
//
// Take the first part, "the panel": it is the whole integration. What follows it is an ordinary
// portal: addresses, languages, tables, and habits that a panel has to get along with.
//
// In the page's address:
//   page, customer   what is shown
//   desk             where the panel is, in the panel's own words
//   desk-origin      for tests: the desk is at this origin instead of ours
//   desk-token       for tests: the token that the panel gets
//   desk-demo=1      for tests: made-up data in this page's memory, no server
//   desk-frame=1     for tests: begins with the panel inside an iframe
const start = new URLSearchParams(location.search);
const byId = (id) => document.getElementById(id);

// ---------------------------------------------------------------- the panel

/** The two elements and the scripts that define them. Both say and hear the same. */
const SCRIPTS = {
  "subscription-desk": "/embed.js",
  "subscription-desk-frame": "/embed-frame.js",
};
const EVENTS = [
  "desk-ready",
  "desk-navigate",
  "desk-before-submit",
  "desk-subscription-created",
  "desk-subscription-changed",
  "desk-subscription-suspended",
  "desk-subscription-reactivated",
  "desk-subscription-cancelled",
  "desk-error",
  "desk-height",
];
/** More licenses than this are not sold here without an approval. */
const MOST_LICENSES = 100;

const otherOrigin = testOrigin(start.get("desk-origin"));
const origin = otherOrigin ?? location.origin;

/** The panel on the page, if there is one, and the customer it was made for. */
let panel = null;
let panelCustomer = "";
/** Counts what was asked to be shown: only what was asked last is. */
let turn = 0;
/** Asked once: what the server says of itself does not change while the page is open. */
let signInAsked = null;

/** Shows the panel for a customer, at the place that the page's address names. */
async function showPanel(customer, address) {
  turn += 1;
  const mine = turn;
  const tag = byId("al-frame").checked ? "subscription-desk-frame" : "subscription-desk";
  let signIn;
  try {
    signInAsked ??= findSignIn();
    // The script first, so that the element is a panel as soon as it is made.
    [signIn] = await Promise.all([signInAsked, import(origin + SCRIPTS[tag])]);
  } catch (why) {
    signInAsked = null;
    if (mine === turn) showFailure(why);
    return;
  }
  if (mine !== turn) return;

  const made = document.createElement(tag);
  if (otherOrigin) made.api = otherOrigin;
  if (signIn.demo) made.demo = true;
  else made.getToken = signIn.getToken;
  // Without a customer the panel begins with the list of them.
  if (customer) made.customer = customer;
  if (address) made.address = address;
  configure(made);
  for (const name of EVENTS) made.addEventListener(name, hear);
  // It begins at a place that nobody went to, and tells of it with no event of its own.
  made.addEventListener("desk-ready", () => {
    follow(made, { address: made.address, customer: headed, replace: true });
  });
  made.addEventListener("desk-navigate", ({ detail }) => follow(made, detail));
  made.addEventListener("desk-before-submit", holdBack);

  panel = made;
  panelCustomer = customer;
  byId("al-place").replaceChildren(made);
}

function removePanel() {
  turn += 1;
  panel = null;
  byId("al-place").replaceChildren();
}

/** What can change while the panel is on the page. */
function configure(element) {
  element.locale = byId("al-locale").value;
  element.theme = byId("al-theme").value;
  element.readonly = byId("al-readonly").checked;
  element.classList.toggle("alpenglow-panel", byId("al-brand").checked);
}

/** Keeps the panel's place in the page's address, so that Back, a reload and a link lead there. */
function follow(element, { address, customer, replace }) {
  // What a panel says that is gone meanwhile is no news.
  if (element !== panel) return;
  showHeading(customer ?? "");
  const asked = whatIsAsked();
  if (!address || address === asked.address) return;
  const url = addressOf("customers", asked.customer, address);
  // The entry that brought the panel gets its first place; what follows are entries of their own.
  if (replace || !asked.address) history.replaceState({ customer }, "", url);
  else history.pushState({ customer }, "", url);
  shown = location.href;
}

/** The other way: Back and Forward of the browser lead the panel. */
function giveBack(address) {
  if (panel.address !== address) panel.address = address;
}

/** The portal's own rule, on top of the desk's. */
function holdBack(event) {
  const { lines = [], quantity = 0 } = event.detail;
  const asked = Math.max(quantity, ...lines.map((line) => line.quantity));
  if (byId("al-limit").checked && asked > MOST_LICENSES) {
    event.refuse(text("too_many", { most: MOST_LICENSES }));
  }
}

/** Who the panel acts for: `{ demo: true }`, or `{ getToken }` from the portal's own sign-in. */
async function findSignIn() {
  if (start.get("desk-demo") === "1") return { demo: true };
  const token = start.get("desk-token");
  if (token) return { getToken: async () => token };

  // A portal knows which server it has; this page is also shown where there is none.
  const answer = await fetch(`${origin}/config.json`);
  if (answer.status >= 500) throw new Error(`config.json: ${answer.status}`);
  const config = await answer.json().catch(() => null);
  if (config?.backend !== "server") return { demo: true };
  if (config.signIn === "demo") return { getToken: async () => "demo:admin_agent@demo.commercial" };
  return {
    getToken: async () => {
      throw new Error("this sample has no sign-in of its own; give it a token with desk-token");
    },
  };
}

/**
 * The origin that a test names. A script comes from there, so it is only taken from a machine that
 * nobody else can own: this one, or a name that is reserved for tests (RFC 2606).
 */
function testOrigin(given) {
  if (!given || !URL.canParse(given)) return null;
  const { protocol, hostname, origin: named } = new URL(given);
  const isWeb = protocol === "http:" || protocol === "https:";
  const isOurs = /^(127\.0\.0\.1|\[::1\]|(.+\.)?(localhost|test|example))$/.test(hostname);
  return isWeb && isOurs && named !== location.origin ? named : null;
}

/** What the person reads when there is no panel to say it. */
function showFailure(why) {
  console.error(why);
  panel = null;
  const said = element("p", "al-failure", text("failed"));
  said.setAttribute("role", "alert");
  byId("al-place").replaceChildren(said);
}

/** A line in the log for whatever the panel tells. */
function hear({ type, detail }) {
  const log = byId("al-log");
  const said = JSON.stringify(detail) ?? "";
  const line = element("div", "al-line");
  line.dataset.name = type;
  line.append(
    element("span", "al-line-time", new Date().toISOString().slice(11, 19)),
    element("span", "al-line-name", type),
    said.length > 240 ? `${said.slice(0, 239)}…` : said,
  );
  // A panel that grows says so many times in a row; the last one is enough.
  if (type === "desk-height" && log.lastChild?.dataset.name === type) log.lastChild.remove();
  log.append(line);
  while (log.childElementCount > 50) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
}

// ---------------------------------------------------------------- addresses and pages

const PAGES = ["overview", "customers", "invoices", "support"];
const FOR_TESTS = ["desk-origin", "desk-token", "desk-demo", "desk-frame"];

/** The address of what is on the page, to return to when somebody stays. */
let shown = location.href;
/** The customer in the heading: in the list of all customers, the one that the panel came to. */
let headed = "";

/** What the page's address asks for. */
function whatIsAsked() {
  const query = new URLSearchParams(location.search);
  const page = query.get("page");
  return {
    page: PAGES.includes(page) ? page : "overview",
    customer: query.get("customer") ?? "",
    address: query.get("desk") ?? "",
  };
}

/** The address of a page. What tests have set goes along. */
function addressOf(page, customer, address) {
  const query = new URLSearchParams({ page });
  if (customer) query.set("customer", customer);
  if (address) query.set("desk", address);
  for (const name of FOR_TESTS) {
    if (start.has(name)) query.set(name, start.get(name));
  }
  return `/portal/?${query}`;
}

/** Goes to a page; whether it went. */
function go(page, customer = "") {
  if (!mayLeave()) return false;
  history.pushState(null, "", addressOf(page, customer));
  show();
  return true;
}

/** Whether nothing is lost, or may be. */
function mayLeave() {
  return !panel?.unsaved || confirm(text("leave"));
}

/** Shows what the page's address asks for. */
function show() {
  const { page, customer, address } = whatIsAsked();
  for (const section of document.querySelectorAll("[data-page]")) {
    section.hidden = section.dataset.page !== page;
  }
  for (const link of document.querySelectorAll(".al-nav-link")) {
    if (new URL(link.href).searchParams.get("page") === page) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  shown = location.href;
  showCustomers();
  showHeading(history.state?.customer ?? customer);

  if (page !== "customers") removePanel();
  else if (panel && panelCustomer === customer && address) giveBack(address);
  else showPanel(customer, address);
}

/** The heading of the page; the panel has its own inside. */
function showHeading(customer = headed) {
  headed = customer;
  const { page } = whatIsAsked();
  const named = CUSTOMERS.find(([id]) => id !== "" && id === customer);
  const heading = named ? text("of_customer", { name: named[1] }) : text("of_all");
  byId("al-customer").textContent = heading;
  document.title = `${page === "customers" ? heading : text(page)} – Alpenglow IT Services`;
}

addEventListener("popstate", () => {
  const { page, customer } = whatIsAsked();
  const stays = page === "customers" && customer === panelCustomer;
  if (!stays && !mayLeave()) {
    history.pushState(null, "", shown);
    return;
  }
  show();
});

addEventListener("beforeunload", (event) => {
  if (panel?.unsaved) event.preventDefault();
});

// ---------------------------------------------------------------- languages and colors

let language = recalled("language") ?? (navigator.language.startsWith("it") ? "it" : "en");

function text(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function sayAll() {
  document.documentElement.lang = language;
  for (const said of document.querySelectorAll("[data-text]")) {
    said.textContent = text(said.dataset.text);
  }
  for (const named of document.querySelectorAll("[data-label]")) {
    named.setAttribute("aria-label", text(named.dataset.label));
  }
  byId("al-sent").textContent = "";
  showFigures();
  showInvoices();
}

function choose(chosen) {
  language = chosen;
  remember("language", chosen);
  byId("al-language").value = chosen;
  // The panel speaks the page's language until somebody chooses another for it.
  byId("al-locale").value = chosen;
  sayAll();
  if (panel) configure(panel);
}

function darken(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  byId("al-dark").setAttribute("aria-pressed", String(dark));
}

/** Storage may be closed to a page; then a choice holds until the page is left. */
function remember(name, value) {
  try {
    localStorage.setItem(`alpenglow.${name}`, value);
  } catch (why) {
    console.warn(why);
  }
}

function recalled(name) {
  try {
    return localStorage.getItem(`alpenglow.${name}`);
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- what is on the pages

/** The customers one can choose here, out of the many that the demo has. */
const CUSTOMERS = [
  ["", null],
  ["5d5d0000-0000-4000-8001-000000000000", "Contoso Ltd"],
  ["5d5d0000-0000-4000-8002-000000000000", "Fabrikam GmbH"],
  ["5d5d0000-0000-4000-8005-000000000000", "Litware, Inc."],
  ["5d5d0000-0000-4000-800f-000000000000", "Woodgrove Bank"],
  ["5d5d0000-0000-4000-8011-000000000000", "Alpine Ski House"],
  ["5d5d0000-0000-4000-8019-000000000000", "Wide World Importers"],
];
const FIGURES = [
  ["figure_customers", 38, {}],
  ["figure_licenses", 2416, {}],
  ["figure_open", 3, {}],
  ["figure_due", 18240, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }],
];
const INVOICES = [
  ["A-2187", "Gasthof Steinbock", "2026-11-02", 1284.5, "state_open"],
  ["A-2186", "Seilbahn Hochkar", "2026-11-02", 9310, "state_open"],
  ["A-2179", "Panificio Tessari", "2026-10-15", 412.8, "state_late"],
  ["A-2174", "Studio Legale Marin", "2026-10-02", 2060, "state_paid"],
  ["A-2168", "Bergmann Sport", "2026-09-18", 785.25, "state_paid"],
];

/** Made with its text; HTML is never made from a string here. */
function element(name, className, said = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = said;
  return made;
}

function showFigures() {
  const figures = FIGURES.map(([name, value, format]) => {
    const figure = element("div", "al-figure");
    figure.append(
      element("dt", "al-figure-name", text(name)),
      element("dd", "al-figure-value", new Intl.NumberFormat(language, format).format(value)),
    );
    return figure;
  });
  byId("al-figures").replaceChildren(...figures);
}

function showInvoices() {
  const money = new Intl.NumberFormat(language, { style: "currency", currency: "EUR" });
  const days = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const rows = INVOICES.map(([number, customer, day, amount, state]) => {
    const row = element("tr", "al-row");
    row.append(
      element("td", "al-cell", number),
      element("td", "al-cell", customer),
      element("td", "al-cell", days.format(new Date(day))),
      element("td", "al-cell al-cell--number", money.format(amount)),
      element("td", state === "state_late" ? "al-cell al-late" : "al-cell", text(state)),
    );
    return row;
  });
  byId("al-invoices").replaceChildren(...rows);
}

/** The names stay in the page, so that a press on one does not lose the focus. */
function showCustomers() {
  const list = byId("al-customers");
  if (!list.firstChild) {
    for (const [id] of CUSTOMERS) {
      const button = element("button", "al-customer");
      button.type = "button";
      button.addEventListener("click", () => go("customers", id));
      const item = element("li", "al-customer-item");
      item.append(button);
      list.append(item);
    }
  }
  const { customer } = whatIsAsked();
  for (const [at, button] of list.querySelectorAll("button").entries()) {
    const [id, name] = CUSTOMERS[at];
    button.textContent = name ?? text("all_customers");
    if (id !== customer) {
      button.removeAttribute("aria-current");
      continue;
    }
    button.setAttribute("aria-current", "true");
    // On a narrow page the names stand in one row, wider than the page.
    list.scrollLeft = button.offsetLeft - (list.clientWidth - button.offsetWidth) / 2;
  }
}

// ---------------------------------------------------------------- habits of portals

// Names on `window` that others use as well.
window.desk = "of the portal";
window.init = () => "of the portal";
window.wasm = { of: "the portal" };

// Every click is counted before anybody else hears of it, as by a portal that measures itself.
document.addEventListener(
  "click",
  () => {
    document.body.dataset.clicks = String(Number(document.body.dataset.clicks ?? 0) + 1);
  },
  { capture: true },
);

// Links within the portal change the page without loading it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname !== "/portal/" || url.hash) return;
  event.preventDefault();
  const query = url.searchParams;
  if (!go(query.get("page") ?? "overview", query.get("customer") ?? "")) return;
  // Who listens to the page is told of the new one by its heading.
  document.querySelector(".al-page:not([hidden]) .al-heading").focus();
});

// "g", then "c" within a second, goes to the customers.
let pressedAt = -Infinity;
document.addEventListener("keydown", (event) => {
  // The target is the panel for whatever happens in it; the path begins at the field itself.
  const at = event.composedPath()[0];
  const types = at.isContentEditable || at.closest?.("input, select, textarea");
  if (types || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "c" && event.timeStamp - pressedAt < 1000) go("customers");
  pressedAt = event.key === "g" ? event.timeStamp : -Infinity;
});

// ---------------------------------------------------------------- words

const TEXTS = {
  en: {
    skip: "Skip to the content",
    language: "Language",
    dark: "Dark",
    sections: "Sections",
    overview: "Overview",
    customers: "Customers",
    invoices: "Invoices",
    support: "Support",

    figure_customers: "Customers",
    figure_licenses: "Licenses sold",
    figure_open: "Open invoices",
    figure_due: "Due this month",
    about_title: "What this page is",
    about_text:
      "Alpenglow is a made-up reseller, and this is its made-up portal. It shows how Subscription Desk looks and behaves inside a page that is not ours.",
    about_try:
      "Under Customers the panel can be tried: in two languages, in light and dark, with the portal’s own colour, and inside an iframe. Below it stands what the page hears.",
    about_link: "Open the subscriptions of Fabrikam GmbH",

    all_customers: "All customers",
    of_customer: "Subscriptions of {name}",
    of_all: "Subscriptions of all customers",
    try: "Try the panel",
    panel_language: "Panel language",
    panel_theme: "Panel theme",
    theme_host: "Like the page",
    theme_system: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    read_only: "Read-only",
    in_frame: "Inside an iframe",
    brand: "Brand colour of the portal",
    own_check: "Own check: at most 100 licenses",
    hears: "What the page hears",
    events: "Events",
    failed: "The panel did not load. Reload the page to try again.",
    leave: "What you typed in the panel is not submitted yet. Leave without submitting it?",
    too_many:
      "Alpenglow sells at most {most} licenses without an approval. Ask for more under Support.",

    invoice_number: "Number",
    invoice_customer: "Customer",
    invoice_date: "Date",
    invoice_amount: "Amount",
    invoice_state: "State",
    state_open: "Open",
    state_late: "Overdue",
    state_paid: "Paid",

    write: "Write to us",
    your_name: "Your name",
    what_works: "What still works",
    works_all: "Everything; it is a question",
    works_some: "Some of it",
    works_none: "Nothing",
    where_runs: "Where it runs",
    runs_cloud: "In the cloud",
    runs_office: "In the office",
    what_happened: "What happened",
    send: "Send message",
    not_sent: "Nothing was sent: this portal is a sample.",
  },
  it: {
    skip: "Vai al contenuto",
    language: "Lingua",
    dark: "Scuro",
    sections: "Sezioni",
    overview: "Panoramica",
    customers: "Clienti",
    invoices: "Fatture",
    support: "Assistenza",

    figure_customers: "Clienti",
    figure_licenses: "Licenze vendute",
    figure_open: "Fatture aperte",
    figure_due: "In scadenza questo mese",
    about_title: "Che cos’è questa pagina",
    about_text:
      "Alpenglow è un rivenditore inventato e questo è il suo portale inventato. Mostra come Subscription Desk appare e si comporta in una pagina che non è nostra.",
    about_try:
      "In Clienti si può provare il pannello: in due lingue, chiaro e scuro, con il colore del portale e in un iframe. Sotto il pannello è scritto ciò che la pagina riceve.",
    about_link: "Apri le sottoscrizioni di Fabrikam GmbH",

    all_customers: "Tutti i clienti",
    of_customer: "Sottoscrizioni di {name}",
    of_all: "Sottoscrizioni di tutti i clienti",
    try: "Prova il pannello",
    panel_language: "Lingua del pannello",
    panel_theme: "Tema del pannello",
    theme_host: "Come la pagina",
    theme_system: "Sistema",
    theme_light: "Chiaro",
    theme_dark: "Scuro",
    read_only: "Sola lettura",
    in_frame: "In un iframe",
    brand: "Colore del portale",
    own_check: "Controllo proprio: al massimo 100 licenze",
    hears: "Che cosa riceve la pagina",
    events: "Eventi",
    failed: "Il pannello non è stato caricato. Ricaricare la pagina per riprovare.",
    leave: "I dati immessi nel pannello non sono ancora inviati. Uscire senza inviarli?",
    too_many:
      "Alpenglow vende al massimo {most} licenze senza approvazione. Per averne di più, scrivere in Assistenza.",

    invoice_number: "Numero",
    invoice_customer: "Cliente",
    invoice_date: "Data",
    invoice_amount: "Importo",
    invoice_state: "Stato",
    state_open: "Aperta",
    state_late: "Scaduta",
    state_paid: "Pagata",

    write: "Scriveteci",
    your_name: "Nome",
    what_works: "Che cosa funziona ancora",
    works_all: "Tutto; è una domanda",
    works_some: "Una parte",
    works_none: "Niente",
    where_runs: "Dove si trova",
    runs_cloud: "Nel cloud",
    runs_office: "In ufficio",
    what_happened: "Che cosa è successo",
    send: "Invia messaggio",
    not_sent: "Non è stato inviato nulla: questo portale è un esempio.",
  },
};

// ---------------------------------------------------------------- from here it runs

byId("al-language").addEventListener("change", ({ target }) => {
  choose(target.value);
  showCustomers();
  showHeading();
});
byId("al-dark").addEventListener("click", ({ currentTarget }) => {
  const dark = currentTarget.getAttribute("aria-pressed") !== "true";
  remember("theme", dark ? "dark" : "light");
  darken(dark);
});
for (const id of ["al-locale", "al-theme", "al-readonly", "al-brand"]) {
  byId(id).addEventListener("change", () => panel && configure(panel));
}
byId("al-frame").addEventListener("change", ({ target }) => {
  if (!mayLeave()) {
    target.checked = !target.checked;
    return;
  }
  const { customer, address } = whatIsAsked();
  showPanel(customer, address);
});
byId("al-form").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("al-sent").textContent = text("not_sent");
});

byId("al-frame").checked = start.get("desk-frame") === "1";
choose(language);
const likesDark = matchMedia("(prefers-color-scheme: dark)").matches;
darken((recalled("theme") ?? (likesDark ? "dark" : "light")) === "dark");
show();
