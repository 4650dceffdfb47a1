//! What can happen to an interview in a test, in any order.

use interview::{Heard, Input, Request};
use proptest::prelude::*;
use proptest::sample::select;

/// One thing that a test does: wait so many milliseconds, then feed an input. Utterances are named relative to the last.
#[derive(Debug, Clone)]
pub enum Step {
    Feed(Input),
    /// What goes well: the line that is out is heard, or else the candidate says this.
    Go(String),
    /// The model does something in the lead given last, or in one before it.
    Model(u32, Model),
    /// The utterance said last, or one before it, begins.
    Begin(u32),
    /// The utterance said last, or one before it, ends.
    End(u32, Heard),
}

/// What a model does, sensible or not.
#[derive(Debug, Clone)]
pub enum Model {
    Says(String, String),
    Calls(String, &'static str, &'static str),
}

impl Model {
    pub fn input(&self, lead: u32) -> Input {
        match self.clone() {
            Self::Says(item, text) => Input::UtteranceSaid { utterance: lead, item, text },
            Self::Calls(call, name, arguments) => {
                Input::ToolCalled { lead, call, name: name.into(), arguments: arguments.into() }
            }
        }
    }
}

fn model() -> impl Strategy<Value = Model> {
    let calls = select(vec![
        ("next_question", r#"{"question":1}"#),
        ("next_question", r#"{"question":2}"#),
        ("next_question", r#"{"question":3}"#),
        ("ask_probe", r#"{"probe":1}"#),
        ("ask_probe", r#"{"probe":2}"#),
        ("ask_probe", r#"{"probe":3}"#),
        ("note_request", r#"{"kind":"repeat"}"#),
        ("note_request", r#"{"kind":"moment"}"#),
        ("end_interview", r#"{"reason":"candidate_asked"}"#),
        ("end_interview", r#"{"reason":"all_asked"}"#),
        ("rate", "5"),
    ]);
    prop_oneof![
        1 => (0..3_u32, text()).prop_map(|(item, text)| Model::Says(format!("lead-{item}"), text)),
        2 => (0..4_u32, calls).prop_map(|(call, (name, arguments))| Model::Calls(format!("call-{call}"), name, arguments)),
    ]
}

pub fn text() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "Um.",
        "Yes.",
        "I called every ward and in the end it worked, because I wrote a list by hand for all of the night shift.",
        "Could you repeat that?",
        "I need a moment.",
        "Skip this question.",
        "We thought about it for a long time.",
    ])
    .prop_map(str::to_owned)
}

fn item() -> impl Strategy<Value = String> {
    (0..8_u32).prop_map(|n| format!("in-{n}"))
}

fn heard() -> impl Strategy<Value = Heard> {
    prop_oneof![3 => Just(Heard::All), 2 => (0..6_000_u64).prop_map(Heard::Ms), 1 => Just(Heard::Nothing)]
}

fn request() -> impl Strategy<Value = Request> {
    let plain = select(vec![Request::Repeat, Request::Moment, Request::Pause, Request::Resume]);
    prop_oneof![20 => plain, 4 => text().prop_map(Request::Type), 1 => Just(Request::End)]
}

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        60 => text().prop_map(Step::Go),
        4 => (0..4_u32).prop_map(|leg| Step::Feed(Input::LegReady { leg })),
        1 => (0..4_u32).prop_map(|leg| Step::Feed(Input::LegLost { leg })),
        8 => (0..3_u32).prop_map(Step::Begin),
        12 => (0..2_u32, model()).prop_map(|(back, model)| Step::Model(back, model)),
        16 => (0..2_u32, heard()).prop_map(|(back, heard)| Step::End(back, heard)),
        6 => item().prop_map(|item| Step::Feed(Input::SpeechStarted { item })),
        6 => item().prop_map(|item| Step::Feed(Input::SpeechStopped { item })),
        4 => (item(), text()).prop_map(|(item, text)| Step::Feed(Input::AnswerDelta { item, text })),
        12 => (item(), text()).prop_map(|(item, text)| Step::Feed(Input::AnswerFinal { item, text })),
        2 => item().prop_map(|item| Step::Feed(Input::AnswerFailed { item })),
        3 => request().prop_map(|request| Step::Feed(Input::Request(request))),
        8 => Just(Step::Feed(Input::Tick)),
    ]
}
