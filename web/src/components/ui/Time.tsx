import { useEffect, useState } from "react";
import { absolute, relative } from "./times";

/** A moment as "5 min. ago"; the exact time, in the reader's zone, on hover. `at` is milliseconds since the epoch. */
export function Time({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at)}>
      {relative(at, now)}
    </time>
  );
}
