//! Cases that are not run, each with its reason. They are listed, so that nobody takes silence for a pass.

use super::{Came, Case};

/// A laptop that sleeps.
pub const SLEEP: Case = Case {
    name: "T4",
    title: "sleep of 30 s to 10 min",
    run: |_| {
        Box::pin(async {
            Ok(skipped(
                "with a real Chromium that is stopped: web/e2e/sleep.test.mjs, many times: bench/away.mjs; pages frozen for up to 30 s are in T19",
            ))
        })
    },
};

/// Another network.
pub const ROUTE: Case = Case {
    name: "T5",
    title: "address and route switch",
    run: |_| {
        Box::pin(async {
            Ok(skipped(
                "with a real Chromium between network namespaces: web/e2e/route.test.mjs, many times: bench/away.mjs",
            ))
        })
    },
};

/// No network for a while.
pub const OFFLINE: Case = Case {
    name: "T6",
    title: "offline for 5 min and back",
    run: |_| {
        Box::pin(async {
            Ok(skipped("with a real Chromium, for 60 s: web/e2e/outbox.test.mjs; at full length only simulated (T19)"))
        })
    },
};

/// A bad network.
pub const LOSSY: Case = Case {
    name: "T7",
    title: "10 % loss, 300 ms, 64 kbit/s",
    run: |_| Box::pin(async { Ok(skipped("needs real media between network namespaces; the rig's calls have none")) }),
};

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
