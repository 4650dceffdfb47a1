//! For every operation of the API: nobody, another company and the wrong role, each with this company's ids.
//!
//! A new operation must say who may call it (`security(..)`), or be added to `isolation.uncovered.txt` on purpose.

use crate::support::{Answer, Client, TestApp};
use axum::{body::Body, http::Method};
use insights::{
    http,
    ids::{ApplicationId, InvitationId, PlanVersionId, SessionId, TenantId},
    store::NewSession,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What belongs to the first company.
struct Ours {
    position: String,
    application: String,
    invitation: String,
    session: String,
    candidate: Client,
}

/// One operation of the description.
struct Operation {
    method: Method,
    path: String,
    name: String,
    role: Option<String>,
    has_body: bool,
}

fn operations() -> Vec<Operation> {
    let api = serde_json::to_value(http::description()).unwrap();
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let role = operation["security"][0].as_object().and_then(|s| s.keys().next().cloned());
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                name: operation["operationId"].as_str().unwrap().to_owned(),
                role,
                has_body: operation["requestBody"].is_object(),
            });
        }
    }
    all
}

impl Operation {
    fn url(&self, ours: &Ours) -> String {
        let id = match self.path.split('/').nth(2).unwrap() {
            "positions" => &ours.position,
            "applications" => &ours.application,
            "invitations" => &ours.invitation,
            _ => &ours.session,
        };
        let path = self.path.replace("{id}", id).replace("{session}", id).replace("{part}", "0");
        path.replace("{segment}", &"ab".repeat(16)).replace("{seq}", "1")
    }

    /// A body that would be taken, so that a refusal is about who calls.
    fn body(&self) -> Value {
        let plan = json!({ "language": "en", "greeting": "Hi.", "questions": [], "closing": "Bye." });
        match self.name.as_str() {
            "put_plan" => plan,
            "put_position" => json!({ "title": "T", "description": "", "competencies": [] }),
            "create_position" => json!({ "title": "T" }),
            "add_candidate" => json!({ "name": "N", "email": "n@example.com" }),
            "invite" | "put_me" | "put_voice" | "test_voice" => json!({}),
            "forget_voice_key" => json!({ "kind": "openai" }),
            "speak" => json!({ "text": "Hi." }),
            "append" => json!({ "instance": "0123456789abcdef0123456789abcdef", "first_seq": 1,
                "events": [{ "kind": "x", "leg": 1, "at_ms": 1, "body": {} }] }),
            "consent" => json!({ "version": "1" }),
            "control" => json!({ "leg": 1, "kind": "repeat" }),
            "connect" | "check_microphone" | "keep_chunk" => Value::Null,
            other => panic!("give a valid body for the operation {other}"),
        }
    }

    async fn call(&self, client: &mut Client, ours: &Ours) -> Answer {
        let body = if self.has_body { self.body().to_string() } else { String::new() };
        let headers: &[_] = if self.has_body { &[("content-type", "application/json")] } else { &[] };
        client.send(self.method.clone(), &self.url(ours), headers, Body::from(body)).await
    }

    fn names_a_thing(&self) -> bool {
        self.path.contains('{')
    }
}

/// A position, application, invitation and session of the first company, and its candidate with a cookie.
async fn ours(t: &TestApp) -> Ours {
    let mut recruiter = t.recruiter().await;
    let home = recruiter.get("/v1/home").await.expect(200);
    let row = &home["waiting"][0];
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let (position, application) = (text(&row["position"]["id"]), text(&row["application_id"]));
    let invited = recruiter.post(&format!("/v1/applications/{application}/invitations"), json!({})).await.expect(201);
    let invitation = text(&invited["invitation"]["id"]);
    let (_, secret) = invited["link"].as_str().unwrap().rsplit_once('.').unwrap();
    let mut candidate = t.anyone();
    candidate.post("/v1/candidate/redeem", json!({ "invitation_id": invitation, "secret": secret })).await.expect(200);
    let versions = recruiter.get(&format!("/v1/positions/{position}/plan/versions")).await.expect(200);
    let me = recruiter.get("/v1/me").await.expect(200);
    let session: SessionId = t.app.id();
    let new = NewSession {
        id: session.clone(),
        application_id: ApplicationId::parse(&application).unwrap(),
        invitation_id: InvitationId::parse(&invitation).unwrap(),
        plan_version_id: PlanVersionId::parse(versions["items"][0]["id"].as_str().unwrap()).unwrap(),
    };
    let tenant = TenantId::parse(me["tenant"]["id"].as_str().unwrap()).unwrap();
    t.app.store.tenant(&tenant).write(async |db| db.add_session(&new, t.app.now()).await).await.unwrap();
    Ours { position, application, invitation, session: session.to_string(), candidate }
}

#[tokio::test]
async fn nobody_and_no_wrong_role_gets_in() {
    let t = TestApp::start().await;
    let mut ours = ours(&t).await;
    let (mut nobody, mut recruiter) = (t.anyone(), t.recruiter().await);
    let mut candidate = std::mem::replace(&mut ours.candidate, t.anyone());
    for operation in operations() {
        let Some(role) = operation.role.as_deref() else { continue };
        let wrong = match role {
            "recruiter" => vec![&mut nobody, &mut candidate],
            "candidate" => vec![&mut nobody, &mut recruiter],
            "append" => vec![&mut nobody, &mut recruiter, &mut candidate],
            other => panic!("{}: no such role: {other}", operation.name),
        };
        for client in wrong {
            let answer = operation.call(client, &ours).await;
            assert_eq!(answer.status.as_u16(), 401, "{} {}: {}", operation.method, operation.path, answer.text);
        }
    }
}

#[tokio::test]
async fn another_company_finds_nothing_by_our_ids() {
    let t = TestApp::start().await;
    let ours = ours(&t).await;
    let mut stranger = t.stranger().await;
    for operation in operations().into_iter().filter(|o| o.role.as_deref() == Some("recruiter")) {
        if operation.name == "sign_out" {
            continue; // Would end the stranger's own session; it names no thing.
        }
        let answer = operation.call(&mut stranger, &ours).await;
        if operation.names_a_thing() {
            assert_eq!(answer.status.as_u16(), 404, "{} {}: {}", operation.method, operation.path, answer.text);
        }
        for id in [&ours.position, &ours.application, &ours.invitation, &ours.session] {
            assert!(!answer.text.contains(id.as_str()), "{} {} tells {id}", operation.method, operation.path);
        }
    }
    let mut recruiter = t.recruiter().await;
    let revoked = recruiter.get(&format!("/v1/positions/{}/candidates", ours.position)).await.expect(200);
    assert_eq!(revoked["items"][0]["invitation"]["state"], "open", "the stranger changed something");
}

#[test]
fn the_doors_without_a_caller_are_known() {
    let open: BTreeSet<String> =
        operations().into_iter().filter(|o| o.role.is_none()).map(|o| format!("{} {}", o.method, o.path)).collect();
    let known: BTreeSet<String> =
        include_str!("isolation.uncovered.txt").lines().filter(|l| !l.starts_with('#')).map(str::to_owned).collect();
    assert_eq!(open, known, "an operation without `security(..)`: is that meant?");
}
