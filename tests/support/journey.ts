// What the tests of the screens share: a demo that begins on a fixed day, its customers with a
// story, and the steps that most of them take.
import type { Locator, Page } from "@playwright/test";
import { test as base, expect, started } from "./fixtures";
import { type Service, service as startService } from "./service";

export { expect, expectAccessible, keptForOffline, seen, seenWith, started } from "./fixtures";

/** The demo's settings, as the app keeps them. */
export interface Demo {
  language: string | null;
  cloud: "commercial" | "usGovernment" | "germany";
  role: "global_admin" | "admin_agent" | "sales_agent" | "helpdesk_agent" | "billing_admin" | "user_management_admin";
  standing: "good" | "blocked";
  seed: number;
  size: 200 | 2000 | 20000 | 100000;
  start: string;
  daysMoved: number;
}

export const SETTINGS = "subscription-desk.settings";

/** The demo begins on 19 July 2027, a Monday. */
export const DEMO: Demo = {
  language: "en",
  cloud: "commercial",
  role: "admin_agent",
  standing: "good",
  seed: 2018,
  size: 200,
  start: "2027-07-19",
  daysMoved: 0,
};

/** What answers the screens of a test. */
export type BackendKind = "demo" | "server";

interface Options {
  demo: Partial<Demo>;
  /** What else lies in `localStorage` before the first visit. */
  shelf: Record<string, string>;
  backend: BackendKind;
}

/** The service of the test that runs now; a worker runs one at a time. */
let running: Service | null = null;

/** The sign-in name of the person, as the log shows it. */
export function user() {
  return running ? "admin_agent@demo" : "alex@demo-partner.example";
}

/** Leaves a test out on the server, where what it is about does not exist. */
export function onlyInTheDemo(why: string) {
  base.skip(running !== null, why);
}

/** The demo begins with these settings in every test; what a page changes stays for its reloads. */
export const test = base.extend<Options & { service: Service | null }>({
  demo: [{}, { option: true }],
  shelf: [{}, { option: true }],
  backend: ["demo", { option: true }],
  service: async ({ backend, demo, shelf }, use, info) => {
    if (backend === "demo") {
      await use(null);
      return;
    }
    const { start, daysMoved, size, standing } = { ...DEMO, ...demo };
    const special = size !== DEMO.size || standing !== DEMO.standing || Object.keys(shelf).length > 0;
    info.skip(special, "about the demo's size, its partner's standing or its storage");
    const today = new Date(Date.parse(start) + daysMoved * 86_400_000).toISOString().slice(0, 10);
    running = await startService(start, today);
    await use(running);
    await running.stop();
    running = null;
  },
  baseURL: async ({ service, baseURL }, use) => use(service?.url ?? baseURL),
  context: async ({ context, demo, shelf }, use) => {
    const records = { [SETTINGS]: JSON.stringify({ ...DEMO, ...demo }), ...shelf };
    await context.addInitScript((records) => {
      // Once in each tab, and never over what another tab has written.
      if (!location.protocol.startsWith("http") || sessionStorage.getItem("begun")) return;
      sessionStorage.setItem("begun", "yes");
      for (const [name, text] of Object.entries(records)) {
        if (localStorage.getItem(name) === null) localStorage.setItem(name, text);
      }
    }, records);
    await use(context);
  },
});

const CLOUDS = { commercial: 0, usGovernment: 1, germany: 2 };

/** The ID of a customer with a story, by its number in `usecases/src/demo/tales.rs`. */
function idOf(number: number, place: number, cloud: Demo["cloud"]) {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  return `5d5d000${CLOUDS[cloud]}-0000-4000-8${hex(number, 3)}-${hex(place, 12)}`;
}

/** The address of a customer with a story. */
export function customerAt(number: number, cloud: Demo["cloud"] = "commercial") {
  return `/customers/${idOf(number, 0, cloud)}`;
}

/** The address of one of its subscriptions, counted from 1. */
export function subscriptionAt(number: number, place: number, cloud: Demo["cloud"] = "commercial") {
  return `${customerAt(number, cloud)}/subscriptions/${idOf(number, place, cloud)}`;
}

