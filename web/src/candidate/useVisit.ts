import { useCallback, useEffect, useMemo, useState } from "react";
import type { CandidateView } from "../api/types";
import type { Door } from "../interview/door";
import { type Failure, failureOf } from "../interview/errors";
import { openStream } from "../interview/events";
import { witness } from "../interview/log";
import type { Outbox } from "../interview/outbox/outbox";
import type { Recording } from "../interview/recording/types";
import { Talk } from "../interview/talk";
import type { Transport } from "../interview/transport";
import { enter, type Visit } from "./visit";

export type VisitControl = {
  visit: Visit;
  talk: Talk | null;
  go: (visit: Visit) => void;
  /** Asks the server where things stand and shows that. */
  open: () => Promise<void>;
  agree: (version: string) => Promise<Failure | null>;
  begin: (view: CandidateView, stream: MediaStream) => void;
};

/** The visit from the link to the receipt. */
export function useVisit(door: Door | null, transport: Transport, outbox: Outbox, recording: Recording): VisitControl {
  const [visit, setVisit] = useState<Visit>({ at: "loading" });
  const [talk, setTalk] = useState<Talk | null>(null);

  const open = useCallback(async () => {
    if (!door) return setVisit({ at: "problem", failure: { code: "link_incomplete" }, view: null });
    // From a problem the page starts anew; from the end of the talk it goes straight to the receipt.
    setVisit((old) => (old.at === "problem" ? { at: "loading" } : old));
    try {
      setVisit(enter(await door.redeem()));
    } catch (caught) {
      setVisit({ at: "problem", failure: failureOf(caught, Date.now()), view: null });
    }
  }, [door]);

  useEffect(() => void open(), [open]);

  const prepare = useCallback(
    (view: CandidateView): Talk | null => {
      if (!door) return null;
      const next = new Talk({
        door,
        transport,
        openStream: (after, on) => openStream("/v1/candidate/events", after, on),
        witness: witnessOf(view, outbox),
        recorder: recorderOf(view, recording),
        now: Date.now,
        saved: view.turns_saved,
      });
      setTalk(next);
      return next;
    },
    [door, transport, outbox, recording],
  );

  // A finished interview opened again: its turns come from the stream.
  const finished = visit.at === "receipt" ? visit.view : null;
  useEffect(() => {
    if (finished && !talk) prepare(finished)?.follow();
  }, [finished, talk, prepare]);
  useEffect(() => () => talk?.close(), [talk]);

  return useMemo(
    () => ({
      visit,
      talk,
      go: setVisit,
      open,
      agree: async (version) => {
        if (!door) return { code: "link_incomplete" };
        try {
          setVisit({ at: "check", view: await door.consent(version) });
          return null;
        } catch (caught) {
          const failure = failureOf(caught, Date.now());
          if (failure.code === "consent_changed") setVisit({ at: "consent", view: await door.redeem() });
          return failure;
        }
      },
      begin: (view, stream) => {
        (talk ?? prepare(view))?.start(stream);
        setVisit({ at: "talk", view });
      },
    }),
    [visit, talk, door, open, prepare],
  );
}

/** The page's own record, where the server gave a key for it. */
function witnessOf(view: CandidateView, outbox: Outbox) {
  if (!view.session_id || !view.append_key) return null;
  outbox.attend({ session: view.session_id, key: view.append_key });
  return witness(outbox, () => performance.now());
}

/** Only what the candidate agreed to is recorded. */
function recorderOf(view: CandidateView, recording: Recording) {
  if (!view.session_id || !view.append_key || !view.consented_at || !view.notice.is_recorded) return null;
  return recording.recorder(view.session_id, view.append_key);
}
