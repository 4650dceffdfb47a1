//! Writes a file that players can seek in: duration, and a cue for each cluster. The same packets give the same bytes.

use std::io::{self, Seek, SeekFrom, Write};

use super::ebml::{element, id, put_id, uint};

/// A cluster begins after so long: what a seek has to read.
const CLUSTER_MS: i64 = 5_000;
/// Ticks of a millisecond.
const SCALE_NS: u64 = 1_000_000;
/// A decoder that begins in the middle needs so much sound before it is right (RFC 7845 §4.6).
const PRE_ROLL_NS: u64 = 80_000_000;
const NAME: &[u8] = b"Interview Insights";
/// An element's size that is filled in later: 8 bytes.
const LATER: [u8; 8] = [0x01, 0, 0, 0, 0, 0, 0, 0];

/// A file that is being written.
#[derive(Debug)]
pub struct Muxer<W> {
    out: W,
    /// Bytes written.
    at: u64,
    /// Where the segment's content begins: positions in the file count from there.
    origin: u64,
    /// Where the positions of info, tracks and cues stand, and the duration.
    seeks: [u64; 3],
    duration_at: u64,
    cluster: Vec<u8>,
    cluster_ms: i64,
    cues: Vec<(i64, u64)>,
    positions: [u64; 3],
}

impl<W: Write + Seek> Muxer<W> {
    /// Begins a file at the start of `out`.
    pub fn new(out: W, channels: u8) -> io::Result<Muxer<W>> {
        let mut muxer = Muxer {
            out,
            at: 0,
            origin: 0,
            seeks: [0; 3],
            duration_at: 0,
            cluster: Vec::new(),
            cluster_ms: 0,
            cues: Vec::new(),
            positions: [0; 3],
        };
        muxer.head(channels)?;
        Ok(muxer)
    }

    fn head(&mut self, channels: u8) -> io::Result<()> {
        let (mut all, mut inner) = (Vec::new(), Vec::new());
        for (id, value) in [
            (id::EBML_VERSION, 1),
            (id::EBML_READ_VERSION, 1),
            (id::EBML_MAX_ID_LENGTH, 4),
            (id::EBML_MAX_SIZE_LENGTH, 8),
        ] {
            uint(&mut inner, id, value);
        }
        element(&mut inner, id::DOC_TYPE, b"webm");
        uint(&mut inner, id::DOC_TYPE_VERSION, 4);
        uint(&mut inner, id::DOC_TYPE_READ_VERSION, 2);
        element(&mut all, id::EBML, &inner);
        put_id(&mut all, id::SEGMENT);
        all.extend(LATER);
        self.origin = all.len() as u64;
        self.put(&all)?;
        self.seek_head()?;
        self.positions[0] = self.at - self.origin;
        self.info()?;
        self.positions[1] = self.at - self.origin;
        self.put(&tracks(channels))
    }

    /// Where the other parts stand; the places are filled in at the end.
    fn seek_head(&mut self) -> io::Result<()> {
        let mut inner = Vec::new();
        let mut places = [0; 3];
        for (place, target) in places.iter_mut().zip([id::INFO, id::TRACKS, id::CUES]) {
            let mut seek = Vec::new();
            element(&mut seek, id::SEEK_ID, &target.to_be_bytes());
            element(&mut seek, id::SEEK_POSITION, &[0; 8]);
            element(&mut inner, id::SEEK, &seek);
            *place = inner.len() as u64 - 8;
        }
        let mut all = Vec::new();
        element(&mut all, id::SEEK_HEAD, &inner);
        let before = (all.len() - inner.len()) as u64;
        self.seeks = places.map(|place| self.at + before + place);
        self.put(&all)
    }

    fn info(&mut self) -> io::Result<()> {
        let mut inner = Vec::new();
        uint(&mut inner, id::TIMESTAMP_SCALE, SCALE_NS);
        element(&mut inner, id::MUXING_APP, NAME);
        element(&mut inner, id::WRITING_APP, NAME);
        element(&mut inner, id::DURATION, &[0; 8]);
        let mut all = Vec::new();
        element(&mut all, id::INFO, &inner);
        self.duration_at = self.at + all.len() as u64 - 8;
        self.put(&all)
    }

