//! What the next call is told of the ones before it: nothing of a call survives its end, so a new one is given a
//! summary and the last turns before anybody speaks.

use interview::{Speaker, TurnStatus};
use realtime_api::{ClientEvent, Item, Role, client::ConversationItemCreate};

use crate::store::TurnRow;

/// Turns that are given word for word.
const LAST_TURNS: usize = 12;

/// The items that re-seed leg `leg`, in order; none for a session in which nothing was said.
pub fn items(leg: i64, position: &str, turns: &[TurnRow]) -> Vec<ClientEvent> {
    let said: Vec<&TurnRow> = turns.iter().filter(|row| row.turn.status == TurnStatus::Final).collect();
    if said.is_empty() {
        return Vec::new();
    }
    let asked = said.iter().filter_map(|row| row.turn.question).max().map_or(0, |last| last + 1);
    let summary = format!(
        "This is the continuation of an interview for the position \"{position}\" after an interruption. So far {asked} \
         questions were asked and {} turns were spoken; the last ones follow. Do not greet again.",
        said.len()
    );
    let mut events = vec![create(leg, 0, Item::message(Role::System, summary))];
    for (n, row) in said.iter().skip(said.len().saturating_sub(LAST_TURNS)).enumerate() {
        let role = if row.turn.speaker == Speaker::Interviewer { Role::Assistant } else { Role::User };
        events.push(create(leg, n + 1, Item::message(role, row.turn.text.clone())));
    }
    events
}

fn create(leg: i64, n: usize, item: Item) -> ClientEvent {
    let item = Item { id: Some(format!("insights_seed_{leg}_{n}")), ..item };
    ClientEvent::from(ConversationItemCreate { item, ..ConversationItemCreate::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use interview::{Turn, TurnKind};

    fn turn(n: i64, speaker: Speaker, text: &str) -> TurnRow {
        let turn = Turn {
            item: format!("item_{n}"),
            speaker,
            kind: TurnKind::Answer,
            question: Some(1),
            text: text.to_owned(),
            planned: None,
            status: TurnStatus::Final,
            cut: false,
            started_ms: n,
            ended_ms: n,
        };
        TurnRow { seq: n, leg: 1, turn }
    }

    #[test]
    fn a_first_leg_is_told_nothing() {
        assert!(items(1, "Cook", &[]).is_empty());
    }

    #[test]
    fn the_last_turns_follow_a_summary_with_roles_and_short_ids() {
        let turns: Vec<TurnRow> = (0..30)
            .map(|n| turn(n, if n % 2 == 0 { Speaker::Interviewer } else { Speaker::Candidate }, &format!("line {n}")))
            .collect();
        let events = items(12, "Cook", &turns);
        assert_eq!(events.len(), 1 + LAST_TURNS);
        let json = serde_json::to_value(&events).unwrap_or_default();
        assert!(
            json[0]["item"]["content"][0]["text"]
                .as_str()
                .is_some_and(|t| t.contains("Cook") && t.contains("2 questions"))
        );
        assert_eq!(json[1]["item"]["content"][0], serde_json::json!({"type": "output_text", "text": "line 18"}));
        assert_eq!(json[12]["item"]["content"][0], serde_json::json!({"type": "input_text", "text": "line 29"}));
        for event in json.as_array().into_iter().flatten() {
            assert!(event["item"]["id"].as_str().is_some_and(|id| id.len() <= 32), "{event}");
        }
    }
}
