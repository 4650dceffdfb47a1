// The frame around a recruiter's pages: the places at the left (at the top on a phone), the page beside them.
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call } from "../api/client";
import { BriefcaseIcon, HomeIcon, PeopleIcon, SettingsIcon } from "../components/ui/icons";
import { Menu } from "../components/ui/Menu";
import { useToast } from "../components/ui/Toast";
import { words } from "./errors";
import styles from "./Frame.module.css";
import { KeysDialog } from "./KeysDialog";
import { Mark } from "./Mark";
import { meQuery } from "./queries";
import { useKeys } from "./useKeys";

const PLACES = [
  { to: "/", label: "Home", Icon: HomeIcon },
  { to: "/positions", label: "Positions", Icon: BriefcaseIcon },
  { to: "/sessions", label: "Sessions", Icon: PeopleIcon },
  { to: "/settings", label: "Settings", Icon: SettingsIcon },
] as const;

export function Frame({ children }: { children: ReactNode }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const [keysShown, setKeysShown] = useState(false);
  useKeys({ "?": () => setKeysShown(true) });
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <header className={styles.bar}>
        <div className={styles.company}>
          <Mark />
          <span className={styles.companyName} dir="auto">
            {me.tenant.name}
          </span>
        </div>
        <nav aria-label="Places" className={styles.places}>
          {PLACES.map(({ to, label, Icon }) => (
            <Link
              activeOptions={{ exact: to === "/" }}
              activeProps={{ className: styles.here }}
              className={styles.place}
              key={to}
              to={to}
            >
              <Icon size={18} />
              <span>{label}</span>
            </Link>
          ))}
        </nav>
        <Account name={me.member.name || me.member.email} onKeys={() => setKeysShown(true)} />
      </header>
      <main className={styles.page} id="page" tabIndex={-1}>
        {children}
      </main>
      {keysShown && <KeysDialog onClose={() => setKeysShown(false)} />}
    </div>
  );
}

function Account({ name, onKeys }: { name: string; onKeys: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const say = useToast();
  const signOut = useMutation({
    mutationFn: () => call("POST /v1/sign-out"),
    onSuccess: async () => {
      await navigate({ to: "/signin", search: {} });
      client.clear();
    },
    onError: (error) => say(`Not signed out. ${words(error)}`),
  });
  return (
    <div className={styles.account}>
      <span className={styles.member} dir="auto">
        {name}
      </span>
      <Menu
        items={[
          { label: "Your profile", onSelect: () => void navigate({ to: "/settings" }) },
          { label: "Keyboard shortcuts", onSelect: onKeys },
          { label: "Sign out", onSelect: () => signOut.mutate() },
        ]}
        label="Your account"
        up
      />
    </div>
  );
}
