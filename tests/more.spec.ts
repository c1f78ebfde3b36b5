// Offers, activity, settings, and what may lie in the browser's storage.
import {
  DEMO, E3, FABRIKAM, FINE_ART, SETTINGS, WOODGROVE, choose, customerAt, expect, fact, heading, kept, moveClock, navigate, open,
  press, ready, row, spelled, started, subscriptionAt, suspend, test, nothingWritten, onlyInTheDemo, user,
} from "./support/journey";
import { cells, downloaded } from "./support/downloads";
import type { APIRequestContext, Page } from "@playwright/test";

const quantity = (page: Page) => page.getByRole("textbox", { name: "Quantity" });
const nickname = (page: Page) => page.getByRole("textbox", { name: "Subscription nickname" });

async function rename(page: Page, to: string) {
  await nickname(page).fill(to);
  await page.getByRole("region", { name: "Unsaved changes" }).getByRole("button", { name: "Submit" }).click();
  await expect(page.getByRole("region", { name: "Unsaved changes" })).toBeHidden();
}

interface Offer {
  id: string;
  name: string;
  cloud?: string;
  limit?: [string, number];
  illustrative?: boolean;
}

/** The offers of the commercial cloud, as they are served. */
async function offers(request: APIRequestContext): Promise<Offer[]> {
  const { offers } = (await (await request.get("/catalogue.json")).json()) as { offers: Offer[] };
  return offers.filter(({ cloud }) => cloud === undefined || cloud === "commercial");
}

