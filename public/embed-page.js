// The page inside the frame (`/embed?…`): the same element, spoken to through messages. Its query
// names the page around it; nobody else is listened to, and nothing is said to anybody else.
import "./embed.js";
import { ATTRIBUTES, inTime, webAddress } from "./embed-parts.js";
import { EVENTS, FROM_PAGE, MARK, TOKENS, read } from "./embed-messages.js";

const query = new URLSearchParams(location.search);
const page = pageAround();
const desk = document.createElement("subscription-desk");
/** Questions to the page that are not answered yet, by their numbers. */
const open = new Map();

/**
 * The origin of the page around, if the query names the one that is really there. A browser that
 * does not tell its ancestors has the policy `frame-ancestors`, which lets only listed pages in.
 */
function pageAround() {
  if (parent === window) return null;
  const named = webAddress(query.get("origin") ?? "");
  if (!named) return null;
  const around = location.ancestorOrigins;
  return around && around[0] !== named.origin ? null : named.origin;
}

function say(kind, parts = {}) {
  if (page) parent.postMessage({ mark: MARK, kind, ...parts }, page);
}

/** Asks the page and waits for its answer. */
function ask(kind, parts) {
  if (!page) return Promise.resolve(undefined);
  // Not counted, so that an answer to an earlier page of this frame is none to this one.
  const id = crypto.getRandomValues(new Uint32Array(1))[0];
  const answer = inTime(new Promise((resolve) => open.set(id, resolve)));
  say(kind, { id, ...parts });
  return answer.finally(() => open.delete(id));
}

function tellPlace() {
  say("place", { address: desk.address, unsaved: desk.unsaved, canGoBack: desk.canGoBack });
}

for (const name of ATTRIBUTES) {
  // Which server it is, is not the page's to say: the one that the frame came from.
  const value = name === "api" ? null : query.get(name);
  if (value !== null) desk.setAttribute(name, value);
}
if (query.has("address")) desk.address = query.get("address");
if (query.has("grows")) document.documentElement.classList.add("grows");
if (page) {
  desk.getToken = ({ refresh }) => ask("token", { refresh });
  desk.addEventListener("desk-before-submit", (event) => {
    event.waitUntil(
      ask("before-submit", { detail: event.detail }).then((why) => {
        // Without a reason, but refused all the same.
        if (why === "") event.preventDefault();
        return why;
      }),
    );
  });
  for (const name of EVENTS) {
    desk.addEventListener(name, ({ detail }) => {
      // First, so that whoever hears of it may look where the panel is.
      if (name !== "desk-height") tellPlace();
      say("event", { name, detail });
    });
  }
}

window.addEventListener("message", (event) => {
  if (!page || event.source !== parent || event.origin !== page) return;
  const message = read(FROM_PAGE, event.data);
  if (!message) return;
  if (message.kind === "attribute" && ATTRIBUTES.includes(message.name) && message.name !== "api") {
    if (message.value === null) desk.removeAttribute(message.name);
    else desk.setAttribute(message.name, message.value);
  }
  if (message.kind === "looks") {
    for (const name of TOKENS) desk.style.setProperty(name, message.looks[name] ?? "");
  }
  if (message.kind === "go") desk.address = message.address;
  if (message.kind === "back") desk.back();
  // A move that the page has ordered is told by no event; it is done in a moment.
  if (["attribute", "go", "back"].includes(message.kind)) setTimeout(tellPlace);
  if (message.kind === "token") open.get(message.id)?.(message.token ?? undefined);
  if (message.kind === "verdict") open.get(message.id)?.(message.why ?? undefined);
});

document.body.append(desk);
say("hello");
