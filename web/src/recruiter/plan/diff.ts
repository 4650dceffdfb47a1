// What a draft changes against the last published version, in the words a recruiter reads before publishing.
// Questions are matched by id, so an edited question is an edit and not a removal and an addition.
import type { Competency, Plan, Question } from "../../api/types";
import { length } from "../../components/ui/times";
import { PLAN_MODES, PROBE_RULES, QUESTION_KINDS } from "../words";

export type Change = {
  kind: "added" | "removed" | "moved" | "changed";
  /** What changed: "Greeting", "Question 2, text". */
  what: string;
  before: string | null;
  after: string | null;
};

/** The changes from `before` to `after`; without a published version everything is new. */
export function changes(before: Plan | null, after: Plan, competencies: readonly Competency[]): Change[] {
  const old = before?.questions ?? [];
  const isKept = ({ id }: Question) => after.questions.some((question) => question.id === id);
  const wasOrder = old.filter(isKept).map(({ id }) => id);
  const isOrder = after.questions.filter(({ id }) => wasOrder.includes(id)).map(({ id }) => id);

  const removed = old.flatMap((question, index): Change[] =>
    isKept(question) ? [] : [{ kind: "removed", what: `Question ${index + 1}`, before: question.text, after: null }],
  );
  const present = after.questions.flatMap((question, index): Change[] => {
    const name = `Question ${index + 1}`;
    const was = old.find(({ id }) => id === question.id);
    if (!was) return [{ kind: "added", what: name, before: null, after: question.text }];
    const moved = wasOrder.indexOf(question.id) !== isOrder.indexOf(question.id);
    const from = `Question ${old.indexOf(was) + 1}`;
    return [
      ...(moved ? [{ kind: "moved" as const, what: `${name}, place`, before: from, after: name }] : []),
      ...within(name, was, question, competencies),
    ];
  });
  // Of a first version it is said only where it is not the usual way.
  const isUsual = before === null && after.mode === "structured";
  const mode = isUsual ? "" : PLAN_MODES[after.mode].name;
  return [
    ...text("Way of following up", before && PLAN_MODES[before.mode].name, mode),
    ...text("Greeting", before?.greeting ?? null, after.greeting),
    ...removed,
    ...present,
    ...text("Closing", before?.closing ?? null, after.closing),
  ];
}

function within(name: string, before: Question, after: Question, competencies: readonly Competency[]): Change[] {
  const competency = ({ competency_id }: Question) =>
    competencies.find(({ id }) => id === competency_id)?.name ?? "None";
  const limit = ({ time_limit_s }: Question) => length(time_limit_s * 1000);
  return [
    ...text(`${name}, text`, before.text, after.text),
    ...text(`${name}, type`, QUESTION_KINDS[before.kind], QUESTION_KINDS[after.kind]),
    ...text(`${name}, competency`, competency(before), competency(after)),
    ...text(`${name}, time limit`, limit(before), limit(after)),
    ...text(`${name}, follow-ups at most`, String(before.max_probes), String(after.max_probes)),
    ...text(`${name}, follow-ups`, probes(before), probes(after)),
  ];
}

function probes(question: Question): string {
  return question.probes.map((probe) => `${PROBE_RULES[probe.when]}: “${probe.text}”`).join("\n") || "None";
}

function text(what: string, before: string | null, after: string): Change[] {
  if (before === after || (before === null && after === "")) return [];
  return [{ kind: before === null ? "added" : "changed", what, before, after }];
}
