// The candidate's page on a scripted server and call, for tests that use it as a person does.
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, vi } from "vitest";
import { ApiError } from "../api/client";
import type { CandidateView, LiveState, TurnView } from "../api/types";
import type { Door } from "../interview/door";
import { fakeOutbox } from "../interview/outbox/fakes";
import type { Outbox, OutboxParts } from "../interview/outbox/outbox";
import { fakeRecording } from "../interview/recording/fakes";
import type { CallEvents, Transport } from "../interview/transport";
import { act } from "../testing/act";
import "../testing/dialog";
import { App } from "./App";
import { FakeAudioContext, FakeEventSource, fakeMedia } from "./fakes";

export const VIEW: CandidateView = {
  status: "welcome",
  company: "Acme",
  position: "Backend engineer",
  candidate: "Mira",
  minutes: 20,
  questions: 6,
  expires_at: Date.UTC(2030, 0, 1),
  language: "en",
  notice: { version: "1", is_recorded: true, items: [{ heading: "What is recorded", text: "What you say, as text." }] },
  consented_at: null,
  session_id: null,
  records_calls: false,
  append_key: null,
  turns_saved: 0,
  end_reason: null,
  contact_email: "people@acme.example",
};
export const READY: CandidateView = {
  ...VIEW,
  status: "ready",
  consented_at: 1,
  session_id: "ses_1",
  append_key: "key",
};
export const STATE: LiveState = {
  stage: "question",
  question: { index: 1, total: 6, text: "Why this work?" },
  phase: "listening",
  speaker: null,
  elapsed_ms: 1000,
  question_left_ms: 120_000,
  turns: 3,
  session_state: "live",
  leg: 1,
  saved: 3,
};
export const TURN: TurnView = {
  seq: 4,
  leg: 1,
  item: "a",
  speaker: "candidate",
  kind: "answer",
  question: 0,
  text: "I like to build.",
  status: "final",
  cut: false,
  planned: null,
  started_ms: 0,
  ended_ms: 65_000,
};

let root: Root;
let host: HTMLElement;
let outbox: Outbox;
let call: CallEvents | null;
/** The page's recording; tests say how far it is. */
export let recording = fakeRecording();
export const door = {
  redeem: vi.fn(),
  view: vi.fn(),
  consent: vi.fn(),
  microphone: vi.fn(),
  connect: vi.fn(),
  control: vi.fn(),
} satisfies Door;
const transport: Transport = {
  play: async () => undefined,
  open: (_track, exchange, on) => {
    call = on;
    exchange("offer").catch(on.onRefused);
    return { close: () => undefined, giveUp: () => undefined, replace: async () => undefined };
  },
};

export const settle = () => act(async () => await new Promise((resolve) => setTimeout(resolve, 0)));
export const show = async (view: CandidateView | ApiError) => {
  if (view instanceof ApiError) door.redeem.mockRejectedValue(view);
  else door.redeem.mockResolvedValue(view);
  await act(async () => root.render(<App door={door} transport={transport} outbox={outbox} recording={recording} />));
  await settle();
};
export const button = (name: string) => {
  const all = [...host.querySelectorAll<HTMLButtonElement>("button")];
  const found = all.find((one) => (one.getAttribute("aria-label") ?? one.textContent)?.trim() === name);
  if (!found) throw new Error(`no button "${name}" in: ${host.textContent}`);
  return found;
};
export const press = async (name: string) => {
  await act(async () => button(name).click());
  await settle();
};
export const server = async (name: string, data: unknown) => {
  await act(async () => FakeEventSource.last().emit(name, data));
};
export const beginTalk = async (view = READY) => {
  await show(view);
  await press("Allow the microphone");
  await press("Start when you are ready");
  await act(async () => call?.onUp());
  await server("state", STATE);
};
/** The page on a link without its secret. */
export const showLinkless = async () => {
  await act(async () => root.render(<App door={null} transport={transport} outbox={outbox} recording={recording} />));
};
/** The call as the page sees it, and the page's document. */
export const theCall = () => call;
export const find = <E extends Element>(selector: string) => host.querySelector<E>(selector);
/** Another outbox than one that is taken from at once; before the page is shown. */
export const withOutbox = (parts: Partial<OutboxParts>): Outbox => {
  outbox = fakeOutbox(parts);
  return outbox;
};
export const text = () => host.textContent ?? "";
export const heading = () => host.querySelector("h1")?.textContent;

beforeEach(() => {
  vi.resetAllMocks();
  outbox = fakeOutbox();
  recording = fakeRecording();
  door.connect.mockResolvedValue({ answer: "answer", leg: 1 });
  door.control.mockResolvedValue(undefined);
  FakeEventSource.all = [];
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.stubGlobal("AudioContext", FakeAudioContext);
  vi.stubGlobal("MediaStream", class {});
  fakeMedia();
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
