//! What holds for any inputs, in any order, duplicated or lost.
#![expect(clippy::unwrap_used, reason = "tests")]

mod merge;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use interview::plan::{Plan, PlanMode, Probe, ProbeRule, Question, QuestionKind};
use interview::{
    Heard, Input, Interview, Output, Script, Speaker, StageName, Timestamp, TurnKind, TurnStatus, UtteranceKind, lines,
};
use proptest::prelude::*;
use steps::{Step, step};

fn script(mode: PlanMode) -> Script {
    let probe = |when, text: &str| Probe { when, text: text.into() };
    let question = |index: usize| Question {
        id: format!("q{index}"),
        kind: QuestionKind::Behavioral,
        text: format!("Question number {index}, please answer it?"),
        competency_id: None,
        time_limit_s: 30,
        max_probes: 2,
        probes: vec![
            probe(ProbeRule::TooShort, &format!("More about {index}?")),
            probe(ProbeRule::NoResult, &format!("What came of {index}?")),
            probe(ProbeRule::Always, &format!("Anything else about {index}?")),
        ],
    };
    let questions = (0..3).map(question).collect();
    let (language, greeting, closing) = ("en".into(), "Hi {candidate}.".into(), "Goodbye.".into());
    let plan = Plan { language, greeting, questions, closing, mode };
    Script { plan, company: "Acme".into(), position: "Nurse".into(), candidate: "Ann".into() }
}

/// Everything an interview put out, with the inputs as they were handled.
#[derive(Debug, Default)]
struct Run {
    mode: PlanMode,
    inputs: Vec<(Timestamp, Input)>,
    outputs: Vec<Output>,
}

fn feed(interview: &mut Interview, run: &mut Run, now: Timestamp, input: Input) {
    interview.handle(now, input.clone());
    run.inputs.push((now, input));
    run.outputs.extend(std::iter::from_fn(|| interview.poll()));
}

fn play(mode: PlanMode, steps: &[(i64, Step)]) -> Run {
    let (mut interview, mut run) = (Interview::new(script(mode)), Run { mode, ..Run::default() });
    let mut now = Timestamp::from_ms(0);
    feed(&mut interview, &mut run, now, Input::LegReady { leg: 1 });
    for (index, (wait_ms, step)) in steps.iter().enumerate() {
        now = now.plus_ms(*wait_ms);
        let last = say_since(&run.outputs).unwrap_or(0);
        let inputs = match step {
            Step::Feed(input) => vec![input.clone()],
            Step::Go(text) => goes_well(&run, last, index, text),
            Step::Model(back, model) => vec![model.input(last.saturating_sub(*back))],
            Step::Begin(back) => vec![begins(last.saturating_sub(*back))],
            Step::End(back, heard) => {
                vec![Input::UtteranceEnded { utterance: last.saturating_sub(*back), heard: *heard }]
            }
        };
        inputs.into_iter().for_each(|input| feed(&mut interview, &mut run, now, input));
    }
    run
}

fn begins(utterance: u32) -> Input {
    Input::UtteranceStarted { utterance, item: format!("out-{utterance}") }
}

/// The line that is out is heard, or else the candidate says `text`.
fn goes_well(run: &Run, last: u32, index: usize, text: &str) -> Vec<Input> {
    let is_over = |(_, input): &(Timestamp, Input)| matches!(input, Input::UtteranceEnded { utterance, .. } if *utterance == last);
    if last > 0 && !run.inputs.iter().any(is_over) {
        if run.outputs.iter().any(|output| matches!(output, Output::Lead(lead) if lead.id == last)) {
            return model_goes_well(last, index);
        }
        return vec![begins(last), Input::UtteranceEnded { utterance: last, heard: Heard::All }];
    }
    let item = format!("go-{index}");
    let (started, stopped) = (Input::SpeechStarted { item: item.clone() }, Input::SpeechStopped { item: item.clone() });
    vec![started, stopped, Input::AnswerFinal { item, text: text.to_owned() }]
}

