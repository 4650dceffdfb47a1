//! Where somebody speaks in a sound: stretches with the pitch, the rise and fall of a voice. Steady noise, hum, tones and
//! clicks have not all three. Sound comes in pieces of any size; what is kept is bounded by the longest stretch.

use super::frame::{FRAME, FRAME_MS, Frame, Judge};

/// Less voice is no speech.
pub const LEAST_VOICED_MS: i64 = 300;
/// A stretch is not longer; it is cut where it is quietest.
pub const MOST_MS: i64 = 20_000;
/// A pause of this length ends a stretch.
const PAUSE_MS: i64 = 1_000;
/// What has no pitch belongs to it: before the first voice, and after the last.
const BEFORE_MS: i64 = 250;
const AFTER_MS: i64 = 350;
/// Where a long stretch may be cut: in the last part.
const CUT_FROM: f32 = 0.6;
/// A voice rises and falls by so much.
const LEAST_SWING_DB: f32 = 4.0;
/// A voice's pitch changes by so much, in hundredths.
const LEAST_BEND: u16 = 5;
/// Voice that pauses for less is one piece.
const BREATH_MS: i64 = 150;

/// A stretch in which somebody speaks, in milliseconds since the sound's beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From here.
    pub start_ms: i64,
    /// To here.
    pub end_ms: i64,
    /// The pieces of it that have a voice, in order.
    pub voiced: Vec<(i64, i64)>,
}

impl Stretch {
    /// Moves it, from the file's time to the session's.
    pub fn shift(&mut self, by_ms: i64) {
        for at in [&mut self.start_ms, &mut self.end_ms] {
            *at += by_ms;
        }
        for (from, to) in &mut self.voiced {
            (*from, *to) = (*from + by_ms, *to + by_ms);
        }
    }

    /// How long there is a voice.
    pub fn voiced_ms(&self) -> i64 {
        self.voiced.iter().map(|(from, to)| to - from).sum()
    }
}

/// Takes sound, gives stretches.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    judge: Judge,
    /// Less than a frame.
    rest: Vec<f32>,
    /// Frames judged so far.
    count: i64,
    open: Option<Open>,
    done: Vec<Stretch>,
    /// No stretch begins before the end of the last one.
    until_ms: i64,
}

/// A stretch that goes on.
#[derive(Clone, Debug)]
struct Open {
    /// The first frame with a voice.
    first: i64,
    /// The last one.
    last: i64,
    frames: Vec<Frame>,
}

impl Listener {
    /// Listens to samples of 16 kHz that follow those before.
    pub fn push(&mut self, samples: &[f32]) {
        self.rest.extend_from_slice(samples);
        let all = std::mem::take(&mut self.rest);
        let mut frames = all.chunks_exact(FRAME);
        for samples in &mut frames {
            let frame = self.judge.frame(samples);
            self.take(frame);
        }
        self.rest = frames.remainder().to_vec();
    }

    /// The stretches that are over.
    pub fn drain(&mut self) -> Vec<Stretch> {
        std::mem::take(&mut self.done)
    }

    /// The sound is over: the rest of the stretches.
    pub fn finish(mut self) -> Vec<Stretch> {
        self.close();
        self.done
    }

    fn take(&mut self, frame: Frame) {
        let (at, is_voice) = (self.count, frame.lag > 0);
        self.count += 1;
        match &mut self.open {
            None if is_voice => self.open = Some(Open { first: at, last: at, frames: vec![frame] }),
            None => {}
            Some(open) => {
                open.frames.push(frame);
                if is_voice {
                    open.last = at;
                }
                let (silent, long) = ((at - open.last) * FRAME_MS, (at - open.first) * FRAME_MS);
                if silent >= PAUSE_MS {
                    self.close();
                } else if long >= MOST_MS - BEFORE_MS - AFTER_MS {
                    self.cut();
                }
            }
        }
    }

    /// Ends a stretch that is too long where it is quietest; the rest goes on as the next one.
    fn cut(&mut self) {
        let Some(open) = self.open.take() else { return };
        let from = (open.frames.len() as f32 * CUT_FROM) as usize;
        let quiet = |at: &usize| open.frames[at - 2..=at + 2].iter().map(|frame| frame.level_db).sum::<f32>();
        let last = open.frames.len().saturating_sub(3);
        let at = (from.max(2)..last).min_by(|a, b| quiet(a).total_cmp(&quiet(b))).unwrap_or(last);
        let rest = open.frames[at..].to_vec();
        let end_ms = (open.first + at as i64) * FRAME_MS;
        self.keep(&Open { frames: open.frames[..at].to_vec(), ..open }, end_ms);
        let first = rest.iter().position(|frame| frame.lag > 0);
        let last = rest.iter().rposition(|frame| frame.lag > 0);
        if let (Some(skip), Some(last)) = (first, last) {
            let begin = open.first + at as i64;
            self.open =
                Some(Open { first: begin + skip as i64, last: begin + last as i64, frames: rest[skip..].to_vec() });
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let end_ms = (open.last + 1) * FRAME_MS + AFTER_MS;
            self.keep(&open, end_ms.min(self.count * FRAME_MS));
        }
    }

    /// Keeps a stretch, if it is speech.
    fn keep(&mut self, open: &Open, end_ms: i64) {
        if !is_speech(&open.frames) {
            return;
        }
        let start_ms = (open.first * FRAME_MS - BEFORE_MS).max(self.until_ms);
        self.until_ms = end_ms;
        self.done.push(Stretch { start_ms, end_ms, voiced: pieces(open) });
    }
}

/// Whether what has a pitch also rises and falls as a voice does, and lasts.
fn is_speech(frames: &[Frame]) -> bool {
    let voiced: Vec<Frame> = frames.iter().copied().filter(|frame| frame.lag > 0).collect();
    if (voiced.len() as i64) * FRAME_MS < LEAST_VOICED_MS {
        return false;
    }
    let mut levels: Vec<f32> = voiced.iter().map(|frame| frame.level_db).collect();
    levels.sort_by(f32::total_cmp);
    let mut lags: Vec<u16> = voiced.iter().map(|frame| frame.lag).collect();
    lags.sort_unstable();
    // Without the outermost: the edges of a tone rise and fall, too.
    let (low, high) = (voiced.len() * 15 / 100, voiced.len() * 85 / 100);
    levels[high] - levels[low] >= LEAST_SWING_DB && (lags[high] - lags[low]) * 100 >= lags[low] * LEAST_BEND
}

/// Where a stretch has a voice.
fn pieces(open: &Open) -> Vec<(i64, i64)> {
    let mut pieces: Vec<(i64, i64)> = Vec::new();
    for (at, _) in (open.first..).zip(&open.frames).filter(|(_, frame)| frame.lag > 0) {
        let (from, to) = (at * FRAME_MS, (at + 1) * FRAME_MS);
        match pieces.last_mut().filter(|last| from - last.1 <= BREATH_MS) {
            Some(last) => last.1 = to,
            None => pieces.push((from, to)),
        }
    }
    pieces
}

#[cfg(test)]
#[path = "voice_tests.rs"]
mod tests;
