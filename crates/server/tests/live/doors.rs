use crate::stage::{OFFER, offer, press, redeem, split, stage, stage_playing};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use voice::sim::Script;

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn every_state_of_a_link_says_what_it_is() {
    let mut s = stage().await;
    let mut anyone = s.server.anyone();
    redeem(&mut anyone, &("inv_01JD6Z3V8C5T1Q7Y0W9X2R4K6M".into(), "x".into()))
        .await
        .refused(404, "invitation_unknown");
    redeem(&mut anyone, &("../etc".into(), "x".into())).await.refused(404, "invitation_unknown");
    redeem(&mut anyone, &(s.link.0.clone(), "wrong".into())).await.refused(404, "invitation_unknown");
    let view = redeem(&mut anyone, &s.link).await.expect(200);
    assert_eq!(
        (&view["status"], &view["session_id"], &view["questions"]),
        (&json!("welcome"), &Value::Null, &json!(2))
    );
    redeem(&mut anyone, &s.link).await.expect(200);

    let later = s.server.app.now().as_ms() + 2 * HOUR_MS;
    let invite = format!("/v1/applications/{}/invitations", s.application);
    let invited = s.recruiter.post(&invite, json!({"opens_at": later, "expires_in_days": 1})).await.expect(201);
    redeem(&mut anyone, &s.link).await.refused(410, "invitation_revoked");
    let link = split(invited["link"].as_str().unwrap());
    let early = redeem(&mut anyone, &link).await.refused(409, "invitation_not_open");
    assert_eq!(early["opens_at"], later);
    s.server.app.clock.advance_ms(3 * HOUR_MS);
    redeem(&mut anyone, &link).await.expect(200);
    s.server.app.clock.advance_ms(24 * HOUR_MS);
    redeem(&mut anyone, &link).await.refused(410, "invitation_expired");
}

#[tokio::test]
async fn no_sound_before_consent_and_no_call_for_a_bad_offer() {
    let s = stage().await;
    let mut client = s.server.anyone();
    offer(&mut client, OFFER).await.refused(401, "sign_in_required");
    redeem(&mut client, &s.link).await.expect(200);
    offer(&mut client, OFFER).await.refused(403, "consent_required");
    client.get("/v1/candidate/events").await.refused(403, "consent_required");
    client.post("/v1/candidate/consent", json!({"version": "old"})).await.refused(409, "notice_changed");
    let (mut client, _) = s.candidate().await;
    offer(&mut client, "").await.refused(400, "sdp_invalid");
    offer(&mut client, "{}").await.refused(400, "sdp_invalid");
    offer(&mut client, &"v".repeat(70_000)).await.refused(400, "sdp_invalid");
    offer(&mut client, "v=0\r\nm=video 9 X 1\r\n").await.refused(400, "sdp_without_audio");
    press(&mut client, 1, "ready").await.refused(410, "session_over");
    client.post("/v1/candidate/control", json!({"leg": 1, "kind": "dance"})).await.refused(422, "invalid_json");
}

#[tokio::test]
async fn the_microphone_is_heard_or_known_to_be_silent() {
    let s = stage_playing(Script::at_once([" A sentence. "])).await;
    let (mut client, _) = s.candidate().await;
    for (sample, text) in [(0_i16, ""), (8_000, "A sentence.")] {
        let heard = client.send(
            Method::POST,
            "/v1/candidate/microphone",
            &[("content-type", "audio/wav")],
            Body::from(wav(sample)),
        );
        let heard = heard.await.expect(200);
        assert_eq!(heard["text"], text, "{heard}");
    }
    let bad = client.send(Method::POST, "/v1/candidate/microphone", &[("content-type", "audio/wav")], Body::from("x"));
    bad.await.refused(422, "audio_invalid");
}

fn wav(sample: i16) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut out = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut out, spec).unwrap();
    for _ in 0..16_000 {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    out.into_inner()
}

#[tokio::test]
async fn a_page_appends_with_its_key_also_without_cookie_and_after_the_link_expired() {
    let s = stage().await;
    let (_, view) = s.candidate().await;
    s.server.app.clock.advance_ms(30 * 24 * HOUR_MS);
    let path = format!("/v1/s/{}/log", view["session_id"].as_str().unwrap());
    let key = format!("Bearer {}", view["append_key"].as_str().unwrap());
    let mut page = s.server.anyone();
    let body = |first_seq: i64, words: &[&str]| {
        let event = |word: &&str| json!({"kind": "test", "leg": 1, "at_ms": 5, "body": {"word": word}});
        json!({"instance": "0123456789abcdef0123456789abcdef", "first_seq": first_seq, "events": words.iter().map(event).collect::<Vec<_>>()})
    };
    let mut send = async |key: &str, body: Value| {
        let headers = [("content-type", "application/json"), ("authorization", key)];
        page.send(Method::POST, &path, &headers, Body::from(body.to_string())).await
    };
    let acked = send(&key, body(1, &["a", "b"])).await.expect(200);
    assert_eq!(acked["acked"], 2);
    assert_eq!(send(&key, body(1, &["a", "b"])).await.expect(200), acked);
    assert_eq!(send(&key, body(2, &["b", "c"])).await.expect(200)["acked"], 3);
    assert_eq!(send(&key, body(7, &["x"])).await.refused(409, "gap")["expected"], 4);
    send(&key, body(2, &["other"])).await.refused(422, "seq_conflict");
    send(&key, body(0, &["x"])).await.refused(422, "invalid");
    send("Bearer wrong", body(4, &["d"])).await.refused(401, "sign_in_required");
}
