// The page of one subscription: limits, add-ons, what a suspension draws along, trials, ends.
import {
  ADATUM, ALPINE, COFFEE, FABRIKAM, LITWARE, MESSENGER, NORTHWIND, PHONE, PROSEWARE, SETTINGS, TAILSPIN, TREY, WOODGROVE,
  choose, customerAt, expect, fact, heading, kept, keptSettings, moveClock, navigate, open, press, ready, row, subscriptionAt, suspend, test, nothingWritten, onlyInTheDemo, user,
} from "./support/journey";
import type { Page } from "@playwright/test";

const quantity = (page: Page) => page.getByRole("textbox", { name: "Quantity" });
const bar = (page: Page) => page.getByRole("region", { name: "Unsaved changes" });
const status = (page: Page, name: "Active" | "Suspended" | "Cancelled") =>
  page.getByRole("group", { name: "Status" }).getByRole("radio", { name, exact: true });

/** Submits what was changed, and waits until nothing is left to submit. */
async function submit(page: Page) {
  await bar(page).getByRole("button", { name: "Submit" }).click();
  await expect(bar(page)).toBeHidden();
}

test.describe("S19: licenses within their limits", () => {
  const REFUSED: [typed: string, says: string][] = [
    ["301", "301 asked, 1 to 300 allowed."],
    ["10000001", "10,000,001 asked, 1 to 300 allowed."],
    ["0", "At least 1 license is needed."],
    ["", "Enter the number of licenses."],
    ["   ", "Enter the number of licenses."],
    ["1.5", "“1.5” is not a whole number of licenses."],
    ["-3", "“-3” is not a whole number of licenses."],
    ["−3", "“−3” is not a whole number of licenses."],
    ["1e2", "“1e2” is not a whole number of licenses."],
    ["twelve", "“twelve” is not a whole number of licenses."],
    ["１２", "“１２” is not a whole number of licenses."],
    ["99999999999999999999", "“99999999999999999999” is not a whole number of licenses."],
  ];
  for (const [typed, says] of REFUSED) {
    test(`“${typed}” licenses are refused in words`, async ({ page }) => {
      await open(page, subscriptionAt(FABRIKAM, 1));
      await expect(quantity(page)).toHaveValue("12");
      await quantity(page).fill(typed);
      await expect(quantity(page)).toHaveAttribute("aria-invalid", "true");
      await expect(quantity(page)).toHaveAccessibleDescription(new RegExp(says.replace(/[.]/g, "\\.")));
      await expect(bar(page)).toContainText("1 change · 1 to correct");
      await press(bar(page).getByRole("button", { name: "Submit" }));
      await expect(bar(page), "nothing is submitted").toContainText("1 to correct");
      await nothingWritten(page);
    });
  }

  test("pasted text is refused, and a pasted number with spaces around it is taken", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page, subscriptionAt(FABRIKAM, 1));
    const paste = async (text: string) => {
      await page.evaluate((text) => navigator.clipboard.writeText(text), text);
      await quantity(page).selectText();
      await page.keyboard.press("ControlOrMeta+V");
    };
    await paste("25 seats\nfor the team");
    await expect(quantity(page)).toHaveAttribute("aria-invalid", "true");
    await paste(" 14 ");
    await expect(quantity(page)).not.toHaveAttribute("aria-invalid");
    await submit(page);
    await expect(quantity(page)).toHaveValue("14");
    await page.reload();
    await ready(page);
    await expect(quantity(page)).toHaveValue("14");
  });

  test("both ends of the limits are taken, and what it costs is said before", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 1));
    await expect(quantity(page)).toHaveAccessibleDescription(/1–300 licenses · 11 are assigned to users/);
    await quantity(page).fill("300");
    await expect(quantity(page)).toHaveAccessibleDescription(/About \$[\d,.]+ more for this billing period, an estimate/);
    await submit(page);
    await expect(heading(page, /^Office 365 Business Premium/)).toBeVisible();
    await expect(page.getByRole("main")).toContainText("300 licenses");
    await quantity(page).fill("1");
    await expect(quantity(page)).toHaveAccessibleDescription(/Credit of about \$[\d,.]+ for this billing period, an estimate/);
    await submit(page);
    await expect(page.getByRole("main")).toContainText("1 license");
  });

  test("fewer licenses than are assigned are possible, with a warning", async ({ page }) => {
    await open(page, subscriptionAt(PHONE, 1));
    await quantity(page).fill("30");
    await expect(quantity(page)).toHaveAccessibleDescription(/38 are assigned: some users will lose theirs/);
    await submit(page);
    await expect(quantity(page)).toHaveValue("30");
  });

  test("a nickname must not be empty", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    const nickname = page.getByRole("textbox", { name: "Subscription nickname" });
    await nickname.fill("  ");
    await expect(nickname).toHaveAccessibleDescription("Enter a nickname, 1 to 120 characters.");
    await nickname.fill("Ärzte <b>& Söhne</b>");
    await submit(page);
    await expect(heading(page, /^Ärzte <b>& Söhne<\/b>/)).toBeVisible();
    await page.reload();
    await ready(page);
    await expect(heading(page, /^Ärzte <b>& Söhne<\/b>/)).toBeVisible();
  });
});

