// Takes one picture of each screen; the project says in which size, theme and language.
import { join } from "node:path";
import { started, test } from "./fixtures";
import { SCREENS } from "./screens";

const folder = process.env["SCREENSHOTS_DIR"] ?? "../target/screenshots";

for (const { name, path, steps } of SCREENS) {
  test(name, async ({ page }, info) => {
    await page.goto(path);
    await started(page);
    await steps?.(page);
    await started(page);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: join(folder, `${name}-${info.project.name}.png`), animations: "disabled" });
  });
}
