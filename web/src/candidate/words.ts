// Every text of the candidate's page. Plain, short, second person; what happened, what is safe, what to do.
import type { LiveState } from "../api/types";
import type { Browser } from "../interview/devices";
import type { FailureCode } from "../interview/errors";
import type { Shown } from "../interview/machine";

export const words = {
  title: (company: string) => `Interview with ${company}`,
  help: "Help",
  steps: ["Welcome", "Consent", "Sound", "Interview"],
  loading: "Opening your invitation",
  goOn: "Continue",
  back: "Back",
  tryAgain: "Try again",
};

export const welcome = {
  hello: (name: string) => (name ? `Hello, ${name}` : "Hello"),
  invites: (company: string, position: string) => `${company} invites you to an interview for ${position}.`,
  facts: (minutes: number, questions: number) => ({
    length: `About ${minutes} ${minutes === 1 ? "minute" : "minutes"}`,
    questions: `${questions} ${questions === 1 ? "question" : "questions"}`,
  }),
  until: (when: string) => `Open until ${when}`,
  how: "You will talk with an AI interviewer",
  points: (company: string) => [
    `An AI asks the questions out loud and listens to your answers. It does not decide anything. A person at ${company} reads what you said and decides.`,
    "Your words are saved as you go. If something breaks, open the same link again and go on where you were.",
    "Take your time. You may pause, ask for a question again, or type instead of speaking.",
  ],
  need: "You need a quiet place and a microphone. Headphones help.",
};

export const consent = {
  title: "What is recorded, and who reads it",
  lead: "Please read this. Nothing is recorded before you agree.",
  agree: "I agree",
  decline: "I do not agree",
  declinedTitle: "That is all right",
  declined: (company: string, contact: string | null) =>
    contact
      ? `Nothing was recorded. If you would like to talk with a person instead, write to ${company}: ${contact}. Your link stays good if you change your mind.`
      : `Nothing was recorded. If you would like to talk with a person instead, answer the message that brought you here; it comes from ${company}. Your link stays good if you change your mind.`,
  changed: "This text was changed while you were reading. Here is the new one.",
};

export const check = {
  title: "Check your sound",
  lead: "This takes half a minute. It is not part of the interview, and not stored.",
  allow: "Allow the microphone",
  allowHint: "Your browser will ask. Choose “Allow”.",
  asking: "Your browser is asking for the microphone. Choose “Allow”.",
  microphone: "Microphone",
  level: "How loud we hear you",
  say: "Press the button and say:",
  sentence: "I am ready.",
  record: "Say the sentence",
  listening: "Listening",
  recognizing: "Recognizing",
  heard: "We heard:",
  heardNothing: "We heard no words.",
  heardNothingHint: "Move closer to the microphone, or choose another one above, and say it again.",
  sayAgain: "Say it again",
  good: "Your microphone works.",
  speaker: "Speaker",
  chime: "Play a sound",
  chimeAgain: "Play it again",
  didYouHear: "Did you hear two notes?",
  yes: "Yes",
  no: "No",
  speakerGood: "Your speaker works.",
  speakerHelp:
    "Turn up the volume, check that headphones are plugged in or connected, and that this tab is not muted. Then play it again.",
  headphones: "Headphones keep the interviewer’s voice out of your microphone.",
  start: "Start when you are ready",
  startHint: "The interviewer speaks first.",
  typeOnly: "I cannot use a microphone: I will type",
  typeOnlyOn: "You will hear or read the questions, and type your answers.",
};

export const resume = {
  title: (name: string) => (name ? `Welcome back, ${name}` : "Welcome back"),
  saved: (count: number) =>
    count === 0 ? "Nothing is lost." : `Nothing is lost: ${count} ${count === 1 ? "entry is" : "entries are"} saved.`,
  how: "The interview goes on where you left it. If you were in the middle of an answer, you will hear the question again.",
  go: "Go on with the interview",
};

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
    paused: "Nothing is recorded now.",
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

