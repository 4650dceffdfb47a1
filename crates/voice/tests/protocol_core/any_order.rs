//! Whatever happens in whatever order: nothing panics, everything that begins ends once, and the order of the
//! conversation stays a list.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;
use realtime_api::SessionKind;
use serde_json::{Value, json};
use voice::media::PlayId;
use voice::session::{Input, Origin, Output, RunId, Wire};
use voice::speech::EarEvent;
use voice::think::{CallPiece, Failure, Finish, Thought};

use crate::support::Session;

#[derive(Debug, Clone)]
enum Step {
    Say,
    Answer,
    OutOfBand,
    Cancel,
    Clear,
    Words(&'static str),
    Calls,
    Finish,
    Fail,
    Render,
    FailToRender,
    Play,
    SpeechStarts,
    Partial,
    TurnEnds,
    Item,
    Delete,
    Configure(bool),
    Garbage(String),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Say),
        2 => Just(Step::Answer),
        1 => Just(Step::OutOfBand),
        1 => Just(Step::Cancel),
        1 => Just(Step::Clear),
        4 => prop_oneof![Just("One. "), Just("and two"), Just(" three? Four"), Just("\n")].prop_map(Step::Words),
        1 => Just(Step::Calls),
        2 => Just(Step::Finish),
        1 => Just(Step::Fail),
        4 => Just(Step::Render),
        1 => Just(Step::FailToRender),
        6 => Just(Step::Play),
        3 => Just(Step::SpeechStarts),
        2 => Just(Step::Partial),
        3 => Just(Step::TurnEnds),
        1 => Just(Step::Item),
        1 => Just(Step::Delete),
        1 => any::<bool>().prop_map(Step::Configure),
        1 => ".{0,40}".prop_map(Step::Garbage),
    ]
}

/// The world around a call: clips being made, and a mouth that plays them one after the other.
struct World {
    session: Session,
    told: Vec<Value>,
    thinking: VecDeque<RunId>,
    rendering: VecDeque<PlayId>,
    mouth: VecDeque<(PlayId, bool)>,
    is_in_turn: bool,
}

impl World {
    fn new(has_model: bool) -> Self {
        let session = match has_model {
            true => Session::thinking(Wire::WebRtc),
            false => Session::with(Wire::WebRtc, SessionKind::Realtime, true),
        };
        let mut world = Self {
            session,
            told: Vec::new(),
            thinking: VecDeque::new(),
            rendering: VecDeque::new(),
            mouth: VecDeque::new(),
            is_in_turn: false,
        };
        world.settle();
        world
    }

