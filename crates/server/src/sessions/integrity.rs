//! The candidate cannot take over the call. A page that talks directly with the provider can send any event of the
//! protocol on its data channel; whatever we did not cause is seen here, undone, noted, and never becomes transcript.
//! Sans-IO.

mod settings;
mod subject;

use std::collections::{HashMap, HashSet};

use realtime_api::{
    ClientEvent, Item, Response, ResponseStatus, ServerEvent, Session,
    client::{ConversationItemDelete, OutputAudioBufferClear, ResponseCancel, SessionUpdate},
    session::Modality,
};
use serde_json::Value;
use settings::settings;
pub use subject::MARKS;
use subject::{is_made_by_provider, mark, subject};

/// A session that was restored so often in a row without effect is left alone: the provider insists.
const RESTORE_TRIES: u32 = 3;

/// What to do with an event.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// Ours, or the candidate's voice.
    Ours,
    /// Not ours and harmless to the transcript: it is noted and taken as it is.
    Noted(&'static str),
    /// Not ours: it is noted and undone, and nobody else sees it.
    Foreign(&'static str, Vec<ClientEvent>),
    /// Part of something foreign that was noted already.
    Hidden,
    /// The same, and it is undone.
    Undone(Vec<ClientEvent>),
}

/// What is ours on one leg.
#[derive(Debug, Default)]
pub struct Guard {
    /// The session as it was when our configuration came into force.
    baseline: Option<Value>,
    restores: u32,
    foreign: HashSet<String>,
    /// Items of our responses, and turns that the provider cut from the candidate's voice.
    own_items: HashSet<String>,
    /// Items that we removed ourselves.
    removed: HashSet<String>,
    /// Responses that we asked for and that have not begun, by their mark.
    asked: HashMap<String, u32>,
    /// One of our responses is being made.
    is_responding: bool,
    /// The turn that is being spoken, and whether the provider itself found its end.
    speech: Option<String>,
    has_stopped: bool,
    /// We end the turn that is being spoken.
    is_committing: bool,
    /// What was being said was cut: the word on how much was heard follows.
    is_cut: bool,
    /// The response whose silencing was noted.
    silenced: String,
    /// The channel was away: what the candidate said may turn up without its beginning.
    is_blind: bool,
    /// We stopped the voice ourselves.
    is_stopping: bool,
}

impl Guard {
    /// Takes note of what we send.
    pub fn sent(&mut self, event: &ClientEvent) {
        match event {
            ClientEvent::ConversationItemCreate(e) => drop(self.own_items.insert(e.item.id().to_owned())),
            ClientEvent::ConversationItemDelete(e) => drop(self.removed.insert(e.item_id.clone())),
            ClientEvent::ResponseCancel(_) | ClientEvent::OutputAudioBufferClear(_) => self.is_stopping = true,
            ClientEvent::InputAudioBufferCommit(_) => self.is_committing = true,
            ClientEvent::ResponseCreate(e) => {
                self.is_stopping = false;
                let metadata = e.response.as_ref().and_then(|response| response.metadata.as_ref()?.as_ref());
                if let Some(mark) = metadata.and_then(mark) {
                    *self.asked.entry(mark).or_default() += 1;
                }
            }
            _ => {}
        }
    }

    /// The channel was away, or what was missed is known again.
    pub fn blind(&mut self, is_blind: bool) {
        self.is_blind = is_blind;
    }

    /// Judges an event.
    pub fn judge(&mut self, event: &ServerEvent) -> Verdict {
        match event {
            ServerEvent::SessionUpdated(e) => self.session(&e.session),
            ServerEvent::ResponseCreated(e) => self.response(&e.response),
            ServerEvent::ResponseOutputItemAdded(e) if self.foreign.contains(&e.response_id) => {
                self.foreign.insert(e.item.id().to_owned());
                Verdict::Hidden
            }
            ServerEvent::ResponseOutputItemAdded(e) => {
                self.own_items.insert(e.item.id().to_owned());
                Verdict::Ours
            }
            ServerEvent::InputAudioBufferSpeechStarted(e) => {
                (self.speech, self.has_stopped) = (Some(e.item_id.clone()), false);
                self.own_items.insert(e.item_id.clone());
                Verdict::Ours
            }
            ServerEvent::InputAudioBufferSpeechStopped(_) => {
                self.has_stopped = true;
                Verdict::Ours
            }
            ServerEvent::InputAudioBufferCommitted(e) => self.committed(&e.item_id),
            ServerEvent::InputAudioBufferCleared(_) => Verdict::Noted(match self.speech.take() {
                Some(_) => "What was being said was thrown away.",
                None => "Sound in which nobody spoke was thrown away.",
            }),
            ServerEvent::ConversationItemAdded(e) => self.item(&e.item),
            ServerEvent::ConversationItemDeleted(e) if self.removed.remove(&e.item_id) => Verdict::Hidden,
            ServerEvent::ConversationItemDeleted(e) if self.foreign.contains(&e.item_id) => Verdict::Hidden,
            // The words are in our transcript, or follow; only the provider's memory of them is gone.
            ServerEvent::ConversationItemDeleted(_) => {
                Verdict::Noted("Something that was said was removed from the call's memory.")
            }
            ServerEvent::OutputAudioBufferStarted(e) if !self.foreign.contains(&e.response_id) => {
                self.is_cut = false;
                Verdict::Ours
            }
            ServerEvent::OutputAudioBufferCleared(e) if !self.foreign.contains(&e.response_id) => {
                self.is_cut = true;
                if self.may_cut() { Verdict::Ours } else { self.silenced(&e.response_id) }
            }
            ServerEvent::ConversationItemTruncated(e) if !self.foreign.contains(&e.item_id) => {
                if std::mem::take(&mut self.is_cut) || self.may_cut() || self.is_blind {
                    return Verdict::Ours;
                }
                Verdict::Foreign("What the interviewer said was shortened in the call's memory.", Vec::new())
            }
            ServerEvent::ResponseDone(e) if !self.foreign.contains(&e.response.id) => {
                self.is_responding = false;
                let is_cut = e.response.status == ResponseStatus::Cancelled;
                let by_client = e
                    .response
                    .status_details
                    .as_ref()
                    .is_some_and(|details| details.reason.as_deref() == Some("client_cancelled"));
                if is_cut && by_client && !self.is_stopping { self.silenced(&e.response.id) } else { Verdict::Ours }
            }
            other if self.is_of_foreign(other) => Verdict::Hidden,
            _ => Verdict::Ours,
        }
    }

    /// Ours is a response with the mark of one that we asked for.
    fn response(&mut self, response: &Response) -> Verdict {
        if let Some(mark) = response.metadata.as_ref().and_then(mark) {
            let asked = self.asked.get_mut(&mark).filter(|times| **times > 0);
            if asked.map(|times| *times -= 1).is_some() || self.is_blind {
                self.is_responding = true;
                return Verdict::Ours;
            }
        }
        self.foreign.insert(response.id.clone());
        let cancel = ResponseCancel { response_id: Some(response.id.clone()), ..ResponseCancel::default() };
        let mut revert = vec![ClientEvent::from(cancel)];
        // One that only writes plays nothing: stopping the voice would stop ours.
        if response.output_modalities.as_deref() != Some(&[Modality::Text]) {
            revert.push(ClientEvent::from(OutputAudioBufferClear::default()));
        }
        Verdict::Foreign("The interviewer was made to say something.", revert)
    }

    /// A turn became an item. The provider finds its end before that; who commits by hand does not wait for it.
    fn committed(&mut self, item: &str) -> Verdict {
        self.own_items.insert(item.to_owned());
        let was_open = self.speech.is_some();
        self.speech.take_if(|open| open == item);
        let has_stopped = std::mem::take(&mut self.has_stopped);
        if std::mem::take(&mut self.is_committing) || has_stopped || self.is_blind {
            return Verdict::Ours;
        }
        Verdict::Noted(if was_open {
            "What was being said was cut into two answers."
        } else {
            "Sound in which nobody spoke was handed in as an answer."
        })
    }

    /// Whether the voice may fall silent: somebody speaks, or we stopped it.
    fn may_cut(&self) -> bool {
        self.speech.is_some() || self.is_stopping
    }

    /// The voice fell silent, for no reason of ours.
    fn silenced(&mut self, response: &str) -> Verdict {
        if self.silenced == response {
            return Verdict::Ours;
        }
        response.clone_into(&mut self.silenced);
        Verdict::Noted("The interviewer was silenced.")
    }

    fn session(&mut self, session: &Session) -> Verdict {
        let now = settings(session);
        let Some(baseline) = &self.baseline else {
            self.baseline = Some(now);
            return Verdict::Ours;
        };
        if *baseline == now {
            self.restores = 0;
            return Verdict::Ours;
        }
        self.restores += 1;
        let restore: Option<Session> = serde_json::from_value(baseline.clone()).ok();
        let update = restore.filter(|_| self.restores <= RESTORE_TRIES).map(|session| {
            let update = SessionUpdate { event_id: "restore".to_owned(), session, ..SessionUpdate::default() };
            ClientEvent::from(update)
        });
        Verdict::Foreign("The interviewer's settings were changed.", update.into_iter().collect())
    }

    fn item(&mut self, item: &Item) -> Verdict {
        if self.own_items.contains(item.id()) {
            return Verdict::Ours;
        }
        if self.foreign.contains(item.id()) {
            return Verdict::Undone(vec![removal(item.id())]);
        }
        if is_made_by_provider(item, self.is_responding, self.is_blind) {
            return Verdict::Ours;
        }
        self.foreign.insert(item.id().to_owned());
        Verdict::Foreign("Something was written into the call's memory.", vec![removal(item.id())])
    }

    fn is_of_foreign(&self, event: &ServerEvent) -> bool {
        subject(event).is_some_and(|id| self.foreign.contains(id))
    }
}

fn removal(item: &str) -> ClientEvent {
    ConversationItemDelete { item_id: item.to_owned(), ..ConversationItemDelete::default() }.into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
