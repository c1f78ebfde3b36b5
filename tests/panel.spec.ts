// The panel in pages that are not ours: the whole journey, and that neither side is changed by the
// other.
import { expectAccessible } from "./support/fixtures";
import { BARE, DEMO_DESK, LONG, TOKEN, type Within, at, expect, heard, hears, idOf, panel, put, shown, test } from "./support/panel";
import type { Page } from "@playwright/test";

const FABRIKAM = idOf(2);
const CONTOSO = idOf(1);
const E5 = "Office 365 Enterprise E5";

test.describe.configure({ timeout: 120_000 });

const heading = (within: Within, name: string | RegExp) => within.getByRole("heading", { level: 1, name });
const row = (within: Within, page: Page, name: string) =>
  within.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });

/** From the list of subscriptions to the end of one, as a partner takes it. */
async function journey(page: Page, within: Within) {
  await test.step("create it in the wizard", async () => {
    await within.getByRole("link", { name: "New subscription" }).click();
    await shown(within, "New subscription for Fabrikam GmbH");
    await within.getByRole("group", { name: "Billing frequency" }).getByText("Annual", { exact: true }).click();
    await within.getByRole("button", { name: "Choose from the catalog" }).click();
    await within.getByRole("checkbox", { name: E5, exact: true }).check();
    const licenses = within.getByRole("textbox", { name: `Licenses of ${E5}` });
    await licenses.fill("0");
    await expect(licenses).toHaveAccessibleDescription("At least 1 license is needed.");
    await licenses.fill("40");
    await within.getByRole("button", { name: "Review" }).click();
    await within.getByRole("button", { name: "Submit" }).click();
    await shown(within, "1 subscription created");
    expect(await hears(page, "desk-subscription-created")).toMatchObject({
      action: "create",
      customer: FABRIKAM,
      lines: [{ quantity: 40 }],
      subscriptions: [expect.any(String)],
      orders: [expect.any(String)],
    });
    await within.getByRole("link", { name: "Show all subscriptions" }).click();
  });

  await test.step("edit it", async () => {
    await within.getByRole("link", { name: E5 }).click();
    await shown(within, new RegExp(`^${E5}`));
    await within.getByRole("textbox", { name: "Quantity" }).fill("42");
    expect(await hears(page, "desk-unsaved")).toEqual({ unsaved: true });
    const bar = within.getByRole("region", { name: "Unsaved changes" });
    await bar.getByRole("button", { name: "Submit" }).click();
    await expect(bar).toBeHidden();
    expect(await hears(page, "desk-subscription-changed")).toMatchObject({ action: "change", quantity: 42 });
  });

  await test.step("suspend it, and see the day on which it expires", async () => {
    await within.getByRole("group", { name: "Status" }).getByText("Suspended", { exact: true }).click();
    const dialog = within.getByRole("dialog", { name: `Suspend 42 licenses of ${E5}` });
    await dialog.getByRole("radio", { name: "Non-payment" }).check();
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(dialog).toBeHidden();
    await expect(within.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(
      /Expires on \d+ \w+ 20\d\d \(UTC\) · 90 days left/,
    );
    expect(await hears(page, "desk-subscription-suspended")).toMatchObject({ reason: "non_payment" });
  });

  await test.step("reactivate it", async () => {
    await within.getByRole("group", { name: "Status" }).getByText("Active", { exact: true }).click();
    const dialog = within.getByRole("dialog", { name: `Reactivate 42 licenses of ${E5}` });
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(dialog).toBeHidden();
    await hears(page, "desk-subscription-reactivated");
  });

  await test.step("cancel it", async () => {
    await within.getByRole("button", { name: "Cancel subscription" }).click();
    const dialog = within.getByRole("dialog", { name: `Cancel ${E5}` });
    await dialog.getByRole("radio", { name: "Customer request" }).check();
    await dialog.getByRole("textbox", { name: /to confirm$/ }).fill("Fabrikam GmbH");
    await dialog.getByRole("button", { name: "Cancel subscription" }).click();
    await expect(dialog).toBeHidden();
    await expect(heading(within, new RegExp(`^${E5}`))).toContainText("Cancelled");
    expect(await hears(page, "desk-subscription-cancelled")).toMatchObject({ reason: "customer_request" });
    await within.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
    await expect(row(within, page, E5)).toContainText("Cancelled");
  });
}

test.describe("the whole journey", () => {
  test("in the partner's portal, on a server, with the portal's token", async ({ page, host, desk }) => {
    await page.goto(at(host, "/portal/", desk.url, { page: "customers", customer: FABRIKAM, "desk-token": TOKEN }));
    await shown(panel(page), "Fabrikam GmbH");
    await journey(page, panel(page));
  });

  test("in a portal made with React, in the demo", async ({ page, host }) => {
    await page.goto(at(host, "/react/", DEMO_DESK, { demo: "1" }));
    await shown(panel(page), "Fabrikam GmbH");
    await journey(page, panel(page));
  });

  test("in a frame of the partner's portal, on a server", async ({ page, host, desk }) => {
    await page.goto(
      at(host, "/portal/", desk.url, { page: "customers", customer: FABRIKAM, "desk-token": TOKEN, "desk-frame": "1" }),
    );
    await shown(panel(page, true), "Fabrikam GmbH");
    await journey(page, panel(page, true));
  });

  test("in a frame of the React portal, on a server", async ({ page, host, desk }) => {
    await page.goto(at(host, "/react/", desk.url, { token: TOKEN, frame: "1" }));
    await shown(panel(page, true), "Fabrikam GmbH");
    await journey(page, panel(page, true));
  });

  test("without a customer the panel begins with the list of them", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "" });
    await shown(panel(page), "Customers");
    await panel(page).getByRole("searchbox", { name: "Company name or domain" }).fill("fabri");
    await panel(page).getByRole("row").getByRole("link", { name: "Fabrikam GmbH" }).click();
    await shown(panel(page), "Fabrikam GmbH");
    expect(await hears(page, "desk-navigate")).toMatchObject({ view: "subscriptions", customer: FABRIKAM, replace: false });
    await panel(page).getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Customers" }).click();
    await shown(panel(page), "Customers");
  });
});

