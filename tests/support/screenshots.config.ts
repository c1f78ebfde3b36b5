// Pictures of every screen: two sizes, two themes, two languages. Run by `cargo xtask screenshots`.
import { defineConfig } from "@playwright/test";
import { browser, use } from "./browser";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const THEMES = ["light", "dark"] as const;
const LANGUAGES = ["en-US", "it-IT"];

export default defineConfig({
  testDir: ".",
  testMatch: "screenshots.ts",
  outputDir: "../.results/screenshots",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 30_000,
  reporter: "line",
  projects: SIZES.flatMap((viewport) =>
    THEMES.flatMap((colorScheme) =>
      LANGUAGES.map((locale) => ({
        name: `${viewport.width}-${colorScheme}-${locale.slice(0, 2)}`,
        use: { ...use, ...browser, viewport, colorScheme, locale, contextOptions: { reducedMotion: "reduce" as const } },
      })),
    ),
  ),
});
