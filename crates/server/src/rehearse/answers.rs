//! What simulated candidates say: recordings, texts, or the demo answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use voice::media::peer::PEER_RATE;
use voice::speech::audio::{read_wav, resample};

use super::mind::LOUD;

/// Said in turn when no answers are given; each names an own action, an example and a result.
const DEMO: [&str; 5] = [
    "I worked for three years at the help desk of an internet provider. I answered about forty calls a day, and later I \
     trained new colleagues. In the end our team solved most problems in the first call.",
    "Last spring a customer called because his new router failed for the third time, and he was really angry. I listened \
     first, then I wrote down every step that he had tried. I found an old firmware on the device, so I updated it with him \
     on the phone. I called him again after two days, and everything worked. He thanked me and stayed with us.",
    "First I would take a breath and look who needs help most urgently. I would tell everybody how long it takes. Then I \
     would speak with the person who is shouting, calmly and a little aside, because the others should not have to listen. \
     For example, last winter I did exactly that at a ticket counter, and after five minutes the line was quiet again.",
    "My own part was to find the cause and to keep the customer informed. I made a list, I tested each point, and I wrote a \
     short note for my colleagues. As a result the same problem was solved much faster the next time.",
    "In the end it turned out well. The customer was satisfied, and I learned that it helps to ask one more question before \
     I suggest anything.",
];

/// One thing to say.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Samples at the peer's rate, without silence at the ends.
    pub pcm: Arc<[f32]>,
    /// The words, where they are known.
    pub text: Option<String>,
}

/// Where an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A recording, and its words if they lie beside it.
    Wav(PathBuf, Option<String>),
    /// Words to synthesize.
    Text(String),
}

/// The answers of a folder in the order of their file names; without a folder: the demo answers.
pub fn sources(folder: Option<&Path>) -> Result<Vec<Source>> {
    let Some(folder) = folder else { return Ok(DEMO.iter().map(|text| Source::Text((*text).to_owned())).collect()) };
    let entries = std::fs::read_dir(folder).with_context(|| format!("the answers in {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    let ends = |file: &Path, ending: &str| file.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
    let read = |file: &Path| std::fs::read_to_string(file).with_context(|| file.display().to_string());
    let mut sources = Vec::new();
    for file in &files {
        let text = file.with_extension("txt");
        if ends(file, "wav") {
            let words = if files.contains(&text) { Some(read(&text)?.trim().to_owned()) } else { None };
            sources.push(Source::Wav(file.clone(), words));
        } else if ends(file, "txt") && !files.contains(&file.with_extension("wav")) {
            sources.push(Source::Text(read(file)?.trim().to_owned()));
        }
    }
    if sources.is_empty() {
        bail!("{} has neither .wav nor .txt files", folder.display());
    }
    Ok(sources)
}

impl Answer {
    /// Makes an answer of a WAV file's bytes.
    pub fn from_wav(wav: &[u8], text: Option<String>) -> Result<Answer> {
        let (pcm, rate) = read_wav(wav)?;
        let pcm = resample(&pcm, rate, PEER_RATE)?;
        Ok(Answer { pcm: spoken_part(&pcm).into(), text })
    }
}

/// Cuts the silence off both ends: latency is measured from the last sound, and silence would be part of it.
fn spoken_part(pcm: &[f32]) -> &[f32] {
    let frame = PEER_RATE as usize / 50;
    let is_loud = |frame: &[f32]| frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32 > LOUD * LOUD;
    let first = pcm.chunks(frame).position(is_loud).unwrap_or(0) * frame;
    let last = pcm.chunks(frame).rposition(is_loud).map_or(pcm.len(), |at| ((at + 1) * frame).min(pcm.len()));
    &pcm[first..last]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn silence_at_the_ends_is_not_part_of_an_answer() {
        let mut pcm = vec![0.0; 12_000];
        pcm.extend((0..24_000).map(|i| (i as f32 * 0.1).sin() * 0.3));
        pcm.extend(vec![0.0; 30_000]);
        let spoken = spoken_part(&pcm);
        assert!((24_000..=24_000 + 960).contains(&spoken.len()), "{}", spoken.len());
        assert_eq!(spoken_part(&[0.0; 100]).len(), 100);
    }

    #[test]
    fn a_folder_is_read_in_order_and_texts_beside_recordings_are_their_words() {
        let folder = std::env::temp_dir().join(format!("insights-answers-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, content) in [("2.txt", " Second. \n"), ("1.wav", ""), ("1.txt", "First."), ("notes.md", "no")] {
            std::fs::write(folder.join(name), content).unwrap();
        }
        let first = Source::Wav(folder.join("1.wav"), Some("First.".to_owned()));
        assert_eq!(sources(Some(&folder)).unwrap(), [first, Source::Text("Second.".to_owned())]);
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(sources(Some(&folder)).is_err());
    }
}
