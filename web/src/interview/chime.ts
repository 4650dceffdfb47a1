// Two soft notes, to test the speaker. Made here: nothing to download.

const NOTES_HZ = [523.25, 783.99];

/** Plays the notes; resolves when they have died away. */
export async function chime(context: AudioContext): Promise<void> {
  await context.resume();
  const start = context.currentTime + 0.05;
  await Promise.all(NOTES_HZ.map((frequency, index) => note(context, frequency, start + index * 0.28)));
}

function note(context: AudioContext, frequency: number, at: number): Promise<void> {
  const tone = new OscillatorNode(context, { type: "sine", frequency });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.95);
  return new Promise((resolve) => {
    tone.onended = () => resolve();
  });
}
