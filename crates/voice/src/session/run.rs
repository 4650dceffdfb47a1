//! One response while it lives: how far it is, what is heard of it, and how its items look.

use std::sync::Arc;

use realtime_api::session::Modality;
use realtime_api::{Content, ContentKind, Item, ItemKind, ItemStatus, Response, Role};

use super::thinking::Thinking;
use crate::media::PlayId;
use crate::speech::Clip;
use crate::think::Tokens;

/// Names a response between the session and what makes its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// A part of what is said, rendered and played as one clip: a given text, or a sentence of the model's.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) play: PlayId,
    pub(super) text: String,
    pub(super) sound: Sound,
    /// Length of its clip, once there is one.
    pub(super) clip_ms: u64,
}

/// How far the sound of a part is.
#[derive(Debug)]
pub(super) enum Sound {
    /// Nobody makes it yet.
    Wanted,
    /// It is being made.
    Rendering,
    /// It is made, and an earlier part is not.
    Ready(Arc<Clip>),
    /// It plays, or waits for that.
    Mouth,
    /// So many milliseconds of it were played (or sent, on a WebSocket), and no more will be.
    Heard(u64),
}

/// A function call that the model makes.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) item: String,
    pub(super) call_id: String,
    pub(super) name: String,
    pub(super) arguments: String,
}

/// How the words of a response came to their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// They are all there.
    Whole,
    /// They were cut, for this reason.
    Cut(&'static str),
}

/// A response that is not over.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: RunId,
    pub(super) response: Response,
    pub(super) voice: &'static str,
    /// Its message's item.
    pub(super) item: String,
    /// Whether the message has been told of: a response of calls alone has none.
    pub(super) has_message: bool,
    pub(super) text: String,
    pub(super) parts: Vec<Part>,
    pub(super) calls: Vec<Call>,
    pub(super) tokens: Tokens,
    /// Of a response that a model makes up.
    pub(super) thinking: Option<Thinking>,
    /// `None`: more words may come.
    pub(super) end: Option<End>,
    /// Whether `response.done` was told; it may play on.
    pub(super) is_done: bool,
    /// Whether something of it has been heard.
    pub(super) has_started: bool,
    /// Why it is being stopped.
    pub(super) stopped_by: Option<&'static str>,
}

impl Run {
    pub(super) fn id(&self) -> &str {
        &self.response.id
    }

    pub(super) fn is_in_conversation(&self) -> bool {
        self.response.conversation_id.is_some()
    }

    pub(super) fn is_generating(&self) -> bool {
        !self.is_done
    }

    pub(super) fn is_text(&self) -> bool {
        self.response.output_modalities.as_ref().is_some_and(|kinds| kinds.contains(&Modality::Text))
    }

    pub(super) fn part_mut(&mut self, play: PlayId) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.play == play)
    }

    pub(super) fn is_in_mouth(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.sound, Sound::Mouth))
    }

    /// Whether every part has its sound and has been handed on.
    pub(super) fn is_voiced(&self) -> bool {
        self.parts.iter().all(|part| matches!(part.sound, Sound::Mouth | Sound::Heard(_)))
    }

    /// Nothing more is to be said: only what already plays, or waits for that, stays.
    pub(super) fn forget_unspoken(&mut self) {
        self.parts.retain(|part| matches!(part.sound, Sound::Mouth | Sound::Heard(_)));
    }

    /// Milliseconds that were heard of it.
    pub(super) fn heard_ms(&self) -> u64 {
        self.parts.iter().map(|part| if let Sound::Heard(ms) = part.sound { ms } else { 0 }).sum()
    }

    /// Milliseconds of its clips.
    pub(super) fn clip_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.clip_ms).sum()
    }

    /// The words that were heard: whole parts, and of one that was cut as many words as fit into its time.
    pub(super) fn heard_text(&self) -> String {
        let heard = self.parts.iter().map(|part| match part.sound {
            Sound::Heard(ms) => words_until(&part.text, ms, part.clip_ms),
            _ => "",
        });
        heard.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The words of the parts that are still there.
    pub(super) fn spoken_text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The message with this status and text; without a text it has just begun.
    pub(super) fn message(&self, status: ItemStatus, text: Option<&str>) -> Item {
        let content = text.map(|text| match self.is_text() {
            true => Content { kind: ContentKind::OutputText, text: Some(text.into()), ..Default::default() },
            false => {
                Content { kind: ContentKind::OutputAudio, transcript: Some(Some(text.into())), ..Default::default() }
            }
        });
        Item {
            id: Some(self.item.clone()),
            kind: ItemKind::Message,
            status: Some(status),
            role: Some(Role::Assistant),
            content: Some(content.into_iter().collect()),
            ..Default::default()
        }
    }

    pub(super) fn content_part(&self, text: &str) -> Content {
        if self.is_text() {
            Content { kind: ContentKind::Text, text: Some(text.into()), ..Default::default() }
        } else {
            Content { kind: ContentKind::Audio, transcript: Some(Some(text.into())), ..Default::default() }
        }
    }
}

impl Call {
    /// The call as an item.
    pub(super) fn item(&self, status: ItemStatus, arguments: &str) -> Item {
        Item {
            id: Some(self.item.clone()),
            kind: ItemKind::FunctionCall,
            status: Some(status),
            call_id: Some(self.call_id.clone()),
            name: Some(self.name.clone()),
            arguments: Some(arguments.into()),
            ..Default::default()
        }
    }
}

/// The words of `text` that are spoken in `ms` of `whole_ms`, by proportion.
pub(super) fn words_until(text: &str, ms: u64, whole_ms: u64) -> &str {
    if ms >= whole_ms {
        return text;
    }
    let letters = usize::try_from(text.chars().count() as u64 * ms / whole_ms).unwrap_or(usize::MAX);
    let at = text.char_indices().nth(letters).map_or(text.len(), |(at, _)| at);
    if text[at..].starts_with(char::is_whitespace) {
        return text[..at].trim_end();
    }
    text[..at].rfind(char::is_whitespace).map_or("", |space| text[..space].trim_end())
}
