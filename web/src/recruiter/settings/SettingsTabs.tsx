import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { meQuery } from "../queries";
import tabs from "../TabLinks.module.css";

const TABS = [
  { to: "/settings", label: "You" },
  { to: "/settings/voice", label: "Voice" },
] as const;

/** One's own settings, and those of the company for whoever may change them. */
export function SettingsTabs() {
  const { data: me } = useSuspenseQuery(meQuery);
  if (me.member.role !== "admin") return null;
  return (
    <nav aria-label="Settings" className={tabs.tabs}>
      {TABS.map(({ to, label }) => (
        <Link
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ className: tabs.here }}
          className={tabs.tab}
          key={to}
          to={to}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
