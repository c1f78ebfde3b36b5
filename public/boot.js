// Starts the app: guards what may become HTML, starts the wasm, keeps the app for offline use.
//
// The page and this script agree on these names, all on `window`:
//   desk-update-ready   event: a newer build is kept and waits for the user's word
//   deskUpdateReady     true from then on, for whoever begins to listen later
//   deskUpdate()        the user's word: the page reloads with the newer build
//   desk-update-taken   event, before this tab reloads because another tab took the update;
//                       preventDefault() keeps unsaved work here until the next reload
//   deskRemoveOffline() takes away all that is kept for offline use, and keeps nothing from then on
//   deskKeepOffline()   keeps it again
//   desk-shown          event: the app has all it needs, what is kept for offline use may come now
import { TEMPLATES } from "./trusted-templates.js";

const tag = document.querySelector("script[data-wasm]");
const { js, wasm, build, parts, languages = "" } = tag.dataset;
const workerUrl = new URL("sw.js", tag.src).href;
/** In `localStorage`: "off" when the user does not want anything kept for offline use. */
const OFFLINE = "subscription-desk.offline";

guardHtml();
/** Also where no screen is shown that says so. */
const shown = new Promise((resolve) => {
  addEventListener("desk-shown", resolve, { once: true });
  setTimeout(resolve, 10_000);
});
askAhead();
start();

/** Only listed strings become HTML and only our own worker is a script. Whatever else tries is refused. */
function guardHtml() {
  // Where there are no Trusted Types, the content security policy still forbids inline script.
  globalThis.trustedTypes?.createPolicy("default", {
    createHTML(html) {
      if (TEMPLATES.has(html)) return html;
      console.error(`Not a listed template, see public/trusted-templates.js: ${html}`);
      throw new TypeError("this string may not become HTML");
    },
    createScriptURL(url) {
      if (url === workerUrl) return url;
      throw new TypeError("this address may not become a script");
    },
  });
}

/** Asks for the files that the app needs for its first screen, while its wasm is on its way. */
function askAhead() {
  // Whoever has chosen another language waits for it a little longer.
  const spoken = navigator.languages.map((code) => code.split("-")[0]);
  const language = spoken.find((code) => languages.split(" ").includes(code)) ?? "en";
  ahead(`/lang/${language}.json`);
  // The app takes over the answer, which it gets once the files of its parts have been asked for: who
  // asks first is to be the preload, or they come twice.
  window.deskConfig = askForParts();
  // The app says so itself.
  window.deskConfig.catch(() => {});
}

async function askForParts() {
  const answer = await fetch("/config.json");
  // A place without a configuration has the demo.
  const config = await answer.clone().json().catch(() => ({}));
  const isServer = config.backend === "server";
  const files = parts ? JSON.parse(parts)[isServer ? "server" : "demo"] : [];
  files.forEach(ahead);
  // The demo answers of it; on the server only other screens than the first need it.
  if (!isServer) ["/catalogue.json", "/prices.json"].forEach(ahead);
  return answer;
}

/** Has a file come before it is asked for. */
function ahead(name) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: new URL(name, tag.src).href });
  document.head.append(link);
}

async function start() {
  try {
    // Both at once: compiling begins while the glue is still on its way.
    const compiled = fetch(wasm);
    const app = await import(js);
    await app.default({ module_or_path: compiled });
  } catch (why) {
    console.error(why);
    showFailure(why);
    return;
  }
  keepForOffline().catch((why) => console.warn(`Not kept for offline use: ${why}`));
}