export const saving = {
  title: "Saving your last answer…",
  done: "Saving your last answer… saved.",
};

export const receipt = {
  title: "Thank you. Your interview is saved.",
  titleIncomplete: "Your interview is saved.",
  length: "Length",
  answers: "Your answers",
  entries: "Entries saved",
  next: "What happens next",
  nextText: (company: string, position: string) =>
    `A person at ${company} reads your interview for ${position} and decides. You will hear from them; there is nothing else for you to do.`,
  questions: (contact: string | null) =>
    contact
      ? `To ask something, to correct what was written down, or to have it deleted, write to ${contact}.`
      : "To ask something, to correct what was written down, or to have it deleted, answer the message that brought you here.",
  transcript: "Your transcript",
  read: "Read it",
  hide: "Hide it",
  download: "Download as text",
  missing: "These words could not be written down.",
  timeUp: "The time for this interview was used up before the last question. Everything you said until then is saved.",
  close: "You may close this page. The same link shows this receipt again.",
  cut: "interrupted",
};

type Page = { title: string; text: string; action?: "again" | "here" };

/** What each failure says. `at` is a time already put into words, or null. */
export const failures: Record<FailureCode, (at: string | null) => Page> = {
  link_incomplete: () => ({
    title: "This link is not whole",
    text: "Some mail programs cut long links. Go back to the message, copy the whole link and paste it into the address bar.",
  }),
  link_unknown: () => ({
    title: "We do not know this link",
    text: "Check that you copied all of it. If you did, ask the people who invited you for a new one.",
  }),
  link_expired: () => ({
    title: "This invitation has expired",
    text: "Its last day has passed. Ask the people who invited you for a new link; if you had begun, what you said is saved.",
  }),
  link_revoked: () => ({
    title: "This invitation was withdrawn",
    text: "You may have been sent a newer link: look for the latest message. If there is none, ask the people who invited you.",
  }),
  link_not_open: (at) => ({
    title: "This interview is not open yet",
    text: at ? `It opens ${at}. Come back then with the same link.` : "Come back later with the same link.",
    action: "again",
  }),
  too_many_tries: (at) => ({
    title: "Too many tries from your network",
    text: at
      ? `Please wait until ${at}, then try again. Your link stays good.`
      : "Please wait a minute, then try again. Your link stays good.",
    action: "again",
  }),
  finished: () => ({
    title: "This interview is finished",
    text: "What you said is saved. There is nothing else to do.",
  }),
  open_elsewhere: () => ({
    title: "The interview is open in another tab",
    text: "It goes on there, and everything so far is saved. Or take it over here; the other tab then stops.",
    action: "here",
  }),
  browser_too_old: () => ({
    title: "This browser is too old for a spoken interview",
    text: "Please update it, or open your link in a current Chrome, Edge, Firefox or Safari, on this or another device.",
  }),
  not_secure: () => ({
    title: "This address is not secure",
    text: "Browsers give the microphone to secure addresses only. Open the link exactly as you received it, beginning with https.",
  }),
  microphone_blocked: () => ({
    title: "Your browser blocks the microphone",
    text: "Nothing is lost. Allow it like this, then try again:",
    action: "again",
  }),
  microphone_missing: () => ({
    title: "We found no microphone",
    text: "Plug one in, or connect your headset, then try again. Or open your link on a phone: it goes on there.",
    action: "again",
  }),
  microphone_busy: () => ({
    title: "Another program holds the microphone",
    text: "Close other calls and recorders, or choose another microphone, then try again.",
    action: "again",
  }),
  microphone_unplugged: () => ({
    title: "Your microphone is gone",
    text: "It was unplugged or disconnected. Plug it in again or choose another one. The interview waits; everything so far is saved.",
    action: "again",
  }),
  microphone_silent: () => ({
    title: "We hear nothing from your microphone",
    text: "It may be muted by a switch or a key, or be the wrong one. Choose another one, or type instead.",
  }),
  engine_full: (at) => ({
    title: "All interviewers are busy",
    text: at
      ? `Please come back at ${at}. Your link stays good, and nothing is lost.`
      : "Please come back in a few minutes. Your link stays good, and nothing is lost.",
    action: "again",
  }),
  engine_unavailable: (at) => ({
    title: "The interviewer cannot be reached",
    text: at
      ? `This is our fault, not yours. Please try again at ${at}. Your link stays good, and nothing is lost.`
      : "This is our fault, not yours. Please try again in a few minutes. Your link stays good, and nothing is lost.",
    action: "again",
  }),
  time_used_up: () => ({
    title: "The time for this interview is used up",
    text: "Everything you said is saved. To say more, ask the people who invited you for a new link.",
  }),
  connections_used_up: () => ({
    title: "This link was connected too many times",
    text: "Everything you said is saved. To go on, ask the people who invited you for a new link.",
  }),
  closed_for_today: (at) => ({
    title: "No more interviews today",
    text: at
      ? `Everything you said is saved, and your link stays good. Please come back after ${at}, or write to the people who invited you.`
      : "Everything you said is saved, and your link stays good. Please come back tomorrow, or write to the people who invited you.",
  }),
  engine_refused: () => ({
    title: "The interview cannot start yet",
    text: "The people who invited you have to change a setting first. Please tell them. Your link stays good, and nothing is lost.",
    action: "again",
  }),
  call_refused: () => ({
    title: "Your browser's call was not understood",
    text: "Please load this page again, or open your link in another browser. Your link stays good, and nothing is lost.",
    action: "again",
  }),
  consent_changed: () => ({ title: "The text has changed", text: "Please read the new one.", action: "again" }),
  consent_missing: () => ({
    title: "Your consent is needed first",
    text: "Please read what is recorded and who reads it.",
    action: "again",
  }),
  sound_blocked: () => ({ title: "The sound is off", text: "Turn it on to hear the interviewer." }),
  too_long: () => ({ title: "That is too long", text: "Please make it shorter and send it again." }),
  offline: () => ({
    title: "You are offline",
    text: "Everything that shows as saved is safe. Check your connection; this page goes on by itself when you are back.",
    action: "again",
  }),
  unexpected: () => ({
    title: "Something went wrong on our side",
    text: "Everything that shows as saved is safe. Please try again; your link stays good.",
    action: "again",
  }),
};

