//! Content to start from: the plan of a new position, and the demo position of the first start.

use interview::plan::{Anchor, Competency, Plan, PlanMode, Probe, ProbeRule, Question, QuestionKind};

/// What a new position's plan holds before anybody wrote it: words to greet and to close, no question.
pub fn plan() -> Plan {
    Plan {
        language: "en".to_owned(),
        greeting: "Hello {candidate}, and welcome. This is the interview of {company} for the position {position}. Take the time you need; \
                   you can ask me to repeat a question."
            .to_owned(),
        questions: vec![],
        closing: "Those were all my questions. Thank you for your time, {candidate}. The team reads your answers and writes to you. Goodbye."
            .to_owned(),
        mode: PlanMode::Structured,
    }
}

/// The title of the demo position.
pub const DEMO_TITLE: &str = "Customer support specialist";
/// The description of the demo position.
pub const DEMO_DESCRIPTION: &str =
    "Helps customers by phone and chat, and tells the product team what they need. A demo: change or copy it.";

/// What the demo position measures.
pub fn demo_competencies() -> Vec<Competency> {
    let competency = |id: &str, name: &str, description: &str, anchors: [&str; 3]| Competency {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        anchors: [1, 3, 5]
            .into_iter()
            .zip(anchors)
            .map(|(level, text)| Anchor { level, text: text.to_owned() })
            .collect(),
    };
    vec![
        competency(
            "customer",
            "Customer focus",
            "Finds out what somebody needs and sees it through.",
            [
                "Speaks of rules and products; the customer does not appear.",
                "Describes what a customer needed and what was done about it.",
                "Found the need behind the request, acted on it, and checked that it helped.",
            ],
        ),
        competency(
            "calm",
            "Calm under pressure",
            "Keeps working well when it gets hectic or heated.",
            [
                "Blames others or gives up when it gets difficult.",
                "Stays polite and asks for help in time.",
                "Sorts what matters first, keeps everybody informed, and learns from it.",
            ],
        ),
    ]
}

/// The demo position's plan: three questions.
pub fn demo_plan() -> Plan {
    let question = |id: &str, kind, text: &str, competency: Option<&str>, probes: &[(ProbeRule, &str)]| Question {
        id: id.to_owned(),
        kind,
        text: text.to_owned(),
        competency_id: competency.map(str::to_owned),
        time_limit_s: 180,
        max_probes: u8::from(!probes.is_empty()),
        probes: probes.iter().map(|(when, text)| Probe { when: *when, text: (*text).to_owned() }).collect(),
    };
    let questions = vec![
        question(
            "background",
            QuestionKind::Background,
            "To begin with, what have you done so far that prepares you for this work?",
            None,
            &[(ProbeRule::TooShort, "Could you tell me a little more about that?")],
        ),
        question(
            "helped",
            QuestionKind::Behavioral,
            "Tell me about a time when you helped somebody who was unhappy with a product or a service. What did you do?",
            Some("customer"),
            &[
                (ProbeRule::NoOwnAction, "What was your own part in it?"),
                (ProbeRule::NoResult, "How did it turn out in the end?"),
            ],
        ),
        question(
            "queue",
            QuestionKind::Situational,
            "Imagine ten customers are waiting, and one of them is shouting. What do you do first, and why?",
            Some("calm"),
            &[(ProbeRule::TooShort, "Could you walk me through it step by step?")],
        ),
    ];
    Plan { questions, ..plan() }
}
