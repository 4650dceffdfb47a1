//! The company's settings for its interviewer's voice, through the public door.

use crate::{
    sim::{KEY, Provider},
    stage::{OFFER, offer, redeem, split, stage},
    support::TestApp,
};
use insights::{
    ids::TenantId,
    store::{DoorKind, MemberRow},
};
use serde_json::{Value, json};
use voice::sim::Fault;

const SECRET: &str = "sk-canary-in-the-settings-9z8y";

#[tokio::test]
async fn a_key_goes_in_sealed_and_never_comes_out() {
    let mut s = stage().await;
    let before = s.recruiter.get("/v1/settings/voice").await.expect(200);
    assert_eq!(
        (&before["kind"], &before["installed"], &before["trouble"]),
        (&Value::Null, &json!("own"), &Value::Null)
    );
    assert_eq!(before["providers"][0]["settings"]["models"], json!(["gpt-realtime-2.1", "gpt-realtime-2.1-mini"]));
    let saved = s.choose(json!({"kind": "openai", "key": format!(" {SECRET}\n")})).await;
    assert_eq!(saved["kind"], "openai");
    assert_eq!(saved["providers"][0]["key"]["end"], "9z8y");
    assert_eq!(s.recruiter.get("/v1/settings/voice").await.expect(200), saved);
    assert!(!saved.to_string().contains("canary"));
    // Nor is it anywhere in the data folder: not in the database, not in the audit trail.
    let folder = s.server.app.config.server.data_dir.clone();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(9).any(|w| w == b"sk-canary"), "{}", path.display());
        }
    }
    // Another provider meanwhile: the key of the first is kept. Then it is forgotten.
    let own = s.choose(json!({"kind": "own"})).await;
    assert_eq!((&own["kind"], &own["providers"][0]["key"]["end"]), (&json!("own"), &json!("9z8y")));
    s.choose(json!({"kind": "openai"})).await;
    let forgotten = s.recruiter.post("/v1/settings/voice/forget", json!({"kind": "openai"})).await.expect(200);
    assert_eq!((&forgotten["kind"], &forgotten["providers"][0]["key"]), (&Value::Null, &Value::Null));
    s.recruiter.put("/v1/settings/voice", json!({"kind": "openai"})).await.refused(422, "invalid");
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_by_field() {
    let s = stage().await;
    let mut recruiter = s.recruiter;
    let settings = |change: (&str, Value)| {
        let mut settings =
            json!({"voice": "marin", "models": ["m"], "transcriptions": ["t"], "languages": [], "vocabulary": []});
        settings[change.0] = change.1;
        json!({"kind": "openai", "key": SECRET, "settings": settings})
    };
    let with_url = |url: &str| json!({"kind": "openai", "key": SECRET, "url": url});
    for (body, field) in [
        (json!({"kind": "openai"}), "key"),
        (json!({"kind": "openai", "key": "short"}), "key"),
        (json!({"kind": "openai", "key": "sk-two words-of-it"}), "key"),
        (json!({"kind": "azure", "key": SECRET}), "url"),
        (with_url("http://api.openai.com"), "url"),
        (with_url("https://api.openai.com/v1"), "url"),
        (with_url("https://169.254.169.254"), "url"),
        (with_url("https://user:x@api.openai.com"), "url"),
        (with_url("file:///etc/passwd"), "url"),
        (json!({"kind": "openai", "url": "https://x.example"}), "key"),
        (settings(("models", json!([]))), "settings.models"),
        (settings(("models", json!(["a b"]))), "settings.models"),
        (settings(("transcriptions", json!(["gpt-live-transcribe"]))), "settings.transcriptions"),
        (settings(("voice", json!(""))), "settings.voice"),
        (settings(("languages", json!(["English"]))), "settings.languages"),
        (settings(("vocabulary", json!(["x".repeat(61)]))), "settings.vocabulary"),
    ] {
        let error = recruiter.put("/v1/settings/voice", body.clone()).await.refused(422, "invalid");
        assert_eq!(error["field"], field, "{body}");
        assert!(!error.to_string().contains(SECRET));
    }
    recruiter.put("/v1/settings/voice", json!({"kind": "parrot"})).await.refused(422, "invalid_json");
}

#[tokio::test]
async fn a_new_address_does_not_get_the_kept_key_nor_the_installations() {
    let t = TestApp::start_with("[provider]\nkey = \"sk-of-the-installation\"\n").await;
    let mut recruiter = t.recruiter().await;
    let provider = Provider::start().await;
    let url = provider.sim.base_url();
    let view = recruiter.get("/v1/settings/voice").await.expect(200);
    assert_eq!((&view["installed"], &view["providers"][0]["has_installed_key"]), (&json!("openai"), &json!(true)));
    let elsewhere = json!({"kind": "openai", "url": url});
    for path in ["/v1/settings/voice/test", "/v1/settings/voice"] {
        let error = match path {
            "/v1/settings/voice" => recruiter.put(path, elsewhere.clone()).await.refused(422, "invalid"),
            _ => recruiter.post(path, elsewhere.clone()).await.refused(422, "invalid"),
        };
        assert_eq!(error["field"], "key");
    }
    recruiter.put("/v1/settings/voice", json!({"kind": "openai", "url": url, "key": SECRET})).await.expect(200);
    let other = "http://127.0.0.1:1";
    let moved = recruiter.put("/v1/settings/voice", json!({"kind": "openai", "url": other})).await;
    assert_eq!(moved.refused(422, "invalid")["field"], "key");
    assert!(provider.requests().is_empty());
}

