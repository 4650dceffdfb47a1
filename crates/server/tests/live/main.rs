//! Live interviews through the public door, against a scripted provider: what was said is in the transcript, whatever
//! dies next.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod append;
mod bad_answers;
mod budget;
mod canaries;
mod corpus;
mod doors;
mod founding;
mod golden;
mod guided;
mod integrity;
mod legs;
mod model;
mod openai;
mod provider;
mod repair;
mod simulated;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each suite uses its part")]
mod support;
mod talk;
mod voice_settings;
mod wire;

use axum::{body::Body, http::Method};
use provider::Provider;
use serde_json::{Value, json};
use support::{Answer, Client, TestApp};

/// An offer of a browser, with its last line break.
pub const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n\
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";

/// A server with its provider and one invited candidate.
pub struct Stage {
    pub server: TestApp,
    pub provider: Provider,
    pub recruiter: Client,
    pub application: String,
    pub link: (String, String),
}

/// Two questions without probes: what is tested here is the way of the words, not the choice of the next question.
pub async fn stage() -> Stage {
    stage_configured("").await
}

/// The same with more configuration.
pub async fn stage_configured(extra: &str) -> Stage {
    let question = |id: &str, text: &str| json!({"id": id, "kind": "behavioral", "text": text, "competency_id": null, "time_limit_s": 300, "max_probes": 0, "probes": []});
    let questions = [question("q1", "What did you cook yesterday?"), question("q2", "What will you cook tomorrow?")];
    let plan = json!({"language": "en", "greeting": "Hello {candidate}.", "closing": "Goodbye, {candidate}.",
        "questions": questions});
    stage_of(extra, plan).await
}

/// A plan of the test's own.
pub async fn stage_with(plan: Value) -> Stage {
    stage_of("", plan).await
}

async fn stage_of(extra: &str, plan: Value) -> Stage {
    let server = TestApp::start_with(extra).await;
    let provider = Provider::start().await;
    server.app.engine.set_endpoint(Some(provider.endpoint.clone()));
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

    /// Connects and reports ready; gives the call's id.
    pub async fn connect(&mut self, client: &mut Client, leg: i64) -> String {
        let answer = offer(client, OFFER).await;
        assert_eq!((answer.status.as_u16(), answer.headers["leg"].to_str().unwrap()), (201, leg.to_string().as_str()));
        let call = self.provider.until(|seen| match seen {
            provider::Seen::Call { id, .. } => Some(id.clone()),
            _ => None,
        });
        let call = call.await;
        press(client, leg, "ready").await.expect(204);
        call
    }

    /// The session as the recruiter sees it.
    pub async fn session(&mut self, view: &Value) -> Value {
        self.recruiter.get(&format!("/v1/sessions/{}", view["session_id"].as_str().unwrap())).await.expect(200)
    }
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
