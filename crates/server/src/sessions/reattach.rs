//! Opening a lost control channel again.

use tokio::{sync::mpsc, time::Duration};

use super::worker::{Command, tell};
use crate::adapters::realtime::{
    Realtime,
    sideband::{Attach, Sideband},
};

/// Waits between tries to open a lost control channel again.
const REATTACH_MS: &[u64] = &[0, 300, 1_200, 2_700, 4_800, 7_000];

/// What became of a call whose control channel was lost.
#[derive(Debug)]
pub enum Found {
    /// It goes on, and its channel is open again.
    Open(Sideband),
    /// It is over.
    Over {
        /// Found by the first look at a channel that has just closed: it closed because the call did.
        is_at_once: bool,
    },
}

/// Since when nothing is heard on a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Its control channel has closed just now.
    Now,
    /// An earlier process heard it last.
    Before,
}

/// Opens a lost control channel again, or finds that the call is over.
pub async fn reattach(realtime: Realtime, call_id: String, number: i64, worker: mpsc::WeakSender<Command>, lost: Lost) {
    let mut is_at_once = false;
    for wait_ms in REATTACH_MS {
        tokio::time::sleep(Duration::from_millis(*wait_ms)).await;
        match realtime.attach(&call_id, Attach::Again).await {
            Ok(sideband) => {
                // A worker that is gone meanwhile drops the channel.
                tell(&worker, Command::Reattached { number, found: Found::Open(sideband) }).await;
                return;
            }
            Err(error) if error.is_final() => {
                is_at_once = *wait_ms == 0 && lost == Lost::Now;
                break;
            }
            Err(error) => tracing::info!(leg = number, %error, "opening the control channel again"),
        }
    }
    // As above.
    tell(&worker, Command::Reattached { number, found: Found::Over { is_at_once } }).await;
}
