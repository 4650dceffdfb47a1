// How loud the microphone is, and whether it is heard at all.

const FLOOR_DB = -60;
const CEILING_DB = -12;
const EVERY_MS = 60;

/** Loudness of samples (-1..1) on a scale of 0..1 that follows the ear: 0 at -60 dB, 1 at -12 dB. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] ?? 0) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms === 0) return 0;
  const db = 20 * Math.log10(rms);
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}

/** Reports the level of a stream many times a second until stopped. */
export function watchLevel(context: AudioContext, stream: MediaStream, onLevel: (level: number) => void): () => void {
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  analyser.smoothingTimeConstant = 0;
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

/** Below this a live microphone in a quiet room never stays. */
const DEAD = 0.02;

/** Tells whether a microphone has been dead for `limit_ms`, in the time of the levels it is given. */
export function silenceWatch(limitMs: number): (level: number, now: number) => boolean {
  let heardAt: number | null = null;
  return (level, now) => {
    if (heardAt === null || level > DEAD) heardAt = now;
    return now - heardAt >= limitMs;
  };
}