test.describe("S18: add-ons", () => {
  test("an add-on is bought on the page of its base, changed there, and stands under it in the list", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    const buy = page.getByRole("form", { name: "Buy add-on" });
    await expect(buy).toBeVisible();
    const nothing = buy.getByRole("combobox", { name: "Add-on" });
    await expect(nothing.locator("option:checked"), "nothing is bought by one press").toHaveText("Choose an add-on");
    await press(buy.getByRole("button", { name: "Buy add-on" }));
    await expect(buy.getByRole("textbox", { name: "Licenses" })).not.toHaveAttribute("aria-invalid");
    await nothingWritten(page);
    await buy.getByRole("combobox", { name: "Add-on" }).selectOption({ label: "Exchange Online Archiving for Exchange Online" });
    await buy.getByRole("textbox", { name: "Licenses" }).fill("0");
    await expect(buy.getByRole("textbox", { name: "Licenses" })).toHaveAccessibleDescription(/At least 1 license is needed\./);
    await buy.getByRole("textbox", { name: "Licenses" }).fill("20");
    await buy.getByRole("button", { name: "Buy add-on" }).dblclick();
    const addOns = page.getByRole("table", { name: "Add-ons" });
    const bought = row(addOns, "Exchange Online Archiving for Exchange Online");
    await expect(bought).toHaveCount(1);
    await expect(bought).toContainText("Active");
    await expect(page.getByRole("status")).toContainText(["20 licenses of Exchange Online Archiving for Exchange Online bought."]);
    await expect(nothing.locator("option:checked")).toHaveText("Choose an add-on");
    const licenses = page.getByRole("textbox", { name: "Licenses of Exchange Online Archiving for Exchange Online" });
    await expect(licenses).toHaveValue("20");
    await licenses.fill("1.5");
    await expect(licenses).toHaveAccessibleDescription("“1.5” is not a whole number of licenses.");
    await licenses.fill("24");
    await submit(page);
    await expect(licenses).toHaveValue("24");
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
    await expect(row(page, /add-on of Workshop/)).toContainText("24");
  });

  test("what is typed for an add-on stays when the page is read again", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    const buy = page.getByRole("form", { name: "Buy add-on" });
    await buy.getByRole("combobox", { name: "Add-on" }).selectOption({ label: "Exchange Online Archiving for Exchange Online" });
    await buy.getByRole("textbox", { name: "Licenses" }).fill("7");
    await page.getByRole("textbox", { name: "Subscription nickname" }).fill("Assembly");
    await submit(page);
    await expect(buy.locator("option:checked")).toHaveText("Exchange Online Archiving for Exchange Online");
    await expect(buy.getByRole("textbox", { name: "Licenses" })).toHaveValue("7");
    await buy.getByRole("button", { name: "Buy add-on" }).click();
    await expect(page.getByRole("textbox", { name: "Licenses of Exchange Online Archiving for Exchange Online" })).toHaveValue("7");
  });

  test("an add-on has the billing frequency and the renewal of its base", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 2));
    const renewal = page.getByText(/^Auto renews on/).first();
    await expect(renewal).toBeVisible();
    const own = await renewal.textContent();
    await page.goto(subscriptionAt(FABRIKAM, 1));
    await expect(page.getByText(/^Auto renews on/).first()).toHaveText(own ?? "");
  });
});

