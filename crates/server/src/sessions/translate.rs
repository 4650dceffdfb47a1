//! Between the provider's words and the domain's, for one leg: events become inputs, captions and bookkeeping of what
//! is still owed. Vendor names end here. Sans-IO.

use std::collections::{BTreeMap, BTreeSet};

use interview::{Input, Speaker, Timestamp};
use realtime_api::{ClientEvent, Content, ContentKind, Item, Role, ServerEvent, client::InputAudioBufferCommit};

use super::utterances::Utterances;

/// What the worker does with a translated event.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// For the interview.
    Input(Input),
    /// For the screens, never stored.
    Caption(Caption),
    /// For the provider.
    Send(ClientEvent),
}

/// Words that may still change.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Caption {
    /// Who says them.
    pub speaker: Speaker,
    /// The provider's item.
    pub item: String,
    /// All words of the item so far.
    pub text: String,
}

/// The state of one leg's control channel.
#[derive(Debug, Default)]
pub struct Translator {
    /// What the interviewer says.
    pub utterances: Utterances,
    captions: BTreeMap<String, String>,
    /// What was heard of turns whose sound was then thrown away.
    thrown: BTreeMap<String, String>,
    /// Answers that were committed and have no final word yet.
    owed: BTreeSet<String>,
    /// Answers that got their final word; a second one changes nothing.
    settled: BTreeSet<String>,
    /// Speech that is not committed yet.
    open: Option<String>,
    /// Speech whose place among the others is known.
    placed: BTreeSet<String>,
    /// When the channel was last away.
    away: Option<Away>,
    heard_at: Option<Timestamp>,
}

/// A time in which nothing was heard.
#[derive(Debug, Clone, Copy)]
struct Away {
    from: Timestamp,
    to: Timestamp,
}

impl Translator {
    /// Translates one event of the provider.
    pub fn event(&mut self, now: Timestamp, event: &ServerEvent) -> Vec<Effect> {
        let mut out = Vec::new();
        self.utterances.event(now, event, &mut out);
        self.place(now, event, &mut out);
        self.heard(now);
        match event {
            ServerEvent::InputAudioBufferSpeechStarted(e) => {
                self.open = Some(e.item_id.clone());
                out.push(Effect::Input(Input::SpeechStarted { item: e.item_id.clone() }));
            }
            ServerEvent::InputAudioBufferSpeechStopped(e) => {
                out.push(Effect::Input(Input::SpeechStopped { item: e.item_id.clone() }));
            }
            ServerEvent::InputAudioBufferCommitted(e) => self.committed(&e.item_id),
            ServerEvent::InputAudioBufferCleared(_) => {
                if let Some(item) = self.open.take() {
                    // The provider may go on with the turn: its words are then the rest.
                    self.thrown.extend(self.captions.remove(&item).map(|words| (item.clone(), words)));
                    out.push(Effect::Input(Input::AnswerFailed { item }));
                }
            }
            // Words of an item that is gone never come.
            ServerEvent::ConversationItemDeleted(e) if self.owed.contains(&e.item_id) => {
                self.settle(&e.item_id);
                out.push(Effect::Input(Input::AnswerFailed { item: e.item_id.clone() }));
            }
            ServerEvent::InputAudioTranscriptionDelta(e) => {
                if let Some(delta) = e.delta.as_deref().filter(|_| !self.settled.contains(&e.item_id)) {
                    let text = self.grow(&e.item_id, delta);
                    out.push(Effect::Input(Input::AnswerDelta { item: e.item_id.clone(), text: text.clone() }));
                    out.push(Effect::Caption(Caption { speaker: Speaker::Candidate, item: e.item_id.clone(), text }));
                }
            }
            ServerEvent::InputAudioTranscriptionCompleted(e) => {
                self.settle(&e.item_id);
                let begun = self.thrown.get(&e.item_id).map_or("", |words| words.trim());
                let text = format!("{begun} {}", e.transcript.trim()).trim().to_owned();
                out.push(Effect::Input(Input::AnswerFinal { item: e.item_id.clone(), text }));
            }
            ServerEvent::InputAudioTranscriptionFailed(e) => {
                self.settle(&e.item_id);
                out.push(Effect::Input(Input::AnswerFailed { item: e.item_id.clone() }));
            }
            ServerEvent::ConversationItemAdded(e) if is_speech(&e.item) => self.item(&e.item, &mut out),
            ServerEvent::ConversationItemRetrieved(e) if is_speech(&e.item) => self.item(&e.item, &mut out),
            _ => {}
        }
        out
    }

    /// The channel was heard until now, at least.
    pub fn heard(&mut self, now: Timestamp) {
        self.heard_at = self.heard_at.max(Some(now));
    }

    /// Nothing was heard since then, and now the channel is open again.
    pub fn was_away(&mut self, now: Timestamp) {
        self.away = Some(Away { from: self.heard_at.unwrap_or(now), to: now });
    }

