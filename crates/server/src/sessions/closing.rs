//! The last seconds of a call that is not talked on any more: its last words, the hang-up, and what stays unproven.

use std::sync::Arc;

use interview::Timestamp;
use realtime_api::ClientEvent;
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, timeout_at},
};

use super::{
    leg::Leg,
    translate::Effect,
    worker::{Command, tell},
};
use crate::{
    app::App,
    evidence::reason::Reason,
    mutant::{self, Mutant},
};

/// After the talk, the last words are waited for this long.
const DRAIN: Duration = Duration::from_secs(10);

/// A call that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its number.
    pub leg: i64,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// Lets a leg that is not talked on any more finish: waits for the words that are owed, then hangs up. What arrives
/// goes to the worker; the last is [`Command::LegClosed`].
pub async fn close(app: Arc<App>, mut leg: Leg, left: Left, worker: mpsc::WeakSender<Command>) {
    #[expect(clippy::disallowed_methods, reason = "bounds a wait for a socket")]
    let deadline = Instant::now() + DRAIN;
    if let Some(commit) = leg.translator.commit_open_speech() {
        leg.send(&commit);
    }
    while is_awaited(&leg) {
        let Some(sideband) = leg.sideband.as_mut() else { break };
        match timeout_at(deadline, sideband.from_provider.recv()).await {
            Ok(Some(frame)) => {
                let mut heard = leg.hear(app.now(), frame);
                heard.effects = search_on(&mut leg, heard.effects);
                if !tell(&worker, Command::Late(heard)).await {
                    break;
                }
            }
            Ok(None) | Err(_) => break,
        }
    }
    match leg.realtime.hang_up(&leg.call_id).await {
        Ok(()) => leg.meter.hung_up(app.now()),
        Err(error) => {
            tracing::warn!(leg = leg.number(), %error, "hanging up failed; it is tried again when its lease has run out");
        }
    }
    let missing = leg.translator.owed().map(ToOwned::to_owned).collect();
    // Without a worker the next process takes the call up again.
    tell(&worker, Command::LegClosed { left, missing, flaw: flaw(&leg) }).await;
}

/// Whether there may be more to hear: words that are owed, or what was missed while the channel was away.
fn is_awaited(leg: &Leg) -> bool {
    let is_owed = leg.translator.owed().next().is_some() || leg.translator.is_speech_open();
    (is_owed || leg.repair.is_some()) && !mutant::is(Mutant::CloseAtHangUp)
}

/// What a search for missed words asks for is asked on this leg; the worker has it no more.
fn search_on(leg: &mut Leg, effects: Vec<Effect>) -> Vec<Effect> {
    let is_search = |effect: &Effect| matches!(effect, Effect::Send(ClientEvent::ConversationItemRetrieve(_)));
    let (search, rest): (Vec<Effect>, Vec<Effect>) = effects.into_iter().partition(is_search);
    for effect in search {
        if let Effect::Send(event) = effect {
            leg.send(&event);
        }
    }
    rest
}

/// What is unproven about a leg that is over.
fn flaw(leg: &Leg) -> Option<Reason> {
    let number = leg.number();
    if leg.translator.is_speech_open() {
        return Some(Reason::speech_cut(number));
    }
    if mutant::is(Mutant::HoleForgotten) {
        return None;
    }
    (leg.chain.has_hole() || leg.translator.utterances.has_orphans()).then(|| Reason::channel_gap(number))
}
