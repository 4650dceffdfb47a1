// The server's live events. Committed turns carry a sequence number; after a loss the stream goes on behind the last one.
import type { Caption, LiveState, TurnView } from "../api/types";

export type StreamEvents = {
  onState(state: LiveState): void;
  onCaption(caption: Caption): void;
  onTurn(turn: TurnView): void;
  onTakenOver(leg: number): void;
  /** The call is near its longest duration: make the next one now. */
  onHandOver(): void;
  onEnded(reason: string): void;
  /** The stream broke and is about to be opened again; a chance to renew the cookie. */
  onBroken?(): Promise<void>;
};
export interface Stream {
  /** Opens it anew: a way that is gone breaks no stream, it only falls silent. */
  renew(): void;
  close(): void;
}
type Source = {
  addEventListener(name: string, listener: (event: Event) => void): void;
  close(): void;
  onerror: ((event: Event) => void) | null;
};

const AGAIN_MS = [300, 1000, 2000, 5000];

/** Opens the stream of `url` behind `after`, and again after every loss until closed. */
export function openStream(
  url: string,
  after: number,
  on: StreamEvents,
  connect: (url: string) => Source = (address) => new EventSource(address),
): Stream {
  let last = after;
  let losses = 0;
  let closed = false;
  let source: Source | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    if (closed) return;
    const current = connect(`${url}?after=${last}`);
    source = current;
    const listen = <T>(name: string, use: (data: T) => void) =>
      current.addEventListener(name, (event) => {
        const data = parse<T>((event as MessageEvent<string>).data);
        if (closed || data === null) return;
        losses = 0;
        use(data);
      });
    listen<LiveState>("state", on.onState);
    listen<Caption>("caption", on.onCaption);
    listen<TurnView>("turn", (turn) => {
      last = Math.max(last, turn.seq);
      on.onTurn(turn);
    });
    listen<{ leg: number }>("taken_over", ({ leg }) => on.onTakenOver(leg));
    listen<object>("hand_over", on.onHandOver);
    listen<{ reason: string }>("ended", ({ reason }) => on.onEnded(reason));
    current.onerror = () => {
      current.close();
      if (closed || source !== current) return;
      source = null;
      const wait = AGAIN_MS[Math.min(losses, AGAIN_MS.length - 1)];
      losses += 1;
      timer = setTimeout(() => void again(), wait);
    };
  };
  const again = async () => {
    try {
      await on.onBroken?.();
    } finally {
      open();
    }
  };
  open();
  return {
    renew() {
      clearTimeout(timer);
      source?.close();
      open();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}

/** Data of one event; null when it is not a JSON object. */
function parse<T>(data: string): T | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as T) : null;
  } catch {
    return null;
  }
}
