//! Healing: what the candidate said and nobody heard live is looked for in the recording and recognized there (decision 11).
//!
//! [`voice`], [`unheard`] and [`known`] are without IO: where somebody speaks, which of it no turn has, and whether words
//! stand there already. [`sound`] reads a file piece by piece, [`recognizer`] asks the provider, [`writer`] writes down what
//! became of it, and [`heal`] is the whole.

pub mod frame;
pub mod heal;
pub mod known;
pub mod recognizer;
pub mod sound;
pub mod unheard;
pub mod voice;
pub mod writer;

#[cfg(test)]
mod testing;
