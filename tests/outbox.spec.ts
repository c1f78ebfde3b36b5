// On the server, without a network: changes are decided here, kept on this device, sent when the
// server is there again, and each ends as applied, as refused, or waits for the person's choice.
import { AZURE, BUSINESS_PREMIUM, CONTOSO, E3, FABRIKAM, customerAt, expect, expectAccessible, heading, keptForOffline, navigate, open, press, ready, row, subscriptionAt, suspend, test } from "./support/journey";
import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";

test.use({ expectedErrors: /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource|Failed to fetch|NetworkError/ });

const PREMIUM = subscriptionAt(FABRIKAM, 1);

const bearer = { authorization: "Bearer demo:admin_agent" };
const quantity = (page: Page) => page.getByRole("textbox", { name: "Quantity" });
const bar = (page: Page) => page.getByRole("region", { name: "Unsaved changes" });
const kept = (page: Page) => page.locator(".toast").getByText("Saved on this device.");
const standing = (page: Page) => page.getByRole("banner").getByRole("status");
const waiting = (page: Page) => page.getByText("Waiting to be sent", { exact: true });

interface Held {
  quantity: number;
  friendlyName: string;
  status: string;
  attributes: { etag: string };
}

/** A subscription as the server has it. */
async function held(request: APIRequestContext, address: string) {
  const answer = await request.get(`/v1${address}`, { headers: bearer });
  return (await answer.json()) as Held;
}

/** Somebody else changes a quantity. */
async function colleague(request: APIRequestContext, address: string, to: number) {
  const now = await held(request, address);
  const headers = { ...bearer, "if-match": now.attributes.etag };
  const answer = await request.patch(`/v1${address}`, { headers, data: { ...now, quantity: to } });
  expect(answer.status()).toBe(200);
}

async function orders(request: APIRequestContext, customer: string) {
  const answer = await request.get(`/v1${customer}/orders`, { headers: bearer });
  return ((await answer.json()) as { totalCount: number }).totalCount;
}

async function setQuantity(page: Page, to: string) {
  await quantity(page).fill(to);
  await bar(page).getByRole("button", { name: "Submit" }).click();
}

/** The subscription in this tab, and its customer in another one. */
async function twoTabs(page: Page, context: BrowserContext) {
  await open(page, PREMIUM);
  const other = await context.newPage();
  await open(other, customerAt(FABRIKAM));
  return other;
}

/** Every change that is kept, as its text. */
function changes(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const request = indexedDB.open("subscription-desk.changes");
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const all = database.transaction("texts").objectStore("texts").getAll() as IDBRequest<string[]>;
    const texts = await new Promise<string[]>((resolve) => (all.onsuccess = () => resolve(all.result)));
    database.close();
    return texts;
  });
}

test("a change without a network is decided, kept, shown, sent when it is back", async ({ page, context, request }) => {
  await open(page, PREMIUM);
  await expect(standing(page)).toHaveText("Online");
  await context.setOffline(true);
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await expect(quantity(page), "the account as it will be").toHaveValue("13");
  await expect(bar(page)).toHaveCount(0);
  await expect(waiting(page)).toBeVisible();
  await expect(standing(page)).toHaveText("Offline · 1 change waiting");
  expect(await changes(page)).toHaveLength(1);
  expect((await held(request, PREMIUM)).quantity).toBe(12);

  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
  await expect(row(page, "Office 365 Business Premium").getByText("Waiting to be sent")).toBeVisible();
  await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Changes" }).click();
  await expect(page.getByRole("row", { name: /Quantity of Office 365 Business Premium: 13/ })).toContainText("Fabrikam GmbH");

  await context.setOffline(false);
  await expect(standing(page)).toHaveText("Online");
  await expect(page.getByRole("row", { name: /Quantity of Office 365 Business Premium: 13/ })).toContainText("Applied");
  expect((await held(request, PREMIUM)).quantity).toBe(13);
  await expectAccessible(page);
});

