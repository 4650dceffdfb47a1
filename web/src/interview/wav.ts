// A spoken sentence as a WAV of 16 kHz, one channel, 16 bits: small, and what speech recognition hears.
import tapUrl from "./tap.worklet.js?url";

const WAV_RATE = 16_000;

/** Changes the rate, averaging over each output sample's span so that high tones do not fold down. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const ratio = from / to;
  const out = new Float32Array(Math.floor(samples.length / ratio));
  for (let index = 0; index < out.length; index++) {
    const start = index * ratio;
    const end = Math.min(samples.length, Math.max(start + ratio, start + 1));
    let sum = 0;
    let count = 0;
    for (let at = Math.floor(start); at < end; at++) {
      sum += samples[at] ?? 0;
      count += 1;
    }
    out[index] = sum / Math.max(1, count);
  }
  return out;
}

/** Wraps samples (-1..1) into a WAV file. */
export function encodeWav(samples: Float32Array, rate: number): Blob {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at: number, value: string) => {
    for (let index = 0; index < value.length; index++) view.setUint8(at + index, value.charCodeAt(index));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => {
    const limited = Math.max(-1, Math.min(1, sample));
    view.setInt16(44 + index * 2, Math.round(limited * 0x7fff), true);
  });
  return new Blob([view.buffer], { type: "audio/wav" });
}

export type Recording = {
  /** Ends it and gives the WAV. */
  stop(): Blob;
  /** Ends it and forgets it. */
  cancel(): void;
};

/** Starts recording a stream; the sound stays in memory. */
export async function record(context: AudioContext, stream: MediaStream): Promise<Recording> {
  await context.audioWorklet.addModule(tapUrl);
  const source = context.createMediaStreamSource(stream);
  const tap = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
  const pieces: Float32Array[] = [];
  tap.port.onmessage = (message: MessageEvent<Float32Array>) => pieces.push(message.data);
  source.connect(tap);
  const cancel = () => {
    tap.port.onmessage = null;
    source.disconnect();
  };
  return {
    cancel,
    stop() {
      cancel();
      return encodeWav(resample(joined(pieces), context.sampleRate, WAV_RATE), WAV_RATE);
    },
  };
}

function joined(pieces: Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
