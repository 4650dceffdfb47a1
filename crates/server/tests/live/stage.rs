//! What these tests share: a server, its simulated provider, one invited candidate, and how they talk.

use crate::{
    sim::Provider,
    support::{Answer, Client, Events, TestApp},
};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use voice::sim::Script;

/// An offer of a browser, with its last line break.
pub const OFFER: &str = include_str!("sdp/chromium.sdp");
/// What the candidate answers.
pub const SOUP: &str = "I made a very good vegetable soup with my own stock, for six people.";
pub const BREAD: &str = "Tomorrow I will bake bread because my neighbors are coming over.";

/// A server with its provider and one invited candidate.
pub struct Stage {
    pub server: TestApp,
    pub provider: Provider,
    pub recruiter: Client,
    pub application: String,
    pub link: (String, String),
}

/// A talk whose first question has been asked.
pub struct Talk {
    pub candidate: Client,
    pub view: Value,
    /// What the candidate's page is told.
    pub watch: Events,
    pub call: String,
}

/// Two questions without probes: what is tested here is the way of the words, not the choice of the next question.
pub fn plan() -> Value {
    let question = |id: &str, text: &str| json!({"id": id, "kind": "behavioral", "text": text, "competency_id": null, "time_limit_s": 300, "max_probes": 0, "probes": []});
    let questions = [question("q1", "What did you cook yesterday?"), question("q2", "What will you cook tomorrow?")];
    json!({"language": "en", "greeting": "Hello {candidate}.", "closing": "Goodbye, {candidate}.",
        "questions": questions})
}

/// The usual stage: everything is said at once, by whom the test tells to.
pub async fn stage() -> Stage {
    stage_configured("").await
}

/// The same with more configuration.
pub async fn stage_configured(extra: &str) -> Stage {
    stage_of(Provider::start().await, extra, plan()).await
}

/// A provider that plays this script.
pub async fn stage_playing(script: Script) -> Stage {
    stage_of(Provider::playing(script).await, "", plan()).await
}

/// Everything of the test's own.
pub async fn stage_of(provider: Provider, extra: &str, plan: Value) -> Stage {
    let server = TestApp::start_with(extra).await;
    server.app.engine.set_endpoint(Some(provider.endpoint()));
    let mut recruiter = server.recruiter().await;
    let position = recruiter.post("/v1/positions", json!({"title": "Cook"})).await.expect(201);
    let url = format!("/v1/positions/{}", position["id"].as_str().unwrap());
    recruiter.put(&format!("{url}/plan"), plan).await.expect(200);
    recruiter.post(&format!("{url}/plan/publish"), json!({})).await.expect(201);
    let candidate = json!({"name": "Kim Park", "email": "kim@example.com"});
    let row = recruiter.post(&format!("{url}/candidates"), candidate).await.expect(201);
    let application = row["application_id"].as_str().unwrap().to_owned();
    let invited = recruiter.post(&format!("/v1/applications/{application}/invitations"), json!({})).await.expect(201);
    let link = split(invited["link"].as_str().unwrap());
    Stage { server, provider, recruiter, application, link }
}

/// The two parts of a link.
pub fn split(link: &str) -> (String, String) {
    let (id, secret) = link.split_once("/i#").unwrap().1.split_once('.').unwrap();
    (id.to_owned(), secret.to_owned())
}

/// Opens the link.
pub async fn redeem(client: &mut Client, link: &(String, String)) -> Answer {
    client.post("/v1/candidate/redeem", json!({"invitation_id": link.0, "secret": link.1})).await
}

/// Posts an offer.
pub async fn offer(client: &mut Client, sdp: &str) -> Answer {
    client
        .send(Method::POST, "/v1/candidate/connect", &[("content-type", "application/sdp")], Body::from(sdp.to_owned()))
        .await
}

/// Presses a button.
pub async fn press(client: &mut Client, leg: i64, kind: &str) -> Answer {
    client.post("/v1/candidate/control", json!({"leg": leg, "kind": kind})).await
}

impl Stage {
    /// A candidate who opened the link and agreed.
    pub async fn candidate(&self) -> (Client, Value) {
        self.candidate_at("127.0.0.1:50000").await
    }

    /// The same candidate, at another address.
    pub async fn candidate_at(&self, address: &str) -> (Client, Value) {
        let mut client = self.server.from(address);
        let view = redeem(&mut client, &self.link).await.expect(200);
        let version = view["notice"]["version"].as_str().unwrap();
        let view = client.post("/v1/candidate/consent", json!({"version": version})).await.expect(200);
        (client, view)
    }