/// The model that leads speaks, or calls a tool as it should.
fn model_goes_well(lead: u32, index: usize) -> Vec<Input> {
    let call = |name: &str, arguments: String| {
        vec![
            Input::ToolCalled { lead, call: format!("call-{index}"), name: name.into(), arguments },
            Input::UtteranceEnded { utterance: lead, heard: Heard::Nothing },
        ]
    };
    match index % 5 {
        0 => call("ask_probe", format!(r#"{{"probe":{}}}"#, index % 4)),
        1 => call("next_question", format!(r#"{{"question":{}}}"#, index % 3 + 1)),
        _ => vec![
            begins(lead),
            Input::UtteranceSaid { utterance: lead, item: format!("out-{lead}"), text: "And what came then?".into() },
            Input::UtteranceEnded { utterance: lead, heard: Heard::All },
        ],
    }
}

/// What is out, replayed from inputs and outputs: at most one utterance at a time.
fn check_one_at_a_time(run: &Run) -> Result<(), TestCaseError> {
    let mut interview = Interview::new(script(run.mode));
    let mut out: Option<u32> = None;
    let mut ended = false;
    for (now, input) in &run.inputs {
        match input {
            Input::UtteranceEnded { utterance, .. } if out == Some(*utterance) => out = None,
            // A leg that goes away takes its utterance with it.
            Input::LegLost { .. } | Input::LegReady { .. } => out = None,
            _ => {}
        }
        interview.handle(*now, input.clone());
        while let Some(output) = interview.poll() {
            match output {
                Output::Say(utterance) => {
                    prop_assert!(!ended, "said after the end");
                    prop_assert!(out.is_none(), "two at once");
                    let view = interview.view(*now);
                    let may_interrupt = utterance.text == lines::MOVE_ON || view.stage == StageName::Closing;
                    prop_assert!(
                        view.speaker != Some(Speaker::Candidate) || may_interrupt,
                        "talked over the candidate"
                    );
                    out = Some(utterance.id);
                }
                Output::Lead(lead) => {
                    prop_assert!(!ended, "led after the end");
                    prop_assert!(out.is_none(), "two at once");
                    prop_assert!(interview.view(*now).speaker != Some(Speaker::Candidate), "led over the candidate");
                    out = Some(lead.id);
                }
                // An utterance that is given up is stopped for good.
                Output::Stop { utterance } if out == Some(utterance) => out = None,
                // Its end was not reported in time.
                Output::Turn(turn) if turn.speaker == Speaker::Interviewer => {
                    prop_assert!(!turn.text.is_empty() || turn.status == TurnStatus::Missing);
                    out = None;
                }
                Output::WakeAt(at) => prop_assert!(at > *now),
                Output::Ended(_) => {
                    prop_assert!(!ended, "ended twice");
                    ended = true;
                }
                _ => {}
            }
        }
        prop_assert_eq!(interview.is_over(), ended);
        let view = interview.view(*now);
        prop_assert!(view.question.is_none_or(|question| question.index < 3));
        prop_assert!(view.question_left_ms.is_none_or(|ms| (0..=30_000).contains(&ms)));
    }
    Ok(())
}

/// Questions come in order; each is heard to its end as a question at most once; probes stay within the plan.
fn check_plan_is_followed(run: &Run) -> Result<(), TestCaseError> {
    let plan = script(run.mode).plan;
    let allowed: BTreeSet<String> = script(run.mode).utterances().into_iter().map(|line| line.text).collect();
    let mut asked = 0;
    let mut whole: BTreeMap<(Asked, String), usize> = BTreeMap::new();
    let mut free: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    let mut is_go = false;
    for output in &run.outputs {
        let was_go = std::mem::take(&mut is_go);
        match output {
            Output::Say(utterance) => {
                let is_repeat = run.mode == PlanMode::Guided && utterance.kind == UtteranceKind::Repeat;
                prop_assert!(is_repeat || allowed.contains(&utterance.text), "not foreseen: {}", utterance.text);
                if utterance.kind == UtteranceKind::Question {
                    let index = utterance.question.unwrap();
                    prop_assert_eq!(&utterance.text, &plan.questions[index].text);
                    prop_assert!(index >= asked, "back to question {index} after {asked}");
                    prop_assert!(index <= asked + 1, "skipped to question {index} after {asked}");
                    asked = index;
                }
            }
            // A question that was said and not heard yet is not open.
            Output::Lead(lead) => prop_assert!((asked.max(1) - 1..=asked).contains(&lead.question), "led elsewhere"),
            Output::Turn(turn) if turn.kind == TurnKind::FollowUp => {
                // Several items of one go come out together.
                *free.entry(turn.question).or_default() += usize::from(!was_go);
                is_go = true;
            }
            Output::Turn(turn) if turn.speaker == Speaker::Interviewer && !turn.cut && turn.planned.is_none() => {
                let kind = match turn.kind {
                    interview::TurnKind::Question => Asked::Question,
                    interview::TurnKind::Probe => Asked::Probe,
                    _ => continue,
                };
                *whole.entry((kind, turn.text.clone())).or_default() += 1;
            }
            _ => {}
        }
    }
    prop_assert!(whole.values().all(|times| *times == 1), "asked twice: {:?}", whole);
    let most_free = if run.mode == PlanMode::Guided { 4 } else { 0 };
    prop_assert!(free.values().all(|times| *times <= most_free), "too many free turns: {:?}", free);
    for (index, question) in plan.questions.iter().enumerate() {
        let of_question = |(kind, text): &&(Asked, String)| {
            *kind == Asked::Probe && question.probes.iter().any(|probe| probe.text == *text)
        };
        let probes = whole.keys().filter(of_question).count();
        prop_assert!(probes <= usize::from(question.max_probes), "{probes} probes of question {index}");
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Question,
    Probe,
}

/// A final text is in the transcript for good: no correction makes it empty, and none that arrived is missing.
fn check_no_word_is_lost(run: &Run) -> Result<(), TestCaseError> {
    let mut turns: BTreeMap<String, (String, TurnStatus)> = BTreeMap::new();
    for output in &run.outputs {
        if let Output::Turn(turn) = output {
            let old = turns.insert(turn.item.clone(), (turn.text.clone(), turn.status));
            let had_words = old.is_some_and(|(text, _)| !text.is_empty());
            prop_assert!(!had_words || !turn.text.is_empty(), "words of {} were replaced by nothing", turn.item);
        }
    }
    for (_, input) in &run.inputs {
        if let Input::AnswerFinal { item, text } = input
            && text.chars().any(char::is_alphanumeric)
        {
            prop_assert_eq!(turns.get(item).map(|(_, status)| *status), Some(TurnStatus::Final));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_inputs_keep_the_promises(mode in mode(), steps in prop::collection::vec((-500..8_000_i64, step()), 0..120)) {
        let run = play(mode, &steps);
        check_one_at_a_time(&run)?;
        check_plan_is_followed(&run)?;
        check_no_word_is_lost(&run)?;
    }

    #[test]
    fn a_replay_of_the_stored_inputs_gives_the_same_outputs(
        mode in mode(),
        steps in prop::collection::vec((0..8_000_i64, step()), 0..80),
    ) {
        let run = play(mode, &steps);
        let stored = serde_json::to_string(&run.inputs).unwrap();
        let inputs: Vec<(Timestamp, Input)> = serde_json::from_str(&stored).unwrap();
        let (mut interview, mut again) = (Interview::new(script(mode)), Run::default());
        for (now, input) in inputs {
            feed(&mut interview, &mut again, now, input);
        }
        prop_assert_eq!(run.outputs, again.outputs);
    }

    #[test]
    fn captions_change_no_decision(mode in mode(), steps in prop::collection::vec((0..8_000_i64, step()), 0..80)) {
        let run = play(mode, &steps);
        let (mut interview, mut again) = (Interview::new(script(mode)), Run::default());
        for (now, input) in run.inputs.iter().filter(|(_, input)| !matches!(input, Input::AnswerDelta { .. })) {
            feed(&mut interview, &mut again, *now, input.clone());
        }
        let decisions = |outputs: &[Output]| -> Vec<Output> {
            let is_decision = |output: &&Output| matches!(output, Output::Say(_) | Output::Lead(_) | Output::Stop { .. } | Output::Ended(_));
            outputs.iter().filter(is_decision).cloned().collect()
        };
        prop_assert_eq!(decisions(&run.outputs), decisions(&again.outputs));
    }

    #[test]
    fn whatever_happened_a_candidate_who_comes_back_and_answers_gets_to_the_end(
        mode in mode(),
        steps in prop::collection::vec((0..8_000_i64, step()), 0..80),
    ) {
        let mut run = play(mode, &steps);
        let mut interview = Interview::new(script(mode));
        run.inputs.iter().for_each(|(now, input)| interview.handle(*now, input.clone()));
        while interview.poll().is_some() {}
        let mut now = run.inputs.last().map_or(Timestamp::default(), |(now, _)| *now);
        feed(&mut interview, &mut run, now, Input::LegReady { leg: 99 });
        for round in 0..100 {
            if interview.is_over() {
                break;
            }
            let out = say_since(&run.outputs);
            now = now.plus_ms(30_000);
            if let Some(utterance) = out {
                run.outputs.clear();
                feed(&mut interview, &mut run, now, Input::UtteranceStarted { utterance, item: format!("late-{utterance}") });
                feed(&mut interview, &mut run, now, Input::UtteranceEnded { utterance, heard: Heard::All });
            } else {
                feed(&mut interview, &mut run, now, Input::Tick);
                if say_since(&run.outputs).is_none() {
                    let text = format!("Number {round}: I called every ward and in the end it worked.");
                    feed(&mut interview, &mut run, now, Input::AnswerFinal { item: format!("end-{round}"), text });
                }
            }
        }
        prop_assert!(interview.is_over(), "stuck: {:?}", interview.view(now));
    }
}

/// The last utterance or lead in these outputs.
fn say_since(outputs: &[Output]) -> Option<u32> {
    outputs.iter().rev().find_map(|output| match output {
        Output::Say(utterance) => Some(utterance.id),
        Output::Lead(lead) => Some(lead.id),
        _ => None,
    })
}

fn mode() -> impl Strategy<Value = PlanMode> {
    prop_oneof![Just(PlanMode::Structured), Just(PlanMode::Guided)]
}
