// The list of customers, a new one, their accounts, and addresses at which there is nothing.
import {
  CONTOSO, FABRIKAM, LUCERNE, SOUTHRIDGE, customerAt, expect, fact, heading, nothingWritten, open, ready, row, subscriptionAt, test,
} from "./support/journey";
import { cells, downloaded } from "./support/downloads";
import type { Page } from "@playwright/test";

const search = (page: Page) => page.getByRole("searchbox", { name: "Company name or domain" });
const table = (page: Page) => page.getByRole("table", { name: "Customers" });
/** The names in the list, from its first row on. */
const names = (page: Page) => table(page).getByRole("rowheader").allTextContents();
const count = (page: Page) => page.getByRole("status").filter({ hasText: "customer" });

test.describe("S2, S6: the list", () => {
  test("it begins with all customers by name, with what one has to know of each", async ({ page }) => {
    await open(page, "/");
    await expect(count(page)).toHaveText("226 customers");
    await expect(table(page).getByRole("columnheader")).toHaveText([
      "Company name", "Primary domain", "Country", "Type", "Relationship", "Active", "Suspended", "Next expiry",
    ]);
    const shown = await names(page);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown).toEqual(shown.toSorted((one, other) => one.toLowerCase().localeCompare(other.toLowerCase(), "en")));
    await search(page).fill("fabrikam");
    await expect(row(page, "Fabrikam GmbH").getByRole("cell")).toHaveText([
      "fabrikam.onmicrosoft.com", "Germany", "Commercial", "Reseller", "4", "1", "31 Jul 2027",
    ]);
  });

  test("the search takes the beginning of a name or of a domain, in either case", async ({ page }) => {
    await open(page, "/customers");
    await search(page).fill("CITY POWER");
    await expect(table(page).getByRole("rowheader")).toHaveText(["City Power & Light"]);
    await expect(count(page)).toHaveText("1 customer found");
    await search(page).fill("citypowerl");
    await expect(table(page).getByRole("rowheader")).toHaveText(["City Power & Light"]);
    await expect(page).toHaveURL(/search=citypowerl/);
    await page.reload();
    await ready(page);
    await expect(search(page)).toHaveValue("citypowerl");
    await expect(table(page).getByRole("rowheader")).toHaveText(["City Power & Light"]);
    // Only beginnings count.
    await search(page).fill("power & light");
    await expect(page.getByRole("heading", { name: "No customer starts with “power & light”" })).toBeVisible();
    await page.getByRole("button", { name: "Clear search" }).click();
    await expect(count(page)).toHaveText("226 customers");
    await expect(search(page)).toHaveValue("");
  });

  test("what a search is made of does not matter", async ({ page }) => {
    await open(page, "/customers");
    for (const text of ["%", "<b>x</b>", "'\"\\", "🦀", "x".repeat(300)]) {
      await search(page).fill(text);
      await expect(page.getByRole("heading", { name: /^No customer starts with/ })).toBeVisible();
      await page.reload();
      await ready(page);
      await expect(search(page), "the address keeps it").toHaveValue(text.slice(0, 200));
    }
    await search(page).fill("Ä");
    await expect(page.getByRole("main")).toContainText(/customers? found|No customer starts with “Ä”/);
  });

  test("a click on the head of the names turns the order around", async ({ page }) => {
    await open(page, "/customers");
    const head = table(page).getByRole("columnheader", { name: "Company name" });
    await expect(head).toHaveAttribute("aria-sort", "ascending");
    const [first] = await names(page);
    await head.getByRole("button").click();
    await expect(head).toHaveAttribute("aria-sort", "descending");
    await expect(table(page).getByRole("rowheader").first()).not.toHaveText(first ?? "");
    const shown = await names(page);
    expect(shown).toEqual(shown.toSorted((one, other) => other.toLowerCase().localeCompare(one.toLowerCase(), "en")));
    await page.goBack();
    await expect(head).toHaveAttribute("aria-sort", "ascending");
  });

  test("the search in the bar finds a customer from anywhere", async ({ page }) => {
    await open(page, "/settings");
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox", { name: "Search customers" })).toBeFocused();
    await page.keyboard.type("woodgrove b");
    await page.keyboard.press("Enter");
    await expect(table(page).getByRole("rowheader")).toHaveText(["Woodgrove Bank"]);
  });

  test("S1: each cloud has customers of its own", async ({ page }) => {
    await open(page, "/customers?search=contoso");
    await expect(row(page, "Contoso Ltd")).toBeVisible();
    await page.getByRole("combobox", { name: "Cloud" }).selectOption("US Government");
    await expect(search(page)).toHaveValue("");
    await search(page).fill("contoso");
    await expect(row(page, "Contoso County")).toContainText("Government Community Cloud");
    await expect(row(page, "Contoso Ltd")).toHaveCount(0);
    await page.getByRole("combobox", { name: "Cloud" }).selectOption("Germany");
    await search(page).fill("contoso");
    await expect(row(page, "Contoso Deutschland GmbH")).toBeVisible();
    await open(page, customerAt(CONTOSO));
    await expect(heading(page, "Nothing at this address"), "not even by a link").toBeVisible();
  });
});

