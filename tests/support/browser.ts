// The one browser of all configurations: the system's Chromium, quiet and without asking anybody.
import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from "@playwright/test";

type Use = Partial<PlaywrightTestOptions & PlaywrightWorkerOptions>;

const executablePath = process.env["CHROMIUM"];

/** What starts the browser. Playwright never downloads one. */
export const browser: Use = {
  browserName: "chromium",
  launchOptions: {
    executablePath: executablePath ?? "/usr/bin/chromium",
    args: [
      // Without a sandbox, because tests often run as root in a container, where there is none.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};

/** What every page begins with: a fixed language, time zone and size, so that no test depends on the machine. */
export const use: Use = {
  baseURL: process.env["BASE_URL"] ?? "http://localhost:8600",
  locale: "en-US",
  timezoneId: "UTC",
  viewport: { width: 1280, height: 800 },
  // Off for most tests: a worker would answer from what another moment kept. The offline tests switch it on.
  serviceWorkers: "block",
};
