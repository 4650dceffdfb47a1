import { useEffect, useRef, useState } from "react";
import type { LiveState } from "../api/types";
import { silenceWatch, watchLevel } from "../interview/meter";
import type { Talk } from "../interview/talk";
import { audioContext } from "./sound";

/** A microphone that gives nothing for so long while it is the candidate's turn is probably muted somewhere. */
const DEAD_AFTER_MS = 12_000;

/** Tries at once when the network is back. */
export function useNetwork(talk: Talk): void {
  useEffect(() => {
    const online = () => talk.retry();
    window.addEventListener("online", online);
    return () => window.removeEventListener("online", online);
  }, [talk]);
}

/** Whether `now` has held for `ms`: what passes in a moment is not worth a word. */
export function useLasting(now: boolean, ms: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!now) return setLasts(false);
    const timer = setTimeout(() => setLasts(true), ms);
    return () => clearTimeout(timer);
  }, [now, ms]);
  return now && lasts;
}

/** Notices a dead microphone while the candidate is expected to speak. */
export function useSilence(talk: Talk, stream: MediaStream | null, active: boolean): void {
  useEffect(() => {
    if (!stream || !active) return;
    const isDead = silenceWatch(DEAD_AFTER_MS);
    return watchLevel(audioContext(), stream, (level) => {
      const dead = isDead(level, performance.now());
      const { trouble } = talk.store.get();
      if (dead && !trouble) talk.store.dispatch({ type: "trouble", failure: { code: "microphone_silent" } });
      if (!dead && trouble?.code === "microphone_silent") talk.store.dispatch({ type: "trouble", failure: null });
    });
  }, [talk, stream, active]);
}

/** Without a microphone the interview waits, and goes on when there is one again; a pause of the candidate's own stays. */
export function usePauseWithout(talk: Talk, microphone: "on" | "gone" | "unsure"): void {
  const held = useRef(false);
  useEffect(() => {
    if (microphone === "gone" && !held.current && talk.store.get().view?.stage !== "paused") {
      held.current = true;
      void talk.ask("pause");
    }
    if (microphone === "on" && held.current) {
      held.current = false;
      void talk.ask("resume");
    }
  }, [talk, microphone]);
}

/** Keeps a phone's screen on, where the browser can. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let gone = false;
    navigator.wakeLock?.request("screen").then(
      (held) => {
        lock = held;
        if (gone) void held.release();
      },
      () => undefined,
    );
    return () => {
      gone = true;
      void lock?.release();
    };
  }, []);
}

/** The height that a phone's keyboard leaves free, for the page's layout. */
export function useVisibleHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const { style } = document.documentElement;
    const measure = () => style.setProperty("--visible", `${Math.round(viewport.height)}px`);
    measure();
    viewport.addEventListener("resize", measure);
    return () => {
      viewport.removeEventListener("resize", measure);
      style.removeProperty("--visible");
    };
  }, []);
}

/** Time left for the question, going on between the server's words; null where none runs. */
export function useTimeLeft(view: LiveState | null): number | null {
  const [now, setNow] = useState(() => performance.now());
  const received = useRef({ view, at: now });
  if (received.current.view !== view) received.current = { view, at: performance.now() };
  const left = view?.question_left_ms ?? null;
  const running = left !== null && view?.phase === "listening";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 5000);
    return () => clearInterval(timer);
  }, [running]);
  if (left === null) return null;
  return running ? left - Math.max(0, now - received.current.at) : left;
}
