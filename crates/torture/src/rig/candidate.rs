//! One candidate without a browser: opens the link, agrees, connects, talks, and keeps everything as the page does.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    browser::{Browser, Page},
    door::{Answer, Door, http},
    events::{self, Stream},
    naive::Naive,
    patience,
    provider::{Happened, Provider},
    recruiter::{Link, Recruiter},
};
use crate::{outbox::Address, rng::Rng};

/// An offer of Chromium's; `UFRAG` is made each candidate's own.
pub const OFFER: &str = include_str!("offer.sdp");
/// Between two tries of anything.
const AGAIN: Duration = Duration::from_millis(250);

/// How a candidate behaves.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Gives up being interviewed after so long.
    pub limit: Duration,
    /// The page is closed for ever once so many answers were begun.
    pub leaves_after: Option<u64>,
    /// The page dies about so often, and is loaded again by the link.
    pub page_dies_every: Option<Duration>,
    /// After so many answers the cookie is gone and the invitation revoked: the page can neither resume nor begin again.
    pub loses_everything_after: Option<u64>,
    /// What becomes of the words, as the simulator's scripts say it; null: the usual.
    pub transcript: Value,
    /// Silence after which the candidate says something whoever's turn it is.
    pub restless: Duration,
    /// Somebody else opened the link before.
    pub is_scanned: bool,
    /// Ends the talk by the button after so many answers.
    pub ends_after: Option<u64>,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            limit: 2 * patience(),
            leaves_after: None,
            page_dies_every: None,
            loses_everything_after: None,
            transcript: Value::Null,
            restless: Duration::from_secs(5),
            is_scanned: false,
            ends_after: None,
        }
    }
}

/// What an interview came to, seen from the candidate.
#[derive(Debug, Default)]
pub struct Attended {
    /// The session, once there was one.
    pub session: Option<String>,
    /// What the pages saw and were told.
    pub browser: Browser,
    /// The calls, in order.
    pub calls: Vec<String>,
    /// Turns that were shown as saved: item and words.
    pub shown: Vec<(String, String)>,
    /// Why it ended, as the server says.
    pub ended: Option<String>,
    /// Whether the page could say that everything is saved.
    pub is_saved: bool,
    /// From the death of a page to the next call, in milliseconds.
    pub resumes_ms: Vec<u64>,
    /// From the end of a call to the next one, in milliseconds.
    pub gaps_ms: Vec<u64>,
    /// Tries of the offer until there was a call.
    pub tries: Vec<u64>,
    /// What the common pattern would have kept of the same talk.
    pub naive: Naive,
    /// Why it broke off here, if it did.
    pub error: Option<String>,
}

/// Who is interviewed.
pub struct Candidate {
    /// Its number in the run; in every word it says.
    pub number: u64,
    /// Its link.
    pub link: Link,
    /// Its address.
    pub address: IpAddr,
    /// The server's address.
    pub base: String,
    /// The simulator.
    pub provider: Arc<Provider>,
    /// Its browser.
    pub browser: Browser,
    /// Who invited.
    pub recruiter: Recruiter,
    /// How it behaves.
    pub manner: Manner,
    /// Its own randomness.
    pub rng: Rng,
}

/// A page that talks.
struct Talk {
    page: Page,
    stream: Stream,
    call: String,
    told: Receiver<Happened>,
    leg: i64,
}

/// What a talk was left for.
enum Left {
    Ended,
    PageDied,
    CallLost,
    ForGood,
}

impl Candidate {
    /// Goes through the whole interview.
    pub async fn attend(mut self) -> Attended {
        let mut attended = Attended { browser: self.browser.clone(), ..Attended::default() };
        let limit = self.manner.limit;
        match tokio::time::timeout(limit, self.live(&mut attended)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => attended.error = Some(format!("{error:#}")),
            Err(_) => attended.error = Some(format!("not over after {} s", limit.as_secs())),
        }
        attended
    }

