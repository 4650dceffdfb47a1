//! A transaction's first statements, run together with those that begin it: on SQLite each turn of the connection's thread
//! costs more than most statements.

use std::future::Future;

use sqlx::AnyConnection;

/// The statements with which a part opens.
pub(super) trait Opening {
    /// What they find.
    type Got;

    /// Runs `before`, which may be empty, and then them.
    fn run(
        &self,
        connection: &mut AnyConnection,
        before: &'static str,
    ) -> impl Future<Output = Result<Self::Got, Halted>> + Send;
}

/// Why they did not all run.
pub(super) struct Halted {
    /// Whether what had to run before them did.
    pub(super) has_begun: bool,
    pub(super) error: sqlx::Error,
}

impl Halted {
    /// In the statements themselves.
    pub(super) fn within(error: sqlx::Error) -> Halted {
        Halted { has_begun: true, error }
    }
}
