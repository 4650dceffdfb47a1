//! The seeded faults: which there are, and which is in effect in this process.

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

/// Runs every seeded fault against what must catch it.
///
/// # Errors
/// When a run cannot be started.
pub fn hunt(_record: bool) -> anyhow::Result<bool> {
    anyhow::bail!("not in this build")
}