    async fn live(&mut self, attended: &mut Attended) -> Result<()> {
        let mut door = Door::new(http(Some(self.address))?, &self.base);
        if self.manner.is_scanned {
            attended.naive.shut_out();
        }
        let mut view = self.enter(&mut door).await?;
        let (mut answers, mut died, mut lost) = (0, None::<Instant>, None::<Instant>);
        loop {
            attended.session = view["session_id"].as_str().map(str::to_owned);
            let Some(mut talk) = self.connect(&mut door, &view, attended).await? else {
                // It was ended while this page was away: what is left is sent.
                let view = self.enter(&mut door).await?;
                return self.only_send(&door, &view, attended).await;
            };
            let ms = |since: Instant| since.elapsed().as_millis() as u64;
            attended.resumes_ms.extend(died.take().map(ms));
            attended.gaps_ms.extend(lost.take().map(ms));
            match self.talk(&mut talk, attended, &mut answers, &mut door).await? {
                Left::Ended => return self.finish(talk, attended).await,
                Left::ForGood => return Ok(()),
                Left::CallLost => lost = Some(Instant::now()),
                Left::PageDied => {
                    died = Some(Instant::now());
                    attended.naive.die();
                    drop(talk);
                    door.cookie = None;
                    view = self.enter(&mut door).await?;
                }
            }
            if view["status"] == "finished" {
                return self.only_send(&door, &view, attended).await;
            }
        }
    }

    /// Opens the link and agrees; again and again while nobody answers.
    async fn enter(&mut self, door: &mut Door) -> Result<Value> {
        let secret = json!({"invitation_id": self.link.invitation, "secret": self.link.secret});
        loop {
            let opened = door.json(Method::POST, "/v1/candidate/redeem", &secret).await;
            if !opened.is_good() {
                self.patience(&opened, "the link").await?;
                continue;
            }
            if opened.body["status"] == "finished" {
                return Ok(opened.body);
            }
            let version = json!({"version": opened.body["notice"]["version"]});
            let agreed = door.json(Method::POST, "/v1/candidate/consent", &version).await;
            if agreed.is_good() {
                return Ok(agreed.body);
            }
            self.patience(&agreed, "the consent").await?;
        }
    }

    /// Waits before the next try, or gives up where another try would bring the same.
    async fn patience(&mut self, answer: &Answer, what: &str) -> Result<()> {
        if (400..500).contains(&answer.status) && ![401, 408, 409, 425, 429].contains(&answer.status) {
            bail!("{what}: {} {}", answer.status, answer.text);
        }
        let asked = Duration::from_secs(u64::try_from(answer.retry_after_s.unwrap_or(0)).unwrap_or(0).min(3));
        tokio::time::sleep(asked.max(AGAIN)).await;
        Ok(())
    }

    /// Makes a call: the page, its event stream, the offer, the report that sound is there.
    async fn connect(&mut self, door: &mut Door, view: &Value, attended: &mut Attended) -> Result<Option<Talk>> {
        let page = self.page(door, view, attended)?;
        let stream = events::open(door, "/v1/candidate/events");
        let mut tries = 0;
        loop {
            tries += 1;
            let mark = self.rng.hex(8);
            let offer = OFFER.replace("UFRAG", &mark);
            let made = door.send(Method::POST, "/v1/candidate/connect", Some(("application/sdp", offer))).await;
            let Some(leg) = made.leg.filter(|_| made.is_good()) else {
                if made.body["error"]["code"] == "session_over" {
                    return Ok(None);
                }
                self.patience(&made, "the offer").await?;
                continue;
            };
            attended.tries.push(tries);
            let (call, told) = self.provider.call_of(&mark).await?;
            attended.calls.push(call.clone());
            self.press(door, leg, "ready").await?;
            return Ok(Some(Talk { page, stream, call, told, leg }));
        }
    }

    fn page(&mut self, door: &Door, view: &Value, attended: &Attended) -> Result<Page> {
        let text = |name: &str| view[name].as_str().map(Arc::<str>::from).with_context(|| format!("no {name}"));
        let address = Address { session: text("session_id")?, key: text("append_key")? };
        Ok(attended.browser.load(door.clone(), &self.rng.hex(16), address))
    }

    /// Presses a button of the leg; again while the server is away. A leg that is over takes none.
    async fn press(&mut self, door: &mut Door, leg: i64, kind: &str) -> Result<()> {
        loop {
            let body = json!({"leg": leg, "kind": kind});
            let pressed = door.json(Method::POST, "/v1/candidate/control", &body).await;
            if pressed.is_good() || [403, 404, 409, 410, 422].contains(&pressed.status) {
                return Ok(());
            }
            self.patience(&pressed, "a button").await?;
        }
    }