test.describe("S3, S5: pricing and offers", () => {
  test("S5: the limited offers are a list of their own", async ({ page, request }) => {
    const all = await offers(request);
    const limited = all.filter(({ limit }) => limit);
    const recorded = (unit: string) => limited.filter((offer) => offer.limit?.[0] === unit && !offer.illustrative).length;
    expect([recorded("concurrent"), recorded("lifetime")], "as recorded").toEqual([15, 17]);
    await open(page, "/offers");
    await expect(page.getByRole("main").getByRole("status")).toHaveText(`${all.length} offers`);
    await page.getByRole("button", { name: `Limited offers ${limited.length}` }).click();
    await expect(page.getByRole("main").getByRole("status")).toHaveText(`${limited.length} limited offers of ${all.length}`);
    const names = await page.getByRole("table", { name: "Offers" }).getByRole("rowheader").allTextContents();
    expect(names.map((name) => name.replace(/ · (illustrative|No longer sold)/g, "").trim()).toSorted()).toEqual(limited.map(({ name }) => name).toSorted());
    const limits = (name: string | RegExp) => row(page, name).getByRole("cell");
    await expect(limits("Office 365 Enterprise E1 (Nonprofit Staff Pricing)").nth(5)).toHaveText("1 at a time");
    await expect(limits("Dynamics 365 Business Central Premium Trial").nth(5)).toHaveText("2 ever");
    await expect(limits(/^Microsoft 365 Business$/).nth(5)).toHaveText("2 at a time");
    await expect(limits(/^Microsoft 365 Business$/).nth(4)).toHaveText("1–300");
    await page.reload();
    await ready(page);
    await expect(page.getByRole("button", { name: /^Limited offers/ })).toHaveAttribute("aria-pressed", "true");
  });

  test("what is found is what is downloaded", async ({ page, request }) => {
    const all = await offers(request);
    await open(page, "/offers");
    const whole = await downloaded(page, "Download CSV");
    expect(whole.name).toBe("offers.csv");
    const rows = cells(whole.text);
    expect(rows[0]).toEqual([
      "Offer ID", "Offer", "Category", "Kind", "For", "Billing", "Licenses", "Limit per customer", "List price per month", "Availability", "Source",
    ]);
    expect(rows.slice(1).map(([id]) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    expect(rows.every((row) => row.length === rows[0]?.length)).toBe(true);
    const e5 = rows.find(([id]) => id === "A044B16A-1861-4308-8086-A3A3B506FAC2");
    expect(e5).toEqual([
      "A044B16A-1861-4308-8086-A3A3B506FAC2", "Office 365 Enterprise E5", "Enterprise", "Base", "Commercial", "Monthly, annual",
      "1–10,000,000", "No limit", "$28.40", "On sale", "recorded",
    ]);
    await page.getByRole("searchbox", { name: "Search offers" }).fill("enterprise e5");
    await page.getByRole("combobox", { name: "Category" }).selectOption({ label: (await page.getByRole("option", { name: /^Trial/ }).first().textContent()) ?? "" });
    const found = cells((await downloaded(page, "Download CSV")).text).slice(1);
    const wanted = all.filter(({ name }) => name.toLowerCase().includes("enterprise e5") && name.includes("Trial"));
    expect(found.map(([, name]) => name).toSorted()).toEqual(wanted.map(({ name }) => name).toSorted());
  });

  test("nothing found: what would be, and the way back", async ({ page }) => {
    await open(page, "/offers?limited=1&search=power%20bi%20pro");
    await expect(page.getByRole("heading", { name: "No limited offer contains “power bi pro”" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText(/\d+ offers? without a limit do/);
    await page.getByRole("button", { name: "Show all offers" }).click();
    await expect(page.getByRole("main").getByRole("status")).toHaveText(/^\d+ offers$/);
    await open(page, "/offers?limited=perhaps&category=Nothing_Key&search=%ff");
    await expect(heading(page, "Pricing and offers")).toBeVisible();
  });

  test("S1: each cloud has offers of its own", async ({ page }) => {
    await open(page, "/offers");
    await page.getByRole("combobox", { name: "Cloud" }).selectOption("US Government");
    await navigate(page, "Pricing and offers");
    await expect(page.getByRole("main").getByRole("status")).toHaveText("1 offer");
    await expect(row(page, /^Azure Government/)).toContainText("Usage-based");
  });
});

test.describe("activity", () => {
  test("what was done appears with the old and the new value, and can be filtered", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, "Assembly");
    await quantity(page).fill("31");
    await page.getByRole("region", { name: "Unsaved changes" }).getByRole("button", { name: "Submit" }).click();
    await suspend(page, "Non-payment");
    await navigate(page, "Activity");
    const lines = page.getByRole("table", { name: "Activity" }).getByRole("row");
    await expect(lines.nth(1)).toContainText("Suspended: non-payment");
    await expect(lines.nth(1)).toContainText("Active → Suspended");
    await expect(lines.nth(1)).toContainText("Expires on 17 Oct 2027");
    await expect(lines.nth(1)).toContainText(user());
    await expect(lines.nth(2)).toContainText("30 → 31");
    await expect(lines.nth(3)).toContainText("Workshop → Assembly");
    await page.getByRole("combobox", { name: "Action" }).selectOption("Quantity changed");
    await expect(lines.nth(1)).toContainText("30 → 31");
    await page.getByLabel("From", { exact: true }).fill("2027-07-19");
    await page.getByLabel("From", { exact: true }).blur();
    await expect(lines).toHaveCount(2);
    await expect(page.getByRole("main").getByRole("status")).toHaveText("1 entry");
    await page.reload();
    await ready(page);
    await expect(lines).toHaveCount(2);
    await page.getByRole("combobox", { name: "Action" }).selectOption("All actions");
    await page.getByRole("combobox", { name: "Customer" }).selectOption("Fabrikam GmbH");
    await expect(lines).toHaveCount(4);
    await page.getByLabel("To", { exact: true }).fill("2027-07-18");
    await page.getByLabel("To", { exact: true }).blur();
    await expect(page.getByText("“From” is after “To”. Choose an earlier day.")).toBeVisible();
  });

  test("what happened to a customer before the demo's first day is there too", async ({ page }) => {
    await open(page, "/activity");
    await page.getByRole("combobox", { name: "Action" }).selectOption("Cancelled");
    await expect(page.getByRole("row").filter({ hasText: "Proseware Ltd" })).toContainText("Cancelled: customer request");
    await open(page, "/activity?action=suspended&from=2027-07-01");
    const drawn = page.getByRole("row").filter({ hasText: "Domestic Calling Plan" }).filter({ hasText: "Woodgrove Bank" });
    await expect(drawn).toContainText("with its base");
    await open(page, "/activity?from=2031-01-01&to=2031-02-01");
    await expect(page.getByRole("heading", { name: "Nothing happened between 1 Jan 2031 and 1 Feb 2031" })).toBeVisible();
    await open(page, "/activity?from=yesterday&to=31.12.2027&customer=<b>&action=drop");
    await expect(page.getByRole("main").getByRole("status")).toHaveText(/\d+ (of \d+ )?entries/);
  });

  test("a nickname that a spreadsheet would take for a formula is harmless in the download", async ({ page }) => {
    const formula = '=HYPERLINK("http://example.invalid","a,b")';
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, formula);
    await rename(page, "@SUM(A1)");
    await rename(page, "-1+2");
    await navigate(page, "Activity");
    await expect(page.getByRole("table", { name: "Activity" })).toContainText(formula);
    const { name, text } = await downloaded(page, "Download CSV");
    expect(name).toBe("activity.csv");
    const rows = cells(text);
    expect(rows[0]?.slice(0, 4)).toEqual(["When (UTC)", "Microsoft ID", "Customer", "Action"]);
    expect(rows.every((row) => row.length === rows[0]?.length)).toBe(true);
    expect(rows.filter((row) => row.includes(`'${formula}`)).length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.includes("'@SUM(A1)")).length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.includes("'-1+2")).length).toBeGreaterThan(0);
    expect(rows.flat().filter((cell) => /^[=+@\t\r-]/.test(cell))).toEqual([]);
  });
});