/** How to allow the microphone, browser by browser. */
export const allowSteps: Record<Browser, string[]> = {
  chrome: ["Press the icon at the left of the address bar.", "Switch “Microphone” on.", "Press “Try again” here."],
  edge: ["Press the lock at the left of the address bar.", "Set “Microphone” to “Allow”.", "Press “Try again” here."],
  firefox: [
    "Press the crossed-out microphone at the left of the address bar.",
    "Remove “Blocked” beside “Use the microphone”.",
    "Press “Try again” here and choose “Allow”.",
  ],
  safari: ["Choose Safari, Settings, Websites, Microphone.", "Set this site to “Allow”.", "Press “Try again” here."],
  ios: [
    "Press the icon at the left of the address bar, then “Website Settings”.",
    "Set “Microphone” to “Allow”.",
    "If it is missing: Settings, Privacy & Security, Microphone, and switch your browser on.",
  ],
  android: [
    "Press the icon at the left of the address bar, then “Permissions”.",
    "Switch “Microphone” on.",
    "Press “Try again” here.",
  ],
  other: ["Open this site’s settings in your browser.", "Allow the microphone.", "Press “Try again” here."],
};

export const help = {
  title: "Help",
  points: [
    "You hear nothing: turn up the volume, and check that this tab is not muted.",
    "We do not hear you: choose another microphone, or type your answers instead.",
    "The page broke: open the same link again. Everything that shows as saved is safe.",
    "You would like more time, another way, or a person: ask. It does not count against you.",
  ],
  contact: (contact: string) => `Write to ${contact}.`,
  noContact: "Answer the message that brought you here.",
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
