// The browser tests. `cargo xtask test` sets up everything and says where the site and the browser
// are; see docs/testing.md for running one test by hand.
import { defineConfig } from "@playwright/test";
import { browser, use } from "./support/browser";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: ".results/artifacts",
  fullyParallel: true,
  // Two cores: more browsers at once only wait for each other.
  workers: 2,
  // A test that must be asked twice says nothing.
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: ".results/report.json" }]],
  use: { ...use, trace: "retain-on-failure", screenshot: "only-on-failure" },
  projects: [{ name: "chromium", use: browser }],
});
