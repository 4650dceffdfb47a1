//! The sound of a recording, decoded piece by piece: an hour takes no more memory than a minute.

use std::sync::Arc;

use bytes::Bytes;
use voice::media::opus::Decoder;

use super::{
    frame::RATE,
    voice::{Listener, Stretch},
};
use crate::{
    error::{Error, Result},
    recording::{
        blobs::{Blobs, Key},
        opus,
        webm::read::{Packet, Reader},
    },
};

/// So much of a file is read at once: about a minute of sound.
const PIECE: u64 = 256 * 1024;
/// Packets that are later than this leave a hole, which is silence.
const HOLE_MS: i64 = 40;
const SAMPLES_PER_MS: i64 = RATE as i64 / 1_000;

/// A file of the recording.
#[derive(Clone)]
pub struct Sound {
    /// Where it lies.
    pub blobs: Arc<dyn Blobs>,
    /// Its name there.
    pub key: Key,
    /// How long it is.
    pub bytes: u64,
}

/// Who takes the samples: 16 kHz, one after the other from the beginning.
trait Ear: Send + 'static {
    fn hear(&mut self, samples: &[f32]);
}

impl Ear for Listener {
    fn hear(&mut self, samples: &[f32]) {
        self.push(samples);
    }
}

impl Sound {
    /// Where somebody speaks, in milliseconds since the file's beginning.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn stretches(&self) -> Result<Vec<Stretch>> {
        Ok(self.play(Listener::default()).await?.finish())
    }

    /// The samples of some spans (milliseconds since the file's beginning), each 16 kHz; what is outside of the file is not.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn cut(&self, spans: &[(i64, i64)]) -> Result<Vec<Vec<i16>>> {
        let scissors = Scissors { at: 0, spans: spans.iter().map(|span| (*span, Vec::new())).collect() };
        Ok(self.play(scissors).await?.spans.into_iter().map(|(_, samples)| samples).collect())
    }

    async fn play<E: Ear>(&self, ear: E) -> Result<E> {
        let decoder = Decoder::new(RATE).map_err(Error::internal)?;
        let mut player = Player { reader: Reader::default(), decoder, at: 0, ear };
        let mut from = 0;
        while from < self.bytes {
            let to = (from + PIECE).min(self.bytes);
            let bytes = self.blobs.read(self.key.clone(), from..to).await?;
            // Decoding a minute takes long enough to keep others waiting.
            let played = tokio::task::spawn_blocking(move || {
                player.push(&bytes);
                player
            });
            player = played.await.map_err(Error::internal)?;
            from = to;
        }
        Ok(player.ear)
    }
}

struct Player<E> {
    reader: Reader,
    decoder: Decoder,
    /// Samples so far.
    at: i64,
    ear: E,
}

impl<E: Ear> Player<E> {
    fn push(&mut self, bytes: &Bytes) {
        self.reader.push(bytes);
        loop {
            match self.reader.packet() {
                Ok(Some(packet)) => self.packet(&packet),
                Ok(None) => return,
                Err(why) => {
                    tracing::warn!(%why, "sound cannot be read");
                    self.reader.skip();
                }
            }
        }
    }

    fn packet(&mut self, packet: &Packet) {
        let Some(long_us) = opus::duration_us(&packet.data) else { return };
        let hole = packet.at_us / 1_000 * SAMPLES_PER_MS - self.at;
        if hole >= HOLE_MS * SAMPLES_PER_MS {
            self.silence(hole);
        }
        match self.decoder.decode(&packet.data) {
            Ok(samples) => {
                self.at += samples.len() as i64;
                self.ear.hear(&samples);
            }
            Err(_) => self.silence(long_us * SAMPLES_PER_MS / 1_000),
        }
    }

    fn silence(&mut self, samples: i64) {
        const MOST: usize = RATE as usize;
        let mut left = usize::try_from(samples).unwrap_or(0);
        while left > 0 {
            let now = left.min(MOST);
            self.ear.hear(&[0.0; MOST][..now]);
            (self.at, left) = (self.at + now as i64, left - now);
        }
    }
}

/// Cuts spans out.
struct Scissors {
    at: i64,
    spans: Vec<((i64, i64), Vec<i16>)>,
}

impl Ear for Scissors {
    fn hear(&mut self, samples: &[f32]) {
        let end = self.at + samples.len() as i64;
        for ((from, to), cut) in &mut self.spans {
            let (from, to) = ((*from * SAMPLES_PER_MS).max(self.at), (*to * SAMPLES_PER_MS).min(end));
            if from < to {
                let part = &samples[(from - self.at) as usize..(to - self.at) as usize];
                cut.extend(part.iter().map(|sample| (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16));
            }
        }
        self.at = end;
    }
}

/// Samples of 16 kHz as a WAV file: 16 bits, mono.
///
/// # Errors
/// When there are more samples than such a file can hold.
pub fn wav(samples: &[i16]) -> Result<Bytes> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut out = std::io::Cursor::new(Vec::with_capacity(samples.len() * 2 + 44));
    let mut writer = hound::WavWriter::new(&mut out, spec).map_err(Error::internal)?;
    for sample in samples {
        writer.write_sample(*sample).map_err(Error::internal)?;
    }
    writer.finalize().map_err(Error::internal)?;
    Ok(out.into_inner().into())
}
