//! What is heard of the responses: playback, its end, and its cut.

use realtime_api::ErrorDetail;
use realtime_api::server::{
    ConversationItemTruncated, OutputAudioBufferCleared, OutputAudioBufferStarted, OutputAudioBufferStopped,
};

use super::run::{Run, RunId, Sound};
use super::shape::invalid;
use super::{Core, Output};
use crate::media::PlayId;

impl Core {
    fn run_of(&self, play: PlayId) -> Option<RunId> {
        self.runs.iter().find(|run| run.parts.iter().any(|part| part.play == play)).map(|run| run.id)
    }

    pub(super) fn on_playback_started(&mut self, play: PlayId) {
        let Some(id) = self.run_of(play) else { return };
        self.with_run(id, |core, run| {
            if !std::mem::replace(&mut run.has_started, true) {
                let response_id = run.response.id.clone();
                core.set_speaking(true);
                core.tell_all(OutputAudioBufferStarted { response_id, ..Default::default() });
            }
        });
        self.advance(id);
    }

    pub(super) fn on_playback_ended(&mut self, play: PlayId) {
        let Some(id) = self.run_of(play) else { return };
        let is_cut = self.with_run(id, |_, run| {
            if let Some(part) = run.part_mut(play) {
                part.sound = Sound::Heard(part.clip_ms);
            }
            // Stopped in the moment in which it ended anyway: only what was to follow is cut.
            run.stopped_by.is_some() && !run.is_in_mouth() && !run.is_done
        });
        if is_cut == Some(true) { self.conclude(id) } else { self.close_if_quiet(id) }
    }

    /// A clip was cut: what had been heard of its response is told, or, if nothing was, that it came to nothing.
    pub(super) fn on_playback_stopped(&mut self, play: PlayId, played_ms: u64) {
        let Some(id) = self.run_of(play) else { return };
        self.with_run(id, |_, run| {
            if let Some(part) = run.part_mut(play) {
                part.sound = Sound::Heard(played_ms.min(part.clip_ms));
            }
        });
        self.stop_run(id, "client_cancelled");
    }

    /// Ends playback of a response that is done and has nothing more to play.
    pub(super) fn close_if_quiet(&mut self, id: RunId) {
        let plays = self.plays();
        let is_over = |run: &Run| run.id == id && run.is_done && !(plays && run.is_in_mouth());
        let Some(at) = self.runs.iter().position(is_over) else { return };
        let run = self.runs.remove(at);
        if run.has_started {
            self.tell_all(OutputAudioBufferStopped { response_id: run.response.id, ..Default::default() });
            self.on_quieter();
        }
    }

    fn on_quieter(&mut self) {
        if !self.runs.iter().any(|run| run.has_started) {
            self.set_speaking(false);
            self.hearing.idle_from_ms = Some(self.now_ms);
        }
    }

    /// Nothing more of a response is made; it is over once nothing of it is in the mouth.
    fn stop_run(&mut self, id: RunId, why: &'static str) {
        let is_quiet = self.with_run(id, |core, run| {
            run.stopped_by.get_or_insert(why);
            run.forget_unspoken();
            core.stop_thinking(run);
            !run.is_in_mouth()
        });
        if is_quiet == Some(true) {
            self.conclude(id);
        }
    }

    /// The end of a response that was stopped, once it is known how much of it was heard.
    fn conclude(&mut self, id: RunId) {
        let Some(at) = self.runs.iter().position(|run| run.id == id) else { return };
        let mut run = self.runs.remove(at);
        // On a socket the client plays: what was sent counts until it says otherwise.
        let words = if self.plays() && !run.has_started { String::new() } else { run.heard_text() };
        if run.has_started {
            self.tell_all(OutputAudioBufferCleared { response_id: run.response.id.clone(), ..Default::default() });
            let audio_end_ms = run.heard_ms();
            if run.is_in_conversation() && self.conversation.get(&run.item).is_some() {
                self.conversation.truncate(&run.item, audio_end_ms, words.clone());
                let item_id = run.item.clone();
                self.tell_all(ConversationItemTruncated { item_id, audio_end_ms, ..Default::default() });
            }
        }
        if !run.is_done {
            let why = run.stopped_by.unwrap_or("client_cancelled");
            self.cancel_run(&mut run, why, &words);
        }
        if self.plays() {
            self.on_quieter();
        }
    }

    /// The person speaks: what is being made is cancelled, what plays is stopped.
    pub(super) fn interrupt(&mut self) {
        self.stop_playback();
        for id in self.run_ids(|_| true) {
            self.stop_run(id, "turn_detected");
        }
    }

    /// `output_audio_buffer.clear`.
    pub(super) fn clear_playback(&mut self) -> Result<(), ErrorDetail> {
        if !self.plays() {
            return Err(invalid(
                "type",
                "On a WebSocket the client plays the sound itself: there is nothing to clear.",
            ));
        }
        self.stop_playback();
        for id in self.run_ids(|run| run.has_started || run.is_in_mouth()) {
            self.stop_run(id, "client_cancelled");
        }
        Ok(())
    }

    fn run_ids(&self, wanted: impl Fn(&Run) -> bool) -> Vec<RunId> {
        self.runs.iter().filter(|run| wanted(run)).map(|run| run.id).collect()
    }

    fn stop_playback(&mut self) {
        if self.runs.iter().any(Run::is_in_mouth) {
            self.outputs.push_back(Output::StopPlayback);
        }
    }

    /// Cancels a response that is still being generated; `false` if there is none. What of it is heard already plays on, as
    /// at OpenAI: `output_audio_buffer.clear` stops that.
    pub(super) fn stop_generating(&mut self, id: Option<&str>, why: &'static str) -> bool {
        let found = self.runs.iter().find(|run| {
            run.is_generating() && id.map_or(run.is_in_conversation(), |id| run.id() == id) && run.stopped_by.is_none()
        });
        let Some((id, has_started, is_in_mouth)) = found.map(|run| (run.id, run.has_started, run.is_in_mouth())) else {
            return false;
        };
        if !has_started {
            if is_in_mouth {
                self.outputs.push_back(Output::StopPlayback);
            }
            self.stop_run(id, why);
            return true;
        }
        self.with_run(id, |core, run| {
            run.forget_unspoken();
            core.stop_thinking(run);
            let words = run.spoken_text();
            core.cancel_run(run, why, &words);
        });
        self.close_if_quiet(id);
        true
    }
}
