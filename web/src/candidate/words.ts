// Every text of the candidate's pages before and after the talk; the talk's own are in words.talk.ts, those for what goes
// wrong in words.problems.ts. Plain, short, second person; what happened, what is safe, what to do.

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

export const receipt = {
  title: "Thank you. Your interview is saved.",
  titleWaiting: "Thank you. Still saving.",
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
  recovered: "written down from your recording",
  timeUp: "The time for this interview was used up before the last question. Everything you said until then is saved.",
  close: "You may close this page. The same link shows this receipt again.",
  cut: "interrupted",
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
