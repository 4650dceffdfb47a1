import { classes } from "../components/ui/classes";
import { lastTenth, type TalkState } from "../interview/machine";
import styles from "./talk.module.css";
import { useTimeLeft } from "./useTalking";
import { placeholder, timeLeft, talk as words } from "./words.talk";

/** The question, readable for as long as it is being answered. Time left only when asked for, or near its end. */
export function QuestionText({ state, showTime }: { state: TalkState; showTime: boolean }) {
  const left = useTimeLeft(state.view);
  const question = state.view?.question ?? null;
  const nearEnd = lastTenth(state) !== null;
  return (
    <section
      className={styles.question}
      aria-label={words.questionLabel}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a question that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div className={styles.progress}>
        <span>{question ? words.question(question.index, question.total) : beginningOrEnd(state)}</span>
        {(showTime || nearEnd) && <span>{left === null ? words.noLimit : timeLeft(left)}</span>}
      </div>
      <h1
        className={classes(styles.text, !question && styles.quieter, isLong(question?.text) && styles.dense)}
        dir="auto"
      >
        {question ? question.text : placeholder(state.view)}
      </h1>
    </section>
  );
}

/** Long enough that it may scroll on a small screen. */
function isLong(text = ""): boolean {
  return text.length > 280;
}

function beginningOrEnd(state: TalkState): string {
  return state.view?.stage === "closing" || state.view?.stage === "ended" ? words.ending : words.beginning;
}
