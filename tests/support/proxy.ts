// A server in front of the server, for tests that need another answer than the real one: a newer
// build. The browser asks for a worker's script past Playwright's own routing, so it has to be real.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Proxy {
  url: string;
  /** Changes the texts of answers from now on, by path. */
  change(path: string, by: (text: string) => string): void;
  close(): void;
}

/** Starts a server that answers as the one at `origin` does. */
export async function proxy(origin: string): Promise<Proxy> {
  const changes = new Map<string, (text: string) => string>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const answer = await fetch(new URL(path, origin), { headers: { "accept-encoding": "identity" } });
    const headers = Object.fromEntries(answer.headers);
    // Lengths and tags belong to the answer as it was.
    for (const name of ["content-length", "etag", "date", "connection"]) delete headers[name];
    const change = changes.get(path);
    response.writeHead(answer.status, headers);
    response.end(change ? change(await answer.text()) : Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    change: (path, by) => changes.set(path, by),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
