// The screens on the server: what is decided before anything is sent, and every way in which an
// answer can be missing.
import { AZURE, BUSINESS_PREMIUM, CONTOSO, E3, FABRIKAM, WINGTIP, customerAt, expect, heading, open, press, ready, subscriptionAt, suspend, test } from "./support/journey";
import type { APIRequestContext, Page } from "@playwright/test";

/** Every question that the page sends, by the word in its address. */
function sent(page: Page) {
  const questions: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/v1/desk/")) questions.push(pathname.slice("/v1/desk/".length));
  });
  return questions;
}

const quantity = (page: Page) => page.getByRole("textbox", { name: "Quantity" });
const bar = (page: Page) => page.getByRole("region", { name: "Unsaved changes" });

const bearer = { authorization: "Bearer demo:admin_agent" };

async function subscription(request: APIRequestContext, address: string) {
  const answer = await request.get(`/v1${address}`, { headers: bearer });
  return { status: answer.status(), body: (await answer.json()) as Record<string, unknown> };
}

test.describe("S13, S19: what a rule refuses is not sent", () => {
  test("quantity 301 is refused before a request, and by the server when it is asked", async ({ page, request }) => {
    const premium = subscriptionAt(FABRIKAM, 1);
    await open(page, premium);
    const questions = sent(page);
    await quantity(page).fill("301");
    await press(bar(page).getByRole("button", { name: "Submit" }));
    await expect(quantity(page)).toHaveAccessibleDescription(/301 asked, 1 to 300 allowed/);
    expect(questions).toEqual([]);

    const { body } = await subscription(request, premium);
    const answer = await request.patch(`/v1${premium}`, {
      headers: { ...bearer, "if-match": String((body["attributes"] as Record<string, string>)["etag"]) },
      data: { ...body, quantity: 301 },
    });
    expect(answer.status()).toBe(400);
    expect(await answer.json()).toMatchObject({ name: "QUANTITY_OUT_OF_RANGE" });
  });

  test("an offer beyond its limit cannot be ordered on the screen, nor past it", async ({ page, request }) => {
    const wizard = `${customerAt(WINGTIP)}/subscriptions/new?step=catalog&cycle=monthly&category=SmallBusiness_Key`;
    await open(page, wizard);
    const questions = sent(page);
    const premium = page.getByRole("checkbox", { name: "Office 365 Business Premium", exact: true });
    await expect(premium).toBeDisabled();
    await press(premium);
    await expect(premium).not.toBeChecked();
    expect(questions).toEqual([]);

    const answer = await request.post(`/v1${customerAt(WINGTIP)}/orders`, {
      headers: bearer,
      data: { billingCycle: "monthly", lineItems: [{ lineItemNumber: 0, offerId: BUSINESS_PREMIUM, quantity: 1 }] },
    });
    expect(answer.status()).toBe(400);
    expect((await answer.json()) as unknown).toMatchObject({ code: "27006" });
  });

  test("ticking, typing and reviewing ask nothing; a submit is one request", async ({ page }) => {
    await open(page, `${customerAt(CONTOSO)}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:40,${AZURE}:1`);
    const questions = sent(page);
    await page.getByRole("button", { name: /^Submit/ }).click();
    await expect(page.locator(".note--success")).toBeVisible();
    expect(questions.filter((question) => question === "command")).toHaveLength(1);
  });
});

test("a change made here is there for a script, with its ETag and its day", async ({ page, request }) => {
  const address = subscriptionAt(FABRIKAM, 4);
  const before = await subscription(request, address);
  await open(page, address);
  await suspend(page, "Customer request");
  const after = await subscription(request, address);
  expect(after.body).toMatchObject({ status: "suspended", suspensionReasons: ["customer_request"] });
  expect(after.body["attributes"]).not.toEqual(before.body["attributes"]);
  const { expiresOn } = after.body["retention"] as { expiresOn: string };
  await expect(page.locator(`time[datetime^="${expiresOn}"]`).first()).toBeVisible();
});

test.describe("somebody else was faster", () => {
  test.use({ expectedErrors: /Failed to load resource/ });

  test("the screen says so and shows what is there", async ({ page, request }) => {
    const address = subscriptionAt(FABRIKAM, 4);
    // What others change is not heard of in time.
    await page.route("**/v1/events", (route) => route.abort());
    await open(page, address);
    const { body } = await subscription(request, address);
    const other = await request.patch(`/v1${address}`, {
      headers: { ...bearer, "if-match": String((body["attributes"] as Record<string, string>)["etag"]) },
      data: { friendlyName: "Renamed elsewhere" },
    });
    expect(other.status()).toBe(200);
    await quantity(page).fill("7");
    await bar(page).getByRole("button", { name: "Submit" }).click();
    await expect(page.getByText("Somebody else changed this subscription meanwhile.")).toBeVisible();
  });
});