test.describe("S20–S25, S27: suspended", () => {
  test("what is drawn along is named before, suspended with it, and comes back with it", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 1));
    await choose(page, "Status", "Suspended");
    const dialog = page.getByRole("dialog");
    await expect(fact(dialog, "Add-ons")).toHaveText("Also affected: Audio Conferencing (4 licenses; its own last day: 17 Oct 2027).");
    await expect(fact(dialog, "Users")).toHaveText("11 users cannot sign in or use the service from now on.");
    await expect(fact(dialog, "Administrators")).toHaveText("Still sign in and reach the data.");
    await dialog.getByRole("radio", { name: "Fraud" }).check();
    await dialog.getByRole("textbox", { name: "Note" }).fill("Case 4711");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(dialog).toBeHidden();
    await expect(fact(page, "Note")).toHaveText("Case 4711");
    await expect(row(page, "Audio Conferencing")).toContainText("Suspended");
    // Each has a window of its own, 104 days and 90; an add-on's never ends after its base's.
    await expect(row(page, "Audio Conferencing")).toContainText("Expires on 17 Oct 2027");
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/Expires on 31 October 2027/);
    await expect(page.getByRole("textbox", { name: "Licenses of Audio Conferencing" })).toHaveCount(0);
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await expect(fact(dialog, "Add-ons")).toHaveText("Also affected: Audio Conferencing (4 licenses).");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(status(page, "Active")).toBeChecked();
    await expect(row(page, "Audio Conferencing")).toContainText("Active");
  });

  test("a dialog shows what somebody else changed meanwhile, and is submitted by that", async ({ page, context }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await choose(page, "Status", "Suspended");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Fraud" }).check();
    await dialog.getByRole("textbox", { name: "Note" }).fill("Case 4711");
    const other = await context.newPage();
    await open(other, subscriptionAt(FABRIKAM, 4));
    await quantity(other).fill("31");
    await submit(other);
    await expect(page.getByRole("dialog", { name: /^Suspend 31 licenses/ })).toBeVisible();
    await expect(dialog.getByRole("textbox", { name: "Note" }), "nothing typed is lost").toHaveValue("Case 4711");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(dialog).toBeHidden();
    await expect(status(page, "Suspended")).toBeChecked();
    await expect(status(page, "Suspended"), "it has not moved from under the hand").toBeFocused();
    await expect(page.getByRole("region", { name: "History" })).toContainText("Case 4711");
  });

  test("a number typed before is not left in the way of the other changes", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await quantity(page).fill("5");
    await page.getByRole("textbox", { name: "Subscription nickname" }).fill("Assembly");
    await expect(bar(page)).toContainText("2 changes");
    await suspend(page, "Non-payment");
    await expect(bar(page)).toContainText("1 change");
    await submit(page);
    await expect(heading(page, /^Assembly/)).toContainText("Suspended");
    await expect(page.getByRole("region", { name: "Cancel this subscription" })).toContainText("Users are locked out already");
  });

  test("A6: what does not renew can be reactivated until its term ends, and that day is told", async ({ page }) => {
    await open(page, subscriptionAt(MESSENGER, 1));
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/it can be reactivated until 27 Aug 2027 \(UTC\): 39 days/);
    await choose(page, "Status", "Suspended");
    const dialog = page.getByRole("dialog");
    await expect(fact(dialog, "Data")).toHaveText("Kept until 17 Oct 2027, then deleted for good.");
    await expect(fact(dialog, "Last day to undo")).toHaveText("27 August 2027 (UTC)");
  });

  test("§3.3: what is suspended with its base ends no later, also when both are cancelled later", async ({ page }) => {
    await open(page, subscriptionAt(WOODGROVE, 1));
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    const addOns = fact(page.getByRole("dialog"), "Add-ons");
    await expect(addOns).toContainText("Phone System (40 licenses)");
    await expect(addOns, "not as if it were suspended today").not.toContainText("17 Oct 2027");
  });

  test("S21: the reasons are the customer's request, non-payment and fraud", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await choose(page, "Status", "Suspended");
    const reasons = page.getByRole("group", { name: "Reason" }).getByRole("radio");
    await expect(reasons).toHaveCount(3);
    for (const reason of ["Customer request", "Non-payment", "Fraud"]) {
      await expect(page.getByRole("group", { name: "Reason" }).getByRole("radio", { name: reason })).toBeVisible();
    }
  });

  test("add-ons of add-ons go and come back with their base", async ({ page }) => {
    await open(page, subscriptionAt(WOODGROVE, 1));
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await expect(fact(page.getByRole("dialog"), "Add-ons")).toContainText("Phone System (40 licenses)");
    await expect(fact(page.getByRole("dialog"), "Add-ons")).toContainText("Domestic Calling Plan (25 licenses)");
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await expect(status(page, "Active")).toBeChecked();
    await open(page, subscriptionAt(WOODGROVE, 3));
    await expect(status(page, "Active")).toBeChecked();
  });

  test("an add-on cannot come back before its base", async ({ page }) => {
    await open(page, subscriptionAt(WOODGROVE, 2));
    await expect(status(page, "Active")).toBeDisabled();
    await expect(status(page, "Active")).toHaveAccessibleDescription(
      "The subscription it belongs to is not active. Reactivate that one first.",
    );
    await expect(page.getByRole("button", { name: "Reactivate subscription" })).toHaveCount(0);
  });

  test("licenses are locked until it is reactivated", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 3));
    await expect(quantity(page)).toBeDisabled();
    await expect(quantity(page)).toHaveAccessibleDescription("Licenses can be changed after reactivation.");
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await expect(quantity(page)).toBeEnabled();
    await expect(quantity(page), "it comes back with the licenses it had").toHaveValue("25");
  });

  test("S26: the window has the free days of the purchase, 14 and 30", async ({ page }) => {
    await open(page, subscriptionAt(ADATUM, 1));
    // Suspended on 29 June 2027, 90 + 14 days.
    await expect(fact(page, "Window to reactivate")).toHaveText("104 days");
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/Expires on 11 October 2027 \(UTC\) · 84 days left/);
    await open(page, subscriptionAt(NORTHWIND, 1));
    // Suspended on 14 June 2027, 90 + 30 days.
    await expect(fact(page, "Window to reactivate")).toHaveText("120 days");
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/Expires on 12 October 2027 \(UTC\) · 85 days left/);
  });

  test("what the vendor suspended cannot be reactivated here", async ({ page }) => {
    await open(page, subscriptionAt(LITWARE, 1));
    await expect(status(page, "Suspended")).toBeChecked();
    await expect(status(page, "Active")).toBeDisabled();
    await expect(status(page, "Active")).toHaveAccessibleDescription(
      "The vendor suspended it. Only the vendor can reactivate it.",
    );
    await expect(page.getByRole("button", { name: "Reactivate subscription" })).toHaveCount(0);
  });

  test("the dialog leaves the page around it in sight", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await choose(page, "Status", "Suspended");
    const box = await page.getByRole("dialog").boundingBox();
    expect(box?.width).toBeLessThan(700);
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await page.getByRole("dialog").boundingBox())?.width, "narrow, it takes the width").toBeGreaterThan(380);
    await expect(page.getByRole("dialog").getByRole("button", { name: "Submit" })).toBeInViewport();
  });

  test("Escape and Back leave the dialog and suspend nothing", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await choose(page, "Status", "Suspended");
    await page.getByRole("dialog").getByRole("radio", { name: "Fraud" }).check();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(status(page, "Active")).toBeChecked();
    await choose(page, "Status", "Suspended");
    await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(status(page, "Active")).toBeChecked();
    await nothingWritten(page);
  });
});

