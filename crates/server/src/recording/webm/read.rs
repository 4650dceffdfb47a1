//! Reads a recording as it comes, in pieces of any size, and gives its packets. Nothing of it is trusted.

use super::ebml::{Taken, id, number, take_id, take_size};

/// The longest element that is read as a whole; a browser's are of some kilobytes.
const MOST_ELEMENT: u64 = 1 << 20;
/// Nanoseconds of a tick, unless the file says otherwise.
const USUAL_SCALE: u64 = 1_000_000;

/// No recording is 30 years long.
const MOST_US: i64 = 1_000_000_000_000_000;

/// Why bytes are no recording that can be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebmError {
    /// It is something else.
    #[error("this is not WebM")]
    NotWebm,
    /// The elements do not fit into each other.
    #[error("the file's structure is broken")]
    Broken,
    /// There is no track of Opus.
    #[error("there is no Opus in it")]
    NotOpus,
    /// Several packets in one block, which no browser writes.
    #[error("its packets are laced")]
    Laced,
}

/// One packet of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it begins, on the recording's own clock, in microseconds.
    pub at_us: i64,
    /// Opus.
    pub data: Vec<u8>,
}

/// The track that packets belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Track {
    number: u64,
    channels: u8,
}

/// Takes bytes, gives packets.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: Vec<u8>,
    /// How much of `buffer` is read.
    at: usize,
    scale_ns: Option<u64>,
    track: Option<Track>,
    cluster: Option<u64>,
    lost: Option<Lost>,
}

/// Bytes are missing before the buffer: nothing is read up to the next cluster, or to blocks that must be of the last one.
#[derive(Clone, Copy, Debug)]
struct Lost {
    /// The cluster in which it happened.
    cluster: Option<u64>,
    /// About when the sound after the hole was recorded.
    around: Option<(i64, i64)>,
}

/// Blocks that must follow each other before bytes in the middle of a cluster are taken for blocks.
const CHAIN: usize = 3;
/// How roughly the time of a hole is known.
const ROUGHLY_US: i64 = 2_000_000;

