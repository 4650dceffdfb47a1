//! Seeded faults of the protocol, so that the torture suite can be shown to catch them (`make mutants`). They exist only
//! with the feature `mutants`, which no release has; without it [`is`] is a constant `false`.

/// What is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// An append is acknowledged when it has arrived.
    AckBeforeCommit,
    /// A failed commit is told as a success.
    FailedCommitAcked,
    /// The database does not wait for the disk.
    NoFsync,
    /// A row with words that the log has already is left out.
    DedupByText,
    /// The log is read in the order of the wall clock.
    OrderByWallClock,
    /// A gap is closed over.
    GapAccepted,
    /// Another content at a known place is taken for a repeat.
    ConflictAccepted,
    /// A writer that was replaced goes on.
    NoFencing,
    /// Who may no longer talk may no longer save.
    TokenBeforeAppend,
    /// The control channel is closed with the talk, whatever words are owed.
    CloseAtHangUp,
    /// What a control channel missed while it was away is not a flaw.
    HoleForgotten,
}

impl Mutant {
    /// Its name in `INSIGHTS_MUTANT`.
    pub const fn name(self) -> &'static str {
        match self {
            Mutant::AckBeforeCommit => "ack_before_commit",
            Mutant::FailedCommitAcked => "failed_commit_acked",
            Mutant::NoFsync => "no_fsync",
            Mutant::DedupByText => "dedup_by_text",
            Mutant::OrderByWallClock => "order_by_wall_clock",
            Mutant::GapAccepted => "gap_accepted",
            Mutant::ConflictAccepted => "conflict_accepted",
            Mutant::NoFencing => "no_fencing",
            Mutant::TokenBeforeAppend => "token_before_append",
            Mutant::CloseAtHangUp => "close_at_hang_up",
            Mutant::HoleForgotten => "hole_forgotten",
        }
    }
}

/// Whether this fault is seeded.
#[cfg(not(feature = "mutants"))]
pub const fn is(_: Mutant) -> bool {
    false
}

/// Whether this fault is seeded: the environment names it.
#[cfg(feature = "mutants")]
#[expect(clippy::disallowed_methods, reason = "a build for the torture suite alone, no setting of the product")]
pub fn is(mutant: Mutant) -> bool {
    static CHOSEN: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    CHOSEN.get_or_init(|| std::env::var("INSIGHTS_MUTANT").ok()).as_deref() == Some(mutant.name())
}
