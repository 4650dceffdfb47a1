import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { address } from "../../api/client";
import type { Session } from "../../api/types";
import { buttonClass } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { DownloadIcon } from "../../components/ui/icons";
import { Notice } from "../../components/ui/Notice";
import { lines, startFeed } from "../live/feed";
import { recordingQuery } from "../queries";
import { NoRecording, PlayerBar } from "../recording/PlayerBar";
import { usePlayer, useSaid } from "../recording/usePlayer";
import { Chapters } from "./Chapters";
import { Cost } from "./Cost";
import { chaptersOf } from "./chapters-of";
import { Integrity } from "./Integrity";
import { Proof } from "./Proof";
import { SessionHeading } from "./SessionHeading";
import styles from "./session.module.css";
import { Transcript } from "./Transcript";

const FORMATS = [
  { format: "text", label: "Text" },
  { format: "vtt", label: "WebVTT" },
  { format: "json", label: "JSON" },
] as const;

/** A session that is over: the transcript by question, and its files. */
export function ReadSession({ session }: { session: Session }) {
  const chapters = useMemo(() => chaptersOf(lines(startFeed(session.turns)), session.plan), [session]);
  const { data: report } = useQuery(recordingQuery(session.id));
  const player = usePlayer(session.id, report);
  const said = useSaid(player, session.turns);
  return (
    <>
      <SessionHeading
        actions={<Downloads id={session.id} />}
        session={session}
        state={session.state}
        turns={session.turns.length}
      />
      {session.completeness === "incomplete" && (
        <Notice tone="warn">
          <p>The transcript is not provably complete. What is shown was said.</p>
          <ul>
            {session.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Integrity events={session.integrity} />
      <Proof id={session.id} />
      <Cost id={session.id} running={false} />
      {report && !player && <NoRecording report={report} />}
      {session.turns.length === 0 ? (
        <EmptyState title="Nothing was said">The session ended before the first words.</EmptyState>
      ) : (
        <div className={styles.columns}>
          <Chapters chapters={chapters} current={null} plan={session.plan} />
          <Transcript
            chapters={chapters}
            hear={player && { said, at: (ms) => player.seek(ms, true), isPlaying: () => player.store.get().playing }}
            legs={session.legs}
          />
        </div>
      )}
      {report && player && <PlayerBar id={session.id} player={player} report={report} />}
    </>
  );
}

function Downloads({ id }: { id: string }) {
  return FORMATS.map(({ format, label }) => (
    <a
      className={buttonClass({ size: "small" })}
      download
      href={address("/v1/sessions/{id}/transcript", { id }, { format })}
      key={format}
    >
      <DownloadIcon size={16} />
      <span>
        <span className="sr-only">Download the transcript as </span>
        {label}
      </span>
    </a>
  ));
}
