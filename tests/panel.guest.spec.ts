// The panel as a guest: whom it believes, what it loads and when, and that it leaves nothing behind.
import type { Page } from "@playwright/test";
import { BARE, DEMO_DESK, LONG, TOKEN, at, expect, heard, hears, idOf, panel, put, shown, test } from "./support/panel";

const FABRIKAM = idOf(2);

test.describe.configure({ timeout: 120_000 });

/** Questions to a desk's server, by their words. */
function questions(page: Page, desk: string) {
  const asked: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin === desk && url.pathname.startsWith("/v1/") && request.method() === "POST") asked.push(url.pathname.slice("/v1/desk/".length));
  });
  return asked;
}

test.describe("the page's own sign-in", () => {
  test.use({ expectedErrors: /status of 401|net::ERR_FAILED/ });

  test("a token is asked for once, and again after one that is not taken", async ({ page, host, desk }) => {
    await page.goto(at(host, BARE, desk.url));
    await page.evaluate(
      async ({ desk, customer, good }) => {
        await import(`${desk}/embed.js`);
        const asked: boolean[] = [];
        const panel = document.createElement("subscription-desk");
        panel.customer = customer;
        panel.getToken = async ({ refresh }) => {
          asked.push(refresh);
          return refresh ? good : "demo:nobody@demo.commercial";
        };
        Object.assign(window, { asked });
        document.body.append(panel);
      },
      { desk: desk.url, customer: FABRIKAM, good: TOKEN },
    );
    await shown(panel(page), "Fabrikam GmbH");
    const asked = () => page.evaluate(() => (window as unknown as { asked: boolean[] }).asked);
    expect(await asked()).toEqual([false, true]);
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    expect(await asked(), "the second one is kept").toEqual([false, true]);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
    expect(kept).not.toContain("demo:");
  });

  test("without a token the panel says so, tells the page, and tries again", async ({ page, host, desk }) => {
    await page.goto(at(host, BARE, desk.url));
    await put(page, desk.url, { customer: FABRIKAM });
    await shown(panel(page), "You are not signed in");
    expect(await hears(page, "desk-error")).toMatchObject({ name: "signed_out" });
    await page.evaluate((token) => (document.querySelector("subscription-desk")!.getToken = () => token), TOKEN);
    await panel(page).getByRole("button", { name: "Load again" }).click();
    await shown(panel(page), "Fabrikam GmbH");
  });

  test("a page that throws, or gives what is no token, has none", async ({ page, host, desk }) => {
    await page.goto(at(host, BARE, desk.url));
    for (const give of ["() => { throw new Error('no'); }", "() => 'two words'", "() => ({})", "async () => null"]) {
      await page.evaluate(
        async ({ desk, give, customer }) => {
          await import(`${desk}/embed.js`);
          document.querySelector("subscription-desk")?.remove();
          const panel = document.createElement("subscription-desk");
          panel.customer = customer;
          // The policy of the page forbids eval; these four are all there is.
          const gives: Record<string, () => never> = {
            "() => { throw new Error('no'); }": () => { throw new Error("no"); },
            "() => 'two words'": (() => "two words") as () => never,
            "() => ({})": (() => ({})) as () => never,
            "async () => null": (async () => null) as unknown as () => never,
          };
          panel.getToken = gives[give]!;
          document.body.append(panel);
        },
        { desk: desk.url, give, customer: FABRIKAM },
      );
      await shown(panel(page), "You are not signed in");
    }
  });

  test("another address of the server gets none of the token before", async ({ page, host, desk }) => {
    await page.goto(at(host, BARE, desk.url, { also: DEMO_DESK }));
    await put(page, desk.url, { customer: FABRIKAM }, { token: TOKEN });
    await shown(panel(page), "Fabrikam GmbH");
    const sent: (string | undefined)[] = [];
    await page.route(`${DEMO_DESK}/**`, async (route) => {
      sent.push(route.request().headers()["authorization"]);
      await route.abort();
    });
    await page.evaluate((to) => {
      const panel = document.querySelector("subscription-desk")!;
      panel.getToken = null;
      panel.api = to;
    }, DEMO_DESK);
    await expect(panel(page).getByRole("heading", { level: 1 })).not.toHaveText("Fabrikam GmbH");
    expect(sent.filter((header) => header !== undefined)).toEqual([]);
  });
});

