// How long until something can be used, and what it costs, on a slow machine and network: the app,
// and the panel in the partner's portal on another site. `cargo xtask bench screens` calls it.
import { chromium } from "@playwright/test";
import { host } from "../hosts/serve.js";

const TIMES = 5;
/** As in the budget of the screens: a quarter of this machine's speed, 1.6 Mbit/s, 150 ms. */
const SLOWER = 4;
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };
const FABRIKAM = "5d5d0000-0000-4000-8002-000000000000";

const desk = process.env["BASE_URL"] ?? "http://localhost:8600";
const portal = await host();
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

/**
 * @param {string} address
 * @param {(page: import("@playwright/test").Page) => import("@playwright/test").Locator} control what can be used first
 */
async function measured(address, control) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: "block", locale: "en-US" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  let [all, ours] = [0, 0];
  /** @type {Map<string, string>} */
  const addresses = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => addresses.set(requestId, request.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    all += encodedDataLength;
    if (addresses.get(requestId)?.startsWith(desk)) ours += encodedDataLength;
  });
  await page.addInitScript(() => {
    let shift = 0;
    Object.assign(window, { shift: () => shift });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shift += /** @type {any} */ (entry).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(address, { waitUntil: "commit" });
  // Asked in the page, by its own clock, which begins when the address was entered.
  await control(page).waitFor();
  const milliseconds = await page.evaluate(() => performance.now());
  await page.waitForLoadState("networkidle");
  const shift = await page.evaluate(() => /** @type {any} */ (window).shift());
  await context.close();
  return { milliseconds, all, ours, shift };
}

/** @param {number[]} numbers */
const middle = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

const rows = [
  { what: "app, first customer in the list", address: `${desk}/`, control: (page) => page.locator("tbody th a").first() },
  {
    what: "panel in the portal, “New subscription”",
    address: `${portal.origin}/portal/?page=customers&customer=${FABRIKAM}&desk-origin=${desk}&desk-demo=1`,
    control: (page) => page.locator("subscription-desk").getByRole("link", { name: "New subscription" }),
  },
];
console.log(`${TIMES} times each, the middle one; processor ${SLOWER}× slower, 1.6 Mbit/s, 150 ms`);
for (const { what, address, control } of rows) {
  const all = [];
  for (let time = 0; time < TIMES; time += 1) all.push(await measured(address, control));
  const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const seconds = (middle(all.map((one) => one.milliseconds)) / 1000).toFixed(2);
  const [ours, whole] = [middle(all.map((one) => one.ours)), middle(all.map((one) => one.all))];
  const shift = Math.max(...all.map((one) => one.shift));
  console.log(`${what}: ${seconds} s, ${kB(ours)} of ours of ${kB(whole)} in all, layout shift ${shift}`);
}
await browser.close();
await portal.close();
