/**
 * The event stream of one session, kept open: parses what arrives, reconnects after a pause when the browser gives up,
 * and always goes on after the last turn seen, so nothing is missed and nothing comes twice.
 *
 * No React. The stream never decides what a page shows; see `feed.ts`.
 */
import { address } from "../../api/client";
import type { Caption, LiveState, TurnView } from "../../api/types";
import type { FeedEvent } from "./feed";

/** Whether words are arriving now. */
export type Link = "connecting" | "open" | "lost";

export type StreamOptions = {
  session: string;
  /** The last `seq` the page already has; asked again at each reconnect. */
  after: () => number;
  onEvent: (event: FeedEvent) => void;
  onLink: (link: Link) => void;
  /** Pauses before each new try when the browser has given up; the last one repeats. */
  retry_ms?: readonly number[];
};

const RETRY_MS = [500, 1000, 2000, 5000, 10_000] as const;

/** Opens the stream and returns how to close it. */
export function openStream({ session, after, onEvent, onLink, retry_ms = RETRY_MS }: StreamOptions): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let closed = false;

  function close(): void {
    closed = true;
    clearTimeout(timer);
    source?.close();
  }

  function connect(): void {
    onLink("connecting");
    source = new EventSource(address("/v1/sessions/{id}/events", { id: session }, { after: after() }));
    source.onopen = () => {
      tries = 0;
      onLink("open");
    };
    source.onerror = () => {
      if (closed) return;
      onLink("lost");
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, retry_ms[Math.min(tries, retry_ms.length - 1)]);
      tries += 1;
    };
    listen<TurnView>(source, "turn", (turn) => onEvent({ kind: "turn", turn }));
    listen<Caption>(source, "caption", (caption) => onEvent({ kind: "caption", caption }));
    listen<LiveState>(source, "state", (state) => onEvent({ kind: "state", state }));
    listen<{ reason: string }>(source, "ended", ({ reason }) => {
      close();
      onEvent({ kind: "ended", reason });
    });
  }

  connect();
  return close;
}

/** Calls `take` with the JSON of each event of that name. The server's own schema vouches for the shape. */
function listen<T>(source: EventSource, name: string, take: (body: T) => void): void {
  source.addEventListener(name, (event: MessageEvent<string>) => {
    take(JSON.parse(event.data) as T);
  });
}
