// A session's state and the completeness of its transcript, each as a word with a color.
import type { Completeness, SessionRow } from "../api/types";
import { Badge, type Tone } from "../components/ui/Badge";
import { CheckIcon, WarnIcon } from "../components/ui/icons";
import { plain } from "./words";

const STATES: Record<string, { tone: Tone; word: string; dot?: boolean }> = {
  ready: { tone: "neutral", word: "Not started" },
  live: { tone: "accent", word: "Live", dot: true },
  interrupted: { tone: "warn", word: "Interrupted" },
  finished: { tone: "neutral", word: "Finished" },
};

export function SessionState({ state }: { state: string }) {
  const { tone, word, dot = false } = STATES[state] ?? { tone: "neutral" as const, word: plain(state) };
  return (
    <Badge dot={dot} tone={tone}>
      {word}
    </Badge>
  );
}

type CompletenessBadgeProps = {
  completeness: Completeness;
  /** Under a heading that says "Transcript". */
  short?: boolean;
};

export function CompletenessBadge({ completeness, short = false }: CompletenessBadgeProps) {
  switch (completeness) {
    case "open":
      return <Badge>{short ? "Growing" : "Transcript still growing"}</Badge>;
    case "complete":
      return (
        <Badge icon={<CheckIcon size={14} />} tone="ok">
          {short ? "Complete" : "Transcript complete"}
        </Badge>
      );
    case "incomplete":
      return (
        <Badge icon={<WarnIcon size={14} />} tone="warn">
          {short ? "Incomplete" : "Transcript incomplete"}
        </Badge>
      );
  }
}

/** Whether words may still arrive. */
export function isRunning({ state, ended_at }: Pick<SessionRow, "state" | "ended_at">): boolean {
  return ended_at === null && state !== "finished";
}
