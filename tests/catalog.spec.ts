// Step "Catalog" of "New subscription": what a customer can buy, what not, why, and the way out.
import {
  AZURE, BUSINESS_PREMIUM, CONTOSO, E3, FABRIKAM, FINE_ART, NORTHWIND, RELIEF, TAILSPIN, TREY, WINGTIP, customerAt, expect,
  expectAccessible, heading, open, press, ready, row, subscriptionAt, test,
} from "./support/journey";
import type { Page } from "@playwright/test";

const wizardOf = (customer: number) => `${customerAt(customer)}/subscriptions/new`;
const catalogOf = (customer: number, cycle: "monthly" | "annual" | "trial", more = "") =>
  `${wizardOf(customer)}?step=catalog&cycle=${cycle}${more}`;
const SMALL_BUSINESS = "&category=SmallBusiness_Key";

const tick = (page: Page, offer: string) => page.getByRole("checkbox", { name: offer, exact: true });
const licenses = (page: Page, offer: string) => page.getByRole("textbox", { name: `Licenses of ${offer}`, exact: true });
const search = (page: Page) => page.getByRole("searchbox", { name: "Search the catalog" });
/** The row of an offer whose name may be the beginning of another's. */
const offerRow = (page: Page, offer: string) => page.getByRole("row").filter({ has: tick(page, offer) });

test.describe("S13, S14: why an offer is not available", () => {
  test("S14: one is suspended, so it can be reactivated instead, until its day", async ({ page }) => {
    await open(page, catalogOf(WINGTIP, "monthly", SMALL_BUSINESS));
    const offer = offerRow(page, "Office 365 Business Premium");
    await expect(tick(page, "Office 365 Business Premium")).toBeDisabled();
    await expect(offer).toContainText("Already 2 of 2. One is suspended:");
    // Suspended on 30 May 2027 with a window of 90 days and the purchase's own free days.
    const link = offer.getByRole("link", { name: /^Reactivate until \d+ (Aug|Sept) 2027$/ });
    const day = (await link.textContent())?.replace("Reactivate until ", "");
    await link.click();
    await expect(heading(page, /^Holiday staff/)).toContainText("Suspended");
    await expect(page).toHaveURL(subscriptionAt(WINGTIP, 2));
    await expect(page.getByRole("main")).toContainText(`Expires on ${day}`);
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await expect(heading(page, /^Holiday staff/)).toContainText("Active");
  });

  test("S13: the customer has as many as it may, none of them suspended", async ({ page }) => {
    await open(page, subscriptionAt(WINGTIP, 2));
    await page.getByRole("button", { name: "Reactivate subscription" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await expect(heading(page, /^Holiday staff/)).toContainText("Active");
    await open(page, catalogOf(WINGTIP, "monthly", SMALL_BUSINESS));
    const offer = offerRow(page, "Office 365 Business Premium");
    await expect(offer).toContainText("Already 2 of 2.");
    await expect(offer.getByRole("link", { name: /Reactivate/ })).toHaveCount(0);
    await offer.getByRole("link", { name: "Stores" }).click();
    await expect(heading(page, /^Stores/)).toBeVisible();
  });

  test("below the limit a suspended one is a hint only", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "monthly", SMALL_BUSINESS));
    const offer = offerRow(page, "Microsoft 365 Business");
    await expect(offer).toContainText("The customer has a suspended one. It can be reactivated until 31 Jul 2027.");
    await expect(tick(page, "Microsoft 365 Business")).toBeEnabled();
    await offer.getByRole("link", { name: "Open it" }).click();
    await expect(heading(page, /^Head office/)).toBeVisible();
  });

  test("S4, S14: the nonprofit offer that one may have once", async ({ page }) => {
    await open(page, catalogOf(RELIEF, "monthly", "&category=Nonprofit_Key"));
    const offer = offerRow(page, "Office 365 Enterprise E1 (Nonprofit Staff Pricing)");
    await expect(offer).toContainText("1–2,000 · 1 at a time");
    await expect(offer).toContainText("Already 1 of 1. One is suspended:");
    await expect(offer.getByRole("link", { name: /^Reactivate until/ })).toBeVisible();
  });

  test.describe("in the cloud for Germany", () => {
    test.use({ demo: { cloud: "germany" } });
    const wizard = (customer: number, place: string) => `${customerAt(customer, "germany")}/subscriptions/new?step=catalog&cycle=annual${place}`;
    const OFFER = "Office 365 Business Premium (Germany)";

    test("S1, S4, S14: limited to one, and that one is suspended", async ({ page }) => {
      await open(page, wizard(2, SMALL_BUSINESS));
      await expect(offerRow(page, OFFER)).toContainText("1–300 · 1 at a time");
      await expect(offerRow(page, OFFER)).toContainText("Already 1 of 1. One is suspended:");
      await offerRow(page, OFFER).getByRole("link", { name: /^Reactivate until \d+ Sept 2027$/ }).click();
      await expect(page).toHaveURL(subscriptionAt(2, 1, "germany"));
      await expect(heading(page, new RegExp("Office 365 Business Premium"))).toContainText("Suspended");
    });

    test("S1, S4, S13: limited to one, and that one is active", async ({ page }) => {
      await open(page, wizard(1, SMALL_BUSINESS));
      await expect(offerRow(page, OFFER)).toContainText("Already 1 of 1.");
      await expect(offerRow(page, OFFER).getByRole("link", { name: /Reactivate/ })).toHaveCount(0);
      await expect(offerRow(page, OFFER).getByRole("link", { name: OFFER })).toHaveAttribute("href", subscriptionAt(1, 1, "germany"));
      await expect(tick(page, OFFER)).toBeDisabled();
    });

    test("S1: offers of another cloud are never shown", async ({ page }) => {
      await open(page, wizard(2, "&all=1&search=e3"));
      await expect(tick(page, "Office 365 Enterprise E3 (Germany)")).toBeVisible();
      await expect(page.getByRole("checkbox", { name: /E3/ }).filter({ visible: true })).toHaveCount(1);
    });
  });
});

