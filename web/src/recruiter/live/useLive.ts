// Follows one running session: what was committed before, and then the stream.
import { useEffect, useReducer, useRef, useState } from "react";
import type { Session } from "../../api/types";
import { apply, type Feed, startFeed } from "./feed";
import { type Link, openStream } from "./stream";

/** The feed starts from the session's committed turns and never goes back to an older read of them. */
export function useLive(session: Session): { feed: Feed; link: Link } {
  const [feed, dispatch] = useReducer(apply, session.turns, startFeed);
  const [link, setLink] = useState<Link>("connecting");
  const seq = useRef(feed.seq);
  useEffect(() => {
    seq.current = feed.seq;
  }, [feed.seq]);

  useEffect(
    () => openStream({ session: session.id, after: () => seq.current, onEvent: dispatch, onLink: setLink }),
    [session.id],
  );
  return { feed, link };
}
