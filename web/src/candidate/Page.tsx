import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../components/ui/Button";
import { Dialog } from "../components/ui/Dialog";
import styles from "./page.module.css";
import { help, words } from "./words";

type Host = { company: string; position?: string; contact?: string | null };
type PageProps = {
  host?: Host | null;
  /** The page's heading; focus moves there when it changes. */
  title: string;
  hideTitle?: boolean;
  above?: ReactNode;
  children?: ReactNode;
};

/** One column, one action: the frame of every page but the talk. */
export function Page({ host, title, hideTitle = false, above, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = host ? `${title} · ${host.company}` : title;
    heading.current?.focus();
  }, [title, host]);
  return (
    <div className={styles.page}>
      <Header host={host ?? null} />
      <main className={styles.main}>
        {above}
        <h1 ref={heading} tabIndex={-1} className={hideTitle ? "sr-only" : styles.heading}>
          {title}
        </h1>
        {children}
      </main>
    </div>
  );
}

/** Who invites, and help. `children` stand before the help. */
export function Header({ host, children }: { host: Host | null; children?: ReactNode }) {
  const [helping, setHelping] = useState(false);
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <span className={styles.company} dir="auto">
          {host?.company ?? "Interview"}
        </span>
        {host?.position && (
          <span className={styles.position} dir="auto">
            {host.position}
          </span>
        )}
      </div>
      {children}
      <Button kind="plain" size="small" onClick={() => setHelping(true)}>
        {words.help}
      </Button>
      {helping && (
        <Dialog title={help.title} onClose={() => setHelping(false)}>
          <ul className={styles.list}>
            {help.points.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
          <p>{host?.contact ? help.contact(host.contact) : help.noContact}</p>
        </Dialog>
      )}
    </header>
  );
}
