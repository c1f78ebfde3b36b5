// Every screen worth a picture. A new screen or state of one gets a line here.
import type { Page } from "@playwright/test";

export interface Screen {
  /** Of the file, without size, theme and language. */
  name: string;
  /** The address to begin at. */
  path: string;
  /** What to do there before the picture is taken. By test id or position, not by words: they differ by language. */
  steps?: (page: Page) => Promise<void>;
}

export const SCREENS: Screen[] = [
  { name: "customers", path: "/customers" },
  { name: "customers-nothing-found", path: "/customers?search=nobody-is-called-that" },
  { name: "customer-new", path: "/customers/new" },
  {
    name: "customer",
    path: "/customers",
    steps: firstCustomer,
  },
  {
    name: "subscription-new",
    path: "/customers",
    steps: async (page) => {
      await firstCustomer(page);
      await page.goto(`${new URL(page.url()).pathname}/subscriptions/new`);
    },
  },
  {
    name: "subscription",
    path: "/customers",
    steps: async (page) => {
      await firstCustomer(page);
      await follow(page, 'main a[href*="/subscriptions/"]:not([href$="/new"])');
    },
  },
  {
    name: "account",
    path: "/customers",
    steps: async (page) => {
      await firstCustomer(page);
      await page.goto(`${new URL(page.url()).pathname}/account`);
    },
  },
  { name: "offers", path: "/offers" },
  { name: "offers-limited", path: "/offers?limited=1" },
  { name: "activity", path: "/activity" },
  { name: "settings", path: "/settings" },
  { name: "not-found", path: "/no-such-screen" },
  { name: "customer-not-found", path: "/customers/no-such-customer" },
];

/** Opens the customer that the list shows first. */
async function firstCustomer(page: Page) {
  await follow(page, 'main a[href^="/customers/"]:not([href="/customers/new"])');
}

/** Follows the first link that fits, by its address. */
async function follow(page: Page, selector: string) {
  const href = await page.locator(selector).first().getAttribute("href");
  if (!href) throw new Error(`no link ${selector}`);
  await page.goto(href);
}
