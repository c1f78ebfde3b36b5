// Signing in at a real OpenID Connect provider: people on the screens, scripts with a token.
import { expect, expectAccessible, seenWith, started, test as base, whole } from "./support/fixtures";
import { CLIENT, type Claims, type Key, type Running, key, provider, token } from "./support/provider";
import { type Started, readyAt, run, stop } from "./support/service";
import type { APIRequestContext, Page } from "@playwright/test";
import { SignJWT, UnsecuredJWT } from "jose";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Desk {
  url: string;
  key: Key;
  provider: Running;
  restart(): Promise<void>;
}

const ACCOUNTS: Record<string, Claims> = {
  kim: { partner: "contoso", roles: ["admin_agent"], email: "kim@contoso.example" },
  lee: { partner: "fabrikam", cloud: "germany", roles: ["sales_agent", "billing_admin"] },
  nobody: { roles: ["admin_agent"] },
};

/** The redirect address is registered before the service is there, so its port is chosen first. */
async function freePort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

const test = base.extend<{ desk: Desk; more: string[] }>({
  /** Options beside the usual ones. */
  more: [[], { option: true }],
  desk: async ({ more }, use) => {
    const folder = mkdtempSync(join(tmpdir(), "subscription-desk-"));
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const first = await key("first");
    const identity = await provider(first, url, ACCOUNTS);
    const options = [
      ...["--auth", "oidc", "--listen", `127.0.0.1:${port}`, "--database", `sqlite:${join(folder, "desk.sqlite")}`],
      ...["--public-url", url, "--oidc-issuer", identity.issuer],
      ...["--oidc-client-id", CLIENT.client_id, "--oidc-client-secret", CLIENT.client_secret],
      ...more,
    ];
    let service: Started = await run(options);
    await readyAt(url);
    const restart = async () => {
      await stop(service);
      service = await run(options);
      await readyAt(url);
    };
    await use({ url, key: first, provider: identity, restart });
    await stop(service);
    await identity.stop();
    rmSync(folder, { recursive: true, force: true });
  },
  baseURL: async ({ desk }, use) => use(desk.url),
});

// The page logs the 401 that tells it that nobody is signed in; the page of the provider misses a font and an icon.
test.use({ expectedErrors: /Failed to load resource/ });

const E3 = "796B6B5F-613C-4E24-A17C-EBA730D49C02";

async function signIn(page: Page, name: string) {
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInAt(page, name);
}