    async fn talk(
        &mut self,
        talk: &mut Talk,
        attended: &mut Attended,
        answers: &mut u64,
        door: &mut Door,
    ) -> Result<Left> {
        let began = Instant::now();
        let dies_after = self.manner.page_dies_every.map(|every| every.mul_f64(self.rng.range(1, 200) as f64 / 100.0));
        loop {
            let restless = tokio::time::sleep(self.manner.restless);
            let until_death = async {
                match dies_after {
                    Some(after) => tokio::time::sleep(after.saturating_sub(began.elapsed())).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                told = talk.stream.events.recv() => match told {
                    Some((name, data)) if name == "turn" => shown(attended, &data),
                    Some((name, data)) if name == "ended" => {
                        attended.ended = Some(data["reason"].as_str().unwrap_or_default().to_owned());
                        attended.naive.end(door).await;
                        return Ok(Left::Ended);
                    }
                    Some((name, data)) if name == "state" && data["session_state"] == "interrupted" => {
                        if self.is_over(&talk.call) {
                            return Ok(Left::CallLost);
                        }
                    }
                    Some(_) => {}
                    None => bail!("the event stream's task ended"),
                },
                happened = talk.told.recv() => match happened {
                    Ok(Happened::Event(kind, body)) => {
                        attended.naive.see(&kind, &body);
                        talk.page.see(&kind, talk.leg, began.elapsed().as_millis() as i64, &body);
                    }
                    Ok(Happened::Said(text, true)) if text.contains("on day") => {
                        if self.answer(talk, attended, answers, door).await? {
                            return Ok(Left::ForGood);
                        }
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => bail!("the ledger came faster than it was read"),
                    Err(RecvError::Closed) => bail!("the ledger is not read any more"),
                },
                () = restless => {
                    if self.is_over(&talk.call) {
                        return Ok(Left::CallLost);
                    }
                    if self.answer(talk, attended, answers, door).await? {
                        return Ok(Left::ForGood);
                    }
                }
                () = until_death => return Ok(Left::PageDied),
            }
        }
    }

    fn is_over(&self, call: &str) -> bool {
        self.provider.with_call(call, |call| call.is_over).unwrap_or(false)
    }

    /// Says the next words. True: and is gone for ever in the middle of them.
    async fn answer(
        &mut self,
        talk: &Talk,
        attended: &mut Attended,
        answers: &mut u64,
        door: &mut Door,
    ) -> Result<bool> {
        *answers += 1;
        let mut answer = json!({"text": words(self.number, *answers)});
        if !self.manner.transcript.is_null() {
            answer["transcript"] = self.manner.transcript.clone();
        }
        // A call that is over is found out by its end.
        self.provider.speak(&talk.call, &answer).await;
        if self.manner.loses_everything_after == Some(*answers) {
            door.cookie = None;
            attended.naive.shut_out();
            self.recruiter.revoke(&self.link.invitation).await?;
        }
        if self.manner.ends_after == Some(*answers) {
            // The pattern hangs up and saves where its user ends the talk.
            attended.naive.end(door).await;
            self.press(door, talk.leg, "end").await?;
        }
        Ok(self.manner.leaves_after == Some(*answers))
    }

    /// The end was shown: the page says so in its log and waits for the rest.
    async fn finish(&mut self, mut talk: Talk, attended: &mut Attended) -> Result<()> {
        while let Ok(happened) = talk.told.try_recv() {
            if let Happened::Event(kind, body) = happened {
                talk.page.see(&kind, talk.leg, 0, &body);
            }
        }
        talk.page.fin(talk.leg, 0);
        attended.is_saved = talk.page.settled(patience()).await;
        Ok(())
    }

    /// The session is over before the page was loaded: what earlier pages left is sent.
    async fn only_send(&mut self, door: &Door, view: &Value, attended: &mut Attended) -> Result<()> {
        let mut page = self.page(door, view, attended)?;
        attended.ended = view["end_reason"].as_str().map(str::to_owned);
        attended.is_saved = page.settled(patience()).await;
        Ok(())
    }
}

/// The words of an answer: nobody else ever says them.
pub fn words(candidate: u64, answer: u64) -> String {
    format!("As person {candidate} I cooked dish number {answer} with onions, carrots and a little salt.")
}

/// The answer's number, if these are words of the candidate's.
pub fn number_in(text: &str) -> Option<u64> {
    let after = text.split("dish number ").nth(1)?;
    after.split(' ').next()?.parse().ok()
}

fn shown(attended: &mut Attended, turn: &Value) {
    let text = |name: &str| turn[name].as_str().unwrap_or_default().to_owned();
    let (item, words) = (text("item"), text("text"));
    match attended.shown.iter_mut().find(|(known, _)| *known == item) {
        Some((_, known)) => *known = words,
        None => attended.shown.push((item, words)),
    }
}