test("what the rules refuse is refused without a network too, and nothing waits", async ({ page, context }) => {
  await open(page, PREMIUM);
  await context.setOffline(true);
  await quantity(page).fill("301");
  await press(bar(page).getByRole("button", { name: "Submit" }));
  await expect(quantity(page)).toHaveAccessibleDescription(/301 asked, 1 to 300 allowed/);
  expect(await changes(page)).toHaveLength(0);
});

test("several changes follow each other: quantity, name, suspension, all before the server hears of one", async ({ page, context, request }) => {
  await open(page, PREMIUM);
  await context.setOffline(true);
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await page.getByRole("textbox", { name: "Subscription nickname" }).fill("Reception");
  await bar(page).getByRole("button", { name: "Submit" }).click();
  await expect(heading(page, /^Reception/)).toBeVisible();
  await suspend(page, "Customer request");
  await expect(standing(page)).toHaveText("Offline · 3 changes waiting");
  await context.setOffline(false);
  await expect(standing(page)).toHaveText("Online");
  expect(await held(request, PREMIUM)).toMatchObject({ quantity: 13, friendlyName: "Reception", status: "suspended" });
});

test("offline in the middle of the wizard: the orders are kept and placed once", async ({ page, context, request }) => {
  const customer = customerAt(CONTOSO);
  const before = await orders(request, customer);
  await open(page, `${customer}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:40,${AZURE}:1`);
  await context.setOffline(true);
  await page.getByRole("button", { name: /^Submit/ }).click();
  await expect(heading(page, "2 subscriptions will be created")).toBeVisible();
  await expect(page.getByText("Saved on this device.")).toBeVisible();
  expect(await changes(page), "an order each").toHaveLength(2);
  expect(await orders(request, customer)).toBe(before);

  // One of them is changed before the server knows it.
  await page.getByRole("link", { name: "Office 365 Enterprise E3" }).click();
  await setQuantity(page, "41");
  await expect(standing(page)).toHaveText("Offline · 3 changes waiting");
  const made = new URL(page.url()).pathname;
  await context.setOffline(false);
  await expect(standing(page)).toHaveText("Online");
  expect(await orders(request, customer)).toBe(before + 2);
  expect((await held(request, made)).quantity).toBe(41);
});

