use crate::support::{Client, DAY_MS, START_MS, TestApp};
use insights::first_start;
use serde_json::{Value, json};

async fn demo(recruiter: &mut Client) -> (String, String) {
    let positions = recruiter.get("/v1/positions").await.expect(200);
    let position = positions["items"][0]["id"].as_str().unwrap().to_owned();
    let candidates = recruiter.get(&format!("/v1/positions/{position}/candidates")).await.expect(200);
    (position, candidates["items"][0]["application_id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_candidate_is_added_once_per_position_by_e_mail() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let (position, _) = demo(&mut recruiter).await;
    let url = format!("/v1/positions/{position}/candidates");
    let row = recruiter.post(&url, json!({ "name": "Kim Park", "email": "kim@example.com" })).await.expect(201);
    assert_eq!(
        (&row["candidate"]["name"], &row["invitation"], &row["session"]),
        (&json!("Kim Park"), &Value::Null, &Value::Null)
    );
    let again =
        recruiter.post(&url, json!({ "name": "Kim", "email": "KIM@example.com" })).await.refused(422, "invalid");
    assert_eq!(again["field"], "email");
    let wrong = recruiter.post(&url, json!({ "name": "Kim", "email": "kim at example" })).await.refused(422, "invalid");
    assert_eq!(wrong["field"], "email");
    assert_eq!(recruiter.get(&url).await.expect(200)["items"].as_array().unwrap().len(), 2);

    let other = recruiter.post("/v1/positions", json!({ "title": "Cook" })).await.expect(201);
    let other = format!("/v1/positions/{}/candidates", other["id"].as_str().unwrap());
    let same = recruiter.post(&other, json!({ "name": "Kim", "email": "kim@example.com" })).await.expect(201);
    assert_eq!(same["candidate"]["id"], row["candidate"]["id"]);
}

#[tokio::test]
async fn an_invitation_needs_a_published_plan() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let position = recruiter.post("/v1/positions", json!({ "title": "Cook" })).await.expect(201);
    let url = format!("/v1/positions/{}/candidates", position["id"].as_str().unwrap());
    let row = recruiter.post(&url, json!({ "name": "Kim", "email": "kim@example.com" })).await.expect(201);
    let invite = format!("/v1/applications/{}/invitations", row["application_id"].as_str().unwrap());
    recruiter.post(&invite, json!({})).await.refused(422, "plan_not_published");
}

#[tokio::test]
async fn a_new_link_withdraws_the_one_before_and_can_be_withdrawn() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let (position, application) = demo(&mut recruiter).await;
    let invite = format!("/v1/applications/{application}/invitations");
    let first = recruiter.post(&invite, json!({})).await.expect(201);
    assert_eq!(
        (&first["invitation"]["state"], &first["invitation"]["expires_at"]),
        (&json!("open"), &json!(START_MS + 14 * DAY_MS))
    );
    let link = first["link"].as_str().unwrap();
    let (before, secret) = link.split_once("/i#").unwrap();
    assert_eq!(before, "http://127.0.0.1:8080");
    assert_eq!(secret.split_once('.').unwrap().1.len(), 43);

    let second = recruiter.post(&invite, json!({ "expires_in_days": 1 })).await.expect(201);
    let id = |v: &Value| v["invitation"]["id"].as_str().unwrap().to_owned();
    let revoked = recruiter.post(&format!("/v1/invitations/{}/revoke", id(&first)), json!({})).await.expect(200);
    assert_eq!(revoked["state"], "revoked");
    let list = format!("/v1/positions/{position}/candidates");
    let shown = recruiter.get(&list).await.expect(200)["items"][0]["invitation"].clone();
    assert_eq!((&shown["id"], &shown["state"]), (&json!(id(&second)), &json!("open")));
    t.app.clock.advance_ms(DAY_MS);
    assert_eq!(recruiter.get(&list).await.expect(200)["items"][0]["invitation"]["state"], "expired");
    for (body, field) in
        [(json!({ "expires_in_days": 0 }), "expires_in_days"), (json!({ "opens_at": i64::MAX }), "opens_at")]
    {
        assert_eq!(recruiter.post(&invite, body).await.refused(422, "invalid")["field"], field);
    }
    let later = json!({ "opens_at": START_MS + 2 * DAY_MS });
    assert_eq!(recruiter.post(&invite, later).await.expect(201)["invitation"]["state"], "not_yet_open");
}

#[tokio::test]
async fn the_link_is_mailed_and_then_its_secret_is_nowhere_in_the_database() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let (position, application) = demo(&mut recruiter).await;
    let made = recruiter
        .post(&format!("/v1/applications/{application}/invitations"), json!({ "send_mail": true }))
        .await
        .expect(201);
    assert!(t.run_jobs().await > 0);
    let mails = t.mails();
    assert_eq!(mails.len(), 1);
    // Long lines are folded in quoted-printable: the secret is looked for without its soft breaks.
    let mail = mails[0].replace("=\r\n", "").replace("=3D", "=");
    assert!(mail.contains(made["link"].as_str().unwrap()), "{mail}");
    assert!(mail.contains("To: \"Alex Demo\" <alex.demo@example.com>"), "{mail}");
    let list = recruiter.get(&format!("/v1/positions/{position}/candidates")).await.expect(200);
    assert_eq!(list["items"][0]["invitation"]["sent_at"], START_MS);
    let secret = made["link"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
    t.app.store.close().await;
    let database = std::fs::read(t.app.config.server.data_dir.join("insights.db")).unwrap();
    let is_there = database.windows(secret.len()).any(|w| w == secret.as_bytes());
    assert!(!is_there, "the secret is in the database file");
}

#[tokio::test]
async fn home_tells_who_was_invited_and_has_not_begun() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let home = recruiter.get("/v1/home").await.expect(200);
    assert_eq!(home["waiting"][0]["candidate"]["name"], "Alex Demo");
    for list in ["live", "needs_review", "failed"] {
        assert_eq!(home[list], json!([]));
    }
    assert_eq!(recruiter.get("/v1/sessions?state=finished").await.expect(200)["items"], json!([]));
    assert_eq!(recruiter.get("/v1/sessions?state=odd").await.refused(422, "invalid")["field"], "state");
}

#[tokio::test]
async fn a_restart_prints_the_same_demo_link_while_it_is_open() {
    let t = TestApp::start().await;
    let first = first_start::prepare(&t.app).await.unwrap();
    let second = first_start::prepare(&t.app).await.unwrap();
    assert_eq!(first.invitation, second.invitation);
    assert_ne!(first.sign_in, second.sign_in);
    t.app.clock.advance_ms(14 * DAY_MS);
    assert_ne!(first_start::prepare(&t.app).await.unwrap().invitation, first.invitation);
}