test.describe("S12: the billing frequency", () => {
  test("an offer of another frequency stays, with the way to that one", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "annual", "&search=monthly"));
    const offer = offerRow(page, "Project Online Essentials (monthly only)");
    await expect(offer).toContainText("Not sold annually.");
    await expect(tick(page, "Project Online Essentials (monthly only)")).toBeDisabled();
    await offer.getByRole("button", { name: "Choose Monthly" }).click();
    await expect(tick(page, "Project Online Essentials (monthly only)")).toBeEnabled();
    await search(page).fill("annual only");
    await expect(offerRow(page, "Office 365 Business (annual only)")).toContainText("Not sold monthly.");
    await offerRow(page, "Office 365 Business (annual only)").getByRole("button", { name: "Choose Annual" }).click();
    await expect(tick(page, "Office 365 Business (annual only)")).toBeEnabled();
  });

  test("what was ticked stays ticked when the frequency changes, and says if it is not sold so", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "monthly", `&lines=${AZURE}:1,${E3}:9`));
    await expect(tick(page, "Microsoft Azure")).toBeChecked();
    await page.getByRole("link", { name: /^Billing frequency/ }).click();
    await page.getByRole("group", { name: "Billing frequency" }).getByText("Annual", { exact: true }).click();
    await page.getByRole("button", { name: "Choose from the catalog" }).click();
    await expect(licenses(page, "Office 365 Enterprise E3")).toHaveValue("9");
    await expect(offerRow(page, "Microsoft Azure")).toContainText("Not sold annually.");
    await expect(page.getByRole("region", { name: "Selected" })).toContainText("2 selected · 1 to correct");
    await press(page.getByRole("button", { name: "Review" }));
    await expect(page.getByRole("region", { name: "Selected" }), "there is nothing to review yet").toBeVisible();
    await tick(page, "Microsoft Azure").uncheck();
    await page.getByRole("button", { name: "Review" }).click();
    await expect(row(page, "Office 365 Enterprise E3")).toContainText("9");
  });

  test("what is to be corrected says why where it stands selected, wherever its row is", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "monthly", `&category=Enterprise_Key&lines=${E3}:9,${BUSINESS_PREMIUM}:301`));
    const selected = page.getByRole("region", { name: "Selected" });
    const line = selected.getByRole("listitem").filter({ hasText: "Office 365 Business Premium" });
    await expect(line).toContainText("301 asked, 1 to 300 allowed");
    await expect(tick(page, "Office 365 Business Premium"), "it is in another tab").toHaveCount(0);

    await press(page.getByRole("button", { name: "Review" }));
    await expect(licenses(page, "Office 365 Business Premium")).toBeFocused();
    await line.getByRole("button", { name: "Remove Office 365 Business Premium" }).click();
    await expect(page.getByRole("heading", { name: "Selected" }), "the focus is not lost").toBeFocused();
    await expect(selected).toContainText("1 selected");
    await expect(tick(page, "Office 365 Business Premium")).not.toBeChecked();
    await expectAccessible(page);
  });

  test("an offer that is no longer sold says so", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "monthly", "&search=enterprise%20e4"));
    await expect(offerRow(page, "Office 365 Enterprise E4")).toContainText(/No longer sold/);
    await expect(tick(page, "Office 365 Enterprise E4")).toBeDisabled();
  });
});

