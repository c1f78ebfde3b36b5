// "Saved on this device" is true: the browser is killed the moment it has said so, as by a power cut.
import { FABRIKAM, expect, ready, subscriptionAt, test } from "./support/journey";
import { chromium } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A browser of our own, on a profile that stays; killed, it gets no word. */
async function started(profile: string) {
  const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"];
  const child: ChildProcess = spawn(program, [...options, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
    // A group of its own, so that its helpers are killed with it.
    detached: true,
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found?.[1]) resolve(found[1]);
    });
    child.once("exit", () => reject(new Error(`the browser ended: ${said}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  const context = browser.contexts()[0] ?? (await browser.newContext());
  const kill = async () => {
    const gone = once(child, "exit");
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await gone;
  };
  return { context, page: await context.newPage(), kill };
}

test("a browser that is killed right after it has said so has the change", async ({ service, request }) => {
  const profile = mkdtempSync(join(tmpdir(), "subscription-desk-profile-"));
  const address = subscriptionAt(FABRIKAM, 1);
  const quantity = async () => {
    const answer = await request.get(`/v1${address}`, { headers: { authorization: "Bearer demo:admin_agent" } });
    return ((await answer.json()) as { quantity: number }).quantity;
  };
  const first = await started(profile);
  await first.page.goto(`${service?.url}${address}`);
  await ready(first.page);
  await first.context.setOffline(true);
  await first.page.getByRole("textbox", { name: "Quantity" }).fill("13");
  await first.page.getByRole("button", { name: "Submit" }).click();
  await first.page.getByText("Saved on this device.").waitFor();
  await first.kill();
  expect(await quantity()).toBe(12);

  const second = await started(profile);
  await second.page.goto(`${service?.url}/changes`);
  await ready(second.page);
  await expect(second.page.getByRole("row", { name: /Quantity of Office 365 Business Premium: 13/ })).toContainText("Applied");
  expect(await quantity()).toBe(13);
  await second.kill();
  rmSync(profile, { recursive: true, force: true });
});
