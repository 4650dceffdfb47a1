//! Live interviews through the public door, against a simulated provider: what was said is in the transcript, whatever
//! dies next.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod append;
mod backup;
mod bad_answers;
mod budget;
mod canaries;
mod corpus;
mod damage;

mod doors;
mod ends;
mod founding;
mod golden;
mod guided;
mod healing;
mod integrity;
mod legs;
mod openai;
mod probes;
mod quirks;
mod recording;
mod refusals;
mod repair;
mod sealed;
mod sim;
mod simulated;
mod stage;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each suite uses its part")]
mod support;
mod talk;
mod voice_settings;
mod wire;
