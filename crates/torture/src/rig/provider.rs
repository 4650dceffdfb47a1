//! The simulated provider seen from outside: its ledger, call by call, as the ground truth, and the way to steer it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::{sync::broadcast, time::timeout};

use super::{door::http, program::Sim};

/// Entries that a slow follower of one call may be behind.
const BEHIND: usize = 4096;
/// The words of these events are final, and a page keeps them.
const FINAL: [&str; 3] = [
    "conversation.item.input_audio_transcription.completed",
    "conversation.item.input_audio_transcription.failed",
    "response.output_audio_transcript.done",
];

/// Something that happened in a call.
#[derive(Clone, Debug)]
pub enum Happened {
    /// An event that the page's data channel tells, as it came.
    Event(Arc<str>, Arc<str>),
    /// The interviewer has been heard: the words, whether to the end.
    Said(Arc<str>, bool),
    /// The candidate's turn is over.
    Spoke,
    /// The call is over.
    Ended,
}

/// The truth about one call.
#[derive(Debug)]
pub struct Call {
    /// What the candidate truly said: item and words, in order.
    pub spoke: Vec<(String, String)>,
    /// Final words of the candidate that were told to the control channel: item and words.
    pub emitted: Vec<(String, String)>,
    /// Whether it is over.
    pub is_over: bool,
    told: broadcast::Sender<Happened>,
}

impl Call {
    fn new() -> Call {
        Call { spoke: Vec::new(), emitted: Vec::new(), is_over: false, told: broadcast::channel(BEHIND).0 }
    }
}

#[derive(Debug, Default)]
struct Truth {
    calls: BTreeMap<String, Call>,
    /// By what is unique in the offer.
    by_offer: BTreeMap<String, String>,
}

/// Follows the ledger of a simulator.
pub struct Provider {
    truth: Mutex<Truth>,
    control: String,
    http: reqwest::Client,
    arrived: tokio::sync::Notify,
}

impl Provider {
    /// Begins to follow.
    pub fn watch(sim: &Sim) -> Arc<Provider> {
        let http = http(None).unwrap_or_default();
        let (truth, arrived) = (Mutex::default(), tokio::sync::Notify::new());
        let provider = Arc::new(Provider { truth, control: sim.control.clone(), http, arrived });
        // It ends with the provider.
        drop(tokio::spawn(follow(Arc::downgrade(&provider))));
        provider
    }

    fn lock(&self) -> MutexGuard<'_, Truth> {
        self.truth.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The call that an offer with this text in it became, and what happens in it from now on. Waits a while for it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn call_of(&self, mark: &str) -> Result<(String, broadcast::Receiver<Happened>)> {
        let find = || {
            let truth = self.lock();
            let id = truth.by_offer.get(mark)?.clone();
            let told = truth.calls.get(&id)?.told.subscribe();
            Some((id, told))
        };
        let wait = async {
            loop {
                let arrived = self.arrived.notified();
                if let Some(found) = find() {
                    return found;
                }
                arrived.await;
            }
        };
        match timeout(Duration::from_secs(10), wait).await {
            Ok(found) => Ok(found),
            Err(_) => bail!("the ledger has no such call"),
        }
    }

    /// Reads the truth about a call.
    pub fn with_call<T>(&self, id: &str, read: impl FnOnce(&Call) -> T) -> Option<T> {
        self.lock().calls.get(id).map(read)
    }

    /// How many calls were made.
    pub fn calls(&self) -> usize {
        self.lock().calls.len()
    }

    /// The calls that are up.
    pub fn live_calls(&self) -> Vec<String> {
        self.lock().calls.iter().filter(|(_, call)| !call.is_over).map(|(id, _)| id.clone()).collect()
    }

    /// The candidate of a call says this. False: the call is over.
    pub async fn speak(&self, call: &str, answer: &Value) -> bool {
        self.command(&format!("calls/{call}/speak"), answer).await
    }

    /// Any command of the control door by POST; false: it was not obeyed.
    pub async fn command(&self, path: &str, body: &Value) -> bool {
        let sent = self.http.post(format!("{}/{path}", self.control)).json(body).send().await;
        sent.is_ok_and(|answer| answer.status().is_success())
    }

    /// The next call without a fault gets this one.
    pub async fn fail_next(&self, fault: Value) -> bool {
        self.command("faults", &fault).await
    }

    /// The script of all calls from now on.
    pub async fn script(&self, script: &Value) -> bool {
        self.command("script", script).await
    }

    fn take(&self, entry: &Value) {
        let mut truth = self.lock();
        let Some(id) = entry["call"].as_str() else { return };
        if entry["what"] == "call" {
            let mark = entry["offer"].as_str().and_then(mark_of).unwrap_or_default();
            truth.by_offer.insert(mark.to_owned(), id.to_owned());
        }
        let call = truth.calls.entry(id.to_owned()).or_insert_with(Call::new);
        if let Some(happened) = call.take(entry) {
            // Nobody follows this call.
            let _ = call.told.send(happened);
        }
    }
}

impl Call {
    fn take(&mut self, entry: &Value) -> Option<Happened> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match entry["what"].as_str()? {
            "server" => self.event(&entry["to"], &entry["event"]),
            "said" => Some(Happened::Said(Arc::from(text(&entry["text"])), entry["is_cut"] == false)),
            "spoke" => {
                self.spoke.push((text(&entry["item"]), text(&entry["text"])));
                Some(Happened::Spoke)
            }
            "ended" => {
                self.is_over = true;
                Some(Happened::Ended)
            }
            _ => None,
        }
    }

    fn event(&mut self, to: &Value, event: &Value) -> Option<Happened> {
        let kind = event["type"].as_str().filter(|kind| FINAL.contains(kind))?;
        if kind == FINAL[0] && to != "owner" {
            let item = event["item_id"].as_str().unwrap_or_default();
            let words = event["transcript"].as_str().unwrap_or_default();
            self.emitted.push((item.to_owned(), words.to_owned()));
        }
        (to != "sideband").then(|| Happened::Event(Arc::from(kind), Arc::from(event.to_string())))
    }
}

/// What makes an offer one's own.
fn mark_of(offer: &str) -> Option<&str> {
    offer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"))
}

/// Reads the ledger for as long as somebody holds the provider.
async fn follow(provider: std::sync::Weak<Provider>) {
    let mut after = 0;
    while let Some(held) = provider.upgrade() {
        let (http, control) = (held.http.clone(), held.control.clone());
        drop(held);
        let url = format!("{control}/ledger?after={after}&wait_ms=1000");
        let read = async { http.get(url).send().await.ok()?.json::<Value>().await.ok() };
        let Some(page) = read.await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        after = page["last"].as_i64().unwrap_or(after);
        if let Some(held) = provider.upgrade() {
            page["entries"].as_array().into_iter().flatten().for_each(|entry| held.take(entry));
            held.arrived.notify_waiters();
        }
        // Several at once are read cheaper than one by one.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A fault of the simulator by its kind alone.
pub fn fault(kind: &str) -> Value {
    json!({ "kind": kind })
}
