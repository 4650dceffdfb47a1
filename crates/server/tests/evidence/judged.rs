//! Whether a transcript is complete, by the log alone: responses that began.

use crate::sample::{OURS, rows, span_rows, turn};
use insights::evidence::{
    judge::reasons,
    lines::{Leg, Row, Turn},
    reason::ReasonCode,
};
use interview::TurnStatus;
use serde_json::json;

/// The log of a control channel: on which leg, whether a response began or ended, and which.
fn log(told: &[(i64, &str, &str)]) -> Vec<Row> {
    let mut rows = rows(OURS, "S", told.len().try_into().unwrap());
    for (row, (leg, kind, id)) in rows.iter_mut().zip(told) {
        (row.leg, row.kind) = (*leg, format!("response.{kind}"));
        row.body = json!({"response": {"id": id}}).to_string();
    }
    rows
}

/// Codes and legs of what is missing after two calls.
fn missing(told: &[(i64, &str, &str)]) -> Vec<(ReasonCode, Option<i64>)> {
    let legs = [1, 2].map(|number| Leg {
        number,
        provider: "own".into(),
        call: format!("rtc_{number}"),
        instance: OURS.into(),
        started_at: number,
        ended_at: Some(number + 1),
        end_reason: Some("ended".into()),
    });
    reasons(&log(told), &[], &legs).unwrap().into_iter().map(|reason| (reason.code, reason.leg)).collect()
}

#[test]
fn a_response_that_never_ended_is_missing_on_the_last_call_only() {
    assert_eq!(missing(&[(2, "created", "a"), (2, "done", "a")]), []);
    assert_eq!(missing(&[(2, "created", "a")]), [(ReasonCode::ResponseOpen, Some(2))]);
    assert_eq!(missing(&[(1, "created", "a"), (2, "created", "b"), (2, "done", "b")]), []);
}

#[test]
fn a_response_that_another_one_followed_is_over_although_its_end_was_not_seen() {
    assert_eq!(missing(&[(2, "created", "a"), (2, "created", "b"), (2, "done", "b")]), []);
    assert_eq!(missing(&[(2, "created", "a"), (2, "created", "b")]), [(ReasonCode::ResponseOpen, Some(2))]);
    let late_end = [(2, "created", "a"), (2, "created", "b"), (2, "done", "a")];
    assert_eq!(missing(&late_end), [(ReasonCode::ResponseOpen, Some(2))]);
}

#[test]
fn words_out_of_the_recording_are_told_and_make_nothing_complete() {
    let missing = |n| Turn { status: TurnStatus::Missing, ..turn(n) };
    let codes = |rows: &[Row], turns: &[Turn]| -> Vec<ReasonCode> {
        reasons(rows, turns, &[]).unwrap().into_iter().map(|reason| reason.code).collect()
    };
    let turns = [missing(2), missing(4)];
    assert_eq!(codes(&[], &turns), [ReasonCode::WordsMissing]);
    assert_eq!(codes(&span_rows("item_2"), &turns), [ReasonCode::WordsMissing, ReasonCode::WordsRecovered]);
    assert_eq!(codes(&span_rows("item_2"), &turns[..1]), [ReasonCode::WordsRecovered]);
    // Speech that nobody knew of is no reason against what is proven.
    assert_eq!(codes(&span_rows("item_2"), &[turn(2)]), []);
}
