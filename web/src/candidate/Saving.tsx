import type { CandidateView } from "../api/types";
import type { Keeping } from "../interview/outbox/types";
import type { Saving as Sound } from "../interview/recording/types";
import { hostOf } from "./host";
import { Page } from "./Page";
import page from "./page.module.css";
import { keeping as kept, saving, talk as words } from "./words.talk";

type SavingProps = { view: CandidateView; saved: number; keeping: Keeping; sound: Sound; done: boolean };

/** Between the last word and the receipt. */
export function Saving({ view, saved, keeping, sound, done }: SavingProps) {
  const { waiting, online, storage } = keeping;
  const isLeft = sound.recording || sound.waiting > 0;
  return (
    <Page host={hostOf(view)} title={done ? (isLeft ? saving.sound : saving.done) : saving.title}>
      <p className={page.lead} role="status">
        {!online && waiting > 0 ? kept.offline(waiting, storage === "memory") : words.savedLabel(saved)}
      </p>
    </Page>
  );
}
