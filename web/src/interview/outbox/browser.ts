// The outbox's ports in a real browser.
import { send } from "../../api/client";
import { accepted, failed } from "./answer";
import { device } from "./device";
import { type Message, Outbox } from "./outbox";
import type { Outcome, Post } from "./types";

const NAME = "outbox";
/** A request without an answer for so long is asked again. */
const ANSWER_MS = 15_000;

/** Opens the page's outbox; what earlier pages of the origin left begins to drain. */
export function openOutbox(): Outbox {
  const outbox = new Outbox({
    device,
    post,
    lock,
    join,
    now: () => performance.now(),
    random,
    online: navigator.onLine,
  });
  window.addEventListener("online", () => outbox.online(true));
  window.addEventListener("offline", () => outbox.online(false));
  window.addEventListener("pagehide", () => outbox.leave());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") outbox.leave();
    else outbox.wake();
  });
  return outbox;
}

async function post({ instance, address, first, entries, lastWords }: Post): Promise<Outcome> {
  try {
    const response = await send(`/v1/s/${encodeURIComponent(address.session)}/log`, {
      method: "POST",
      // Its own key says who may append; a cookie would say more than is needed.
      credentials: "omit",
      headers: { "content-type": "application/json", authorization: `Bearer ${address.key}` },
      body: JSON.stringify({ instance, first_seq: first, events: entries }),
      keepalive: lastWords,
      ...(!lastWords && { signal: AbortSignal.timeout(ANSWER_MS) }),
    });
    return accepted(await response.json());
  } catch (caught) {
    return failed(caught);
  }
}

/** Held as long as the page lives: the browser hands it on, also after a crash. */
function lock(held: () => void): void {
  if (!navigator.locks) {
    // Then every page drains; the server takes repeats.
    held();
    return;
  }
  navigator.locks.request(NAME, () => new Promise<void>(() => held())).catch(held);
}

function join(hear: (message: Message) => void): (message: Message) => void {
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = (event: MessageEvent<Message>) => hear(event.data);
  return (message) => channel.postMessage(message);
}

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
