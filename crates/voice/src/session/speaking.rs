//! From words to sound: each part of a response is rendered on its own and handed on in order, so that the first sentence
//! is heard while the last is not written yet.

use std::sync::Arc;

use realtime_api::server::ResponseOutputAudioDelta;

use super::run::{Part, Run, RunId, Sound};
use super::{Audience, Core, Origin, Output, pcm};
use crate::media::PlayId;
use crate::speech::Clip;
use crate::think::Failure;

/// Milliseconds of sound in one audio delta.
const DELTA_MS: usize = 200;
/// Parts of one response that are rendered at once: the next one is ready when the first has been made.
const MAX_RENDERING: usize = 2;
/// Silence between two sentences that follow without a gap; the same as inside a clip.
const PAUSE_MS: usize = 260;

impl Core {
    /// Adds a part to what a response says, unless it says it in text or there is nothing to pronounce in it.
    pub(super) fn add_part(&mut self, id: RunId, text: String) {
        let play = PlayId(self.next_play);
        let Some(run) = self.runs.iter_mut().find(|run| run.id == id && !run.is_text()) else { return };
        if run.thinking.is_some() && !text.chars().any(char::is_alphanumeric) {
            return;
        }
        self.next_play += 1;
        run.parts.push(Part { play, text, sound: Sound::Wanted, clip_ms: 0 });
    }

    /// Does whatever can be done next for a response.
    pub(super) fn advance(&mut self, id: RunId) {
        self.render_more(id);
        while self.with_run(id, Self::hand_on_one) == Some(true) {}
        let plays = self.plays();
        self.with_run(id, |core, run| {
            let is_heard = !plays || run.has_started || run.parts.is_empty();
            let is_going_on = !run.is_done && run.stopped_by.is_none();
            if let Some(end) = run.end.filter(|_| is_going_on && is_heard && run.is_voiced()) {
                core.finish(run, end);
            }
        });
        self.close_if_quiet(id);
    }

    fn render_more(&mut self, id: RunId) {
        let Some(run) = self.runs.iter_mut().find(|run| run.id == id) else { return };
        let is_passing = run.thinking.is_some();
        let being_made = run.parts.iter().filter(|part| matches!(part.sound, Sound::Rendering)).count();
        let wanted = run.parts.iter_mut().filter(|part| matches!(part.sound, Sound::Wanted));
        for part in wanted.take(MAX_RENDERING.saturating_sub(being_made)) {
            part.sound = Sound::Rendering;
            let text = if is_passing { pronounceable(&part.text) } else { part.text.clone() };
            self.outputs.push_back(Output::Render { play: part.play, voice: run.voice.to_owned(), text, is_passing });
        }
    }

    /// Hands the first part that was not handed on yet to the mouth, or to the client, if its sound is ready.
    fn hand_on_one(&mut self, run: &mut Run) -> bool {
        let next = run.parts.iter().position(|part| !matches!(part.sound, Sound::Mouth | Sound::Heard(_)));
        let Some(at) = next else { return false };
        let Sound::Ready(clip) = &run.parts[at].sound else { return false };
        let is_behind_another =
            at.checked_sub(1).is_some_and(|before| !self.plays() || matches!(run.parts[before].sound, Sound::Mouth));
        let clip = if is_behind_another { after_pause(clip) } else { Arc::clone(clip) };
        let clip_ms = clip.duration_ms();
        run.parts[at].clip_ms = clip_ms;
        self.has_spoken = true;
        if self.plays() {
            run.parts[at].sound = Sound::Mouth;
            self.outputs.push_back(Output::Play(run.parts[at].play, clip));
        } else {
            run.parts[at].sound = Sound::Heard(clip_ms);
            self.send_sound(run, &clip);
        }
        true
    }

    pub(super) fn on_rendered(&mut self, play: PlayId, clip: Result<Arc<Clip>, String>) {
        // A part that nobody wants any more is gone.
        let found = self.runs.iter_mut().find_map(|run| Some((run.id, run.part_mut(play)?)));
        let Some((id, part)) = found else { return };
        match clip {
            Ok(clip) => {
                part.sound = Sound::Ready(clip);
                self.advance(id);
            }
            Err(why) => {
                tracing::warn!(session = self.setup.session_id, why, "a response could not be spoken");
                self.fail(id, Failure::Voice);
            }
        }
    }

    /// A whole clip at once, faster than it plays.
    fn send_sound(&mut self, run: &Run, clip: &Clip) {
        let output = run.response.audio.as_ref().and_then(|audio| audio.output.as_ref()?.format.as_ref());
        let format = output.map_or(self.setup.settings.output_format(), |format| &format.kind).to_owned();
        let sound = pcm::for_client(&clip.pcm, &format);
        for piece in sound.chunks(pcm::rate_of(&format) as usize * DELTA_MS / 1000) {
            let delta = ResponseOutputAudioDelta {
                response_id: run.response.id.clone(),
                item_id: run.item.clone(),
                delta: pcm::to_base64(piece, &format),
                ..Default::default()
            };
            self.tell(Audience::Only(Origin::Owner), delta);
        }
        self.quiet_at_ms = Some(self.quiet_at_ms.unwrap_or(0).max(self.now_ms) + clip.duration_ms());
        self.set_speaking(true);
    }
}

/// The clip with the pause of a speaker in front.
fn after_pause(clip: &Clip) -> Arc<Clip> {
    let mut pcm = vec![0.0; clip.rate as usize * PAUSE_MS / 1000];
    pcm.extend_from_slice(&clip.pcm);
    Arc::new(Clip { rate: clip.rate, pcm, voice_used: clip.voice_used.clone() })
}

/// A sentence without the marks of lists, headings and emphasis, which models write and nobody pronounces.
fn pronounceable(text: &str) -> String {
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '-' | '*' | '•' | '>'));
    bare.replace(['*', '`'], "")
}

#[cfg(test)]
mod tests {
    use super::pronounceable;

    #[test]
    fn marks_of_a_page_are_not_pronounced() {
        for (text, expected) in [
            ("Hello.", "Hello."),
            ("## **Next** question", "Next question"),
            ("- I use `cargo` and C#.", "I use cargo and C#."),
            ("• 5-6 people", "5-6 people"),
        ] {
            assert_eq!(pronounceable(text), expected);
        }
    }
}
