import { useState } from "react";
import { address } from "../../api/client";
import type { RecordingPart, RecordingReport } from "../../api/types";
import { Button, buttonClass } from "../../components/ui/Button";
import { DownloadIcon, PauseIcon, PlayIcon } from "../../components/ui/icons";
import { clock, length } from "../../components/ui/times";
import { useInterview } from "../../interview-react/useInterview";
import { useKeys } from "../useKeys";
import styles from "./PlayerBar.module.css";
import type { Player } from "./player";
import { gapsOf, told } from "./told";

const STEP_MS = 5000;
const RATES = [1, 1.25, 1.5, 2];

type PlayerBarProps = { id: string; report: RecordingReport; player: Player };

/** Plays the recording beside the transcript: by mouse, by keyboard, and read aloud. */
export function PlayerBar({ id, report, player }: PlayerBarProps) {
  const { at, playing, problem } = useInterview(player.store);
  const [rate, setRate] = useState(1);
  const { durationMs } = player;
  useKeys(keysOf(player));
  const faster = () => {
    const next = RATES[(RATES.indexOf(rate) + 1) % RATES.length] ?? 1;
    setRate(next);
    player.setRate(next);
  };
  return (
    <section aria-label="Recording" className={styles.bar}>
      <div className={styles.controls}>
        <Button kind="plain" onClick={() => player.step(-STEP_MS)} size="small">
          −5 s<span className="sr-only"> (back)</span>
        </Button>
        <Button
          aria-label={playing ? "Pause the recording" : "Play the recording"}
          icon={playing ? <PauseIcon size={18} /> : <PlayIcon size={18} />}
          kind="primary"
          onClick={() => player.toggle()}
          square
        />
        <Button kind="plain" onClick={() => player.step(STEP_MS)} size="small">
          +5 s<span className="sr-only"> (forward)</span>
        </Button>
      </div>
      <div className={styles.track}>
        <div aria-hidden="true" className={styles.gaps}>
          {gapsOf(report).map(({ start_ms, end_ms }) => (
            <span
              className={styles.gap}
              key={start_ms}
              style={{
                left: `${(100 * start_ms) / durationMs}%`,
                width: `${(100 * (end_ms - start_ms)) / durationMs}%`,
              }}
            />
          ))}
        </div>
        <input
          aria-label="Place in the recording"
          aria-valuetext={`${clock(at)} of ${clock(durationMs)}`}
          className={styles.slider}
          max={durationMs}
          min={0}
          onChange={(event) => player.seek(Number(event.target.value))}
          step={100}
          type="range"
          value={Math.min(at, durationMs)}
        />
      </div>
      <span className={styles.clock}>
        {clock(at)} / {clock(durationMs)}
      </span>
      <Button aria-label={`Speed: ${rate} times`} kind="plain" onClick={faster} size="small">
        {rate}×
      </Button>
      <div className={styles.controls}>
        {report.parts.map(({ part, side }) => (
          <a
            aria-label={labelOf(report, part, side)}
            className={buttonClass({ size: "small", kind: "plain" })}
            download
            href={address("/v1/sessions/{id}/recording/{part}", { id, part: String(part) })}
            key={part}
            title={labelOf(report, part, side)}
          >
            <DownloadIcon size={16} />
          </a>
        ))}
      </div>
      <p className={styles.told}>
        {told(report)}
        {gapsOf(report).length > 0 && (
          <span className="sr-only">
            {gapsOf(report).map(({ start_ms, end_ms }) => (
              <span key={start_ms}>
                {" "}
                Nothing recorded from {clock(start_ms)} for {length(Math.max(1000, end_ms - start_ms))}.
              </span>
            ))}
          </span>
        )}
        {report.reasons.map(({ words }) => (
          <span className={styles.reason} key={words}>
            {" "}
            {words}
          </span>
        ))}
        {problem && <span role="alert"> {problem}</span>}
      </p>
    </section>
  );
}

/** What a file is called: by its side, where there are two. */
function labelOf({ parts }: RecordingReport, part: number, side: RecordingPart["side"]): string {
  const isOnly = parts.filter((other) => other.side === side).length === 1;
  if (parts.length === 1) return "Download the recording";
  return isOnly ? `Download the ${side}’s voice` : `Download part ${part + 1} of the recording`;
}

/** The player's keys. */
function keysOf(player: Player): Record<string, () => void> {
  const back = () => player.step(-STEP_MS);
  const forward = () => player.step(STEP_MS);
  return Object.fromEntries([
    [" ", () => player.toggle()],
    ["ArrowLeft", back],
    ["ArrowRight", forward],
  ]);
}

/** What there is of a recording that cannot be played, or not yet. */
export function NoRecording({ report }: { report: RecordingReport }) {
  return (
    <p className={styles.none}>
      {told(report)} {report.parts.length === 0 && report.reasons.map(({ words }) => words).join(" ")}
    </p>
  );
}
