//! When the peer's sound was made, on our clock. A packet cannot arrive before its sound was recorded, and now and then one
//! arrives at once: the least lateness of the last seconds says where the sender's clock is, and follows it where it drifts.

use std::time::{Duration, Instant};

/// RTP ticks of a millisecond.
const TICKS_PER_MS: i64 = 48;
/// The least lateness is looked for within so long, and as long before.
const WINDOW: Duration = Duration::from_secs(5);

/// The sender's clock as its packets show it.
#[derive(Debug)]
pub(super) struct Arrival {
    origin: Instant,
    /// RTP time of the newest packet, without its wraps.
    ticks: Option<i64>,
    /// Least lateness, in microseconds, of this window and of the one before.
    least: [Option<i64>; 2],
    since: Instant,
    last_us: i64,
}

impl Arrival {
    /// Times count from `origin`.
    pub(super) fn new(origin: Instant) -> Arrival {
        Arrival { origin, ticks: None, least: [None; 2], since: origin, last_us: 0 }
    }

    /// The time, in microseconds since the origin, at which the sound of a packet began: it has this RTP time, lasts
    /// `long_us` and arrived at `at`. Times never go back.
    pub(super) fn time_us(&mut self, rtp_time: u64, long_us: i64, at: Instant) -> i64 {
        let rtp_us = self.unwrapped(rtp_time as u32) * 1_000 / TICKS_PER_MS;
        let arrived_us = i64::try_from(at.saturating_duration_since(self.origin).as_micros()).unwrap_or(i64::MAX);
        let late_us = arrived_us - (rtp_us + long_us);
        // A step of seconds is a new clock of the sender.
        let is_new = self.least[0].is_some_and(|least| (late_us - least).abs() > 10_000_000);
        if is_new || at.saturating_duration_since(self.since) > WINDOW {
            self.least = [None, self.least[0].filter(|_| !is_new)];
            self.since = at;
        }
        self.least[0] = Some(self.least[0].map_or(late_us, |least| least.min(late_us)));
        let least = self.least.iter().flatten().min().copied().unwrap_or(late_us);
        self.last_us = (rtp_us + least).max(self.last_us);
        self.last_us
    }

    /// RTP time is 32 bits wide and begins anywhere.
    fn unwrapped(&mut self, time: u32) -> i64 {
        let ticks = match self.ticks {
            None => i64::from(time),
            Some(before) => before + i64::from(time.wrapping_sub(before as u32) as i32),
        };
        self.ticks = Some(ticks);
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends packets of 20 ms by a clock that is `ppm` fast, each up to 45 ms on its way; gives how wrong the times are, in ms.
    fn errors(ppm: i64, first_rtp: u32, packets: i64) -> Vec<i64> {
        let origin = Instant::now();
        let mut arrival = Arrival::new(origin);
        let error = |n: i64| {
            let begins_us = 700_000 + n * 20_000 - n * 20_000 * ppm / 1_000_000;
            let travel_us = (n * 7_919 % 10) * 5_000;
            let at = origin + Duration::from_micros((begins_us + 20_000 + travel_us).unsigned_abs());
            let rtp = u64::from(first_rtp.wrapping_add((n * 960) as u32));
            (arrival.time_us(rtp, 20_000, at) - begins_us) / 1_000
        };
        (0..packets).map(error).collect()
    }

    #[test]
    fn the_time_of_the_sound_is_found_whatever_its_way_and_clock() {
        for ppm in [-200, 0, 200] {
            let errors = errors(ppm, u32::MAX - 96_000, 90_000);
            assert!(errors.iter().all(|ms| (-3..=45).contains(ms)), "{ppm} ppm");
            assert!(errors[50..].iter().all(|ms| (-3..=5).contains(ms)), "{ppm} ppm: {:?}", errors[50..].iter().max());
        }
    }

    #[test]
    fn a_new_clock_of_the_sender_is_followed_and_time_never_goes_back() {
        let origin = Instant::now();
        let mut arrival = Arrival::new(origin);
        let at = |ms: u64| origin + Duration::from_millis(ms);
        assert_eq!(arrival.time_us(0, 20_000, at(100)), 80_000);
        assert_eq!(arrival.time_us(960, 20_000, at(110)), 90_000, "sooner than the first");
        assert_eq!(arrival.time_us(48_000 * 3_600, 20_000, at(140)), 120_000);
        assert_eq!(arrival.time_us(48_000 * 3_600 + 960, 20_000, at(160)), 140_000);
    }
}