export const CONTOSO = 1;
export const FABRIKAM = 2;
export const ADATUM = 3;
export const NORTHWIND = 4;
export const LITWARE = 5;
export const PROSEWARE = 6;
export const FINE_ART = 7;
export const RELIEF = 9;
export const WINGTIP = 12;
export const TAILSPIN = 13;
export const TREY = 14;
export const WOODGROVE = 15;
export const MESSENGER = 16;
export const ALPINE = 17;
export const COFFEE = 18;
export const SOUTHRIDGE = 19;
export const PHONE = 21;
export const LUCERNE = 22;

/** The offers that the tests tick by address. */
export const E3 = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
export const BUSINESS_PREMIUM = "031C9E47-4802-4248-838E-778FB1D2CC05";
export const AZURE = "MS-AZR-0145P";

/** Opens an address and waits until its screen is there. */
export async function open(page: Page, address: string) {
  await page.goto(address);
  await ready(page);
}

/** Waits until the screen shows what it is about. */
export async function ready(page: Page) {
  await started(page);
  await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0);
}

export function heading(page: Page, name: string | RegExp) {
  return page.getByRole("heading", { level: 1, name });
}

/** A row of a table, by the name it begins with. */
export function row(within: Page | Locator, name: string | RegExp) {
  const page = "page" in within ? within.page() : within;
  return within.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
}

/** A line of a list of facts, such as "Users" in a dialog of consequences. */
export function fact(within: Page | Locator, name: string) {
  return within.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("xpath=following-sibling::dd[1]");
}

/** Everything the app keeps in this browser; with a server that is nothing that counts. */
export async function kept(page: Page): Promise<Record<string, string>> {
  if (running) return {};
  return page.evaluate(() => {
    const all = Object.entries(localStorage).filter(([name]) => name.includes("subscription-desk"));
    return Object.fromEntries(all.map(([name, text]) => [name, String(text)]));
  });
}

/** In the demo, that the app keeps its settings and nothing else. */
export async function nothingWritten(page: Page) {
  if (running) return;
  expect(Object.keys(await kept(page))).toEqual([SETTINGS]);
}

/** In the demo, that the app keeps its settings and one changed account. */
export async function oneAccountWritten(page: Page) {
  if (running) return;
  expect(Object.keys(await kept(page)).sort()).toEqual([expect.stringMatching(/^subscription-desk\.account\./), SETTINGS]);
}

/** The words in what is kept or exported: records are bytes, written in letters. */
export function spelled(text: string) {
  const bytes = text.split(/\s+/).map((word) => Buffer.from(word, "base64").toString("utf8"));
  return bytes.join("\n");
}

/** Chooses one of the cards of a group. A card's label covers all of it, so a person hits that. */
export async function choose(page: Page, group: string, name: string) {
  await page.getByRole("group", { name: group }).getByText(name, { exact: true }).click();
}

/** Presses a button also while it says that it cannot be used, as anybody can. */
export async function press(button: Locator) {
  await button.click({ force: true });
}

/** The settings as they are kept, without their seal. */
export async function keptSettings(page: Page): Promise<Demo> {
  const text = (await kept(page))[SETTINGS] ?? "";
  return JSON.parse(text.slice(text.indexOf("{"))) as Demo;
}

/** Suspends the subscription that is open. */
export async function suspend(page: Page, reason: string) {
  await choose(page, "Status", "Suspended");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: reason }).check();
  await dialog.getByRole("button", { name: "Submit" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("radio", { name: "Suspended" })).toBeChecked();
}

/** Moves the demo's clock to a day. */
export async function moveClock(page: Page, day: string) {
  if (running) {
    await running.restartOn(day);
    await open(page, "/settings");
    return;
  }
  await open(page, "/settings");
  await page.getByLabel("Go to").fill(day);
  await page.getByRole("button", { name: "Set date" }).click();
  await expect(page.locator("#clock time")).toHaveAttribute("datetime", day);
}

/** Goes somewhere by a link of the navigation, without loading the page again. */
export async function navigate(page: Page, name: string) {
  await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name }).click();
  await expect(heading(page, name)).toBeVisible();
}
