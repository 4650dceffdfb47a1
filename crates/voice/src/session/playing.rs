//! What is heard of the responses: playback, its end, and its cut.

use realtime_api::server::{
    ConversationItemTruncated, OutputAudioBufferCleared, OutputAudioBufferStarted, OutputAudioBufferStopped,
};
use realtime_api::{ErrorDetail, ResponseStatus, StatusDetails};

use super::run::Stage;
use super::shape::invalid;
use super::{Core, Output, Wire};
use crate::media::PlayId;

impl Core {
    pub(super) fn on_playback_started(&mut self, play: PlayId) {
        let Some(run) = self.runs.iter().find(|run| run.play == play) else { return };
        let response_id = run.response.id.clone();
        self.set_speaking(true);
        self.tell_all(OutputAudioBufferStarted { response_id, ..Default::default() });
        self.finish(play);
    }

    pub(super) fn on_playback_ended(&mut self, play: PlayId) {
        let Some(at) = self.runs.iter().position(|run| run.play == play) else { return };
        let run = self.runs.remove(at);
        self.tell_all(OutputAudioBufferStopped { response_id: run.response.id, ..Default::default() });
        self.on_quieter();
    }

    /// A clip was cut: what had been heard of it is told, or, if nothing was, that the response came to nothing.
    pub(super) fn on_playback_stopped(&mut self, play: PlayId, played_ms: u64) {
        let Some(at) = self.runs.iter().position(|run| run.play == play) else { return };
        if self.runs[at].is_generating() {
            let why = self.runs[at].stopped_by.unwrap_or("client_cancelled");
            self.cancel_run(play, why);
            return self.on_quieter();
        }
        let run = self.runs.remove(at);
        self.tell_all(OutputAudioBufferCleared { response_id: run.response.id.clone(), ..Default::default() });
        let audio_end_ms = played_ms.min(run.clip_ms);
        if run.is_in_conversation() && self.conversation.get(&run.item).is_some() {
            self.conversation.truncate(&run.item, audio_end_ms);
            let item_id = run.item;
            self.tell_all(ConversationItemTruncated { item_id, content_index: 0, audio_end_ms, ..Default::default() });
        }
        self.on_quieter();
    }

    fn on_quieter(&mut self) {
        if !self.runs.iter().any(|run| run.stage == Stage::Playing) {
            self.set_speaking(false);
            self.hearing.idle_from_ms = Some(self.now_ms);
        }
    }

    /// The person speaks: what is being made is cancelled, what plays is stopped.
    pub(super) fn interrupt(&mut self) {
        let plays = self.setup.wire == Wire::WebRtc && self.runs.iter().any(|run| run.stage != Stage::Rendering);
        if plays {
            self.outputs.push_back(Output::StopPlayback);
        }
        let rendering: Vec<PlayId> =
            self.runs.iter().filter(|run| run.stage == Stage::Rendering).map(|run| run.play).collect();
        for run in &mut self.runs {
            run.stopped_by.get_or_insert("turn_detected");
        }
        for play in rendering {
            self.cancel_run(play, "turn_detected");
        }
    }

    /// `output_audio_buffer.clear`.
    pub(super) fn clear_playback(&mut self) -> Result<(), ErrorDetail> {
        if self.setup.wire == Wire::WebSocket {
            return Err(invalid(
                "type",
                "On a WebSocket the client plays the sound itself: there is nothing to clear.",
            ));
        }
        if self.runs.iter().any(|run| run.stage != Stage::Rendering) {
            self.outputs.push_back(Output::StopPlayback);
        }
        Ok(())
    }

    /// Cancels a response that is still being generated; `false` if there is none.
    pub(super) fn stop_generating(&mut self, id: Option<&str>, why: &'static str) -> bool {
        let found = self.runs.iter_mut().find(|run| {
            run.is_generating() && id.map_or(run.is_in_conversation(), |id| run.id() == id) && run.stopped_by.is_none()
        });
        let Some(run) = found else { return false };
        run.stopped_by = Some(why);
        let (play, stage) = (run.play, run.stage);
        if stage == Stage::Queued {
            self.outputs.push_back(Output::StopPlayback);
        } else {
            self.cancel_run(play, why);
        }
        true
    }

    fn cancel_run(&mut self, play: PlayId, why: &str) {
        let details = StatusDetails { kind: ResponseStatus::Cancelled, reason: Some(why.into()), ..Default::default() };
        self.abandon(play, ResponseStatus::Cancelled, details);
    }
}