/** The place in the whole list of the last row in the page. */
async function lastIndex(page: Page) {
  return Number(await table(page).locator("tr[aria-rowindex]").last().getAttribute("aria-rowindex"));
}

test.describe("a hundred thousand customers", () => {
  test.use({ demo: { size: 100000 } });

  test("the list scrolls far, and only the rows near the window are in the page", async ({ page }) => {
    await open(page, "/customers");
    await expect(count(page)).toHaveText("100,026 customers");
    await expect(table(page)).toHaveAttribute("aria-rowcount", "100027");
    const rows = table(page).getByRole("row");
    const region = page.getByRole("region", { name: "Customers" });
    expect(await rows.count()).toBeLessThan(80);
    const first = await names(page);
    for (let turn = 0; turn < 5; turn++) {
      await region.evaluate((list) => list.scrollTo(0, list.scrollHeight));
      // Each time the end of what was fetched is reached, the next hundred come.
      await expect.poll(() => lastIndex(page)).toBeGreaterThan((turn + 1) * 100);
      await expect(page.locator('main tr[aria-hidden="true"]'), "rows on their way have come").toHaveCount(0);
      expect(await rows.count()).toBeLessThan(80);
    }
    expect((await names(page)).at(-1)).not.toBe(first.at(-1));
  });

  test("a letter jumps far, and the order goes on from there", async ({ page }) => {
    await open(page, "/customers");
    const letters = page.getByRole("toolbar", { name: "Jump to a letter" });
    await letters.getByRole("button", { name: "W", exact: true }).click();
    await expect(table(page).getByRole("rowheader").first()).toHaveText(/^W/);
    const shown = await names(page);
    expect(shown).toEqual(shown.toSorted((one, other) => one.toLowerCase().localeCompare(other.toLowerCase(), "en")));
    expect(await table(page).getByRole("row").count()).toBeLessThan(80);
    await letters.getByRole("button", { name: "All", exact: true }).click();
    await expect(table(page).getByRole("rowheader").first()).not.toHaveText(/^W/);
  });

  test("each letter typed shows its customers", async ({ page }) => {
    await open(page, "/customers");
    let typed = "";
    for (const letter of "fabrikam g") {
      typed += letter;
      await search(page).press(letter === " " ? "Space" : letter);
      await expect(search(page)).toHaveValue(typed);
      await expect(count(page)).toHaveText(/found$/);
      await expect.poll(async () => (await table(page).getByRole("row").allTextContents()).slice(1, 6).every((text) => text.toLowerCase().includes(typed.trimEnd()))).toBe(true);
    }
    await expect(table(page).getByRole("rowheader")).toHaveText(["Fabrikam GmbH"]);
  });

  test("a customer from far down opens, and Back returns to the list", async ({ page }) => {
    await open(page, "/customers?sort=name-desc");
    const link = table(page).getByRole("rowheader").nth(5).getByRole("link");
    const name = await link.textContent();
    await link.click();
    await expect(heading(page, name ?? "")).toBeVisible();
    await page.goBack();
    await expect(table(page).getByRole("columnheader", { name: "Company name" })).toHaveAttribute("aria-sort", "descending");
    await expect(row(page, name ?? "").first()).toBeVisible();
  });
});

