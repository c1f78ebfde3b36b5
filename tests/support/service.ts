// The real service, one for each test: a process of its own on a copy of a database with the demo's
// customers, on a day that the test chooses.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env["SERVICE"] ?? "../target/release/subscription-desk-server";
const screens = process.env["SCREENS"] ?? "../dist";

export interface Service {
  url: string;
  /** Stops it and starts it again on the same port and data, on another day. */
  restartOn(day: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Started {
  url: string;
  process: ChildProcess;
}

function start(database: string, day: string, port = 0, more: string[] = []): Promise<Started> {
  return run(["--auth", "demo", "--listen", `127.0.0.1:${port}`, "--database", `sqlite:${database}`, "--demo-day", day, ...more]);
}

/** Starts the service with these options, and waits until it says where it is. */
export async function run(options: string[]): Promise<Started> {
  const own = options.includes("--screens") ? options : [...options, "--screens", screens];
  const child = spawn(program, own, {
    env: { ...process.env, DESK_LOG: "error" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const found = /listens on (http:\/\/\S+)\//.exec(said);
      if (found?.[1]) resolve(found[1].replace("127.0.0.1", "localhost"));
    });
    child.once("exit", () => reject(new Error(`the service ended: ${said}`)));
    child.once("error", reject);
  });
  return { url, process: child };
}

export async function stop({ process: child }: Started) {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** Where the databases of one run are; all its workers have the same parent. */
export function databases(run: number) {
  return join(tmpdir(), `subscription-desk-run-${run}`);
}

/** A database with the demo's customers as they stand on a day, made once for all tests. */
async function databaseOf(day: string): Promise<string> {
  const folder = databases(process.ppid);
  const made = join(folder, `${day}.sqlite`);
  if (existsSync(made)) return made;
  mkdirSync(folder, { recursive: true });
  // Two workers may make it at once: each in its own place, and the first one in place stays.
  const mine = join(folder, `${day}-${process.pid}.sqlite`);
  rmSync(mine, { force: true });
  const service = await start(mine, day, 0, ["--demo-data"]);
  await readyAt(service.url);
  await stop(service);
  renameSync(mine, made);
  return made;
}

export async function readyAt(url: string) {
  // The address answers at once; it says itself when its data are there.
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((again) => setTimeout(again, 20));
}

/** Starts a service on a fresh copy of the demo's data. */
export async function service(start_day: string, today: string, more: string[] = []): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "subscription-desk-"));
  const database = join(folder, "desk.sqlite");
  copyFileSync(await databaseOf(start_day), database);
  let running = await start(database, today, 0, more);
  await readyAt(running.url);
  const url = running.url;
  return {
    url,
    restartOn: async (day) => {
      await stop(running);
      running = await start(database, day, Number(new URL(url).port), more);
      await readyAt(url);
    },
    stop: async () => {
      await stop(running);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
