// The candidate's page begins here: `/i#<invitation id>.<secret>`. The secret stays in the fragment, so that a reload
// resumes, and is sent only in the body of one POST.
import { createRoot } from "react-dom/client";
import { unsupported } from "../interview/devices";
import { openDoor } from "../interview/door";
import { readLink } from "../interview/link";
import { openOutbox } from "../interview/outbox/browser";
import { lazyRecording } from "../interview/recording/lazy";
import { webrtc } from "../interview/webrtc";
import "../theme.css";
import { App } from "./App";
import { Problem } from "./Problem";
import { speakerElement } from "./sound";

/** So long each piece of sound waits for words that are not saved yet. */
const WORDS_FIRST_MS = 2000;

const root = document.getElementById("root");
if (root) createRoot(root).render(page());
// Another link pasted into the same tab is another visit.
window.addEventListener("hashchange", () => location.reload());

function page() {
  const missing = unsupported(window as unknown as Record<string, unknown>);
  if (missing) return <Problem failure={{ code: missing }} view={null} />;
  const link = readLink(location.hash);
  const transport = webrtc({ newConnection: () => new RTCPeerConnection(), speaker: speakerElement() });
  // Also for a link that no longer opens: what an earlier page left is sent all the same.
  const outbox = openOutbox();
  const recording = lazyRecording(
    async () => {
      const { openRecording } = await import("../interview/recording/browser");
      return openRecording(() => outbox.settled(WORDS_FIRST_MS));
    },
    () => performance.now(),
  );
  return <App door={link && openDoor(link)} transport={transport} outbox={outbox} recording={recording} />;
}