test.describe("lists to take along", () => {
  test("the customers that are found are those of the file", async ({ page }) => {
    await open(page, "/customers");
    const { name, text } = await downloaded(page, "Download CSV");
    expect(name).toBe("customers.csv");
    const [head, ...all] = cells(text);
    expect(head).toEqual([
      "Microsoft ID", "Company name", "Primary domain", "Country", "Type", "Relationship", "Active", "Suspended", "Next expiry",
    ]);
    expect(all).toHaveLength(226);
    expect(new Set(all.map(([id]) => id)).size).toBe(226);
    expect(all[0]?.[1]).toBe((await names(page))[0]);
    await search(page).fill("fabrikam");
    await expect(row(page, "Fabrikam GmbH")).toBeVisible();
    await expect(count(page)).toHaveText("1 customer found");
    const found = cells((await downloaded(page, "Download CSV")).text).slice(1);
    expect(found.map((cells) => cells.slice(1))).toEqual([
      ["Fabrikam GmbH", "fabrikam.onmicrosoft.com", "Germany", "Commercial", "Reseller", "4", "1", "2027-07-31"],
    ]);
  });

  test("the subscriptions that are shown are those of the file", async ({ page }) => {
    await open(page, customerAt(FABRIKAM));
    const of = async () => cells((await downloaded(page, "Download CSV")).text);
    const [head, ...shown] = await of();
    expect(head).toEqual(["Subscription ID", "Name", "Offer", "Licenses", "Billing", "Renews or ends", "Status"]);
    const table = page.getByRole("table", { name: "Subscriptions of Fabrikam GmbH" });
    await expect(table.getByRole("rowheader")).toHaveCount(shown.length);
    expect(shown[0]?.slice(1)).toEqual(expect.arrayContaining(["Head office", "Expires on 31 Jul 2027"]));
    await page.getByRole("group", { name: "Show by status" }).getByRole("button", { name: "Deleted" }).click();
    await expect(table.getByRole("rowheader")).toHaveCount(7);
    expect(await of()).toHaveLength(8);
  });
});

