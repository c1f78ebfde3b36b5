// Removes the databases that the tests on the server were copied from.
import { rmSync } from "node:fs";
import { databases } from "./service";

export default function teardown() {
  rmSync(databases(process.pid), { recursive: true, force: true });
}
