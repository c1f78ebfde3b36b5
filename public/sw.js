// Keeps one whole build for offline use and answers from it alone.
//
// Every file of a build lies in one cache named after the build, each checked against its digest
// when it comes in; if one is missing or different, the build is not kept at all. So wasm, glue,
// style, catalogue and languages always belong together. A newer build waits in its own cache
// until the user takes it.
//
// Finishing the site fills in the three constants below (xtask/src/finish.rs).

const BUILD = "__BUILD__";
/** Names and digests: [["index.html", "sha256-…"], …]. */
const FILES = [/* __FILES__ */];
/** Beginnings of addresses that are no screens of ours. */
const NOT_SCREENS = [/* __NOT_SCREENS__ */];

const PREFIX = "subscription-desk ";
const KEPT = PREFIX + BUILD;
/** The last answer about which backend the desk has. It belongs to the installation, not to a build. */
const CONFIG = `${PREFIX}config`;
const BASE = new URL(registration.scope).pathname;
const NAMES = new Set(FILES.map(([name]) => name));

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(removeCaches((name) => name !== KEPT && name !== CONFIG)));
addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});
addEventListener("message", (event) => event.waitUntil(obey(event.data ?? {}, event.ports[0])));

async function keep() {
  const cache = await caches.open(KEPT);
  try {
    await Promise.all(FILES.map(async ([name, integrity]) => {
      // A name with a digest in it cannot be stale; every other file is asked for again.
      const hashed = /-[0-9a-f]{16}\./.test(name);
      const request = new Request(BASE + name, { integrity, cache: hashed ? "default" : "no-cache" });
      const response = await fetch(request);
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      await cache.put(BASE + name, response);
    }));
    await askForConfig();
  } catch (why) {
    await caches.delete(KEPT);
    throw why;
  }
}

/** The answer from what is kept, or nothing where the network shall answer. */
function answerTo(request) {
  const url = new URL(request.url);
  // A page with a panel asks for the very files that its own script names.
  if (request.integrity) return null;
  if (request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith(BASE)) return null;
  const path = `/${url.pathname.slice(BASE.length)}`;
  if (path === "/config.json" && request.mode !== "navigate") return config();
  if (request.mode === "navigate") return isScreen(path) ? kept("index.html", request) : null;
  return NAMES.has(path.slice(1)) ? kept(path.slice(1), request) : null;
}

async function kept(name, request) {
  // `match` by cache name and not `open`, which would bring back a cache that has been removed.
  const found = await caches.match(BASE + name, { cacheName: KEPT, ignoreVary: true });
  return found ?? fetch(request);
}

/** Asks the network which backend there is, and without one repeats what it said last. */
async function config() {
  try {
    return await askForConfig();
  } catch (why) {
    const last = await caches.match(`${BASE}config.json`, { cacheName: CONFIG, ignoreVary: true });
    if (last) return last;
    throw why;
  }
}

async function askForConfig() {
  const response = await fetch(`${BASE}config.json`, { cache: "no-cache" });
  // That there is none is an answer too; that the server is ill is not.
  if (response.ok || response.status === 404) {
    const cache = await caches.open(CONFIG);
    await cache.put(`${BASE}config.json`, response.clone());
  }
  return response;
}

/** The same rule as the server's (server/src/site/fallback.rs). */
function isScreen(path) {
  const last = path.slice(path.lastIndexOf("/") + 1);
  return !last.includes(".") && !NOT_SCREENS.some((no) => path === no || path.startsWith(`${no}/`));
}

async function obey({ type, build }, port) {
  if (type === "take-update") {
    await skipWaiting();
  } else if (type === "claim" && build === BUILD) {
    // Only pages of this very build: another one's files are not here.
    await clients.claim();
  } else if (type === "keep" && build === BUILD) {
    await keep();
    port?.postMessage({ type: "kept" });
  } else if (type === "remove") {
    await removeCaches(() => true);
    await registration.unregister();
    port?.postMessage({ type: "removed" });
  }
}

async function removeCaches(which) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && which(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}
