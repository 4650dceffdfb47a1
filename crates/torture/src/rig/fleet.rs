//! Many candidates at once, and a server that is killed while they talk.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use super::{
    Rig,
    candidate::{Attended, Candidate, Manner},
    program::Server,
    provider::Provider,
    recruiter::{Position, Recruiter},
};
use crate::rng::Rng;

/// Addresses of this machine: each has its own rate limit.
pub fn address(number: u64) -> IpAddr {
    let n = number % 40_000;
    IpAddr::V4(Ipv4Addr::new(127, 0, 1 + (n / 250) as u8, 1 + (n % 250) as u8))
}

/// Candidates who come one after the other, so many at once.
pub struct Fleet {
    recruiter: Recruiter,
    position: Position,
    provider: Arc<Provider>,
    base: String,
    manner: Manner,
    tag: String,
    rng: Rng,
    next: u64,
    under_way: JoinSet<Attended>,
    /// Those who are done.
    pub done: Vec<Attended>,
}

impl Fleet {
    /// Nobody yet. `tag` makes their addresses the run's own.
    pub fn new(rig: &Rig, manner: Manner, tag: &str, rng: Rng) -> Fleet {
        Fleet {
            recruiter: rig.recruiter.clone(),
            position: rig.position.clone(),
            provider: rig.provider.clone(),
            base: rig.server.url.clone(),
            manner,
            tag: tag.to_owned(),
            rng,
            next: 0,
            under_way: JoinSet::new(),
            done: Vec::new(),
        }
    }

    /// How many talk now.
    pub fn talking(&self) -> usize {
        self.under_way.len()
    }

    /// Entries that were acknowledged to those who are done.
    pub fn acked(&self) -> u64 {
        self.done.iter().map(acked).sum()
    }

    /// Lets one more come in. While the server is away nobody can be invited: false.
    pub async fn admit(&mut self) -> bool {
        let Ok(link) = self.recruiter.invite(&self.position, &self.tag).await else { return false };
        self.next += 1;
        let candidate = Candidate {
            number: self.next,
            link,
            address: address(self.next),
            base: self.base.clone(),
            provider: self.provider.clone(),
            manner: self.manner.clone(),
            rng: self.rng.fork(),
        };
        self.under_way.spawn(candidate.attend());
        true
    }

    /// Changes how those behave who come from now on.
    pub fn set_manner(&mut self, manner: Manner) {
        self.manner = manner;
    }

    /// Collects those who are done already.
    pub fn collect(&mut self) {
        while let Some(joined) = self.under_way.try_join_next() {
            self.done.extend(joined);
        }
    }

    /// Waits for the next who is done; false: nobody is under way.
    pub async fn one(&mut self) -> bool {
        match self.under_way.join_next().await {
            Some(joined) => {
                self.done.extend(joined);
                true
            }
            None => false,
        }
    }

    /// Waits for everybody.
    pub async fn all(&mut self) {
        while self.one().await {}
    }
}

/// Entries that one candidate's pages were told are saved, and turns that were shown.
pub fn acked(attended: &Attended) -> u64 {
    let pages = attended.browser.with_record(|record| record.pages.values().map(|told| told.acked as u64).sum::<u64>());
    pages + attended.shown.len() as u64
}

/// What a storm did.
#[derive(Clone, Debug, Default)]
pub struct Storm {
    /// Kills.
    pub kills: u64,
    /// From a start to the first answer, in milliseconds, where the next kill did not come first.
    pub starts_ms: Vec<u64>,
    /// How long it lasted.
    pub lasted: Duration,
}

/// Kills the server again and again while candidates come and go, until there were so many kills and acknowledged entries.
///
/// # Errors
/// When the server cannot be started or killed.
pub async fn storm(rig: &mut Rig, plan: &StormPlan, rng: &mut Rng) -> Result<(Vec<Attended>, Storm)> {
    let began = Instant::now();
    let mut storm = Storm::default();
    let mut fleet = Fleet::new(rig, plan.manner.clone(), "storm", rng.fork());
    rage(&mut rig.server, &mut fleet, plan, rng, &mut storm).await?;
    storm.lasted = began.elapsed();
    rig.server.start().await.context("after the last kill")?;
    fleet.all().await;
    Ok((fleet.done, storm))
}

/// How much of a storm.
#[derive(Clone, Debug)]
pub struct StormPlan {
    /// At least so many kills.
    pub kills: u64,
    /// At least so many acknowledged entries, of candidates who are done.
    pub acked: u64,
    /// Candidates at once.
    pub sessions: usize,
    /// Milliseconds from one kill to the next.
    pub every_ms: (i64, i64),
    /// How they behave.
    pub manner: Manner,
}

async fn rage(
    server: &mut Server,
    fleet: &mut Fleet,
    plan: &StormPlan,
    rng: &mut Rng,
    storm: &mut Storm,
) -> Result<()> {
    while storm.kills < plan.kills || fleet.acked() < plan.acked {
        let until = Instant::now() + Duration::from_millis(rng.range(plan.every_ms.0, plan.every_ms.1) as u64);
        let started = Instant::now();
        let mut is_up = false;
        while Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            if !is_up {
                if let Ok(ready) = tokio::time::timeout(left, server.ready()).await {
                    ready.context("a start after a kill")?;
                    is_up = true;
                    storm.starts_ms.push(started.elapsed().as_millis() as u64);
                }
                continue;
            }
            fleet.collect();
            let wants_more = fleet.talking() < plan.sessions;
            if !(wants_more && matches!(tokio::time::timeout(left, fleet.admit()).await, Ok(true))) {
                tokio::time::sleep(left.min(Duration::from_millis(20))).await;
            }
        }
        server.kill().await?;
        storm.kills += 1;
        server.spawn()?;
    }
    server.kill().await?;
    storm.kills += 1;
    fleet.collect();
    Ok(())
}
