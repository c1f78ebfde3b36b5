// Several tabs of one browser: one writes, the others follow live, and what is done in them is done.
import { FABRIKAM, customerAt, expect, heading, kept, keptSettings, open, ready, row, spelled, subscriptionAt, suspend, test } from "./support/journey";
import type { BrowserContext, Page } from "@playwright/test";

// Two pages at once on a busy machine.
test.describe.configure({ timeout: 60_000 });

const quantity = (page: Page) => page.getByRole("textbox", { name: "Quantity" });
const nickname = (page: Page) => page.getByRole("textbox", { name: "Subscription nickname" });
const bar = (page: Page) => page.getByRole("region", { name: "Unsaved changes" });
const follows = (page: Page) => page.getByRole("region", { name: "Messages" }).getByText("Another tab writes the demo’s data.");

async function submit(page: Page) {
  await bar(page).getByRole("button", { name: "Submit" }).click();
  await expect(bar(page)).toBeHidden();
}

/** The tab that writes and one that follows, each at its address. */
async function twoTabs(context: BrowserContext, at: string, second = at): Promise<[Page, Page]> {
  const one = await context.newPage();
  await open(one, at);
  const two = await context.newPage();
  await open(two, second);
  await expect(follows(two)).toBeVisible();
  await expect(follows(one)).toHaveCount(0);
  return [one, two];
}

test("the second tab shows at once what the first does", async ({ context }) => {
  const [one, two] = await twoTabs(context, subscriptionAt(FABRIKAM, 4));
  await nickname(one).fill("Assembly");
  await submit(one);
  await expect(heading(two, /^Assembly/)).toBeVisible();
  await suspend(one, "Non-payment");
  await expect(two.getByRole("radio", { name: "Suspended" })).toBeChecked();
  await expect(two.getByRole("radio", { name: "Suspended" })).toHaveAccessibleDescription(/Expires on 17 October 2027/);
  await expect(two.getByRole("region", { name: "History" }).getByRole("listitem").first()).toContainText("Suspended: non-payment");
});

test("what is done in the second tab is done, once, and the first shows it and saves it", async ({ context }) => {
  const [one, two] = await twoTabs(context, customerAt(FABRIKAM), subscriptionAt(FABRIKAM, 4));
  await quantity(two).fill("31");
  await bar(two).getByRole("button", { name: "Submit" }).dblclick();
  await expect(bar(two)).toBeHidden();
  await expect(row(one, "Workshop")).toContainText("31");
  await expect(two.getByRole("region", { name: "History" }).getByRole("listitem").filter({ hasText: "30 → 31" })).toHaveCount(1);
  await suspend(two, "Fraud");
  await expect(row(one, "Workshop")).toContainText("Suspended");
  const records = await kept(one);
  expect(Object.keys(records).length, "the settings and one account").toBe(2);
  await two.reload();
  await ready(two);
  await expect(two.getByRole("radio", { name: "Suspended" })).toBeChecked();
});

test("a tab that is opened later knows what was done before", async ({ context }) => {
  const one = await context.newPage();
  await open(one, subscriptionAt(FABRIKAM, 4));
  await nickname(one).fill("Assembly");
  await submit(one);
  const two = await context.newPage();
  await open(two, subscriptionAt(FABRIKAM, 4));
  await expect(heading(two, /^Assembly/)).toBeVisible();
});

test("an order of the second tab is placed once", async ({ context }) => {
  const [one, two] = await twoTabs(context, customerAt(FABRIKAM), `${customerAt(FABRIKAM)}/subscriptions/new?step=catalog&cycle=annual`);
  await two.getByRole("checkbox", { name: "Power BI Pro", exact: true }).check();
  await two.getByRole("button", { name: "Review" }).click();
  await two.getByRole("button", { name: "Submit" }).dblclick();
  await expect(heading(two, "1 subscription created")).toBeVisible();
  await expect(row(one, "Power BI Pro")).toHaveCount(1);
});

test("what is typed in one tab stays while another changes the same subscription", async ({ context }) => {
  const [one, two] = await twoTabs(context, subscriptionAt(FABRIKAM, 4));
  await quantity(two).fill("44");
  await nickname(one).fill("Assembly");
  await submit(one);
  await expect(heading(two, /^Assembly/)).toBeVisible();
  await expect(quantity(two)).toHaveValue("44");
  await submit(two);
  await expect(quantity(one)).toHaveValue("44");
  await expect(heading(one, /^Assembly/)).toBeVisible();
});

