// What a person saves as a file, read back.
import { expect, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";

/** Presses what hands out a file, and reads it. */
export async function downloaded(page: Page, button: string) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

/** The cells of a CSV file, after the mark that says UTF-8. */
export function cells(csv: string) {
  expect(csv.startsWith("\ufeff")).toBe(true);
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}
