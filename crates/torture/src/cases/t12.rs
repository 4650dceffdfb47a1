//! T12: the power goes; what was not synced is gone. And the proof that the rig can see a loss: with `fsync` stubbed out it must.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Came, Case, Given, judge, t11};
use crate::{
    oracle::Verdict,
    power::Power,
    report::Mark,
    rig::{
        Rig, Setup,
        door::{Door, http},
        fleet::{Blow, StormPlan, address, storm},
        program::{Dir, ServerOptions},
    },
    rng::Rng,
};

/// The case.
pub const CASE: Case = Case {
    name: "T12",
    title: "power loss while candidates talk: what was not synced is gone, or torn",
    run: |given| Box::pin(run(given)),
};

/// Entries that each page of the proof appends before the cut.
const ENTRIES: i64 = 20;

async fn run(mut given: Given) -> Result<Came> {
    let (dir, other) = (Dir::new()?, Dir::new()?);
    let (power, its_power) = match (Power::new(&dir), Power::new(&other)) {
        (Ok(power), Ok(its_power)) => (power, its_power),
        (Err(error), _) | (_, Err(error)) => return Ok(Came::Skipped(format!("{error:#}"))),
    };
    let tier = given.tier;
    // The rig first: it must see a loss where there is one, and none where there is none.
    let stubbed = bare(&mut start(&its_power).await?, &its_power, true, &mut given.rng).await?;
    let mut rig = start(&power).await?;
    let synced = bare(&mut rig, &power, false, &mut given.rng).await?;
    let seen = format!("{} of {} lost", stubbed.lost, stubbed.acked);
    let proof = Mark::must("with fsync stubbed out", seen, "more than 0 lost", stubbed.lost > 0);
    if synced.lost > 0 {
        let verdict = Verdict { lost_acked: synced.lost, acked: synced.acked, ..Verdict::default() };
        return Ok(Came::Judged(verdict, vec![proof]));
    }
    let plan = StormPlan {
        kills: tier.pick(10, 200),
        acked: tier.pick(150, 10_000),
        sessions: tier.pick(6, 30),
        every_ms: (300, 3_000),
        away_ms: 0,
        manner: t11::patient(),
        blow: Blow::Power(power),
    };
    let (attended, storm) = storm(&mut rig, &plan, &mut given.rng).await?;
    let mut verdict = judge(&mut rig, &attended).await?;
    verdict.acked += synced.acked;
    let mut marks = t11::marks("cuts", &plan, &verdict, &attended, &storm);
    marks.insert(1, proof);
    Ok(Came::Judged(verdict, marks))
}

async fn start(power: &Power) -> Result<Rig> {
    let server = ServerOptions { data: Some(power.data().to_owned()), env: power.env() };
    Rig::start(&Setup { server, ..Setup::default() }).await
}

/// What became of entries that were acknowledged just before the power went, of pages that are dead then.
struct Bare {
    acked: u64,
    lost: u64,
}

async fn bare(rig: &mut Rig, power: &Power, is_stubbed: bool, rng: &mut Rng) -> Result<Bare> {
    let mut pages = Vec::new();
    for number in 0..4 {
        pages.push(enter(rig, if is_stubbed { 39_000 + number } else { 39_100 + number }).await?);
    }
    rig.server.kill().await?;
    rig.server.set_env("TORTURE_STUB", is_stubbed.then_some("1"));
    rig.server.start().await?;
    let mut bare = Bare { acked: 0, lost: 0 };
    for (door, session, key, instance) in &pages {
        for seq in 1..=ENTRIES {
            append(door, session, key, instance, seq, 1).await.good("an append before the cut")?;
            bare.acked += 1;
        }
    }
    rig.server.kill().await?;
    rig.server.set_env("TORTURE_STUB", None);
    power.cut(rng)?;
    if rig.server.start().await.is_err() {
        // Not even the database is whole.
        return Ok(Bare { lost: bare.acked, ..bare });
    }
    for (door, session, key, instance) in &pages {
        // Nothing at the place behind the last one is no gap: then all of it is there.
        let answer = append(door, session, key, instance, ENTRIES + 1, 0).await;
        let has = match answer.status {
            200 => ENTRIES,
            409 => answer.body["error"]["expected"].as_i64().context("a gap without its place")? - 1,
            _ => 0,
        };
        bare.lost += (ENTRIES - has) as u64;
    }
    Ok(bare)
}

type Entered = (Door, String, String, String);

/// Somebody who opened the link and agreed, and a page's name.
async fn enter(rig: &mut Rig, number: u64) -> Result<Entered> {
    let link = rig.recruiter.invite(&rig.position, &format!("bare-{number}")).await?;
    let mut door = Door::new(http(Some(address(number)))?, &rig.server.url);
    let secret = json!({"invitation_id": link.invitation, "secret": link.secret});
    let view = door.json(Method::POST, "/v1/candidate/redeem", &secret).await.good("the link")?;
    let version = json!({"version": view["notice"]["version"]});
    let view = door.json(Method::POST, "/v1/candidate/consent", &version).await.good("the consent")?;
    let text = |name: &str| view[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
    Ok((door, text("session_id")?, text("append_key")?, format!("{number:032x}")))
}

async fn append(
    door: &Door,
    session: &str,
    key: &str,
    instance: &str,
    first_seq: i64,
    count: usize,
) -> crate::rig::door::Answer {
    let event = json!({"kind": "test", "leg": 1, "at_ms": 1, "body": {"n": first_seq}});
    let events: Vec<Value> = std::iter::repeat_n(event, count).collect();
    let body = json!({"instance": instance, "first_seq": first_seq, "events": events});
    door.append(session, key, body.to_string()).await
}
