//! What must never be in a log, planted and looked for: keys, session descriptions, words.

use crate::stage::{OFFER, offer, press, said_by, stage};
use serde_json::json;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Where the log of a test goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

impl Log {
    /// Everything of ours, and what libraries say for debugging.
    fn begin(&self) -> tracing::subscriber::DefaultGuard {
        let filter = EnvFilter::new("insights=trace,debug");
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(self.clone()).with_ansi(false);
        tracing::subscriber::set_default(log.finish())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

const WORDS: &str =
    "I grew zinnias and marigolds because my canaryword neighbor asked me, and as a result the garden was full.";
const CANARIES: &[&str] =
    &["key-of-the-test", "canaryword", "zinnias", "canaryufrag", "canarypwd", "canarytranscript", "Kim Park", "kim@"];

#[tokio::test]
async fn a_whole_interview_leaves_no_key_no_description_and_no_words_in_the_log() {
    let log = Log::default();
    let _guard = log.begin();
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let planted = OFFER.replace("xtZ+", "canaryufrag").replace("Uig6NNw40yNTik3WWDER69XM", "canarypwdcanarypwdcanary");
    assert!(planted.contains("ice-ufrag:canaryufrag") && planted.contains("ice-pwd:canarypwd"));
    assert_eq!(offer(&mut candidate, &planted).await.status.as_u16(), 201);
    let call = s.provider.control.wait_for_call().await;
    press(&mut candidate, 1, "ready").await.expect(204);
    s.provider.said_with("cook yesterday").await;
    // Errors and broken events on the way, with words in them.
    let error = json!({"type": "server_error", "code": null, "message": "canarytranscript", "param": null});
    assert!(s.provider.control.emit(&call, json!({"type": "error", "error": error})));
    let broken = json!({"type": "conversation.item.added", "item": "canarytranscript"});
    assert!(s.provider.control.emit(&call, broken));
    s.provider.answer(&call, WORDS).await;
    s.provider.said_with("cook tomorrow").await;
    assert!(s.provider.control.cut(&call, 1006));
    s.provider.attached(&call).await;
    s.provider.answer(&call, WORDS).await;
    s.provider.said_with("Goodbye").await;
    watch.until("ended", |_| true).await;
    assert_eq!(said_by(&s.session(&view).await, "candidate").len(), 2);

    let text = log.text();
    assert!(text.contains("a leg is up"), "the log was captured: {text}");
    for canary in CANARIES {
        let found: Vec<&str> = text.lines().filter(|line| line.contains(canary)).collect();
        assert!(found.is_empty(), "{canary}: {found:#?}");
    }
}

#[tokio::test]
async fn a_refusal_is_one_line_with_the_providers_number_and_without_its_words() {
    use crate::wire::{Request, Wire, error};
    let log = Log::default();
    let _guard = log.begin();
    let mut s = stage().await;
    let wire = Wire::start(|_: &Request| error("401 Unauthorized", "invalid_api_key")).await;
    s.choose(json!({"kind": "openai", "url": wire.url, "key": "key-of-the-test"})).await;
    let (mut candidate, _) = s.candidate().await;
    offer(&mut candidate, OFFER).await.refused(503, "engine_refused");
    let text = log.text();
    let line = text.lines().find(|line| line.contains("req_of_the_provider")).expect("the operator's line");
    assert!(
        line.contains("invalid_api_key") && line.contains("openai") && line.contains("does not know this key"),
        "{line}"
    );
    for canary in ["key-of-the-test", "canary", "a=mid", "v=0"] {
        assert!(!text.contains(canary), "{canary}");
    }
}
