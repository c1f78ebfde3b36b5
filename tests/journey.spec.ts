// The whole journey, as a partner takes it: from the list of customers to the end of a subscription.
import {
  FABRIKAM, choose, customerAt, expect, fact, heading, moveClock, open, press, ready, row, subscriptionAt, suspend, test, nothingWritten, oneAccountWritten,
} from "./support/journey";
import type { Page } from "@playwright/test";

test.use({ timezoneId: "Europe/Rome" });
// These go through many screens.
test.describe.configure({ timeout: 90_000 });

const E5 = "Office 365 Enterprise E5";
const POWER_BI = "Power BI Pro";

test("S2, S3, S6–S8, S10, S15–S17, S19, S20, S24, S27, S28: from the customers to a subscription that is created, changed, suspended, reactivated and cancelled", async ({
  page,
}) => {
  await test.step("S6: choose the customer from the list", async () => {
    await open(page, "/");
    await expect(heading(page, "Customers")).toBeVisible();
    await page.getByRole("searchbox", { name: "Company name or domain" }).fill("fabri");
    await page.getByRole("row").getByRole("link", { name: "Fabrikam GmbH" }).click();
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
    await expect(page.getByRole("main")).toContainText("fabrikam.onmicrosoft.com");
  });

  await test.step("S7, S8: new subscription, then the billing frequency", async () => {
    await page.getByRole("link", { name: "New subscription" }).click();
    await expect(heading(page, "New subscription for Fabrikam GmbH")).toBeVisible();
    const choices = page.getByRole("group", { name: "Billing frequency" }).getByRole("radio");
    await expect(choices).toHaveCount(3);
    await page.getByText("How to decide").click();
    await expect(page.getByText("cannot be changed later")).toBeVisible();
    await page.getByRole("button", { name: "Choose from the catalog" }).click();
    await expect(page.getByRole("alert")).toHaveText("Choose a billing frequency.");
    await choose(page, "Billing frequency", "Annual");
    await page.getByRole("button", { name: "Choose from the catalog" }).click();
  });

  const selected = page.getByRole("region", { name: "Selected" });
  const e5 = page.getByRole("textbox", { name: `Licenses of ${E5}` });
  const powerBi = page.getByRole("textbox", { name: `Licenses of ${POWER_BI}` });

  await test.step("S10, S15: tick two offers and enter their licenses", async () => {
    await page.getByRole("checkbox", { name: E5, exact: true }).check();
    await page.getByRole("checkbox", { name: POWER_BI, exact: true }).check();
    await e5.fill("0");
    await expect(e5).toHaveAccessibleDescription("At least 1 license is needed.");
    await expect(selected).toContainText("2 selected · 1 to correct");
    await press(page.getByRole("button", { name: "Review" }));
    await expect(e5, "the way on leads to what is wrong").toBeFocused();
    await e5.fill("40");
    await powerBi.fill("5");
    await expect(selected).toContainText("2 selected");
    // 40 × $28.40 + 5 × $8.00
    await expect(selected).toContainText("$1,176.00 per month");
  });

  await test.step("S15: what was chosen is reviewed, and Back keeps all of it", async () => {
    await page.getByRole("button", { name: "Review" }).click();
    await expect(row(page, E5)).toContainText("40");
    await expect(row(page, E5)).toContainText("$1,136.00");
    await expect(row(page, POWER_BI)).toContainText("$40.00");
    await expect(page.getByRole("main")).toContainText("Billed once a year, in advance: $14,112.00");
    await expect(page.getByRole("main")).toContainText("19 Jul 2027 to 18 Jul 2028, then auto renews");
    await expect(page.getByRole("region", { name: "Estimate" })).toContainText("1 order");
    await page.getByRole("link", { name: "Back", exact: true }).click();
    await expect(e5).toHaveValue("40");
    await expect(powerBi).toHaveValue("5");
    await page.goBack();
    await expect(row(page, E5), "the browser's Back returns to the review").toContainText("40");
    await page.goBack();
    await expect(e5).toHaveValue("40");
    await page.getByRole("button", { name: "Review" }).click();
  });

  await test.step("S16: a double click on Submit orders once", async () => {
    await page.getByRole("button", { name: "Submit" }).dblclick();
    await expect(heading(page, "2 subscriptions created")).toBeVisible();
    await expect(page.getByRole("heading", { name: /^Order \d placed/ })).toHaveCount(1);
    await page.getByRole("link", { name: "Show all subscriptions" }).click();
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: E5 })).toHaveCount(1);
    await expect(page.getByRole("row").filter({ hasText: POWER_BI })).toHaveCount(1);
    await expect(row(page, E5)).toContainText("Auto renews on 19 Jul 2028");
  });

  await test.step("S17, S19: open it by its name, rename it and change its licenses", async () => {
    await page.getByRole("link", { name: E5 }).click();
    await expect(heading(page, new RegExp(`^${E5}`))).toBeVisible();
    await page.getByRole("textbox", { name: "Subscription nickname" }).fill("Sales floor");
    await page.getByRole("textbox", { name: "Quantity" }).fill("42");
    const bar = page.getByRole("region", { name: "Unsaved changes" });
    await expect(bar).toContainText("2 changes");
    await bar.getByRole("button", { name: "Submit" }).click();
    await expect(bar).toBeHidden();
    await expect(heading(page, /^Sales floor/)).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Quantity" })).toHaveValue("42");
  });

  await test.step("S20, S22–S25, S27: suspend it, with the reason and what follows", async () => {
    const suspended = page.getByRole("radio", { name: "Suspended" });
    await expect(suspended).toHaveAccessibleDescription(/If suspended today, it can be reactivated until 17 Oct 2027 \(UTC\): 90 days/);
    await choose(page, "Status", "Suspended");
    const dialog = page.getByRole("dialog", { name: "Suspend 42 licenses of Sales floor" });
    await expect(fact(dialog, "Users")).toHaveText("Cannot sign in or use the service from now on.");
    await expect(fact(dialog, "Administrators")).toHaveText("Still sign in and reach the data.");
    await expect(fact(dialog, "Add-ons")).toHaveText("None go with it.");
    await expect(fact(dialog, "Data")).toHaveText("Kept until 17 Oct 2027, then deleted for good.");
    // Suspended within 30 days: the whole period comes back, 42 × $28.40 × 12.
    await expect(fact(dialog, "Money")).toContainText("Credit of about $14,313.60 for this billing period, an estimate");
    await expect(fact(dialog, "Last day to undo")).toHaveText("17 October 2027 (UTC)");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(dialog.getByText("Choose a reason.")).toBeVisible();
    await expect(dialog.getByRole("radio", { name: "Customer request" }), "there it is read out").toBeFocused();
    await dialog.getByRole("radio", { name: "Non-payment" }).check();
    await dialog.getByRole("button", { name: "Submit" }).dblclick();
    await expect(dialog).toBeHidden();
    await isSuspended(page);
  });

  await test.step("S27, W14: the day is UTC's, the tooltip says the person's own last minute", async () => {
    await expect(page.getByRole("group", { name: "Status" }).getByText("17 October 2027 (UTC)")).toHaveAttribute(
      "title",
      /18 Oct 2027, 01:59/,
    );
  });

  await test.step("what was done is there after a reload", async () => {
    await page.reload();
    await ready(page);
    await isSuspended(page);
    await expect(heading(page, /^Sales floor/)).toContainText("Suspended · Non-payment");
  });

  await test.step("A2: reactivate it on the same page", async () => {
    await choose(page, "Status", "Active");
    const dialog = page.getByRole("dialog", { name: "Reactivate 42 licenses of Sales floor" });
    await expect(fact(dialog, "Users")).toHaveText("Sign in and use the service again.");
    await expect(fact(dialog, "Renewal")).toHaveText("Stays on 19 Jul 2028.");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeChecked();
    await expect(page.getByRole("textbox", { name: "Quantity" })).toHaveValue("42");
  });

  await test.step("S28, A1: cancel it, which asks for the customer's name", async () => {
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel Sales floor" });
    await dialog.getByRole("radio", { name: "Customer request" }).check();
    await dialog.getByRole("textbox", { name: /to confirm$/ }).fill("Contoso");
    await dialog.getByRole("button", { name: "Cancel subscription" }).click();
    await expect(dialog.getByText("Type the customer’s name as it is shown.")).toBeVisible();
    await dialog.getByRole("textbox", { name: /to confirm$/ }).fill("Fabrikam GmbH");
    await dialog.getByRole("button", { name: "Cancel subscription" }).click();
    await expect(dialog).toBeHidden();
    await expect(heading(page, /^Sales floor/)).toContainText("Cancelled");
    await expect(page.getByRole("main")).toContainText("Deletes on 17 Oct 2027");
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Fabrikam GmbH" }).click();
    await expect(row(page, "Sales floor")).toContainText("Deletes on 17 Oct 2027");
    await expect(row(page, "Sales floor")).toContainText("Cancelled");
  });
});

