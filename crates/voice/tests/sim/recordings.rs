//! Uploaded recordings: the form is checked as the real service checks it, and the words are the test's.

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use voice::sim::{Fault, Script, What};
use voice::speech::audio::write_wav;

use crate::support::Stage;

fn form(model: &str, fields: &[(&'static str, &str)]) -> Form {
    named("a.wav", &write_wav(&vec![0.1; 24_000], 16_000), model, fields)
}

fn named(name: &str, file: &[u8], model: &str, fields: &[(&'static str, &str)]) -> Form {
    let file = Part::bytes(file.to_vec()).mime_str("audio/wav").unwrap().file_name(name.to_owned());
    let form = Form::new().part("file", file).text("model", model.to_owned());
    fields.iter().fold(form, |form, (name, value)| form.text(*name, (*value).to_owned()))
}

impl Stage {
    async fn upload(&self, form: Form) -> Response {
        let request = self.http.post(self.at("/v1/audio/transcriptions")).bearer_auth(self.sim.key());
        request.multipart(form).send().await.unwrap()
    }
}

#[tokio::test]
async fn words_come_in_order_and_the_ledger_has_what_was_asked() {
    let stage = Stage::playing(Script::at_once(["The script's."])).await;
    stage.control.add_recordings(["First.", ""]);
    let fields = [("languages[]", "en"), ("languages[]", "de"), ("keywords[]", "Kubernetes")];
    let answer: Value = stage.upload(form("gpt-transcribe", &fields)).await.json().await.unwrap();
    assert_eq!(answer, json!({"text": "First.", "usage": {"type": "duration", "seconds": 2}}));
    let answer: Value = stage.upload(form("gpt-4o-transcribe", &[("language", "en")])).await.json().await.unwrap();
    assert_eq!((&answer["text"], &answer["usage"]["type"]), (&json!(""), &json!("tokens")));
    let text = stage.upload(form("whisper-1", &[("response_format", "text"), ("prompt", "Soup.")])).await;
    assert_eq!(text.text().await.unwrap(), "The script's.");
    let entry = stage.control.wait(|entry| matches!(entry.what, What::Recording { .. })).await;
    let What::Recording { fields, file, sound_ms, text } = entry.what else { unreachable!() };
    assert_eq!((file.as_str(), sound_ms, text.as_str()), ("a.wav", 1_500, "First."));
    assert_eq!((fields["model"].as_str(), fields["languages[]"].as_str()), ("gpt-transcribe", "en,de"));
}

#[tokio::test]
async fn a_form_that_the_service_would_refuse_is_refused() {
    let stage = Stage::playing(Script::at_once([])).await;
    let short = write_wav(&[0.0; 800], 16_000);
    for (form, status, code) in [
        (form("gpt-realtime-whisper", &[]), 404, "model_not_found"),
        (form("", &[]), 400, "missing_required_parameter"),
        (form("whisper-1", &[("languages[]", "en")]), 400, "unknown_parameter"),
        (form("gpt-transcribe", &[("languages[]", "en"), ("language", "en")]), 400, "invalid_value"),
        (form("whisper-1", &[("language", "en-GB")]), 400, "invalid_language_format"),
        (form("gpt-4o-transcribe", &[("response_format", "srt")]), 400, "unsupported_value"),
        (form("whisper-1", &[("speed", "2")]), 400, "unknown_parameter"),
        (named("a", b"RIFF", "whisper-1", &[]), 400, "invalid_value"),
        (named("a.wav", b"RIFF", "whisper-1", &[]), 400, "invalid_value"),
        (named("a.wav", &short, "whisper-1", &[]), 400, "audio_too_short"),
        (Form::new().text("model", "whisper-1"), 400, "missing_required_parameter"),
    ] {
        let answer = stage.upload(form).await;
        let (is, body) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
        assert_eq!((is, &body["error"]["code"]), (status, &json!(code)), "{body}");
    }
    let request = stage.http.post(stage.at("/v1/audio/transcriptions")).bearer_auth("sk-other");
    let answer = request.multipart(form("whisper-1", &[])).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_fault_is_for_the_next_recording_and_no_call() {
    let stage = Stage::playing(Script::at_once(["Words."])).await;
    for (fault, status) in [(Fault::no_quota(), 429), (Fault::broken(500), 500), (Fault::HtmlPage { status: 502 }, 502)]
    {
        stage.control.fail_next_recording(fault);
        assert_eq!(stage.upload(form("whisper-1", &[])).await.status().as_u16(), status);
    }
    assert_eq!(stage.upload(form("whisper-1", &[])).await.status(), StatusCode::OK);
    stage.control.fail_next_recording(Fault::wrong_key());
    stage.call().await;
}
