//! Calls with real media, over the loopback interface.

use std::time::Duration;

use crate::support::{Stage, interview};
use serde_json::{Value, json};
use tokio::time::timeout;
use voice::media::MediaAddrs;
use voice::media::peer::{Peer, PeerEvent};
use voice::sim::{Answer, Script, SimConfig, What};

/// The next event of this type on the data channel, and the loud packets before it.
async fn until(peer: &mut Peer, kind: &str) -> (Value, usize) {
    let mut loud = 0;
    loop {
        match timeout(Duration::from_secs(20), peer.events.recv()).await.unwrap().unwrap() {
            PeerEvent::Heard(heard) if heard.level > 0.01 => loud += 1,
            PeerEvent::Text(text) => {
                let event: Value = serde_json::from_str(&text).unwrap();
                if event["type"] == kind {
                    return (event, loud);
                }
            }
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_hears_the_voice_and_its_data_channel_is_obeyed() {
    let media = MediaAddrs { bind: "127.0.0.1:0".parse().unwrap(), public: Vec::new() };
    let script = Script { answers: [Answer::new("I did.")].into(), pace: 0.5, ..Script::default() };
    let stage = Stage::with(SimConfig { media: Some(media), script, ..SimConfig::default() }).await;
    let connecting = Peer::connect(async |offer| {
        let response = stage.offer(&offer, interview("gpt-realtime-whisper", false)).await?;
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        response.text().await
    });
    let mut peer = connecting.await.unwrap();
    until(&mut peer, "session.created").await;
    let call = stage.control.wait_for_call().await;
    let instructions = realtime_api::instructions::say_exactly("Did you sleep well tonight?");
    let create = json!({"type": "response.create", "response": {"instructions": instructions}});
    peer.send_text(create.to_string());
    until(&mut peer, "output_audio_buffer.started").await;
    let (_, loud) = until(&mut peer, "output_audio_buffer.stopped").await;
    assert!(loud > 20, "{loud} packets of sound");
    let (completed, _) = until(&mut peer, "conversation.item.input_audio_transcription.completed").await;
    assert_eq!(completed["transcript"], "I did.");
    let from_page = |entry: &voice::sim::Entry| matches!(&entry.what, What::Client { from, .. } if from == "owner");
    assert_eq!(stage.control.wait(from_page).await.call.as_deref(), Some(call.as_str()));
    // As at OpenAI, nobody can have the sound of it.
    let sound =
        stage.http.get(stage.at(&format!("/v1/realtime/calls/{call}/sound?side=input"))).bearer_auth(stage.sim.key());
    let refused = sound.send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 404);
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "unknown_url");
    peer.vanish();
    stage.control.end(&call);
    stage.control.wait(|entry| matches!(entry.what, What::Ended { .. })).await;
}
