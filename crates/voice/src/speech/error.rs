//! What can go wrong with speech, in words that say which file or limit it was.

use std::path::PathBuf;

/// A failure of loading, recognizing or synthesizing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SpeechError {
    /// A model file is not there.
    #[error("model file {} is missing: run models/fetch-models.sh to fetch it", .0.display())]
    Missing(PathBuf),
    /// A model file is there, but its content is not what `models.lock` says.
    #[error("model file {} is corrupt (its checksum differs): delete it and run models/fetch-models.sh", .0.display())]
    Corrupt(PathBuf),
    /// A model file cannot be read or loaded.
    #[error("cannot load {}: {reason}", file.display())]
    Load {
        /// The file.
        file: PathBuf,
        /// What the system or the inference library said.
        reason: String,
    },
    /// The voice is not one of [`super::Speech::voices`].
    #[error("there is no voice named {0:?}")]
    UnknownVoice(String),
    /// Nothing to say, or too much of it.
    #[error("text to speak must have 1 to {max} characters, this has {got}")]
    TextLength {
        /// Characters given.
        got: usize,
        /// Characters allowed.
        max: usize,
    },
    /// Audio longer than one recognition accepts.
    #[error("audio of {got_s} s is longer than the {max_s} s that one recognition accepts")]
    AudioLength {
        /// Seconds given.
        got_s: u32,
        /// Seconds allowed.
        max_s: u32,
    },
    /// Audio that cannot be read.
    #[error("{0}")]
    BadAudio(String),
    /// The queue is full; try again later.
    #[error("speech is busy: {0} jobs wait already")]
    Busy(usize),
    /// The work did not end in time.
    #[error("speech did not answer within {0} s")]
    Timeout(u64),
    /// The inference library refused.
    #[error("inference failed: {0}")]
    Inference(String),
    /// The render cache cannot be used (disk full, no permission).
    #[error("cannot use the render cache at {}: {reason}", path.display())]
    Cache {
        /// Folder or file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The worker thread is gone: the engine is stopping.
    #[error("speech has stopped")]
    Stopped,
}

impl From<ort::Error> for SpeechError {
    fn from(error: ort::Error) -> Self {
        Self::Inference(error.to_string())
    }
}