/** The provider's own two pages. */
async function signInAt(page: Page, name: string) {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

async function addCustomer(page: Page, name: string) {
  const answer = await page.evaluate(async (name) => {
    const [domain, country] = [`${name.toLowerCase()}.example.com`, "US"];
    const address = { country, city: "Springfield", state: "IL", addressLine1: "1 Main Street", postalCode: "62701", firstName: "Kim", lastName: "Akers" };
    const body = {
      companyProfile: { domain, companyName: name },
      billingProfile: { email: "kim@example.com", culture: "en-US", language: "en", companyName: name, firstName: "Kim", lastName: "Akers", defaultAddress: address },
    };
    const answer = await fetch("/v1/customers", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  }, name);
  expect(answer.status, answer.text).toBe(201);
}

test.describe("on the screens", () => {
  test("a person signs in, works and signs out; no token lies in the browser", async ({ page, context, desk }) => {
    await page.goto("/customers?search=con");
    await started(page);
    await expect(page.getByRole("heading", { name: "You are not signed in" })).toBeVisible();
    await expectAccessible(page);
    await signIn(page, "kim");
    await expect(page).toHaveURL("/customers?search=con");
    await started(page);
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    await page.getByRole("button", { name: "Admin agent" }).click();
    await expect(page.getByText("kim@contoso.example, contoso")).toBeVisible();

    // The provider is on the same host here, and has cookies of its own.
    const cookies = (await context.cookies(desk.url)).filter(({ name }) => !name.startsWith("_session"));
    // The second one only tells one sign-in from another.
    expect(cookies.map(({ name }) => name).sort()).toEqual(["__Host-desk", "desk-sign-in"]);
    const cookie = cookies.find(({ name }) => name === "__Host-desk");
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    expect(kept, "a JSON web token begins so").not.toContain("eyJ");
    expect(kept).not.toContain("__Host");

    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "You are not signed in" })).toBeVisible();
    // Nothing of what was seen stays for whoever comes next.
    const left = await page.evaluate(async () => {
      const request = indexedDB.open("subscription-desk.seen.2");
      await new Promise((done) => (request.onsuccess = done));
      const count = request.result.transaction("texts").objectStore("texts").count();
      await new Promise((done) => (count.onsuccess = done));
      return count.result;
    });
    expect(left).toBe(0);
    // The word of the cookie is worth nothing any more, also to whoever has copied it.
    const again = await page.request.get("/v1/me", { headers: { cookie: `${cookie?.name}=${cookie?.value}` } });
    expect(again.status()).toBe(401);
  });

  test("a sign-in that ends in the middle of the wizard costs nothing: the order waits, and is sent after the next one", async ({ page, context }) => {
    await page.goto("/");
    await signIn(page, "kim");
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    await addCustomer(page, "Contoso");
    await page.goto("/");
    await page.getByRole("link", { name: "Contoso", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Contoso" })).toBeVisible();
    const customer = new URL(page.url()).pathname;
    await page.goto(`${customer}/subscriptions/new?step=review&cycle=monthly&lines=${E3}:40`);
    const submit = page.getByRole("button", { name: /^Submit/ });
    await expect(submit).toBeEnabled();
    await context.clearCookies();
    await submit.click();
    await expect(page.getByRole("heading", { level: 1, name: "1 subscription will be created" })).toBeVisible();
    const told = page.getByRole("region", { name: "Messages" });
    await expect(told).toContainText("Your sign-in has ended. 1 change waits on this device");
    await expectAccessible(page);

    // Signing in as somebody else sends nothing of it.
    await told.getByRole("link", { name: "Sign in" }).click();
    await signInAt(page, "lee");
    await expect(page.getByRole("button", { name: "Billing admin, Sales agent" })).toBeVisible();
    await page.goto("/changes");
    await expect(page.getByText("No changes")).toBeVisible();
    await context.clearCookies();

    await page.goto("/");
    await signIn(page, "kim");
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    await page.goto("/changes");
    await expect(page.getByRole("row", { name: /Buy Office 365 Enterprise E3/ })).toContainText("Applied");
    const orders = (await (await page.request.get(`/v1${customer}/orders`)).json()) as { totalCount: number };
    expect(orders.totalCount).toBe(1);
  });

  test("signing out with something that waits says that it stays, and it is sent after the next sign-in", async ({ page, context }) => {
    await page.goto("/");
    await signIn(page, "kim");
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    await addCustomer(page, "Contoso");
    await page.goto("/");
    await page.getByRole("link", { name: "Contoso", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Contoso" })).toBeVisible();
    const customer = new URL(page.url()).pathname;
    await page.goto(`${customer}/account`);
    await started(page);
    await page.route("**/v1/desk/command*", (route) => route.abort());
    await page.getByRole("combobox", { name: "Qualification" }).selectOption("Education");
    await page.getByRole("button", { name: "Update" }).click();
    await expect(page.locator(".toast").getByText("Saved on this device.")).toBeVisible();
    await page.getByRole("button", { name: "Admin agent" }).click();
    await expect(page.getByText("1 change is not sent. It stays on this device until you sign in here again.")).toBeVisible();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "You are not signed in" })).toBeVisible();
    await page.unroute("**/v1/desk/command*");
    await context.clearCookies();
    await signIn(page, "kim");
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    const qualification = async () => (await page.request.get(`/v1${customer}/qualification`)).text();
    await expect.poll(qualification).toContain("ducation");
  });

  test("whoever signs in next is shown nothing of it, also where the server is not reached then", async ({ page, context }) => {
    await page.goto("/");
    await signIn(page, "kim");
    await started(page);
    await addCustomer(page, "Northwind");
    await page.reload();
    const northwind = page.getByRole("link", { name: "Northwind" });
    await expect(northwind).toBeVisible();
    await seenWith(page, "Northwind");
    // The same person is shown it without the server.
    await page.route("**/v1/desk/**", (route) => route.abort());
    await page.reload();
    await expect(northwind).toBeVisible();

    // The sign-in has ended, and nobody has signed out.
    await context.clearCookies({ name: "__Host-desk" });
    await context.clearCookies({ name: /^_/ });
    await page.goto("/sign-in?to=/customers");
    await signInAt(page, "lee");
    await expect(page.getByText(/The server was not reached/)).toBeVisible();
    await expect(northwind).toHaveCount(0);
    await page.unroute("**/v1/desk/**");
    await page.getByRole("button", { name: "Load again" }).click();
    await expect(page.getByRole("button", { name: /Sales agent/ })).toBeVisible();
    await expect(northwind).toHaveCount(0);
  });

  test("a sign-in lives on in the database when the service starts anew", async ({ page, desk }) => {
    await page.goto("/");
    await signIn(page, "lee");
    await expect(page.getByRole("button", { name: "Billing admin, Sales agent" })).toBeVisible();
    await expect(page.getByRole("combobox", { name: "Cloud" })).toHaveValue("Germany");
    await expect(page.getByRole("combobox", { name: "Cloud" })).toBeDisabled();
    await whole(page);
    await desk.restart();
    await page.reload();
    await started(page);
    await expect(page.getByRole("button", { name: "Billing admin, Sales agent" })).toBeVisible();
  });

  test("whoever has no partner reaches nothing", async ({ page }) => {
    await page.goto("/");
    await signIn(page, "nobody");
    await page.waitForURL(/sign-in\/done/);
    expect(await page.textContent("body")).toContain("ACCESS_DENIED");
    expect((await page.request.get("/v1/me")).status()).toBe(401);
  });

  test("a write by cookie comes from our own page and in JSON, or not at all", async ({ page, desk }) => {
    await page.goto("/");
    await signIn(page, "kim");
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    await addCustomer(page, "Contoso");
    const post = (headers: Record<string, string>) => page.request.post("/v1/customers", { headers, data: "{}" });
    expect((await post({ origin: "https://evil.example", "content-type": "application/json" })).status()).toBe(403);
    expect((await post({ "content-type": "application/json" })).status()).toBe(403);
    expect((await post({ origin: desk.url, "content-type": "text/plain" })).status()).toBe(415);
    expect((await page.request.post("/sign-out", { headers: { origin: "https://evil.example" } })).status()).toBe(403);
    expect((await page.request.get("/v1/me")).status()).toBe(200);
  });

  test("an answer of the provider that nobody asked for is refused", async ({ page }) => {
    const forged = await page.request.get("/sign-in/done?code=stolen&state=guessed");
    expect(forged.status()).toBe(401);
    const away = await page.request.get("/sign-in?to=//evil.example", { maxRedirects: 0 });
    expect(away.status()).toBe(303);
    const cookie = away.headers()["set-cookie"]?.split(";")[0] ?? "";
    const state = new URL(away.headers()["location"] ?? "").searchParams.get("state") ?? "";
    const wrong = await page.request.get(`/sign-in/done?code=x&state=${state}x`, { headers: { cookie } });
    expect(wrong.status()).toBe(401);
    // It serves once, also when it served somebody wrong.
    const late = await page.request.get(`/sign-in/done?code=x&state=${state}`, { headers: { cookie } });
    expect(late.status()).toBe(401);
  });
});

