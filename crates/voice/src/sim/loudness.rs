//! Where somebody speaks in sound that clients bring: by its loudness alone.

/// Samples judged at once: 20 ms at 16 kHz.
const WINDOW: usize = 320;
const WINDOW_MS: u64 = 20;
/// Root mean square above which a window counts as speech.
const LOUD: f32 = 0.01;
/// Loud windows in a row that begin a turn.
const BEGIN: u64 = 3;

/// An edge of speech, in milliseconds of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Somebody began to speak.
    Begun(u64),
    /// The speaker has been silent for long enough; the last loud window ended here.
    Ended(u64),
}

/// The judge of one session.
#[derive(Default)]
pub(super) struct Loudness {
    rest: Vec<f32>,
    heard_ms: u64,
    loud: u64,
    quiet: u64,
    is_speaking: bool,
}

impl Loudness {
    /// Takes the next sound, 16 kHz; `silence_ms` of quiet end a turn.
    pub(super) fn hear(&mut self, pcm: &[f32], silence_ms: u64) -> Vec<Edge> {
        self.rest.extend_from_slice(pcm);
        let rest = std::mem::take(&mut self.rest);
        let windows = rest.chunks_exact(WINDOW);
        self.rest = windows.remainder().to_vec();
        windows.filter_map(|window| self.judge(window, silence_ms)).collect()
    }

    /// Forgets that somebody speaks.
    pub(super) fn clear(&mut self) {
        (self.is_speaking, self.loud, self.quiet) = (false, 0, 0);
    }

    fn judge(&mut self, window: &[f32], silence_ms: u64) -> Option<Edge> {
        self.heard_ms += WINDOW_MS;
        let level = (window.iter().map(|sample| sample * sample).sum::<f32>() / WINDOW as f32).sqrt();
        (self.loud, self.quiet) = if level > LOUD { (self.loud + 1, 0) } else { (0, self.quiet + 1) };
        if !self.is_speaking && self.loud >= BEGIN {
            self.is_speaking = true;
            return Some(Edge::Begun(self.heard_ms.saturating_sub(BEGIN * WINDOW_MS)));
        }
        if self.is_speaking && self.quiet * WINDOW_MS >= silence_ms {
            self.is_speaking = false;
            return Some(Edge::Ended(self.heard_ms - self.quiet * WINDOW_MS));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, Loudness};

    #[test]
    fn sound_between_silences_is_one_turn_however_it_is_cut() {
        let mut sound = vec![0.0; 16_000];
        sound.extend([0.1; 16_000]);
        sound.extend([0.0; 16_000]);
        let mut judge = Loudness::default();
        let edges: Vec<Edge> = sound.chunks(777).flat_map(|piece| judge.hear(piece, 500)).collect();
        assert_eq!(edges, [Edge::Begun(1_000), Edge::Ended(2_000)]);
    }
}
