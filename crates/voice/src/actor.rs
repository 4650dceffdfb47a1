//! What a call and a WebSocket session have in common: the session core with its ear, its voice and its clock.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Duration, Instant, sleep_until};
use tokio_util::task::TaskTracker;

use realtime_api::ServerEvent;

use crate::media::PlayId;
use crate::session::{Audience, Core, Ids, Input, Output, RunId, Setup};
use crate::speech::{Clip, Ear, Speech, Urgency};
use crate::think::{Chat, Request, Thought};

/// Renderings and recognitions that may be on their way back at once.
const RESULTS: usize = 64;

/// What the wire has to do; everything else an actor does itself.
#[derive(Debug)]
pub(crate) enum Act {
    /// Send an event.
    Event(Audience, Box<ServerEvent>),
    /// Play a clip.
    Play(PlayId, Arc<Clip>),
    /// Stop playing.
    StopPlayback,
    /// Give the ear this sound.
    Hear(Vec<f32>),
    /// End the session.
    Close(u16, &'static str),
}

/// One running session.
pub(crate) struct Actor {
    core: Core,
    pub(crate) ear: Ear,
    is_ear_open: bool,
    speech: Speech,
    started: Instant,
    results: mpsc::Receiver<Input>,
    to_results: mpsc::Sender<Input>,
    tasks: TaskTracker,
    acts: VecDeque<Act>,
    model: Option<Chat>,
    /// Answers of the model that are being read; dropping one ends its request.
    thinking: HashMap<RunId, Reading>,
}

/// A task that ends with this value.
struct Reading(AbortHandle);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Actor {
    /// Starts a session; `setup.has_model` is set right here.
    pub(crate) fn new(
        setup: Setup,
        ids: Box<dyn Ids>,
        speech: &Speech,
        model: Option<Chat>,
        tasks: &TaskTracker,
    ) -> Self {
        let setup = Setup { has_model: model.is_some(), ..setup };
        let (to_results, results) = mpsc::channel(RESULTS);
        let mut actor = Self {
            core: Core::new(setup, ids),
            ear: speech.ear(),
            is_ear_open: true,
            speech: speech.clone(),
            started: Instant::now(),
            results,
            to_results,
            tasks: tasks.clone(),
            acts: VecDeque::new(),
            model,
            thinking: HashMap::new(),
        };
        actor.drain();
        actor
    }

    /// Takes one input, now.
    pub(crate) fn take(&mut self, input: Input) {
        if let Input::Thought { run, thought: Thought::End(_) | Thought::Failed(_) } = &input {
            self.thinking.remove(run);
        }
        let now_ms = self.started.elapsed().as_millis() as u64;
        self.core.handle(now_ms, input);
        self.drain();
    }

    /// The next thing for the wire.
    pub(crate) fn next_act(&mut self) -> Option<Act> {
        self.acts.pop_front()
    }

    /// Waits for what comes from inside: the ear, a result, the clock. Safe to cancel.
    pub(crate) async fn inside(&mut self) -> Input {
        let wake = self.started + Duration::from_millis(self.core.wake_at_ms());
        tokio::select! {
            Some(result) = self.results.recv() => result,
            event = self.ear.next(), if self.is_ear_open => match event {
                Some(event) => Input::Ear(event),
                None => {
                    self.is_ear_open = false;
                    Input::Tick
                }
            },
            () = sleep_until(wake) => Input::Tick,
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.core.poll() {
            match output {
                Output::Event(to, event) => self.acts.push_back(Act::Event(to, event)),
                Output::Play(id, clip) => self.acts.push_back(Act::Play(id, clip)),
                Output::StopPlayback => self.acts.push_back(Act::StopPlayback),
                Output::Hear(pcm) => self.acts.push_back(Act::Hear(pcm)),
                Output::Close { code, reason } => self.acts.push_back(Act::Close(code, reason)),
                Output::Listen(detection) => self.ear.configure(detection),
                Output::Speaking(is_speaking) => self.ear.interviewer(is_speaking),
                Output::EndTurn => self.ear.end_turn(),
                Output::ForgetTurn => self.ear.clear(),
                Output::Render { play, voice, text, is_passing } => self.render(play, voice, text, is_passing),
                Output::Think { run, request } => self.think(run, *request),
                Output::StopThinking(run) => drop(self.thinking.remove(&run)),
                Output::Recognize { item, sound } => self.recognize(item, sound),
            }
        }
    }

    fn think(&mut self, run: RunId, request: Request) {
        let Some(model) = &self.model else { return };
        let (mut answer, results) = (model.ask(request), self.to_results.clone());
        let reading = self.tasks.spawn(async move {
            while let Some(thought) = answer.next().await {
                // A session that is over does not want the rest.
                if results.send(Input::Thought { run, thought }).await.is_err() {
                    return;
                }
            }
        });
        self.thinking.insert(run, Reading(reading.abort_handle()));
    }

    fn render(&self, play: PlayId, voice: String, text: String, is_passing: bool) {
        let urgency = if is_passing { Urgency::Passing } else { Urgency::Live };
        let (speech, results) = (self.speech.clone(), self.to_results.clone());
        self.tasks.spawn(async move {
            let clip = speech.say(&voice, &text, urgency).await.map_err(|error| error.to_string());
            // A session that is over does not want the clip.
            let _ = results.send(Input::Rendered { play, clip }).await;
        });
    }

    fn recognize(&self, item: String, sound: Arc<[f32]>) {
        let (speech, results) = (self.speech.clone(), self.to_results.clone());
        self.tasks.spawn(async move {
            let text = speech.transcribe(sound).await.map_err(|error| error.to_string());
            // A session that is over does not want the words.
            let _ = results.send(Input::Recognized { item, text }).await;
        });
    }
}