test.describe("S28, A1: cancelled", () => {
  test("a cancelled one says when it is deleted, and can be undone until then", async ({ page }) => {
    await open(page, subscriptionAt(PROSEWARE, 1));
    await expect(heading(page, /^Microsoft 365 E3/)).toContainText("Cancelled");
    await expect(page.getByRole("main")).toContainText(/Deletes on \d+ Oct 2027/);
    await expect(status(page, "Cancelled")).toBeChecked();
    await expect(status(page, "Cancelled")).toHaveAccessibleDescription(/^Deletes on \d+ October 2027 \(UTC\) · \d+ days left\./);
    await expect(page.getByRole("button", { name: "Cancel subscription" })).toHaveCount(0);
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await expect(heading(page, /^Microsoft 365 E3/)).toContainText("Active");
  });

  test("a suspended one can be cancelled; its day stays", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 3));
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/Expires on 31 July 2027 \(UTC\) · 12 days left/);
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    const dialog = page.getByRole("dialog");
    await expect(fact(dialog, "Last day to undo")).toHaveText("31 July 2027 (UTC)");
    await dialog.getByRole("textbox", { name: /to confirm$/ }).fill("fabrikam gmbh");
    await dialog.getByRole("button", { name: "Cancel subscription" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("main")).toContainText("Deletes on 31 Jul 2027");
  });
});

