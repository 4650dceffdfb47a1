// What is said when something goes wrong: one text for each failure, so that a failure without words does not compile.
import type { Browser } from "../interview/devices";
import type { FailureCode } from "../interview/errors";

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
    title: "The interview has to wait",
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
