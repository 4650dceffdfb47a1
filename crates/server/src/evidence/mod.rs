//! Proof of what an interview's record was: what a seal covers, its signature, the file that carries both, and the check
//! of that file without database or network. `docs/evidence.md` defines every byte; nothing here reads or waits.

pub mod bundle;
pub mod finding;
pub mod judge;
pub mod key;
pub mod lines;
pub mod reason;
pub mod recorded;
pub mod recovered;
pub mod statement;
pub mod tree;
pub mod verify;
pub mod witness;
