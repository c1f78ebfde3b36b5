// The browser tests. `cargo xtask test` sets up everything and says where the site and the browser
// are; see docs/testing.md for running one test by hand.
import { defineConfig } from "@playwright/test";
import { browser, use } from "./support/browser";
import type { BackendKind } from "./support/journey";

export default defineConfig<{ backend: BackendKind }>({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: ".results/artifacts",
  globalTeardown: "./support/teardown.ts",
  fullyParallel: true,
  // Two cores: more browsers at once only wait for each other.
  workers: 2,
  // By hand, a test that must be asked twice says nothing. Unattended, one may be asked again, since
  // the machine may be busy with something else; the report names it as flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["json", { outputFile: ".results/report.json" }]],
  use: { ...use, trace: "retain-on-failure", screenshot: "only-on-failure" },
  projects: [
    { name: "demo", use: browser, testIgnore: ["server.spec.ts", "away.spec.ts", "outbox.spec.ts", "killed.spec.ts", "newer.spec.ts", "sign-in.spec.ts", "panel*.spec.ts"] },
    // In pages that are not ours; each test says whether the demo or the real service answers.
    { name: "panel", use: browser, testMatch: "panel*.spec.ts" },
    // The same screens on the real service. What is about the browser's own storage is not repeated.
    {
      name: "server",
      use: { ...browser, backend: "server" },
      testIgnore: ["offline.spec.ts", "tabs.spec.ts", "panel*.spec.ts", "support/**"],
    },
  ],
});
