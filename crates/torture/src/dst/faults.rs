//! What goes wrong in a run. Each seed draws its own mixture, so that some runs are mostly calm and some are hell.

use crate::rng::Rng;

/// An operation that may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Io {
    /// The page keeps entries on its device.
    DeviceWrite,
    /// A request leaves.
    Request,
    /// An answer leaves.
    Answer,
    /// The server writes a commit.
    Write,
    /// The server waits for the disk.
    Sync,
    /// A worker takes its instance over.
    Claim,
}

/// How the chosen operation of a sweep fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strike {
    /// With an error.
    Error,
    /// The process that does it dies: page or server.
    Kill,
    /// The machine of the server loses its power.
    Power,
}

/// The mixture. Shares are of a thousand, times milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Requests that never arrive.
    pub lost: u32,
    /// Requests that arrive twice.
    pub doubled: u32,
    /// Answers that never arrive, though the commit was made.
    pub cut: u32,
    /// The longest way of a request or an answer.
    pub delay_ms: i64,
    /// Requests that something on the way answers.
    pub proxy: u32,
    /// Operations of disk and device that fail.
    pub io: u32,
    /// The server dies about so often; 0: never.
    pub kill_every_ms: i64,
    /// Deaths that take the machine's power, too.
    pub power: u32,
    /// A page dies or is loaded anew about so often; 0: never.
    pub page_every_ms: i64,
    /// A page sleeps about so often; 0: never.
    pub freeze_every_ms: i64,
    /// A worker is replaced while it lives about so often; 0: never.
    pub takeover_every_ms: i64,
    /// How wrong the clocks are, and how far they step.
    pub skew_ms: i64,
    /// How long all this lasts.
    pub for_ms: i64,
    /// Sweeps: the operation of this number fails so.
    pub strike: Option<(u64, Strike)>,
}

const DAY_MS: i64 = 86_400_000;

impl Faults {
    /// A mixture of a seed's own.
    pub fn random(rng: &mut Rng) -> Faults {
        let mut share = |most: i64| if rng.chance(300) { 0 } else { rng.range(0, most) };
        let (lost, doubled, cut) = (share(300) as u32, share(200) as u32, share(300) as u32);
        let (proxy, io, power) = (share(150) as u32, share(100) as u32, share(1000) as u32);
        let (kill, page, freeze, takeover) = (share(5_000), share(20_000), share(30_000), share(20_000));
        let at_least = |ms: i64, least: i64| if ms == 0 { 0 } else { ms.max(least) };
        Faults {
            lost,
            doubled,
            cut,
            delay_ms: 2 + share(3_000),
            proxy,
            io,
            kill_every_ms: at_least(kill, 200),
            power,
            page_every_ms: at_least(page, 1_000),
            freeze_every_ms: at_least(freeze, 2_000),
            takeover_every_ms: at_least(takeover, 500),
            skew_ms: share(DAY_MS),
            for_ms: 20_000 + share(40_000),
            strike: None,
        }
    }

    /// Nothing goes wrong but one operation.
    pub fn only(strike: Option<(u64, Strike)>) -> Faults {
        Faults {
            delay_ms: 30,
            page_every_ms: 6_000,
            takeover_every_ms: 4_000,
            for_ms: 12_000,
            strike,
            ..Faults::default()
        }
    }

    /// What is left when the faults end: a network that takes its time.
    pub fn calm(&self) -> Faults {
        Faults { delay_ms: 20, skew_ms: self.skew_ms, ..Faults::default() }
    }
}
