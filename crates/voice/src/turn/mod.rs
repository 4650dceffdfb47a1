//! Turn taking: decides, in sample time, when the candidate starts, pauses and has finished.

mod settings;

pub use settings::{Eagerness, TurnDetection};
