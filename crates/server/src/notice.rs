//! What candidates are told and agree to before any sound is sent. The version changes with every change of a word.

use crate::config::ProviderKind;
use serde::Serialize;
use utoipa::ToSchema;

/// The version of the text below.
const VERSION: &str = "2026-11-23.2";

/// What a candidate reads before agreeing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Notice {
    /// To be sent with the consent.
    pub version: String,
    /// Whether it speaks of a recording: only then one is made.
    pub is_recorded: bool,
    /// Headings and texts, in order.
    pub items: Vec<NoticeItem>,
}

/// A heading with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticeItem {
    /// One line.
    pub heading: String,
    /// One paragraph.
    pub text: String,
}

/// The version that a candidate is shown while this provider carries the calls, and interviews for the position are recorded
/// or not: another one is another notice.
pub fn version(provider: ProviderKind, is_recorded: bool) -> String {
    let carried = match provider {
        ProviderKind::Own => VERSION.to_owned(),
        other => format!("{VERSION}-{}", other.text()),
    };
    if is_recorded { carried + "-recorded" } else { carried }
}

/// The notice of a company whose calls this provider carries.
pub fn notice(company: &str, contact_email: &str, provider: ProviderKind, is_recorded: bool) -> Notice {
    let item = |heading: &str, text: String| NoticeItem { heading: heading.to_owned(), text };
    Notice {
        version: version(provider, is_recorded),
        is_recorded,
        items: vec![
            item(
                "You talk with an AI",
                "The interviewer is a computer program with a synthetic voice. It asks the questions that people at the \
                 company wrote, the same ones for everybody. It does not judge you."
                    .to_owned(),
            ),
            item(
                "What is recorded",
                format!(
                    "Your spoken words are turned into text while you speak, and the text of the whole talk is stored with \
                     its times. {} Nothing about your voice, accent, mood or face is analyzed.",
                    what_of_the_sound(provider, is_recorded)
                ),
            ),
            item("Where your voice goes", where_it_goes(company, provider)),
            item(
                "Who reads it",
                format!(
                    "People at {company} who work on this position read the transcript{}. A person decides, never a program.",
                    if is_recorded { " and may listen to the recording" } else { "" }
                ),
            ),
            item(
                "You are free",
                "You can pause, type instead of speaking, or end the talk at any time. You can close the page and come \
                 back by the same link."
                    .to_owned(),
            ),
            item(
                "Your rights",
                format!(
                    "You can ask {company} for a copy, for a correction or for deletion, or for another way of being \
                     interviewed: write to {contact_email}."
                ),
            ),
        ],
    }
}

fn what_of_the_sound(provider: ProviderKind, is_recorded: bool) -> &'static str {
    match provider {
        _ if !is_recorded => "The sound itself is not stored.",
        // Our own engine's calls are recorded by the server as well.
        ProviderKind::Own => {
            "Both voices, yours and the interviewer's, are also recorded from the beginning of the talk to its end, by your \
             browser and by the server that carries the talk, and the recording is stored with the text: it shows what was \
             really said where a word was misheard. While you are muted or paused nothing of you is in it."
        }
        _ => {
            "Your browser also records your microphone from the beginning of the talk to its end, and the recording is \
             stored with the text: it shows what was really said where a word was misheard. While you are muted or paused \
             it is silent."
        }
    }
}

fn where_it_goes(company: &str, provider: ProviderKind) -> String {
    match provider {
        ProviderKind::Own => {
            format!("Your voice is heard and turned into text on a server of {company}. No other company gets it.")
        }
        other => format!(
            "Your voice goes from your browser to {}, which {company} uses to listen, to turn speech into text and to \
             speak. It gets your voice and the questions, but neither your name nor your e-mail address from us.",
            other.name()
        ),
    }
}
