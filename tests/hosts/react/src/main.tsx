// Starts the portal: the desk's script first, so that React meets elements that are defined and
// gives them properties instead of attributes.
//
// In the page's address: `desk`, the origin of the desk (required); `token`, or `demo=1` for
// made-up data; `frame=1` for the panel inside an iframe.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";

const query = new URLSearchParams(location.search);
const isFrame = query.get("frame") === "1";
const root = createRoot(document.getElementById("root")!);

try {
  const desk = new URL(query.get("desk") ?? "").origin;
  await import(`${desk}/${isFrame ? "embed-frame.js" : "embed.js"}`);
  const token = query.get("demo") === "1" ? null : (query.get("token") ?? "");
  const tag = isFrame ? "subscription-desk-frame" : "subscription-desk";
  // Strict mode runs every effect twice, which shows what is not undone.
  root.render(
    <StrictMode>
      <App desk={desk} tag={tag} token={token} />
    </StrictMode>,
  );
} catch (why) {
  root.render(<p role="alert">The desk did not load: {String(why)}</p>);
}
