//! What a call and a WebSocket session have in common: the session core with its ear, its voice and its clock.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Duration, Instant, sleep_until};
use tokio_util::task::TaskTracker;

use realtime_api::ServerEvent;

use crate::media::PlayId;
use crate::senses::Mind;
use crate::session::{Audience, Core, Ids, Input, Output, RunId, Setup};
use crate::sim::Direction;
use crate::speech::{Clip, Speech, Urgency};
use crate::think::{Chat, Request, Thought};

/// Renderings and recognitions that may be on their way back at once.
const RESULTS: usize = 64;

/// What the wire has to do; everything else an actor does itself.
#[derive(Debug)]
pub(crate) enum Act {
    /// Send an event, as JSON.
    Text(Audience, String),
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
    mind: Mind,
    is_ear_open: bool,
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
    pub(crate) fn new(setup: Setup, ids: Box<dyn Ids>, mind: Mind, model: Option<Chat>, tasks: &TaskTracker) -> Self {
        let setup = Setup { has_model: model.is_some(), ..setup };
        let (to_results, results) = mpsc::channel(RESULTS);
        let mut actor = Self {
            core: Core::new(setup, ids),
            mind,
            is_ear_open: true,
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
        let input = match &mut self.mind {
            Mind::Script(play) => play.before(input),
            Mind::Models { .. } => Some(input),
        };
        if let Some(input) = input {
            self.core.handle(self.now_ms(), input);
        }
        self.drain();
    }

    /// Gives the ear 16 kHz sound as it comes; never blocks.
    pub(crate) fn hear(&mut self, pcm: &[f32]) {
        match &mut self.mind {
            Mind::Models { ear, .. } => ear.hear(pcm),
            Mind::Script(play) => play.hear(pcm),
        }
    }

    /// Gives the ear sound that comes faster than it can hear.
    pub(crate) async fn hear_all(&mut self, pcm: &[f32]) {
        match &mut self.mind {
            Mind::Models { ear, .. } => ear.hear_all(pcm).await,
            Mind::Script(play) => play.hear(pcm),
        }
    }

    /// Does what a simulator's control door wants; means nothing to a session with models.
    pub(crate) fn direct(&mut self, direction: Direction) {
        if let Mind::Script(play) = &mut self.mind
            && let Some(input) = play.direct(direction)
        {
            self.core.handle(self.now_ms(), input);
        }
        self.drain();
    }

    /// Ends the session as its time limit does.
    pub(crate) fn expire(&mut self) {
        self.core.handle(u64::MAX, Input::Tick);
        self.drain();
    }

    fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
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
            event = self.mind.next(), if self.is_ear_open => match event {
                Some(input) => input,
                None => {
                    self.is_ear_open = false;
                    Input::Tick
                }
            },
            () = sleep_until(wake) => Input::Tick,
        }
    }

    fn drain(&mut self) {
        loop {
            while let Some(output) = self.core.poll() {
                self.obey(output);
            }
            let Mind::Script(play) = &mut self.mind else { return };
            while let Some((to, text)) = play.next_told() {
                self.acts.push_back(Act::Text(to, text));
            }
            let Some(input) = play.next_input() else { return };
            self.core.handle(self.now_ms(), input);
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

    fn obey(&mut self, output: Output) {
        match output {
            Output::Event(to, event) => self.tell(to, &event),
            Output::Play(id, clip) => self.act(Act::Play(id, clip)),
            Output::StopPlayback => self.act(Act::StopPlayback),
            Output::Hear(pcm) => self.act(Act::Hear(pcm)),
            Output::Close { code, reason } => self.act(Act::Close(code, reason)),
            Output::Listen(detection) => self.mind.configure(detection),
            Output::Speaking(is_speaking) => self.mind.interviewer(is_speaking),
            Output::EndTurn => self.mind.end_turn(),
            Output::ForgetTurn => self.mind.clear(),
            Output::Render { play, voice, text, is_passing } => self.render(play, voice, text, is_passing),
            Output::Think { run, request } => self.think(run, *request),
            Output::StopThinking(run) => drop(self.thinking.remove(&run)),
            Output::Recognize { item, sound } => self.recognize(item, sound),
        }
    }

    /// Keeps what the wire has to do behind what has been told before.
    fn act(&mut self, act: Act) {
        if let Mind::Script(play) = &mut self.mind {
            while let Some((to, text)) = play.next_told() {
                self.acts.push_back(Act::Text(to, text));
            }
        }
        self.acts.push_back(act);
    }

    fn tell(&mut self, to: Audience, event: &ServerEvent) {
        match &mut self.mind {
            Mind::Models { .. } => self.acts.extend(to_text(event).map(|text| Act::Text(to, text))),
            Mind::Script(play) => play.tells(to, event),
        }
    }

    fn render(&mut self, play: PlayId, voice: String, text: String, is_passing: bool) {
        let urgency = if is_passing { Urgency::Passing } else { Urgency::Live };
        let speech = match &mut self.mind {
            Mind::Models { speech, .. } => speech.clone(),
            Mind::Script(script) => return script.render(play, &text),
        };
        let results = self.to_results.clone();
        self.tasks.spawn(async move {
            let clip = speech.say(&voice, &text, urgency).await.map_err(|error| error.to_string());
            // A session that is over does not want the clip.
            let _ = results.send(Input::Rendered { play, clip }).await;
        });
    }

    fn recognize(&mut self, item: String, sound: Arc<[f32]>) {
        let speech: Speech = match &mut self.mind {
            Mind::Models { speech, .. } => speech.clone(),
            Mind::Script(play) => return play.recognize(item),
        };
        let results = self.to_results.clone();
        self.tasks.spawn(async move {
            let text = speech.transcribe(sound).await.map_err(|error| error.to_string());
            // A session that is over does not want the words.
            let _ = results.send(Input::Recognized { item, text }).await;
        });
    }
}

/// An event as a frame.
pub(crate) fn to_text(event: &ServerEvent) -> Option<String> {
    serde_json::to_string(event)
        .inspect_err(|error| tracing::error!(%error, kind = event.kind(), "an event cannot be written"))
        .ok()
}
