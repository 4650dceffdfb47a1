import type { ReactNode } from "react";
import type { Tone } from "./Badge";
import { classes } from "./classes";
import { CheckIcon, InfoIcon, WarnIcon } from "./icons";
import styles from "./Notice.module.css";

type NoticeProps = { tone?: Tone; icon?: ReactNode; children: ReactNode; role?: "status" | "alert" };

/** Something worth knowing, beside what it is about: a problem and what to do, or a fact. */
export function Notice({ tone = "neutral", icon, children, role }: NoticeProps) {
  return (
    <div className={classes(styles.notice, styles[tone])} role={role}>
      {icon ?? defaultIcon(tone)}
      <div className={styles.body}>{children}</div>
    </div>
  );
}

function defaultIcon(tone: Tone) {
  switch (tone) {
    case "ok":
      return <CheckIcon />;
    case "warn":
    case "danger":
      return <WarnIcon />;
    case "neutral":
    case "accent":
      return <InfoIcon />;
  }
}
