//! Where the session's clock stands when a leg is ready and when a recorder is started.

use interview::Timestamp;

use super::parts::{Segment, Source};
use crate::store::LegRow;

fn ready_at(leg: &LegRow) -> Timestamp {
    leg.ready_at.unwrap_or(leg.started_at)
}

/// When the session's clock began.
pub fn first_ready(legs: &[LegRow]) -> Option<Timestamp> {
    legs.iter().find(|leg| leg.ready_at.is_some()).or(legs.first()).map(ready_at)
}

/// Where the session's clock stands when a leg is ready.
pub fn ready_ms(legs: &[LegRow], number: i64) -> i64 {
    let first = first_ready(legs);
    let own = legs.iter().find(|leg| leg.number == number).map(ready_at).or(first);
    first.zip(own).map_or(0, |(first, own)| own.ms_since(first).max(0))
}

/// Where the session's clock stands when a segment's recorder is started. A page counts from when its leg was ready, what the
/// server reads itself from when it was answered.
pub fn begin_ms(legs: &[LegRow], segment: &Segment) -> i64 {
    let first = first_ready(legs);
    let leg = legs.iter().find(|leg| leg.number == segment.leg);
    let own = match segment.source {
        Source::Page => leg.map(ready_at).or(first).max(first),
        Source::Engine => leg.map(|leg| leg.started_at).or(first),
    };
    first.zip(own).map_or(0, |(first, own)| own.ms_since(first)) + segment.offset_ms
}