#[tokio::test]
async fn on_a_public_server_no_address_of_the_machine_itself_is_taken() {
    let t = TestApp::start_with("public_url = \"https://interviews.example.com\"\n").await;
    let mut recruiter = t.recruiter().await;
    for url in ["http://127.0.0.1:8090", "https://localhost", "http://[::1]:80"] {
        let error = recruiter.put("/v1/settings/voice", json!({"kind": "openai", "key": SECRET, "url": url})).await;
        assert_eq!(error.refused(422, "invalid")["field"], "url", "{url}");
    }
}

#[tokio::test]
async fn only_admins_may_see_and_change_it_and_each_company_has_its_own() {
    let mut s = stage().await;
    s.choose(json!({"kind": "openai", "key": SECRET})).await;
    let mut stranger = s.server.stranger().await;
    let theirs = stranger.get("/v1/settings/voice").await.expect(200);
    assert_eq!((&theirs["kind"], &theirs["providers"][0]["key"]), (&Value::Null, &Value::Null));
    let me = s.recruiter.get("/v1/me").await.expect(200);
    let mut reader = reader(&s.server, me["tenant"]["id"].as_str().unwrap()).await;
    reader.get("/v1/settings/voice").await.refused(403, "forbidden");
    reader.put("/v1/settings/voice", json!({"kind": null})).await.refused(403, "forbidden");
    reader.post("/v1/settings/voice/test", json!({})).await.refused(403, "forbidden");
    reader.post("/v1/settings/voice/forget", json!({"kind": "openai"})).await.refused(403, "forbidden");
}

/// A member of the company who is no admin.
async fn reader(t: &TestApp, tenant: &str) -> crate::support::Client {
    let token = insights::secrets::new_secret();
    let hash = insights::secrets::hash(&token);
    let member = MemberRow {
        id: t.app.id(),
        email: "reader@example.com".into(),
        name: "Reader".into(),
        role: "recruiter".into(),
        password_hash: None,
    };
    let (now, until) = (t.app.now(), t.app.now().plus_ms(1_000_000));
    let store = t.app.store.tenant(&TenantId::parse(tenant).unwrap());
    store
        .write(async |db| {
            db.add_member(&member, now).await?;
            db.add_sign_in_link(&hash, &member.id, now, until).await?;
            db.add_door(DoorKind::SignInLink, &hash, member.id.as_str(), Some(until)).await
        })
        .await
        .unwrap();
    let mut client = t.anyone();
    client.post("/v1/sign-in/link", json!({ "token": token })).await.expect(200);
    client
}

#[tokio::test]
async fn with_a_key_of_the_installation_and_nothing_else_interviews_run_on_openai() {
    let provider = Provider::start().await;
    provider.control.fail_next(Fault::wrong_key());
    let t = TestApp::start_with(&format!("[provider]\nkey = {KEY:?}\nurl = {:?}\n", provider.sim.base_url())).await;
    let mut recruiter = t.recruiter().await;
    let home = recruiter.get("/v1/home").await.expect(200);
    let application = home["waiting"][0]["application_id"].as_str().unwrap().to_owned();
    let invited = recruiter.post(&format!("/v1/applications/{application}/invitations"), json!({})).await.expect(201);
    let link = split(invited["link"].as_str().unwrap());
    let mut candidate = t.anyone();
    let view = redeem(&mut candidate, &link).await.expect(200);
    candidate.post("/v1/candidate/consent", json!({"version": view["notice"]["version"]})).await.expect(200);
    offer(&mut candidate, OFFER).await.refused(503, "engine_refused");
    let [request]: [_; 1] = provider.offers().try_into().expect("one request");
    // The simulator knows its key when it sees it, and writes down no other.
    assert_eq!(request.headers["authorization"], "Bearer (standard)");
    assert!(request.body.contains(r#""model":"gpt-realtime-2.1""#));
    let view = recruiter.get("/v1/settings/voice").await.expect(200);
    assert!(view["trouble"]["words"].as_str().unwrap().contains("does not know this key"), "{view}");
    assert!(!view.to_string().contains(KEY));
}

#[tokio::test]
async fn a_candidate_agrees_to_the_provider_that_hears_the_voice() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    assert_eq!(view["records_calls"], json!(true));
    let text = view["notice"].to_string();
    assert!(text.contains("No other company gets it"), "{text}");
    // The company changes to another provider: what was agreed to is not this.
    s.on_openai().await;
    offer(&mut candidate, OFFER).await.refused(403, "consent_required");
    let view = candidate.get("/v1/candidate").await.expect(200);
    assert_eq!((&view["status"], &view["consented_at"]), (&json!("welcome"), &Value::Null));
    assert!(view["notice"].to_string().contains("from your browser to OpenAI"), "{view}");
    assert_eq!(view["records_calls"], json!(false));
    let old = json!({"version": "2026-11-22"});
    candidate.post("/v1/candidate/consent", old).await.refused(409, "notice_changed");
    let agreed = json!({"version": view["notice"]["version"]});
    s.server.app.clock.advance_ms(1_000);
    assert_eq!(candidate.post("/v1/candidate/consent", agreed).await.expect(200)["status"], "ready");
    s.connect(&mut candidate, 1).await;
}
