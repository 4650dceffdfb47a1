import type { CandidateView } from "../api/types";
import { hostOf } from "./host";
import { Page } from "./Page";
import page from "./page.module.css";
import { saving, talk as words } from "./words";

/** Between the last word and the receipt. */
export function Saving({ view, saved, done }: { view: CandidateView; saved: number; done: boolean }) {
  return (
    <Page host={hostOf(view)} title={done ? saving.done : saving.title}>
      <p className={page.lead} role="status">
        {words.savedLabel(saved)}
      </p>
    </Page>
  );
}
