//! Every text that can be spoken is known ahead.

use interview::{Script, UtteranceKind, lines};

use crate::plan::plan;

fn script() -> Script {
    Script { plan: plan(), company: "Acme".into(), position: "Nurse".into(), candidate: "Ann".into() }
}

fn texts(lines: Vec<interview::Line>) -> Vec<String> {
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn utterances_come_in_speaking_order_each_once() {
    let all = script().utterances();
    let first: Vec<&str> = all.iter().take(4).map(|line| line.text.as_str()).collect();
    let disclosure = lines::DISCLOSURE.replace("{company}", "Acme");
    assert_eq!(first, [&disclosure, "Hello Ann, welcome to Acme.", "Tell me about a mistake.", "What came of it?"]);
    assert_eq!((all.last().unwrap().kind, all.last().unwrap().text.as_str()), (UtteranceKind::Closing, "Goodbye Ann."));
    let mut unique = texts(all.clone());
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), all.len());
    assert!(all.iter().all(|line| !line.text.contains('{')));
}

#[test]
fn what_does_not_name_the_candidate_is_the_same_for_everyone() {
    let shared = texts(Script::plan_utterances(&plan(), "Acme", "Nurse"));
    let own: Vec<String> = texts(script().utterances()).into_iter().filter(|text| !shared.contains(text)).collect();
    assert_eq!(own, ["Hello Ann, welcome to Acme.", "Goodbye Ann."]);
}

#[test]
fn a_name_that_looks_like_a_placeholder_is_left_as_it_is() {
    let script = Script { candidate: "{company}".into(), ..script() };
    assert!(texts(script.utterances()).contains(&"Hello {company}, welcome to Acme.".to_owned()));
}

#[test]
fn probes_that_may_never_be_asked_are_not_rendered() {
    let mut script = script();
    script.plan.questions.iter_mut().for_each(|question| question.max_probes = 0);
    assert!(!texts(script.utterances()).contains(&"What came of it?".to_owned()));
}
