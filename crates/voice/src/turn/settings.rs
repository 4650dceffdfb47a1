//! What a client may configure about turn taking, as the wire protocol names it.

/// How soon a semantic end of turn is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eagerness {
    /// Waits half as long again: for people who think in long pauses, or as an accommodation.
    Low,
    /// The interview's own waits; also what `auto` means.
    #[default]
    Medium,
    /// Waits three quarters as long.
    High,
}

impl Eagerness {
    /// A wait, scaled.
    pub fn scale(self, wait_ms: u64) -> u64 {
        match self {
            Self::Low => wait_ms * 3 / 2,
            Self::Medium => wait_ms,
            Self::High => wait_ms * 3 / 4,
        }
    }
}

/// How ends of turns are found; maps one to one on `audio.input.turn_detection`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TurnDetection {
    /// `null`: the client commits by itself; the ear says nothing.
    Manual,
    /// `server_vad`: a fixed silence ends the turn, whatever was said.
    Silence {
        /// Speech probability above which a window counts as speech, 0..1.
        threshold: f32,
        /// Audio kept before the first voiced window, at most 2,000.
        prefix_padding_ms: u32,
        /// Silence that ends the turn.
        silence_ms: u32,
    },
    /// `semantic_vad`: silence, the end-of-turn model and the words vote. What interviews use.
    Semantic {
        /// Scales the waits.
        eagerness: Eagerness,
    },
}

impl Default for TurnDetection {
    fn default() -> Self {
        Self::Semantic { eagerness: Eagerness::Medium }
    }
}

impl TurnDetection {
    /// The protocol's default for `server_vad` (threshold 0.5, padding 300 ms, silence 500 ms).
    pub fn server_vad() -> Self {
        Self::Silence { threshold: 0.5, prefix_padding_ms: 300, silence_ms: 500 }
    }

    /// The least silence that can end a turn, so that the words are asked for before it.
    pub(super) fn shortest_silence_ms(self) -> u64 {
        match self {
            Self::Silence { silence_ms, .. } => u64::from(silence_ms) / 2,
            _ => u64::MAX,
        }
    }
}
