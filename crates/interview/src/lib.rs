//! The interview itself.
#![warn(missing_docs)]

pub mod export;
pub mod input;
pub mod lines;
pub mod output;
pub mod plan;
pub mod problems;
pub mod script;
mod stage;
pub mod time;
pub mod transcript;
pub mod view;
pub mod wer;

pub use input::{Heard, Input, Request};
pub use output::{EndReason, Output, Speaker, Turn, TurnKind, TurnStatus, Utterance, UtteranceKind};
pub use script::{Line, Script};
pub use stage::Interview;
pub use time::Timestamp;
pub use view::{Phase, QuestionView, StageName, View};
