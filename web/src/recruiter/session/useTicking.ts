import { useEffect, useState } from "react";

/** A length of time that goes on between the server's messages: `base_ms`, one second more each second while `runs`. */
export function useTicking(base_ms: number, runs: boolean, direction: 1 | -1 = 1): number {
  const [shown_ms, setShown] = useState(base_ms);
  useEffect(() => {
    setShown(base_ms);
    if (!runs) return;
    const since = performance.now();
    const timer = setInterval(() => setShown(base_ms + direction * (performance.now() - since)), 500);
    return () => clearInterval(timer);
  }, [base_ms, runs, direction]);
  return Math.max(0, shown_ms);
}
