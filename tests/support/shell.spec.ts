// The shell around the app: headers, addresses, offline use, updates. It holds whatever the screens are.
import { expect, keptForOffline, started, test } from "./fixtures";
import { type Proxy, proxy } from "./proxy";

const NOT_SCREENS = ["/v1/customers", "/healthz", "/readyz", "/metrics", "/openapi.json", "/embed/x", "/portal/x"];

test.describe("from the network", () => {
  test("every answer carries the security headers", async ({ request }) => {
    for (const path of ["/", "/customers/x", "/boot.js", "/sw.js", "/config.json", "/v1"]) {
      const headers = (await request.get(path)).headers();
      const policy = headers["content-security-policy"] ?? "";
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).toContain("require-trusted-types-for 'script'");
      expect(policy, path).not.toContain("'unsafe-");
      expect(headers["x-content-type-options"], path).toBe("nosniff");
      expect(headers["referrer-policy"], path).toBe("no-referrer");
      expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
      expect(headers["x-frame-options"], path).toBe("DENY");
      expect(headers["permissions-policy"], path).toContain("camera=()");
    }
  });

  test("screens are answered by the page, other addresses and missing files are not", async ({ request }) => {
    for (const path of ["/", "/customers", "/customers/c/subscriptions/new"]) {
      const answer = await request.get(path);
      expect(answer.status(), path).toBe(200);
      expect(answer.headers()["content-type"], path).toContain("text/html");
      expect(answer.headers()["cache-control"], path).toBe("no-cache");
    }
    for (const path of [...NOT_SCREENS, "/config.json", "/missing.js", "/lang/xx.json"]) {
      expect((await request.get(path)).status(), path).toBe(404);
    }
  });

  test("files with a digest in their name are kept for good, and packed", async ({ request }) => {
    const page = await (await request.get("/")).text();
    const hashed = page.match(/\/(?:desk|style)-[0-9a-f]{16}\.(?:wasm|js|css)/g) ?? [];
    expect(new Set(hashed.map((name) => name.split(".").at(-1)))).toEqual(new Set(["wasm", "js", "css"]));
    for (const name of new Set(hashed)) {
      const { ["cache-control"]: caching, ["content-encoding"]: packed } = (await request.get(name)).headers();
      expect(caching, name).toContain("immutable");
      expect(packed, name).toBe("br");
    }
  });
});

test.describe("when something is wrong", () => {
  test.use({ expectedErrors: /./ });

  test("a string that is not listed becomes no HTML, and no foreign script is loaded", async ({ page }) => {
    await page.goto("/");
    await started(page);
    const refused = await page.evaluate(async () => {
      const attempt = (act: () => unknown) => {
        try {
          act();
          return "allowed";
        } catch (why) {
          return (why as Error).name;
        }
      };
      return [
        attempt(() => (document.createElement("p").innerHTML = "<img src=x onerror=alert(1)>")),
        attempt(() => (document.createElement("script").src = "https://example.invalid/x.js")),
        attempt(() => (document.createElement("script").text = "alert(1)")),
        // Later, when nothing of what drives the browser is on the stack and lifts the policy.
        await new Promise<string>((done) => setTimeout(() => done(attempt(() => (0, eval)("1"))))),
      ];
    });
    expect(refused).not.toContain("allowed");
  });

  test("a page that people can read appears when the wasm does not arrive", async ({ page }) => {
    await page.route(/\.wasm$/, (route) => route.abort());
    await page.goto("/");
    await expect(page.getByRole("alert")).toContainText("did not start");
    await expect(page.getByRole("button", { name: "Reload", exact: true })).toBeVisible();
  });
});

