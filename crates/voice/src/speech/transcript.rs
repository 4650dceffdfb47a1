//! Whole turns of any length: the last words of a long turn need not wait for its first ones.
//!
//! The model hears at most 20 s at once. A longer turn is cut at its best pauses; where there is none, two windows
//! overlap and are joined where their words agree.

use super::HEAR_RATE;
use super::SpeechError;
use super::recognize::{LONGEST_PIECE_S, Recognizer};

/// The words of the front of a turn, which more audio cannot change any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The words.
    pub text: String,
    /// Sample of the turn at which the rest begins.
    pub at: usize,
    /// Whether the rest begins inside what is settled.
    overlaps: bool,
}

/// What a turn's audio says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// All words.
    pub text: String,
    /// Those that stay, for the next time.
    pub settled: Settled,
}

/// Recognizes a turn from where it is settled on: `rest` is its audio from `settled.at`.
///
/// `wanted` is asked now and then; once it says no, the work stops and there is no answer.
pub fn recognize(
    recognizer: &mut Recognizer,
    mut rest: &[f32],
    mut settled: Settled,
    wanted: &dyn Fn() -> bool,
) -> Result<Option<Heard>, SpeechError> {
    while let Some(window) = first_window(rest) {
        let Some(words) = recognizer.piece(&rest[..window.end], wanted)? else { return Ok(None) };
        let next = next_start(window);
        settled = Settled {
            text: joined(&settled.text, &words, settled.overlaps),
            at: settled.at + next,
            overlaps: window.overlaps,
        };
        rest = &rest[next..];
    }
    let Some(words) = recognizer.piece(rest, wanted)? else { return Ok(None) };
    Ok(Some(Heard { text: joined(&settled.text, &words, settled.overlaps), settled }))
}

/// A window of a turn, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First sample.
    pub start: usize,
    /// Behind the last sample.
    pub end: usize,
    /// Whether it begins inside the window before, so that its first words repeat that window's last.
    pub overlaps: bool,
}

const RATE: usize = HEAR_RATE as usize;
const LONGEST: usize = LONGEST_PIECE_S * RATE;
/// A turn longer than this is cut, if it has a good pause, so that little is left to do at its end.
const PREFERRED: usize = 14 * RATE;
/// A cut is looked for only after this much, so that pieces keep their context.
const SHORTEST: usize = 6 * RATE;
const OVERLAP: usize = 3 * RATE;
const FRAME: usize = RATE / 50;
/// A stretch of frames this long below the level of speech is a pause good enough to cut at.
const PAUSE_FRAMES: usize = 15;

/// The first window that is complete at the front of `pcm`, if `pcm` is longer than one piece should be.
///
/// Asking again with more audio behind gives the same window, so its words are kept while the turn goes on.
pub fn first_window(pcm: &[f32]) -> Option<Window> {
    if pcm.len() <= PREFERRED {
        return None;
    }
    if let Some(end) = longest_pause(&pcm[..PREFERRED]) {
        return Some(Window { start: 0, end, overlaps: false });
    }
    if pcm.len() <= LONGEST {
        return None;
    }
    let pause = longest_pause(&pcm[..LONGEST]);
    Some(Window { start: 0, end: pause.unwrap_or(LONGEST), overlaps: pause.is_none() })
}

/// The middle of the longest pause after the first 6 s; later ones win ties.
fn longest_pause(pcm: &[f32]) -> Option<usize> {
    let level = |frame: &[f32]| (frame.iter().map(|v| v * v).sum::<f32>() / frame.len() as f32).sqrt();
    let levels: Vec<f32> = pcm.chunks(FRAME).map(level).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f32::total_cmp);
    let loud = sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(0.0);
    let quiet = (loud * 0.1).max(1e-4);
    let (mut run, mut best) = (0, (PAUSE_FRAMES, None));
    for (i, level) in levels.iter().enumerate().skip(SHORTEST / FRAME) {
        run = if *level < quiet { run + 1 } else { 0 };
        if run >= best.0 {
            best = (run, Some((i + 1 - run / 2) * FRAME));
        }
    }
    best.1
}

