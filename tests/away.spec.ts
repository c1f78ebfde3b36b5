// On the server, when the server is not there: what was seen stays readable, and is nobody else's.
import { ADATUM, CONTOSO, FABRIKAM, customerAt, expect, heading, keptForOffline, navigate, open, ready, row, seen, seenWith, started, subscriptionAt, test } from "./support/journey";
import type { Page } from "@playwright/test";

test.use({ expectedErrors: /ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch/ });

const away = (page: Page) => page.getByText("The server is not reached. This is what was last seen,");

test("what was seen stays readable, with its age, and is refreshed when the network is back", async ({ page, context }) => {
  await open(page, "/");
  await seenWith(page, "Adatum Corporation");
  await open(page, subscriptionAt(FABRIKAM, 1));
  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
  await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
  await expect(away(page)).toHaveCount(0);

  await context.setOffline(true);
  await row(page, "Office 365 Business Premium").getByRole("link", { name: "Office 365 Business Premium" }).click();
  await expect(heading(page, /^Office 365 Business Premium/)).toBeVisible();
  await expect(away(page)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Quantity" })).toHaveValue("12");
  await navigate(page, "Customers");
  await expect(page.getByRole("row").getByRole("link", { name: "Adatum Corporation" })).toBeVisible();

  await context.setOffline(false);
  await expect(away(page), "the browser says that the network is back").toHaveCount(0);
});

test("what was never seen is said not to be there", async ({ page, context }) => {
  await open(page, subscriptionAt(FABRIKAM, 1));
  await context.setOffline(true);
  await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Activity" }).click();
  await expect(page.getByText(/The server was not reached/).first()).toBeVisible();
});

test.describe("kept on request", () => {
  test("one customer, with the history of every subscription", async ({ page, context }) => {
    await open(page, `${customerAt(FABRIKAM)}/account`);
    await page.getByRole("button", { name: "Keep this customer" }).click();
    await expect(page.getByText("Fabrikam GmbH is kept on this device.")).toBeVisible();
    await context.setOffline(true);
    await page.getByRole("link", { name: "Subscriptions", exact: true }).click();
    await row(page, "Head office").getByRole("link", { name: "Head office" }).click();
    await expect(heading(page, /^Head office/)).toBeVisible();
    const history = page.getByRole("region", { name: "History" });
    await expect(history.getByText("Suspended").first()).toBeVisible();
    await expect(page.getByText(/The server was not reached/)).toHaveCount(0);
  });

  test("all customers: whoever was never opened is there", async ({ page, context }) => {
    await open(page, "/changes");
    await page.getByRole("button", { name: "Keep all customers" }).click();
    await expect(page.getByText("All customers are kept on this device.")).toBeVisible();
    await context.setOffline(true);
    await navigate(page, "Customers");
    await page.getByRole("link", { name: "Adatum Corporation" }).click();
    await expect(heading(page, "Adatum Corporation")).toBeVisible();
    await expect(away(page)).toBeVisible();
  });
});

test.describe("after one visit", () => {
  test.use({ serviceWorkers: "allow" });

  test("the desk starts without a network, signed in as before", async ({ page, context }) => {
    await open(page, "/");
    await keptForOffline(page);
    await open(page, customerAt(FABRIKAM));
    await context.setOffline(true);
    await page.reload();
    await ready(page);
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
    await expect(away(page)).toBeVisible();
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
  });
});

test("a network that answers with a page of its own is no server", async ({ page }) => {
  await open(page, customerAt(FABRIKAM));
  await page.route("**/v1/desk/*", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<html>Pay for Wi-Fi</html>" }));
  await navigate(page, "Offers");
  await page.goBack();
  await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
  await expect(away(page)).toBeVisible();
});

test("a network that leads nowhere is not waited for where something was seen", async ({ page }) => {
  await open(page, "/");
  await seenWith(page, "Adatum Corporation");
  await open(page, customerAt(ADATUM));
  await expect(heading(page, "Adatum Corporation")).toBeVisible();
  // Nothing becomes of a request.
  await page.route("**/v1/desk/**", () => {});
  await navigate(page, "Customers");
  const adatum = page.getByRole("row").getByRole("link", { name: "Adatum Corporation" });
  await expect(adatum, "after eight seconds").toBeVisible();
  await expect(away(page)).toBeVisible();
  // From then on nothing waits.
  const began = Date.now();
  await adatum.click();
  await expect(heading(page, "Adatum Corporation")).toBeVisible();
  expect(Date.now() - began).toBeLessThan(5_000);
  // Nor does the start, once it is plain that nobody answers.
  await page.goto("/customers");
  await expect(adatum).toBeVisible();
  await expect(away(page)).toBeVisible();
  // What is asked beside that is answered at last.
  await page.unroute("**/v1/desk/**");
  await expect(away(page)).toHaveCount(0);
});

test("somebody else on this machine finds nothing of it", async ({ page, context }) => {
  await open(page, customerAt(CONTOSO));
  expect(Object.keys(await seen(page)).length).toBeGreaterThan(2);
  await open(page, "/settings");
  await page.getByRole("combobox", { name: "Act as" }).selectOption("Sales agent");
  await expect(page.getByRole("button", { name: "Sales agent" })).toBeVisible();
  await expect.poll(async () => (await seen(page))["owner"]).toContain("sales_agent");
  await context.setOffline(true);
  await page.evaluate((to) => history.pushState(null, "", to), customerAt(CONTOSO));
  await page.evaluate(() => dispatchEvent(new PopStateEvent("popstate")));
  await expect(page.getByText(/The server was not reached/)).toBeVisible();
  await expect(page.getByText("Contoso Ltd")).toHaveCount(0);
});

test("garbage in the place of what was seen is as good as nothing", async ({ page, context }) => {
  await open(page, customerAt(FABRIKAM));
  await page.evaluate(async () => {
    const request = indexedDB.open("subscription-desk.seen.2");
    await new Promise((done) => (request.onsuccess = done));
    const store = request.result.transaction("texts", "readwrite").objectStore("texts");
    const keys = await new Promise<IDBValidKey[]>((resolve) => {
      const all = store.getAllKeys();
      all.onsuccess = () => resolve(all.result);
    });
    const garbage = ["", "x", "12 x", 7, { a: 1 }, "99999999999999999999 x", "1 \u0000\uffff"];
    await Promise.all(keys.map((key, at) => new Promise((done) => (store.put(garbage[at % garbage.length], key).onsuccess = done))));
    request.result.close();
  });
  await context.setOffline(true);
  await navigate(page, "Offers");
  await page.goBack();
  await expect(page.getByText(/The server was not reached/)).toBeVisible();
  await context.setOffline(false);
  await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
});

test("a browser that keeps nothing has a desk that works", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  await page.goto(customerAt(FABRIKAM));
  await started(page);
  await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
});
