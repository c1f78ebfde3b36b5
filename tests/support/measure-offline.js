// What working without a network costs: the start to the last known list, sending what waits, and
// whether much that is kept slows the start. On the real service and a profile with a service
// worker. `cargo xtask bench offline` calls it.
import { chromium } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TIMES = 5;
/** How often it is started: about one start in seven takes twice as long. */
const STARTS = 9;
/** As in the budget of the screens: a quarter of this machine's speed. */
const SLOWER = 4;
/** Answers that are kept, few and many. */
const [FEW, MANY] = [100, 50_000];
/** A file with changes that wait (`sync/examples/waiting.rs`). */
const FILE = process.env["WAITING"] ?? "";

const folder = mkdtempSync(join(tmpdir(), "subscription-desk-"));
const program = process.env["SERVICE"] ?? "../target/release/subscription-desk-server";
const day = process.env["DAY"] ?? "";
const options = ["--auth", "demo", "--demo-data", "--demo-day", day, "--listen", "127.0.0.1:0", "--screens", process.env["SCREENS"] ?? "../dist"];
const service = spawn(program, [...options, "--database", `sqlite:${join(folder, "desk.sqlite")}`], {
  env: { ...process.env, DESK_LOG: "error" },
  stdio: ["ignore", "ignore", "pipe"],
});
const url = await new Promise((/** @type {(url: string) => void} */ resolve) => {
  let said = "";
  service.stderr.on("data", (/** @type {Buffer} */ bytes) => {
    said += bytes.toString();
    const found = /listens on (http:\/\/\S+)\//.exec(said);
    if (found?.[1]) resolve(found[1].replace("127.0.0.1", "localhost"));
  });
});
while (!(await fetch(`${url}/readyz`)).ok) await new Promise((again) => setTimeout(again, 20));

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
const page = await context.newPage();
const first = () => page.locator("tbody th a").first();

/** Puts so many texts into a database of the screens. @param {string} name @param {[string, string][]} texts */
function keep(name, texts) {
  return page.evaluate(
    async ({ name, texts }) => {
      const request = indexedDB.open(name);
      await new Promise((done) => (request.onsuccess = done));
      const transaction = request.result.transaction("texts", "readwrite");
      for (const [key, text] of texts) transaction.objectStore("texts").put(text, key);
      await new Promise((done) => (transaction.oncomplete = done));
      request.result.close();
    },
    { name, texts },
  );
}

/** The middle of several starts without a network, until the list has been painted. */
async function start() {
  const all = [];
  for (let time = 0; time < STARTS; time += 1) {
    await page.goto("about:blank");
    // The page tells it itself: whoever looks from outside takes the processor for that.
    const painted = new Promise((/** @type {(at: number) => void} */ told) => {
      session.once("Runtime.bindingCalled", ({ payload }) => told(Number(payload)));
    });
    await page.goto(`${url}/customers`, { waitUntil: "commit" });
    all.push(await painted);
  }
  return all.sort((one, other) => one - other)[Math.floor(STARTS / 2)] ?? 0;
}

/** In the page: tells when the list's first row has been painted. */
function tellWhenPainted() {
  const rows = new MutationObserver(() => {
    if (!document.querySelector("tbody th a")) return;
    rows.disconnect();
    requestAnimationFrame(() => setTimeout(() => Reflect.get(window, "deskPainted")(String(performance.now()))));
  });
  rows.observe(document, { childList: true, subtree: true });
}

await page.goto(`${url}/customers`);
await first().waitFor();
await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
const session = await context.newCDPSession(page);
await session.send("Runtime.enable");
await session.send("Runtime.addBinding", { name: "deskPainted" });
await page.addInitScript(tellWhenPainted);
await context.setOffline(true);
await page.goto(`${url}/customers`);
await first().waitFor();
const plain = await start();
await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
console.log(`start without a network to the last known list: ${plain.toFixed(0)} ms, ${(await start()).toFixed(0)} ms with a processor ${SLOWER}× slower`);
await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });

