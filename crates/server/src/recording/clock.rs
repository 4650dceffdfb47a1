//! A recorder's own clock against the session's. A page gets each chunk a little after its last sound; how much after, at the
//! least, says when the recorder really began, and how that changes says how fast its clock runs.

/// More than this is no delay of a recorder.
const MOST_DELAY_US: i64 = 1_000_000;
/// The pace of a clock is judged over at least so long: a page's times are rough.
const LEAST_PACED_US: i64 = 60_000_000;
/// No sound card is further off, in millionths.
const MOST_PACE: i64 = 1_000;
/// Paces are counted in these, for a precision of a millisecond in hours.
const PACE_UNIT: i64 = 1_000_000_000;

/// Where a recorder's times belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecorderClock {
    /// The session's time of the recorder's start.
    begin_us: i64,
    /// The recorder's time of its first sound.
    zero_us: i64,
    /// By how much it is late at `anchor_us` after its first sound.
    delay_us: i64,
    anchor_us: i64,
    /// How much later it becomes, in billionths.
    pace: i64,
}

impl RecorderClock {
    /// Judges a recorder that a page started at `begin_us` of the session, and whose first sound has the time `zero_us`.
    /// `seen`: for each chunk its end, after the first sound, and how much later than that the page had it.
    pub fn of(begin_us: i64, zero_us: i64, seen: &[(i64, i64)]) -> RecorderClock {
        let least = |seen: &[(i64, i64)]| {
            let likely = seen.iter().filter(|(_, delay)| (-MOST_DELAY_US..=MOST_DELAY_US).contains(delay));
            likely.min_by_key(|(_, delay)| *delay).copied()
        };
        let (early, late) = seen.split_at(seen.len() / 2);
        let still = |(anchor_us, delay_us): (i64, i64)| RecorderClock {
            begin_us,
            zero_us,
            delay_us: delay_us.max(0),
            anchor_us,
            pace: 0,
        };
        let (Some(a), Some(b)) = (least(early), least(late)) else {
            return still(least(seen).unwrap_or((0, 0)));
        };
        let apart = b.0 - a.0;
        let pace = if apart >= LEAST_PACED_US { (b.1 - a.1) * PACE_UNIT / apart } else { 0 };
        if pace == 0 || pace.abs() > MOST_PACE * (PACE_UNIT / 1_000_000) {
            return still(if a.1 <= b.1 { a } else { b });
        }
        RecorderClock { delay_us: a.1, anchor_us: a.0, pace, ..still(a) }
    }

    /// The same clock, whose times are so much earlier.
    pub fn earlier(self, by_us: i64) -> RecorderClock {
        RecorderClock { begin_us: self.begin_us - by_us, ..self }
    }

    /// The session's time of a recorder's time.
    pub fn session_us(&self, at_us: i64) -> i64 {
        let since = at_us - self.zero_us;
        let later = i128::from(since - self.anchor_us) * i128::from(self.pace) / i128::from(PACE_UNIT);
        let later = i64::try_from(later).unwrap_or(0);
        self.begin_us + since + self.delay_us + later
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chunks of two seconds by a clock that runs `ppm` slow, and a page that is up to 90 ms late.
    fn seen(chunks: i64, ppm: i64) -> Vec<(i64, i64)> {
        let chunk = |n: i64| {
            let end = n * 2_000_000;
            (end, 40_000 + end * ppm / 1_000_000 + (n * 7_919 % 10) * 9_000)
        };
        (1..=chunks).map(chunk).collect()
    }

    #[test]
    fn a_clock_that_is_slow_or_fast_is_held_to_the_sessions() {
        for ppm in [-200, -50, 0, 50, 200] {
            let clock = RecorderClock::of(500_000, 7_000, &seen(1_800, ppm));
            for minutes in [0, 1, 30, 60] {
                let at = minutes * 60_000_000;
                let is = clock.session_us(at + 7_000);
                let should = 500_000 + 40_000 + at + at * ppm / 1_000_000;
                assert!((is - should).abs() < 20_000, "{ppm} ppm, {minutes} min: {is} for {should}");
            }
        }
    }

    #[test]
    fn what_cannot_be_judged_is_taken_as_it_is() {
        assert_eq!(RecorderClock::of(5, 0, &[]).session_us(10), 15);
        // Short: the least delay counts.
        assert_eq!(RecorderClock::of(0, 0, &[(2_000_000, 90_000), (4_000_000, 40_000)]).session_us(0), 40_000);
        // Nonsense of a page that wants to be elsewhere.
        let wild = [(2_000_000, i64::MAX / 2), (4_000_000, -9_000_000_000)];
        assert_eq!(RecorderClock::of(0, 0, &wild).session_us(1_000), 1_000);
        let leaping: Vec<_> = (1..200).map(|n| (n * 2_000_000, n * 4_900)).collect();
        let clock = RecorderClock::of(0, 0, &leaping);
        assert!((clock.session_us(0) - 4_900).abs() < 1_000, "{clock:?}");
    }
}