test.describe("S11: the type of the customer", () => {
  test("offers for others are behind the toggle, with their reason", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "monthly", "&search=nonprofit"));
    await expect(page.getByRole("heading", { name: "No offer contains “nonprofit”" })).toBeVisible();
    const toggle = page.getByRole("checkbox", { name: "Show what this customer cannot buy" });
    await toggle.check();
    await expect(offerRow(page, "Power BI Pro (Nonprofit Staff Pricing)")).toContainText("For nonprofit customers only.");
    await expect(tick(page, "Power BI Pro (Nonprofit Staff Pricing)")).toBeDisabled();
    await search(page).fill("education e3");
    await expect(offerRow(page, "Office 365 Education E3 for Faculty")).toContainText("For education customers only.");
    await search(page).fill("government pricing");
    await expect(offerRow(page, "Office 365 Enterprise E3 (Government Pricing)")).toContainText("For government customers only.");
    await toggle.uncheck();
    await expect(tick(page, "Office 365 Enterprise E3 (Government Pricing)")).toHaveCount(0);
  });

  test("an education customer has its own tab and can buy from it", async ({ page }) => {
    await open(page, catalogOf(FINE_ART, "annual"));
    await page.getByRole("navigation", { name: "Category" }).getByRole("link", { name: /^Education \d+$/ }).click();
    await tick(page, "Office 365 Education E3 for Faculty").check();
    await expect(licenses(page, "Office 365 Education E3 for Faculty")).toHaveValue("1");
    await open(page, catalogOf(FABRIKAM, "annual"));
    const tabs = page.getByRole("navigation", { name: "Category" });
    await expect(tabs.getByRole("link", { name: /^Enterprise/ })).toBeVisible();
    await expect(tabs.getByRole("link", { name: /^Education/ })).toHaveCount(0);
  });
});

