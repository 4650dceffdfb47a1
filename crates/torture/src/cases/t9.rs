//! T9: a mail scanner opens the link, runs its script and posts, before the human does.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use super::{Came, Case, Given, judge};
use crate::{
    report::Mark,
    rig::{
        Rig, Setup,
        door::{Door, http},
        fleet::{Fleet, address},
        manner::Manner,
        recruiter::Link,
    },
};

/// The case.
pub const CASE: Case = Case {
    name: "T9",
    title: "a link scanner (HEAD, GET × 5, script and POST) comes before the human",
    run: |given| Box::pin(run(given)),
};

async fn run(mut given: Given) -> Result<Came> {
    let count = given.tier.pick(5, 100);
    let mut rig = Rig::start(&Setup { questions: 2, ..Setup::default() }).await?;
    let mut fleet = Fleet::new(&rig, Manner { is_scanned: true, ..Manner::default() }, "t9", given.rng.fork());
    for number in 0..count {
        let link = rig.recruiter.invite(&rig.position, "scanned").await?;
        scan(&rig, &link, 30_000 + number).await?;
        fleet.admit_by(link);
        while fleet.talking() >= 5 {
            fleet.one().await;
        }
    }
    let legs_of_scanners = rig.provider.calls() as u64;
    fleet.all().await;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let first_try = fleet.done.iter().filter(|one| one.tries.first() == Some(&1)).count() as u64;
    let legs: u64 = fleet.done.iter().map(|one| one.calls.len() as u64).sum();
    let calls = rig.provider.calls() as u64;
    let billed = calls - legs.min(calls);
    let marks = vec![
        Mark::must("humans who began at the first try", format!("{first_try} of {count}"), "all", first_try == count),
        Mark::must("calls that no human made", billed, "0", billed == 0 && legs_of_scanners <= legs),
        Mark::must("complete", format!("{} of {count}", verdict.complete), "all", verdict.complete == count),
    ];
    Ok(Came::Judged(verdict, marks))
}

/// What scanners do: they look, they look again, they run the page's script, which exchanges the link when it is clicked.
async fn scan(rig: &Rig, link: &Link, number: u64) -> Result<()> {
    let mut door = Door::new(http(Some(address(number)))?, &rig.server.url);
    door.send(Method::HEAD, "/i", None).await;
    for _ in 0..5 {
        door.get("/i").await;
    }
    let secret = json!({"invitation_id": link.invitation, "secret": link.secret});
    door.json(Method::POST, "/v1/candidate/redeem", &secret).await;
    door.get("/v1/candidate").await;
    // Without consent there is no session, and so no call.
    door.send(Method::POST, "/v1/candidate/connect", Some(("application/sdp", "v=0\r\n".to_owned()))).await;
    Ok(())
}
