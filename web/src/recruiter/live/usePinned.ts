/** Keeps the newest line in view until the reader scrolls away, then counts what they have not seen. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** How near the end, in pixels, still counts as reading the newest line. */
const NEAR_PX = 48;

export type Pinned = {
  /** Lines that arrived below since the reader scrolled up; 0 while the newest is in view. */
  unseen: number;
  /** Goes to the newest line and stays with it. */
  follow: () => void;
};

/** `count` is the number of lines; `growth` changes whenever the last line grows. */
export function usePinned(box: RefObject<HTMLElement | null>, count: number, growth: unknown): Pinned {
  const following = useRef(true);
  const newest = useRef(count);
  const [seen, setSeen] = useState(count);

  const follow = useCallback(() => {
    following.current = true;
    setSeen(newest.current);
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      if (following.current) setSeen(newest.current);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [box]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer last line moves the end as much as a new one
  useLayoutEffect(() => {
    newest.current = count;
    if (following.current) follow();
  }, [count, growth, follow]);

  return { unseen: Math.max(0, count - seen), follow };
}