/** The computed styles of every element, in order: those that a person can see. */
function styles(root: Element | ShadowRoot): string[] {
  const PROPERTIES = [
    "align-items", "background-color", "border-bottom-color", "border-bottom-style", "border-bottom-width", "border-top-left-radius",
    "box-shadow", "box-sizing", "color", "cursor", "direction", "display", "fill", "font-family", "font-size", "font-style", "font-weight",
    "gap", "height", "letter-spacing", "line-height", "list-style-type", "margin-bottom", "margin-left", "margin-right", "margin-top",
    "opacity", "outline-style", "overflow-wrap", "padding-bottom", "padding-left", "padding-right", "padding-top", "position",
    "stroke", "text-align", "text-decoration-line", "text-decoration-style", "text-indent", "text-shadow", "text-transform",
    "transition-duration", "vertical-align", "visibility", "white-space", "width", "word-spacing", "z-index",
  ];
  return [...root.querySelectorAll("*")].map((element) => {
    const style = getComputedStyle(element);
    const values = PROPERTIES.map((name) => `${name}: ${style.getPropertyValue(name)}`);
    return `${element.tagName} ${element.getAttribute("class") ?? ""}\n  ${values.join("\n  ")}`;
  });
}

test.describe("neither side changes the other", () => {
  test("a page's styles do not change the panel", async ({ page, host }) => {
    const inside = `(${styles.toString()})(document.querySelector("subscription-desk").shadowRoot)`;
    const fixed = "width: 900px; height: 640px; position: absolute; left: 0; top: 0; border: 0";
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM, locale: "en" }, { style: fixed });
    await shown(panel(page), "Fabrikam GmbH");
    const plain = (await page.evaluate(inside)) as string[];

    await page.goto(at(host, "/portal/", DEMO_DESK, { page: "customers", customer: FABRIKAM, "desk-demo": "1" }));
    await shown(panel(page), "Fabrikam GmbH");
    await page.evaluate(() => document.querySelector("subscription-desk")!.remove());
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM, locale: "en" }, { style: fixed, into: "#al-place" });
    await shown(panel(page), "Fabrikam GmbH");
    const hostile = (await page.evaluate(inside)) as string[];
    expect(plain.length).toBeGreaterThan(60);
    expect(hostile).toEqual(plain);
  });

  test("the panel does not change the page, nor its address, title, focus, storage or globals", async ({ page, host }) => {
    await page.goto(at(host, "/portal/", DEMO_DESK, { page: "customers", customer: FABRIKAM, "desk-demo": "1" }));
    await shown(panel(page), "Fabrikam GmbH");
    // The portal's own elements with the panel there, and after it has gone.
    const outside = `(${styles.toString()})(document.body)`;
    const facts = () =>
      page.evaluate(() => ({
        title: document.title,
        focus: document.activeElement?.tagName,
        storage: [localStorage.length, sessionStorage.length, document.cookie],
        head: document.head.innerHTML,
        lang: document.documentElement.lang,
        bodyChildren: document.body.children.length,
      }));
    const globals = () => page.evaluate(() => Object.getOwnPropertyNames(window).sort());
    const before = { styles: (await page.evaluate(outside)) as string[], facts: await facts(), globals: await globals() };
    await panel(page).getByRole("link", { name: "New subscription" }).click();
    await shown(panel(page), /^New subscription/);
    await page.goBack();
    await shown(panel(page), "Fabrikam GmbH");
    await page.evaluate(() => ((document.activeElement as HTMLElement | null)?.blur()));
    const after = { styles: (await page.evaluate(outside)) as string[], facts: await facts(), globals: await globals() };
    // The log of events has grown, which is the page's own doing.
    const ofPage = (all: string[]) => all.filter((one) => !/ al-(log|event)/.test(one)).length;
    expect(ofPage(after.styles)).toBeGreaterThan(50);
    expect(after.facts).toEqual(before.facts);
    expect(after.globals).toEqual(before.globals);
    expect(before.facts.title).not.toContain("Subscription Desk");
  });

  test("the page's styles are the same with a panel and without", async ({ page, host }) => {
    const around = `(${styles.toString()})(document.body).filter((one) => !one.startsWith("SUBSCRIPTION-DESK"))`;
    await page.goto(at(host, LONG, DEMO_DESK));
    await page.addStyleTag({ url: "/styles.css" }).catch(() => {});
    await page.evaluate(() => (document.querySelector<HTMLElement>("#room")!.style.height = "700px"));
    const before = (await page.evaluate(around)) as string[];
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM }, { into: "#room" });
    await shown(panel(page), "Fabrikam GmbH");
    expect((await page.evaluate(around)) as string[]).toEqual(before);
  });

  test("Back and Forward are the page's", async ({ page, host }) => {
    await page.goto(at(host, "/react/", DEMO_DESK, { demo: "1" }));
    await shown(panel(page), "Fabrikam GmbH");
    await page.getByRole("button", { name: "Reports" }).click();
    await page.getByRole("button", { name: "Customers" }).click();
    await shown(panel(page), "Fabrikam GmbH");
    const length = await page.evaluate(() => history.length);
    await panel(page).getByRole("link", { name: "New subscription" }).click();
    await shown(panel(page), /^New subscription/);
    await panel(page).getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
    await shown(panel(page), "Fabrikam GmbH");
    expect(await page.evaluate(() => history.length), "the panel adds nothing to the page's history").toBe(length);
    await page.goBack();
    await expect(page.getByText("Nothing to report.")).toBeVisible();
    await page.goForward();
    await shown(panel(page), "Fabrikam GmbH");
  });

  test("the page may keep the panel's place in its own address, with Back, Forward and reload", async ({ page, host }) => {
    await page.goto(at(host, "/portal/", DEMO_DESK, { page: "customers", customer: FABRIKAM, "desk-demo": "1" }));
    await shown(panel(page), "Fabrikam GmbH");
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    await expect(page).toHaveURL(/desk=%2Fcustomers%2F.*subscriptions%2F/);
    await page.goBack();
    await shown(panel(page), "Fabrikam GmbH");
    await page.goForward();
    await shown(panel(page), /^Workshop/);
    await page.reload();
    await shown(panel(page), /^Workshop/);
  });

  test("the panel's own way back", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await shown(panel(page), "Fabrikam GmbH");
    const can = () => page.evaluate(() => document.querySelector("subscription-desk")!.canGoBack);
    const back = () => page.evaluate(() => document.querySelector("subscription-desk")!.back());
    expect(await can()).toBe(false);
    expect(await back()).toBe(false);
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    expect(await can()).toBe(true);
    expect(await back()).toBe(true);
    await shown(panel(page), "Fabrikam GmbH");
  });

  test("something unsaved is asked about before the page's order is followed", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    await panel(page).getByRole("textbox", { name: "Quantity" }).fill("31");
    const unsaved = () => page.evaluate(() => document.querySelector("subscription-desk")!.unsaved);
    await expect.poll(unsaved).toBe(true);
    for (const stays of [true, false]) {
      await page.evaluate(() => document.querySelector("subscription-desk")!.back());
      const dialog = panel(page).getByRole("alertdialog");
      await expect(dialog).toBeVisible();
      await dialog.getByRole("button", { name: stays ? "Stay" : "Discard changes" }).click();
      await expect(dialog).toBeHidden();
      if (stays) await expect(panel(page).getByRole("textbox", { name: "Quantity" })).toHaveValue("31");
    }
    await shown(panel(page), "Fabrikam GmbH");
    expect(await unsaved()).toBe(false);
    const places = (await heard(page)).filter(({ name }) => name === "desk-navigate").map(({ detail }) => detail["view"]);
    expect(places, "only where it really went").toEqual(["subscription", "subscriptions"]);
  });

  test("a place that the page orders and the person refuses is told back", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    await panel(page).getByRole("textbox", { name: "Quantity" }).fill("31");
    await page.evaluate((id) => document.querySelector("subscription-desk")!.setAttribute("customer", id), CONTOSO);
    await panel(page).getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
    expect((await heard(page)).at(-1)).toMatchObject({ name: "desk-navigate", detail: { view: "subscription", customer: FABRIKAM } });
    await page.evaluate((id) => (document.querySelector("subscription-desk")!.address = `/customers/${id}`), CONTOSO);
    await panel(page).getByRole("alertdialog").getByRole("button", { name: "Discard changes" }).click();
    await shown(panel(page), "Contoso Ltd");
  });

  test("another language waits until nothing typed is lost by it", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM, locale: "en" });
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    const quantity = panel(page).getByRole("textbox", { name: "Quantity" });
    await quantity.fill("31");
    const italian = page.waitForResponse(/lang\/it\.json/);
    await page.evaluate(() => (document.querySelector("subscription-desk")!.locale = "it"));
    await italian;
    await expect(quantity).toHaveValue("31");
    await panel(page).getByRole("region", { name: "Unsaved changes" }).getByRole("button", { name: "Discard" }).click();
    await expect(panel(page).getByRole("textbox", { name: "Quantità" })).toHaveValue("30");
  });
});

