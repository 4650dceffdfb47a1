//! The part of `insights doctor` that looks at finished interviews: which are not whole, and why.

use super::plain;
use crate::{
    clock::{Clock, Timestamp},
    evidence::{recovered, statement::Statement},
    store::{OddSession, Store},
};

/// A finished session that is not sealed after this long is stuck: the seal is due after 15 s.
const STUCK_MS: i64 = 5 * 60_000;
/// Sessions that are named one by one.
const MOST_SHOWN: usize = 50;

/// One line for each finished session that somebody should look at; the newest 500 of each company are read.
pub async fn odd(store: &Store, clock: &Clock) -> anyhow::Result<Vec<String>> {
    let tenants = store.system("doctor").read(async |db| db.tenants().await).await.map_err(plain)?;
    let (mut lines, now) = (Vec::new(), clock.now());
    for tenant in tenants {
        let sessions = store.tenant(&tenant).read(async |db| db.sealed_sessions().await).await.map_err(plain)?;
        for session in &sessions {
            let why = why(session, now);
            if !why.is_empty() {
                lines.push(format!("session {}: {}", session.session, why.join("; ")));
            }
        }
    }
    let more = lines.len().saturating_sub(MOST_SHOWN);
    lines.truncate(MOST_SHOWN);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    Ok(lines)
}

fn why(session: &OddSession, now: Timestamp) -> Vec<String> {
    let mut why: Vec<String> = Vec::new();
    if session.completeness == "incomplete" {
        let words: Vec<&str> = session.reasons.iter().map(|reason| reason.words.as_str()).collect();
        why.push(format!("incomplete: {}", words.join(" ")));
    }
    if session.revision == 0 && session.ended_at.is_some_and(|at| now.ms_since(at) > STUCK_MS) {
        why.push("stuck: over and not sealed; is the server running, and are its jobs?".to_owned());
    }
    let Some(text) = &session.statement else { return why };
    match serde_json::from_str::<Statement>(text) {
        Err(error) => why.push(format!("its seal cannot be read: {error}")),
        Ok(statement) => {
            if !statement.divergent.is_empty() {
                why.push(format!("divergent: the candidate's page heard {} otherwise", statement.divergent.join(", ")));
            }
            for reason in statement.recording.iter().flat_map(|recorded| &recorded.reasons) {
                why.push(format!("recording: {}", reason.words));
            }
            for reason in statement.recovered.iter().flat_map(|recovered| &recovered.reasons) {
                why.push(format!("recording: {}", reason.words));
            }
            // What was found in the recording afterwards is no witness of the talk.
            let heads = statement.heads.iter().filter(|head| head.source != recovered::SOURCE);
            let sources: Vec<&str> = heads.map(|head| head.source.as_str()).collect();
            // An interview that nobody began has no witness to miss.
            if !sources.is_empty() && sources.iter().all(|source| *source == sources[0]) {
                let who = if sources[0] == "S" { "the server" } else { "the candidate's page" };
                why.push(format!("single-source: only {who} witnessed it"));
            }
        }
    }
    why
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            key::SealKey,
            reason::Reason,
            statement::Facts,
            witness::{Divergent, Witnessed},
        },
        ids::SessionId,
    };

    fn session(reasons: Vec<Reason>, revision: i64, statement: Option<String>) -> OddSession {
        let completeness = if reasons.is_empty() { "complete" } else { "incomplete" }.to_owned();
        let session = SessionId::stored("ses_1".into());
        OddSession { session, completeness, reasons, ended_at: Some(Timestamp(0)), revision, statement }
    }

    #[test]
    fn each_kind_of_trouble_is_told() {
        let late = Timestamp::from_ms(STUCK_MS + 1);
        assert!(why(&session(vec![], 0, None), Timestamp(0)).is_empty());
        assert!(why(&session(vec![], 0, None), late)[0].starts_with("stuck"));
        let incomplete = session(vec![Reason::channel_gap(1)], 0, None);
        assert!(why(&incomplete, Timestamp(0))[0].starts_with("incomplete: Connection 1"));
        let divergent = Divergent { item: "item_1".into(), ours: "a".into(), pages: "b".into() };
        let facts = Facts {
            session: "ses_1",
            previous: None,
            previous_text: None,
            at: 0,
            reasons: vec![],
            about: "{}",
            rows: &[],
            turns: &[],
            witnessed: Witnessed { divergent: vec![divergent], ..Witnessed::default() },
            recording: None,
            recovered: None,
        };
        let (_, seal) = facts.seal(&SealKey::of("x").unwrap());
        assert_eq!(
            why(&session(vec![], 1, Some(seal.statement)), late),
            ["divergent: the candidate's page heard item_1 otherwise"]
        );
        assert!(why(&session(vec![], 1, Some("{".into())), late)[0].starts_with("its seal cannot be read"));
    }
}