test.describe("S9: trials", () => {
  test("a trial is converted to a paid subscription, with its licenses and frequency chosen then", async ({ page }) => {
    await open(page, subscriptionAt(TAILSPIN, 1));
    await expect(page.getByRole("region", { name: "Trial" })).toContainText("Ends on 20 July 2027 (UTC)");
    await expect(quantity(page)).toBeDisabled();
    await page.getByRole("button", { name: "Convert trial to paid subscription" }).click();
    const dialog = page.getByRole("dialog", { name: "Convert trial to paid subscription" });
    await expect(dialog.getByRole("combobox", { name: "Offer" })).toHaveText("Office 365 Business Premium");
    await dialog.getByRole("textbox", { name: "Quantity" }).fill("301");
    await expect(dialog.getByRole("textbox", { name: "Quantity" })).toHaveAccessibleDescription(/301 asked, 1 to 300 allowed\./);
    await dialog.getByRole("textbox", { name: "Quantity" }).fill("20");
    await dialog.getByRole("radio", { name: "Annual" }).check();
    // 20 × $10.00 × 12
    await expect(fact(dialog, "Money")).toHaveText("First bill about $2,400.00, an estimate.");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("main")).toContainText("20 licenses");
    await expect(page.getByRole("main")).toContainText("Auto renews on 19 Jul 2028");
    await expect(page.getByRole("region", { name: "Trial" })).toHaveCount(0);
    await expect(quantity(page)).toBeEnabled();
  });

  test("a trial that has ended is gone, and says how long its data are kept", async ({ page }) => {
    await open(page, `${customerAt(TREY)}?show=deleted`);
    await row(page, /Trial/).getByRole("link").click();
    await expect(heading(page, /Trial/)).toContainText("Deleted");
    await expect(page.getByRole("region", { name: "Status" })).toContainText(/Trial ended on .* Its data is kept until/);
    await expect(page.getByRole("button", { name: "Convert trial to paid subscription" })).toHaveCount(0);
  });
});

test.describe("S25, S27: what time does", () => {
  test("W15: on its last day a subscription can be reactivated", async ({ page }) => {
    await open(page, subscriptionAt(ALPINE, 1));
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/Expires on 19 July 2027 \(UTC\) · last day\./);
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await expect(status(page, "Active")).toBeChecked();
  });

  test("W15: a day later it is deleted; the demo has written nothing but its clock", async ({ page }) => {
    onlyInTheDemo("the demo's clock");
    await open(page, "/settings");
    await page.getByRole("group", { name: "Move the clock" }).getByRole("button", { name: "+1 day" }).click();
    await expect(page.locator("#clock time")).toHaveText("20 July 2027");
    await open(page, subscriptionAt(ALPINE, 1));
    await expect(heading(page, /^Winter season/)).toContainText("Deleted");
    await expect(page.getByRole("region", { name: "Status" })).toContainText("Deleted on 20 Jul 2027");
    await expect(page.getByRole("button", { name: "Reactivate subscription" })).toHaveCount(0);
    await expect(quantity(page)).toHaveCount(0);
    await nothingWritten(page);
    expect(await keptSettings(page)).toMatchObject({ start: "2027-07-19", daysMoved: 1 });
  });

  test("a year ahead nothing is written down either, and back at the start all is as it was", async ({ page }) => {
    onlyInTheDemo("a server's job writes it down, and its clock goes one way");
    await moveClock(page, "2028-07-19");
    await navigate(page, "Customers");
    await open(page, `${customerAt(FABRIKAM)}?show=active,suspended,deleted`);
    await expect(row(page, "Head office")).toContainText("Deleted");
    await expect(row(page, "Workshop")).toContainText(/Auto renews on \d+ May 2029/);
    await nothingWritten(page);
    await open(page, "/settings");
    await page.getByRole("button", { name: "Back to start" }).click();
    await expect(page.locator("#clock time")).toHaveText("19 July 2027");
    await open(page, subscriptionAt(FABRIKAM, 3));
    await expect(status(page, "Suspended")).toBeChecked();
  });

  test("S25: a suspension of today ends by itself after its last day, and its data are gone", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await suspend(page, "Non-payment");
    const before = await kept(page);
    await moveClock(page, "2027-10-17");
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(status(page, "Suspended")).toHaveAccessibleDescription(/last day\./);
    await moveClock(page, "2027-10-18");
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(page.getByRole("region", { name: "Status" })).toContainText("Deleted on 18 Oct 2027. Its data is gone. The catalog says whether it can be bought again.");
    const after = await kept(page);
    expect({ ...after, [SETTINGS]: "" }, "what time does is derived, never written").toEqual({ ...before, [SETTINGS]: "" });
  });

  test("a deleted one can be neither changed, suspended, reactivated nor cancelled", async ({ page }) => {
    await open(page, subscriptionAt(COFFEE, 1));
    await expect(heading(page, /./)).toContainText("Deleted");
    await expect(page.getByRole("main")).toContainText("9 licenses");
    await expect(page.getByRole("main").getByRole("textbox")).toHaveCount(0);
    await expect(page.getByRole("radio")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Cancel subscription" })).toHaveCount(0);
    await expect(page.getByRole("form", { name: "Buy add-on" })).toHaveCount(0);
    await expect(row(page, "Administrators").getByRole("cell")).toHaveText(["No", "No", "No"]);
  });

  test("an offer that is no longer sold does not renew", async ({ page }) => {
    await open(page, subscriptionAt(MESSENGER, 1));
    await expect(page.getByRole("main")).toContainText("Expires on 27 Aug 2027");
    await expect(fact(page, "Auto-renew")).toHaveText("Off");
    await moveClock(page, "2027-08-28");
    await open(page, subscriptionAt(MESSENGER, 1));
    await expect(heading(page, /./)).toContainText("Deleted");
  });
});

