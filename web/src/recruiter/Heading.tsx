// The page's heading and the tab's title. The root route moves the focus to the heading when a page is opened.
import type { ReactNode } from "react";
import styles from "./layout.module.css";

type HeadingProps = {
  children: ReactNode;
  /** A line of facts under the heading. */
  facts?: ReactNode;
  /** What can be done here, at the end of the line. */
  actions?: ReactNode;
};

export function Heading({ children, facts, actions }: HeadingProps) {
  return (
    <header className={styles.headingLine}>
      <div className={styles.headingText}>
        <h1 className={styles.heading} dir="auto" tabIndex={-1}>
          {children}
        </h1>
        {facts && <div className={styles.facts}>{facts}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}

/** The tab's title; one per page. */
export function Title({ children }: { children: string }) {
  return <title>{`${children} · Interview Insights`}</title>;
}