test.describe("S2: a new customer", () => {
  const label = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

  test("what is wrong is said at each field; then the customer is there, and can be sold to", async ({ page }) => {
    await open(page, "/customers");
    await page.getByRole("link", { name: "Add customer" }).click();
    await expect(heading(page, "Add customer")).toBeVisible();
    const submit = page.getByRole("button", { name: "Add customer" });
    await submit.click();
    const summary = page.getByRole("alert");
    await expect(summary).toContainText(/\d+ entries to correct/);
    await expect(summary).toBeFocused();
    const fields = ["Company name", "Primary domain", "First name", "Last name", "E-mail", "Country", "Street and number", "Postal code", "City"];
    await expect(summary.getByRole("link"), "in the order of the form").toHaveText(fields.map((field) => new RegExp(`^${field}`)));
    await expect(label(page, "Company name")).toHaveAccessibleDescription("Enter the company name, 1 to 200 characters.");
    await expect(page.getByRole("combobox", { name: "Country" })).toHaveAccessibleDescription(/Choose a country\./);
    await summary.getByRole("link", { name: /^Primary domain/ }).click();
    await expect(label(page, "Primary domain")).toBeFocused();

    await label(page, "Company name").fill("  Oakwood & Söhne ");
    await label(page, "Primary domain").fill("not a domain");
    await label(page, "E-mail").fill("kim");
    await expect(label(page, "Company name")).not.toHaveAttribute("aria-invalid");
    await expect(label(page, "Primary domain")).toHaveAccessibleDescription(/Enter a domain such as/);
    await expect(label(page, "E-mail")).toHaveAccessibleDescription("Enter an e-mail address such as kim@contoso.com.");
    await label(page, "Primary domain").fill("oakwood.onmicrosoft.com");
    await label(page, "E-mail").fill("kim@oakwood.example");
    await label(page, "First name").fill("Kim");
    await label(page, "Last name").fill("Ek");
    await page.getByRole("combobox", { name: "Country" }).selectOption("United States");
    await label(page, "Street and number").fill("1 Oak Way");
    await label(page, "City").fill("Redmond");
    await label(page, "Postal code").fill("9805");
    await label(page, "State").fill("Washington");
    await submit.click();
    await expect(label(page, "State")).toHaveAccessibleDescription(/Enter the state in two letters, such as WA\./);
    await expect(label(page, "Postal code")).toHaveAccessibleDescription(/as its country writes it, such as 98052/);
    await label(page, "State").fill("WA");
    await label(page, "Postal code").fill("98052");
    await submit.dblclick();
    await expect(heading(page, "Oakwood & Söhne")).toBeVisible();
    await expect(page.getByRole("heading", { name: "No subscriptions yet" })).toBeVisible();
    await page.reload();
    await ready(page);
    await expect(heading(page, "Oakwood & Söhne")).toBeVisible();
    await open(page, "/customers?search=oakw");
    await expect(table(page).getByRole("rowheader")).toHaveText(["Oakwood & Söhne"]);
    await row(page, "Oakwood & Söhne").getByRole("link").click();
    await page.getByRole("link", { name: "New subscription" }).click();
    await expect(heading(page, "New subscription for Oakwood & Söhne")).toBeVisible();

    // A domain stands for one customer, in either case; what else was typed stays.
    await open(page, "/customers/new");
    const again = { "Company name": "Oakwood again", "Primary domain": "OAKWOOD.onmicrosoft.com", "First name": "Kim", "Last name": "Ek", "E-mail": "kim@oakwood.example", "Street and number": "1 Oak Way", City: "Bern", "Postal code": "3011" };
    for (const [field, text] of Object.entries(again)) await label(page, field).fill(text);
    await page.getByRole("combobox", { name: "Country" }).selectOption("Switzerland");
    await submit.click();
    await expect(label(page, "Primary domain")).toHaveAccessibleDescription(/A customer has this domain already\./);
    await expect(summary.getByRole("link")).toHaveText([/^Primary domain/]);
    for (const [field, text] of Object.entries(again)) await expect(label(page, field)).toHaveValue(text);
    await label(page, "Primary domain").fill("oakwood-again.onmicrosoft.com");
    await submit.click();
    await expect(heading(page, "Oakwood again")).toBeVisible();
  });

  test("what was typed asks before it is left", async ({ page }) => {
    await open(page, "/customers/new");
    await label(page, "Company name").fill("Oakwood");
    await page.getByRole("main").getByRole("link", { name: "Discard" }).click();
    const question = page.getByRole("alertdialog", { name: "Changes are not submitted" });
    await question.getByRole("button", { name: "Stay on this page" }).click();
    await expect(label(page, "Company name")).toHaveValue("Oakwood");
    await page.getByRole("main").getByRole("link", { name: "Discard" }).click();
    await question.getByRole("button", { name: "Discard changes" }).click();
    await expect(heading(page, "Customers")).toBeVisible();
    await nothingWritten(page);
  });
});

