// What a candidate hears, as a recruiter checks it: placeholders filled with an example, in speaking order.
import type { Plan, Utterance } from "../../api/types";

/** What stands for `{candidate}` while nobody in particular is meant. */
const EXAMPLE_NAME = "Alex";

/** What the placeholders of a greeting or closing mean. */
export type Names = { company: string; position: string };

/** A text as it would be said. */
export function filled(text: string, { company, position }: Names): string {
  return text
    .replaceAll("{candidate}", EXAMPLE_NAME)
    .replaceAll("{company}", company)
    .replaceAll("{position}", position);
}

export type Hearing = {
  /** From the first word to the last. */
  inOrder: Utterance[];
  /** Said only when the talk asks for it: a repeat, a reassurance. */
  whenNeeded: Utterance[];
};

/**
 * Puts the server's list into the order of a talk. The server leaves out what names the candidate, because it renders
 * only what is the same for everyone; greeting and closing come back in here, with an example's name.
 */
export function hearing(plan: Plan, utterances: readonly Utterance[], names: Names): Hearing {
  const of = (...kinds: Utterance["kind"][]) => utterances.filter(({ kind }) => kinds.includes(kind));
  const named = (kind: Utterance["kind"], text: string): Utterance[] =>
    text.includes("{candidate}") ? [{ kind, text: filled(text, names) }] : [];
  const main: Utterance["kind"][] = ["greeting", "question", "probe", "closing"];
  return {
    inOrder: [
      ...of("greeting"),
      ...named("greeting", plan.greeting),
      ...of("question", "probe"),
      ...of("closing"),
      ...named("closing", plan.closing),
    ],
    whenNeeded: utterances.filter(({ kind }) => !main.includes(kind)),
  };
}
