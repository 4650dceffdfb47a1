//! Plays the candidate and the voice engine of one interview, and keeps what the interviewer says.

use interview::plan::{Plan, PlanMode, Probe, ProbeRule, Question, QuestionKind};
use interview::script::spoken_ms;
use interview::{
    EndReason, Heard, Input, Interview, Lead, Output, Request, Script, Timestamp, ToolAnswer, Turn, Utterance,
    UtteranceKind,
};

/// Long enough, with an own action, a result and an example: no probe follows.
pub const FULL: &str = "At my last job the night shift lost its records, so I called every ward, wrote a new list by hand \
     and in the end nobody missed a dose.";
/// Has everything but a result.
pub const NO_RESULT: &str = "At my last job the night shift lost its records, so I called every ward and wrote a new \
     list by hand during that night.";
pub const SHORT: &str = "I called them.";

pub const Q1: &str = "Tell me about a time when something went wrong.";
pub const Q2: &str = "What would you do if a colleague made a mistake?";
pub const Q3: &str = "Which certificates do you hold?";
pub const MORE: &str = "Could you tell me a little more?";
pub const RESULT: &str = "What came of it?";
pub const OWN: &str = "What would you do yourself?";
pub const BYE: &str = "That was my last question, Ann. Goodbye.";

pub fn plan() -> Plan {
    let probe = |when, text: &str| Probe { when, text: text.into() };
    let question = |id: &str, kind, text: &str, max_probes, probes| Question {
        id: id.into(),
        kind,
        text: text.into(),
        competency_id: None,
        time_limit_s: 120,
        max_probes,
        probes,
    };
    let first = vec![probe(ProbeRule::TooShort, MORE), probe(ProbeRule::NoResult, RESULT)];
    let second = vec![probe(ProbeRule::NoOwnAction, OWN)];
    Plan {
        language: "en".into(),
        greeting: "Good morning {candidate}, this is about the position {position}.".into(),
        questions: vec![
            question("q1", QuestionKind::Behavioral, Q1, 2, first),
            question("q2", QuestionKind::Situational, Q2, 1, second),
            question("q3", QuestionKind::Knowledge, Q3, 0, vec![]),
        ],
        closing: "That was my last question, {candidate}. Goodbye.".into(),
        mode: PlanMode::Structured,
    }
}

pub fn script(plan: Plan) -> Script {
    Script { plan, company: "Acme".into(), position: "Nurse".into(), candidate: "Ann".into() }
}

/// One interview being played.
pub struct Talk {
    pub interview: Interview,
    pub now: Timestamp,
    /// The utterance that was said and is not over.
    pub out: Option<Utterance>,
    /// The lead that was given to the model and is not over.
    pub lead: Option<Lead>,
    /// What became of the model's tool calls.
    pub answers: Vec<ToolAnswer>,
    /// Everything that was asked to be said since [`Talk::lines`] was last called.
    said: Vec<String>,
    /// The stored turns; a correction replaces.
    pub turns: Vec<Turn>,
    pub stops: Vec<u32>,
    pub ended: Option<EndReason>,
    wake: Option<Timestamp>,
    items: u32,
    has_started: bool,
}

impl Talk {
    pub fn new(plan: Plan) -> Self {
        let interview = Interview::new(script(plan));
        let now = Timestamp::from_ms(1_000_000);
        let (out, said, turns, stops, ended, wake) = (None, vec![], vec![], vec![], None, None);
        let (lead, answers) = (None, vec![]);
        Self { interview, now, out, lead, answers, said, turns, stops, ended, wake, items: 0, has_started: false }
    }

    /// An interview whose first question was heard to its end.
    pub fn at_first_question() -> Self {
        let mut talk = Self::new(plan());
        talk.leg_ready(1);
        talk.listen();
        talk.lines();
        talk
    }

