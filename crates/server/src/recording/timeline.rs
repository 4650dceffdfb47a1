//! Puts packets of several recordings onto one clock. What is missing becomes silence of the same length and is marked; it
//! never moves what comes after it.

use std::io::{self, Seek, Write};

use serde::{Deserialize, Serialize};

use super::{
    opus,
    webm::{read::Packet, write::Muxer},
};

/// Missing sound that is worth a mark. Less is a change of recorders.
pub const LEAST_GAP_MS: i64 = 250;
/// Sound that is late by less is no gap: browsers time packets roughly.
const LATE_US: i64 = 20_000;
/// A recorder whose clock is ahead of ours by more loses a packet, so that the difference never grows.
const EARLY_US: i64 = 60_000;

/// Where there is no sound, in milliseconds of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// From here.
    pub start_ms: i64,
    /// To here.
    pub end_ms: i64,
}

/// One file that grows packet by packet.
#[derive(Debug)]
pub struct Timeline<W> {
    muxer: Muxer<W>,
    /// How far the file reaches, in microseconds of the session.
    until_us: i64,
    gaps: Vec<Gap>,
}

/// A file that is done.
#[derive(Debug)]
pub struct Joined<W> {
    /// The file.
    pub out: W,
    /// Its length.
    pub bytes: u64,
    /// How long it plays.
    pub duration_ms: i64,
    /// Where it is silent because nothing was recorded.
    pub gaps: Vec<Gap>,
}

impl<W: Write + Seek> Timeline<W> {
    /// Begins at the session's start.
    pub fn new(out: W, channels: u8) -> io::Result<Timeline<W>> {
        Ok(Timeline { muxer: Muxer::new(out, channels)?, until_us: 0, gaps: Vec::new() })
    }

    /// Adds a packet whose time is the session's. What is no Opus packet is left out, and becomes a gap.
    pub fn packet(&mut self, packet: &Packet) -> io::Result<()> {
        let Some(long_us) = opus::duration_us(&packet.data) else { return Ok(()) };
        if packet.at_us - self.until_us >= LATE_US {
            self.silence(packet.at_us)?;
        }
        if self.until_us - packet.at_us > EARLY_US {
            return Ok(());
        }
        self.muxer.packet(self.until_us, &packet.data)?;
        self.until_us += long_us;
        Ok(())
    }

    /// Fills up to `to_us`.
    fn silence(&mut self, to_us: i64) -> io::Result<()> {
        let start_ms = self.until_us / 1_000;
        while let Some((packet, long_us)) = opus::silence(to_us - self.until_us) {
            self.muxer.packet(self.until_us, &packet)?;
            self.until_us += long_us;
        }
        let gap = Gap { start_ms, end_ms: self.until_us / 1_000 };
        if gap.end_ms - gap.start_ms >= LEAST_GAP_MS {
            self.gaps.push(gap);
        }
        Ok(())
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<Joined<W>> {
        let (until_us, gaps) = (self.until_us, self.gaps);
        let (out, bytes) = self.muxer.finish(until_us)?;
        Ok(Joined { out, bytes, duration_ms: until_us / 1_000, gaps })
    }
}

/// A stretch of the session that is taken from one recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which recording.
    pub of: usize,
    /// From here, in microseconds of the session.
    pub from_us: i64,
    /// To here.
    pub to_us: i64,
}

/// Which recording is heard when, given where each begins and ends: where several overlap, the one that began last, for that
/// is the page that took the talk over.
pub fn pieces(spans: &[(i64, i64)]) -> Vec<Piece> {
    let mut edges: Vec<i64> = spans.iter().flat_map(|(from, to)| [*from, *to]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut pieces: Vec<Piece> = Vec::new();
    for pair in edges.windows(2) {
        let covers = |(from, to): &(i64, i64)| *from <= pair[0] && pair[1] <= *to;
        let newest = spans.iter().enumerate().filter(|(_, span)| covers(span)).max_by_key(|(at, span)| (span.0, *at));
        let Some((of, _)) = newest else { continue };
        match pieces.last_mut().filter(|last| last.of == of && last.to_us == pair[0]) {
            Some(last) => last.to_us = pair[1],
            None => pieces.push(Piece { of, from_us: pair[0], to_us: pair[1] }),
        }
    }
    pieces
}