/// Every window of a finished turn.
#[cfg(test)]
fn windows(pcm: &[f32]) -> Vec<Window> {
    let mut out = Vec::new();
    let (mut at, mut overlaps) = (0, false);
    while let Some(first) = first_window(&pcm[at..]) {
        out.push(Window { start: at, end: at + first.end, overlaps });
        overlaps = first.overlaps;
        at += next_start(first);
    }
    out.push(Window { start: at, end: pcm.len(), overlaps });
    out
}

/// Where the window after a [`first_window`] begins.
fn next_start(first: Window) -> usize {
    if first.overlaps { first.end - OVERLAP } else { first.end }
}

/// Joins the words of two windows; if they overlap, what both heard stands once.
fn joined(before: &str, after: &str, overlaps: bool) -> String {
    let glue = |before: &str, after: &str| match (before.is_empty(), after.is_empty()) {
        (true, _) => after.to_string(),
        (_, true) => before.to_string(),
        _ => format!("{before} {after}"),
    };
    if !overlaps {
        return glue(before, after);
    }
    let left: Vec<&str> = before.split_whitespace().collect();
    let right: Vec<&str> = after.split_whitespace().collect();
    // The longest run of equal words near the end of one and the start of the other.
    let reach = 14;
    let from = left.len().saturating_sub(reach);
    let mut best = (0, left.len(), 0);
    for i in from..left.len() {
        for j in 0..right.len().min(reach) {
            let equal = left[i..].iter().zip(&right[j..]).take_while(|(a, b)| bare(a) == bare(b)).count();
            if equal > best.0 {
                best = (equal, i, j);
            }
        }
    }
    let (_, i, j) = best;
    // Each window is right where it is not at its own edge: the first up to the run, the second from it on.
    glue(&left[..i].join(" "), &right[j..].join(" "))
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(seconds: usize) -> Vec<f32> {
        (0..seconds * RATE).map(|i| if i % 2 == 0 { 0.2 } else { -0.2 }).collect()
    }

    #[test]
    fn a_long_turn_is_cut_at_its_pause() {
        for before_s in [12, 17] {
            let mut pcm = speech(before_s);
            pcm.resize(pcm.len() + RATE / 2, 0.0);
            pcm.extend(speech(13));
            let cut = windows(&pcm);
            assert_eq!(cut.len(), 2, "{cut:?}");
            assert!((before_s * RATE..before_s * RATE + RATE / 2).contains(&cut[0].end), "{cut:?}");
            assert_eq!((cut[1].start, cut[1].end, cut[1].overlaps), (cut[0].end, pcm.len(), false));
            // The same first window while the turn grows.
            assert_eq!(first_window(&pcm[..21 * RATE]), first_window(&pcm));
        }
    }

    #[test]
    fn speech_without_a_pause_is_cut_with_an_overlap() {
        let cut = windows(&speech(45));
        assert!(cut.iter().all(|w| w.end - w.start <= LONGEST), "{cut:?}");
        assert!(cut.windows(2).all(|w| w[1].overlaps && w[1].start + OVERLAP == w[0].end), "{cut:?}");
        assert_eq!(cut.last().map(|w| w.end), Some(45 * RATE));
        assert_eq!(windows(&speech(20)).len(), 1);
    }

    #[test]
    fn overlapping_words_stand_once() {
        let table = [
            (
                "we moved the data to a new",
                "data to a new system last year",
                true,
                "we moved the data to a new system last year",
            ),
            ("we moved the data two", "The data, to the new system", true, "we moved The data, to the new system"),
            ("one two", "three four", true, "one two three four"),
            ("one two", "two three", false, "one two two three"),
            ("", "yes", true, "yes"),
            ("yes", "", false, "yes"),
        ];
        for (before, after, overlaps, expected) in table {
            assert_eq!(joined(before, after, overlaps), expected);
        }
    }
}