// As long as the account of a customer with a few subscriptions.
const text = `${Date.now()} ${"A".repeat(4_000)}`;
const rows = (/** @type {number} */ count) => Array.from({ length: count }, (_, at) => /** @type {[string, string]} */ ([`row ${at}`, text]));
await keep("subscription-desk.seen.2", rows(FEW));
const few = await start();
for (let at = 0; at < MANY; at += 5_000) {
  await keep("subscription-desk.seen.2", rows(5_000).map(([key, value]) => /** @type {[string, string]} */ ([`${at} ${key}`, value])));
}
const many = await start();
console.log(`start with ${FEW} answers kept: ${few.toFixed(0)} ms, with ${MANY}: ${many.toFixed(0)} ms (${(many / few).toFixed(2)}×)`);

// Much that waits: what one more change costs, from the press to "saved on this device", and what of
// it the browser takes to write one text that survives a crash.
const SUBSCRIPTION = "/customers/5d5d0000-0000-4000-8002-000000000000/subscriptions/5d5d0000-0000-4000-8002-000000000001";
const quantity = page.getByRole("textbox", { name: "Quantity", exact: true });
await context.setOffline(false);
await page.goto(`${url}${SUBSCRIPTION}`);
await quantity.waitFor();
await context.setOffline(true);
await page.goto(`${url}/changes`);
await page.getByLabel("Import").setInputFiles(FILE);
const imported = page.getByText(/changes imported/);
await imported.waitFor({ timeout: 120_000 });
const waiting = Number((await imported.textContent())?.replace(/\D/g, ""));
await page.goto(`${url}${SUBSCRIPTION}`);
await quantity.waitFor();
const presses = [];
for (let time = 0; time < TIMES; time += 1) {
  await quantity.fill(String(21 + time));
  presses.push(
    await page.evaluate(async () => {
      const toasts = /** @type {HTMLElement} */ (document.querySelector(".toasts"));
      toasts.querySelector("button")?.click();
      // What was read again after the press before is on screen by then.
      await new Promise((done) => setTimeout(done, 200));
      const bar = /** @type {HTMLElement} */ (document.querySelector(".bar .btn--primary"));
      const began = performance.now();
      const said = new Promise((done) => {
        const look = () => toasts.textContent?.includes("Saved on this device") && done(null);
        new MutationObserver(look).observe(toasts, { subtree: true, childList: true, characterData: true });
      });
      bar.click();
      await said;
      return performance.now() - began;
    }),
  );
}
const write = await page.evaluate(async (times) => {
  const request = indexedDB.open("subscription-desk.measured", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("texts");
  await new Promise((done) => (request.onsuccess = done));
  const all = [];
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const transaction = request.result.transaction("texts", "readwrite", { durability: "strict" });
    transaction.objectStore("texts").put("A".repeat(500), time);
    await new Promise((done) => (transaction.oncomplete = done));
    all.push(performance.now() - began);
  }
  return all;
}, TIMES);
const middle = (/** @type {number[]} */ all) => all.sort((one, other) => one - other)[Math.floor(all.length / 2)]?.toFixed(1);
console.log(`one more change with ${waiting} waiting: ${middle(presses)} ms from the press to "saved on this device", ${middle(write)} ms of it a strict write`);

// And how fast it is sent.
await page.goto(`${url}/offers`);
const standing = page.getByRole("banner").getByRole("status");
// What waits is known a little after the page is there.
await standing.filter({ hasText: /waiting/ }).waitFor();
const began = Date.now();
await context.setOffline(false);
await standing.filter({ hasText: /^Online$/ }).waitFor({ timeout: 600_000 });
const seconds = (Date.now() - began) / 1000;
console.log(`${waiting} changes were sent in ${seconds.toFixed(1)} s: ${(waiting / seconds).toFixed(0)} a second`);

await browser.close();
service.kill("SIGTERM");
rmSync(folder, { recursive: true, force: true });
