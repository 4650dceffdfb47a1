// The plan editor: its toolbar, the texts to edit, and beside them what the candidate will hear.
import { useEffect, useState } from "react";
import type { PlanDraft, PlanVersion, Position } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Notice } from "../../components/ui/Notice";
import { isRendering } from "../queries";
import { Rendering } from "../Versions";
import { count } from "../words";
import { HearingList } from "./HearingList";
import { hearing } from "./hearing";
import { ModeChoice } from "./ModeChoice";
import styles from "./PlanEditor.module.css";
import { PlanText } from "./PlanText";
import { PROBLEMS_ID, Problems } from "./Problems";
import { PublishDialog } from "./PublishDialog";
import { Questions } from "./Questions";
import { SaveState } from "./SaveState";
import { useDraft } from "./useDraft";

type PlanEditorProps = {
  /** The company's name, as it is said. */
  company: string;
  position: Position;
  loaded: PlanDraft;
  versions: readonly PlanVersion[];
};

export function PlanEditor({ company, position, loaded, versions }: PlanEditorProps) {
  const draft = useDraft(position.id, loaded);
  const { plan, checked } = draft;
  const [publishing, setPublishing] = useState(false);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) document.getElementById(PROBLEMS_ID)?.focus();
  }, [refusals]);
  const newest = versions[0];
  const next = (newest?.number ?? 0) + 1;
  const names = { company, position: position.title };

  const publish = async () => {
    const saved = await draft.flush();
    if (!saved) return;
    if (draft.latest().problems.length > 0) setRefusals((before) => before + 1);
    else setPublishing(true);
  };

  return (
    <div className={styles.editor}>
      <div className={styles.toolbar}>
        <SaveState onRetry={() => void draft.flush()} savedAt={checked.saved_at} status={draft.status} />
        <span className={styles.facts}>
          {count(plan.questions.length, "question")} · about {checked.minutes} min
        </span>
        <Button disabled={newest !== undefined && !checked.changed} kind="primary" onClick={() => void publish()}>
          {newest !== undefined && !checked.changed ? `v${newest.number} is published` : `Publish v${next}`}
        </Button>
      </div>
      {newest && isRendering(newest) && (
        <Notice role="status" tone="accent">
          <Rendering version={newest} />
          <span>You can invite people already. Once this is done, the interviewer speaks without delay.</span>
        </Notice>
      )}
      <div className={styles.columns}>
        <div className={styles.texts}>
          <ModeChoice mode={plan.mode} onChange={(mode) => draft.change((before) => ({ ...before, mode }))} />
          <PlanText
            hint="Said first, after the interviewer has named itself as an AI. You can write {candidate}, {company} and {position}."
            label="Greeting"
            names={names}
            onChange={(greeting) => draft.change((before) => ({ ...before, greeting }))}
            path="greeting"
            problems={checked.problems}
            value={plan.greeting}
          />
          <Questions competencies={position.competencies} draft={draft} />
          <PlanText
            hint="Said at the end: what happens next, and when."
            label="Closing"
            names={names}
            onChange={(closing) => draft.change((before) => ({ ...before, closing }))}
            path="closing"
            problems={checked.problems}
            value={plan.closing}
          />
        </div>
        <aside className={styles.side}>
          <Problems position={position.id} problems={checked.problems} />
          <HearingList hearing={hearing(checked.plan, checked.utterances, names)} minutes={checked.minutes} />
        </aside>
      </div>
      {publishing && (
        <PublishDialog
          before={newest ?? null}
          onClose={() => setPublishing(false)}
          onProblems={draft.check}
          plan={plan}
          position={position}
        />
      )}
    </div>
  );
}
