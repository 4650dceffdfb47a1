//! Which of what was said aloud no turn of the transcript has.

use std::collections::BTreeSet;

use interview::{Speaker, TurnKind, TurnStatus};

use super::voice::{LEAST_VOICED_MS, Stretch};
use crate::evidence::lines::Turn;

/// A turn begins when the provider's word of it comes: so much of its speech may be earlier.
const EARLIER_MS: i64 = 1_500;
/// A turn ends when the provider's word of it comes, which is late; a page and the server do not agree to the millisecond.
const LATER_MS: i64 = 500;
/// What is cut out is not cut short.
const AROUND_MS: i64 = 250;
/// A pause of this length makes two of one.
const PAUSE_MS: i64 = 1_000;

/// A stretch of the recording that nobody heard, in milliseconds of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// From here.
    pub start_ms: i64,
    /// To here.
    pub end_ms: i64,
    /// How long there is a voice in it.
    pub voiced_ms: i64,
    /// The turn that is known to be without its words and that was said here.
    pub beside: Option<String>,
}

/// What is known of the talk.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The transcript.
    pub turns: &'a [Turn],
    /// Items of which beginning and end were heard live: the others' times are those of a gap, and cover nothing.
    pub timed: &'a BTreeSet<String>,
    /// What was looked at before.
    pub done: &'a [(i64, i64)],
    /// The end of the interview: what is said after it is no part of it.
    pub until_ms: i64,
}

/// Finds them.
pub fn unheard(stretches: &[Stretch], known: Known<'_>) -> Vec<Unheard> {
    let Known { turns, timed, done, until_ms } = known;
    let heard = turns.iter().filter(|turn| is_spoken(turn) && turn.status == TurnStatus::Final);
    let heard = heard.filter(|turn| timed.contains(&turn.item));
    let heard = heard.map(|turn| (turn.started_ms - EARLIER_MS, turn.ended_ms + LATER_MS));
    let mut covers: Vec<(i64, i64)> = heard.chain(done.iter().copied()).chain([(until_ms, i64::MAX)]).collect();
    covers.sort_unstable();
    let mut found = Vec::new();
    for stretch in stretches {
        for group in groups(&outside(&stretch.voiced, &covers)) {
            found.extend(cut(stretch, &group, &covers, turns));
        }
    }
    found
}

/// Whether the candidate said it aloud.
fn is_spoken(turn: &Turn) -> bool {
    turn.speaker == Speaker::Candidate && turn.kind != TurnKind::Typed
}

/// What of the pieces no cover has.
fn outside(pieces: &[(i64, i64)], covers: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut left = Vec::new();
    for (begin, to) in pieces {
        let mut from = *begin;
        for (a, b) in covers.iter().filter(|(a, b)| a < to && b > begin) {
            if *a > from {
                left.push((from, *a));
            }
            from = from.max(*b);
        }
        if from < *to {
            left.push((from, *to));
        }
    }
    left
}

/// Pieces that belong together.
fn groups(pieces: &[(i64, i64)]) -> Vec<Vec<(i64, i64)>> {
    let mut groups: Vec<Vec<(i64, i64)>> = Vec::new();
    for piece in pieces {
        match groups.last_mut().filter(|group| group.last().is_some_and(|last| piece.0 - last.1 < PAUSE_MS)) {
            Some(group) => group.push(*piece),
            None => groups.push(vec![*piece]),
        }
    }
    groups
}

/// A group with what is around it, as far as nothing else has that; none: it is too little.
fn cut(stretch: &Stretch, group: &[(i64, i64)], covers: &[(i64, i64)], turns: &[Turn]) -> Option<Unheard> {
    let voiced_ms: i64 = group.iter().map(|(from, to)| to - from).sum();
    let (from, to) = (group.first()?.0, group.last()?.1);
    if voiced_ms < LEAST_VOICED_MS {
        return None;
    }
    let before = covers.iter().filter(|cover| cover.1 <= from).map(|cover| cover.1).max().unwrap_or(0);
    let after = covers.iter().filter(|cover| cover.0 >= to).map(|cover| cover.0).min().unwrap_or(i64::MAX);
    let start_ms = (from - AROUND_MS).max(stretch.start_ms).max(before);
    let end_ms = (to + AROUND_MS).min(stretch.end_ms).min(after);
    let lacking = turns.iter().filter(|turn| is_spoken(turn) && turn.status != TurnStatus::Final);
    let shared = |turn: &Turn| (turn.ended_ms + LATER_MS).min(end_ms) - (turn.started_ms - EARLIER_MS).max(start_ms);
    let beside = lacking.filter(|turn| shared(turn) > 0).max_by_key(|turn| shared(turn));
    Some(Unheard { start_ms, end_ms, voiced_ms, beside: beside.map(|turn| turn.item.clone()) })
}