test("an answer cut off after success: the same request again, one effect", async ({ page, request }) => {
  const customer = customerAt(CONTOSO);
  const before = await orders(request, customer);
  await open(page, `${customer}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:40,${AZURE}:1`);
  let cut = 0;
  await page.route("**/v1/desk/command*", async (route) => {
    if (cut++ > 0) return route.continue();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page.getByRole("button", { name: /^Submit/ }).click();
  await expect(heading(page, "2 subscriptions will be created")).toBeVisible();
  await expect(standing(page)).toHaveText("Online");
  expect(cut).toBeGreaterThan(1);
  expect(await orders(request, customer)).toBe(before + 2);
});

test("a captive portal's page instead of an answer: the change waits", async ({ page, request }) => {
  await open(page, PREMIUM);
  const portal = "**/v1/desk/*";
  await page.route(portal, (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<html>Pay for Wi-Fi</html>" }));
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  expect((await held(request, PREMIUM)).quantity).toBe(12);
  await page.unroute(portal);
  await expect(standing(page), "it is tried again by itself").toHaveText("Online");
  expect((await held(request, PREMIUM)).quantity).toBe(13);
});

test.describe("a server of another version", () => {
  const other = (page: Page) =>
    page.route("**/v1/desk/*", (route) => route.fulfill({ status: 409, contentType: "application/json", body: "{}" }));

  test("what is submitted waits, the draft stands, and both are there after loading again", async ({ page, request }) => {
    const customer = customerAt(CONTOSO);
    const before = await orders(request, customer);
    await open(page, PREMIUM);
    await open(page, `${customer}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:40`);
    await other(page);
    await page.getByRole("button", { name: /^Submit/ }).click();
    await expect(heading(page, "1 subscription will be created")).toBeVisible();
    const told = page.getByRole("region", { name: "Messages" });
    await expect(told).toContainText("The server is newer than this page. 1 change waits on this device");
    expect(await changes(page)).toHaveLength(1);
    await page.goto(`${customer}/subscriptions/new?step=catalog&cycle=monthly&lines=${E3}:7`);
    await page.unroute("**/v1/desk/*");
    await page.reload();
    await ready(page);
    await expect(page.getByRole("textbox", { name: /Office 365 Enterprise E3/ }), "the draft").toHaveValue("7");
    await expect(standing(page)).toHaveText("Online");
    expect(await orders(request, customer)).toBe(before + 1);
  });
});

test.describe("somebody else was faster", () => {
  async function conflict(page: Page, context: BrowserContext, request: APIRequestContext) {
    await open(page, PREMIUM);
    await context.setOffline(true);
    await setQuantity(page, "13");
    await expect(kept(page)).toBeVisible();
    await colleague(request, PREMIUM, 20);
    await context.setOffline(false);
    await expect(standing(page)).toHaveText("Online · 1 needs you");
    await page.getByRole("link", { name: "Show changes" }).click();
    return page.getByRole("region", { name: "Quantity of Office 365 Business Premium: 13" });
  }

  test("base, mine and theirs are side by side, with the reason", async ({ page, context, request }) => {
    const card = await conflict(page, context, request);
    await expect(card).toContainText("This subscription has changed since you decided");
    const cells = card.getByRole("row", { name: /^Quantity/ }).getByRole("cell");
    await expect(cells).toHaveText(["12", "13", "20"]);
    expect((await held(request, PREMIUM)).quantity, "nothing was overwritten").toBe(20);
    await expectAccessible(page);
  });

  test("it comes to the page while that is open, and stays while the server comes and goes", async ({ page, context, request }) => {
    await open(page, PREMIUM);
    await context.setOffline(true);
    await setQuantity(page, "13");
    await expect(kept(page)).toBeVisible();
    await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Changes" }).click();
    await colleague(request, PREMIUM, 20);
    await context.setOffline(false);
    const card = page.getByRole("region", { name: "Quantity of Office 365 Business Premium: 13" });
    await expect(card.getByRole("row", { name: /^Quantity/ }).getByRole("cell")).toHaveText(["12", "13", "20"]);
    await expect(page.getByText(/The server is not reached/)).toHaveCount(0);
    await card.getByRole("textbox", { name: "Quantity" }).fill("17");
    await context.setOffline(true);
    await page.getByRole("button", { name: "Send now" }).click();
    await expect(standing(page)).toHaveText("Offline · 1 needs you");
    await expect(card.getByRole("textbox", { name: "Quantity" }), "what is typed stays").toHaveValue("17");
  });

  test("apply mine again", async ({ page, context, request }) => {
    const card = await conflict(page, context, request);
    await card.getByRole("button", { name: "Apply mine again" }).click();
    await expect(standing(page)).toHaveText("Online");
    await expect(page.getByRole("row", { name: /Replaced by a new change/ })).toBeVisible();
    expect((await held(request, PREMIUM)).quantity).toBe(13);
  });

  test("take theirs, by keyboard", async ({ page, context, request }) => {
    const card = await conflict(page, context, request);
    await card.getByRole("button", { name: "Take theirs" }).focus();
    await page.keyboard.press("Enter");
    await expect(standing(page)).toHaveText("Online");
    await expect(page.getByRole("heading", { level: 1 }), "the focus is not lost").toBeFocused();
    await expect(page.getByRole("row", { name: /Left as somebody else made it/ })).toBeVisible();
    expect((await held(request, PREMIUM)).quantity).toBe(20);
  });

  test("edit: what the rules refuse is said, another value is sent", async ({ page, context, request }) => {
    const card = await conflict(page, context, request);
    await card.getByRole("textbox", { name: "Quantity" }).fill("301");
    await card.getByRole("button", { name: "Submit this instead" }).click();
    await expect(card.getByRole("textbox", { name: "Quantity" })).toHaveAccessibleDescription(/301 asked, 1 to 300 allowed/);
    await card.getByRole("textbox", { name: "Quantity" }).fill("21");
    await card.getByRole("button", { name: "Submit this instead" }).click();
    await expect(standing(page)).toHaveText("Online");
    expect((await held(request, PREMIUM)).quantity).toBe(21);
  });

  test("give up; what waited behind it goes on", async ({ page, context, request }) => {
    const card = await conflict(page, context, request);
    await context.setOffline(true);
    await card.getByRole("button", { name: "Give up" }).click();
    await expect(page.getByRole("row", { name: /Given up/ })).toBeVisible();
    await context.setOffline(false);
    await expect(standing(page)).toHaveText("Online");
    expect((await held(request, PREMIUM)).quantity).toBe(20);
  });
});

test.describe("an order that is not taken", () => {
  const customer = customerAt(FABRIKAM);
  const card = (page: Page) => page.getByRole("region", { name: "Buy Office 365 Business Premium · 10 licenses" });

  /** Orders the second of two Business Premium subscriptions while a colleague orders it too. */
  async function refused(page: Page, context: BrowserContext, request: APIRequestContext) {
    await open(page, `${customer}/subscriptions/new?step=review&cycle=monthly&lines=${BUSINESS_PREMIUM}:10`);
    await context.setOffline(true);
    await page.getByRole("button", { name: /^Submit/ }).click();
    await expect(heading(page, "1 subscription will be created")).toBeVisible();
    const lineItems = [{ lineItemNumber: 0, offerId: BUSINESS_PREMIUM, quantity: 5 }];
    const answer = await request.post(`/v1${customer}/orders`, { headers: bearer, data: { lineItems } });
    expect(answer.status()).toBe(201);
    await context.setOffline(false);
    await expect(standing(page)).toHaveText("Online · 1 needs you");
    await page.getByRole("link", { name: "Show changes" }).click();
    await expect(card(page)).toContainText("2");
  }

  test("is edited in the wizard, and given up only when what is ordered instead is submitted", async ({ page, context, request }) => {
    await refused(page, context, request);
    await card(page).getByRole("link", { name: "Edit the order in the wizard" }).click();
    const selected = page.getByRole("region", { name: "Selected" });
    await expect(selected.getByRole("listitem").filter({ hasText: "Office 365 Business Premium" })).toContainText("10");

    // Leaving loses nothing.
    await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Changes" }).click();
    await expect(card(page)).toBeVisible();

    const before = await orders(request, customer);
    await open(page, `${customer}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:10&instead=1`);
    await expect(page.getByText("Submitting replaces the order that was not taken.")).toBeVisible();
    await page.getByRole("button", { name: /^Submit/ }).click();
    await expect(heading(page, "1 subscription created")).toBeVisible();
    expect(await orders(request, customer)).toBe(before + 1);
    await expect(standing(page)).toHaveText("Online");
    await navigate(page, "Changes");
    await expect(page.getByRole("row", { name: /Buy Office 365 Business Premium · 10 licenses/ })).toContainText("Given up");
  });

  test("stands when the wizard is opened with the number of something else", async ({ page, context, request }) => {
    await refused(page, context, request);
    await open(page, `${customerAt(CONTOSO)}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:10&instead=1`);
    await expect(page.getByText("Submitting replaces the order that was not taken.")).toHaveCount(0);
    await page.getByRole("button", { name: /^Submit/ }).click();
    await expect(standing(page)).toHaveText("Online · 1 needs you");
  });
});

test.describe("what others change arrives by itself", () => {
  test("in an open list and an open editor, in every tab, and what is being typed stays", async ({ page, context, request }) => {
    const other = await twoTabs(page, context);
    await page.getByRole("textbox", { name: "Subscription nickname" }).fill("Reception");
    await colleague(request, PREMIUM, 20);
    await expect(quantity(page)).toHaveValue("20");
    await expect(page.getByRole("textbox", { name: "Subscription nickname" })).toHaveValue("Reception");
    await expect(row(other, "Office 365 Business Premium").first()).toContainText("20");
  });

  test("the editor says that somebody else has changed the field that is being typed in", async ({ page, request }) => {
    await open(page, PREMIUM);
    await quantity(page).fill("30");
    await colleague(request, PREMIUM, 20);
    await expect(quantity(page)).toHaveAccessibleDescription(/Changed to 20 by somebody else meanwhile/);
    await expect(quantity(page)).toHaveValue("30");
    await bar(page).getByRole("button", { name: "Submit" }).click();
    await expect(page.getByText("Changes submitted")).toBeVisible();
    expect((await held(request, PREMIUM)).quantity).toBe(30);
    await expect(quantity(page)).toHaveAccessibleDescription(/^(?!.*somebody else)/);
  });

  test("where the stream does not come through, the desk works and is not busy with it", async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.route("**/v1/events", (route) => route.abort());
    await open(page, PREMIUM);
    // The second try waits for half a second at least, the third for one.
    await expect.poll(() => asked.filter((path) => path === "/v1/events").length).toBe(3);
    expect(asked.filter((path) => path === "/v1/desk/account").length).toBeLessThanOrEqual(2);
    expect(asked.filter((path) => path === "/v1/desk/me").length).toBeLessThanOrEqual(4);
    await expect(standing(page)).toHaveText("Online");
  });

  test("what was changed while this browser was away is there afterwards", async ({ page, context, request }) => {
    await open(page, PREMIUM);
    await context.setOffline(true);
    await colleague(request, PREMIUM, 20);
    await context.setOffline(false);
    await expect(quantity(page)).toHaveValue("20");
  });
});

test.describe("several tabs", () => {
  test("one sends what another keeps, each once; the other takes over when it goes", async ({ page, context, request }) => {
    let sent = 0;
    context.on("request", (asked) => {
      if (asked.url().includes("/v1/desk/command")) sent++;
    });
    const other = await twoTabs(page, context);
    await context.setOffline(true);
    await setQuantity(page, "13");
    await expect(kept(page)).toBeVisible();
    await expect(standing(other)).toHaveText(/1 change waiting/);
    await context.setOffline(false);
    await expect(standing(other)).toHaveText("Online");
    await expect(standing(page)).toHaveText("Online");
    expect((await held(request, PREMIUM)).quantity).toBe(13);
    expect(sent, "once in vain, once by the tab that sends").toBeLessThanOrEqual(3);

    // The tab that sends keeps one more and goes: the other sends it, within five seconds.
    await context.setOffline(true);
    await setQuantity(page, "14");
    await expect(standing(other)).toHaveText(/1 change waiting/);
    await page.close();
    await context.setOffline(false);
    await expect(standing(other)).toHaveText("Online", { timeout: 5_000 });
    expect((await held(request, PREMIUM)).quantity).toBe(14);
  });
});

test("that the sign-in has ended is said in every tab, and not any more once somebody has signed in", async ({ page, context, request }) => {
  const other = await twoTabs(page, context);
  await context.route("**/v1/desk/**", (route) => route.fulfill({ status: 401, contentType: "application/json", body: "{}" }));
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  const told = (tab: Page) => tab.getByText("Your sign-in has ended. 1 change waits on this device");
  await expect(told(page)).toBeVisible();
  await expect(told(other)).toBeVisible();

  await context.unroute("**/v1/desk/**");
  await other.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Activity" }).click();
  await expect(told(other)).toHaveCount(0);
  await expect(told(page)).toHaveCount(0);
  expect((await held(request, PREMIUM)).quantity).toBe(13);
});

test("a tab of another version than the server's leaves the sending to one that is not", async ({ page, context, request }) => {
  await twoTabs(page, context);
  await page.route("**/v1/desk/*", (route) => route.fulfill({ status: 409, contentType: "application/json", body: "{}" }));
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await expect.poll(async () => (await held(request, PREMIUM)).quantity).toBe(13);
});

test("another role and back, without loading again: what waits is sent", async ({ page, request }) => {
  await open(page, PREMIUM);
  await page.route("**/v1/desk/command*", (route) => route.abort());
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await navigate(page, "Settings");
  await page.getByRole("combobox", { name: "Act as" }).selectOption("Sales agent");
  await expect(page.getByRole("button", { name: "Sales agent" })).toBeVisible();
  await expect(standing(page)).toHaveText("Online");
  await page.unroute("**/v1/desk/command*");
  await page.getByRole("combobox", { name: "Act as" }).selectOption("Admin agent");
  await expect.poll(async () => (await held(request, PREMIUM)).quantity).toBe(13);
});

test("another role is another sign-in: without the server it stays as it was", async ({ page, context }) => {
  await open(page, "/settings");
  await context.setOffline(true);
  await page.getByRole("combobox", { name: "Act as" }).selectOption("Sales agent");
  await expect(page.getByRole("combobox", { name: "Act as" })).toHaveValue("AdminAgent");
  await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
});

test("what waits goes to another browser as a file, and is done once", async ({ page, context, browser, request }) => {
  await open(page, PREMIUM);
  await context.setOffline(true);
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Changes" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = await (await download).path();

  const elsewhere = await browser.newContext();
  const second = await elsewhere.newPage();
  await open(second, new URL("/changes", page.url()).href);
  await second.getByLabel("Import").setInputFiles({ name: "wrong.txt", mimeType: "text/plain", buffer: Buffer.from("wrong") });
  await expect(second.getByRole("alert")).toContainText("wrong.txt is no whole file of changes");
  await second.getByLabel("Import").setInputFiles(file);
  await expect(second.getByText("1 change imported")).toBeVisible();
  await expect(second.getByRole("row", { name: /Applied/ })).toBeVisible();
  const after = await held(request, PREMIUM);
  expect(after.quantity).toBe(13);
  await elsewhere.close();

  // The first browser comes back and asks under the same name: it is told what was done.
  await context.setOffline(false);
  await expect(standing(page)).toHaveText("Online");
  await expect(page.getByRole("row", { name: /Applied/ })).toBeVisible();
  expect((await held(request, PREMIUM)).attributes.etag).toBe(after.attributes.etag);
});

test("what was done just before the network went is no conflict with oneself", async ({ page, request }) => {
  await open(page, PREMIUM);
  // The name is changed on the server; then nothing answers any more.
  let asked = 0;
  await page.route("**/v1/desk/**", (route) => {
    if (asked > 0 || !route.request().url().endsWith("/command")) return route.abort();
    asked += 1;
    return route.continue();
  });
  await page.getByRole("textbox", { name: "Nickname" }).fill("Field team");
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Nickname" })).toHaveValue("Field team");
  await expect(quantity(page)).toHaveValue("13");
  await page.unrouteAll();
  await page.getByRole("link", { name: "Changes" }).first().click();
  await expect(page.getByRole("row", { name: /Applied/ })).toBeVisible();
  await expect(page.getByText("has changed since you decided")).toHaveCount(0);
  expect(await held(request, PREMIUM)).toMatchObject({ quantity: 13, friendlyName: "Field team" });
});

test("storage that is full keeps nothing, says so, and loses nothing on screen", async ({ page, context }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.add = IDBObjectStore.prototype.put = function () {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await open(page, PREMIUM);
  await context.setOffline(true);
  await setQuantity(page, "13");
  await expect(bar(page)).toContainText(/Nothing was changed.*storage is full/);
  await expect(quantity(page)).toHaveValue("13");
  await context.setOffline(false);
  await bar(page).getByRole("button", { name: "Submit" }).click();
  await expect(page.getByText("Changes submitted")).toBeVisible();
});

test("a browser that keeps nothing says that changes need a network", async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  await open(page, PREMIUM);
  await navigate(page, "Changes");
  await expect(heading(page, "Changes")).toBeVisible();
  await expect(page.getByText("This browser keeps nothing")).toBeVisible();
  await page.goBack();
  await expect(quantity(page)).toBeVisible();
  await context.setOffline(true);
  await setQuantity(page, "13");
  await expect(bar(page)).toContainText("The server was not reached");
  await expect(quantity(page)).toHaveValue("13");
});

test("garbage among the changes is left alone, and everything works", async ({ page, context, request }) => {
  await open(page, PREMIUM);
  await page.evaluate(async () => {
    const request = indexedDB.open("subscription-desk.changes");
    await new Promise((done) => (request.onsuccess = done));
    const store = request.result.transaction("texts", "readwrite").objectStore("texts");
    const start = "change demo admin_agent@demo ";
    const garbage: [string, unknown][] = [
      [`${start}000000000001`, "x"],
      [`${start}000000000002`, { a: 1 }],
      [`${start}000000000003`, "change-1 AAAA"],
      [`${start}000000000004`, "change-9 from a newer version"],
      [`${start}zzz`, 7],
      ["other", null],
    ];
    await Promise.all(garbage.map(([key, value]) => new Promise((done) => (store.put(value, key).onsuccess = done))));
    request.result.close();
  });
  await page.reload();
  await ready(page);
  await expect(page.getByText(/cannot be read by this version/)).toBeVisible();
  await context.setOffline(true);
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  await context.setOffline(false);
  await expect(standing(page)).toHaveText("Online");
  expect((await held(request, PREMIUM)).quantity).toBe(13);
  expect(await changes(page), "nothing of it was removed").toHaveLength(7);
});

test("somebody else on this machine sees nothing of it and sends nothing of it", async ({ page, request }) => {
  await open(page, PREMIUM);
  await page.route("**/v1/desk/command*", (route) => route.abort());
  await setQuantity(page, "13");
  await expect(kept(page)).toBeVisible();
  // Another role is another person to the desk.
  await navigate(page, "Settings");
  await page.getByRole("combobox", { name: "Act as" }).selectOption("Sales agent");
  await expect(page.getByRole("button", { name: "Sales agent" })).toBeVisible();
  await page.unroute("**/v1/desk/command*");
  await page.reload();
  await ready(page);
  await expect(page.getByRole("button", { name: "Sales agent" })).toBeVisible();
  await expect(standing(page)).toHaveText("Online");
  await navigate(page, "Changes");
  await expect(page.getByText("No changes")).toBeVisible();
  expect((await held(request, PREMIUM)).quantity).toBe(12);

  await navigate(page, "Settings");
  await page.getByRole("combobox", { name: "Act as" }).selectOption("Admin agent");
  await expect.poll(async () => (await held(request, PREMIUM)).quantity, "its own person is back").toBe(13);
});

test.describe("after one visit", () => {
  test.use({ serviceWorkers: "allow" });

  test("what waits is there after a start without a network, and follow-ups are decided on it", async ({ page, context, request }) => {
    await open(page, "/");
    await keptForOffline(page);
    await open(page, PREMIUM);
    await context.setOffline(true);
    await setQuantity(page, "13");
    await expect(kept(page)).toBeVisible();
    await page.reload();
    await ready(page);
    await expect(quantity(page)).toHaveValue("13");
    await expect(standing(page)).toHaveText("Offline · 1 change waiting");
    await setQuantity(page, "14");
    await expect(standing(page)).toHaveText("Offline · 2 changes waiting");
    await context.setOffline(false);
    await expect(standing(page)).toHaveText("Online");
    expect((await held(request, PREMIUM)).quantity).toBe(14);
  });
});
