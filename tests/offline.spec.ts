// After one visit the demo starts and works whole with the network off.
import { E3, FABRIKAM, choose, customerAt, expect, heading, keptForOffline, navigate, open, ready, row, started, subscriptionAt, suspend, test } from "./support/journey";
import type { BrowserContext, Page } from "@playwright/test";

// That there is no configuration is asked of the network, which is off.
test.use({ serviceWorkers: "allow", expectedErrors: /ERR_INTERNET_DISCONNECTED|Failed to fetch|status of 404/ });
test.describe.configure({ timeout: 90_000 });

/** One visit, then no network. */
async function offline(page: Page, context: BrowserContext) {
  await page.goto("/");
  await started(page);
  await keptForOffline(page);
  await context.setOffline(true);
  expect(await page.evaluate(() => fetch("/not-kept", { cache: "no-store" }).then(() => "answered", () => "no network"))).toBe("no network");
}

test("the journey works with the network off, and stays after a reload", async ({ page, context }) => {
  await offline(page, context);
  await open(page, "/customers?search=fabrikam");
  await page.getByRole("link", { name: "Fabrikam GmbH" }).click();
  await page.getByRole("link", { name: "New subscription" }).click();
  await choose(page, "Billing frequency", "Annual");
  await page.getByRole("button", { name: "Choose from the catalog" }).click();
  await page.getByRole("checkbox", { name: "Office 365 Enterprise E3", exact: true }).check();
  await page.getByRole("textbox", { name: "Licenses of Office 365 Enterprise E3", exact: true }).fill("6");
  await page.getByRole("button", { name: "Review" }).click();
  await expect(page.getByRole("main"), "prices are there").toContainText("$96.00");
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(heading(page, "1 subscription created")).toBeVisible();
  await page.getByRole("link", { name: "Office 365 Enterprise E3" }).click();
  await expect(heading(page, /^Office 365 Enterprise E3/)).toBeVisible();
  await suspend(page, "Non-payment");
  await page.reload();
  await ready(page);
  await expect(page.getByRole("radio", { name: "Suspended" })).toBeChecked();
  await page.getByRole("button", { name: "Reactivate subscription" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
  await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeChecked();
  await context.setOffline(false);
  await page.reload();
  await ready(page);
  await expect(page.getByRole("radio", { name: "Active", exact: true }), "back on the network nothing is lost").toBeChecked();
});

test("every address starts with the network off", async ({ page, context }) => {
  await offline(page, context);
  for (const [at, name] of [
    ["/", "Customers"],
    ["/customers/new", "Add customer"],
    [customerAt(FABRIKAM), "Fabrikam GmbH"],
    [`${customerAt(FABRIKAM)}/account`, "Fabrikam GmbH"],
    [`${customerAt(FABRIKAM)}/subscriptions/new?step=review&cycle=annual&lines=${E3}:5`, "New subscription for Fabrikam GmbH"],
    [subscriptionAt(FABRIKAM, 3), /^Head office/],
    ["/offers", "Pricing and offers"],
    ["/activity", "Activity"],
    ["/settings", "Settings"],
    ["/no-such-screen", "Nothing at this address"],
  ] as const) {
    await open(page, at);
    await expect(heading(page, name), at).toBeVisible();
  }
});

test("another language can be chosen with the network off", async ({ page, context }) => {
  await offline(page, context);
  await open(page, "/settings");
  await page.getByRole("combobox", { name: "Language" }).selectOption("Italiano");
  await expect(heading(page, "Impostazioni")).toBeVisible();
  await navigate(page, "Clienti");
  await page.reload();
  await ready(page);
  await expect(heading(page, "Clienti")).toBeVisible();
});

test("a new tab follows the first with the network off", async ({ page, context }) => {
  await offline(page, context);
  await open(page, subscriptionAt(FABRIKAM, 4));
  const second = await context.newPage();
  await open(second, customerAt(FABRIKAM));
  await suspend(page, "Fraud");
  await expect(row(second, "Workshop")).toContainText("Suspended");
});

test("under Settings the offline copy is removed and kept again", async ({ page, context }) => {
  await page.goto("/settings");
  await started(page);
  await keptForOffline(page);
  await page.getByRole("button", { name: "Remove offline copy" }).click();
  await expect(page.getByRole("button", { name: "Keep offline copy" })).toBeVisible();
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
  await page.getByRole("button", { name: "Keep offline copy" }).click();
  await expect(page.getByRole("button", { name: "Remove offline copy" })).toBeVisible();
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length), "what is said to be kept").toBeGreaterThan(0);
  await context.setOffline(true);
  await open(page, "/settings");
  await expect(heading(page, "Settings")).toBeVisible();
});
