//! Whether words that were recognized in the recording stand in the transcript already: an answer whose words came later than
//! it was said, or the interviewer's own voice out of the candidate's loudspeaker.

use std::collections::BTreeSet;

use interview::{Speaker, TurnKind, TurnStatus, wer::normalize};

use crate::evidence::lines::Turn;

/// Turns and recordings do not agree to the millisecond.
const ROUGHLY_MS: i64 = 2_000;
/// An answer of which beginning or end was not heard live has the time of a gap, or of its fetching; it was said so long before
/// at most.
const FETCHED_MS: i64 = 60_000;
/// Recognized twice, words are not quite the same: so many of a hundred must be.
const SAME: usize = 75;
/// A single word is said again so easily that it must have been said here.
const FEW: usize = 3;

/// Whether the words of `span` stand in these turns. `timed`: items of which beginning and end were heard live.
pub fn is_known(text: &str, span: (i64, i64), turns: &[Turn], timed: &BTreeSet<String>) -> bool {
    let words = normalize(text);
    if words.is_empty() {
        return false;
    }
    [Speaker::Candidate, Speaker::Interviewer].into_iter().any(|speaker| {
        let near = turns.iter().filter(|turn| {
            turn.speaker == speaker
                && turn.kind != TurnKind::Typed
                && turn.status == TurnStatus::Final
                && is_near(
                    turn,
                    span,
                    turn.speaker == Speaker::Interviewer || timed.contains(&turn.item) || words.len() < FEW,
                )
        });
        let said: Vec<String> = near.flat_map(|turn| normalize(&turn.text)).collect();
        in_order(&words, &said) * 100 >= words.len() * SAME
    })
}

fn is_near(turn: &Turn, (from, to): (i64, i64), is_exact: bool) -> bool {
    let before = if is_exact { ROUGHLY_MS } else { FETCHED_MS };
    turn.started_ms - before <= to && from <= turn.ended_ms + ROUGHLY_MS
}

/// How many words are in the other list as well, in the same order.
fn in_order(words: &[String], others: &[String]) -> usize {
    let mut above = vec![0; others.len() + 1];
    for word in words {
        let mut diagonal = 0;
        for (at, other) in others.iter().enumerate() {
            let longest = if word == other { diagonal + 1 } else { above[at].max(above[at + 1]) };
            diagonal = std::mem::replace(&mut above[at + 1], longest);
        }
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{super::testing::turn, *};

    fn said(speaker: Speaker, text: &str, from: i64, to: i64) -> Turn {
        let item = format!("item_{from}");
        Turn { speaker, text: text.into(), ..turn(&item, TurnStatus::Final, from, to) }
    }

    #[test]
    fn words_that_stand_there_are_known_and_others_are_not() {
        let turns = [
            said(Speaker::Interviewer, "What did you cook yesterday?", 1_000, 3_000),
            said(Speaker::Candidate, "I made a very good soup with my own stock.", 40_000, 40_010),
            said(Speaker::Candidate, "And bread, of course.", 60_000, 62_000),
        ];
        for (text, span, known) in [
            ("what did you cook yesterday", (1_500, 3_500), true),
            ("Yesterday I did not cook.", (3_000, 5_000), false),
            ("What did you cook yesterday?", (9_000, 11_000), false),
            ("i made a very good soup with my own stuff", (20_000, 24_000), true),
            ("Then I fried an egg.", (20_000, 24_000), false),
            ("soup", (20_000, 20_500), false),
            ("of course", (61_000, 61_500), true),
            ("and bread of course", (30_000, 33_000), false),
            ("...", (1_000, 2_000), false),
        ] {
            let timed = ["item_60000".to_owned()].into();
            assert_eq!(is_known(text, span, &turns, &timed), known, "{text} at {span:?}");
        }
    }

    #[test]
    fn words_count_in_order() {
        let words = |text: &str| normalize(text);
        assert_eq!(in_order(&words("a b c d"), &words("x a y c d")), 3);
        assert_eq!(in_order(&words("c b a"), &words("a b c")), 1);
        assert_eq!(in_order(&[], &words("a")), 0);
    }
}
