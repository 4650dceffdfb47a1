//! Whether a transcript is complete, judged by the log, the transcript and the calls alone.

use std::collections::{BTreeMap, BTreeSet};

use interview::TurnStatus;
use serde_json::Value;

use super::{
    lines::{Leg, Row, Turn},
    reason::{Reason, ReasonCode},
    recovered::{self, SpanOutcome},
};
use crate::{
    mutant::{self, Mutant},
    store::log::FLAW,
};

/// How the ids of the marks begin that find out what a control channel missed.
pub const MARK: &str = "insights_mark_";

/// A call that this reason ended was hung up by whoever found it, with nobody on its control channel.
const LEASE_LOST: &str = "lease_lost";

/// Why it is not complete; nothing: it is. `docs/evidence.md` has the conditions.
pub fn reasons(rows: &[Row], turns: &[Turn], legs: &[Leg]) -> serde_json::Result<Vec<Reason>> {
    let ours = || rows.iter().filter(|row| row.source == "S");
    let noted: serde_json::Result<Vec<Reason>> =
        ours().filter(|row| row.kind == FLAW).map(|row| Reason::read(&row.body)).collect();
    let mut all = noted?;
    for leg in legs.iter().filter(|leg| leg.end_reason.as_deref() == Some(LEASE_LOST)) {
        if !is_told(&all, leg.number) {
            all.push(Reason::channel_lost(leg.number));
        }
    }
    // Noted when the call closes, unless the server died before.
    for leg in unproven(ours()) {
        if !is_told(&all, leg) {
            all.push(Reason::channel_gap(leg));
        }
    }
    // What was cut off by the end of an earlier call was said again on the next one.
    let last = legs.last().map(|leg| leg.number);
    for leg in open_responses(ours()) {
        if Some(leg) == last && !is_told(&all, leg) {
            all.push(Reason::response_open(leg));
        }
    }
    let healed: BTreeSet<String> = recovered::spans(rows)?
        .into_iter()
        .filter(|span| span.outcome == SpanOutcome::Recovered)
        .filter_map(|span| span.beside)
        .collect();
    let missing = turns.iter().filter(|turn| turn.status == TurnStatus::Missing);
    let (healed, lost): (Vec<&Turn>, Vec<&Turn>) = missing.partition(|turn| healed.contains(&turn.item));
    all.extend(Reason::words_missing(lost.len()));
    // The sideband alone proves: what the candidate's device recorded makes nothing complete (decision 11).
    all.extend(Reason::words_recovered(healed.len()));
    Ok(all)
}

/// Whether something is known already about how the leg broke off.
fn is_told(reasons: &[Reason], leg: i64) -> bool {
    let breaks = [ReasonCode::SpeechCut, ReasonCode::ChannelGap, ReasonCode::ChannelLost, ReasonCode::ResponseOpen];
    reasons.iter().any(|reason| reason.leg == Some(leg) && breaks.contains(&reason.code))
}

/// Legs on which a mark (decision 4) came behind an item that our control channel had not seen.
fn unproven<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeSet<i64> {
    let (mut seen, mut legs) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let Ok(event) = serde_json::from_str::<Value>(&row.body) else { continue };
        let item = match row.kind.as_str() {
            "conversation.item.added" => event["item"]["id"].as_str(),
            "input_audio_buffer.committed" => event["item_id"].as_str(),
            _ => None,
        };
        let Some(item) = item.map(str::to_owned) else { continue };
        let previous = event["previous_item_id"].as_str();
        let is_hole = item.starts_with(MARK) && previous.is_some_and(|previous| !seen.contains(previous));
        if is_hole && !mutant::is(Mutant::HoleForgotten) {
            legs.insert(row.leg);
        }
        seen.insert(item);
    }
    legs
}

/// Legs whose last response has no end in the log. A call has one response at a time: a next one shows that those before
/// are over, also where a server that was away did not see their end.
fn open_responses<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<i64> {
    let mut last: BTreeMap<i64, (String, bool)> = BTreeMap::new();
    for row in rows.filter(|row| matches!(row.kind.as_str(), "response.created" | "response.done")) {
        let Ok(event) = serde_json::from_str::<Value>(&row.body) else { continue };
        let Some(id) = event["response"]["id"].as_str() else { continue };
        if row.kind == "response.created" {
            last.insert(row.leg, (id.to_owned(), true));
        } else if let Some((_, is_open)) = last.get_mut(&row.leg).filter(|(begun, _)| begun == id) {
            *is_open = false;
        }
    }
    last.into_iter().filter(|(_, (_, is_open))| *is_open).map(|(leg, _)| leg).collect()
}
