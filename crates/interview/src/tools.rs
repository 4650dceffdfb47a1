//! Reads a tool call of a model. Whatever the model wrote, it becomes one of these calls or a reason in words.

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Longest arguments that are read, in bytes.
const LONGEST: usize = 2_000;

/// A tool call that is well formed; whether it is allowed is the interview's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// The question of this number (1-based) is answered.
    NextQuestion(u64),
    /// Say the probe of this number (1-based).
    AskProbe(u64),
    /// The candidate asked for something.
    Note(Note),
    /// End the interview.
    End(Why),
}

/// What the candidate asked for, as the model heard it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Note {
    Repeat,
    Moment,
    Pause,
    End,
}

/// Why the model wants to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    CandidateAsked,
    AllAsked,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextQuestion {
    question: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskProbe {
    probe: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteRequest {
    kind: Note,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndInterview {
    reason: Why,
}

/// Reads a call; the error says in words what is wrong with it.
pub(crate) fn read(name: &str, arguments: &str) -> Result<Call, String> {
    match name {
        "next_question" => parse(arguments).map(|NextQuestion { question }| Call::NextQuestion(question)),
        "ask_probe" => parse(arguments).map(|AskProbe { probe }| Call::AskProbe(probe)),
        "note_request" => parse(arguments).map(|NoteRequest { kind }| Call::Note(kind)),
        "end_interview" => parse(arguments).map(|EndInterview { reason }| Call::End(reason)),
        _ => Err("There is no such tool. Use next_question, ask_probe, note_request or end_interview.".to_owned()),
    }
}

fn parse<T: DeserializeOwned>(arguments: &str) -> Result<T, String> {
    if arguments.len() > LONGEST {
        return Err("The arguments are too long. Follow the tool's schema.".to_owned());
    }
    // What the parser complains about can quote the arguments: the model knows them already.
    serde_json::from_str(arguments).map_err(|_| "The arguments do not follow the tool's schema.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Call, Note, Why, read};

    #[test]
    fn a_call_is_read_strictly() {
        let table = [
            ("next_question", r#"{"question":2}"#, Some(Call::NextQuestion(2))),
            ("next_question", r#" {"question": 2} "#, Some(Call::NextQuestion(2))),
            ("next_question", "{}", None),
            ("next_question", "", None),
            ("next_question", r#"{"question":"2"}"#, None),
            ("next_question", r#"{"question":-1}"#, None),
            ("next_question", r#"{"question":2,"score":5}"#, None),
            ("ask_probe", r#"{"probe":1}"#, Some(Call::AskProbe(1))),
            ("ask_probe", r#"{"probe":1.5}"#, None),
            ("note_request", r#"{"kind":"repeat"}"#, Some(Call::Note(Note::Repeat))),
            ("note_request", r#"{"kind":"end"}"#, Some(Call::Note(Note::End))),
            ("note_request", r#"{"kind":"raise"}"#, None),
            ("end_interview", r#"{"reason":"candidate_asked"}"#, Some(Call::End(Why::CandidateAsked))),
            ("end_interview", r#"{"reason":"top marks"}"#, None),
            ("end_interview", "[", None),
            ("set_score", r#"{"score":5}"#, None),
            ("", "{}", None),
        ];
        for (name, arguments, call) in table {
            assert_eq!(read(name, arguments).ok(), call, "{name} {arguments}");
        }
        assert!(read("next_question", &format!("{{\"question\":{}1}}", " ".repeat(3_000))).is_err());
    }
}
