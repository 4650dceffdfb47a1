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
    /// Which recording; none: it is heard from elsewhere.
    pub of: Option<usize>,
    /// From here, in microseconds of the session.
    pub from_us: i64,
    /// To here.
    pub to_us: i64,
}

/// A stretch that a recording covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What would be copied.
    pub piece: Piece,
    /// When its recording began.
    pub began_us: i64,
    /// Whether it is heard only where nothing else is.
    pub is_filling: bool,
}

impl Span {
    /// A stretch of a recording that began at `began_us`.
    pub fn of(of: Option<usize>, (from_us, to_us): (i64, i64), began_us: i64) -> Span {
        Span { piece: Piece { of, from_us, to_us }, began_us, is_filling: false }
    }
}

/// Which recording is heard when: where several overlap, the one that began last, for that is the page that took the talk over.
pub fn pieces(spans: &[Span]) -> Vec<Piece> {
    let mut edges: Vec<i64> = spans.iter().flat_map(|span| [span.piece.from_us, span.piece.to_us]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut pieces: Vec<Piece> = Vec::new();
    for pair in edges.windows(2) {
        let covers = |span: &&Span| span.piece.from_us <= pair[0] && pair[1] <= span.piece.to_us;
        let newest = spans.iter().filter(covers).max_by_key(|span| (!span.is_filling, span.began_us, span.piece.of));
        let Some(Piece { of, .. }) = newest.map(|span| span.piece) else { continue };
        match pieces.last_mut().filter(|last| last.of == of && last.to_us == pair[0]) {
            Some(last) => last.to_us = pair[1],
            None => pieces.push(Piece { of, from_us: pair[0], to_us: pair[1] }),
        }
    }
    pieces
}

/// What of a file none of the stretches covers (in microseconds of the session), where that is worth a mark.
pub fn holes(covered: impl Iterator<Item = (i64, i64)>, duration_ms: i64) -> Vec<Gap> {
    let mut covered: Vec<(i64, i64)> = covered.map(|(from, to)| (from / 1_000, to / 1_000)).collect();
    covered.push((duration_ms, duration_ms));
    covered.sort_unstable();
    let (mut until, mut gaps) = (0, Vec::new());
    for (from, to) in covered {
        if from - until >= LEAST_GAP_MS {
            gaps.push(Gap { start_ms: until, end_ms: from.min(duration_ms) });
        }
        until = until.max(to);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_heard_before_the_engine_and_the_newest_page_first() {
        let page = |of, span, began| Span::of(Some(of), span, began);
        let engine = Span { is_filling: true, ..Span::of(Some(9), (0, 100), 0) };
        let elsewhere = Span::of(None, (80, 90), i64::MIN);
        let spans = [page(0, (10, 30), 10), page(0, (40, 60), 10), page(1, (20, 50), 20), engine, elsewhere];
        let got: Vec<_> = pieces(&spans).iter().map(|piece| (piece.of, piece.from_us, piece.to_us)).collect();
        let expected = [
            (Some(9), 0, 10),
            (Some(0), 10, 20),
            (Some(1), 20, 50),
            (Some(0), 50, 60),
            (Some(9), 60, 80),
            (None, 80, 90),
            (Some(9), 90, 100),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn what_nothing_covers_is_a_hole() {
        let covered = [(900_000, 2_000_000), (-40_000, 500_000), (450_000, 700_000)];
        assert_eq!(holes(covered.into_iter(), 3_000), [Gap { start_ms: 2_000, end_ms: 3_000 }]);
        assert_eq!(holes(covered[..1].iter().copied(), 2_100), [Gap { start_ms: 0, end_ms: 900 }]);
        assert_eq!(holes(std::iter::empty(), 100), []);
    }
}
