// axe finds nothing on any screen: in both themes, wide and narrow, with dialogs open and with errors.
import {
  BUSINESS_PREMIUM, COFFEE, E3, FABRIKAM, LITWARE, LUCERNE, SOUTHRIDGE, TAILSPIN, WINGTIP, WOODGROVE, choose, customerAt, expect, expectAccessible, open,
  row, subscriptionAt, test, onlyInTheDemo,
} from "./support/journey";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** A screen, or one of its states. */
interface Seen {
  name: string;
  at: string;
  steps?: (page: Page) => Promise<void>;
}

const wizard = `${customerAt(FABRIKAM)}/subscriptions/new`;

const SCREENS: Seen[] = [
  { name: "customers", at: "/customers" },
  { name: "customers, none found", at: "/customers?search=nobody-is-called-that" },
  { name: "add customer", at: "/customers/new" },
  {
    name: "add customer with errors",
    at: "/customers/new",
    steps: async (page) => {
      await page.getByRole("button", { name: "Add customer" }).click();
      await expect(page.getByRole("alert")).toContainText("to correct");
    },
  },
  { name: "customer", at: customerAt(FABRIKAM) },
  { name: "customer with deleted ones", at: `${customerAt(FABRIKAM)}?show=active,suspended,deleted` },
  { name: "customer with nothing", at: customerAt(SOUTHRIDGE) },
  { name: "customer that cannot be sold to", at: customerAt(LUCERNE) },
  { name: "account", at: `${customerAt(FABRIKAM)}/account` },
  {
    name: "remove relationship",
    at: `${customerAt(SOUTHRIDGE)}/account`,
    steps: async (page) => {
      await page.getByRole("button", { name: "Remove reseller relationship" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
    },
  },
  { name: "billing frequency", at: wizard },
  {
    name: "billing frequency missing",
    at: wizard,
    steps: async (page) => {
      await page.getByText("How to decide").click();
      await page.getByRole("button", { name: "Choose from the catalog" }).click();
      await expect(page.getByRole("alert")).not.toBeEmpty();
    },
  },
  { name: "catalog", at: `${wizard}?step=catalog&cycle=annual&category=SmallBusiness_Key` },
  {
    name: "catalog with errors",
    at: `${wizard}?step=catalog&cycle=annual&category=SmallBusiness_Key&lines=${E3}:0,${BUSINESS_PREMIUM}:301`,
    steps: async (page) => {
      await expect(page.getByRole("table").getByText("301 asked, 1 to 300 allowed.")).toBeVisible();
    },
  },
  {
    name: "catalog with reasons",
    at: `${customerAt(WINGTIP)}/subscriptions/new?step=catalog&cycle=monthly&category=SmallBusiness_Key&all=1`,
    steps: async (page) => {
      await expect(page.getByRole("link", { name: /^Reactivate until/ })).toBeVisible();
    },
  },
  { name: "catalog, none found", at: `${wizard}?step=catalog&cycle=annual&search=zzz` },
  { name: "trials", at: `${wizard}?step=catalog&cycle=trial` },
  { name: "review", at: `${wizard}?step=review&cycle=annual&lines=${E3}:40` },
  {
    name: "confirmation",
    at: `${wizard}?step=review&cycle=annual&lines=${E3}:40`,
    steps: async (page) => {
      await page.getByRole("button", { name: "Submit" }).click();
      await expect(page.getByRole("heading", { name: "1 subscription created" })).toBeVisible();
    },
  },
  { name: "subscription", at: subscriptionAt(FABRIKAM, 1) },
  {
    name: "subscription with changes and errors",
    at: subscriptionAt(FABRIKAM, 1),
    steps: async (page) => {
      await page.getByRole("textbox", { name: "Quantity" }).fill("301");
      await page.getByRole("textbox", { name: "Subscription nickname" }).fill("");
      await expect(page.getByRole("region", { name: "Unsaved changes" })).toContainText("2 to correct");
    },
  },
  {
    name: "leaving unsaved changes",
    at: subscriptionAt(FABRIKAM, 1),
    steps: async (page) => {
      await page.getByRole("textbox", { name: "Quantity" }).fill("13");
      await page.getByRole("link", { name: "Fabrikam GmbH" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
    },
  },
  {
    name: "suspend",
    at: subscriptionAt(FABRIKAM, 1),
    steps: async (page) => {
      await choose(page, "Status", "Suspended");
      await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
      await expect(page.getByText("Choose a reason.")).toBeVisible();
    },
  },
  {
    name: "cancel",
    at: subscriptionAt(FABRIKAM, 1),
    steps: async (page) => {
      await page.getByRole("button", { name: "Cancel subscription" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel subscription" }).click();
      await expect(page.getByText("Type the customer’s name as it is shown.")).toBeVisible();
    },
  },
  { name: "suspended subscription", at: subscriptionAt(FABRIKAM, 3) },
  {
    name: "reactivate",
    at: subscriptionAt(WOODGROVE, 1),
    steps: async (page) => {
      await page.getByRole("button", { name: "Reactivate subscription" }).click();
      await expect(page.getByRole("dialog")).toContainText("Phone System (40 licenses)");
    },
  },
  { name: "suspended by the vendor", at: subscriptionAt(LITWARE, 1) },
  { name: "deleted subscription", at: subscriptionAt(COFFEE, 1) },
  { name: "trial", at: subscriptionAt(TAILSPIN, 1) },
  {
    name: "convert trial",
    at: subscriptionAt(TAILSPIN, 1),
    steps: async (page) => {
      await page.getByRole("button", { name: "Convert trial to paid subscription" }).click();
      await expect(page.getByRole("dialog")).toContainText("counts as used");
    },
  },
  { name: "offers", at: "/offers?search=office+365+enterprise" },
  { name: "limited offers", at: "/offers?limited=1&search=office" },
  { name: "offers, none found", at: "/offers?search=zzz" },
  {
    name: "activity",
    at: "/activity?from=2027-07-12",
    steps: async (page) => {
      await expect(row(page, /2027/).first()).toBeVisible();
    },
  },
  { name: "activity, nothing", at: "/activity?from=2030-01-01&to=2030-01-02" },
  { name: "activity, backwards", at: "/activity?from=2027-07-02&to=2027-07-01" },
  { name: "settings", at: "/settings" },
  {
    name: "settings with an error",
    at: "/settings",
    steps: async (page) => {
      onlyInTheDemo("a setting of the demo");
      await page.getByLabel("Go to").fill("2019-01-01");
      await page.getByRole("button", { name: "Set date" }).click();
      await expect(page.getByText(/^Choose a day from/)).toBeVisible();
    },
  },
  {
    name: "reset",
    at: "/settings",
    steps: async (page) => {
      onlyInTheDemo("a setting of the demo");
      await page.getByRole("button", { name: "Reset demo" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
    },
  },
  { name: "no such screen", at: "/no-such-screen" },
  { name: "no such customer", at: "/customers/no-such-customer" },
];

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

// Axe looks at every element; the longer tables take their time on a busy machine.
test.describe.configure({ timeout: 120_000 });
test.use({ contextOptions: { reducedMotion: "reduce" }, viewport: WIDE });

for (const screen of SCREENS) {
  test(`axe finds nothing, ${screen.name}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light" });
    await open(page, screen.at);
    await screen.steps?.(page);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await expectContrast(page);
    await page.setViewportSize(NARROW);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: "light" });
    await expectContrast(page);
  });
}

/** Of all that axe looks at, only colours depend on the theme. */
async function expectContrast(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
  expect(violations.flatMap(({ nodes }) => nodes.map(({ failureSummary, html }) => `${html}: ${failureSummary}`))).toEqual([]);
}

test.describe("the drawer of a narrow window", () => {
  test.use({ viewport: NARROW });

  test("axe finds nothing: navigation", async ({ page }) => {
    await open(page, "/customers");
    await page.getByRole("button", { name: "Dashboard" }).click();
    await expect(page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Settings" })).toBeVisible();
    await expectAccessible(page);
  });
});

test("axe finds nothing: the menu that says who one is", async ({ page }) => {
  await open(page, "/customers");
  await page.getByRole("button", { name: /Admin agent$/ }).click();
  await expect(page.locator("#who").getByRole("link", { name: "Language" })).toBeVisible();
  await expectAccessible(page);
});

test.describe("no permission", () => {
  test.use({ demo: { role: "user_management_admin" } });

  test("axe finds nothing: a screen that the role cannot see", async ({ page }) => {
    await open(page, customerAt(FABRIKAM));
    await expect(page.getByRole("heading", { name: "Your role cannot see this" })).toBeVisible();
    await expectAccessible(page);
  });
});

test.describe("in Italian", () => {
  test.use({ locale: "it-IT", demo: { language: null } });

  for (const [name, at] of [
    ["customers", "/customers"],
    ["customer", customerAt(FABRIKAM)],
    ["subscription", subscriptionAt(FABRIKAM, 1)],
    ["suspended subscription", subscriptionAt(FABRIKAM, 3)],
  ] as const) {
    test(`axe finds nothing: ${name}`, async ({ page }) => {
      await open(page, at);
      await expect(page.locator("html")).toHaveAttribute("lang", "it");
      await expectAccessible(page);
    });
  }
});
