// The plan's draft while it is edited: shown at once, saved a moment later, checked by the server at each save.
import { useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { call } from "../../api/client";
import type { Plan, PlanDraft } from "../../api/types";
import { planQuery } from "../queries";
import { createAutosave, type SaveStatus } from "./autosave";

/** Quiet time after the last key before the draft is saved. */
const QUIET_MS = 600;
const LEAVE = "Your last changes are not saved. Leave the page and lose them?";

export type Draft = {
  plan: Plan;
  /** The server's answer to the last save: problems, minutes, what will be said. */
  checked: PlanDraft;
  status: SaveStatus;
  change: (edit: (plan: Plan) => Plan) => void;
  /** Saves what is waiting; true if everything is saved. */
  flush: () => Promise<boolean>;
  /** The newest `checked`, also inside a callback that began before it came. */
  latest: () => PlanDraft;
  /** Takes a newer check of the same plan. */
  check: (patch: Partial<PlanDraft>) => void;
};

export function useDraft(position: string, loaded: PlanDraft): Draft {
  const client = useQueryClient();
  const [plan, setPlan] = useState(loaded.plan);
  const [checked, setChecked] = useState(loaded);
  const [status, setStatus] = useState<SaveStatus>({ kind: "saved" });
  const newest = useRef({ plan: loaded.plan, checked: loaded });

  const check = useCallback(
    (patch: Partial<PlanDraft>) => {
      const next = { ...newest.current.checked, ...patch };
      newest.current.checked = next;
      client.setQueryData(planQuery(position).queryKey, next);
      setChecked(next);
    },
    [client, position],
  );

  const autosave = useMemo(
    () =>
      createAutosave<Plan>({
        delay_ms: QUIET_MS,
        onStatus: setStatus,
        save: async (body) => check(await call("PUT /v1/positions/{id}/plan", { path: { id: position }, body })),
      }),
    [position, check],
  );

  useEffect(() => () => void autosave.flush(), [autosave]);
  useBlocker({
    shouldBlockFn: async () => !(await autosave.flush()) && !window.confirm(LEAVE),
    enableBeforeUnload: () => status.kind !== "saved",
  });

  return {
    plan,
    checked,
    status,
    check,
    change(edit) {
      newest.current.plan = edit(newest.current.plan);
      setPlan(newest.current.plan);
      autosave.change(newest.current.plan);
    },
    flush: autosave.flush,
    latest: () => newest.current.checked,
  };
}