test.describe("settings", () => {
  test("a Helpdesk agent can look and rename; the rest says why not", async ({ page }) => {
    await open(page, "/settings");
    await page.getByRole("combobox", { name: "Act as" }).selectOption("Helpdesk agent");
    await expect(page.getByRole("status").filter({ hasText: "A Helpdesk agent sees everything and gives nicknames." })).toBeVisible();
    await expect(page.getByRole("button", { name: /Helpdesk agent$/ })).toBeVisible();
    const why = "Your role does not allow this. An Admin agent can do it.";
    await open(page, customerAt(FABRIKAM));
    await expect(page.getByRole("button", { name: "New subscription" })).toHaveAccessibleDescription(why);
    await expect(page.getByRole("button", { name: /^Reactivate/ })).toHaveCount(0);
    await open(page, `${customerAt(FABRIKAM)}/subscriptions/new?step=review&cycle=annual&lines=${E3}:5`);
    await expect(heading(page, "Your role cannot see this")).toBeVisible();
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(quantity(page)).toBeDisabled();
    await expect(quantity(page)).toHaveAccessibleDescription(why);
    await expect(page.getByRole("radio", { name: "Suspended" })).toBeDisabled();
    await expect(page.getByRole("button", { name: "Cancel subscription" })).toHaveCount(0);
    await rename(page, "Renamed by helpdesk");
    await expect(heading(page, /^Renamed by helpdesk/)).toBeVisible();
    await open(page, "/customers/new");
    await expect(heading(page, "Your role cannot see this")).toBeVisible();
  });

  test("a User management admin sees customers only, and the way to another role", async ({ page }) => {
    await open(page, "/settings");
    await page.getByRole("combobox", { name: "Act as" }).selectOption("User management admin");
    await navigate(page, "Customers");
    await page.getByRole("searchbox", { name: "Company name or domain" }).fill("fabrikam");
    await page.getByRole("link", { name: "Fabrikam GmbH" }).click();
    await expect(heading(page, "Your role cannot see this")).toBeVisible();
    for (const at of ["/offers", "/activity", subscriptionAt(FABRIKAM, 1)]) {
      await open(page, at);
      await expect(heading(page, "Your role cannot see this"), at).toBeVisible();
    }
    await page.getByRole("link", { name: "Change role" }).click();
    await page.getByRole("combobox", { name: "Act as" }).selectOption("Sales agent");
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(quantity(page)).toBeEnabled();
    await expect(page.getByRole("button", { name: "Cancel subscription" }), "cancelling is for others").toHaveCount(0);
  });

  test("a blocked partner cannot do what creates a charge; suspending stays possible", async ({ page }) => {
    onlyInTheDemo("a setting of the demo");
    await open(page, "/settings");
    await page.getByRole("combobox", { name: "Standing" }).selectOption("Blocked");
    const why =
      "The partner account is blocked: nothing that creates a charge is possible, and no customer can be added. Suspending and cancelling are possible.";
    await open(page, "/customers");
    await expect(page.getByRole("button", { name: "Add customer" })).toHaveAccessibleDescription(why);
    await open(page, "/customers/new");
    await expect(page.getByRole("main")).toContainText(why);
    await expect(page.getByRole("textbox", { name: "Company name" })).toHaveCount(0);
    await open(page, customerAt(FABRIKAM));
    await expect(page.getByRole("button", { name: "New subscription" })).toHaveAccessibleDescription(why);
    await open(page, `${customerAt(FABRIKAM)}/subscriptions/new?step=catalog&cycle=annual&search=enterprise%20e3`);
    await expect(page.getByRole("checkbox", { name: "Office 365 Enterprise E3", exact: true })).toBeDisabled();
    await expect(page.getByRole("row").filter({ hasText: "Office 365 Enterprise E3" }).first()).toContainText(why);
    await open(page, subscriptionAt(FABRIKAM, 3));
    await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeDisabled();
    await expect(page.getByRole("radio", { name: "Active", exact: true })).toHaveAccessibleDescription(why);
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(quantity(page)).toHaveAccessibleDescription(why);
    await suspend(page, "Non-payment");
  });

  test("S1, S26: the cloud changes customers, catalog and policy", async ({ page }) => {
    await open(page, "/settings");
    await expect(fact(page, "Time to reactivate")).toHaveText("90 to 120 days after a suspension");
    await page.getByRole("main").getByRole("combobox", { name: "Cloud" }).selectOption("Germany");
    await expect(page.getByRole("banner").getByRole("combobox", { name: "Cloud" })).toHaveValue("Germany");
    await navigate(page, "Customers");
    await page.getByRole("searchbox", { name: "Company name or domain" }).fill("wingtip");
    await expect(row(page, "Wingtip Spielwaren GmbH")).toBeVisible();
  });

  test("the demo's clock moves by steps and to a day, and only within its years", async ({ page }) => {
    onlyInTheDemo("a setting of the demo");
    await open(page, "/settings");
    const clock = page.locator("#clock time");
    const steps = page.getByRole("group", { name: "Move the clock" });
    await expect(clock).toHaveText("19 July 2027");
    await steps.getByRole("button", { name: "+1 day" }).click();
    await steps.getByRole("button", { name: "+30 days" }).click();
    await steps.getByRole("button", { name: "+90 days" }).click();
    await expect(clock).toHaveText("17 November 2027");
    for (const day of ["2027-07-18", "2050-01-01", ""]) {
      await page.getByLabel("Go to").fill(day);
      await page.getByRole("button", { name: "Set date" }).click();
      await expect(page.getByText("Choose a day from 19 July 2027 to 19 July 2037.")).toBeVisible();
      await expect(page.getByLabel("Go to")).toHaveAttribute("aria-invalid", "true");
      await expect(clock).toHaveText("17 November 2027");
    }
    await page.getByLabel("Go to").fill("2028-02-29");
    await page.getByRole("button", { name: "Set date" }).click();
    await expect(clock).toHaveText("29 February 2028");
    await page.reload();
    await ready(page);
    await expect(clock).toHaveText("29 February 2028");
    await page.getByRole("button", { name: "Back to start" }).click();
    await expect(clock).toHaveText("19 July 2027");
  });

  test("the demo's size changes the number of customers, and keeps what was changed", async ({ page }) => {
    onlyInTheDemo("a setting of the demo");
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, "Assembly");
    await navigate(page, "Settings");
    await page.getByRole("region", { name: "Demo size" }).getByRole("combobox").selectOption("2,000");
    await navigate(page, "Customers");
    await expect(page.getByRole("status").filter({ hasText: "customers" })).toHaveText("2,026 customers");
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(heading(page, /^Assembly/)).toBeVisible();
  });

  test("the rules and their version can be read", async ({ page }) => {
    await open(page, "/settings");
    await expect(fact(page, "Rules")).toHaveText(/\d.*, Commercial policy$/);
    await expect(fact(page, "Digest")).toHaveText(/^[0-9a-f]{8,}$/);
  });
});

