//! The seeded faults of the page's side, and which is in effect in this process; those of the server are its own
//! (`insights::mutant`).

pub use insights::mutant::Mutant as ServerMutant;

/// A fault of the page's side, seeded into the model of its outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// The page removes what it sent before it was acknowledged.
    EraseBeforeAck,
    /// The page takes a refusal of its key, or no answer, for the last word.
    GiveUpWithoutKey,
}

impl Mutant {
    /// Its name in `INSIGHTS_MUTANT`.
    pub const fn name(self) -> &'static str {
        match self {
            Mutant::EraseBeforeAck => "erase_before_ack",
            Mutant::GiveUpWithoutKey => "give_up_without_key",
        }
    }

    /// The one that this process was started with; none in a build without the feature `mutants`.
    pub fn chosen() -> Option<Mutant> {
        let name = std::env::var("INSIGHTS_MUTANT").ok().filter(|_| cfg!(feature = "mutants"))?;
        [Mutant::EraseBeforeAck, Mutant::GiveUpWithoutKey].into_iter().find(|mutant| mutant.name() == name)
    }
}