test("the history tells what was done, with the old and the new value, newest first", async ({ page }) => {
  await open(page, subscriptionAt(FABRIKAM, 4));
  await page.getByRole("textbox", { name: "Subscription nickname" }).fill("Assembly");
  await quantity(page).fill("31");
  await submit(page);
  await suspend(page, "Non-payment");
  const lines = page.getByRole("region", { name: "History" }).getByRole("listitem");
  await expect(lines.nth(0)).toContainText("Suspended: non-payment Active → Suspended");
  await expect(lines.nth(1)).toContainText("Quantity changed 30 → 31");
  await expect(lines.nth(2)).toContainText("Nickname changed Workshop → Assembly");
  await expect(lines.nth(0)).toContainText(new RegExp(`19 Jul 2027, \\d\\d:\\d\\d UTC · ${user()}`));
  await expect(lines.last()).toContainText("Subscription created");
});

test.describe("unsaved changes ask before they are left", () => {
  test("another cloud asks; staying keeps the cloud and what was typed", async ({ page }) => {
    await open(page, subscriptionAt(FABRIKAM, 4));
    await quantity(page).fill("31");
    const cloud = page.getByRole("combobox", { name: "Cloud" });
    await cloud.selectOption({ label: "Germany" });
    const dialog = page.getByRole("alertdialog");
    await dialog.getByRole("button", { name: "Stay" }).click();
    await expect(cloud.locator("option:checked")).toHaveText("Commercial");
    await expect(quantity(page)).toHaveValue("31");
  });

  const dirty = async (page: Page) => {
    await open(page, customerAt(FABRIKAM));
    await page.getByRole("link", { name: "Workshop" }).click();
    await quantity(page).fill("33");
    await expect(bar(page)).toContainText("1 change");
  };
  const question = (page: Page) => page.getByRole("alertdialog", { name: "Changes are not submitted" });

  test("a link asks; staying keeps what was typed, discarding goes on", async ({ page }) => {
    await dirty(page);
    const link = page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Settings" });
    await link.click();
    await question(page).getByRole("button", { name: "Stay on this page" }).click();
    await expect(question(page)).toBeHidden();
    await expect(quantity(page)).toHaveValue("33");
    await link.click();
    await question(page).getByRole("button", { name: "Discard changes" }).click();
    await expect(heading(page, "Settings")).toBeVisible();
    await open(page, subscriptionAt(FABRIKAM, 4));
    await expect(quantity(page)).toHaveValue("30");
  });

  test("the browser's Back asks too", async ({ page }) => {
    await dirty(page);
    await page.goBack();
    await expect(question(page)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(question(page)).toBeHidden();
    await expect(page).toHaveURL(subscriptionAt(FABRIKAM, 4));
    await expect(quantity(page)).toHaveValue("33");
    await page.goBack();
    await question(page).getByRole("button", { name: "Discard changes" }).click();
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
    await expect(page).toHaveURL(customerAt(FABRIKAM));
  });

  test("closing the tab asks, and nothing asks once the changes are submitted or discarded", async ({ page }) => {
    await dirty(page);
    const asked = page.waitForEvent("dialog");
    const reload = page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await Promise.all([dialog.accept(), reload]);
    await ready(page);
    await quantity(page).fill("34");
    await bar(page).getByRole("button", { name: "Discard" }).click();
    await expect(quantity(page)).toHaveValue("30");
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
  });
});
