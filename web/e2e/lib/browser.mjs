// Chromium with a microphone that speaks on demand and an ear on what the page plays.
import { chromium } from "playwright-core";

export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const launch = ({ program = chromiumPath, args = [] } = {}) =>
  chromium.launch({
    executablePath: program,
    args: [
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      "--disable-sync",
      ...args,
    ],
  });

/**
 * Runs in the page before its own scripts. `__mouth.say(wavBase64)` is heard by getUserMedia's track;
 * `__ear` holds the loudest level of the remote audio since it was last read, and the silences between its sounds.
 */
const senses = () => {
  let context;
  let out;
  const ready = async () => {
    if (!context) {
      context = new AudioContext({ sampleRate: 48000, latencyHint: 0.1 });
      out = context.createMediaStreamDestination();
      out.channelCount = 1;
      const hush = context.createConstantSource();
      hush.offset.value = 0;
      hush.connect(out);
      hush.start();
    }
    if (context.state !== "running") {
      await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 500))]);
    }
  };
  const tracks = [];
  window.__mouth = {
    /** The microphone is pulled out, or plugged in again. */
    plug(isIn) {
      window.__micGone = !isIn;
      // A browser ends the track and says so; stopped by a page, it says nothing.
      for (const track of isIn ? [] : tracks.splice(0)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    },
    async say(base64) {
      await ready();
      const source = context.createBufferSource();
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      source.buffer = await context.decodeAudioData(bytes.buffer);
      source.connect(out);
      await new Promise((done) => {
        source.onended = done;
        source.start();
      });
    },
  };
  const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (real) {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (window.__micDenied) throw new DOMException("Permission denied", "NotAllowedError");
      if (window.__micGone) throw new DOMException("Requested device not found", "NotFoundError");
      if (!wanted?.audio || wanted.video) return real(wanted);
      await ready();
      const [track] = out.stream.clone().getAudioTracks();
      track.getSettings = () => ({ deviceId: "mouth", groupId: "mouth", sampleRate: 48000, channelCount: 1 });
      tracks.push(track);
      return new MediaStream([track]);
    };
    const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    navigator.mediaDevices.enumerateDevices = async () => {
      const found = await list();
      if (window.__micGone || found.some((d) => d.kind === "audioinput")) return found;
      return [
        ...found,
        { kind: "audioinput", deviceId: "mouth", groupId: "mouth", label: "Test microphone", toJSON: () => ({}) },
      ];
    };
  }
  window.__ear = { loudest: 0, heard: 0, silences: [] };
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      window.__pc = this;
      this.addEventListener("track", async ({ track }) => {
        await ready();
        const stream = new MediaStream([track]);
        const player = new Audio();
        player.muted = true;
        player.srcObject = stream;
        player.play().catch(() => undefined);
        const analyser = context.createAnalyser();
        analyser.fftSize = 2048;
        analyser.smoothingTimeConstant = 0;
        context.createMediaStreamSource(stream).connect(analyser);
        const samples = new Float32Array(analyser.fftSize);
        const listening = setInterval(() => {
          // One of a call that is over would only cost the next one.
          if (track.readyState === "ended") return clearInterval(listening);
          analyser.getFloatTimeDomainData(samples);
          const level = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
          window.__ear.loudest = Math.max(window.__ear.loudest, level);
          window.__ear.now = level;
          if (level <= 0.01) return;
          window.__ear.heard += 1;
          const silence = performance.now() - (window.__ear.last ?? performance.now());
          window.__ear.last = performance.now();
          if (silence > 150) window.__ear.silences.push(silence);
        }, 20);
      });
    }
  };
  // What the page itself plays: its audio element must be running, not only connected.
  window.__playing = () =>
    window.__players.some(
      (p) => !p.paused && !p.muted && p.srcObject?.getAudioTracks().some((t) => t.readyState === "live"),
    );
  window.__players = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (...args) {
    if (!window.__players.includes(this)) window.__players.push(this);
    return play.apply(this, args);
  };
};

/** A context as a person's browser: its own storage, with the test's mouth and ear. */
export const person = async (browser, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(senses);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4|5)\d\d/.test(message.text())) problems.push(message.text());
  });
  return { context, page, problems, say: (wav) => page.evaluate((b) => window.__mouth.say(b), wav) };
};

/** Requests that left the product's own origin: there must be none. */
export const strangers = (page, origin) => {
  const seen = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url)) seen.push(url);
  });
  return seen;
};
