//! Cases that are not run, each with its reason. They are listed, so that nobody takes silence for a pass.

use super::{Came, Case};

/// A worker of its own.
pub const WORKER: Case = Case {
    name: "T13",
    title: "death of a session's worker, adoption by another",
    run: |_| {
        Box::pin(async {
            Ok(skipped("workers live in the server's process: their death is T11, a replaced writer is in T19"))
        })
    },
};

/// Sound that nobody heard.
pub const UNHEARD: Case = Case {
    name: "T18d",
    title: "page and control channel gone: seconds of speech that the recording gives back",
    run: |_| {
        Box::pin(async {
            Ok(skipped(
                "the rig's calls have no sound: crates/server/tests/live/healing/gone.rs tells the share (must be ≥ 99 %)",
            ))
        })
    },
};

fn skipped(why: &str) -> Came {
    Came::Skipped(why.to_owned())
}
