// What the fake server does for each operation: the real one's rules as far as the pages show them.
import type {
  CandidateRow,
  Plan,
  Position,
  Problem,
  ProviderKind,
  ProviderView,
  Session,
  SessionRow,
} from "../../api/types";
import { type Answer, failure, type Handler, missing, ok, type World } from "./fakeWorld";
import { NOW, sampleInvitation } from "./sample";
import { sampleCost, sampleUsage } from "./sampleCost";
import { sampleReport } from "./sampleReport";

function positionAnswer(world: World, id: string, make: (position: Position) => unknown): Answer {
  const position = world.positions.find((one) => one.id === id);
  return position ? ok(make(position)) : missing();
}

/** Two of the real server's rules are enough here: a text must not be empty, and a plan must have questions. */
function problemsOf(plan: Plan): Problem[] {
  const texts = plan.questions.flatMap(({ text }, index): Problem[] =>
    text.trim() === "" ? [{ path: `questions[${index}].text`, code: "empty", message: "Write the question." }] : [],
  );
  if (plan.questions.length > 0) return texts;
  return [{ path: "questions", code: "empty", message: "Add at least one question." }];
}

const EMPTY_PLAN: Plan = { language: "en", greeting: "", questions: [], closing: "", mode: "structured" };

function draft(world: World, id: string) {
  const plan = world.plans.get(id) ?? EMPTY_PLAN;
  const published = world.versions.get(id)?.[0];
  const said = [
    { kind: "greeting", text: plan.greeting },
    ...plan.questions.flatMap(({ text, probes }) => [
      { kind: "question", text },
      ...probes.map((probe) => ({ kind: "probe", text: probe.text })),
    ]),
    { kind: "closing", text: plan.closing },
  ];
  return {
    plan,
    problems: problemsOf(plan),
    minutes: Math.ceil(plan.questions.reduce((sum, { time_limit_s }) => sum + time_limit_s, 60) / 60),
    utterances: said.filter(({ text }) => text.trim() !== ""),
    published_version: published?.number ?? null,
    changed: JSON.stringify(published?.plan) !== JSON.stringify(plan),
    saved_at: NOW,
  };
}

function publish(world: World, id: string): Answer {
  const { plan, problems, minutes, utterances } = draft(world, id);
  if (problems.length > 0) return failure(422, "plan_incomplete", "The plan is not complete.", { problems });
  const versions = world.versions.get(id) ?? [];
  const number = (versions[0]?.number ?? 0) + 1;
  const rendering = { voice: "af_heart", done: Math.min(12, utterances.length - 1), total: utterances.length };
  const version = { id: `ver_${number}`, number, plan, minutes, published_at: NOW, rendering };
  world.versions.set(id, [version, ...versions]);
  world.positions = world.positions.map((one) => (one.id === id ? { ...one, published_version: number } : one));
  return ok(version, 201);
}

function addCandidate(world: World, id: string, { name, email }: { name: string; email: string }): Answer {
  const rows = world.candidates.get(id) ?? [];
  if (name === "") return failure(422, "invalid", "Write the candidate's name.", { field: "name" });
  if (rows.some(({ candidate }) => candidate.email === email)) {
    return failure(422, "duplicate", "This e-mail is already a candidate of this position.", { field: "email" });
  }
  const number = rows.length + 1;
  const row: CandidateRow = {
    application_id: `app_new${number}`,
    candidate: { id: `can_new${number}`, name, email },
    position: { id, title: world.positions.find((one) => one.id === id)?.title ?? "" },
    invitation: null,
    session: null,
    created_at: NOW,
  };
  world.candidates.set(id, [...rows, row]);
  return ok(row, 201);
}

function invite(world: World, application: string, wish: { expires_in_days?: number; send_mail?: boolean }): Answer {
  const expires_at = NOW + (wish.expires_in_days ?? 14) * 86_400_000;
  const invitation = sampleInvitation({ id: `inv_${application}`, expires_at, sent_at: wish.send_mail ? NOW : null });
  change(world, (row) => (row.application_id === application ? { ...row, invitation } : row));
  return ok({ invitation, link: `http://insights.test/i#${invitation.id}.s3cr3t` }, 201);
}

function revoke(world: World, id: string): Answer {
  const invitation = sampleInvitation({ id, state: "revoked" });
  change(world, (row) => (row.invitation?.id === id ? { ...row, invitation } : row));
  return ok(invitation);
}

function change(world: World, edit: (row: CandidateRow) => CandidateRow): void {
  for (const [id, rows] of world.candidates) world.candidates.set(id, rows.map(edit));
}

function rows(sessions: readonly Session[], keep: (row: SessionRow) => boolean): SessionRow[] {
  return sessions.map((session) => ({ ...session, turns: session.turns.length })).filter(keep);
}

type VoiceChoice = { kind: ProviderKind | null; key?: string } & Partial<Pick<ProviderView, "url" | "settings">>;

function chooseVoice(world: World, { kind, key, ...rest }: VoiceChoice): Answer {
  const providers = world.voice.providers.map((one) => {
    if (one.kind !== kind) return one;
    return { ...one, ...rest, key: key ? { end: key.slice(-4), set_at: NOW } : one.key };
  });
  const chosen = providers.find((one) => one.kind === kind);
  if (chosen && !chosen.key) return failure(422, "invalid", "Enter the key.", { field: "key" });
  world.voice = { ...world.voice, kind, providers };
  return ok(world.voice);
}

