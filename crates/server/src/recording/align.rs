//! Where two recordings of one voice belong to each other. A page knows only roughly when its recorder began to hear; the
//! engine knows it to some milliseconds. Speech makes large packets and silence small ones, so how their sizes change over
//! time shows by how much one recording is late against the other, and nothing needs to be decoded.

/// Sizes are compared at this grain.
const BIN_US: i64 = 10_000;
/// So far apart the two may be, in bins.
const MOST_BINS: i64 = 50;
/// So much is compared: ten minutes are more than enough.
const MOST_COMPARED: usize = 60_000;
/// Less in common says nothing.
const LEAST_COMPARED: usize = 500;
/// How alike the sizes must be, of 1: otherwise nothing is moved.
const LEAST_ALIKE: f64 = 0.5;
/// A hill of likeness that is higher by less is no reason to move further.
const SAME: f64 = 0.01;

/// One packet: when it begins on the session's clock, how long it lasts (microseconds), and its bytes.
pub type Beat = (i64, i64, usize);

/// By how many microseconds `late` is late against `true_`; none: that cannot be told. Both in order.
pub fn lateness_us(late: &[Beat], true_: &[Beat]) -> Option<i64> {
    let (Some(first), Some(other)) = (late.first(), true_.first()) else { return None };
    let origin = first.0.min(other.0);
    let (late, true_) = (sizes(late, origin), sizes(true_, origin));
    let alike = |lag: i64| Some((likeness(&late, &true_, lag)?, lag));
    let all: Vec<(f64, i64)> = (-MOST_BINS..=MOST_BINS).filter_map(alike).collect();
    let best = all.iter().map(|(likeness, _)| *likeness).fold(f64::MIN, f64::max);
    let good: Vec<(f64, i64)> = all.into_iter().filter(|(likeness, _)| best - likeness < SAME).collect();
    // What repeats itself has several hills: the top of the nearest one.
    let hills = good.chunk_by(|a, b| b.1 - a.1 == 1);
    let tops = hills.filter_map(|hill| hill.iter().max_by(|a, b| a.0.total_cmp(&b.0)));
    let (_, lag) = tops.min_by_key(|(_, lag)| lag.abs())?;
    (best >= LEAST_ALIKE && lag.abs() < MOST_BINS).then_some(lag * BIN_US)
}

/// Bytes per bin; below zero: there is no packet.
fn sizes(beats: &[Beat], origin_us: i64) -> Vec<f64> {
    let mut bins = Vec::new();
    for (at_us, long_us, bytes) in beats {
        let from = usize::try_from((at_us - origin_us) / BIN_US).unwrap_or(0);
        let to = usize::try_from((at_us + long_us - origin_us) / BIN_US).unwrap_or(0);
        if to > from && to < MOST_COMPARED * 2 {
            bins.resize(bins.len().max(to), -1.0);
            bins[from..to].fill(*bytes as f64 / (to - from) as f64);
        }
    }
    bins
}

/// The correlation of the sizes, if the one is moved back by `lag` bins.
fn likeness(late: &[f64], true_: &[f64], lag: i64) -> Option<f64> {
    let moved = |at: usize| usize::try_from(at as i64 + lag).ok().and_then(|at| late.get(at)).copied();
    let pairs = true_.iter().enumerate().filter_map(|(at, b)| Some((moved(at)?, *b)));
    let (mut n, mut sums) = (0, [0.0; 5]);
    for (a, b) in pairs.filter(|(a, b)| *a >= 0.0 && *b >= 0.0).take(MOST_COMPARED) {
        n += 1;
        for (sum, value) in sums.iter_mut().zip([a, b, a * a, b * b, a * b]) {
            *sum += value;
        }
    }
    if n < LEAST_COMPARED {
        return None;
    }
    let [a, b, aa, bb, ab] = sums.map(|sum| sum / f64::from(n as u32));
    let spread = ((aa - a * a) * (bb - b * b)).sqrt();
    (spread > 0.0).then(|| (ab - a * b) / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A voice in packets of so many milliseconds, whose times are late.
    fn voice(packet_ms: i64, late_ms: i64, speaks: impl Fn(i64) -> bool) -> Vec<Beat> {
        let packet = |n: i64| {
            let at_ms = n * packet_ms;
            let loud = (at_ms..at_ms + packet_ms).filter(|ms| speaks(*ms)).count() as i64;
            let wobble = at_ms * 7_919 % 7;
            let bytes = (loud * 4 + (packet_ms - loud) / 2 + wobble) as usize;
            ((at_ms + late_ms) * 1_000, packet_ms * 1_000, bytes)
        };
        (0..40_000 / packet_ms).map(packet).collect()
    }

    /// Words of uneven length.
    fn words(ms: i64) -> bool {
        (ms * ms / 700_000 + ms / 310) % 3 != 0
    }

    #[test]
    fn a_late_recording_is_found_out_whatever_its_packets() {
        let engine = voice(20, 0, words);
        for late_ms in [-300, -60, 0, 40, 190, 440] {
            let found = lateness_us(&voice(60, late_ms, words), &engine).unwrap_or(i64::MAX) / 1_000;
            assert!((found - late_ms).abs() <= 20, "{late_ms} ms: {found}");
        }
    }

    #[test]
    fn what_is_not_the_same_voice_moves_nothing() {
        let engine = voice(20, 0, words);
        assert_eq!(lateness_us(&voice(60, 100, |_| false), &engine), None, "silence");
        assert_eq!(lateness_us(&voice(60, 100, |ms| ms / 900 % 2 == 0), &engine), None, "another voice");
        assert_eq!(lateness_us(&voice(60, 2_000, words), &engine), None, "too far apart to be believed");
        assert_eq!(lateness_us(&voice(60, 100, words)[..50], &engine), None, "too short");
        assert_eq!(lateness_us(&[], &engine), None);
    }
}
