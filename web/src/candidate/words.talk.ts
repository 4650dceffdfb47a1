// Every text of the talk and of its end: who has the turn, what is saved and where.
import type { LiveState } from "../api/types";
import type { Shown } from "../interview/machine";

export const talk = {
  state: {
    connecting: "Connecting",
    listening: "Listening",
    thinking: "Thinking",
    speaking: "Speaking",
    reconnecting: "Reconnecting",
    paused: "Paused",
    waiting: "Waiting",
  } satisfies Record<Shown, string>,
  announce: {
    connecting: "Connecting to the interviewer.",
    listening: "The interviewer is listening. It is your turn.",
    thinking: "One moment.",
    speaking: "The interviewer is speaking.",
    reconnecting: "Reconnecting. Your answers so far are saved.",
    paused: "Paused.",
    waiting: "Waiting.",
  } satisfies Record<Shown, string>,
  hint: {
    connecting: "",
    listening: "Take your time.",
    thinking: "",
    speaking: "You may interrupt.",
    reconnecting: "Your answers so far are saved. This goes on by itself.",
    paused: "Your microphone is off.",
    waiting: "",
  } satisfies Record<Shown, string>,
  question: (index: number, total: number) => `Question ${index + 1} of ${total}`,
  questionLabel: "The question",
  beginning: "The beginning",
  ending: "The end",
  captions: "Captions",
  you: "You",
  interviewer: "Interviewer",
  saved: "Saved",
  recorded: "Recording",
  recordedShort: "Rec",
  recordedLong: "This talk is being recorded, as you agreed.",
  savedLabel: (count: number) => `${count} ${count === 1 ? "entry" : "entries"} saved`,
  repeat: "Repeat",
  repeatLong: "Repeat the question",
  moment: "I need a moment",
  momentShort: "Moment",
  type: "Type instead",
  typeShort: "Type",
  mute: "Mute",
  unmute: "Unmute",
  pause: "Pause",
  goOn: "Go on",
  more: "More",
  controls: "What you may ask for",
  timeLeft: "Show time left",
  hideTimeLeft: "Hide time left",
  noLimit: "No time is running now.",
  larger: "Larger captions",
  smaller: "Smaller captions",
  changeMicrophone: "Microphone",
  end: "End",
  endLong: "End the interview",
  answer: "Your answer",
  answerHint: "It counts like a spoken answer.",
  send: "Send",
  close: "Close",
  mutedHint: "You are muted. The interviewer cannot hear you.",
  soundBlocked: "Your browser holds back the interviewer’s voice.",
  soundOn: "Turn the sound on",
  askFailed: "That did not reach the interviewer. Please try again.",
  endTitle: "End the interview?",
  endText: (left: number) =>
    left > 0
      ? `${left} ${left === 1 ? "question has" : "questions have"} not been asked yet. What you said is saved and will be read. You cannot come back after this.`
      : "What you said is saved and will be read. You cannot come back after this.",
  endKeep: "Keep talking",
  endSure: "End it",
};

const entries = (count: number) => (count === 1 ? "1 entry" : `${count} entries`);

/** What is saved, and where the rest is. `memory`: the browser keeps nothing for the page. */
export const keeping = {
  waiting: (count: number, memory: boolean) =>
    memory ? `Saving: ${count} waiting` : `Saving on this device: ${count} waiting`,
  waitingShort: (count: number) => `${count} waiting`,
  /** During the talk: without the count, which would be read out each time it grows. */
  offlineNow: (memory: boolean) =>
    memory
      ? "You are offline. What was just said is kept in this page: please leave it open. It will be sent when you are back."
      : "You are offline. What was just said is saved on this device and will be sent when you are back.",
  offline: (count: number, memory: boolean) =>
    `You are offline. ${entries(count)} ${count === 1 ? "is" : "are"} ${
      memory ? "kept in this page: please leave it open. They" : "saved on this device and"
    } will be sent when you are back.`,
  behind: (count: number, memory: boolean) =>
    `Your interview is with us. ${entries(count)} of this page’s own copy ${count === 1 ? "is" : "are"} still only ${
      memory ? "in this page" : "on this device"
    }, and will be sent by the page itself.`,
  stay: (memory: boolean) =>
    memory
      ? "Please leave this page open until it says that everything is saved."
      : "Please leave this page open until it says that everything is saved. If you must close it, open the same link again on this device.",
  all: "Everything is saved.",
  answers: "Your answers are saved.",
  /** Chunks are about two seconds each. */
  soundWaiting: (count: number, memory: boolean) =>
    `About ${count * 2} seconds of the recording are still being saved. ${
      memory
        ? "Please leave this page open until that is done."
        : "You may close this page: what is left is kept on this device and sent when you open the same link here again."
    }`,
  soundRefused: (count: number) =>
    `About ${count * 2} seconds of the recording could not be saved. Please check that your transcript has what you said, and tell us if something is missing.`,
  refused: (count: number) =>
    `${entries(count)} of this page’s own copy could not be stored. We keep a record of our own; please check your transcript, and tell us if something is missing.`,
  denied:
    "This browser lets the page save nothing on this device. What you say is still saved with us as you go. Please keep this page open until it says that everything is saved.",
};

export const saving = {
  title: "Saving your last answer…",
  done: "Saving your last answer… saved.",
  sound: "Your answers are saved. Saving the recording…",
};

/** Time left in words, in half minutes: exact seconds would only press. */
export function timeLeft(ms: number): string {
  const halves = Math.ceil(ms / 30_000);
  if (halves <= 0) return "The time for this question is up; finish your thought.";
  if (halves === 1) return "Less than half a minute left for this question.";
  if (halves === 2) return "About one minute left for this question.";
  return `About ${halves % 2 === 0 ? halves / 2 : `${Math.floor(halves / 2)}½`} minutes left for this question.`;
}

/** What stands where the question will be. */
export function placeholder(view: LiveState | null): string {
  switch (view?.stage) {
    case "closing":
    case "ended":
      return "That was the last question.";
    default:
      return "The interviewer will greet you and say how this works.";
  }
}