    /// When [`Translator::tick`] has something to do.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.utterances.deadline()
    }

    /// Acts on time that has passed.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut out = Vec::new();
        self.utterances.tick(now, &mut out);
        out
    }

    /// Makes the provider take the words being spoken right now as an answer, so that an end in the middle of a
    /// sentence loses nothing.
    pub fn commit_open_speech(&mut self) -> Option<ClientEvent> {
        self.open.as_ref()?;
        Some(ClientEvent::from(InputAudioBufferCommit::default()))
    }

    /// Answers to ask the provider about, after it could not be heard for a while.
    pub fn doubtful(&self) -> impl Iterator<Item = &str> {
        self.owed().chain(self.open.as_deref())
    }

    /// Whether speech is going on that is not an answer yet.
    pub fn is_speech_open(&self) -> bool {
        self.open.is_some()
    }

    /// Committed answers whose words have not arrived.
    pub fn owed(&self) -> impl Iterator<Item = &str> {
        self.owed.iter().map(String::as_str)
    }

    /// Finds the place of speech of which the first news comes after its beginning: what is found in the conversation was said
    /// while the channel was away, and what only has words, before that.
    fn place(&mut self, now: Timestamp, event: &ServerEvent, out: &mut Vec<Effect>) {
        let Some(item) = speech_of(event).filter(|item| !self.placed.contains(*item)) else { return };
        self.placed.insert(item.to_owned());
        let Some(Away { from, to }) = self.away else { return };
        let (from, to) = match event {
            ServerEvent::InputAudioBufferSpeechStarted(_) => return,
            ServerEvent::InputAudioBufferSpeechStopped(_) | ServerEvent::InputAudioBufferCommitted(_) => (to, now),
            ServerEvent::ConversationItemAdded(_) | ServerEvent::ConversationItemRetrieved(_) => (from.plus_ms(1), to),
            _ => (from, to),
        };
        out.push(Effect::Input(Input::SpeechMissed { item: item.to_owned(), from, to }));
    }

    /// An answer as the conversation holds it: with its words, or still owing them.
    fn item(&mut self, item: &Item, out: &mut Vec<Effect>) {
        if self.settled.contains(item.id()) {
            return;
        }
        self.committed(item.id());
        let text = item.text().trim().to_owned();
        if !text.is_empty() {
            self.settle(item.id());
            out.push(Effect::Input(Input::AnswerFinal { item: item.id().to_owned(), text }));
        }
    }

    fn committed(&mut self, item: &str) {
        self.open.take_if(|open| open == item);
        if !self.settled.contains(item) {
            self.owed.insert(item.to_owned());
        }
    }

    fn settle(&mut self, item: &str) {
        self.owed.remove(item);
        self.captions.remove(item);
        self.settled.insert(item.to_owned());
    }

    fn grow(&mut self, item: &str, delta: &str) -> String {
        let text = self.captions.entry(item.to_owned()).or_default();
        text.push_str(delta);
        text.trim().to_owned()
    }
}

/// The speech that an event is about.
fn speech_of(event: &ServerEvent) -> Option<&str> {
    match event {
        ServerEvent::InputAudioBufferSpeechStarted(e) => Some(&e.item_id),
        ServerEvent::InputAudioBufferSpeechStopped(e) => Some(&e.item_id),
        ServerEvent::InputAudioBufferCommitted(e) => Some(&e.item_id),
        ServerEvent::InputAudioTranscriptionCompleted(e) => Some(&e.item_id),
        ServerEvent::InputAudioTranscriptionFailed(e) => Some(&e.item_id),
        ServerEvent::ConversationItemAdded(e) if is_speech(&e.item) => Some(e.item.id()),
        ServerEvent::ConversationItemRetrieved(e) if is_speech(&e.item) => Some(e.item.id()),
        _ => None,
    }
}

/// Whether an item is something the candidate said aloud; what a page writes into the conversation is not.
fn is_speech(item: &Item) -> bool {
    let is_audio = |content: &Content| content.kind == ContentKind::InputAudio;
    item.role == Some(Role::User) && item.content.as_ref().is_some_and(|parts| parts.iter().all(is_audio))
}

/// Whether an event is kept in the log as the provider sent it: everything that carries words, order or playback, but
/// not the pieces that a later event repeats whole.
pub fn is_kept(event: &ServerEvent) -> bool {
    !matches!(
        event,
        ServerEvent::InputAudioTranscriptionDelta(_)
            | ServerEvent::ResponseOutputAudioTranscriptDelta(_)
            | ServerEvent::ResponseOutputAudioDelta(_)
            | ServerEvent::ResponseOutputTextDelta(_)
            | ServerEvent::ResponseContentPartAdded(_)
            | ServerEvent::ResponseContentPartDone(_)
            | ServerEvent::ResponseOutputItemDone(_)
            | ServerEvent::ResponseOutputAudioDone(_)
            | ServerEvent::ConversationItemRetrieved(_)
            | ServerEvent::RateLimitsUpdated(_)
            | ServerEvent::SessionCreated(_)
    )
}

/// The conversation item that an event is about.
pub fn item_of(event: &ServerEvent) -> Option<&str> {
    Some(match event {
        ServerEvent::ConversationItemAdded(e) => e.item.id(),
        ServerEvent::ConversationItemDone(e) => e.item.id(),
        ServerEvent::ConversationItemTruncated(e) => &e.item_id,
        ServerEvent::ConversationItemDeleted(e) => &e.item_id,
        ServerEvent::InputAudioTranscriptionCompleted(e) => &e.item_id,
        ServerEvent::InputAudioTranscriptionFailed(e) => &e.item_id,
        ServerEvent::InputAudioBufferSpeechStarted(e) => &e.item_id,
        ServerEvent::InputAudioBufferSpeechStopped(e) => &e.item_id,
        ServerEvent::InputAudioBufferCommitted(e) => &e.item_id,
        _ => return None,
    })
}