#[cfg(test)]
mod tests {
    use super::{super::testing::turn, *};
    use interview::TurnStatus::{Empty, Final, Missing};

    fn stretch(voiced: &[(i64, i64)]) -> Stretch {
        let (from, to) = (voiced[0].0, voiced[voiced.len() - 1].1);
        Stretch { start_ms: from - 250, end_ms: to + 350, voiced: voiced.to_vec() }
    }

    fn spans(stretches: &[Stretch], turns: &[Turn], done: &[(i64, i64)]) -> Vec<(i64, i64, Option<String>)> {
        let timed = ["a".to_owned(), "b".to_owned()].into();
        let all = unheard(stretches, Known { turns, timed: &timed, done, until_ms: 100_000 });
        all.into_iter().map(|span| (span.start_ms, span.end_ms, span.beside)).collect()
    }

    #[test]
    fn what_a_turn_has_is_heard_and_what_none_has_is_not() {
        let voice = [stretch(&[(10_000, 11_000), (11_400, 13_000)])];
        assert_eq!(spans(&voice, &[turn("a", Final, 11_000, 13_500)], &[]), []);
        assert_eq!(spans(&voice, &[], &[]), [(9_750, 13_250, None)]);
        let fetched = turn("fetched", Final, 5_000, 20_000);
        assert_eq!(spans(&voice, &[fetched], &[]), [(9_750, 13_250, None)], "its time is only a gap's");
        let beside = Some("a".to_owned());
        for status in [Missing, Empty] {
            let turns = [turn("a", status, 10_500, 13_600)];
            assert_eq!(spans(&voice, &turns, &[]), [(9_750, 13_250, beside.clone())]);
            assert_eq!(spans(&voice, &turns, &[(9_750, 13_250)]), [], "looked at before");
        }
        let typed = Turn { kind: TurnKind::Typed, ..turn("t", Final, 9_000, 14_000) };
        let asked = Turn { speaker: Speaker::Interviewer, ..turn("q", Final, 9_000, 14_000) };
        assert_eq!(spans(&voice, &[typed, asked], &[]), [(9_750, 13_250, None)]);
    }

    #[test]
    fn a_part_that_is_heard_is_left_out_and_a_rest_that_is_too_short_is_none() {
        let voice = [stretch(&[(10_000, 30_000)])];
        let turns = [turn("a", Final, 17_000, 20_000)];
        assert_eq!(spans(&voice, &turns, &[]), [(9_750, 15_500, None), (20_500, 30_250, None)]);
        let rest = [stretch(&[(10_000, 20_750)])];
        assert_eq!(spans(&rest, &[turn("a", Final, 11_000, 20_000)], &[]), []);
        // Bounded by its own stretch: what follows is another one's.
        let cut = [Stretch { start_ms: 0, end_ms: 9_000, voiced: vec![(1_000, 9_000)] }];
        assert_eq!(spans(&cut, &[], &[]), [(750, 9_000, None)]);
    }

    #[test]
    fn what_is_said_after_the_end_is_no_part_of_the_interview() {
        let late = [stretch(&[(98_000, 99_000)]), stretch(&[(101_000, 104_000)])];
        assert_eq!(spans(&late, &[], &[]), [(97_750, 99_250, None)]);
        let over = [stretch(&[(99_000, 104_000)])];
        assert_eq!(spans(&over, &[], &[]), [(98_750, 100_000, None)]);
    }

    #[test]
    fn several_turns_without_words_are_told_apart_by_what_they_share() {
        let voice = [stretch(&[(10_000, 11_000), (13_000, 19_000)])];
        let turns = [turn("a", Missing, 10_400, 11_400), turn("b", Missing, 13_300, 19_500)];
        let beside = |item: &str| Some(item.to_owned());
        assert_eq!(spans(&voice, &turns, &[]), [(9_750, 11_250, beside("a")), (12_750, 19_250, beside("b"))]);
    }
}
