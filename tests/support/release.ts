// Another build of the screens, made of the one there is: every file with a digest in its name is
// another one under another name, and what was there under the old names is gone.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const screens = process.env["SCREENS"] ?? "../dist";

/** The built screens in a folder of their own, into which something newer can be put. */
export function deployed(): string {
  const folder = mkdtempSync(join(tmpdir(), "subscription-desk-screens-"));
  cpSync(screens, folder, { recursive: true });
  return folder;
}

/** A section of a wasm that means nothing: its number, its length, its name with a length. */
const SECTION = Buffer.from([0, 6, 5, ...Buffer.from("newer")]);

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest();

/** Puts a newer build in the place of the one in the folder; in it a text is another one. */
export function deployNewer(folder: string, text: string, other: string) {
  const names = readdirSync(folder).filter((name) => /-[0-9a-f]{16}\.(wasm|js|css)$/.test(name));
  // The panel's files are named by its own script, which is not about this.
  const own = names.filter((name) => /^(desk|part-|style)/.test(name));
  const renamed: [string, string][] = [];
  const newer = (name: string, bytes: Buffer) => {
    const to = name.replace(/[0-9a-f]{16}/, digest(bytes).toString("hex").slice(0, 16));
    forget(folder, name);
    writeFileSync(join(folder, to), bytes);
    renamed.push([name, to]);
  };
  const written = (text: string) => renamed.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const read = (name: string) => readFileSync(join(folder, name));
  for (const name of own.filter((name) => name.endsWith(".wasm"))) newer(name, Buffer.concat([read(name), SECTION]));
  // The script names the parts.
  for (const name of own.filter((name) => !name.endsWith(".wasm"))) newer(name, Buffer.from(`${written(read(name).toString())}/* newer */\n`));

  const change = (name: string, to: (text: string) => string) => {
    const before = read(name).toString();
    const after = to(before);
    if (after === before) throw new Error(`there is nothing to change in ${name}`);
    forget(folder, name);
    writeFileSync(join(folder, name), after);
  };
  const build = "00000000000newer";
  change("lang/en.json", (texts) => texts.replace(`"${text}"`, `"${other}"`));
  change("index.html", (page) => written(page).replace(/data-build="[^"]*"/, `data-build="${build}"`));
  change("sw.js", (worker) => {
    const files = /const FILES = (\[.*\]);/.exec(worker)?.[1] ?? "[]";
    const kept = (JSON.parse(files) as [string, string][]).map(([name]) => {
      const to = written(name);
      return [to, `sha256-${digest(read(to)).toString("base64")}`];
    });
    return worker.replace(files, JSON.stringify(kept)).replace(/const BUILD = "[^"]*"/, `const BUILD = "${build}"`);
  });
}

/** Removes a file with its packed forms. */
function forget(folder: string, name: string) {
  for (const ending of ["", ".br", ".gz"]) {
    const file = join(folder, name + ending);
    if (existsSync(file)) rmSync(file);
  }
}
