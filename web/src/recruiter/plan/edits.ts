/**
 * Changes to a plan's draft, as plain functions from plan to plan.
 *
 * Pure: no React, no network. New ids come as arguments.
 */
import type { Plan, Probe, Question } from "../../api/types";

/** A question as it is first added: the commonest kind, four minutes, no probes. */
function newQuestion(id: string): Question {
  return {
    id,
    kind: "behavioral",
    text: "",
    competency_id: null,
    time_limit_s: 240,
    max_probes: 0,
    probes: [],
  };
}

/** A probe as it is first added. */
function newProbe(): Probe {
  return { when: "too_short", text: "" };
}

export function addQuestion(plan: Plan, id: string): Plan {
  return { ...plan, questions: [...plan.questions, newQuestion(id)] };
}

export function removeQuestion(plan: Plan, index: number): Plan {
  return { ...plan, questions: plan.questions.toSpliced(index, 1) };
}

/** Puts a removed question back where it was. */
export function restoreQuestion(plan: Plan, index: number, question: Question): Plan {
  return { ...plan, questions: plan.questions.toSpliced(index, 0, question) };
}

/** Moves a question; a place outside the list leaves the plan as it is. */
export function moveQuestion(plan: Plan, from: number, to: number): Plan {
  const question = plan.questions[from];
  if (!question || to < 0 || to >= plan.questions.length) return plan;
  return { ...plan, questions: plan.questions.toSpliced(from, 1).toSpliced(to, 0, question) };
}

export function changeQuestion(plan: Plan, index: number, patch: Partial<Question>): Plan {
  const question = plan.questions[index];
  if (!question) return plan;
  return { ...plan, questions: plan.questions.with(index, { ...question, ...patch }) };
}

/** Adds a probe and allows one more, so that a written probe can be asked (at most three). */
export function addProbe(question: Question): Question {
  const probes = [...question.probes, newProbe()];
  return { ...question, probes, max_probes: Math.min(3, Math.max(1, question.max_probes)) };
}

/** Removes a probe; no more can be allowed than are left. */
export function removeProbe(question: Question, index: number): Question {
  const probes = question.probes.toSpliced(index, 1);
  return { ...question, probes, max_probes: Math.min(question.max_probes, probes.length) };
}

export function changeProbe(question: Question, index: number, patch: Partial<Probe>): Question {
  const probe = question.probes[index];
  if (!probe) return question;
  return { ...question, probes: question.probes.with(index, { ...probe, ...patch }) };
}
