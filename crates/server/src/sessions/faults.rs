//! Whose fault an interruption was, as far as the end of a leg tells.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{clock::api_ms, store::LegRow};

/// Who caused an interruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The candidate's device or network, or another tab of theirs.
    Candidate,
    /// This installation: its server, or a limit that it set.
    Us,
    /// The voice provider.
    Provider,
    /// What is known does not tell.
    Unknown,
}

/// One interruption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// The leg that broke off.
    leg: i64,
    /// When.
    at: Option<i64>,
    /// How long until the next leg began; none, if there was none.
    away_ms: Option<i64>,
    party: Party,
    /// Why the leg ended, as the session's legs say it.
    reason: String,
    /// In words.
    words: &'static str,
}

/// The interruptions of a session, in order. The end of the talk and a planned renewal of the call are none.
pub fn of(legs: &[LegRow]) -> Vec<Fault> {
    let fault = |(at, leg): (usize, &LegRow)| {
        let reason = leg.end_reason.clone()?;
        let (party, words) = judge(&reason)?;
        let next = legs.get(at + 1);
        let away_ms = next.zip(leg.ended_at).map(|(next, ended)| next.started_at.ms_since(ended).max(0));
        Some(Fault { leg: leg.number, at: leg.ended_at.map(api_ms), away_ms, party, reason, words })
    };
    legs.iter().enumerate().filter_map(fault).collect()
}

fn judge(reason: &str) -> Option<(Party, &'static str)> {
    Some(match reason {
        "ended" | "handed_over" | "budget_minutes" => return None,
        "page_gone" => (Party::Candidate, "The candidate’s page was out of reach for 30 seconds."),
        "taken_over" => (Party::Candidate, "The candidate connected again, from this or another page."),
        "lease_lost" => (Party::Us, "The server that held the call was lost. It costs the candidate no connection."),
        "budget_money" => (Party::Us, "The day’s money was spent."),
        "expired" => (Party::Provider, "The voice provider ended the call at its longest duration."),
        "failed" => (Party::Unknown, "The call did not come up."),
        _ => (Party::Unknown, "The call was over at the voice engine; what is known does not tell why."),
    })
}