test.describe("S9: trials", () => {
  test("trials are under “Trial offer” only, and nothing else is", async ({ page }) => {
    for (const cycle of ["monthly", "annual"] as const) {
      await open(page, catalogOf(FABRIKAM, cycle, "&search=trial&all=1"));
      await expect(page.getByRole("heading", { name: "No offer contains “trial”" })).toBeVisible();
    }
    await open(page, catalogOf(FABRIKAM, "trial"));
    const offers = page.getByRole("row").filter({ has: page.getByRole("checkbox") });
    await expect(offers.filter({ hasText: "Trial" }).first()).toBeVisible();
    expect(await offers.count()).toBe(await offers.filter({ hasText: "Trial" }).count());
  });

  test("a trial has a fixed number of licenses, is free, and each is an order of its own", async ({ page }) => {
    await open(page, catalogOf(CONTOSO, "trial"));
    await tick(page, "Office 365 Enterprise E5 Trial").check();
    await expect(licenses(page, "Office 365 Enterprise E5 Trial")).toHaveValue("25");
    await licenses(page, "Office 365 Enterprise E5 Trial").fill("26");
    await expect(licenses(page, "Office 365 Enterprise E5 Trial")).toHaveAccessibleDescription("26 asked, 25 to 25 allowed.");
    await licenses(page, "Office 365 Enterprise E5 Trial").fill("25");
    await tick(page, "Microsoft 365 Business Trial").check();
    await page.getByRole("button", { name: "Review" }).click();
    await expect(page.getByRole("heading", { name: "Order 1 of 2" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Order 2 of 2" })).toBeVisible();
    await expect(row(page, "Office 365 Enterprise E5 Trial")).toContainText("Free");
    await page.getByRole("button", { name: "Submit" }).click();
    await expect(heading(page, "2 subscriptions created")).toBeVisible();
    await page.getByRole("link", { name: "Show all subscriptions" }).click();
    await expect(row(page, "Office 365 Enterprise E5 Trial")).toContainText("Trial");
    await expect(row(page, "Office 365 Enterprise E5 Trial")).toContainText(/Expires on \d+ Aug 2027/);
  });

  test("a trial that was had cannot be had again", async ({ page }) => {
    await open(page, catalogOf(TREY, "trial"));
    await expect(offerRow(page, "Office 365 Enterprise E3 Trial")).toContainText("The customer has had this trial; it can be had once.");
    await expect(tick(page, "Office 365 Enterprise E3 Trial")).toBeDisabled();
    await open(page, catalogOf(TAILSPIN, "trial"));
    await expect(offerRow(page, "Office 365 Business Premium Trial")).toContainText("The customer has had this trial; it can be had once.");
  });

  test("there is no trial of what the customer has paid for", async ({ page }) => {
    await open(page, catalogOf(CONTOSO, "trial"));
    const offer = offerRow(page, "Office 365 Enterprise E3 Trial");
    await expect(offer).toContainText("The customer already has the paid offer.");
    await expect(offer.getByRole("link", { name: "Office 365 Enterprise E3" })).toHaveAttribute("href", subscriptionAt(CONTOSO, 1));
  });
});

test("S18: add-ons are never in the catalog", async ({ page }) => {
  for (const addOn of ["Audio Conferencing", "Phone System", "Extra File Storage", "Domestic Calling"]) {
    for (const cycle of ["monthly", "annual", "trial"] as const) {
      await open(page, catalogOf(FABRIKAM, cycle, `&all=1&search=${encodeURIComponent(addOn)}`));
      await expect(search(page)).toHaveValue(addOn);
      await expect(page.getByRole("status").filter({ hasText: "offer" })).toHaveText(/^\d+ offers?$/);
      const named = page.getByRole("checkbox", { name: new RegExp(`^${addOn}`) });
      await expect(named).toHaveCount(0);
    }
  }
});

test.describe("S15: ticks and licenses", () => {
  const REFUSED: [typed: string, says: string][] = [
    ["301", "301 asked, 1 to 300 allowed."],
    ["0", "At least 1 license is needed."],
    ["", "Enter the number of licenses."],
    ["1.5", "“1.5” is not a whole number of licenses."],
    ["-3", "“-3” is not a whole number of licenses."],
    ["10000001", "10,000,001 asked, 1 to 300 allowed."],
    ["1,000", "is not a whole number of licenses."],
  ];

  test("each wrong number of licenses says what is wrong, at its field", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "annual", SMALL_BUSINESS));
    await tick(page, "Office 365 Business Premium").check();
    const field = licenses(page, "Office 365 Business Premium");
    for (const [typed, says] of REFUSED) {
      await field.fill(typed);
      await expect(field, typed).toHaveAttribute("aria-invalid", "true");
      await expect(field, typed).toHaveAccessibleDescription(new RegExp(says.replaceAll(".", "\\.")));
    }
    await field.fill("300");
    await expect(field).not.toHaveAttribute("aria-invalid");
    await expect(page.getByRole("region", { name: "Selected" })).toContainText("1 selected");
  });

  test("an offer with a high minimum begins there, and says so", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "annual", "&search=dynamics%20365%20plan"));
    await expect(offerRow(page, "Dynamics 365 Plan")).toContainText("20–10,000,000");
    await tick(page, "Dynamics 365 Plan").check();
    await expect(licenses(page, "Dynamics 365 Plan")).toHaveValue("20");
    await licenses(page, "Dynamics 365 Plan").fill("19");
    await expect(licenses(page, "Dynamics 365 Plan")).toHaveAccessibleDescription("19 asked, 20 to 10,000,000 allowed.");
    await licenses(page, "Dynamics 365 Plan").fill("10000001");
    await expect(licenses(page, "Dynamics 365 Plan")).toHaveAccessibleDescription("10,000,001 asked, 20 to 10,000,000 allowed.");
  });

  test("an offer of one license only takes one", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "annual", "&search=external%20accountant"));
    await tick(page, "Dynamics 365 Business Central External Accountant").check();
    const field = licenses(page, "Dynamics 365 Business Central External Accountant");
    await field.fill("2");
    await expect(field).toHaveAccessibleDescription("2 asked, 1 to 1 allowed.");
  });

  test("usage-based offers ask for no licenses and are ordered apart", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "monthly", `&lines=${E3}:10`));
    await tick(page, "Microsoft Azure").check();
    await expect(offerRow(page, "Microsoft Azure")).toContainText("Usage-based");
    await expect(licenses(page, "Microsoft Azure")).toHaveCount(0);
    await page.getByRole("button", { name: "Review" }).click();
    await expect(page.getByRole("heading", { name: "Order 2 of 2" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("A separate order: it cannot be combined with the others");
    await expect(row(page, "Microsoft Azure").getByRole("cell", { name: "Usage-based" })).toHaveCount(2);
    await expect(page.getByRole("main"), "usage is no license").toContainText("2 offers, 10 licenses");
    await page.getByRole("button", { name: "Submit" }).click();
    await expect(heading(page, "2 subscriptions created")).toBeVisible();
    await expect(page.getByRole("heading", { name: /^Order \d placed$/ })).toHaveCount(2);
    await page.goBack();
    await expect(heading(page, "Fabrikam GmbH"), "the draft would order it again").toBeVisible();
  });

  test("unticking takes the offer out of the selection", async ({ page }) => {
    await open(page, catalogOf(FABRIKAM, "annual", `&lines=${E3}:10`));
    const selected = page.getByRole("region", { name: "Selected" });
    await expect(selected).toContainText("Office 365 Enterprise E3");
    await tick(page, "Office 365 Enterprise E3").uncheck();
    await expect(selected).toContainText("Nothing selected");
    await expect(licenses(page, "Office 365 Enterprise E3")).toHaveCount(0);
  });
});