export const HANDLERS: [string, Handler][] = [
  ["GET /v1/me", (world) => ok(world.me)],
  [
    "PUT /v1/me",
    (world, { body }) => {
      const { password, ...member } = body as { password?: string };
      if (password !== undefined && password.length < 10) {
        return failure(422, "invalid", "Use at least 10 characters.", { field: "password" });
      }
      world.me = { ...world.me, member: { ...world.me.member, ...member }, has_password: true };
      return ok(world.me);
    },
  ],
  [
    "POST /v1/sign-in/link",
    (world, { body }) => {
      if ((body as { token: string }).token !== "good")
        return failure(401, "link_invalid", "This link was used already or is too old. Ask for a new one.");
      world.signedIn = true;
      return ok(world.me);
    },
  ],
  [
    "POST /v1/sign-in",
    (world, { body }) => {
      if ((body as { password: string }).password !== "right")
        return failure(401, "sign_in_wrong", "E-mail address and password do not match.");
      world.signedIn = true;
      return ok(world.me);
    },
  ],
  ["GET /v1/settings/voice", ({ voice }) => ok(voice)],
  ["PUT /v1/settings/voice", (world, { body }) => chooseVoice(world, body as VoiceChoice)],
  [
    "POST /v1/settings/voice/forget",
    (world, { body }) => {
      const { kind } = body as { kind: ProviderKind };
      const providers = world.voice.providers.map((one) => (one.kind === kind ? { ...one, key: null } : one));
      world.voice = { ...world.voice, kind: null, providers };
      return ok(world.voice);
    },
  ],
  ["POST /v1/sign-out", () => ({ status: 204 })],
  [
    "GET /v1/home",
    ({ sessions, candidates }) =>
      ok({
        live: rows(sessions, ({ state }) => state === "live"),
        needs_review: rows(sessions, ({ state }) => state === "finished"),
        waiting: [...candidates.values()].flat().filter(({ session }) => session === null),
        failed: rows(sessions, ({ state }) => state === "interrupted"),
      }),
  ],
  [
    "GET /v1/positions",
    ({ positions, candidates }) =>
      ok({
        items: positions.map((position) => ({
          ...position,
          candidates: candidates.get(position.id)?.length ?? 0,
          finished: candidates.get(position.id)?.filter(({ session }) => session?.state === "finished").length ?? 0,
        })),
      }),
  ],
  [
    "POST /v1/positions",
    (world, { body }) => {
      const { title, description } = body as { title: string; description: string };
      if (title === "") return failure(422, "invalid", "Give the position a title.", { field: "title" });
      const id = `pos_${world.positions.length + 1}`;
      const position = {
        id,
        title,
        description,
        competencies: [],
        is_recorded: true,
        published_version: null,
        created_at: NOW,
      };
      world.positions = [...world.positions, position];
      return ok(position, 201);
    },
  ],
  ["GET /v1/positions/{id}", (world, { id }) => positionAnswer(world, id, (position) => position)],
  [
    "PUT /v1/positions/{id}",
    (world, { id, body }) => {
      world.positions = world.positions.map((one) => (one.id === id ? { ...one, ...(body as Position) } : one));
      return positionAnswer(world, id, (position) => position);
    },
  ],
  ["GET /v1/positions/{id}/plan", (world, { id }) => positionAnswer(world, id, () => draft(world, id))],
  [
    "PUT /v1/positions/{id}/plan",
    (world, { id, body }) => {
      world.plans.set(id, body as Plan);
      return ok(draft(world, id));
    },
  ],
  ["POST /v1/positions/{id}/plan/publish", (world, { id }) => publish(world, id)],
  ["GET /v1/positions/{id}/plan/versions", ({ versions }, { id }) => ok({ items: versions.get(id) ?? [] })],
  ["GET /v1/positions/{id}/candidates", ({ candidates }, { id }) => ok({ items: candidates.get(id) ?? [] })],
  [
    "POST /v1/positions/{id}/candidates",
    (world, { id, body }) => addCandidate(world, id, body as { name: string; email: string }),
  ],
  [
    "POST /v1/applications/{id}/invitations",
    (world, { id, body }) => invite(world, id, body as { expires_in_days?: number; send_mail?: boolean }),
  ],
  ["POST /v1/invitations/{id}/revoke", (world, { id }) => revoke(world, id)],
  [
    "GET /v1/sessions",
    ({ sessions }, { query }) =>
      ok({ items: rows(sessions, ({ state }) => query.get("state") === null || state === query.get("state")) }),
  ],
  [
    "GET /v1/sessions/{id}",
    ({ sessions }, { id }) => {
      const session = sessions.find((one) => one.id === id);
      return session ? ok(session) : missing();
    },
  ],
  ["GET /v1/sessions/{id}/cost", ({ costs }, { id }) => ok(costs.get(id) ?? sampleCost())],
  ["GET /v1/sessions/{id}/completeness", ({ reports }, { id }) => ok(reports.get(id) ?? sampleReport())],
  [
    "GET /v1/sessions/{id}/recording",
    ({ recordings }, { id }) => ok(recordings.get(id) ?? { phase: "off", state: null, reasons: [], parts: [] }),
  ],
  ["GET /v1/usage", () => ok(sampleUsage)],
  ["POST /v1/sessions/{id}/end", () => ({ status: 202 })],
];
