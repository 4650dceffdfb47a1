//! Rate limits of the doors that need no sign-in: one token bucket per door and address, in memory.

use crate::clock::Timestamp;
use crate::error::{Code, Error, Result};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// A door with its bucket: so many at once, then one every so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// Sign-in by password or link.
    SignIn,
    /// An invitation's secret for a cookie.
    Redeem,
    /// An SDP offer.
    Connect,
    /// An SDP offer of which a call can be made.
    Start,
    /// The microphone check.
    Microphone,
    /// A try of provider settings: it goes out to an address that somebody entered.
    ProviderTest,
}

impl Door {
    /// (burst, milliseconds per further one)
    fn bucket(self) -> (u32, i64) {
        match self {
            Door::SignIn => (10, 6_000),
            Door::Redeem => (20, 3_000),
            Door::Connect => (20, 3_000),
            // Of the configuration: see `Limits::start`.
            Door::Start => (1, TEN_MINUTES_MS),
            Door::Microphone => (20, 3_000),
            Door::ProviderTest => (10, 6_000),
        }
    }
}

const TEN_MINUTES_MS: i64 = 600_000;
/// Buckets are forgotten beyond this many; whoever floods with addresses gains one burst each.
const MOST_BUCKETS: usize = 50_000;

/// All buckets of this process.
#[derive(Debug, Default)]
pub struct Limits {
    /// When each bucket would be full again, in µs.
    full_at: Mutex<HashMap<(Door, IpAddr), i64>>,
}

impl Limits {
    /// Takes one token, or says when to come back.
    pub fn take(&self, door: Door, address: IpAddr, now: Timestamp) -> Result<()> {
        let over_s = self.over_s(door, door.bucket(), address, now);
        over_s.map_or(Ok(()), |seconds| {
            let text = format!("Too many tries from this address. Come back in {seconds} s.");
            Err(Error::new(Code::TooMany, text).retry_after(seconds))
        })
    }

    /// Takes one start of a call, of so many within ten minutes. This machine's own addresses are exempt: they are the
    /// operator's, or those of a proxy in front.
    pub fn start(&self, most: u32, address: IpAddr, now: Timestamp) -> Result<()> {
        if most == 0 || address.is_loopback() {
            return Ok(());
        }
        let over_s = self.over_s(Door::Start, (most, TEN_MINUTES_MS / i64::from(most)), address, now);
        over_s.map_or(Ok(()), |seconds| {
            let text = format!("Too many starts from this address. Come back in {seconds} s; your link stays good.");
            Err(Error::new(Code::TooManyStarts, text).retry_after(seconds))
        })
    }

    /// Takes one token of a bucket, or says after how many seconds there is one.
    fn over_s(&self, door: Door, (burst, every_ms): (u32, i64), address: IpAddr, now: Timestamp) -> Option<u32> {
        let step = every_ms * 1000;
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, full_at| *full_at > now.0);
        }
        let full_at = buckets.entry((door, group(address))).or_insert(now.0);
        let next = (*full_at).max(now.0) + step;
        let over = next - now.0 - i64::from(burst) * step;
        if over > 0 {
            return Some(u32::try_from(over.div_euclid(1_000_000) + 1).unwrap_or(60));
        }
        *full_at = next;
        None
    }
}

/// One IPv6 customer has a whole /64.
fn group(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let s = v6.segments();
            IpAddr::from([s[0], s[1], s[2], s[3], 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_empties_and_fills_with_time() {
        let limits = Limits::default();
        let (a, b) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let now = Timestamp(1_000_000_000);
        for _ in 0..10 {
            limits.take(Door::SignIn, a, now).unwrap();
        }
        let refused = limits.take(Door::SignIn, a, now).unwrap_err();
        assert_eq!((refused.code(), refused.retry_after_s()), (Code::TooMany, Some(7)));
        limits.take(Door::SignIn, b, now).unwrap();
        limits.take(Door::Redeem, a, now).unwrap();
        let later = Timestamp(now.0 + 6_000_000);
        limits.take(Door::SignIn, a, later).unwrap();
        assert!(limits.take(Door::SignIn, a, later).is_err());
    }

    #[test]
    fn starts_are_counted_per_ten_minutes_but_not_those_of_this_machine() {
        let limits = Limits::default();
        let (a, own) = ("10.0.0.1".parse().unwrap(), "127.0.0.1".parse().unwrap());
        let now = Timestamp(1_000_000_000);
        for _ in 0..10 {
            limits.start(10, a, now).unwrap();
        }
        let refused = limits.start(10, a, now).unwrap_err();
        assert_eq!((refused.code(), refused.retry_after_s()), (Code::TooManyStarts, Some(61)));
        limits.start(10, a, Timestamp(now.0 + 60_000_000)).unwrap();
        for _ in 0..50 {
            limits.start(10, own, now).unwrap();
            limits.start(0, a, now).unwrap();
        }
    }
}