test.describe("the draft", () => {
  test("survives a reload and the browser's Back and Forward", async ({ page }) => {
    await open(page, customerAt(FABRIKAM));
    await page.getByRole("link", { name: "New subscription" }).click();
    await page.getByRole("group", { name: "Billing frequency" }).getByText("Annual", { exact: true }).click();
    await page.getByRole("button", { name: "Choose from the catalog" }).click();
    await tick(page, "Office 365 Enterprise E3").check();
    await licenses(page, "Office 365 Enterprise E3").fill("1.5");
    await search(page).fill("business premium");
    await tick(page, "Office 365 Business Premium").check();
    await licenses(page, "Office 365 Business Premium").fill("17");
    await page.reload();
    await ready(page);
    await expect(search(page)).toHaveValue("business premium");
    await expect(licenses(page, "Office 365 Business Premium")).toHaveValue("17");
    await search(page).fill("");
    await expect(licenses(page, "Office 365 Enterprise E3"), "what is wrong is kept as it was typed").toHaveValue("1.5");
    await page.goBack();
    await expect(page.getByRole("radio", { name: "Annual" })).toBeChecked();
    await page.goForward();
    await expect(licenses(page, "Office 365 Enterprise E3")).toHaveValue("1.5");
    await page.goBack();
    await page.goBack();
    await expect(heading(page, "Fabrikam GmbH")).toBeVisible();
  });

  test("a pasted address brings the same screen to somebody else", async ({ page }) => {
    await open(page, `${wizardOf(FABRIKAM)}?step=review&cycle=annual&lines=${E3}:40,${BUSINESS_PREMIUM}:12`);
    await expect(row(page, "Office 365 Enterprise E3")).toContainText("40");
    await expect(row(page, "Office 365 Business Premium")).toContainText("12");
  });

  const HAND_MADE: [name: string, query: string, shows: (page: Page) => Promise<void>][] = [
    ["no frequency", "step=catalog", asksForFrequency],
    ["an unknown frequency", "step=review&cycle=weekly&lines=x:1", asksForFrequency],
    ["an unknown step", "step=payment&cycle=annual", asksForFrequency],
    ["a review of nothing", "step=review&cycle=annual&lines=", async (page) => {
      await expect(page.getByRole("region", { name: "Selected" })).toContainText("Nothing selected");
    }],
    ["a review of a wrong quantity", `step=review&cycle=annual&lines=${E3}:0`, async (page) => {
      await expect(licenses(page, "Office 365 Enterprise E3")).toHaveAccessibleDescription("At least 1 license is needed.");
      await expect(page.getByRole("button", { name: "Submit" })).toHaveCount(0);
    }],
    ["an offer that does not exist", "step=review&cycle=annual&lines=NO-SUCH:5", async (page) => {
      await expect(page.getByRole("region", { name: "Selected" })).toContainText("1 to correct");
      await expect(page.getByRole("button", { name: "Submit" })).toHaveCount(0);
    }],
    ["an add-on", "step=review&cycle=annual&lines=C94271D8-B431-4A25-A3C5-A57737A1C909:5", async (page) => {
      await expect(page.getByRole("region", { name: "Selected" })).toContainText("1 to correct");
      await expect(page.getByRole("button", { name: "Submit" })).toHaveCount(0);
    }],
    ["the same offer twice", `step=catalog&cycle=annual&lines=${E3}:3,${E3.toLowerCase()}:4,${E3}:5`, async (page) => {
      await expect(licenses(page, "Office 365 Enterprise E3")).toHaveValue("3");
      await expect(page.getByRole("region", { name: "Selected" })).toContainText("1 selected");
    }],
    ["garbage", "step=catalog&cycle=annual&lines=%,:::,%00,%E2%82,🦀:1,:&category=<b>&search=%ff&all=yes&&=&x", async (page) => {
      await expect(page.getByRole("region", { name: "Selected" })).toBeVisible();
      await expect(page.getByRole("heading", { level: 1 })).toContainText("Fabrikam GmbH");
    }],
    ["a very long one", `step=catalog&cycle=annual&search=${"x".repeat(5000)}`, async (page) => {
      await expect(page.getByRole("heading", { name: /^No offer contains/ })).toBeVisible();
    }],
  ];
  for (const [name, query, shows] of HAND_MADE) {
    test(`a hand-made address shows something sensible: ${name}`, async ({ page }) => {
      await open(page, `${wizardOf(FABRIKAM)}?${query}`);
      await shows(page);
    });
  }
});

async function asksForFrequency(page: Page) {
  await expect(page.getByRole("group", { name: "Billing frequency" })).toBeVisible();
}

test("S26: an order begins its own window, whatever the customer bought before", async ({ page }) => {
  await open(page, `${wizardOf(NORTHWIND)}?step=review&cycle=monthly&lines=${E3}:5`);
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByRole("link", { name: "Office 365 Enterprise E3" }).click();
  await expect(page.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(/reactivated until 17 Oct 2027 \(UTC\): 90 days/);
});
