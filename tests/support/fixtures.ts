// What every test stands on: `test` and `expect`, with a page that must stay clean.
//
// A test fails when the page says anything wrong that it did not expect: an error on the console,
// an exception nobody caught, a violation of the content security policy.
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type ConsoleMessage, type Page, expect, test as base } from "@playwright/test";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** The absence of this file is how the app knows that it is the demo. */
const NO_CONFIG = /\/config\.json$/;
/** A refusal has a status that the browser reports by itself; the screens say it in words. */
const REFUSED = /\/v1\/desk\//;
/** How the recording server names a string that became HTML (`cargo xtask templates`). */
const TEMPLATE = "desk-template ";

interface Options {
  /** Errors that a test provokes: `test.use({ expectedErrors: /ERR_INTERNET_DISCONNECTED|Failed to fetch/ })`. */
  expectedErrors: RegExp | null;
}

interface Fixtures {
  /** What went wrong on any page of the test so far. */
  faults: string[];
}

export const test = base.extend<Options & Fixtures>({
  expectedErrors: [null, { option: true }],
  faults: [
    async ({ context, expectedErrors }, use, info) => {
      const faults: string[] = [];
      const note = (fault: string) => {
        if (!expectedErrors?.test(fault)) faults.push(fault);
      };
      await listen(context, note, `${info.workerIndex}`);
      await use(faults);
      expect(faults, "what the page said was wrong").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

async function listen(context: BrowserContext, note: (fault: string) => void, worker: string) {
  context.on("console", (message) => {
    record(message, worker);
    const { url } = message.location();
    if (message.type() === "error" && !NO_CONFIG.test(url) && !REFUSED.test(url)) note(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => note(`exception: ${error.error().stack ?? error.error().message}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      console.error(`policy: ${violatedDirective} forbids ${blockedURI} ${sample}`);
    });
  });
}

/** Writes down which strings became HTML, when that is what the run is for. */
function record(message: ConsoleMessage, worker: string) {
  const folder = process.env["TEMPLATES_DIR"];
  const text = message.text();
  if (folder && text.startsWith(TEMPLATE)) {
    appendFileSync(join(folder, `${worker}.jsonl`), `${text.slice(TEMPLATE.length)}\n`);
  }
}

/** Waits until the app has taken the place of the page's skeleton. */
export async function started(page: Page) {
  await expect(page.locator("#desk.boot")).toHaveCount(0);
}

/** Everything that is kept of the server's answers, by its keys. */
export function seen(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const request = indexedDB.open("subscription-desk.seen.2");
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const store = database.transaction("texts").objectStore("texts");
    const whole = <V>(of: IDBRequest<V>) => new Promise<V>((resolve) => (of.onsuccess = () => resolve(of.result)));
    const [keys, values] = [await whole(store.getAllKeys()), await whole(store.getAll() as IDBRequest<string[]>)];
    database.close();
    return Object.fromEntries(keys.map((key, at) => [String(key), values[at] ?? ""]));
  });
}

/** Waits until an answer of the server with these words is kept: it is written a moment after it is shown. */
export async function seenWith(page: Page, words: string) {
  const answers = async () => Object.values(await seen(page)).map((kept) => Buffer.from(kept.split(" ")[2] ?? "", "base64").toString());
  await expect.poll(async () => (await answers()).some((answer) => answer.includes(words))).toBe(true);
}

/** Waits until the parts of the app that come after its first screen are there. */
export async function whole(page: Page) {
  const hasCome = () => page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => /part-rest-[0-9a-f]{16}\.wasm/.test(name)));
  await expect.poll(hasCome).toBe(true);
}

/** Fails with what axe finds on the page as it stands: WCAG 2.2 A and AA, and its best practices. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target.join(" ")) }));
  expect(found, "what axe found").toEqual([]);
}

/** Waits until the worker keeps the whole app and answers for this page. */
export async function keptForOffline(page: Page) {
  await page.evaluate(async () => {
    const workers = navigator.serviceWorker;
    await workers.ready;
    if (workers.controller) return;
    await new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true }));
  });
}
