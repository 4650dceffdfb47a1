//! The person's side: sound in, turns and their words out.

use std::sync::Arc;

use realtime_api::server::{
    ConversationItemAdded, ConversationItemDone, InputAudioBufferCommitted, InputAudioBufferSpeechStarted,
    InputAudioBufferSpeechStopped, InputAudioBufferTimeoutTriggered, InputAudioTranscriptionCompleted,
    InputAudioTranscriptionDelta, InputAudioTranscriptionFailed,
};
use realtime_api::{Content, ContentKind, ErrorDetail, Item, ItemStatus, ResponseParams, Role, TranscriptionUsage};

use super::conversation::Words;
use super::pcm::{self, Resampler};
use super::{Core, Output};
use crate::speech::EarEvent;

/// Samples a millisecond of what is heard.
const PER_MS: usize = 16;
/// The shortest turn that can be committed by hand.
const MIN_COMMIT_MS: usize = 100;
/// Sound kept for a commit by hand: ten minutes if turns are found by hand, else half a minute.
const KEPT_BY_HAND: usize = 600_000 * PER_MS;
const KEPT_OTHERWISE: usize = 30_000 * PER_MS;

/// A turn that is being spoken.
#[derive(Debug)]
struct Speaking {
    item: String,
    told: String,
}

/// What the session knows about the person's sound.
#[derive(Debug, Default)]
pub struct Hearing {
    speaking: Option<Speaking>,
    /// Items whose words are still to come, by the start of their turn.
    wordless: Vec<(u64, String)>,
    /// Sound since the last commit.
    buffer: Vec<f32>,
    /// Samples heard since the session's start.
    heard: usize,
    resampler: Option<(u32, Resampler)>,
    /// When the person last had reason to speak.
    pub(super) idle_from_ms: Option<u64>,
}

impl Hearing {
    /// Forgets the running turn.
    pub(super) fn clear(&mut self) {
        self.speaking = None;
        self.buffer.clear();
    }

    /// Decodes sound of a client to 16 kHz.
    pub(super) fn decode(&mut self, base64: &str, format: &str) -> Result<Vec<f32>, String> {
        let (rate, pcm) = pcm::from_base64(base64, format)?;
        if self.resampler.as_ref().is_none_or(|(from, _)| *from != rate) {
            self.resampler = Some((rate, Resampler::new(rate, 16_000)));
        }
        Ok(self.resampler.as_mut().map(|(_, resampler)| resampler.push(&pcm)).unwrap_or_default())
    }

    /// Remembers sound until it is committed.
    pub(super) fn keep(&mut self, pcm: &[f32], is_by_hand: bool) {
        self.heard += pcm.len();
        self.buffer.extend_from_slice(pcm);
        let most = if is_by_hand { KEPT_BY_HAND } else { KEPT_OTHERWISE };
        // Dropping in big steps: a shift of the whole buffer for every frame would cost more than the frame.
        if self.buffer.len() > most + most / 4 {
            self.buffer.drain(..self.buffer.len() - most);
        }
    }

    fn heard_ms(&self) -> u64 {
        (self.heard / PER_MS) as u64
    }
}

impl Core {
    pub(super) fn on_sound(&mut self, pcm: Vec<f32>) {
        self.hearing.keep(&pcm, self.setup.settings.turn_detection().is_none());
    }

    pub(super) fn on_ear(&mut self, event: EarEvent) {
        match event {
            EarEvent::SpeechStarted { at_ms } => self.on_speech_started(at_ms),
            EarEvent::Partial { text } => self.on_partial(&text),
            EarEvent::SpeechStopped { at_ms } => {
                if let Some(item_id) = self.hearing.speaking.as_ref().map(|turn| turn.item.clone()) {
                    self.tell_all(InputAudioBufferSpeechStopped { audio_end_ms: at_ms, item_id, ..Default::default() });
                }
            }
            EarEvent::TurnEnded { start_ms, pcm, text, .. } => {
                let item = self.hearing.speaking.take().map(|turn| turn.item);
                let item = item.unwrap_or_else(|| self.new_item_id());
                self.commit(&item, pcm, true);
                match text {
                    Some(text) => self.on_recognized(&item, text.map_err(|error| error.to_string())),
                    None => self.hearing.wordless.push((start_ms, item)),
                }
            }
            EarEvent::TurnText { start_ms, text } => {
                if let Some(at) = self.hearing.wordless.iter().position(|(start, _)| *start == start_ms) {
                    let (_, item) = self.hearing.wordless.remove(at);
                    self.on_recognized(&item, text.map_err(|error| error.to_string()));
                }
            }
        }
    }

    fn on_speech_started(&mut self, at_ms: u64) {
        let item_id = self.new_item_id();
        self.hearing.speaking = Some(Speaking { item: item_id.clone(), told: String::new() });
        self.hearing.idle_from_ms = None;
        self.tell_all(InputAudioBufferSpeechStarted { audio_start_ms: at_ms, item_id, ..Default::default() });
        if self.setup.settings.interrupts() {
            self.interrupt();
        }
    }

