//! The simulated provider as these tests use it: what happened there, in order.

use crate::stage::Stage;
use insights::{adapters::realtime::Endpoint, config::ProviderKind};
use realtime_api::instructions::parse_say_exactly;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use voice::sim::{Answer, Control, Entry, Script, SimConfig, Simulator, Transcript, What};

pub const KEY: &str = "key-of-the-test";

/// A simulator and who steers it. Each wait goes on where the last one ended.
pub struct Provider {
    pub sim: Simulator,
    pub control: Control,
}

/// A request for a call.
#[derive(Debug)]
pub struct Offered {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Provider {
    /// Everything is said at once; the candidate speaks when told to.
    pub async fn start() -> Provider {
        Provider::playing(Script::at_once([])).await
    }

    /// A script of the test's own.
    pub async fn playing(script: Script) -> Provider {
        let config = SimConfig { key: KEY.to_owned(), script, ..SimConfig::default() };
        let sim = Simulator::start(config).await.unwrap();
        Provider { control: sim.control(), sim }
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint { url: self.sim.base_url().to_owned(), key: KEY.into(), kind: ProviderKind::OpenAi }
    }

    /// The next thing that happens and that `pick` wants.
    pub async fn until<T>(&self, pick: impl Fn(&Entry) -> Option<T>) -> T {
        let entry = self.control.wait(|entry| pick(entry).is_some()).await;
        pick(&entry).unwrap()
    }

    /// The next text that has been spoken, on whichever call.
    pub async fn said(&self) -> String {
        self.said_with("").await
    }

    /// Waits until this text has been spoken.
    pub async fn said_with(&self, part: &str) -> String {
        let said = |entry: &Entry| match &entry.what {
            What::Said { text, .. } if text.contains(part) => Some(text.clone()),
            _ => None,
        };
        self.until(said).await
    }

    /// The candidate says something that is heard well; gives its item.
    pub async fn answer(&self, call: &str, text: &str) -> String {
        self.speak(call, Answer::new(text)).await
    }

    /// The candidate says something whose words come when the test says so, by [`Control::words`].
    pub async fn mumble(&self, call: &str, text: &str) -> String {
        self.speak(call, Answer::new(text).with(Transcript::Never)).await
    }

    /// The candidate says this; gives its item.
    pub async fn speak(&self, call: &str, answer: Answer) -> String {
        let words = answer.text.clone();
        assert!(self.control.speak(call, answer), "the call runs");
        let spoke = |entry: &Entry| match &entry.what {
            What::Spoke { item, text, .. } if *text == words => Some(item.clone()),
            _ => None,
        };
        self.until(spoke).await
    }

    /// The next event of this type that a control channel sends.
    pub async fn sent(&self, kind: &str) -> Value {
        let sent = |entry: &Entry| match &entry.what {
            What::Client { from, event } if from == "sideband" && event["type"] == kind => Some(event.clone()),
            _ => None,
        };
        self.until(sent).await
    }

    /// The next event of this type that is told.
    pub async fn told(&self, kind: &str) -> Value {
        let told = |entry: &Entry| match &entry.what {
            What::Server { event, .. } if event["type"] == kind => Some(event.clone()),
            _ => None,
        };
        self.until(told).await
    }

    /// The next response that a model is to lead: the request for it.
    pub async fn led(&self) -> Value {
        loop {
            let response = self.sent("response.create").await["response"].clone();
            if parse_say_exactly(response["instructions"].as_str().unwrap()).is_none() {
                return response;
            }
        }
    }

    /// Waits until a control channel of this call is open.
    pub async fn attached(&self, call: &str) {
        let attached = |entry: &Entry| matches!(entry.what, What::Attached { .. }).then(|| entry.call.clone());
        assert_eq!(self.until(attached).await.as_deref(), Some(call));
    }

    /// Waits until the server's mark is out of the conversation again: what was missed is known.
    pub async fn unmarked(&self) {
        while !self.told("conversation.item.deleted").await["item_id"].as_str().unwrap().starts_with("insights_mark_") {
        }
    }

    /// Waits until this call is hung up.
    pub async fn hung_up(&self, call: &str) {
        let path = format!("/v1/realtime/calls/{call}/hangup");
        self.control.wait(|entry| matches!(&entry.what, What::Request { path: at, .. } if *at == path)).await;
        self.ended(call).await;
    }

    /// Waits until this call is over.
    pub async fn ended(&self, call: &str) {
        let is_end = |entry: &Entry| entry.call.as_deref() == Some(call) && matches!(entry.what, What::Ended { .. });
        self.control.wait(is_end).await;
    }

    /// Offer, session and answer of every call that was made.
    pub fn calls(&self) -> Vec<(String, Value, String)> {
        let call = |entry: Entry| match entry.what {
            What::Call { offer, session, answer } => Some((offer, session, answer)),
            _ => None,
        };
        self.control.ledger().into_iter().filter_map(call).collect()
    }

    /// Every request for a call, taken or not.
    pub fn offers(&self) -> Vec<Offered> {
        let offer = |entry: Entry| match entry.what {
            What::Request { path, headers, body, .. } if path == "/v1/realtime/calls" => {
                Some(Offered { headers, body })
            }
            _ => None,
        };
        self.control.ledger().into_iter().filter_map(offer).collect()
    }

    /// Lines of all requests, but for the connection that is opened ahead.
    pub fn requests(&self) -> Vec<String> {
        let line = |entry: Entry| match entry.what {
            What::Request { method, path, .. } if method != "HEAD" => Some(format!("{method} {path}")),
            _ => None,
        };
        self.control.ledger().into_iter().filter_map(line).collect()
    }
}

impl Stage {
    /// The company chooses a provider.
    pub async fn choose(&mut self, body: Value) -> Value {
        self.recruiter.put("/v1/settings/voice", body).await.expect(200)
    }

    /// The simulator, as the OpenAI that the company has chosen.
    pub async fn on_openai(&mut self) {
        let url = self.provider.sim.base_url().to_owned();
        self.choose(json!({"kind": "openai", "url": url, "key": KEY})).await;
        self.server.app.engine.set_endpoint(None);
    }
}
