// What the tests of the panel share: a page that is not ours around it, what that page hears, and
// where the panel is, whether as an element or in a frame.
import type { FrameLocator, Locator, Page } from "@playwright/test";
import type {} from "../../public/embed.d.ts";
import { expect, test as base } from "./fixtures";
import { host as startHost } from "../hosts/serve.js";
import { type Service, service as startService } from "./service";

export { expect } from "./fixtures";

/** The demo's desk, as `cargo xtask run` serves it. */
export const DEMO_DESK = process.env["BASE_URL"] ?? "http://localhost:8600";
/** What a service under `--auth demo` takes. */
export const TOKEN = "demo:admin_agent@demo.commercial";
/** The day on which the service's customers stand as their stories tell. */
export const DAY = "2027-07-19";

/** The ID of a customer with a story. */
export const idOf = (number: number) => `5d5d0000-0000-4000-8${number.toString(16).padStart(3, "0")}-000000000000`;

/** A place in which a person looks for things by role and name. */
export type Within = Locator | FrameLocator;

interface Fixtures {
  /** The real service, which lets the host's pages ask and frame it. */
  desk: Service;
}

/** Another site. */
type Host = Awaited<ReturnType<typeof startHost>>;

interface Workers {
  host: Host;
}

export const test = base.extend<Fixtures, Workers>({
  host: [
    async ({}, use) => {
      const host = await startHost(0, PAGES);
      await use(host);
      await host.close();
    },
    { scope: "worker" },
  ],
  desk: async ({ host }, use) => {
    const desk = await startService(DAY, DAY, ["--cors-origin", host.origin, "--frame-ancestor", host.origin]);
    await use(desk);
    await desk.stop();
  },
  page: async ({ page }, use) => {
    // Everything that any page of the test hears from a panel, in order.
    await page.addInitScript((names) => {
      const heard: Heard[] = [];
      Object.assign(window, { heard });
      for (const name of names) {
        document.addEventListener(name, (event) => {
          const { detail } = event as CustomEvent<Record<string, unknown>>;
          heard.push({ name, detail: JSON.parse(JSON.stringify(detail)) as Record<string, unknown> });
        });
      }
    }, EVENTS);
    await use(page);
  },
});

/** An event that the page heard. */
export interface Heard {
  name: string;
  detail: Record<string, unknown>;
}

const EVENTS = [
  "desk-ready", "desk-navigate", "desk-unsaved", "desk-before-submit", "desk-error",
  "desk-subscription-created", "desk-subscription-changed", "desk-subscription-suspended",
  "desk-subscription-reactivated", "desk-subscription-cancelled",
];

/** What the page has heard so far, `desk-height` aside. */
export function heard(page: Page): Promise<Heard[]> {
  return page.evaluate(() => (window as unknown as { heard: Heard[] }).heard);
}

/** Waits for an event of this name and gives the newest. */
export async function hears(page: Page, name: string): Promise<Record<string, unknown>> {
  const last = async () => (await heard(page)).findLast((one) => one.name === name)?.detail ?? null;
  await expect.poll(last, `the page hears ${name}`).not.toBeNull();
  return (await last())!;
}

/** The panel of the page, as an element or in a frame. */
export function panel(page: Page, isFrame = false): Within {
  return isFrame ? page.frameLocator("subscription-desk-frame iframe") : page.locator("subscription-desk");
}

/** Waits until the panel shows what it is about. */
export async function shown(within: Within, name: string | RegExp) {
  await expect(within.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(within.locator('[aria-busy="true"]')).toHaveCount(0);
}

/** A page with nothing but a panel of these attributes. */
export const BARE = "/bare/";
/** The same, with text and buttons before and behind it, and room to scroll. */
export const LONG = "/long/";

const head = `<meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">`;
const PAGES = {
  [BARE]: `<!doctype html><html lang="en">${head}<body></body></html>`,
  [LONG]: `<!doctype html><html lang="en">${head}<body><main><h1>Host</h1><button id="before">Before</button><p>Text.</p><div id="room"></div><button id="after">After</button></main></body></html>`,
  "/stranger/": `<!doctype html><html lang="en">${head}<body>Stranger</body></html>`,
};

/** Puts a panel into a page that has loaded nothing of ours yet. */
export async function put(
  page: Page,
  desk: string,
  attributes: Record<string, string>,
  { tag = "subscription-desk", token = null as string | null, into = "body", style = "" } = {},
) {
  await page.evaluate(
    async ({ desk, attributes, tag, token, into, style }) => {
      await import(`${desk}/${tag === "subscription-desk" ? "embed.js" : "embed-frame.js"}`);
      const panel = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) panel.setAttribute(name, value);
      if (token !== null) Object.assign(panel, { getToken: async () => token });
      for (const [name, value] of style.split(";").filter(Boolean).map((one) => one.split(":"))) {
        panel.style.setProperty(name!.trim(), value!.trim());
      }
      (document.querySelector(into) ?? document.body).append(panel);
    },
    { desk, attributes, tag, token, into, style },
  );
}

/** The address of a page of the host around a panel of a desk. */
export function at(host: Host, path: string, desk: string, query: Record<string, string> = {}) {
  const named: Record<string, string> = path === "/react/" ? { desk } : { "desk-origin": desk };
  return `${host.origin}${path}?${new URLSearchParams({ ...named, ...query }).toString()}`;
}
