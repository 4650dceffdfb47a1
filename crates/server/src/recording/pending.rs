//! Packets on their way to becoming a chunk.

use std::io::{self, Cursor};

use bytes::Bytes;

use super::{opus, webm::write::Muxer};

/// A chunk has so much sound, as those of pages do.
const LONG_US: i64 = 2_000_000;

/// Some packets of a call, on its clock.
#[derive(Debug, Default)]
pub(super) struct Pending {
    packets: Vec<(i64, Vec<u8>)>,
    end_us: i64,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Adds a packet; true: it is enough for a chunk. What is no Opus packet is left out.
    pub(super) fn add(&mut self, at_us: i64, data: Vec<u8>) -> bool {
        let Some(long_us) = opus::duration_us(&data) else { return false };
        self.end_us = self.end_us.max(at_us + long_us);
        self.packets.push((at_us, data));
        self.end_us - self.packets[0].0 >= LONG_US
    }

    /// A file of its own with these packets, and where they end in milliseconds of the call.
    pub(super) fn webm(self) -> io::Result<(Bytes, i64)> {
        let mut muxer = Muxer::new(Cursor::new(Vec::new()), 1)?;
        for (at_us, data) in &self.packets {
            muxer.packet(*at_us, data)?;
        }
        let (file, _) = muxer.finish(self.end_us)?;
        Ok((file.into_inner().into(), self.end_us / 1_000))
    }
}
