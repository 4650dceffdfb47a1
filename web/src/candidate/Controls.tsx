import type { ReactNode } from "react";
import { Button } from "../components/ui/Button";
import { ClockIcon, KeyboardIcon, MicIcon, MicOffIcon, PauseIcon, PlayIcon, RepeatIcon } from "../components/ui/icons";
import { Menu, type MenuItem } from "../components/ui/Menu";
import type { Shown } from "../interview/machine";
import styles from "./talk.module.css";
import { talk as words } from "./words.talk";

type ControlsProps = {
  shown: Shown;
  muted: boolean;
  typing: boolean;
  more: MenuItem[];
  onRepeat: () => void;
  onMoment: () => void;
  onType: () => void;
  onMute: () => void;
  onPause: () => void;
  onGoOn: () => void;
};

/** What the candidate may ask for at any time. On a phone: a bar under the thumb. */
export function Controls(props: ControlsProps) {
  const { shown, muted } = props;
  const paused = shown === "paused";
  const away = shown === "connecting" || shown === "reconnecting" || shown === "waiting";
  return (
    <div className={styles.bar} role="toolbar" aria-label={words.controls}>
      <Control
        icon={<RepeatIcon />}
        label={words.repeatLong}
        long={words.repeat}
        disabled={away || paused}
        onClick={props.onRepeat}
      />
      <Control
        icon={<ClockIcon />}
        label={words.moment}
        short={words.momentShort}
        disabled={away || paused}
        onClick={props.onMoment}
      />
      <Control
        icon={<KeyboardIcon />}
        label={words.type}
        short={words.typeShort}
        pressed={props.typing}
        disabled={paused}
        onClick={props.onType}
      />
      <Control
        icon={muted ? <MicOffIcon /> : <MicIcon />}
        label={muted ? words.unmute : words.mute}
        pressed={muted}
        onClick={props.onMute}
      />
      {paused ? (
        <Control icon={<PlayIcon />} label={words.goOn} primary onClick={props.onGoOn} />
      ) : (
        <Control icon={<PauseIcon />} label={words.pause} disabled={away} onClick={props.onPause} />
      )}
      <Menu label={words.more} items={props.more} up />
    </div>
  );
}

type ControlProps = {
  icon: ReactNode;
  label: string;
  long?: string;
  short?: string;
  pressed?: boolean;
  primary?: boolean;
  disabled?: boolean;
  onClick: () => void;
};

function Control({ icon, label, long = label, short = long, pressed, primary, disabled, onClick }: ControlProps) {
  return (
    <Button
      kind={primary ? "primary" : "quiet"}
      className={primary ? styles.goOn : undefined}
      icon={icon}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <span className={styles.long}>{long}</span>
      <span className={styles.short}>{short}</span>
    </Button>
  );
}