    /// Adds a packet; they come in order.
    pub fn packet(&mut self, at_us: i64, data: &[u8]) -> io::Result<()> {
        let at_ms = at_us.div_euclid(1_000).max(0);
        if self.cluster.is_empty() || at_ms - self.cluster_ms >= CLUSTER_MS {
            self.end_cluster()?;
            self.cluster_ms = at_ms;
            uint(&mut self.cluster, id::TIMESTAMP, at_ms.unsigned_abs());
        }
        let mut block = Vec::with_capacity(data.len() + 4);
        block.push(0x81);
        // A cluster is far shorter than the 32 s that fit.
        block.extend(((at_ms - self.cluster_ms) as i16).to_be_bytes());
        block.push(0x80);
        block.extend_from_slice(data);
        element(&mut self.cluster, id::SIMPLE_BLOCK, &block);
        Ok(())
    }

    fn end_cluster(&mut self) -> io::Result<()> {
        if self.cluster.is_empty() {
            return Ok(());
        }
        self.cues.push((self.cluster_ms, self.at - self.origin));
        let mut all = Vec::with_capacity(self.cluster.len() + 12);
        element(&mut all, id::CLUSTER, &self.cluster);
        self.cluster.clear();
        self.put(&all)
    }

    /// Writes cues, duration and places; gives the file, and how long it is in bytes.
    pub fn finish(mut self, duration_us: i64) -> io::Result<(W, u64)> {
        self.end_cluster()?;
        self.positions[2] = self.at - self.origin;
        let mut inner = Vec::new();
        for (ms, cluster) in &self.cues {
            let (mut point, mut place) = (Vec::new(), Vec::new());
            uint(&mut point, id::CUE_TIME, ms.unsigned_abs());
            uint(&mut place, id::CUE_TRACK, 1);
            uint(&mut place, id::CUE_CLUSTER_POSITION, *cluster);
            element(&mut point, id::CUE_TRACK_POSITIONS, &place);
            element(&mut inner, id::CUE_POINT, &point);
        }
        let mut all = Vec::new();
        element(&mut all, id::CUES, &inner);
        self.put(&all)?;
        let size = (self.at - self.origin) | 1 << 56;
        self.patch(self.origin - 8, &size.to_be_bytes())?;
        let duration_ms = duration_us as f64 / 1_000.0;
        self.patch(self.duration_at, &duration_ms.to_be_bytes())?;
        for (place, position) in self.seeks.into_iter().zip(self.positions) {
            self.patch(place, &position.to_be_bytes())?;
        }
        self.out.seek(SeekFrom::End(0))?;
        Ok((self.out, self.at))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn patch(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.out.seek(SeekFrom::Start(at))?;
        self.out.write_all(bytes)
    }
}

fn tracks(channels: u8) -> Vec<u8> {
    let (mut entry, mut audio, mut all) = (Vec::new(), Vec::new(), Vec::new());
    uint(&mut entry, id::TRACK_NUMBER, 1);
    uint(&mut entry, id::TRACK_UID, 1);
    uint(&mut entry, id::TRACK_TYPE, 2);
    element(&mut entry, id::CODEC_ID, b"A_OPUS");
    // RFC 7845 §5.1: version, channels, nothing to skip (the times are the session's), 48 kHz, no gain, one stream.
    let mut head = b"OpusHead".to_vec();
    head.extend([1, channels, 0, 0]);
    head.extend(48_000_u32.to_le_bytes());
    head.extend([0, 0, 0]);
    element(&mut entry, id::CODEC_PRIVATE, &head);
    uint(&mut entry, id::SEEK_PRE_ROLL, PRE_ROLL_NS);
    element(&mut audio, id::SAMPLING_FREQUENCY, &48_000_f64.to_be_bytes());
    uint(&mut audio, id::CHANNELS, u64::from(channels));
    element(&mut entry, id::AUDIO, &audio);
    let mut inner = Vec::new();
    element(&mut inner, id::TRACK_ENTRY, &entry);
    element(&mut all, id::TRACKS, &inner);
    all
}
