//! The rig: the real binary with a data folder, the simulated provider, and candidates without a browser who go in and out by
//! the public door.

pub mod attended;
pub mod browser;
pub mod candidate;
pub mod door;
pub mod entrance;
pub mod events;
pub mod fleet;
pub mod manner;
pub mod naive;
pub mod postgres;
pub mod program;
pub mod provider;
pub mod recruiter;

use std::{sync::Arc, time::Duration};

use anyhow::Result;

use program::{Dir, Server, ServerOptions, Sim};
use provider::Provider;
use recruiter::{Position, Recruiter};

/// Everything that a case begins with.
pub struct Rig {
    /// Where everything lies; removed at the end.
    pub dir: Dir,
    /// The simulated provider's process.
    pub sim: Sim,
    /// What it wrote down.
    pub provider: Arc<Provider>,
    /// The server's process.
    pub server: Server,
    /// The recruiter, signed in.
    pub recruiter: Recruiter,
    /// A published position.
    pub position: Position,
}

/// How a rig is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Questions of the plan.
    pub questions: usize,
    /// Length of all speech: 1 is real time.
    pub pace: f64,
    /// The provider's longest session, in seconds.
    pub session_s: Option<u64>,
    /// Of the server.
    pub server: ServerOptions,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup { questions: 6, pace: 0.02, session_s: None, server: ServerOptions::default() }
    }
}

/// A server answers within this time of its start, also on a busy machine.
pub const UP_WITHIN: Duration = Duration::from_secs(60);

/// A session is given so long after the last fault to be finished and sealed; `TORTURE_PATIENCE_S` shortens it where a loss
/// is expected.
pub fn patience() -> Duration {
    let seconds = std::env::var("TORTURE_PATIENCE_S").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(300))
}

impl Rig {
    /// Starts everything.
    ///
    /// # Errors
    /// When a program does not start or the plan is refused.
    pub async fn start(setup: &Setup) -> Result<Rig> {
        let dir = Dir::new()?;
        let sim = Sim::start(&dir, setup.pace, setup.session_s).await?;
        let provider = Provider::watch(&sim);
        let mut server = Server::new(&dir, &sim.url, &setup.server)?;
        server.start().await?;
        let mut recruiter = Recruiter::sign_in(&server).await?;
        let position = recruiter.publish(setup.questions).await?;
        Ok(Rig { dir, sim, provider, server, recruiter, position })
    }
}