test.describe("the page's own check", () => {
  test("a refusal is shown with its words, and nothing is sent", async ({ page, host, desk }) => {
    await page.goto(at(host, "/portal/", desk.url, { page: "customers", customer: FABRIKAM, "desk-token": TOKEN }));
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    const asked = questions(page, desk.url);
    await panel(page).getByRole("textbox", { name: "Quantity" }).fill("101");
    const bar = panel(page).getByRole("region", { name: "Unsaved changes" });
    await bar.getByRole("button", { name: "Submit" }).click();
    await expect(panel(page).getByText("Alpenglow sells at most 100 licenses without an approval.")).toBeVisible();
    await expect(panel(page).getByRole("textbox", { name: "Quantity" }), "nothing typed is lost").toHaveValue("101");
    expect(asked.filter((word) => word === "command")).toEqual([]);
    expect(await hears(page, "desk-error")).toMatchObject({ name: "held_back" });
    await page.getByRole("checkbox", { name: "Own check: at most 100 licenses" }).uncheck();
    await bar.getByRole("button", { name: "Submit" }).click();
    await expect(bar).toBeHidden();
    expect(asked.filter((word) => word === "command")).toEqual(["command"]);
  });

  test("a page that says no and nothing else is said for it", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await page.evaluate(() => document.addEventListener("desk-before-submit", (event) => event.preventDefault()));
    await panel(page).getByRole("button", { name: "Reactivate Head office" }).click();
    await expect(panel(page).getByText("The page around holds this back and does not say why.")).toBeVisible();
  });

  for (const isFrame of [false, true]) {
    test(`a check may take its time, ${isFrame ? "in a frame" : "as an element"}`, async ({ page, host, desk }) => {
      await page.goto(at(host, BARE, desk.url));
      const tag = isFrame ? "subscription-desk-frame" : "subscription-desk";
      await put(page, desk.url, { customer: FABRIKAM }, { tag, token: TOKEN });
      await shown(panel(page, isFrame), "Fabrikam GmbH");
      await page.evaluate((tag) => {
        const checks: ((why: string | undefined) => void)[] = [];
        Object.assign(window, { checks });
        document.querySelector(tag as "subscription-desk")!.addEventListener("desk-before-submit", (event) => {
          event.waitUntil(new Promise((resolve) => checks.push(resolve)));
        });
      }, tag);
      const answer = async (why?: string) => {
        await expect.poll(() => page.evaluate(() => (window as unknown as { checks: unknown[] }).checks.length)).toBe(1);
        await page.evaluate((why) => {
          const { checks } = window as unknown as { checks: ((why: string | undefined) => void)[] };
          checks.pop()!(why);
        }, why);
      };
      const within = panel(page, isFrame);
      const act = within.getByRole("button", { name: "Reactivate Head office" });
      await act.click();
      await answer("Ask the credit desk first.");
      await expect(within.getByText("Ask the credit desk first.")).toBeVisible();
      await act.click();
      await answer();
      await hears(page, "desk-subscription-reactivated");
      await expect(act).toHaveCount(0);
    });
  }
});