test.describe("the language", () => {
  test.describe("of a browser that speaks Italian", () => {
    test.use({ locale: "it-IT", demo: { language: null } });

    test("is taken first, with its dates, and another one can be chosen", async ({ page }) => {
      await open(page, customerAt(FABRIKAM));
      await expect(page.locator("html")).toHaveAttribute("lang", "it");
      await expect(page.getByRole("link", { name: "Nuova sottoscrizione" })).toBeVisible();
      await expect(row(page, "Head office")).toContainText("Data di scadenza 31 lug 2027");
      await expect(row(page, "Head office")).toContainText("Sospesa");
      await navigate(page, "Impostazioni");
      await page.getByRole("combobox", { name: "Lingua" }).selectOption("English");
      await expect(heading(page, "Settings")).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await page.reload();
      await ready(page);
      await expect(heading(page, "Settings")).toBeVisible();
    });
  });

  test("Italian is chosen under Settings and stays", async ({ page }) => {
    await open(page, "/settings");
    await page.getByRole("combobox", { name: "Language" }).selectOption("Italiano");
    await expect(heading(page, "Impostazioni")).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "it");
    await open(page, subscriptionAt(FABRIKAM, 4));
    await choose(page, "Stato", "Sospesa");
    await expect(page.getByRole("dialog").getByRole("button", { name: "Invia" })).toBeVisible();
    await expect(page.getByRole("dialog")).toContainText("17 ottobre 2027 (UTC)");
    await page.keyboard.press("Escape");
    await open(page, `${customerAt(FABRIKAM)}/subscriptions/new`);
    await expect(page.getByRole("radio", { name: "Mensile" })).toBeVisible();
    expect(await page.getByRole("main").innerText(), "no name of a text in the place of the text").not.toMatch(/\b[a-z]+_[a-z_]+\b/);
  });

  test.describe("of another version of the app", () => {
    test.use({ serviceWorkers: "block" });

    test("is not taken, so that no text stands where another belongs", async ({ page }) => {
      await page.route("**/lang/it.json", async (route) => {
        const [mark, ...texts] = (await (await route.fetch()).json()) as string[];
        const other = mark?.replace(/./, (first) => (first === "0" ? "1" : "0"));
        await route.fulfill({ json: [other, ...texts.reverse()] });
      });
      await open(page, "/settings");
      await page.getByRole("combobox", { name: "Language" }).selectOption("Italiano");
      await expect(page.getByRole("alert").filter({ hasText: "it: texts of another version" })).toBeVisible();
      await expect(heading(page, "Settings")).toBeVisible();
      await page.unroute("**/lang/it.json");
      await page.reload();
      await ready(page);
      await page.getByRole("combobox", { name: "Language" }).selectOption("Italiano");
      await expect(heading(page, "Impostazioni")).toBeVisible();
    });
  });

  test.describe("of a browser that speaks something else", () => {
    test.use({ locale: "sw-KE", demo: { language: null } });

    test("is English", async ({ page }) => {
      await open(page, "/customers");
      await expect(heading(page, "Customers")).toBeVisible();
    });
  });
});