impl Reader {
    /// Adds bytes that follow those before.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        let [first, marker @ ..] = id::CLUSTER.to_be_bytes();
        if self.lost.is_some() && self.buffer.is_empty() && bytes.starts_with(&marker) {
            // Browsers cut chunks behind the first byte of an element's id; that byte was lost with the chunk before.
            self.buffer.push(first);
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Bytes are missing here. What is pushed next was recorded within `around`, in microseconds of the recording.
    pub fn lose(&mut self, around: (i64, i64)) {
        self.buffer.clear();
        self.at = 0;
        let cluster = self.cluster.take().or(self.lost.and_then(|lost| lost.cluster));
        self.lost = Some(Lost { cluster, around: Some(around) });
    }

    /// Skips what cannot be read, up to the next cluster.
    pub fn skip(&mut self) {
        // Not the same element again.
        self.at = (self.at + 1).min(self.buffer.len());
        self.cluster = None;
        self.lost = Some(Lost { cluster: None, around: None });
    }

    /// Channels of the track, once it was read.
    pub fn channels(&self) -> Option<u8> {
        self.track.map(|track| track.channels)
    }

    /// The next packet; none: push more.
    pub fn packet(&mut self) -> Result<Option<Packet>, WebmError> {
        loop {
            if let Some(lost) = self.lost
                && !self.find(lost)
            {
                return Ok(None);
            }
            let rest = &self.buffer[self.at..];
            let (id, id_length) = match take_id(rest) {
                Taken::Is(id, length) => (id, length),
                Taken::Short => return Ok(None),
                Taken::Bad => return Err(WebmError::Broken),
            };
            let (size, size_length) = match take_size(&rest[id_length..]) {
                Taken::Is(size, length) => (size, length),
                Taken::Short => return Ok(None),
                Taken::Bad => return Err(WebmError::Broken),
            };
            let head = id_length + size_length;
            if matches!(id, id::SEGMENT | id::CLUSTER) {
                // Their sizes are unknown while they are recorded; what is in them is read as it comes.
                self.at += head;
                self.cluster = None;
                continue;
            }
            let size = size.filter(|size| *size <= MOST_ELEMENT).ok_or(WebmError::Broken)? as usize;
            let Some(content) = rest.get(head..head + size) else { return Ok(None) };
            let packet = match id {
                id::SIMPLE_BLOCK => self.block(content)?,
                id::BLOCK_GROUP => child(content, id::BLOCK)?.map_or(Ok(None), |block| self.block(block))?,
                _ => {
                    let content = content.to_vec();
                    self.note(id, &content)?;
                    None
                }
            };
            self.at += head + size;
            if packet.is_some() {
                return Ok(packet);
            }
        }
    }

    /// Drops bytes up to where reading can go on; false: there is no such place yet.
    fn find(&mut self, lost: Lost) -> bool {
        let rest = &self.buffer[self.at..];
        let marker = id::CLUSTER.to_be_bytes();
        let cluster = rest.windows(4).position(|four| four == marker);
        let until = cluster.unwrap_or(rest.len());
        let block = lost.cluster.and_then(|base| (0..until).find(|at| self.is_chain(&rest[*at..], base, lost.around)));
        let Some(place) = block.or(cluster) else {
            // The marker may be cut in two; blocks in the middle are looked for in one push only.
            self.at = self.at.max(self.buffer.len().saturating_sub(3));
            return false;
        };
        self.cluster = block.and(lost.cluster);
        self.at += place;
        self.lost = None;
        true
    }

    /// Whether several blocks of our track follow here, the first of them recorded about when it must have been.
    fn is_chain(&self, bytes: &[u8], base: u64, around: Option<(i64, i64)>) -> bool {
        let (Some(track), Some((from, to))) = (self.track, around) else { return false };
        if bytes.first() != Some(&(id::SIMPLE_BLOCK as u8)) {
            return false;
        }
        let (mut rest, mut blocks) = (bytes, 0);
        while blocks < CHAIN {
            let Ok(Some((id::SIMPLE_BLOCK, content, after))) = first(rest) else { return false };
            let Ok(Some(packet)) = block(content, track, Some(base), self.scale_ns) else { return false };
            if !(from - ROUGHLY_US..=to + ROUGHLY_US).contains(&packet.at_us) {
                return false;
            }
            (rest, blocks) = (after, blocks + 1);
        }
        true
    }

    fn note(&mut self, id: u32, content: &[u8]) -> Result<(), WebmError> {
        match id {
            id::EBML => {
                let kind = child(content, id::DOC_TYPE)?.unwrap_or_default();
                let kind = kind.split(|byte| *byte == 0).next().unwrap_or_default();
                if !matches!(kind, b"webm" | b"matroska") {
                    return Err(WebmError::NotWebm);
                }
            }
            id::INFO => self.scale_ns = child(content, id::TIMESTAMP_SCALE)?.and_then(number).filter(|ns| *ns > 0),
            id::TRACKS => self.track = Some(track(content)?),
            id::TIMESTAMP => self.cluster = Some(number(content).ok_or(WebmError::Broken)?),
            _ => {}
        }
        Ok(())
    }

    fn block(&self, content: &[u8]) -> Result<Option<Packet>, WebmError> {
        block(content, self.track.ok_or(WebmError::NotOpus)?, self.cluster, self.scale_ns)
    }
}

/// A block of our track; others are skipped.
fn block(
    content: &[u8],
    track: Track,
    cluster: Option<u64>,
    scale_ns: Option<u64>,
) -> Result<Option<Packet>, WebmError> {
    let Taken::Is(Some(number), length) = take_size(content) else { return Err(WebmError::Broken) };
    let [high, low, flags, data @ ..] = &content[length..] else { return Err(WebmError::Broken) };
    if number != track.number || data.is_empty() {
        return Ok(None);
    }
    if flags & 0x06 != 0 {
        return Err(WebmError::Laced);
    }
    let cluster = cluster.and_then(|ticks| i64::try_from(ticks).ok()).ok_or(WebmError::Broken)?;
    let ticks = i128::from(cluster) + i128::from(i16::from_be_bytes([*high, *low]));
    let us = ticks * i128::from(scale_ns.unwrap_or(USUAL_SCALE)) / 1_000;
    let at_us = i64::try_from(us).ok().filter(|us| us.abs() < MOST_US).ok_or(WebmError::Broken)?;
    Ok(Some(Packet { at_us, data: data.to_vec() }))
}

/// The first track of Opus.
fn track(tracks: &[u8]) -> Result<Track, WebmError> {
    let mut rest = tracks;
    while let Some((id, content, after)) = first(rest)? {
        rest = after;
        if id != id::TRACK_ENTRY || child(content, id::CODEC_ID)? != Some(b"A_OPUS") {
            continue;
        }
        let number = child(content, id::TRACK_NUMBER)?.and_then(number).ok_or(WebmError::Broken)?;
        let audio = child(content, id::AUDIO)?.unwrap_or_default();
        let channels = child(audio, id::CHANNELS)?.and_then(self::number).unwrap_or(1);
        let channels = u8::try_from(channels).ok().filter(|n| (1..=2).contains(n)).ok_or(WebmError::NotOpus)?;
        return Ok(Track { number, channels });
    }
    Err(WebmError::NotOpus)
}

/// The content of the first child with this id.
fn child(parent: &[u8], wanted: u32) -> Result<Option<&[u8]>, WebmError> {
    let mut rest = parent;
    while let Some((id, content, after)) = first(rest)? {
        if id == wanted {
            return Ok(Some(content));
        }
        rest = after;
    }
    Ok(None)
}

/// The first element, and what stands behind it.
type First<'a> = Option<(u32, &'a [u8], &'a [u8])>;

fn first(bytes: &[u8]) -> Result<First<'_>, WebmError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let Taken::Is(id, id_length) = take_id(bytes) else { return Err(WebmError::Broken) };
    let Taken::Is(Some(size), size_length) = take_size(&bytes[id_length..]) else { return Err(WebmError::Broken) };
    let rest = &bytes[id_length + size_length..];
    let size = usize::try_from(size).ok().filter(|size| *size <= rest.len()).ok_or(WebmError::Broken)?;
    Ok(Some((id, &rest[..size], &rest[size..])))
}

/// Whether bytes begin as a WebM file does.
pub fn is_webm(bytes: &[u8]) -> bool {
    bytes.starts_with(&id::EBML.to_be_bytes())
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
