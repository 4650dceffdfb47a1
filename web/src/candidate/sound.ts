// The page's one AudioContext and the element that plays the interviewer. Made at the first gesture, kept until the end.
let shared: AudioContext | null = null;
let element: HTMLAudioElement | null = null;

/** The context, running if the browser allows it yet. */
export function audioContext(): AudioContext {
  shared ??= new AudioContext();
  if (shared.state !== "running") void shared.resume();
  return shared;
}

/** The interviewer's voice. */
export function speakerElement(): HTMLAudioElement {
  if (!element) {
    element = document.createElement("audio");
    element.id = "interviewer";
    element.autoplay = true;
    document.body.append(element);
  }
  return element;
}