/** A page for people when the app itself cannot be there. */
function showFailure(why) {
  const italian = navigator.language.startsWith("it");
  const texts = italian
    ? {
        title: "Subscription Desk non si è avviato",
        help: "Un file non è arrivato o il browser è troppo vecchio. I dati salvati in questo browser non sono stati toccati.",
        reload: "Ricarica",
        fresh: "Rimuovi la copia offline e ricarica",
      }
    : {
        title: "Subscription Desk did not start",
        help: "A file did not arrive, or this browser is too old. The data saved in this browser have not been touched.",
        reload: "Reload",
        fresh: "Remove the offline copy and reload",
      };
  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };
  const button = (text, act) => {
    const made = element("button", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const page = document.createElement("main");
  page.className = "boot-failure";
  page.lang = italian ? "it" : "en";
  page.setAttribute("role", "alert");
  page.append(
    element("h1", texts.title),
    element("p", texts.help),
    element("pre", String(why)),
    button(texts.reload, () => location.reload()),
    button(texts.fresh, async () => {
      await removeKept();
      location.reload();
    }),
  );
  const desk = document.getElementById("desk") ?? document.body;
  desk.removeAttribute("aria-busy");
  desk.replaceChildren(page);
}

/** Registers the service worker and tells the page about updates. */
async function keepForOffline() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  let registration;

  window.deskUpdate = () => {
    accepted = true;
    registration?.waiting?.postMessage({ type: "take-update" });
  };
  window.deskRemoveOffline = async () => {
    remember("off");
    await removeKept();
  };
  window.deskKeepOffline = async () => {
    remember(null);
    await register();
    await installed(registration.installing);
    // A worker that was to go may have stayed, with nothing kept any more.
    const worker = registration.waiting ?? registration.active;
    await answered(worker, { type: "keep", build }, 30_000);
  };

  let accepted = false;
  let reloading = false;
  let controlled = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    if (!controlled) {
      // The first worker takes its place behind a page of the same build: nothing changes.
      controlled = true;
      return;
    }
    const taken = new CustomEvent("desk-update-taken", { cancelable: true });
    const mayReload = accepted || window.dispatchEvent(taken);
    if (!mayReload || reloading) return;
    reloading = true;
    location.reload();
  });

  async function register() {
    // Read anew each time: the worker's list names exactly the files of its build.
    registration = await workers.register(workerUrl, { updateViaCache: "none" });
    const tell = () => {
      if (!registration.waiting || !workers.controller) return;
      window.deskUpdateReady = true;
      window.dispatchEvent(new CustomEvent("desk-update-ready"));
    };
    tell();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", tell);
    });
    const { active } = await workers.ready;
    // So that the network may go away right after the first visit, not only after the second.
    if (!workers.controller) active.postMessage({ type: "claim", build });
  }

  // A desk that is open all day should hear of a newer build, but need not ask all the time.
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !registration || Date.now() - asked < 3_600_000) return;
    asked = Date.now();
    registration.update().catch(() => {});
  });

  // A development build has no identity, hence no worker.
  const wanted = build && !new URLSearchParams(location.search).has("no-sw");
  if (!wanted || remembered() === "off") return;
  await shown;
  await register();
}

/** Has each worker remove what it keeps and itself. */
async function removeKept() {
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  for (const registration of registrations) {
    const worker = registration.active ?? registration.waiting;
    if (!worker) {
      await registration.unregister();
      continue;
    }
    await answered(worker, { type: "remove" }, 3000);
    await registration.unregister();
  }
}

/** Waits for a worker's answer. One that does not answer must not keep its user for ever. */
function answered(worker, message, longest) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    setTimeout(resolve, longest);
    worker?.postMessage(message, [port2]);
  });
}

/** Waits until a worker that is being installed has all its files, or has given up. */
function installed(worker) {
  if (!worker) return Promise.resolve();
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => worker.state !== "installing" && resolve());
  });
}

/** Storage may be forbidden or full; then the wish holds for this visit only. */
function remember(wish) {
  try {
    if (wish) localStorage.setItem(OFFLINE, wish);
    else localStorage.removeItem(OFFLINE);
  } catch {}
}

function remembered() {
  try {
    return localStorage.getItem(OFFLINE);
  } catch {
    return null;
  }
}
