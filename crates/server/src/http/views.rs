//! What the API sends, made from stored rows. One word per concept, the same in SQL, Rust, JSON and TypeScript.

use crate::clock::{Timestamp, api_ms};
use crate::ids::{ApplicationId, CandidateId, InvitationId, PositionId, SessionId};
use crate::store::{self, ApplicationRow, InvitationState, TurnRow};
use interview::{Speaker, TurnKind, TurnStatus};
use serde::Serialize;
use utoipa::ToSchema;

/// A list of things.
#[derive(Serialize, ToSchema)]
pub struct Items<T> {
    /// The things, in the order that the operation documents.
    pub items: Vec<T>,
}

/// A link's invitation, without its secret.
#[derive(Serialize, ToSchema)]
pub struct Invitation {
    id: InvitationId,
    state: InvitationState,
    expires_at: i64,
    opens_at: Option<i64>,
    created_at: i64,
    sent_at: Option<i64>,
}

impl Invitation {
    /// As it is at `now`.
    pub fn new(row: &store::InvitationRow, now: Timestamp) -> Invitation {
        Invitation {
            id: row.id.clone(),
            state: row.state(now),
            expires_at: api_ms(row.expires_at),
            opens_at: row.opens_at.map(api_ms),
            created_at: api_ms(row.created_at),
            sent_at: row.sent_at.map(api_ms),
        }
    }
}

/// A candidate, named.
#[derive(Serialize, ToSchema)]
pub struct CandidateName {
    id: CandidateId,
    name: String,
}

/// A candidate with an address.
#[derive(Serialize, ToSchema)]
pub struct CandidateContact {
    id: CandidateId,
    name: String,
    email: String,
}

/// A position, named.
#[derive(Serialize, ToSchema)]
pub struct PositionName {
    id: PositionId,
    title: String,
}

/// What a list and a page say about a session.
#[derive(Serialize, ToSchema)]
pub struct SessionHead {
    id: SessionId,
    /// `ready`, `live`, `interrupted` or `finished`.
    state: String,
    candidate: CandidateName,
    position: PositionName,
    plan_number: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    end_reason: Option<String>,
    /// `open`, `complete` or `incomplete`.
    completeness: String,
}

/// A session in a list.
#[derive(Serialize, ToSchema)]
pub struct SessionRow {
    #[serde(flatten)]
    head: SessionHead,
    /// Entries of the transcript so far.
    turns: i64,
}

impl From<store::SessionRow> for SessionHead {
    fn from(row: store::SessionRow) -> Self {
        SessionHead {
            id: row.id,
            state: row.state,
            candidate: CandidateName { id: row.candidate_id, name: row.candidate_name },
            position: PositionName { id: row.position_id, title: row.position_title },
            plan_number: row.plan_number,
            started_at: row.started_at.map(api_ms),
            ended_at: row.ended_at.map(api_ms),
            end_reason: row.end_reason,
            completeness: row.completeness,
        }
    }
}

impl From<store::SessionRow> for SessionRow {
    fn from(row: store::SessionRow) -> Self {
        SessionRow { turns: row.turns, head: row.into() }
    }
}

/// A candidate for a position, with the newest invitation and session.
#[derive(Serialize, ToSchema)]
pub struct CandidateRow {
    application_id: ApplicationId,
    candidate: CandidateContact,
    position: PositionName,
    invitation: Option<Invitation>,
    session: Option<SessionRow>,
    created_at: i64,
}

impl CandidateRow {
    /// As it is at `now`.
    pub fn new(row: ApplicationRow, now: Timestamp) -> CandidateRow {
        CandidateRow {
            application_id: row.id,
            candidate: CandidateContact { id: row.candidate_id, name: row.name, email: row.email },
            position: PositionName { id: row.position_id, title: row.position_title },
            invitation: row.invitation.map(|i| Invitation::new(&i, now)),
            session: row.session.map(SessionRow::from),
            created_at: api_ms(row.created_at),
        }
    }
}

/// One committed entry of a transcript; a later one with the same `item` replaces it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TurnView {
    /// The cursor that `?after=` takes.
    pub seq: i64,
    /// In which leg it was said.
    pub leg: i64,
    /// The provider's id of it.
    pub item: String,
    /// Who said it.
    pub speaker: Speaker,
    /// What it was for.
    pub kind: TurnKind,
    /// Which question it belongs to, counted from 0.
    pub question: Option<usize>,
    /// The words: for the interviewer, those that were heard.
    pub text: String,
    /// The words that should have been said, if the interviewer said others.
    pub planned: Option<String>,
    /// Whether the words are there.
    pub status: TurnStatus,
    /// Whether it was cut off.
    pub cut: bool,
    /// Since the session's first leg.
    pub started_ms: i64,
    /// Since the session's first leg.
    pub ended_ms: i64,
}

impl From<TurnRow> for TurnView {
    fn from(row: TurnRow) -> Self {
        let t = row.turn;
        TurnView {
            seq: row.seq,
            leg: row.leg,
            item: t.item,
            speaker: t.speaker,
            kind: t.kind,
            question: t.question,
            text: t.text,
            planned: t.planned,
            status: t.status,
            cut: t.cut,
            started_ms: t.started_ms,
            ended_ms: t.ended_ms,
        }
    }
}