test.describe("in parts", () => {
  const REST = /part-rest-[0-9a-f]{16}\.wasm$/;

  test("the first screen does not wait for the rest", async ({ page }) => {
    const asked = page.waitForRequest(REST);
    const held: (() => Promise<void>)[] = [];
    await page.route(REST, (route) => {
      held.push(() => route.continue());
    });
    await page.goto("/");
    await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
    // It is asked for once the first screen is there; a screen of it says that it is on its way.
    await asked;
    await page.getByRole("link", { name: "Pricing and offers" }).click();
    await expect(page.getByRole("main").getByText("Loading")).toBeAttached();
    await expect(page.getByRole("heading", { level: 1, name: "Pricing and offers" })).toHaveCount(0);
    for (const go of held) await go();
    await expect(page.getByRole("heading", { level: 1, name: "Pricing and offers" })).toBeFocused();
  });

  test.describe("that do not arrive", () => {
    test.use({ expectedErrors: /Failed to load resource|Failed to fetch|status of 404/ });

    test("a screen says so, and comes when it is asked for again", async ({ page }) => {
      await page.route(REST, (route) => route.abort());
      await page.goto("/settings");
      await expect(page.getByRole("heading", { level: 1, name: "This did not load" })).toBeFocused();
      await page.unroute(REST);
      await page.getByRole("button", { name: "Load again" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeFocused();
    });

    test("a second time the page is loaded anew, since its build may be gone", async ({ page }) => {
      await page.route(REST, (route) => route.abort());
      await page.goto("/settings");
      const again = page.getByRole("button", { name: "Load again" });
      await again.click();
      await expect(page.getByRole("heading", { level: 1, name: "This did not load" })).toBeFocused();
      const loaded = page.waitForEvent("load");
      await page.unroute(REST);
      await again.click();
      await loaded;
      await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    });
  });
});

test.describe("offline", () => {
  test.use({ serviceWorkers: "allow", expectedErrors: /ERR_INTERNET_DISCONNECTED|Failed to fetch|status of 404/ });

  test("after one visit every screen starts without a network", async ({ page, context }) => {
    await page.goto("/");
    await started(page);
    await keptForOffline(page);
    await context.setOffline(true);
    for (const path of ["/", "/customers", "/customers/c/subscriptions/new?step=review", "/settings"]) {
      const answer = await page.goto(path);
      expect(answer?.fromServiceWorker(), path).toBe(true);
      await started(page);
    }
  });

  test("right after the first visit everything is there, a second language too", async ({ page, context }) => {
    await page.goto("/");
    await started(page);
    await keptForOffline(page);
    await context.setOffline(true);
    const statuses = await page.evaluate(async () => {
      const ask = async (path: string) => [path, (await fetch(path)).status];
      return Promise.all(["/catalogue.json", "/lang/en.json", "/lang/it.json", "/config.json"].map(ask));
    });
    expect(Object.fromEntries(statuses)).toEqual({
      "/catalogue.json": 200,
      "/lang/en.json": 200,
      "/lang/it.json": 200,
      // That there is none is remembered as well: the desk stays the demo.
      "/config.json": 404,
    });
  });

  test("addresses that are no screens are left to the network", async ({ page }) => {
    await page.goto("/");
    await started(page);
    await keptForOffline(page);
    for (const path of NOT_SCREENS) {
      const answer = await page.goto(path);
      expect(answer?.fromServiceWorker(), path).toBe(false);
      expect(answer?.status(), path).toBe(404);
    }
  });

  test("what is kept can be removed, and is not kept again unasked", async ({ page, context }) => {
    await page.goto("/");
    await started(page);
    await keptForOffline(page);
    await page.evaluate(() => (window as unknown as { deskRemoveOffline(): Promise<void> }).deskRemoveOffline());
    await page.reload();
    await started(page);
    const left = await page.evaluate(async () => ({
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    expect(left).toEqual({ caches: [], workers: 0 });
    await context.setOffline(true);
    await expect(page.goto("/")).rejects.toThrow();
  });

  test("?no-sw keeps nothing", async ({ page }) => {
    await page.goto("/?no-sw");
    await started(page);
    const workers = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    expect(workers).toBe(0);
  });
});

test.describe("updates", () => {
  test.use({ serviceWorkers: "allow", expectedErrors: /integrity/i });

  let front: Proxy;
  test.beforeEach(async ({ baseURL }) => {
    front = await proxy(baseURL ?? "");
  });
  test.afterEach(() => front.close());

  test("a newer build waits for the user, then replaces the whole", async ({ page }) => {
    await page.goto(front.url);
    await started(page);
    await keptForOffline(page);
    const builds = () => page.evaluate(async () => (await caches.keys()).filter((name) => !name.endsWith(" config")));
    expect(await builds()).toHaveLength(1);

    // The same files under another identity are a newer build as far as the worker is concerned.
    front.change("/sw.js", (text) => text.replace(/const BUILD = "[0-9a-f]+"/, 'const BUILD = "newer"'));
    await page.evaluate(async () => {
      const ready = new Promise((resolve) => window.addEventListener("desk-update-ready", resolve, { once: true }));
      await (await navigator.serviceWorker.ready).update();
      await ready;
    });
    expect(await builds(), "the newer build waits beside the one in use").toHaveLength(2);
    await page.reload();
    await started(page);
    expect(await builds(), "a reload takes nothing").toHaveLength(2);

    const reloaded = page.waitForEvent("load");
    await page.evaluate(() => (window as unknown as { deskUpdate(): void }).deskUpdate());
    await reloaded;
    await started(page);
    await expect.poll(builds).toEqual(["subscription-desk newer"]);
  });

  test("a build of which one file is damaged is not kept", async ({ page }) => {
    front.change("/catalogue.json", (text) => `${text} `);
    await page.goto(front.url);
    await started(page);
    const kept = await page.evaluate(async () => {
      const registered = async () => (await navigator.serviceWorker.getRegistration()) ?? null;
      // The worker is there only until its installation has failed.
      const wait = async (there: boolean, end: number) => {
        while (((await registered()) !== null) !== there && Date.now() < end) {
          await new Promise((next) => setTimeout(next, 20));
        }
      };
      await wait(true, Date.now() + 1000);
      await wait(false, Date.now() + 5000);
      return { worker: (await registered()) !== null, caches: await caches.keys() };
    });
    expect(kept).toEqual({ worker: false, caches: [] });
  });
});