test.describe("attributes are text that anybody wrote", () => {
  const HOSTILE = [
    { customer: '"><img src=x onerror=alert(1)>' },
    { customer: "../../v1/me" },
    { customer: "x".repeat(100_000) },
    { customer: FABRIKAM, view: "<script>", subscription: "javascript:alert(1)" },
    { customer: FABRIKAM, view: "subscription", subscription: '"><svg onload=alert(1)>' },
    { customer: FABRIKAM, locale: "../../v1/me", theme: '"><style>*{display:none}' },
    { customer: FABRIKAM, locale: "__proto__", theme: "constructor" },
  ];
  for (const [place, attributes] of HOSTILE.entries()) {
    test(`number ${place + 1} does nothing`, async ({ page, host }) => {
      const beyond: string[] = [];
      page.on("dialog", (dialog) => {
        beyond.push(`a dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("request", (request) => {
        const { origin, pathname } = new URL(request.url());
        if (origin !== host.origin && (origin !== DEMO_DESK || pathname.startsWith("/v1"))) beyond.push(request.url());
      });
      await page.goto(at(host, BARE, DEMO_DESK));
      await put(page, DEMO_DESK, { demo: "", ...attributes });
      await expect(panel(page).getByRole("heading", { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.querySelector("subscription-desk")!.shadowRoot!.querySelectorAll("script, img, iframe, [onerror], [onload]").length)).toBe(0);
      expect(beyond).toEqual([]);
    });
  }

  test("an address of no server is said, not asked", async ({ page, host }) => {
    test.info().annotations.push({ type: "expected", description: "the panel writes what is wrong on the console" });
    await page.goto(at(host, BARE, DEMO_DESK));
    await page.evaluate(() => (console.error = () => {}));
    for (const api of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://["]) {
      await page.evaluate(() => document.querySelector("subscription-desk")?.remove());
      await put(page, DEMO_DESK, { customer: FABRIKAM, api });
      await expect(panel(page).getByRole("alert")).toContainText("The subscriptions did not load");
    }
    expect(await hears(page, "desk-error")).toMatchObject({ name: "not_loaded" });
  });

  test("an address given as a place shows a screen of the panel or none", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await shown(panel(page), "Fabrikam GmbH");
    for (const address of ["/settings", "/activity", "//evil.example/", "javascript:alert(1)", `/customers/${idOf(1)}`, "/customers"]) {
      await page.evaluate((address) => (document.querySelector("subscription-desk")!.address = address), address);
      await shown(panel(page), "Nothing at this address");
    }
    await panel(page).getByRole("link", { name: "Show all subscriptions" }).click();
    await shown(panel(page), "Fabrikam GmbH");
  });
});

test.describe("messages of a frame", () => {
  const MARK = "subscription-desk/1";

  test("a stranger's message is nothing to the panel nor to the page", async ({ page, host, desk }) => {
    const elsewhere = host.origin.replace("127.0.0.1", "localhost");
    await page.goto(at(host, BARE, desk.url, { also: elsewhere }));
    await put(page, desk.url, { customer: FABRIKAM }, { tag: "subscription-desk-frame", token: TOKEN });
    await shown(panel(page, true), "Fabrikam GmbH");
    // Another window of the page's own site, and one of a site of its own.
    for (const src of [`${host.origin}/stranger/`, `${elsewhere}/stranger/`]) {
      await page.evaluate(async (src) => {
        document.querySelector("#stranger")?.remove();
        const frame = Object.assign(document.createElement("iframe"), { id: "stranger", src });
        const loaded = new Promise((done) => frame.addEventListener("load", done));
        document.body.append(frame);
        await loaded;
      }, src);
      const stranger = page.frames().find((frame) => frame.url() === src);
      await stranger?.evaluate((mark) => {
        const say = (to: Window, parts: object) => to.postMessage({ mark, ...parts }, "*");
        say(parent, { kind: "event", name: "desk-subscription-cancelled", detail: { forged: true } });
        say(parent, { kind: "token", id: 1, refresh: false });
        for (let at = 0; at < parent.length; at += 1) {
          say(parent[at]!, { kind: "attribute", name: "readonly", value: "" });
          say(parent[at]!, { kind: "go", address: "/customers" });
        }
      }, MARK);
    }
    // Whatever was going to happen has happened when a later message of the page itself has arrived.
    await page.evaluate(() => document.querySelector("subscription-desk-frame")!.setAttribute("locale", "it"));
    await expect(panel(page, true).getByRole("link", { name: "Nuova sottoscrizione" })).toBeVisible();
    await expect(panel(page, true).getByRole("heading", { level: 1 })).toHaveText("Fabrikam GmbH");
    expect((await heard(page)).filter(({ detail }) => detail["forged"] === true)).toEqual([]);
  });

  test("a message of the right page in a wrong form is nothing", async ({ page, host, desk }) => {
    await page.goto(at(host, BARE, desk.url));
    await put(page, desk.url, { customer: FABRIKAM }, { tag: "subscription-desk-frame", token: TOKEN });
    await shown(panel(page, true), "Fabrikam GmbH");
    await page.evaluate(
      ({ mark, desk }) => {
        const frame = document.querySelector("subscription-desk-frame")!.shadowRoot!.querySelector("iframe")!;
        const forms = [
          null, 1, "text", [], { mark }, { mark, kind: "__proto__" }, { mark, kind: "toString" }, { mark, kind: "go" },
          { mark, kind: "go", address: 5 }, { mark, kind: "go", address: "/customers", more: 1 },
          { mark, kind: "attribute", name: "onclick", value: "alert(1)" }, { mark, kind: "attribute", name: "api", value: "https://evil.example" },
          { mark, kind: "looks", looks: { "--desk-brand": "url(https://evil.example/x)" } },
          { mark, kind: "looks", looks: { position: "fixed" } }, { mark: "other/1", kind: "go", address: "/customers" },
        ];
        for (const form of forms) frame.contentWindow!.postMessage(form, desk);
      },
      { mark: MARK, desk: desk.url },
    );
    await page.evaluate(() => document.querySelector("subscription-desk-frame")!.setAttribute("locale", "it"));
    await expect(panel(page, true).getByRole("link", { name: "Nuova sottoscrizione" })).toBeVisible();
    await expect(panel(page, true).getByRole("heading", { level: 1 })).toHaveText("Fabrikam GmbH");
  });

  test("a page that names another one as itself is not spoken to", async ({ page, host, desk }) => {
    await page.goto(at(host, BARE, desk.url));
    const said = page.evaluate(
      async ({ desk, customer }) => {
        const heard: unknown[] = [];
        addEventListener("message", ({ data }) => heard.push(data));
        const frame = document.createElement("iframe");
        frame.src = `${desk}/embed?origin=${encodeURIComponent("https://portal.example")}&customer=${customer}`;
        document.body.append(frame);
        await new Promise((loaded) => frame.addEventListener("load", loaded));
        Object.assign(window, { said: heard });
      },
      { desk: desk.url, customer: FABRIKAM },
    );
    await said;
    const inside = page.frameLocator("iframe");
    await expect(inside.getByRole("heading", { level: 1 })).toHaveText("You are not signed in");
    expect(await page.evaluate(() => (window as unknown as { said: unknown[] }).said)).toEqual([]);
  });

  test.describe("a page that is not listed", () => {
    test.use({ expectedErrors: /frame-ancestors|Framing|chrome-error/ });

    test("has no frame", async ({ page, host }) => {
      await page.goto(at(host, BARE, DEMO_DESK));
      // The demo's desk lists nobody.
      await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM }, { tag: "subscription-desk-frame" });
      await expect.poll(() => page.frames().some((frame) => frame.url().startsWith("chrome-error"))).toBe(true);
    });
  });
});

test.describe("what is loaded, and when", () => {
  test("nothing before the panel is near the window", async ({ page, host }) => {
    const came: string[] = [];
    page.on("request", (request) => {
      if (request.url().startsWith(DEMO_DESK)) came.push(new URL(request.url()).pathname.replace(/-[0-9a-f]{16}/, ""));
    });
    await page.goto(at(host, LONG, DEMO_DESK));
    await page.evaluate(() => (document.querySelector<HTMLElement>("#before")!.style.marginBlockEnd = "4000px"));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM }, { into: "#room" });
    await expect.poll(() => page.evaluate(() => document.querySelector("subscription-desk")!.offsetHeight)).toBe(640);
    expect(came).toEqual(["/embed.js"]);
    await page.evaluate(() => document.querySelector("#room")!.scrollIntoView());
    await shown(panel(page), "Fabrikam GmbH");
    expect([...came].sort()).toEqual(["/catalogue.json", "/embed.js", "/lang/en.json", "/panel.css", "/panel.wasm", "/prices.json"]);
  });

  test("the page does not shift", async ({ page, host }) => {
    await page.goto(at(host, LONG, DEMO_DESK));
    await page.evaluate(() => {
      let shift = 0;
      Object.assign(window, { shift: () => shift });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shift += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
      // As docs/embedding.md has it: the room is there before the script is.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("subscription-desk:not(:defined) { display: block; block-size: 640px }");
      document.adoptedStyleSheets = [sheet];
      document.querySelector("#room")!.append(document.createElement("subscription-desk"));
    });
    await expect.poll(() => page.evaluate(() => document.querySelector<HTMLElement>("subscription-desk")!.offsetHeight)).toBe(640);
    // The room itself came after the page in this test; what counts is what the panel adds to it.
    const shift = () => page.evaluate(() => (window as unknown as { shift: () => number }).shift());
    await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
    const before = await shift();
    await page.evaluate(async ({ desk, customer }) => {
      const panel = document.querySelector("subscription-desk")!;
      panel.setAttribute("demo", "");
      panel.setAttribute("customer", customer);
      await import(`${desk}/embed.js`);
    }, { desk: DEMO_DESK, customer: FABRIKAM });
    await shown(panel(page), "Fabrikam GmbH");
    await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
    expect((await shift()) - before).toBe(0);
    expect(await page.evaluate(() => document.querySelector<HTMLElement>("subscription-desk")!.offsetHeight)).toBe(640);
  });

  test.describe("a file that is not the one of this build", () => {
    test.use({ expectedErrors: /integrity|Failed to fetch|panel\.wasm/ });

    test("is refused, and the panel says so and loads again", async ({ page, host }) => {
      let isAltered = true;
      await page.route(/\/panel-[0-9a-f]{16}\.wasm$/, async (route) => {
        if (!isAltered) return route.continue();
        const answer = await route.fetch();
        const body = Buffer.concat([await answer.body(), Buffer.from([0])]);
        return route.fulfill({ response: answer, body });
      });
      await page.goto(at(host, BARE, DEMO_DESK));
      await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
      await expect(panel(page).getByRole("alert")).toContainText("The subscriptions did not load");
      expect(await hears(page, "desk-error")).toMatchObject({ name: "not_loaded" });
      isAltered = false;
      await panel(page).getByRole("button", { name: "Load again" }).click();
      await shown(panel(page), "Fabrikam GmbH");
    });
  });
});

test.describe("coming and going", () => {
  test("a panel that is moved in the page keeps what was typed", async ({ page, host }) => {
    await page.goto(at(host, LONG, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM }, { into: "#room" });
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    await panel(page).getByRole("textbox", { name: "Quantity" }).fill("31");
    await page.evaluate(() => document.querySelector("main")!.prepend(document.querySelector("subscription-desk")!));
    await expect(panel(page).getByRole("textbox", { name: "Quantity" })).toHaveValue("31");
  });

  test("a panel that is removed while it loads is gone, and comes back when it is inserted again", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await page.evaluate(async () => {
      const panel = document.querySelector("subscription-desk")!;
      for (let times = 0; times < 5; times += 1) {
        panel.remove();
        await Promise.resolve();
        await new Promise((later) => setTimeout(later, times * 20));
        document.body.append(panel);
        await new Promise((later) => setTimeout(later, times * 20));
      }
    });
    await shown(panel(page), "Fabrikam GmbH");
    await expect(panel(page).getByRole("heading", { level: 1 })).toHaveCount(1);
  });

  test("200 times in and out leave no memory behind", async ({ page, host }) => {
    test.setTimeout(300_000);
    // The program's memory is not the page's to see; it is taken where the program starts.
    await page.addInitScript(() => {
      const memories: WebAssembly.Memory[] = [];
      Object.assign(window, { memories });
      const start = WebAssembly.instantiateStreaming.bind(WebAssembly);
      WebAssembly.instantiateStreaming = async (source, imports) => {
        const made = await start(source, imports);
        for (const one of Object.values(made.instance.exports)) if (one instanceof WebAssembly.Memory) memories.push(one);
        return made;
      };
    });
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await shown(panel(page), "Fabrikam GmbH");
    const times = (count: number) =>
      page.evaluate(async (count) => {
        const panel = document.querySelector("subscription-desk")!;
        for (let done = 0; done < count; done += 1) {
          panel.remove();
          // A task, so that the element knows that it has not only been moved.
          await new Promise((later) => setTimeout(later));
          const ready = new Promise((is) => panel.addEventListener("desk-ready", is, { once: true }));
          document.body.append(panel);
          await ready;
          while (!panel.shadowRoot!.querySelector("tbody tr")) await new Promise((frame) => requestAnimationFrame(frame));
        }
      }, count);
    const session = await page.context().newCDPSession(page);
    const measured = async () => {
      await page.evaluate(() => ((window as unknown as { heard: unknown[] }).heard.length = 0));
      for (let rounds = 0; rounds < 3; rounds += 1) await session.send("HeapProfiler.collectGarbage");
      const { usedSize } = await session.send("Runtime.getHeapUsage");
      const wasm = await page.evaluate(() => {
        const { memories } = window as unknown as { memories: WebAssembly.Memory[] };
        return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      });
      const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
      return { script: usedSize, wasm, nodes, listeners: jsEventListeners };
    };
    // What is made once and kept, such as formatters, is there after a few.
    await times(20);
    let before = await measured();
    await times(200);
    let after = await measured();
    // On a busy machine one may still be going when the next one comes: that takes the room of two
    // once. What is left behind takes more each time.
    if (after.wasm > before.wasm) {
      before = after;
      await times(200);
      after = await measured();
    }
    const grown = (after.script + after.wasm) / (before.script + before.wasm) - 1;
    console.log(`memory ${JSON.stringify(before)} → ${JSON.stringify(after)}: ${(grown * 100).toFixed(2)} %`);
    test.info().annotations.push({ type: "memory", description: `${JSON.stringify(before)} → ${JSON.stringify(after)}` });
    expect(before.wasm).toBeGreaterThan(0);
    expect(after.wasm, "the program's memory").toBe(before.wasm);
    expect(grown).toBeLessThanOrEqual(0.02);
    expect(after.nodes).toBeLessThanOrEqual(before.nodes * 1.02 + 10);
    expect(after.listeners).toBeLessThanOrEqual(before.listeners + 5);
  });
});
