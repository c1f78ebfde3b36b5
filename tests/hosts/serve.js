// Pages that are not ours, from an origin of their own: the partner's portal of `public/portal` and
// a portal made with React. Each under the content security policy that docs/embedding.md asks of a
// page with a panel, and nothing more. The tests use it, and so does `cargo xtask run`:
//
//   node tests/hosts/serve.js PORT
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const PORTAL = join(here, "../../public/portal");
const REACT = join(here, "react");

/** @type {Record<string, string>} */
const KINDS = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
};

/** The files that there are, by their addresses. */
const FILES = {
  "/portal/": join(PORTAL, "index.html"),
  "/portal/portal.css": join(PORTAL, "portal.css"),
  "/portal/portal.js": join(PORTAL, "portal.js"),
  "/react/": join(REACT, "index.html"),
  "/styles.css": join(REACT, "src/styles.css"),
};

/** @type {Promise<string> | null} */
let script = null;

/** The React portal as one script. In development mode, where strict mode runs effects twice. */
async function react() {
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

/**
 * The policy of a page with a panel of these desks.
 * @param {string} desks
 */
function policy(desks) {
  return [
    "default-src 'none'",
    `script-src 'self' ${desks} 'wasm-unsafe-eval'`,
    `connect-src 'self' ${desks}`,
    `frame-src 'self' ${desks}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/**
 * Serves the pages.
 * @param {number} port 0 is any free one
 * @param {Record<string, string>} pages pages of the caller's own, by their paths
 * @returns {Promise<{ origin: string, close(): Promise<void> }>}
 */
export async function host(port = 0, pages = {}) {
  /** @param {URL} url @returns {Promise<[body: string, kind: string]>} */
  async function answer({ pathname }) {
    const own = pages[pathname];
    if (own !== undefined) return [own, ".html"];
    if (pathname === "/main.js") return [await (script ??= react()), ".js"];
    if (!Object.hasOwn(FILES, pathname)) throw new Error("not found");
    const file = FILES[/** @type {keyof typeof FILES} */ (pathname)];
    return [await readFile(file, "utf8"), extname(file)];
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://host");
    // The page names its desk in its own address, and a test perhaps another site.
    const named = ["desk-origin", "desk", "also"].map((name) => url.searchParams.get(name) ?? "");
    const desks = named.filter((one) => one.startsWith("http")).map((one) => new URL(one).origin);
    answer(url).then(
      ([body, kind]) => {
        response.setHeader("content-type", KINDS[kind] ?? "text/plain");
        if (kind === ".html") response.setHeader("content-security-policy", policy(desks.join(" ")));
        response.writeHead(200).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => listening(undefined));
  });
  const address = server.address();
  const at = typeof address === "object" && address ? address.port : port;
  return {
    origin: `http://127.0.0.1:${at}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { origin } = await host(Number(argv[2] ?? 0));
  console.log(origin);
  // Ends with whoever started it.
  process.stdin.on("end", () => process.exit()).resume();
}
