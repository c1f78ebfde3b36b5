// Pages that are not ours, from another origin: the partner's portal of `public/portal`, a portal
// made with React, and a page of a stranger. Each under the content security policy that
// docs/embedding.md asks of a page with a panel, and nothing more.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const here = import.meta.dirname;
const PORTAL = join(here, "../../public/portal");
const REACT = join(here, "../hosts/react");

const KINDS: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
};

/** The React portal as one script. In development mode, where strict mode runs effects twice. */
async function react(): Promise<string> {
  const built = await build({
    entryPoints: [join(REACT, "src/main.tsx")],
    bundle: true,
    format: "esm",
    jsx: "automatic",
    target: "es2022",
    write: false,
    define: { "process.env.NODE_ENV": '"development"' },
  });
  return built.outputFiles[0]?.text ?? "";
}

/** The policy of a page with a panel of this desk, and what else a test lets it reach. */
function policy(desk: string) {
  return [
    "default-src 'none'",
    `script-src 'self' ${desk} 'wasm-unsafe-eval'`,
    `connect-src 'self' ${desk}`,
    `frame-src 'self' ${desk}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

export interface Host {
  origin: string;
  close(): Promise<void>;
}

/** Pages that a test writes itself, by their paths. */
export type Pages = Record<string, string>;

/** Serves the portals at an origin of their own. */
export async function host(pages: Pages = {}): Promise<Host> {
  let script: Promise<string> | null = null;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://host");
    const answer = async (): Promise<[string, string]> => {
      const { pathname } = url;
      const own = pages[pathname];
      if (own !== undefined) return [own, ".html"];
      if (pathname === "/portal/") return [await readFile(join(PORTAL, "index.html"), "utf8"), ".html"];
      if (/^\/portal\/portal\.(js|css)$/.test(pathname)) {
        const name = pathname.slice("/portal/".length);
        return [await readFile(join(PORTAL, name), "utf8"), extname(name)];
      }
      if (pathname === "/react/") return [await readFile(join(REACT, "index.html"), "utf8"), ".html"];
      if (pathname === "/styles.css") return [await readFile(join(REACT, "src/styles.css"), "utf8"), ".css"];
      if (pathname === "/main.js") return [await (script ??= react()), ".js"];
      throw new Error("not found");
    };
    answer().then(
      ([body, kind]) => {
        const desks = ["desk-origin", "desk", "also"].map((name) => url.searchParams.get(name) ?? "");
        const origins = desks.filter((desk) => desk.startsWith("http")).map((desk) => new URL(desk).origin);
        const headers: Record<string, string> = { "content-type": KINDS[kind] ?? "text/plain" };
        if (kind === ".html") headers["content-security-policy"] = policy(origins.join(" "));
        response.writeHead(200, headers).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server) };
}

async function closed(server: Server) {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
