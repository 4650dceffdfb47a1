//! The sound of one call as it was on the wire, for whoever keeps a recording: both directions, packet by packet, in memory.
//!
//! It is a buffer, not a store: ten minutes of each direction at the most, so that a reader may be away that long. Then the
//! oldest packets give way, which leaves a hole in the numbers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use realtime_api::sound::SoundSide;
use tokio::sync::Notify;

/// Packets of one direction: ten minutes of the usual 20 ms.
const MOST_PACKETS: usize = 30_000;
/// Bytes of one direction, for peers that send more than speech needs.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Its place in its direction, from 0.
    pub number: u64,
    /// When its sound begins, in microseconds since the call's start.
    pub at_us: i64,
    /// Opus.
    pub opus: Arc<[u8]>,
}

/// What a reader found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The next packets, in order.
    pub packets: Vec<Packet>,
    /// When the call ended, once it did and these packets are the last ones.
    pub over_us: Option<i64>,
}

#[derive(Debug, Default)]
struct Track {
    packets: VecDeque<Packet>,
    bytes: usize,
    next: u64,
    over_us: Option<i64>,
}

/// Both directions of one call.
#[derive(Debug)]
pub struct Tape {
    origin: Instant,
    input: Mutex<Track>,
    output: Mutex<Track>,
    news: Notify,
}

impl Tape {
    /// An empty one, of a call that starts at `origin`.
    pub fn new(origin: Instant) -> Tape {
        Tape { origin, input: Mutex::default(), output: Mutex::default(), news: Notify::new() }
    }

    /// Microseconds since the call's start.
    pub fn since_start_us(&self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.origin).as_micros()).unwrap_or(i64::MAX)
    }

    /// Adds a packet; never waits for a reader.
    pub fn add(&self, side: SoundSide, at_us: i64, opus: Arc<[u8]>) {
        let mut track = self.track(side);
        track.bytes += opus.len();
        let number = track.next;
        track.next += 1;
        track.packets.push_back(Packet { number, at_us, opus });
        while track.packets.len() > MOST_PACKETS || track.bytes > MOST_BYTES {
            let gone = track.packets.pop_front().map_or(0, |packet| packet.opus.len());
            track.bytes -= gone;
        }
        drop(track);
        self.news.notify_waiters();
    }

    /// The call is over.
    pub fn end(&self, at: Instant) {
        let over_us = self.since_start_us(at);
        for side in [SoundSide::Input, SoundSide::Output] {
            self.track(side).over_us.get_or_insert(over_us);
        }
        self.news.notify_waiters();
    }

    /// Up to `most` packets from number `from` on, or from the first that is still there. Waits until there is something to
    /// tell; dropped while it waits, it has taken nothing.
    pub async fn read(&self, side: SoundSide, from: u64, most: usize) -> Found {
        loop {
            let mut news = std::pin::pin!(self.news.notified());
            // What happens after the look and before the wait is not missed.
            news.as_mut().enable();
            let found = self.look(side, from, most);
            if !found.packets.is_empty() || found.over_us.is_some() {
                return found;
            }
            news.await;
        }
    }

    fn look(&self, side: SoundSide, from: u64, most: usize) -> Found {
        let track = self.track(side);
        let first = track.packets.front().map_or(track.next, |packet| packet.number);
        let skipped = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        let packets: Vec<Packet> = track.packets.iter().skip(skipped).take(most).cloned().collect();
        let is_all = skipped.saturating_add(packets.len()) >= track.packets.len();
        Found { packets, over_us: track.over_us.filter(|_| is_all) }
    }

    fn track(&self, side: SoundSide) -> MutexGuard<'_, Track> {
        let track = match side {
            SoundSide::Input => &self.input,
            SoundSide::Output => &self.output,
        };
        track.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(found: &Found) -> Vec<u64> {
        found.packets.iter().map(|packet| packet.number).collect()
    }

    #[tokio::test]
    async fn packets_are_read_from_a_number_on_and_the_end_comes_with_the_last() {
        let tape = Tape::new(Instant::now());
        for n in 0..5 {
            tape.add(SoundSide::Input, n * 20_000, [n as u8].into());
        }
        assert_eq!(numbers(&tape.read(SoundSide::Input, 2, 2).await), [2, 3]);
        tape.end(Instant::now());
        assert_eq!(tape.read(SoundSide::Input, 2, 2).await.over_us, None);
        let last = tape.read(SoundSide::Input, 4, 2).await;
        assert!(numbers(&last) == [4] && last.over_us.is_some());
        assert!(tape.read(SoundSide::Input, 9, 2).await.over_us.is_some(), "nothing more comes");
        assert!(tape.read(SoundSide::Output, 0, 2).await.packets.is_empty());
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let tape = Arc::new(Tape::new(Instant::now()));
        let reader = Arc::clone(&tape);
        let waiting = tokio::spawn(async move { reader.read(SoundSide::Output, 0, 9).await });
        tokio::task::yield_now().await;
        tape.add(SoundSide::Output, 0, [7].into());
        assert_eq!(waiting.await.map(|found| numbers(&found)).ok(), Some(vec![0]));
    }

    #[tokio::test]
    async fn the_oldest_give_way() {
        let tape = Tape::new(Instant::now());
        for _ in 0..=MOST_PACKETS {
            tape.add(SoundSide::Input, 0, [0].into());
        }
        assert_eq!(numbers(&tape.read(SoundSide::Input, 0, 1).await), [1]);
        tape.add(SoundSide::Output, 0, vec![0; MOST_BYTES].into());
        tape.add(SoundSide::Output, 0, [0].into());
        assert_eq!(numbers(&tape.read(SoundSide::Output, 0, 9).await), [1]);
    }
}
