//! A candidate's way in, tried again while nobody answers: the link, the consent, the call.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    attended::Attended,
    browser::Page,
    candidate::{Candidate, Talk},
    door::{Answer, Door},
    events,
};
use crate::outbox::Address;

/// An offer of Chromium's; `UFRAG` is made each candidate's own.
pub const OFFER: &str = include_str!("offer.sdp");
/// Between two tries of anything.
const AGAIN: Duration = Duration::from_millis(250);

impl Candidate {
    /// Opens the link and agrees; again and again while nobody answers.
    pub(super) async fn enter(&mut self, door: &mut Door) -> Result<Value> {
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
    pub(super) async fn patience(&mut self, answer: &Answer, what: &str) -> Result<()> {
        if (400..500).contains(&answer.status) && ![401, 408, 409, 425, 429].contains(&answer.status) {
            bail!("{what}: {} {}", answer.status, answer.text);
        }
        let asked = Duration::from_secs(u64::try_from(answer.retry_after_s.unwrap_or(0)).unwrap_or(0).min(3));
        tokio::time::sleep(asked.max(AGAIN)).await;
        Ok(())
    }

    /// Makes a call: the page, its event stream, the offer, the report that sound is there.
    pub(super) async fn connect(
        &mut self,
        door: &mut Door,
        view: &Value,
        attended: &mut Attended,
    ) -> Result<Option<Talk>> {
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
            return Ok(Some(Talk { page, stream, call, told, leg, is_ending: false }));
        }
    }

    pub(super) fn page(&mut self, door: &Door, view: &Value, attended: &Attended) -> Result<Page> {
        let text = |name: &str| view[name].as_str().map(Arc::<str>::from).with_context(|| format!("no {name}"));
        let address = Address { session: text("session_id")?, key: text("append_key")? };
        Ok(attended.browser.load(door.clone(), &self.rng.hex(16), address))
    }

    /// Presses a button of the leg; again while the server is away. A leg that is over takes none.
    pub(super) async fn press(&mut self, door: &mut Door, leg: i64, kind: &str) -> Result<()> {
        loop {
            let body = json!({"leg": leg, "kind": kind});
            let pressed = door.json(Method::POST, "/v1/candidate/control", &body).await;
            if pressed.is_good() || [403, 404, 409, 410, 422].contains(&pressed.status) {
                return Ok(());
            }
            self.patience(&pressed, "a button").await?;
        }
    }
}