test.describe("no answer of ours", () => {
  // The page logs what did not load.
  test.use({ expectedErrors: /Failed to load resource|ERR_|did not/ });

  const cases: { what: string; answer: { status: number; headers?: Record<string, string>; body?: string } | "abort"; says: string | RegExp }[] = [
    { what: "no network", answer: "abort", says: /The server was not reached/ },
    { what: "a page of a network", answer: { status: 200, body: "<html>Pay for Wi-Fi</html>" }, says: /Something else than the server answered/ },
    { what: "busy", answer: { status: 429, headers: { "retry-after": "7" } }, says: /Try again in 7 s/ },
    { what: "another version", answer: { status: 409 }, says: /another version/ },
    { what: "signed out", answer: { status: 401 }, says: /Sign in to go on/ },
    { what: "too late", answer: { status: 504 }, says: /did not answer in time/ },
  ];
  for (const { what, answer, says } of cases) {
    test(`${what}: said in words, with a way on`, async ({ page }) => {
      await open(page, "/customers?search=fabrikam");
      await page.route("**/v1/desk/account", (route) => (answer === "abort" ? route.abort() : route.fulfill(answer)));
      await page.getByRole("link", { name: /Fabrikam/ }).first().click();
      await expect(page.getByText(says)).toBeVisible();
      if (answer !== "abort" && answer.status === 401) {
        await expect(page.getByRole("link", { name: "Sign in" })).toHaveAttribute("href", /^\/sign-in\?to=%2Fcustomers/);
        return;
      }
      await page.unroute("**/v1/desk/account");
      if (what === "another version") await page.evaluate(() => Object.assign(window, { before: true }));
      // The page also comes back by itself where the server can be reached again, under the hand.
      const again = page.getByRole("button", { name: "Load again" });
      await expect(async () => {
        if (await again.isVisible()) await again.click({ timeout: 2_000 });
        await expect(heading(page, /Fabrikam/)).toBeVisible({ timeout: 5_000 });
      }).toPass({ timeout: 60_000 });
      if (what === "another version") expect(await page.evaluate(() => "before" in window), "the page was loaded anew").toBe(false);
    });
  }

  test("a lost answer is asked for again under the same request ID, and done once", async ({ page, request }) => {
    await open(page, `${customerAt(CONTOSO)}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:40`);
    const bodies: string[] = [];
    let lose = true;
    await page.route("**/v1/desk/command", async (route) => {
      bodies.push(route.request().postData() ?? "");
      if (!lose) return route.continue();
      lose = false;
      await route.fetch();
      return route.abort();
    });
    const orders = async () => {
      const answer = await request.get(`/v1${customerAt(CONTOSO)}/orders`, { headers: bearer });
      return ((await answer.json()) as { totalCount: number }).totalCount;
    };
    const before = await orders();
    await page.getByRole("button", { name: /^Submit/ }).click();
    await expect(page.getByText(/^Saved on this device/)).toBeVisible();
    await expect.poll(() => bodies.length).toBe(2);
    expect(bodies[1]).toBe(bodies[0]);
    expect(await orders()).toBe(before + 1);
  });

  test("leaving a screen ends its request", async ({ page }) => {
    await open(page, "/customers?search=fabrikam");
    let asked = 0;
    await page.route("**/v1/desk/account", () => void asked++);
    await page.getByRole("link", { name: /Fabrikam/ }).first().click();
    await expect.poll(() => asked).toBe(1);
    const failed = page.waitForEvent("requestfailed");
    await page.getByRole("link", { name: "Customers" }).first().click();
    expect((await failed).url()).toContain("/v1/desk/account");
    await ready(page);
  });
});

test.describe("without permission", () => {
  test.use({ demo: { role: "user_management_admin" } });
  test("the role is told, by the rules here and by the server", async ({ page, request }) => {
    await open(page, customerAt(FABRIKAM));
    await expect(page.getByText("Your role cannot see this")).toBeVisible();
    const answer = await request.get(`/v1${customerAt(FABRIKAM)}/subscriptions`, {
      headers: { authorization: "Bearer demo:user_management_admin" },
    });
    expect(answer.status()).toBe(403);
  });
});

test("another role and another cloud are chosen in Settings", async ({ page }) => {
  await open(page, "/settings");
  await expect(page.getByRole("heading", { name: "Demo clock" })).toHaveCount(0);
  await page.getByLabel("Act as").selectOption({ label: "Helpdesk agent" });
  await expect(page.getByRole("button", { name: "Helpdesk agent" })).toBeVisible();
  await page.locator("#cloud-2").selectOption({ label: "Germany" });
  await open(page, "/customers");
  await expect(page.locator("#cloud")).toHaveValue("Germany");
  await page.reload();
  await ready(page);
  await expect(page.getByRole("button", { name: "Helpdesk agent" })).toBeVisible();
});
