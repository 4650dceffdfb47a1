//! T10: two pages of one candidate race for the talk.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Came, Case, Given, judge};
use crate::{
    report::Mark,
    rig::{
        Rig, Setup,
        attended::Attended,
        door::{Door, http},
        entrance::OFFER,
        fleet::{Fleet, address},
        manner::Manner,
        recruiter::Link,
    },
    rng::Rng,
};

/// The case.
pub const CASE: Case =
    Case { name: "T10", title: "two pages of one candidate race for the talk", run: |given| Box::pin(run(given)) };

async fn run(mut given: Given) -> Result<Came> {
    let races = given.tier.pick(10, 200);
    let mut rig = Rig::start(&Setup { questions: 3, ..Setup::default() }).await?;
    let (mut most_live, mut won) = (0, 0);
    let mut attended: Vec<Attended> = Vec::new();
    for number in 0..races {
        let link = rig.recruiter.invite(&rig.position, "race").await?;
        let (live, winners) = race(&mut rig, &link, number, &mut given.rng).await?;
        most_live = most_live.max(live);
        won += u64::from(winners >= 1);
        // Then the candidate goes on in one of them, to the end.
        let mut fleet = Fleet::new(&rig, Manner::default(), "t10", given.rng.fork());
        fleet.admit_by(link);
        fleet.all().await;
        attended.append(&mut fleet.done);
    }
    let verdict = judge(&mut rig, &attended).await?;
    let marks = vec![
        Mark::must("races with a winner", format!("{won} of {races}"), "all", won == races),
        Mark::must("legs open at once by the server's record, most", most_live, "1", most_live == 1),
    ];
    Ok(Came::Judged(verdict, marks))
}

/// Both pages connect at the same moment; the most legs that were open at once while they did, and who got an answer.
async fn race(rig: &mut Rig, link: &Link, number: u64, rng: &mut Rng) -> Result<(usize, usize)> {
    let (mut one, view) = enter(rig, link, 2 * number).await?;
    let (mut two, _) = enter(rig, link, 2 * number + 1).await?;
    let session = view["session_id"].as_str().context("no session")?.to_owned();
    let offers = [rng.hex(8), rng.hex(8)].map(|mark| Some(("application/sdp", OFFER.replace("UFRAG", &mark))));
    let [first, second] = offers;
    let mut recruiter = rig.recruiter.clone();
    let (done, mut is_done) = tokio::sync::watch::channel(false);
    let watch = async move {
        let mut most = 0;
        loop {
            if let Ok(view) = recruiter.session(&session).await {
                let legs = view["legs"].as_array().into_iter().flatten();
                // One that is given up is hung up beside the next; its end is written once its last words are in.
                most = most.max(legs.filter(|leg| leg["end_reason"].is_null()).count());
            }
            if *is_done.borrow_and_update() {
                return most;
            }
            // Whichever comes first: the end of the race, or the next look.
            let _ = tokio::time::timeout(Duration::from_millis(50), is_done.changed()).await;
        }
    };
    let both = async move {
        let race = tokio::join!(
            one.send(Method::POST, "/v1/candidate/connect", first),
            two.send(Method::POST, "/v1/candidate/connect", second),
        );
        tokio::time::sleep(Duration::from_millis(300)).await;
        done.send_replace(true);
        race
    };
    let (most, (a, b)) = tokio::join!(watch, both);
    Ok((most, usize::from(a.is_good()) + usize::from(b.is_good())))
}

async fn enter(rig: &Rig, link: &Link, number: u64) -> Result<(Door, Value)> {
    let mut door = Door::new(http(Some(address(20_000 + number)))?, &rig.server.url);
    let secret = json!({"invitation_id": link.invitation, "secret": link.secret});
    let view = door.json(Method::POST, "/v1/candidate/redeem", &secret).await.good("the link")?;
    let version = json!({"version": view["notice"]["version"]});
    let view = door.json(Method::POST, "/v1/candidate/consent", &version).await.good("the consent")?;
    Ok((door, view))
}
