//! One candidate without a browser: opens the link, agrees, connects, talks, and keeps everything as the page does.

use std::{net::IpAddr, sync::Arc, time::Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    attended::Attended,
    browser::{Browser, Page},
    door::{Door, http},
    events::Stream,
    manner::{Manner, words},
    patience,
    provider::{Happened, Provider},
    recruiter::{Link, Recruiter},
};
use crate::rng::Rng;

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
pub(super) struct Talk {
    pub(super) page: Page,
    pub(super) stream: Stream,
    pub(super) call: String,
    pub(super) told: Receiver<Happened>,
    pub(super) leg: i64,
    /// The last words are said: as the page, it makes no other call.
    pub(super) is_ending: bool,
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
                    Some((name, data)) if name == "turn" => attended.shown(&data),
                    Some((name, data)) if name == "ended" => {
                        attended.ended = Some(data["reason"].as_str().unwrap_or_default().to_owned());
                        attended.naive.end(door).await;
                        return Ok(Left::Ended);
                    }
                    Some((name, data)) if name == "state" => {
                        talk.is_ending = data["stage"] == "ended";
                        if data["stage"] == "interrupted" && self.is_over(&talk.call) {
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
                () = restless, if !talk.is_ending => {
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