test.describe("several panels", () => {
  test("two at once for two customers know nothing of each other's place", async ({ page, host }) => {
    await page.goto(at(host, "/react/", DEMO_DESK, { demo: "1" }));
    await shown(panel(page), "Fabrikam GmbH");
    await page.getByRole("button", { name: "Two panels" }).click();
    const [first, second] = [page.locator("subscription-desk").nth(0), page.locator("subscription-desk").nth(1)];
    await shown(second, "Contoso Ltd");
    await first.getByRole("link", { name: "Workshop" }).click();
    await shown(first, /^Workshop/);
    await shown(second, "Contoso Ltd");
    await second.getByRole("link", { name: "New subscription" }).click();
    await shown(second, "New subscription for Contoso Ltd");
    await shown(first, /^Workshop/);
  });

  test("what is done in one shows in another of the same customer", async ({ page, host }) => {
    await page.goto(at(host, BARE, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
    const [first, second] = [page.locator("subscription-desk").nth(0), page.locator("subscription-desk").nth(1)];
    await shown(first, "Fabrikam GmbH");
    await shown(second, "Fabrikam GmbH");
    await first.getByRole("button", { name: "Reactivate Head office" }).click();
    await expect(row(second, page, "Head office")).toContainText("Active");
  });
});

test("language, theme, read-only and customer change while it runs", async ({ page, host }) => {
  await page.goto(at(host, "/react/", DEMO_DESK, { demo: "1" }));
  await shown(panel(page), "Fabrikam GmbH");
  const surface = () =>
    page.evaluate(() => getComputedStyle(document.querySelector("subscription-desk")!.shadowRoot!.querySelector(".desk")!).backgroundColor);

  await test.step("language", async () => {
    await page.getByRole("combobox", { name: "Panel language" }).selectOption("it");
    await expect(panel(page).getByRole("link", { name: "Nuova sottoscrizione" })).toBeVisible();
    await page.getByRole("combobox", { name: "Panel language" }).selectOption("en");
    await expect(panel(page).getByRole("link", { name: "New subscription" })).toBeVisible();
  });

  await test.step("theme", async () => {
    const choose = page.getByRole("combobox", { name: "Panel theme" });
    await choose.selectOption("dark");
    await expect.poll(surface).toBe("rgb(41, 41, 41)");
    await choose.selectOption("light");
    await expect.poll(surface).toBe("rgb(255, 255, 255)");
    await page.emulateMedia({ colorScheme: "dark" });
    await choose.selectOption("system");
    await expect.poll(surface).toBe("rgb(41, 41, 41)");
    await page.emulateMedia({ colorScheme: "light" });
    await choose.selectOption("host");
    await page.evaluate(() => (document.documentElement.style.colorScheme = "dark"));
    await expect.poll(surface, "as the page around it").toBe("rgb(41, 41, 41)");
    await page.evaluate(() => (document.documentElement.style.colorScheme = "light"));
    await expect.poll(surface).toBe("rgb(255, 255, 255)");
  });

  await test.step("read-only", async () => {
    const note = panel(page).getByText("Nothing can be changed here: this is a read-only view.");
    await page.getByRole("checkbox", { name: "Read-only" }).check();
    await expect(note).toBeVisible();
    await expect(panel(page).getByRole("link", { name: "New subscription" })).toHaveCount(0);
    await expect(panel(page).getByRole("button", { name: "Reactivate Head office" })).toHaveCount(0);
    await page.getByRole("checkbox", { name: "Read-only" }).uncheck();
    await expect(note).toHaveCount(0);
    await panel(page).getByRole("link", { name: "Workshop" }).click();
    await shown(panel(page), /^Workshop/);
    await page.getByRole("checkbox", { name: "Read-only" }).check();
    await expect(note).toHaveCount(1);
    await expect(panel(page).getByRole("textbox", { name: "Quantity" })).toBeDisabled();
    await expect(panel(page).getByRole("radio", { name: "Suspended" })).toBeDisabled();
    await expect(panel(page).getByRole("button", { name: "Cancel subscription" })).toBeHidden();
    await page.getByRole("checkbox", { name: "Read-only" }).uncheck();
    await expect(panel(page).getByRole("textbox", { name: "Quantity" })).toBeEnabled();
  });

  await test.step("customer", async () => {
    await page.getByRole("combobox", { name: "Customer" }).selectOption("Contoso Ltd");
    await shown(panel(page), "Contoso Ltd");
    await page.getByRole("combobox", { name: "Customer" }).selectOption("All customers");
    await shown(panel(page), "Customers");
  });
});

test("in a frame, language, theme, looks and read-only change while it runs", async ({ page, host, desk }) => {
  await page.goto(
    at(host, "/portal/", desk.url, { page: "customers", customer: FABRIKAM, "desk-token": TOKEN, "desk-frame": "1" }),
  );
  const within = panel(page, true);
  await shown(within, "Fabrikam GmbH");
  await page.getByRole("combobox", { name: "Panel language" }).selectOption("it");
  await expect(within.getByRole("link", { name: "Nuova sottoscrizione" })).toBeVisible();
  await page.getByRole("combobox", { name: "Panel language" }).selectOption("en");
  const act = within.getByRole("link", { name: "New subscription" });
  await expect(act).toHaveCSS("background-color", "rgb(15, 108, 189)");
  await page.getByRole("checkbox", { name: "Brand colour of the portal" }).check();
  await expect(act).not.toHaveCSS("background-color", "rgb(15, 108, 189)");
  await page.getByRole("combobox", { name: "Panel theme" }).selectOption("dark");
  await expect(within.locator(".desk")).toHaveCSS("background-color", "rgb(41, 41, 41)");
  await page.getByRole("checkbox", { name: "Read-only" }).check();
  await expect(within.getByText("Nothing can be changed here")).toBeVisible();
});

test.describe("keyboard and readers", () => {
  test("Tab goes into the panel and out of it", async ({ page, host }) => {
    await page.goto(at(host, LONG, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM }, { into: "#room" });
    await shown(panel(page), "Fabrikam GmbH");
    expect(await page.evaluate(() => document.activeElement?.tagName), "the panel takes no focus").toBe("BODY");
    await page.getByRole("button", { name: "Before" }).focus();
    await page.keyboard.press("Tab");
    await expect(panel(page).getByRole("link", { name: "New subscription" })).toBeFocused();
    const where = () => page.evaluate(() => document.activeElement?.id ?? "");
    for (let stops = 0; stops < 40 && (await where()) !== "after"; stops += 1) await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "After" })).toBeFocused();
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("SUBSCRIPTION-DESK");
  });

  test("a dialog keeps the focus until it is left by Escape", async ({ page, host }) => {
    await page.goto(at(host, LONG, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM }, { into: "#room" });
    await panel(page).getByRole("link", { name: "Workshop" }).focus();
    await page.keyboard.press("Enter");
    await shown(panel(page), /^Workshop/);
    await expect(heading(panel(page), /^Workshop/), "who went on is led on").toBeFocused();
    await panel(page).getByRole("button", { name: "Cancel subscription" }).focus();
    await page.keyboard.press("Enter");
    const dialog = panel(page).getByRole("dialog");
    await expect(dialog).toBeVisible();
    for (let stops = 0; stops < 12; stops += 1) {
      await page.keyboard.press("Tab");
      const inside = await page.evaluate(() => {
        const focused = document.activeElement?.shadowRoot?.activeElement;
        return focused === undefined || focused === null || focused.closest("dialog") !== null;
      });
      expect(inside, "Tab stays in the dialog or leaves for the browser").toBe(true);
    }
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(panel(page).getByRole("button", { name: "Cancel subscription" })).toBeFocused();
  });

  for (const theme of ["light", "dark"]) {
    test(`axe finds nothing in the portal with the panel, ${theme}`, async ({ page, host }) => {
      await page.goto(at(host, "/portal/", DEMO_DESK, { page: "customers", customer: FABRIKAM, "desk-demo": "1" }));
      await shown(panel(page), "Fabrikam GmbH");
      await page.getByRole("combobox", { name: "Panel theme" }).selectOption(theme);
      await expectAccessible(page);
      await panel(page).getByRole("link", { name: "Workshop" }).click();
      await shown(panel(page), /^Workshop/);
      await expectAccessible(page);
      await panel(page).getByRole("button", { name: "Cancel subscription" }).click();
      await expect(panel(page).getByRole("dialog")).toBeVisible();
      await expectAccessible(page);
    });
  }

  test("axe finds nothing in the wizard and the list of customers in the panel", async ({ page, host }) => {
    await page.goto(at(host, LONG, DEMO_DESK));
    await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM, view: "new" }, { into: "#room" });
    await shown(panel(page), /^New subscription/);
    await expectAccessible(page);
    await page.evaluate(() => document.querySelector("subscription-desk")!.removeAttribute("customer"));
    await shown(panel(page), "Customers");
    await expectAccessible(page);
  });
});

test("everything the page hears comes in order", async ({ page, host }) => {
  await page.goto(at(host, BARE, DEMO_DESK));
  await put(page, DEMO_DESK, { demo: "", customer: FABRIKAM });
  await shown(panel(page), "Fabrikam GmbH");
  await panel(page).getByRole("button", { name: "Reactivate Head office" }).click();
  await hears(page, "desk-subscription-reactivated");
  expect((await heard(page)).map(({ name }) => name)).toEqual([
    "desk-ready",
    "desk-before-submit",
    "desk-subscription-reactivated",
  ]);
  await page.evaluate((id) => document.querySelector("subscription-desk")!.setAttribute("customer", id), CONTOSO);
  await shown(panel(page), "Contoso Ltd");
  expect((await heard(page)).length, "what the page orders it is not told").toBe(3);
});
