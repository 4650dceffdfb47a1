import { useEffect, useState } from "react";
import { watchLevel } from "../interview/meter";
import { audioContext } from "./sound";

/** The stream's loudness, 0..1, many times a second. */
export function useLevel(stream: MediaStream | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!stream) return;
    return watchLevel(audioContext(), stream, (next) => setLevel(Math.round(next * 16) / 16));
  }, [stream]);
  return stream ? level : 0;
}
