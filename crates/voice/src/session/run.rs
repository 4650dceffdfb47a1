//! One response while it lives: how far it is, and how its item looks.

use realtime_api::session::Modality;
use realtime_api::{Content, ContentKind, Item, ItemKind, ItemStatus, Response, Role};

use crate::media::PlayId;

/// How far a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its clip is being made.
    Rendering,
    /// Its clip waits for its first frame.
    Queued,
    /// It is done for the client, and can be heard.
    Playing,
}

/// A response that is not over.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) play: PlayId,
    pub(super) response: Response,
    pub(super) item: String,
    pub(super) text: String,
    pub(super) stage: Stage,
    pub(super) clip_ms: u64,
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
        self.stage != Stage::Playing
    }

    pub(super) fn is_text(&self) -> bool {
        self.response.output_modalities.as_ref().is_some_and(|kinds| kinds.contains(&Modality::Text))
    }

    /// The item as it is with this status and, if it came that far, its text.
    pub(super) fn item(&self, status: ItemStatus, has_text: bool) -> Item {
        let content = match (has_text, self.is_text()) {
            (false, _) => Vec::new(),
            (true, true) => {
                let text = Some(self.text.clone());
                vec![Content { kind: ContentKind::OutputText, text, ..Default::default() }]
            }
            (true, false) => {
                let transcript = Some(Some(self.text.clone()));
                vec![Content { kind: ContentKind::OutputAudio, transcript, ..Default::default() }]
            }
        };
        Item {
            id: Some(self.item.clone()),
            kind: ItemKind::Message,
            status: Some(status),
            role: Some(Role::Assistant),
            content: Some(content),
            ..Default::default()
        }
    }

    pub(super) fn part(&self, text: &str) -> Content {
        if self.is_text() {
            Content { kind: ContentKind::Text, text: Some(text.into()), ..Default::default() }
        } else {
            Content { kind: ContentKind::Audio, transcript: Some(Some(text.into())), ..Default::default() }
        }
    }
}
