//! The request that makes a call, byte for byte but the boundary.

use crate::wire::{Reply, Request, Wire, answer, created};
use bytes::Bytes;
use insights::{
    adapters::{
        http_client,
        realtime::{Endpoint, Realtime},
    },
    config::{ProviderKind, VoiceSettings},
    provider::{Provider, session::Ask},
};

const OFFER: &[u8] = include_bytes!("sdp/chromium.sdp");
const PERSON: &str = "5f1c0000000000000000000000000000000000000000000000000000000000aa";

fn provider(kind: ProviderKind, url: &str) -> Provider {
    let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    let settings = VoiceSettings {
        models: list(&["gpt-realtime-2.1"]),
        transcriptions: list(&["gpt-transcribe"]),
        voice: "marin".into(),
        languages: list(&["ru"]),
        vocabulary: list(&["Kubernetes"]),
    };
    let endpoint = Endpoint { url: url.to_owned(), key: "sk-of-the-golden".into(), kind };
    Provider { realtime: Realtime::new(http_client().unwrap(), Some(endpoint)), kind, settings }
}

/// Makes one call and gives the requests, with what differs between runs written out of them.
async fn requests(kind: ProviderKind) -> Vec<Vec<u8>> {
    let mut wire = Wire::start(|request: &Request| match request.line.as_str() {
        "POST /openai/v1/realtime/client_secrets" => answer(
            "200 OK",
            "content-type: application/json\r\n",
            br#"{"value":"ek_short","expires_at":1,"session":{"type":"realtime"}}"#,
        ),
        "POST /openai/v1/realtime/calls" | "POST /v1/realtime/calls" => created(&request.offer()),
        _ => Reply::Close,
    })
    .await;
    let provider = provider(kind, &wire.url);
    let ask = Ask { language: "en".into(), voice: "marin".into(), keeps_sound: false };
    let (call, _) = provider.call(Bytes::from_static(OFFER), &ask, PERSON).await.unwrap();
    assert_eq!((call.id.as_str(), call.answer.as_ref()), ("rtc_w1", OFFER), "the answer comes back unchanged");
    let host = wire.url.strip_prefix("http://").unwrap().to_owned();
    wire.got().iter().map(|request| steady(request, &host)).collect()
}

/// The boundary and the port become words.
fn steady(request: &Request, host: &str) -> Vec<u8> {
    let text = String::from_utf8(request.bytes.clone()).unwrap().replace(host, "api.example");
    let Some((_, rest)) = text.split_once("boundary=") else { return text.into_bytes() };
    let boundary = rest.split("\r\n").next().unwrap().to_owned();
    assert_eq!(boundary.len(), 32);
    text.replace(&boundary, "B".repeat(32).as_str()).into_bytes()
}

fn assert_same(got: &[u8], recorded: &[u8]) {
    if got != recorded {
        panic!("the request is not the recorded one; it was:\n{}", String::from_utf8_lossy(got).replace('\r', "\\r"));
    }
}

#[tokio::test]
async fn the_request_to_openai_is_the_recorded_one() {
    let got = requests(ProviderKind::OpenAi).await;
    assert_eq!(got.len(), 1);
    assert_same(&got[0], include_bytes!("golden/openai-call.http"));
}

#[tokio::test]
async fn the_requests_to_azure_are_the_recorded_ones() {
    let got = requests(ProviderKind::Azure).await;
    assert_eq!(got.len(), 2);
    assert_same(&got[0], include_bytes!("golden/azure-secret.http"));
    assert_same(&got[1], include_bytes!("golden/azure-call.http"));
}