test("an address that begins too many sign-ins waits, and a proxy that is not listed is not believed", async ({ request }) => {
  const begin = (from: number) => request.get("/sign-in", { maxRedirects: 0, headers: { "x-forwarded-for": `192.0.2.${from}` } });
  const statuses: number[] = [];
  for (let from = 0; from < 61; from++) statuses.push((await begin(from)).status());
  expect(statuses.slice(0, 60)).toEqual(Array<number>(60).fill(303));
  expect(statuses[60]).toBe(429);
  expect(Number((await begin(99)).headers()["retry-after"])).toBeGreaterThan(0);
});

test.describe("behind a proxy that is listed", () => {
  test.use({ more: ["--trusted-proxy", "127.0.0.1"] });
  test("each of its guests is counted alone", async ({ request }) => {
    const begin = (from: number) => request.get("/sign-in", { maxRedirects: 0, headers: { "x-forwarded-for": `192.0.2.${from}` } });
    for (let from = 0; from < 61; from++) expect((await begin(from)).status()).toBe(303);
  });
});

test.describe("a script with a token", () => {
  const me = async (request: APIRequestContext, bearer: string) => {
    const answer = await request.get("/v1/me", { headers: { authorization: `Bearer ${bearer}` } });
    return { status: answer.status(), body: (await answer.json()) as Record<string, unknown> };
  };

  test("is let in with the partner, cloud and roles of its claims", async ({ request, desk }) => {
    const iss = desk.provider.issuer;
    const found = await me(request, await token(desk.key, { iss, cloud: "germany", roles: "helpdesk_agent" }));
    expect(found).toMatchObject({
      status: 200,
      body: { user: "script", roles: ["helpdesk_agent"], partner: { id: "demo.germany", cloud: "germany" } },
    });
  });

  test("whoever has no role is told who one is, and not how many customers there are", async ({ request, desk }) => {
    const found = await me(request, await token(desk.key, { iss: desk.provider.issuer, roles: ["something_else"] }));
    expect(found).toMatchObject({ status: 200, body: { permissions: [], customerCount: null } });
  });

  test("what is forged, late, for others or nobody's is refused", async ({ request, desk }) => {
    const iss = desk.provider.issuer;
    const now = Math.floor(Date.now() / 1000);
    const other = await key(desk.key.id);
    const claims = { iss, aud: "subscription-desk", partner: "demo", roles: ["admin_agent"], exp: now + 300 };
    const right = await token(desk.key, { iss });
    const [head, , signature] = right.split(".");
    const altered = Buffer.from(JSON.stringify({ ...claims, partner: "another" })).toString("base64url");
    // The public key as the secret of a symmetric signature: the oldest trick.
    const secret = new TextEncoder().encode(JSON.stringify(desk.key.jwk.n));
    const tokens: Record<string, string> = {
      "another key under the same name": await token(other, { iss }),
      "altered claims": `${head}.${altered}.${signature}`,
      "no signature": new UnsecuredJWT(claims).encode(),
      "the signature cut off": `${head}.${altered}.`,
      "a symmetric signature": await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: desk.key.id }).sign(secret),
      expired: await token(desk.key, { iss, exp: now - 120 }),
      "not valid yet": await token(desk.key, { iss, nbf: now + 300 }),
      "without an end": await token(desk.key, { iss, exp: undefined }),
      "for another audience": await token(desk.key, { iss, aud: "another" }),
      "of another issuer": await token(desk.key, { iss: "https://evil.example" }),
      "without an issuer": await token(desk.key, { iss: undefined }),
      "without a partner": await token(desk.key, { iss, partner: undefined }),
      "of a partner with a cloud in its name": await token(desk.key, { iss, partner: "demo.germany" }),
      "of an unknown cloud": await token(desk.key, { iss, cloud: "mars" }),
      "an ID token, which has the nonce of its sign-in": await token(desk.key, { iss, nonce: "n" }),
      "by an unknown key": await token({ ...desk.key, id: "unknown" }, { iss }),
      "of the demo": "demo:admin_agent",
      "no token": "ey",
    };
    for (const [what, bearer] of Object.entries(tokens)) {
      expect((await me(request, bearer)).status, what).toBe(401);
    }
    expect((await me(request, right)).status).toBe(200);
    expect((await me(request, await token(desk.key, { iss, exp: now - 30 }))).status, "clocks differ a little").toBe(200);
  });

  test("a new key of the provider is found, and the old one is worth nothing", async ({ request, desk }) => {
    const iss = desk.provider.issuer;
    expect((await me(request, await token(desk.key, { iss }))).status).toBe(200);
    const second = await key("second");
    await desk.provider.rotate(second);
    const rotated = await token(second, { iss });
    // Keys are asked for at most once a second.
    await expect.poll(async () => (await me(request, rotated)).status).toBe(200);
    expect((await me(request, await token(desk.key, { iss }))).status).toBe(401);
  });

  test("a role that is missing refuses by the rules; another partner's customer is not there", async ({ page, request, desk }) => {
    const iss = desk.provider.issuer;
    await page.goto("/");
    await signIn(page, "kim");
    await expect(page.getByRole("button", { name: "Admin agent" })).toBeVisible();
    await addCustomer(page, "Contoso");
    const list = (await (await page.request.get("/v1/customers")).json()) as { items: { id: string }[] };
    const address = `/v1/customers/${list.items[0]?.id}`;
    const as = async (claims: Claims) => {
      const bearer = await token(desk.key, { iss, ...claims });
      return (await request.get(`${address}/subscriptions`, { headers: { authorization: `Bearer ${bearer}` } })).status();
    };
    expect(await as({ partner: "contoso", roles: ["helpdesk_agent"] })).toBe(200);
    expect(await as({ partner: "contoso", roles: [] })).toBe(403);
    expect(await as({ partner: "fabrikam", roles: ["admin_agent"] })).toBe(404);
    expect(await as({ partner: "contoso", cloud: "germany", roles: ["admin_agent"] })).toBe(404);
  });
});
