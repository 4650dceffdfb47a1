import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeEventSource } from "../testing/fakeEvents";
import { sampleTurn } from "../testing/sample";
import type { FeedEvent } from "./feed";
import { type Link, openStream } from "./stream";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeEventSource);
  FakeEventSource.opened.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(after = () => 4) {
  const events: FeedEvent[] = [];
  const links: Link[] = [];
  const close = openStream({
    session: "ses_1",
    after,
    onEvent: (event) => events.push(event),
    onLink: (link) => links.push(link),
    retry_ms: [100],
  });
  return { events, links, close };
}
const newest = () => FakeEventSource.opened.at(-1);

it("goes on after the last turn that the page has, also after the browser gave up", () => {
  let seq = 4;
  const { links } = open(() => seq);
  expect(newest()?.url).toBe("/v1/sessions/ses_1/events?after=4");
  newest()?.open();
  seq = 9;
  newest()?.fail(true);
  expect(FakeEventSource.opened).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(newest()?.url).toBe("/v1/sessions/ses_1/events?after=9");
  expect(links).toEqual(["connecting", "open", "lost", "connecting"]);
});

it("leaves a reconnect that the browser does itself to the browser", () => {
  open();
  newest()?.fail(false);
  vi.advanceTimersByTime(10_000);
  expect(FakeEventSource.opened).toHaveLength(1);
});

it("closes for good when the interview has ended", () => {
  const { events } = open();
  newest()?.send("turn", sampleTurn(5, "Goodbye."));
  newest()?.send("ended", { reason: "completed" });
  expect(events.map(({ kind }) => kind)).toEqual(["turn", "ended"]);
  expect(newest()?.readyState).toBe(FakeEventSource.CLOSED);
  newest()?.fail(true);
  vi.advanceTimersByTime(10_000);
  expect(FakeEventSource.opened).toHaveLength(1);
});
