// A newer version is put on the server while somebody works with the one before it: nothing that was
// typed or kept is lost, and no file of the one meets a file of the other.
import { E3, FABRIKAM, choose, customerAt, expect, heading, keptForOffline, navigate, ready, subscriptionAt, test } from "./support/journey";
import { deployNewer, deployed } from "./support/release";
import { service } from "./support/service";
import type { Page } from "@playwright/test";
import { rmSync } from "node:fs";

test.use({ expectedErrors: /ERR_FAILED|Failed to load resource|Failed to fetch/, serviceWorkers: "allow" });

/** The names with a digest that the page has asked for since it was loaded. */
const files = (page: Page) =>
  page.evaluate(() => {
    const names = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    return [...new Set(names.filter((name) => /-[0-9a-f]{16}\./.test(name)))].sort();
  });

const licenses = (page: Page) => page.getByRole("textbox", { name: "Licenses of Office 365 Enterprise E3", exact: true });

test("a new version is deployed while a draft is open and a change waits: both survive it", async ({ page, request }) => {
  const folder = deployed();
  const desk = await service("2027-07-19", "2027-07-19", ["--screens", folder]);
  try {
    const subscription = subscriptionAt(FABRIKAM, 1);
    await page.goto(desk.url + subscription);
    await ready(page);
    await keptForOffline(page);
    // A change that does not arrive waits on this device.
    await page.route("**/v1/desk/command*", (route) => route.abort());
    await page.getByRole("textbox", { name: "Quantity" }).fill("13");
    await page.getByRole("button", { name: "Submit" }).click();
    await expect(page.getByText("Saved on this device.")).toBeVisible();
    // And an order is half made.
    await page.goto(`${desk.url}${customerAt(FABRIKAM)}/subscriptions/new`);
    await choose(page, "Billing frequency", "Annual");
    await page.getByRole("button", { name: "Choose from the catalog" }).click();
    await page.getByRole("checkbox", { name: "Office 365 Enterprise E3", exact: true }).check();
    await licenses(page).fill("6");

    deployNewer(folder, "Pricing and offers", "Offers and prices");
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    const banner = page.getByRole("region", { name: "Messages" });
    await expect(banner).toContainText("A new version is ready");
    // The one before it goes on whole, though its files are gone from the server.
    const before = await files(page);
    await licenses(page).fill("7");
    await page.reload();
    await expect(licenses(page)).toHaveValue("7");
    expect(await files(page), "a reload takes nothing of the newer one").toEqual(expect.arrayContaining(before));
    await expect(page.getByRole("link", { name: "Pricing and offers" })).toBeVisible();
    for (const name of before) expect((await request.get(desk.url + name)).status(), name).toBe(404);

    // The person takes it.
    await banner.getByRole("button", { name: "Reload" }).click();
    await expect(page.getByRole("link", { name: "Offers and prices" })).toBeVisible();
    await expect(licenses(page), "the draft is there").toHaveValue("7");
    const after = await files(page);
    expect(after.filter((name) => before.includes(name)), "nothing of the one before").toEqual([]);
    expect(after.length).toBeGreaterThan(5);
    await navigate(page, "Changes");
    await expect(page.getByRole("row", { name: /Quantity of Office 365 Business Premium: 13/ }), "what waited still does").toContainText("Waits");

    // Both arrive.
    await page.unroute("**/v1/desk/command*");
    await page.getByRole("button", { name: "Send now" }).click();
    await expect(page.getByRole("row", { name: /Quantity of Office 365 Business Premium: 13/ })).toContainText("Applied");
    await page.goBack();
    await expect(licenses(page)).toHaveValue("7");
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByRole("button", { name: "Submit" }).click();
    await expect(heading(page, "1 subscription created")).toBeVisible();
    const bearer = { authorization: "Bearer demo:admin_agent" };
    const held = await (await request.get(`${desk.url}/v1${customerAt(FABRIKAM)}/subscriptions`, { headers: bearer })).json();
    const items = (held as { items: { offerId: string; quantity: number }[] }).items;
    expect(items.filter(({ offerId, quantity }) => offerId === E3 && quantity === 7)).toHaveLength(1);
  } finally {
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