/** S22, S23, S27: what the page of a suspended subscription says. */
async function isSuspended(page: Page) {
  await expect(page.getByRole("radio", { name: "Suspended" })).toBeChecked();
  await expect(page.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(/Expires on 17 October 2027 \(UTC\) · 90 days left/);
  await expect(page.getByRole("textbox", { name: "Quantity" })).toBeDisabled();
  await expect(row(page, "Users").getByRole("cell")).toHaveText(["No", "No", "No"]);
  await expect(row(page, "Administrators").getByRole("cell")).toHaveText(["Yes", "No", "Yes"]);
}

test("S6–S8, S10, S15–S20, S24, S27: the same by keyboard alone", async ({ page }) => {
  await open(page, "/");
  const go = async (name: string, key = "Enter") => {
    await reach(page, name);
    await page.keyboard.press(key);
  };
  await page.keyboard.press("/");
  await page.keyboard.type("fabrikam gm");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/search=fabrikam/);
  await go("Fabrikam GmbH");
  await expect(heading(page, "Fabrikam GmbH")).toBeFocused();
  await go("New subscription");
  await expect(heading(page, "New subscription for Fabrikam GmbH")).toBeFocused();
  await reach(page, "Monthly");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Annual" })).toBeChecked();
  await go("Choose from the catalog");
  await expect(heading(page, "New subscription for Fabrikam GmbH")).toBeFocused();
  await reach(page, "Search the catalog");
  await page.keyboard.type("enterprise e5");
  await expect(page.getByRole("checkbox", { name: E5, exact: true })).toBeVisible();
  await go(E5, "Space");
  await expect(page.getByRole("checkbox", { name: E5, exact: true })).toBeChecked();
  await reach(page, `Licenses of ${E5}`);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("7");
  await go("Review");
  await expect(row(page, E5)).toContainText("7");
  await go("Submit");
  await expect(heading(page, "1 subscription created")).toBeFocused();
  await go(E5);
  await expect(heading(page, new RegExp(`^${E5}`))).toBeFocused();
  // In a group of radio buttons the Tab key stops at the chosen one; the arrow keys go on.
  await reach(page, "Active");
  await page.keyboard.press("ArrowDown");
  const dialog = page.getByRole("dialog", { name: /^Suspend 7 licenses/ });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeChecked();
  await reach(page, "Active");
  await page.keyboard.press("ArrowDown");
  await expect(dialog).toBeVisible();
  await reach(page, "Customer request");
  await page.keyboard.press("Space");
  await go("Submit");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("radio", { name: "Suspended" })).toBeChecked();
  await expect(page.getByRole("group", { name: "Status" })).toContainText("Expires on 17 October 2027 (UTC)");
  await go("Reactivate subscription");
  await expect(page.getByRole("dialog", { name: /^Reactivate 7 licenses/ })).toBeVisible();
  await go("Submit");
  await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeChecked();
});

