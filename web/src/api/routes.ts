// Every operation of the HTTP API: what goes in, what comes out. `call` in client.ts is typed by this table.
import type {
  CandidateRow,
  CandidateView,
  Competency,
  ControlKind,
  Home,
  Invitation,
  Me,
  Plan,
  PlanDraft,
  PlanVersion,
  Position,
  PositionRow,
  Session,
  SessionRow,
} from "./types";

type Items<T> = { items: T[] };
type Nothing = undefined;

export type Routes = {
  "POST /v1/sign-in/link": { in: { token: string }; out: Me };
  "POST /v1/sign-in": { in: { email: string; password: string }; out: Me };
  "POST /v1/sign-out": { in: Nothing; out: Nothing };
  "GET /v1/me": { in: Nothing; out: Me };
  "PUT /v1/me": { in: { name?: string; email?: string; password?: string }; out: Me };
  "GET /v1/home": { in: Nothing; out: Home };
  "GET /v1/positions": { in: Nothing; out: Items<PositionRow> };
  "POST /v1/positions": { in: { title: string; description?: string }; out: Position };
  "GET /v1/positions/{id}": { in: Nothing; out: Position };
  "PUT /v1/positions/{id}": {
    in: { title: string; description: string; competencies: Competency[] };
    out: Position;
  };
  "GET /v1/positions/{id}/plan": { in: Nothing; out: PlanDraft };
  "PUT /v1/positions/{id}/plan": { in: Plan; out: PlanDraft };
  "POST /v1/positions/{id}/plan/publish": { in: Nothing; out: PlanVersion };
  "GET /v1/positions/{id}/plan/versions": { in: Nothing; out: Items<PlanVersion> };
  "GET /v1/positions/{id}/candidates": { in: Nothing; out: Items<CandidateRow> };
  "POST /v1/positions/{id}/candidates": { in: { name: string; email: string }; out: CandidateRow };
  "POST /v1/applications/{id}/invitations": {
    in: { expires_in_days?: number; opens_at?: number; send_mail?: boolean };
    out: { invitation: Invitation; link: string };
  };
  "POST /v1/invitations/{id}/revoke": { in: Nothing; out: Invitation };
  "GET /v1/sessions": { in: Nothing; out: Items<SessionRow> };
  "GET /v1/sessions/{id}": { in: Nothing; out: Session };
  "POST /v1/sessions/{id}/end": { in: Nothing; out: Nothing };
  "POST /v1/candidate/redeem": { in: { invitation_id: string; secret: string }; out: CandidateView };
  "GET /v1/candidate": { in: Nothing; out: CandidateView };
  "POST /v1/candidate/consent": { in: { version: string }; out: CandidateView };
  "POST /v1/candidate/control": { in: { leg: number; kind: ControlKind; text?: string }; out: Nothing };
};
export type Route = keyof Routes;