test.describe("the demo's data as a file", () => {
  test.beforeEach(() => onlyInTheDemo("the server keeps the data"));
  const file = (page: Page, name: string, text: string) =>
    page.getByLabel("Import data").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

  test("export, reset, import: all is as it was", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, "Assembly");
    await suspend(page, "Fraud");
    await moveClock(page, "2027-08-01");
    await page.getByRole("combobox", { name: "Act as" }).selectOption("Global admin");
    const before = await kept(page);
    const { name, text } = await downloaded(page, "Export data");
    expect(name).toBe("subscription-desk.demo");

    await page.getByRole("button", { name: "Reset demo" }).click();
    const question = page.getByRole("alertdialog", { name: "Reset the demo" });
    await question.getByRole("button", { name: "Keep the data" }).click();
    await expect(question).toBeHidden();
    expect(await kept(page)).toEqual(before);
    await page.getByRole("button", { name: "Reset demo" }).click();
    await question.getByRole("button", { name: "Reset demo" }).click();
    await expect(question).toBeHidden();
    await expect(page.getByRole("combobox", { name: "Act as" })).toHaveValue("AdminAgent");
    await nothingWritten(page);
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(heading(page, /^Workshop/)).toContainText("Active");

    await open(page, "/settings");
    await file(page, name, text);
    const replace = page.getByRole("alertdialog", { name: `Replace everything with ${name}` });
    await replace.getByRole("button", { name: "Replace everything" }).click();
    await expect(replace).toBeHidden();
    await expect(page.locator("#clock time")).toHaveText("1 August 2027");
    await expect(page.getByRole("combobox", { name: "Act as" })).toHaveValue("GlobalAdmin");
    expect(await kept(page)).toEqual(before);
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(heading(page, /^Assembly/)).toContainText("Suspended · Fraud");
  });

  test("files that are cut, altered, of another version or not ours are refused, and nothing is lost", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, "Assembly");
    await navigate(page, "Settings");
    const { text } = await downloaded(page, "Export data");
    const before = await kept(page);
    const REFUSED: [name: string, text: string, says: string][] = [
      ["cut.demo", text.slice(0, -40), "cut.demo is cut or altered. Nothing was imported. Export the data again."],
      ["head-only.demo", text.slice(0, text.indexOf("\n") + 1), "head-only.demo is cut or altered."],
      ["altered.demo", text.replace('"seed":2018', '"seed":2019'), "altered.demo is cut or altered."],
      ["one-letter.demo", text.replace(/.(?=\s*$)/, (last) => (last === "A" ? "B" : "A")), "one-letter.demo is cut or altered."],
      ["newer.demo", text.replace(/^subscription-desk-demo\/\d+/, "subscription-desk-demo/99"), "newer.demo was made by another version of this app. Nothing was imported."],
      ["notes.txt", "Buy milk\nand bread", "notes.txt is not a file of this demo. Nothing was imported."],
      ["empty.demo", "", "empty.demo is not a file of this demo."],
      ["other.json", '{"settings":{},"accounts":[]}', "other.json is not a file of this demo."],
      ["picture.png", "\u0089PNG\r\n\u001a\n\u0000\u0000", "picture.png is not a file of this demo."],
    ];
    for (const [name, content, says] of REFUSED) {
      await file(page, name, content);
      const question = page.getByRole("alertdialog");
      const alert = page.getByRole("region", { name: "Data" }).getByRole("alert");
      await expect(question.or(alert.getByText(says)).first()).toBeVisible();
      if (await question.isVisible()) await question.getByRole("button", { name: "Replace everything" }).click();
      await expect(alert, name).toContainText(says);
      expect(await kept(page), name).toEqual(before);
    }
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(heading(page, /^Assembly/)).toBeVisible();
  });
});