test.describe("a customer", () => {
  test("S6, S17: its subscriptions by status, add-ons under their base", async ({ page }) => {
    await open(page, customerAt(FABRIKAM));
    const all = page.getByRole("table", { name: "Subscriptions of Fabrikam GmbH" });
    await expect(all.getByRole("rowheader")).toHaveCount(5);
    await expect(row(all, "Head office")).toContainText("Expires on 31 Jul 2027 · 12 days left");
    await expect(all.getByRole("rowheader").first(), "what ends soonest comes first").toContainText("Head office");
    await expect(row(all, /^Office 365 Business Premium/)).toContainText("Auto renews on 15 Feb 2028");
    await expect(all.getByRole("rowheader").filter({ hasText: "Audio Conferencing" })).toContainText("add-on of Office 365 Business Premium");
    const chips = page.getByRole("group", { name: "Show by status" });
    await expect(chips.getByRole("button")).toHaveText(["Active 4", "Suspended 1", "Deleted 2"]);
    await chips.getByRole("button", { name: "Deleted" }).click();
    await expect(all.getByRole("rowheader")).toHaveCount(7);
    await chips.getByRole("button", { name: "Active" }).click();
    await chips.getByRole("button", { name: "Suspended" }).click();
    await expect(all.getByRole("rowheader")).toHaveCount(2);
    await page.reload();
    await ready(page);
    await expect(all.getByRole("rowheader")).toHaveCount(2);
    await chips.getByRole("button", { name: "Deleted" }).click();
    await expect(page.getByText("No subscription has a status that is chosen above.")).toBeVisible();
  });

  test("A2: a suspended one is reactivated from the list with one press", async ({ page }) => {
    await open(page, customerAt(FABRIKAM));
    await page.getByRole("button", { name: "Reactivate Head office" }).dblclick();
    await expect(row(page, "Head office")).toContainText("Active");
    await expect(page.getByRole("status").filter({ hasText: "Head office is active again." })).toBeVisible();
  });

  test("S7: without a reseller relationship nothing can be sold, and the page says why", async ({ page }) => {
    await open(page, customerAt(LUCERNE));
    const button = page.getByRole("button", { name: "New subscription" });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription("There is no reseller relationship with this customer.");
    await expect(page.getByRole("link", { name: "New subscription" })).toHaveCount(0);
  });

  test("S11: special qualifications are updated, and the catalog follows", async ({ page }) => {
    await open(page, customerAt(SOUTHRIDGE));
    await page.getByRole("link", { name: "Account" }).click();
    const select = page.getByRole("combobox", { name: "Qualification" });
    await expect(select).toHaveValue("0");
    await select.selectOption("Education");
    await page.getByRole("button", { name: "Update" }).click();
    await expect(page.getByRole("status").filter({ hasText: "Special qualifications updated: Education." })).toBeVisible();
    await expect(fact(page, "Type")).toHaveText("Education");
    await page.reload();
    await ready(page);
    await expect(fact(page, "Type")).toHaveText("Education");
    await open(page, `${customerAt(SOUTHRIDGE)}/subscriptions/new?step=catalog&cycle=annual`);
    await expect(page.getByRole("navigation", { name: "Category" }).getByRole("link", { name: /^Education/ })).toBeVisible();
  });

  test("the relationship is removed only when nothing is active any more", async ({ page }) => {
    await open(page, `${customerAt(FABRIKAM)}/account`);
    const remove = page.getByRole("button", { name: "Remove reseller relationship" });
    await expect(remove).toHaveAttribute("aria-disabled", "true");
    await expect(remove).toHaveAccessibleDescription("4 subscriptions are active. Suspend them first.");
    await open(page, `${customerAt(SOUTHRIDGE)}/account`);
    await remove.click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByRole("button", { name: "Keep relationship" }).click();
    await expect(dialog).toBeHidden();
    await expect(fact(page, "Relationship")).toHaveText("Reseller");
    await remove.click();
    await dialog.getByRole("button", { name: "Remove reseller relationship" }).click();
    await expect(fact(page, "Relationship")).toHaveText("None");
    await expect(page.getByRole("button", { name: "New subscription" })).toHaveAttribute("aria-disabled", "true");
  });
});

test.describe("addresses at which there is nothing", () => {
  const NOTHING: [name: string, at: string, says: string][] = [
    ["a screen that is not", "/no-such-screen", "There is no screen at /no-such-screen."],
    ["a customer that does not exist", "/customers/5d5d0000-0000-4000-8fff-000000000000", "This customer does not exist here."],
    ["a customer by name", "/customers/fabrikam", "This customer does not exist here."],
    ["an account of nobody", "/customers/nobody/account", "This customer does not exist here."],
    ["a subscription for nobody", "/customers/nobody/subscriptions/new", "This customer does not exist here."],
    ["a subscription that does not exist", subscriptionAt(FABRIKAM, 99), "This subscription does not exist here."],
    ["a subscription of another customer", `${customerAt(CONTOSO)}/subscriptions/${subscriptionAt(FABRIKAM, 1).split("/").at(-1)}`, "This subscription does not exist here."],
    ["a subscription of nobody", "/customers/nobody/subscriptions/nothing", "This customer does not exist here."],
    ["a customer with odd letters", "/customers/%F0%9F%A6%80%3Cscript%3E", "There is no screen at"],
    ["more than an address has", `${subscriptionAt(FABRIKAM, 1)}/edit`, "There is no screen at"],
  ];
  for (const [name, at, says] of NOTHING) {
    test(`${name}: a message and the way back`, async ({ page }) => {
      await open(page, at);
      await expect(heading(page, "Nothing at this address")).toBeVisible();
      await expect(page.getByRole("main")).toContainText(says);
      await page.getByRole("main").getByRole("link", { name: "Show customers" }).click();
      await expect(heading(page, "Customers")).toBeVisible();
    });
  }

  test("IDs are the same in capital letters", async ({ page }) => {
    await open(page, customerAt(FABRIKAM).toUpperCase().replace("CUSTOMERS", "customers"));
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
  });
});