    /// Does what the session asks for, as the engine around it would.
    fn settle(&mut self) {
        loop {
            self.told.extend(self.session.told.drain(..).map(|(_, event)| event));
            let done = std::mem::take(&mut self.session.done);
            if done.is_empty() {
                return;
            }
            for output in done {
                match output {
                    Output::Render { play, .. } => self.rendering.push_back(play),
                    Output::Think { run, .. } => self.thinking.push_back(run),
                    Output::StopThinking(run) => self.thinking.retain(|other| *other != run),
                    Output::Play(play, _) => self.mouth.push_back((play, false)),
                    Output::StopPlayback => {
                        for (play, has_started) in std::mem::take(&mut self.mouth) {
                            let played_ms = if has_started { 250 } else { 0 };
                            self.session.take(Input::PlaybackStopped(play, played_ms));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn play(&mut self) {
        match self.mouth.front_mut() {
            Some((play, has_started)) if !*has_started => {
                *has_started = true;
                let play = *play;
                self.session.take(Input::PlaybackStarted(play));
            }
            Some((play, _)) => {
                let play = *play;
                self.mouth.pop_front();
                self.session.take(Input::PlaybackEnded(play));
            }
            None => {}
        }
    }

    fn think(&mut self, thought: impl Fn() -> Thought, is_last: bool) {
        let Some(run) = self.thinking.front().copied() else { return };
        if is_last {
            self.thinking.pop_front();
        }
        self.session.thought(run, thought());
    }

    fn client(&mut self, event: Value) {
        self.session.client(event);
    }

    fn step(&mut self, step: Step) {
        self.session.now_ms += 100;
        match step {
            Step::Say => self.client(json!({"type": "response.create", "response": {
                "instructions": realtime_api::instructions::say_exactly("A question of some words.")}})),
            Step::Answer => self.client(json!({"type": "response.create"})),
            Step::OutOfBand => {
                self.client(json!({"type": "response.create", "response": {"conversation": "none"}}));
            }
            Step::Cancel => self.client(json!({"type": "response.cancel"})),
            Step::Clear => self.client(json!({"type": "output_audio_buffer.clear"})),
            Step::Words(text) => self.think(|| Thought::Text(text.to_owned()), false),
            Step::Calls => self.think(
                || Thought::Call(CallPiece { name: Some("end".into()), arguments: "{}".into(), ..Default::default() }),
                false,
            ),
            Step::Finish => self.think(|| Thought::End(Finish::Whole), true),
            Step::Fail => self.think(|| Thought::Failed(Failure::Slow), true),
            Step::Render => {
                if let Some(play) = self.rendering.pop_front() {
                    self.session.rendered(play, 500);
                }
            }
            Step::FailToRender => {
                if let Some(play) = self.rendering.pop_front() {
                    self.session.take(Input::Rendered { play, clip: Err("no".into()) });
                }
            }
            Step::Play => self.play(),
            Step::SpeechStarts => {
                if !self.is_in_turn {
                    self.is_in_turn = true;
                    self.session.ear(EarEvent::SpeechStarted { at_ms: self.session.now_ms });
                }
            }
            Step::Partial => drop(self.session.ear(EarEvent::Partial { text: "some more words".into() })),
            Step::TurnEnds => {
                if std::mem::take(&mut self.is_in_turn) {
                    let at_ms = self.session.now_ms;
                    self.session.ear(EarEvent::SpeechStopped { at_ms });
                    let (start_ms, end_ms, pcm) = (at_ms, at_ms, [0.1; 1_600].into());
                    let text = Some(Ok("Some more words.".into()));
                    self.session.ear(EarEvent::TurnEnded { start_ms, end_ms, pcm, text });
                }
            }
            Step::Item => self.client(json!({"type": "conversation.item.create", "previous_item_id": "root", "item":
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}})),
            Step::Delete => {
                let added = self.told.iter().rev().find(|event| event["type"] == "conversation.item.added");
                if let Some(id) = added.map(|event| event["item"]["id"].clone()) {
                    self.client(json!({"type": "conversation.item.delete", "item_id": id}));
                }
            }
            Step::Configure(interrupts) => {
                self.client(json!({"type": "session.update", "session": {"type": "realtime",
                "audio": {"input": {"transcription": {"model": "m"}, "turn_detection": {"type": "semantic_vad",
                "create_response": !interrupts, "interrupt_response": interrupts}}}}}))
            }
            Step::Garbage(text) => {
                self.session.take(Input::Frame { from: Origin::Sideband(1), text });
            }
        }
        self.settle();
    }

    /// Lets everything that has begun come to its end.
    fn finish(mut self) -> Vec<Value> {
        self.step(Step::TurnEnds);
        // What still waits for somebody's words waits no longer than this.
        self.session.now_ms += 10_000;
        self.step(Step::Partial);
        while !self.thinking.is_empty() || !self.rendering.is_empty() || !self.mouth.is_empty() {
            self.step(Step::Finish);
            self.step(Step::Render);
            self.step(Step::Play);
        }
        self.told
    }
}

fn count<'a>(told: &'a [Value], kind: &str, id: &str) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for event in told.iter().filter(|event| event["type"] == kind) {
        *counts.entry(event.pointer(id).unwrap().as_str().unwrap()).or_default() += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_that_begins_ends_once(has_model: bool, steps in prop::collection::vec(step(), 0..60)) {
        let mut world = World::new(has_model);
        for step in steps {
            world.step(step);
        }
        let told = world.finish();

        let created = count(&told, "response.created", "/response/id");
        prop_assert_eq!(&created, &count(&told, "response.done", "/response/id"), "responses");
        prop_assert!(created.values().all(|times| *times == 1));

        let started = count(&told, "output_audio_buffer.started", "/response_id");
        let mut ended = count(&told, "output_audio_buffer.stopped", "/response_id");
        ended.extend(count(&told, "output_audio_buffer.cleared", "/response_id"));
        prop_assert_eq!(&started, &ended, "playback");

        let speech = count(&told, "input_audio_buffer.speech_started", "/item_id");
        prop_assert_eq!(&speech, &count(&told, "input_audio_buffer.committed", "/item_id"), "turns");

        let mut known = BTreeSet::new();
        for event in told.iter().filter(|event| event["type"] == "conversation.item.added") {
            if let Some(previous) = event["previous_item_id"].as_str() {
                prop_assert!(known.contains(previous), "{} is linked to an item nobody knows", event["item"]["id"]);
            }
            prop_assert!(known.insert(event["item"]["id"].as_str().unwrap()), "an item is added once");
        }

        let ids: BTreeSet<_> = told.iter().map(|event| event["event_id"].as_str().unwrap()).collect();
        prop_assert_eq!(ids.len(), told.len(), "event ids differ");
    }
}