    /// An interview whose first question got a full answer; the thanks are out and not playing yet.
    pub fn after_first_answer() -> Self {
        let mut talk = Self::at_first_question();
        talk.says(FULL);
        assert_eq!(talk.lines(), ["Thank you."]);
        talk
    }

    pub fn input(&mut self, input: Input) {
        assert!(self.ended.is_none() || !matches!(input, Input::Tick), "nothing wakes after the end");
        self.interview.handle(self.now, input);
        while let Some(output) = self.interview.poll() {
            match output {
                Output::Say(utterance) => {
                    self.assert_nothing_is_out();
                    assert!(self.ended.is_none(), "said after the end: {utterance:?}");
                    let script = self.interview.script();
                    let is_foreseen = script.utterances().iter().any(|line| line.text == utterance.text);
                    assert!(is_foreseen || utterance.kind == UtteranceKind::Repeat, "not foreseen");
                    self.said.push(utterance.text.clone());
                    self.out = Some(utterance);
                    self.has_started = false;
                }
                Output::Lead(lead) => {
                    self.assert_nothing_is_out();
                    self.lead = Some(lead);
                }
                Output::Answered(answer) => self.answers.push(answer),
                Output::Stop { utterance } => self.stops.push(utterance),
                Output::Turn(turn) => match self.turns.iter_mut().find(|known| known.item == turn.item) {
                    Some(known) => *known = turn,
                    None => self.turns.push(turn),
                },
                Output::WakeAt(at) => {
                    assert!(at > self.now, "wakes in the past");
                    self.wake = Some(at);
                }
                Output::Ended(reason) => assert_eq!(self.ended.replace(reason), None, "ended twice"),
                Output::Changed => {}
            }
        }
    }

    fn assert_nothing_is_out(&mut self) {
        // A lead that is given up was stopped, and that is the last that is heard of it.
        self.lead.take_if(|lead| self.stops.contains(&lead.id));
        assert!(self.out.is_none() && self.lead.is_none(), "two at once: {:?} {:?}", self.out, self.lead);
    }

    pub fn leg_ready(&mut self, leg: u32) {
        self.input(Input::LegReady { leg });
    }

    pub fn leg_lost(&mut self, leg: u32) {
        self.input(Input::LegLost { leg });
        (self.out, self.lead) = (None, None);
    }

    pub fn press(&mut self, request: Request) {
        self.input(Input::Request(request));
    }

    /// Takes the lines said since the last call.
    pub fn lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    /// The candidate hears everything that the interviewer has to say now.
    pub fn listen(&mut self) {
        while self.out.is_some() {
            self.hear_line();
        }
    }

    /// The candidate hears one line to its end.
    pub fn hear_line(&mut self) {
        self.starts();
        let utterance = self.out.take().unwrap();
        self.now = self.now.plus_ms(spoken_ms(&utterance.text) as i64);
        self.input(Input::UtteranceEnded { utterance: utterance.id, heard: Heard::All });
    }

    /// The line that is out begins to play.
    pub fn starts(&mut self) {
        if !std::mem::replace(&mut self.has_started, true) {
            let id = self.out.as_ref().unwrap().id;
            self.input(Input::UtteranceStarted { utterance: id, item: format!("out-{id}") });
        }
    }

    /// The line that is out is over; so much of it was heard.
    pub fn cut(&mut self, heard: Heard) {
        let utterance = self.out.take().unwrap();
        self.input(Input::UtteranceEnded { utterance: utterance.id, heard });
    }

    /// The candidate begins to speak into the line that plays, which is cut after a share of it was heard.
    pub fn barges_in(&mut self, percent: u64) -> String {
        self.starts();
        let ms = spoken_ms(&self.out.as_ref().unwrap().text) * percent / 100;
        self.now = self.now.plus_ms(ms as i64);
        let item = self.begins();
        self.cut(Heard::Ms(ms));
        item
    }

