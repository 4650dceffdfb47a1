//! Healing: what the candidate said and nobody heard live is looked for in the recording and recognized there (decision 11).
//!
//! [`voice`], [`unheard`] and [`known`] are without IO: where somebody speaks, which of it no turn has, and whether words
//! stand there already. [`sound`] reads a file piece by piece, [`heal`] does it all and writes it down.

pub mod frame;
pub mod known;
pub mod sound;
pub mod unheard;
pub mod voice;

#[cfg(test)]
mod testing;
