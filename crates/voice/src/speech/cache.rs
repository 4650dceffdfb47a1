//! The render cache: clips on disk by (voice, text), so that a known utterance is answered at once.
//!
//! A file is named by a hash (its text cannot be read from it), is a playable WAV, and carries a checksum behind
//! its samples: a half-written or damaged file counts as absent and is made anew.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use super::assets::hex;
use super::audio::{read_wav, write_wav};
use super::synthesize::VERSION;
use super::{SAY_RATE, SpeechError};

const CHECK: &[u8; 8] = b"csum\x20\0\0\0";

/// A folder of clips.
#[derive(Debug)]
pub struct RenderCache {
    dir: PathBuf,
    written: AtomicU64,
}

impl RenderCache {
    /// Makes the folder if it is not there.
    pub fn open(dir: &Path) -> Result<Self, SpeechError> {
        std::fs::create_dir_all(dir).map_err(|e| refused(dir, &e))?;
        Ok(Self { dir: dir.to_path_buf(), written: AtomicU64::new(0) })
    }

    /// The file of a clip: `voice` is a name of ours, `text` anything.
    pub fn file(&self, voice: &str, text: &str) -> PathBuf {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = Sha256::digest(format!("{VERSION}\n{voice}\n{text}"));
        let name = hex(&key);
        self.dir.join(&name[..2]).join(format!("{name}.wav"))
    }

    /// Whether the clip's file is there.
    pub fn has(&self, voice: &str, text: &str) -> bool {
        self.file(voice, text).is_file()
    }

    /// A clip's samples; a damaged file is removed and counts as absent.
    pub fn read(&self, voice: &str, text: &str) -> Option<Vec<f32>> {
        let file = self.file(voice, text);
        let bytes = std::fs::read(&file).ok()?;
        let pcm = unsealed(&bytes).and_then(|wav| read_wav(wav).ok());
        if pcm.is_none() {
            tracing::warn!(bytes = bytes.len(), "a damaged clip is made anew");
            // If it cannot be removed, the next write replaces it.
            drop(std::fs::remove_file(&file));
        }
        pcm.map(|(pcm, _)| pcm)
    }

    /// Writes a clip beside its place and then moves it there, so that no reader sees half of it.
    pub fn write(&self, voice: &str, text: &str, pcm: &[f32]) -> Result<(), SpeechError> {
        let file = self.file(voice, text);
        let folder = file.parent().unwrap_or(&self.dir);
        let mut bytes = write_wav(pcm, SAY_RATE);
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(CHECK);
        bytes.extend_from_slice(&sum);
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let part = file.with_extension(format!("{}-{number}.part", std::process::id()));
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&part, &bytes))
            .and_then(|()| std::fs::rename(&part, &file));
        written.map_err(|e| {
            // Disk full leaves a part behind; it is of no use.
            drop(std::fs::remove_file(&part));
            refused(&file, &e)
        })
    }
}

fn refused(path: &Path, e: &std::io::Error) -> SpeechError {
    SpeechError::Cache { path: path.to_path_buf(), reason: e.to_string() }
}

/// The WAV file in front of its checksum, if that is right.
fn unsealed(bytes: &[u8]) -> Option<&[u8]> {
    let (wav, seal) = bytes.split_at_checked(bytes.len().checked_sub(CHECK.len() + 32)?)?;
    let sum = seal.strip_prefix(CHECK)?;
    (Sha256::digest(wav).as_slice() == sum).then_some(wav)
}