test("settings and the clock are the same in both", async ({ context }) => {
  const [one, two] = await twoTabs(context, "/settings");
  await one.getByRole("group", { name: "Move the clock" }).getByRole("button", { name: "+30 days" }).click();
  await expect(two.locator("#clock time")).toHaveText("18 August 2027");
  await two.getByRole("combobox", { name: "Act as" }).selectOption("Helpdesk agent");
  await expect(one.getByRole("button", { name: "Demo · Helpdesk agent" })).toBeVisible();
  expect(await keptSettings(one)).toMatchObject({ role: "helpdesk_agent", daysMoved: 30 });
});

test("export, import and reset belong to the tab that writes", async ({ context }) => {
  const [one, two] = await twoTabs(context, "/settings");
  const reset = two.getByRole("button", { name: "Reset demo" });
  await expect(reset).toHaveAttribute("aria-disabled", "true");
  await expect(reset).toHaveAccessibleDescription("Another tab writes the data. Export, import and reset there.");
  await expect(one.getByRole("button", { name: "Reset demo" })).not.toHaveAttribute("aria-disabled");
});

test("a reset in the first tab begins anew in the second", async ({ context }) => {
  const [one, two] = await twoTabs(context, subscriptionAt(FABRIKAM, 4));
  await nickname(one).fill("Assembly");
  await submit(one);
  await expect(heading(two, /^Assembly/)).toBeVisible();
  await one.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Settings" }).click();
  await one.getByRole("button", { name: "Reset demo" }).click();
  await one.getByRole("alertdialog").getByRole("button", { name: "Reset demo" }).click();
  await expect(heading(two, /^Workshop/)).toBeVisible();
});

test("when the first tab is closed the second writes, and saves", async ({ context }) => {
  const [one, two] = await twoTabs(context, subscriptionAt(FABRIKAM, 4));
  await nickname(one).fill("Assembly");
  await submit(one);
  await one.close();
  await expect(follows(two)).toHaveCount(0);
  await expect(heading(two, /^Assembly/)).toBeVisible();
  await quantity(two).fill("32");
  await submit(two);
  await two.reload();
  await ready(two);
  await expect(follows(two)).toHaveCount(0);
  await expect(quantity(two)).toHaveValue("32");
  await expect(heading(two, /^Assembly/)).toBeVisible();
});

test("what was asked of a tab that closes before it answers is done by the next", async ({ context }) => {
  // The first tab stops listening at some moment, as one that hangs does.
  await context.addInitScript(() => {
    const heard = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, "onmessage");
    Object.defineProperty(BroadcastChannel.prototype, "onmessage", {
      ...heard,
      set(listener: (event: MessageEvent) => void) {
        heard?.set?.call(this, (event: MessageEvent) => {
          if (!("deaf" in window)) listener(event);
        });
      },
    });
  });
  const [one, two] = await twoTabs(context, subscriptionAt(FABRIKAM, 4));
  await one.evaluate(() => Object.assign(window, { deaf: true }));
  await quantity(two).fill("35");
  await bar(two).getByRole("button", { name: "Submit" }).click();
  await expect(bar(two).getByRole("button", { name: "Submit" })).toHaveAttribute("aria-disabled", "true");
  await one.close();
  await expect(bar(two)).toBeHidden();
  await expect(quantity(two)).toHaveValue("35");
  await expect(two.getByRole("region", { name: "History" }).getByRole("listitem").filter({ hasText: "30 → 35" })).toHaveCount(1);
  await two.reload();
  await ready(two);
  await expect(quantity(two)).toHaveValue("35");
});

test("of three tabs the next one writes, and the last follows it", async ({ context }) => {
  const [one, two] = await twoTabs(context, subscriptionAt(FABRIKAM, 4));
  const three = await context.newPage();
  await open(three, subscriptionAt(FABRIKAM, 4));
  await expect(follows(three)).toBeVisible();
  await one.close();
  // Whichever has waited longest writes now.
  await expect(follows(two)).toHaveCount(0);
  await expect(follows(three)).toBeVisible();
  await nickname(three).fill("By the third");
  await submit(three);
  await expect(heading(two, /^By the third/)).toBeVisible();
  expect(spelled(Object.values(await kept(two)).join(" "))).toContain("By the third");
});
