//! What blocks publishing, and where.

use interview::plan::{Anchor, Competency, Plan, Probe, ProbeRule, Question, QuestionKind, minutes, problems};

pub fn question(id: &str) -> Question {
    Question {
        id: id.into(),
        kind: QuestionKind::Behavioral,
        text: "Tell me about a mistake.".into(),
        competency_id: Some("care".into()),
        time_limit_s: 120,
        max_probes: 1,
        probes: vec![Probe { when: ProbeRule::Always, text: "What came of it?".into() }],
    }
}

pub fn plan() -> Plan {
    Plan {
        language: "en".into(),
        greeting: "Hello {candidate}, welcome to {company}.".into(),
        questions: vec![question("a"), question("b")],
        closing: "Goodbye {candidate}.".into(),
        mode: Default::default(),
    }
}

fn competency() -> Competency {
    let anchors = [1, 3, 5].map(|level| Anchor { level, text: format!("Level {level}") }).to_vec();
    Competency { id: "care".into(), name: "Care".into(), description: String::new(), anchors }
}

fn found(change: impl FnOnce(&mut Plan, &mut Vec<Competency>)) -> Vec<(String, &'static str)> {
    let (mut plan, mut competencies) = (plan(), vec![competency()]);
    change(&mut plan, &mut competencies);
    let problems = problems(&plan, &competencies);
    assert!(problems.iter().all(|problem| !problem.message.is_empty()));
    problems.into_iter().map(|problem| (problem.path, problem.code)).collect()
}

#[test]
fn a_good_plan_has_no_problems() {
    assert_eq!(found(|_, _| {}), []);
}

#[test]
fn an_empty_plan_names_everything_that_lacks() {
    let expected = [("greeting", "empty"), ("questions", "empty"), ("closing", "empty")];
    let found = found(|plan, _| {
        *plan = Plan { greeting: " ".into(), questions: vec![], closing: "...".into(), ..plan.clone() };
    });
    assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
}

type Change = fn(&mut Plan, &mut Vec<Competency>);

#[test]
fn each_problem_is_named_by_its_path() {
    let table: &[(&str, &str, Change)] = &[
        ("language", "unsupported", |p, _| p.language = "de".into()),
        ("greeting", "too_long", |p, _| p.greeting = "a".repeat(2_001)),
        ("greeting", "unknown_placeholder", |p, _| p.greeting = "Hi {name}.".into()),
        ("questions", "too_many", |p, _| p.questions = (0..51).map(|n| question(&n.to_string())).collect()),
        ("questions[0].id", "empty", |p, _| p.questions[0].id = " ".into()),
        ("questions[1].id", "duplicate", |p, _| p.questions[1].id = "a".into()),
        ("questions[1].text", "empty", |p, _| p.questions[1].text = String::new()),
        ("questions[1].text", "too_long", |p, _| p.questions[1].text = "a".repeat(200_000)),
        ("questions[1].text", "placeholder", |p, _| p.questions[1].text = "What about {company}?".into()),
        ("questions[0].time_limit_s", "out_of_range", |p, _| p.questions[0].time_limit_s = 14),
        ("questions[0].time_limit_s", "out_of_range", |p, _| p.questions[0].time_limit_s = 1_801),
        ("questions[0].max_probes", "out_of_range", |p, _| p.questions[0].max_probes = 4),
        ("questions[0].max_probes", "more_than_written", |p, _| p.questions[0].max_probes = 2),
        ("questions[0].probes[0].text", "too_long", |p, _| p.questions[0].probes[0].text = "a".repeat(501)),
        ("questions[0].probes[1].text", "duplicate", |p, _| {
            let probe = p.questions[0].probes[0].clone();
            p.questions[0].probes.push(probe);
        }),
        ("questions[1].competency_id", "unknown", |p, _| p.questions[1].competency_id = Some("speed".into())),
        ("closing", "too_long", |p, _| p.closing = "\u{e9}".repeat(2_001)),
        ("competencies[0].anchors", "too_few", |_, c| drop(c[0].anchors.pop())),
        ("competencies[0].anchors[0].level", "out_of_range", |_, c| {
            c[0].anchors.insert(0, Anchor { level: 6, text: "Beyond".into() });
        }),
        ("competencies[0].anchors[1].level", "duplicate", |_, c| {
            c[0].anchors.insert(0, Anchor { level: 1, text: "Again".into() });
        }),
        ("competencies[0].anchors[2].text", "empty", |_, c| c[0].anchors[2].text = String::new()),
        ("competencies[0].name", "empty", |_, c| c[0].name = String::new()),
        ("competencies[1].id", "duplicate", |_, c| c.push(competency())),
    ];
    for (path, code, change) in table {
        assert_eq!(found(*change), [((*path).to_owned(), *code)], "{path} {code}");
    }
}

#[test]
fn texts_are_measured_in_characters_and_the_longest_allowed_is_allowed() {
    assert_eq!(found(|plan, _| plan.questions[0].text = "\u{e9}".repeat(2_000)), []);
}

#[test]
fn a_competency_that_no_question_uses_needs_no_anchors_yet() {
    let unused = Competency { id: "speed".into(), anchors: vec![], ..competency() };
    assert_eq!(found(|_, competencies| competencies.push(unused)), []);
}

#[test]
fn minutes_cover_the_time_limits_and_what_is_spoken() {
    assert_eq!(minutes(&plan()), 5);
    let empty = Plan { questions: vec![], ..plan() };
    assert_eq!(minutes(&empty), 1);
}

#[test]
fn a_plan_reads_from_short_json_and_a_wrong_one_says_where() {
    let text = r#"{"greeting":"Hi.","questions":[{"id":"a","kind":"knowledge","text":"Why?","time_limit_s":60}],"closing":"Bye."}"#;
    let plan: Plan = serde_json::from_str(text).unwrap();
    assert_eq!((plan.language.as_str(), plan.questions[0].max_probes), ("en", 0));
    let error = serde_json::from_str::<Plan>(&text.replace("knowledge", "trivia")).unwrap_err();
    assert!(error.to_string().contains("trivia"), "{error}");
}