test.describe("what lies in the browser's storage", () => {
  test.beforeEach(() => onlyInTheDemo("the server keeps the data"));
  const messages = (page: Page) => page.getByRole("region", { name: "Messages" });
  const works = async (page: Page) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, "Still works");
    await page.reload();
    await ready(page);
    await expect(heading(page, /^Still works/)).toBeVisible();
  };

  test.describe("a damaged account", () => {
    const name = `subscription-desk.account.demo-commercial.${customerAt(FINE_ART).split("/").at(-1)}`;
    test.use({ shelf: { [name]: '1 0000 {"cut' } });

    test("is set aside with a message, and the rest works", async ({ page }) => {
      await open(page, "/customers");
      await expect(messages(page)).toContainText("1 saved record could not be read and was set aside. Everything else works.");
      const records = await kept(page);
      expect(records[name]).toBeUndefined();
      expect(Object.values(records), "what was there is not destroyed").toContain('1 0000 {"cut');
      await open(page, customerAt(FINE_ART));
      await expect(heading(page, "School of Fine Art")).toBeVisible();
      await works(page);
    });
  });

  test.describe("garbage of every kind", () => {
    test.use({
      shelf: {
        "subscription-desk.account.": "",
        "subscription-desk.account.demo-commercial.nobody": "1 aa bb",
        "subscription-desk.account.🦀": "\u0000\ud83e",
        "damaged.subscription-desk.account.x": "older",
        "somebody else's": "{}",
      },
    });

    test("is set aside with a message, and the rest works", async ({ page }) => {
      await open(page, "/customers");
      await expect(messages(page)).toContainText("3 saved records could not be read and were set aside.");
      await messages(page).getByRole("button", { name: "Dismiss" }).click();
      await expect(messages(page)).toHaveCount(0);
      await works(page);
      expect(await page.evaluate(() => localStorage.getItem("somebody else's"))).toBe("{}");
    });
  });

  for (const [what, settings] of [
    ["garbage", "{{{ not JSON"],
    ["of another kind", "[1,2,3]"],
    ["impossible", JSON.stringify({ ...DEMO, size: 7, daysMoved: 99_999_999, start: "9999-99-99" })],
  ] as const) {
    test.describe(`settings that are ${what}`, () => {
      test.use({ shelf: { [SETTINGS]: settings } });

      test("begin anew with a message, and the rest works", async ({ page }) => {
        await open(page, "/customers");
        await expect(heading(page, "Customers")).toBeVisible();
        await expect(messages(page)).toContainText("could not be read");
        await works(page);
      });
    });
  }

  test("a full storage: a banner says so, the change stays on screen and can be exported", async ({ page }) => {
    await page.addInitScript(() => {
      const put = Storage.prototype.setItem;
      Storage.prototype.setItem = function (name, text) {
        if (this === localStorage && !("room" in window)) throw new DOMException("no room is left", "QuotaExceededError");
        put.call(this, name, text);
      };
    });
    await open(page, subscriptionAt(FABRIKAM, 4));
    await rename(page, "On screen only");
    await expect(messages(page)).toContainText("Changes are not saved.");
    await expect(heading(page, /^On screen only/)).toBeVisible();
    await navigate(page, "Customers");
    await expect(messages(page)).toContainText("Changes are not saved.");
    const { text } = await downloaded(page, "Export data");
    expect(spelled(text)).toContain("On screen only");
    await nothingWritten(page);
    // Somebody makes room: the next change is saved, and the banner goes.
    await page.evaluate(() => Object.assign(window, { room: true }));
    await page.goBack();
    await expect(heading(page, /^On screen only/)).toBeVisible();
    await rename(page, "Saved again");
    await expect(messages(page)).toHaveCount(0);
    await page.reload();
    await ready(page);
    await expect(heading(page, /^Saved again/)).toBeVisible();
  });

  test("a storage that is forbidden: the same", async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
    });
    await page.goto(subscriptionAt(FABRIKAM, 4));
    await started(page);
    await rename(page, "On screen only");
    await expect(messages(page)).toContainText("Changes are not saved.");
    await expect(heading(page, /^On screen only/)).toBeVisible();
  });
});

test("S22, S23: who may do what is said for each state", async ({ page }) => {
  await open(page, subscriptionAt(FABRIKAM, 1));
  await expect(row(page, "Users").getByRole("cell")).toHaveText(["Yes", "Yes", "Yes"]);
  await expect(row(page, "Administrators").getByRole("cell").nth(0)).toHaveText("Yes");
  await open(page, subscriptionAt(WOODGROVE, 1));
  await expect(row(page, "Users").getByRole("cell")).toHaveText(["No", "No", "No"]);
  await expect(row(page, "Administrators").getByRole("cell")).toHaveText(["Yes", "No", "Yes"]);
});

test("a double click on what is blocked does nothing", async ({ page }) => {
  await open(page, subscriptionAt(FABRIKAM, 4));
  await quantity(page).fill("0");
  await press(page.getByRole("region", { name: "Unsaved changes" }).getByRole("button", { name: "Submit" }));
  await expect(page.getByRole("region", { name: "Unsaved changes" })).toContainText("1 to correct");
  await nothingWritten(page);
});
