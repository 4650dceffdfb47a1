import type { LegView } from "../../api/types";
import { OfflineIcon } from "../../components/ui/icons";
import { length } from "../../components/ui/times";
import { reason } from "../words";
import styles from "./session.module.css";

type InterruptionProps = { legs: readonly LegView[]; from: number; to: number };

/** Where the call broke off and went on. */
export function Interruption({ legs, from, to }: InterruptionProps) {
  const before = legs.find(({ number }) => number === from);
  const after = legs.find(({ number }) => number === to);
  const away_ms = before?.ended_at && after ? after.started_at - before.ended_at : null;
  return (
    <p className={styles.interruption}>
      <OfflineIcon size={16} />
      <span>
        {before?.end_reason === "handed_over" ? "The call was renewed" : "The call broke off"}
        {before?.end_reason && before.end_reason !== "handed_over"
          ? ` (${reason(before.end_reason).toLowerCase()})`
          : ""}{" "}
        and went on
        {away_ms !== null && away_ms >= 0 ? ` after ${length(away_ms)}` : ""}.
      </span>
    </p>
  );
}