/** Presses Tab until what has the focus has this name, as a reader would say it. */
async function reach(page: Page, name: string) {
  const seen: string[] = [];
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const at = document.activeElement;
      const labels = (at as HTMLInputElement | null)?.labels;
      const label = labels?.length ? [...labels].map((each) => each.textContent).join(" ") : null;
      return (at?.getAttribute("aria-label") ?? label ?? at?.textContent ?? "").trim();
    });
    if (focused === name) return;
    seen.push(focused.slice(0, 40));
  }
  throw new Error(`the Tab key does not lead to ${name}, only to: ${seen.join(" | ")}`);
}

test("S25, A2: a second suspension begins a window of its own, from its own day", async ({ page }) => {
  // W16. Bought on 31 March 2027: one free day by the rule of the 29th to 31st, so 91 days, for life.
  await open(page, subscriptionAt(FABRIKAM, 5));
  await suspend(page, "Customer request");
  await expect(page.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(/Expires on 18 October 2027/);
  await moveClock(page, "2027-08-18");
  await open(page, subscriptionAt(FABRIKAM, 5));
  await expect(page.getByRole("radio", { name: "Suspended" }), "the day does not move").toHaveAccessibleDescription(
    /Expires on 18 October 2027 \(UTC\) · 61 days left/,
  );
  await page.getByRole("button", { name: "Reactivate subscription" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
  await expect(page.getByRole("radio", { name: "Active", exact: true })).toBeChecked();
  await suspend(page, "Customer request");
  await expect(page.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(/Expires on 17 November 2027/);
});

test("S26: free days of a purchase before alignment lengthen the window", async ({ page }) => {
  // Bought on 1 February 2017 under billing day 15: 14 free days, so 104 days.
  await open(page, subscriptionAt(FABRIKAM, 1));
  await expect(fact(page, "Free period")).toHaveText("14 days");
  await expect(fact(page, "Window to reactivate")).toHaveText("104 days");
  await suspend(page, "Non-payment");
  await expect(page.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(
    /Expires on 31 October 2027 \(UTC\) · 104 days left/,
  );
});

test("S16: what Submit has created is the only thing that is written down", async ({ page }) => {
  await open(page, `${customerAt(FABRIKAM)}/subscriptions/new`);
  await choose(page, "Billing frequency", "Annual");
  await page.getByRole("button", { name: "Choose from the catalog" }).click();
  await page.getByRole("checkbox", { name: POWER_BI, exact: true }).check();
  await page.getByRole("button", { name: "Review" }).click();
  await expect(row(page, POWER_BI)).toBeVisible();
  await nothingWritten(page);
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(heading(page, "1 subscription created")).toBeVisible();
  await oneAccountWritten(page);
  await page.reload();
  await ready(page);
  await expect(page.getByRole("group", { name: "Billing frequency" }), "a reload does not order again").toBeVisible();
});
