//! With real speech and our own engine: what it spoke is recovered from a recording of it.

use super::{sound::*, *};
use crate::stage::stage_configured;
use insights::{
    adapters::realtime::{Endpoint, Urgency},
    config::ProviderKind,
};
use interview::wer;
use secrecy::SecretString;
use std::path::PathBuf;
use voice::{
    Engine, EngineConfig,
    media::MediaAddrs,
    speech::{
        Speech, SpeechOptions,
        audio::{read_wav, resample},
    },
};

const SENTENCES: [&str; 6] = [
    "I made a very good vegetable soup with my own stock, for six people.",
    "We had a problem with the oven, so I called the owner and explained what had happened.",
    "Tomorrow I will bake bread because my neighbors are coming over.",
    "My last job was in a small restaurant near the river, where I learned to work under pressure.",
    "The hardest part was to keep the kitchen clean while everybody was in a hurry.",
    "In the end the guests were happy, and two of them came back the next week.",
];

async fn engine(s: &Stage) -> Engine {
    let config = &s.server.app.config;
    // Clips stay between runs: the best voice is slow.
    let (models, clips) = (config.models_dir(), PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("clips"));
    let speech = Speech::open(&models, &clips, SpeechOptions { live_threads: 1, ..SpeechOptions::default() }).unwrap();
    let local = "127.0.0.1:0".parse().unwrap();
    let media = MediaAddrs { bind: local, public: Vec::new() };
    let mut own = EngineConfig::new(local, SecretString::from(KEY), media);
    own.voice = "joe".into();
    Engine::start(own, speech).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_speech_is_recovered_with_few_wrong_words() {
    let mut s = stage_configured("").await;
    // The plan is rendered by the simulator: the real best voice would take minutes.
    s.server.run_jobs().await;
    let mut talk = s.talk().await;
    let engine = engine(&s).await;
    // The talk is simulated; who recognizes its recording is not.
    let app = s.server.app.clone();
    let (mut voices, mut at) = (Vec::new(), 1_500);
    let own = Endpoint { url: engine.base_url().to_owned(), key: KEY.into(), kind: ProviderKind::Own };
    let realtime = app.engine.at(own.clone());
    for sentence in SENTENCES {
        let (pcm, rate) = read_wav(&realtime.speech("joe", sentence, Urgency::Live).await.unwrap()).unwrap();
        let pcm = resample(&pcm, rate, RATE as u32).unwrap();
        let long = (pcm.len() * 1_000 / RATE) as i64;
        voices.push((at, pcm));
        at += long + 2_500;
    }
    upload(&s, &talk.view, &room(at, &voices)).await;
    app.clock.advance_ms(at);
    talk.end().await;
    app.engine.set_endpoint(Some(own));
    app.clock.advance_ms(16_000);
    s.server.run_jobs().await;
    let session = s.session(&talk.view).await;
    let recovered: Vec<String> = said(&session)
        .into_iter()
        .map(|(status, text)| {
            assert_eq!(status, "recovered", "{session}");
            text
        })
        .collect();
    let score = wer::compare(&SENTENCES.join(" "), &recovered.join(" "));
    let seen = completeness(&mut s, &talk.view).await["recovered"].clone();
    eprintln!("{} of {} words wrong; {seen}", score.errors, score.words);
    assert!(score.rate() <= 0.15, "{recovered:#?}");
    checked(&mut s, &talk.view).await;
}
