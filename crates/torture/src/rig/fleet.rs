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
    attended::Attended,
    browser::Browser,
    candidate::Candidate,
    manner::Manner,
    program::Server,
    provider::Provider,
    recruiter::{Link, Position, Recruiter},
};
use crate::{power::Power, rng::Rng};

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
    browsers: Vec<Browser>,
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
            browsers: Vec::new(),
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
        self.admit_by(link);
        true
    }

    /// Lets somebody come in who has a link already.
    pub fn admit_by(&mut self, link: Link) {
        self.next += 1;
        let candidate = Candidate {
            number: self.next,
            link,
            address: address(self.next),
            base: self.base.clone(),
            provider: self.provider.clone(),
            recruiter: self.recruiter.clone(),
            browser: Browser::default(),
            manner: self.manner.clone(),
            rng: self.rng.fork(),
        };
        self.browsers.push(candidate.browser.clone());
        self.under_way.spawn(candidate.attend());
    }

    /// Appends of everybody so far that were answered with this status.
    pub fn answers(&self, status: u16) -> u64 {
        self.browsers.iter().map(|one| one.with_record(|r| r.answers.get(&status).copied().unwrap_or(0))).sum()
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
    /// After every fifth kill nobody starts the server for up to so many milliseconds.
    pub away_ms: i64,
    /// How they behave.
    pub manner: Manner,
    /// How the server is stopped.
    pub blow: Blow,
}

/// How a server is stopped.
#[derive(Clone, Debug)]
pub enum Blow {
    /// `kill -9`.
    Kill,
    /// `kill -9`, and the machine's power is gone.
    Power(Power),
    /// In good order, as for a new version.
    Deploy,
}

impl Blow {
    async fn strike(&self, server: &mut Server, rng: &mut Rng) -> Result<()> {
        match self {
            Blow::Kill => server.kill().await,
            Blow::Power(power) => {
                server.kill().await?;
                power.cut(rng)
            }
            Blow::Deploy => {
                server.ready().await?;
                server.stop().await
            }
        }
    }
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
        plan.blow.strike(server, rng).await?;
        storm.kills += 1;
        if plan.away_ms > 0 && storm.kills.is_multiple_of(5) {
            tokio::time::sleep(Duration::from_millis(rng.range(0, plan.away_ms) as u64)).await;
        }
        server.spawn()?;
    }
    plan.blow.strike(server, rng).await?;
    storm.kills += 1;
    fleet.collect();
    Ok(())
}
