import { useId, useSyncExternalStore } from "react";
import { Button } from "../../components/ui/Button";
import { PlayIcon, StopIcon } from "../../components/ui/icons";
import { words } from "../errors";
import styles from "./ListenButton.module.css";
import { player } from "./player";

type ListenButtonProps = {
  text: string;
  /** What is heard, for the button's accessible name: "question 2". */
  what: string;
  /** Only the icon is seen. */
  small?: boolean;
};

/** Plays a text in the interviewer's voice; pressed again, it stops. */
export function ListenButton({ text, what, small = false }: ListenButtonProps) {
  const playing = useSyncExternalStore(player.subscribe, player.current);
  const owner = useId();
  const mine = playing.kind !== "idle" && playing.owner === owner ? playing.kind : "idle";
  const failed = playing.kind === "failed" && playing.owner === owner ? words(playing.error) : null;
  const stops = mine === "playing";
  return (
    <>
      <Button
        aria-label={`${stops ? "Stop" : "Listen to"} ${what}`}
        busy={mine === "loading"}
        disabled={text.trim() === ""}
        icon={stops ? <StopIcon size={16} /> : <PlayIcon size={16} />}
        kind={small ? "plain" : "quiet"}
        onClick={() => player.toggle(owner, text)}
        size="small"
        square={small}
      >
        {!small && (stops ? "Stop" : "Listen")}
      </Button>
      {failed && (
        <span className={styles.failed} role="alert">
          {failed}
        </span>
      )}
    </>
  );
}
