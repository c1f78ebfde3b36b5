// Takes one picture of each screen; the project says in which size, theme and language.
import { join } from "node:path";
import { expect, started, test } from "./fixtures";
import { SCREENS } from "./screens";

const folder = process.env["SCREENSHOTS_DIR"] ?? "../target/screenshots";

for (const { name, path, steps } of SCREENS) {
  test(name, async ({ page }, info) => {
    await page.goto(path);
    await started(page);
    await steps?.(page);
    await started(page);
    // Not "networkidle": an answer whose body nobody reads, such as a 404, never becomes idle.
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await page.screenshot({ path: join(folder, `${name}-${info.project.name}.png`), animations: "disabled" });
  });
}