    /// The model says something and the candidate hears it to its end.
    pub fn model_says(&mut self, text: &str) {
        let id = self.model_begins(text);
        self.now = self.now.plus_ms(spoken_ms(text) as i64);
        self.model_ends(id, Heard::All);
    }

    /// The model begins to say something; returns its lead.
    pub fn model_begins(&mut self, text: &str) -> u32 {
        let id = self.lead.as_ref().expect("the model may lead").id;
        self.input(Input::UtteranceStarted { utterance: id, item: format!("lead-{id}") });
        self.input(Input::UtteranceSaid { utterance: id, item: format!("lead-{id}"), text: text.into() });
        id
    }

    /// The model calls a tool and says nothing; returns what became of the call.
    pub fn model_calls(&mut self, name: &str, arguments: &str) -> ToolAnswer {
        let id = self.lead.as_ref().expect("the model may lead").id;
        self.model_wants(name, arguments);
        self.model_ends(id, Heard::Nothing);
        self.answers.pop().unwrap()
    }

    /// The model calls a tool; its go is not over.
    pub fn model_wants(&mut self, name: &str, arguments: &str) {
        let lead = self.lead.as_ref().expect("the model may lead").id;
        self.items += 1;
        let call = format!("call-{}", self.items);
        self.input(Input::ToolCalled { lead, call, name: name.into(), arguments: arguments.into() });
    }

    /// The model's go is over.
    pub fn model_ends(&mut self, lead: u32, heard: Heard) {
        self.lead.take_if(|known| known.id == lead);
        self.input(Input::UtteranceEnded { utterance: lead, heard });
    }

    /// The candidate begins to speak.
    pub fn begins(&mut self) -> String {
        self.items += 1;
        let item = format!("in-{}", self.items);
        self.input(Input::SpeechStarted { item: item.clone() });
        item
    }

    /// The candidate stops; the text is still to come.
    pub fn stops(&mut self, item: &str) {
        self.input(Input::SpeechStopped { item: item.into() });
    }

    /// The text of an item comes.
    pub fn text(&mut self, item: &str, text: &str) {
        self.input(Input::AnswerFinal { item: item.into(), text: text.into() });
    }

    /// The candidate stops and the text comes at once.
    pub fn finishes(&mut self, item: &str, text: &str) {
        self.now = self.now.plus_ms(spoken_ms(text) as i64);
        self.stops(item);
        self.text(item, text);
    }

    /// The candidate says something from beginning to end.
    pub fn says(&mut self, text: &str) -> String {
        let item = self.begins();
        self.finishes(&item, text);
        item
    }

    /// The candidate says something and hears all that follows; returns the interviewer's lines.
    pub fn exchange(&mut self, text: &str) -> Vec<String> {
        self.says(text);
        self.listen();
        self.lines()
    }

    /// Time passes; every line is heard, every alarm rings.
    pub fn wait(&mut self, seconds: i64) {
        let until = self.now.plus_ms(seconds * 1_000);
        self.listen();
        while let Some(at) = self.wake.filter(|at| *at <= until && self.ended.is_none()) {
            self.wake = None;
            self.now = self.now.max(at);
            self.input(Input::Tick);
            self.listen();
        }
        self.now = self.now.max(until);
    }

    /// The stored turns, shortly: `who kind question: text`, a dash for a cut one.
    pub fn transcript(&self) -> Vec<String> {
        self.turns.iter().map(short).collect()
    }

    /// The last stored turn, shortly.
    pub fn last_turn(&self) -> String {
        short(self.turns.last().unwrap())
    }
}

fn short(turn: &Turn) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    let kind = word(serde_json::to_value(turn.kind).unwrap());
    let status = word(serde_json::to_value(turn.status).unwrap());
    let question = turn.question.map_or(String::new(), |index| format!(" {}", index + 1));
    let status = if status == "final" { String::new() } else { format!(" ({status})") };
    let cut = if turn.cut { " \u{2014}" } else { "" };
    format!("{kind}{question}{status}: {}{cut}", turn.text)
}