    /// Tells what is new in the words so far. Deltas only append, so a word is told when the next one is there.
    fn on_partial(&mut self, text: &str) {
        let is_transcribing = self.setup.settings.is_transcribing();
        let Some(turn) = self.hearing.speaking.as_mut().filter(|_| is_transcribing) else { return };
        let told = turn.told.split_whitespace().count();
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some(fresh) = words.get(told..words.len().saturating_sub(1)).filter(|fresh| !fresh.is_empty()) else {
            return;
        };
        let delta = format!(" {}", fresh.join(" "));
        turn.told.push_str(&delta);
        let event = InputAudioTranscriptionDelta {
            item_id: turn.item.clone(),
            content_index: Some(0),
            delta: Some(delta),
            ..Default::default()
        };
        self.tell_all(event);
    }

    /// Makes a turn an item. One that the ear found is answered if the session wants that, one committed by hand is not.
    fn commit(&mut self, item_id: &str, sound: Arc<[f32]>, is_found: bool) {
        self.hearing.buffer.clear();
        let content = Content { kind: ContentKind::InputAudio, transcript: Some(None), ..Default::default() };
        let item = Item {
            id: Some(item_id.into()),
            status: Some(ItemStatus::Completed),
            role: Some(Role::User),
            content: Some(vec![content]),
            ..Default::default()
        };
        let previous_item_id = self.conversation.push_spoken(item.clone(), sound);
        let committed = InputAudioBufferCommitted {
            previous_item_id: previous_item_id.clone(),
            item_id: item_id.into(),
            ..Default::default()
        };
        self.tell_all(committed);
        let added = ConversationItemAdded {
            previous_item_id: previous_item_id.clone(),
            item: item.clone(),
            ..Default::default()
        };
        self.tell_all(added);
        self.tell_all(ConversationItemDone { previous_item_id, item, ..Default::default() });
        if is_found && self.setup.settings.creates_responses() && self.active_response().is_none() {
            self.start_response(ResponseParams::default());
        }
    }

    /// `input_audio_buffer.commit`: the ear ends its turn if somebody speaks, else the buffer becomes one.
    pub(super) fn commit_by_hand(&mut self) -> Result<(), ErrorDetail> {
        if self.hearing.speaking.is_some() {
            self.outputs.push_back(Output::EndTurn);
            return Ok(());
        }
        let held_ms = self.hearing.buffer.len() / PER_MS;
        if held_ms < MIN_COMMIT_MS {
            let message = format!(
                "Error committing input audio buffer: buffer too small. Expected at least {MIN_COMMIT_MS}ms of audio, but \
                 buffer only has {held_ms}.00ms of audio."
            );
            return Err(ErrorDetail::invalid("input_audio_buffer_commit_empty", message, None));
        }
        let sound: Arc<[f32]> = std::mem::take(&mut self.hearing.buffer).into();
        let item = self.new_item_id();
        self.outputs.push_back(Output::ForgetTurn);
        self.commit(&item, Arc::clone(&sound), false);
        if self.setup.settings.is_transcribing() || self.setup.has_model {
            self.outputs.push_back(Output::Recognize { item, sound });
        }
        Ok(())
    }

    /// The words of an item are known: it ends in exactly one of `completed` and `failed`.
    pub(super) fn on_recognized(&mut self, item: &str, text: Result<String, String>) {
        let Some(entry) = self.conversation.get_mut(item) else { return };
        entry.words = text.as_ref().map_or(Words::Lost, |text| Words::Known(text.clone()));
        if !self.setup.settings.is_transcribing() {
            return;
        }
        let item_id = item.to_owned();
        match text {
            Ok(transcript) => {
                let seconds = entry.audio_ms.unwrap_or_default().div_ceil(1000);
                if let Some(content) = entry.item.content.iter_mut().flatten().next() {
                    content.transcript = Some(Some(transcript.clone()));
                }
                let usage =
                    TranscriptionUsage { kind: "duration".into(), seconds: Some(seconds.into()), ..Default::default() };
                self.tell_all(InputAudioTranscriptionCompleted {
                    item_id,
                    content_index: 0,
                    transcript,
                    usage: Some(usage),
                    ..Default::default()
                });
            }
            Err(why) => {
                tracing::warn!(item = %item_id, why, "a turn was not recognized");
                let error = ErrorDetail::server(format!("Input transcription failed for item '{item_id}'."));
                self.tell_all(InputAudioTranscriptionFailed { item_id, content_index: 0, error, ..Default::default() });
            }
        }
    }

    /// When a silent person is prompted, if the session asks for that.
    pub(super) fn idle_at_ms(&self) -> Option<u64> {
        let timeout_ms = self.setup.settings.turn_detection()?.idle_timeout_ms.flatten()?;
        let is_quiet = self.hearing.speaking.is_none() && self.runs.is_empty() && !self.is_speaking;
        self.hearing.idle_from_ms.filter(|_| is_quiet).map(|from| from + u64::from(timeout_ms))
    }

    /// Nobody spoke for the idle timeout: an empty turn, and a response.
    pub(super) fn on_idle(&mut self) {
        let from = self.hearing.idle_from_ms.take().unwrap_or(self.now_ms);
        let item_id = self.new_item_id();
        let audio_end_ms = self.hearing.heard_ms();
        let audio_start_ms = audio_end_ms.saturating_sub(self.now_ms - from);
        self.tell_all(InputAudioBufferTimeoutTriggered {
            audio_start_ms,
            audio_end_ms,
            item_id: item_id.clone(),
            ..Default::default()
        });
        self.commit(&item_id, Arc::from([]), true);
        self.on_recognized(&item_id, Ok(String::new()));
    }
}
