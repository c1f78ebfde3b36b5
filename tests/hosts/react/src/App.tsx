// The portal: two tabs, the panel in one of them, and what the page hears from it.
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { DeskElement, DeskEventMap, DeskTheme } from "../../../../public/embed.d.ts";

/** What can be written in JSX. `getToken` is left out: an effect gives it, see `Panel`. */
type DeskProps = DetailedHTMLProps<HTMLAttributes<DeskElement>, DeskElement> & {
  api?: string;
  customer?: string | undefined;
  locale?: string;
  theme?: DeskTheme;
  readonly?: boolean;
  demo?: boolean;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "subscription-desk": DeskProps;
      "subscription-desk-frame": DeskProps;
    }
  }
}

type DeskTag = "subscription-desk" | "subscription-desk-frame";
type Tab = "customers" | "reports";

const CUSTOMERS: [id: string, name: string][] = [
  ["", "All customers"],
  ["5d5d0000-0000-4000-8001-000000000000", "Contoso Ltd"],
  ["5d5d0000-0000-4000-8002-000000000000", "Fabrikam GmbH"],
  ["5d5d0000-0000-4000-8005-000000000000", "Litware, Inc."],
];
const LOCALES: [string, string][] = [["en", "English"], ["it", "Italiano"]];
const TABS: [Tab, string][] = [["customers", "Customers"], ["reports", "Reports"]];
const THEMES: DeskTheme[] = ["light", "dark", "system", "host"];
const EVENTS: (keyof DeskEventMap)[] = [
  "desk-ready", "desk-navigate", "desk-before-submit", "desk-error", "desk-height",
  "desk-subscription-created", "desk-subscription-changed", "desk-subscription-suspended",
  "desk-subscription-reactivated", "desk-subscription-cancelled",
];

interface PanelProps {
  tag: DeskTag;
  desk: string;
  /** None for made-up data. */
  token: string | null;
  customer: string;
  locale: string;
  theme: DeskTheme;
  readonly: boolean;
  onEvent: (event: Event) => void;
}

/** The panel as a component: properties by React, events and the token by an effect. */
function Panel({ tag: Tag, desk, token, customer, onEvent, ...rest }: PanelProps) {
  const ref = useRef<DeskElement>(null);

  // In a layout effect: the panel is on the page already and must have the token before it asks.
  useLayoutEffect(() => {
    const panel = ref.current;
    if (!panel || token === null) return;
    panel.getToken = async () => token;
    return () => {
      panel.getToken = null;
    };
  }, [token]);

  useLayoutEffect(() => {
    const panel = ref.current;
    for (const name of EVENTS) panel?.addEventListener(name, onEvent);
    return () => {
      for (const name of EVENTS) panel?.removeEventListener(name, onEvent);
    };
  }, [onEvent]);

  return (
    <Tag ref={ref} api={desk} demo={token === null} customer={customer || undefined} {...rest} />
  );
}

function tabOfAddress(): Tab {
  return new URLSearchParams(location.search).get("tab") === "reports" ? "reports" : "customers";
}

/** The tab, kept in the page's address: Back and Forward are the page's own. */
function useTab(): [Tab, (tab: Tab) => void] {
  const [tab, setTab] = useState(tabOfAddress);
  useEffect(() => {
    const follow = () => setTab(tabOfAddress());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = (to: Tab) => {
    const url = new URL(location.href);
    url.searchParams.set("tab", to);
    history.pushState(null, "", url);
    setTab(to);
  };
  return [tab, go];
}

interface ChoiceProps {
  label: string;
  value: string;
  /** Values with what is shown for them. */
  options: (readonly [string, string])[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>{" "}
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([option, shown]) => <option key={option} value={option}>{shown}</option>)}
      </select>
    </div>
  );
}

export function App({ desk, tag, token }: { desk: string; tag: DeskTag; token: string | null }) {
  const [tab, go] = useTab();
  const [customer, setCustomer] = useState(CUSTOMERS[2]![0]);
  const [locale, setLocale] = useState("en");
  const [theme, setTheme] = useState<DeskTheme>("host");
  const [readonly, setReadonly] = useState(false);
  const [isMounted, setMounted] = useState(true);
  const [areTwo, setTwo] = useState(false);
  const [heard, setHeard] = useState<string[]>([]);

  const hear = useCallback((event: Event) => {
    const detail = JSON.stringify((event as CustomEvent).detail) ?? "";
    setHeard((lines) => [...lines, `${event.type} ${detail.slice(0, 240)}`].slice(-50));
  }, []);

  const panel = { tag, desk, token, locale, theme, readonly, onEvent: hear };
  const second = CUSTOMERS.find(([id]) => id !== "" && id !== customer)![0];

  return (
    <main>
      <h1>React portal</h1>
      <nav aria-label="Sections">
        {TABS.map(([to, name]) => (
          <button key={to} type="button" aria-current={to === tab} onClick={() => go(to)}>
            {name}
          </button>
        ))}
      </nav>
      {tab === "reports" && <p>Nothing to report.</p>}
      {tab === "customers" && (
        <>
          <div className="tools" role="group" aria-label="Panel">
            <Choice label="Customer" value={customer} onChange={setCustomer} options={CUSTOMERS} />
            <Choice label="Panel language" value={locale} onChange={setLocale} options={LOCALES} />
            <Choice
              label="Panel theme"
              value={theme}
              onChange={(value) => setTheme(value as DeskTheme)}
              options={THEMES.map((name) => [name, name])}
            />
            <label>
              <input type="checkbox" checked={readonly} onChange={() => setReadonly(!readonly)} />
              {" Read-only"}
            </label>
            <button type="button" onClick={() => setMounted(!isMounted)}>
              {isMounted ? "Unmount the panel" : "Mount the panel"}
            </button>
            <button type="button" aria-pressed={areTwo} onClick={() => setTwo(!areTwo)}>
              Two panels
            </button>
          </div>
          <div className="panels">
            {isMounted && <Panel {...panel} customer={customer} />}
            {isMounted && areTwo && <Panel {...panel} customer={second} />}
          </div>
        </>
      )}
      <h2>What the page hears</h2>
      <div className="log" role="log" aria-label="Events" tabIndex={0}>
        {heard.map((line, at) => <div key={at}>{line}</div>)}
      </div>
    </main>
  );
}
