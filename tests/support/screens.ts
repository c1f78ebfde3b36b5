// Every screen worth a picture. A new screen or state of one gets a line here.
import type { Page } from "@playwright/test";
import { AZURE, COFFEE, E3, FABRIKAM, PROSEWARE, SOUTHRIDGE, TAILSPIN, WINGTIP, customerAt, subscriptionAt } from "./journey";

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
    name: "customer-new-errors",
    path: "/customers/new",
    steps: async (page) => {
      await page.locator("button[form=add]").click();
      await page.locator(".error-summary").waitFor();
    },
  },
  { name: "customer", path: `${customerAt(FABRIKAM)}?show=active,suspended,deleted` },
  { name: "customer-empty", path: customerAt(SOUTHRIDGE) },
  { name: "account", path: `${customerAt(FABRIKAM)}/account` },
  { name: "new-frequency", path: wizard("") },
  { name: "new-catalog", path: wizard(`?step=catalog&cycle=annual&lines=${E3}:40`) },
  {
    name: "new-catalog-reasons",
    path: `${customerAt(WINGTIP)}/subscriptions/new?step=catalog&cycle=monthly&category=SmallBusiness_Key&lines=${E3}:0`,
  },
  { name: "new-review", path: wizard(`?step=review&cycle=monthly&lines=${E3}:40,${AZURE}:1`) },
  {
    name: "new-confirmation",
    path: wizard(`?step=review&cycle=monthly&lines=${E3}:40,${AZURE}:1`),
    steps: async (page) => {
      await page.locator(".summary .btn--primary").click();
      await page.locator(".note--success").waitFor();
    },
  },
  { name: "subscription", path: subscriptionAt(FABRIKAM, 1) },
  {
    name: "subscription-changed",
    path: subscriptionAt(FABRIKAM, 1),
    steps: (page) => page.locator("#quantity").fill("301"),
  },
  {
    name: "subscription-suspend",
    path: subscriptionAt(FABRIKAM, 1),
    steps: async (page) => {
      await page.locator("label[for=status-suspended]").click();
      await page.locator(".effects").waitFor();
    },
  },
  {
    name: "subscription-cancel",
    path: subscriptionAt(FABRIKAM, 1),
    steps: async (page) => {
      await page.locator("[aria-labelledby=cancel-h] button").click();
      await page.locator(".effects").waitFor();
    },
  },
  { name: "subscription-suspended", path: subscriptionAt(FABRIKAM, 3) },
  { name: "subscription-cancelled", path: subscriptionAt(PROSEWARE, 1) },
  { name: "subscription-trial", path: subscriptionAt(TAILSPIN, 1) },
  { name: "subscription-deleted", path: subscriptionAt(COFFEE, 1) },
  { name: "offers", path: "/offers" },
  { name: "offers-limited", path: "/offers?limited=1" },
  { name: "activity", path: "/activity" },
  { name: "settings", path: "/settings" },
  { name: "not-found", path: "/no-such-screen" },
  { name: "customer-not-found", path: "/customers/no-such-customer" },
];

function wizard(query: string) {
  return `${customerAt(FABRIKAM)}/subscriptions/new${query}`;
}