    /// Makes a call in which nothing is said yet; gives its id.
    pub async fn call(&mut self, client: &mut Client, leg: i64) -> String {
        let answer = offer(client, OFFER).await;
        assert_eq!((answer.status.as_u16(), answer.headers["leg"].to_str().unwrap()), (201, leg.to_string().as_str()));
        self.provider.control.wait_for_call().await
    }

    /// Connects and reports ready; gives the call's id.
    pub async fn connect(&mut self, client: &mut Client, leg: i64) -> String {
        let call = self.call(client, leg).await;
        press(client, leg, "ready").await.expect(204);
        call
    }

    /// A talk whose first question has been asked.
    pub async fn talk(&mut self) -> Talk {
        let (mut candidate, view) = self.candidate().await;
        let watch = candidate.events("/v1/candidate/events").await;
        let call = self.connect(&mut candidate, 1).await;
        self.provider.said_with("cook yesterday").await;
        Talk { candidate, view, watch, call }
    }

    /// A talk whose first question has been answered, so that everybody can read it.
    pub async fn talk_with_soup(&mut self) -> Talk {
        let mut talk = self.talk().await;
        let item = self.provider.answer(&talk.call, SOUP).await;
        talk.watch.until("turn", |turn| turn["item"] == item).await;
        talk
    }

    /// What the recruiter's page is told of a session.
    pub async fn watch(&mut self, view: &Value) -> Events {
        self.recruiter.events(&format!("{}/events", path(view))).await
    }

    /// The session as the recruiter sees it.
    pub async fn session(&mut self, view: &Value) -> Value {
        self.recruiter.get(&path(view)).await.expect(200)
    }

    /// The server stops without a word to the call; another process finds it as it is, and the page goes on there.
    pub async fn restart(&mut self, talk: &mut Talk) {
        self.halt().await;
        self.go_on(talk).await;
        self.provider.attached(&talk.call).await;
    }

    /// The server stops without a word to its calls.
    pub async fn halt(&mut self) {
        self.server.app.stop.cancel();
        self.server.app.tasks.close();
        self.server.app.tasks.wait().await;
    }

    /// Another process takes up what a server left that stopped, and the page goes on there.
    pub async fn go_on(&mut self, talk: &mut Talk) {
        let again = self.server.again().await;
        self.go_on_at(again).await;
        insights::sessions::start::recover(&self.server.app).await.unwrap();
        let page = std::mem::replace(&mut talk.candidate, self.server.anyone());
        talk.candidate = page.moved_to(&self.server);
        talk.watch = talk.candidate.events("/v1/candidate/events").await;
    }

    /// Another process takes the server's place.
    pub async fn go_on_at(&mut self, server: TestApp) {
        server.app.engine.set_endpoint(Some(self.provider.endpoint()));
        let recruiter = std::mem::replace(&mut self.recruiter, server.anyone());
        self.recruiter = recruiter.moved_to(&server);
        self.server = server;
    }
}

impl Talk {
    /// The candidate ends it, and it is over.
    pub async fn end(&mut self) -> Value {
        press(&mut self.candidate, 1, "end").await.expect(204);
        self.watch.until("ended", |_| true).await
    }
}

/// Runs a talk on a server that then dies without a word; the provider, on a runtime of its own, lives on, and another
/// process takes over.
pub fn after_a_death<T>(talk: impl AsyncFnOnce(&mut Stage) -> T, then: impl AsyncFnOnce(Stage, T)) {
    let lasting = tokio::runtime::Runtime::new().unwrap();
    let dying = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let provider = lasting.block_on(Provider::start());
    let (mut stage, left) = dying.block_on(async {
        let mut stage = stage_of(provider, "", plan()).await;
        let left = talk(&mut stage).await;
        (stage, left)
    });
    dying.shutdown_background();
    lasting.block_on(async {
        let server = stage.server.again().await;
        stage.go_on_at(server).await;
        then(stage, left).await;
    });
}

/// Where a session is.
pub fn path(view: &Value) -> String {
    format!("/v1/sessions/{}", view["session_id"].as_str().unwrap())
}

/// The transcript as `(speaker, text)`.
pub fn lines(session: &Value) -> Vec<(String, String)> {
    let line = |turn: &Value| (turn["speaker"].as_str().unwrap().to_owned(), turn["text"].as_str().unwrap().to_owned());
    session["turns"].as_array().unwrap().iter().map(line).collect()
}

/// What one speaker said.
pub fn said_by(session: &Value, speaker: &str) -> Vec<String> {
    lines(session).into_iter().filter(|(who, _)| who == speaker).map(|(_, text)| text).collect()
}
