/**
 * Plays one text at a time in the interviewer's voice. No React.
 *
 * The audio comes from our server only; a second press stops it, another text replaces it.
 */
import { send } from "../../api/client";

type Playing =
  | { kind: "idle" }
  | { kind: "loading"; owner: string }
  | { kind: "playing"; owner: string }
  | { kind: "failed"; owner: string; error: unknown };

export type Player = {
  current: () => Playing;
  subscribe: (listener: () => void) => () => void;
  /** Plays `text` for the button `owner`, or stops if that button's text plays or loads now. */
  toggle: (owner: string, text: string) => void;
  stop: () => void;
};

/** `speak` fetches the audio of a text; an argument so that tests need no audio. */
export function createPlayer(speak: (text: string) => Promise<Blob> = synthesize): Player {
  const listeners = new Set<() => void>();
  let playing: Playing = { kind: "idle" };
  let audio: HTMLAudioElement | null = null;

  function set(next: Playing): void {
    playing = next;
    for (const listener of listeners) listener();
  }

  function silence(): void {
    audio?.pause();
    if (audio) URL.revokeObjectURL(audio.src);
    audio = null;
  }

  async function start(owner: string, text: string): Promise<void> {
    const loading: Playing = { kind: "loading", owner };
    set(loading);
    try {
      const blob = await speak(text);
      if (playing !== loading) return;
      audio = new Audio(URL.createObjectURL(blob));
      audio.onended = stop;
      await audio.play();
      if (playing === loading) set({ kind: "playing", owner });
    } catch (error) {
      if (playing === loading) set({ kind: "failed", owner, error });
    }
  }

  function stop(): void {
    silence();
    set({ kind: "idle" });
  }

  return {
    current: () => playing,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    toggle(owner, text) {
      const busy = (playing.kind === "loading" || playing.kind === "playing") && playing.owner === owner;
      silence();
      if (busy) set({ kind: "idle" });
      else void start(owner, text);
    },
    stop,
  };
}

async function synthesize(text: string): Promise<Blob> {
  const response = await send("/v1/speech", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  return response.blob();
}

/** The one player of the app: two voices at once would be noise. */
export const player = createPlayer();
