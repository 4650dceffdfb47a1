//! Speech end to end with the real models: what is said is heard again, and broken files are named.

#![expect(clippy::unwrap_used, reason = "tests")]

mod speech_support;

use std::path::Path;
use std::sync::Arc;

use speech_support::{kept_clips, models, room, silence};
use voice::speech::assets::Assets;
use voice::speech::cache::RenderCache;
use voice::speech::phonemes::{Alphabet, Phonemes};
use voice::speech::{EarEvent, HEAR_RATE, SAY_RATE, Speech, SpeechError, SpeechOptions, Urgency, assets, audio};

const SENTENCES: &[&str] = &[
    "The committee will read every question before the interview begins.",
    "I moved our billing system to a new database with a small team.",
    "We finished the migration two weeks early and nobody lost any data.",
    "Could you tell me more about the people I would be working with?",
    "My biggest mistake was shipping a change without asking for a review.",
    "The customer was angry at first, but we listened and found the cause.",
    "In 2019 we had 350 customers, and 4% of them left.",
    "Thank you for your time, I really enjoyed this conversation today.",
];

fn open(cache: &Path) -> Speech {
    let options = SpeechOptions { live_threads: 1, ..SpeechOptions::default() };
    Speech::open(&models(), cache, options).unwrap()
}

async fn heard(speech: &Speech, voice: &str, text: &str) -> String {
    let clip = speech.say(voice, text, Urgency::Background).await.unwrap();
    assert_eq!((clip.rate, clip.voice_used.as_str()), (SAY_RATE, voice));
    let pcm = audio::resample(&clip.pcm, SAY_RATE, HEAR_RATE).unwrap();
    speech.transcribe(Arc::from(pcm)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_both_voices_say_is_heard_again() {
    let speech = open(&kept_clips());
    let (mut errors, mut words) = (0, 0);
    let spoken =
        SENTENCES.iter().map(|text| ("joe", *text)).chain(SENTENCES[..2].iter().map(|text| ("af_heart", *text)));
    let mut table = String::new();
    for (voice, text) in spoken {
        let text_heard = heard(&speech, voice, text).await;
        let score = interview::wer::compare(text, &text_heard);
        table += &format!("{voice:9} {}/{} {text_heard}\n", score.errors, score.words);
        errors += score.errors;
        words += score.words;
    }
    assert!(errors * 100 <= words * 6, "{errors} of {words} words are wrong:\n{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clips_are_ready_to_play_and_an_unforeseen_text_is_said_at_once() {
    let folder = tempfile("clips");
    let speech = open(&folder);
    let text = "This was not foreseen.";
    assert!(!speech.is_rendered("af_heart", text));
    let clip = speech.say("af_heart", text, Urgency::Live).await.unwrap();
    assert_eq!(clip.voice_used, "joe");
    assert!(speech.is_rendered("joe", text) && !speech.is_rendered("af_heart", text));
    let onset_ms = clip.pcm.iter().position(|v| v.abs() > 0.02).unwrap() * 1000 / SAY_RATE as usize;
    let after_ms = clip.pcm.iter().rev().position(|v| v.abs() > 0.02).unwrap() * 1000 / SAY_RATE as usize;
    assert!(onset_ms <= 60 && after_ms <= 200, "{onset_ms} ms before, {after_ms} ms behind");
    assert!(clip.pcm.iter().all(|v| v.abs() <= 0.95));

    // A clip that is in the cache in the asked voice is used, also live; a damaged one is made anew.
    RenderCache::open(&folder).unwrap().write("af_heart", text, &clip.pcm).unwrap();
    let kept = speech.say("af_heart", text, Urgency::Live).await.unwrap();
    assert_eq!((kept.voice_used.as_str(), kept.pcm.len()), ("af_heart", clip.pcm.len()));
    let cache = RenderCache::open(&folder).unwrap();
    let file = cache.file("joe", text);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(cache.read("joe", text), None);
    assert!(!cache.has("joe", text));
    let again = speech.say("joe", text, Urgency::Live).await.unwrap();
    assert!(again.pcm.len() > 10_000 && cache.has("joe", text));

    for (voice, text) in [("joe", "  "), ("joe", "..."), ("nobody", "Hello.")] {
        let error = speech.say(voice, text, Urgency::Live).await.unwrap_err();
        assert!(matches!(error, SpeechError::TextLength { .. } | SpeechError::UnknownVoice(_)), "{error}");
    }
    let endless = "word ".repeat(2_000);
    assert!(matches!(speech.say("joe", &endless, Urgency::Live).await, Err(SpeechError::TextLength { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ear_tells_two_turns_with_their_words_and_the_pause_inside_stays() {
    let speech = open(&kept_clips());
    let mut pcm = silence(1_000);
    for (text, pause_ms) in [
        ("We had to move the data because", 1_500),
        ("the old system was too slow for our customers.", 4_000),
        ("I would do it again in the same way.", 4_000),
    ] {
        let clip = speech.say("joe", text, Urgency::Background).await.unwrap();
        pcm.extend(audio::resample(&clip.pcm, SAY_RATE, HEAR_RATE).unwrap());
        pcm.extend(silence(pause_ms));
    }
    room(&mut pcm);
    let mut ear = speech.ear();
    let (turns, order) = {
        let ((), told) = tokio::join!(ear_hears(&speech, &pcm), async { tell(&mut ear, &pcm).await });
        told
    };
    assert_eq!(turns.len(), 2, "{turns:?}");
    let said = "We had to move the data because the old system was too slow for our customers.";
    assert!(interview::wer::compare(said, &turns[0]).errors <= 1, "{turns:?}");
    assert!(interview::wer::compare("I would do it again in the same way.", &turns[1]).errors <= 1, "{turns:?}");
    let first: Vec<&str> = order.iter().copied().filter(|kind| *kind != "partial").collect();
    assert_eq!(first, ["started", "stopped", "ended", "started", "stopped", "ended"]);
    assert!(order.contains(&"partial"));
}

/// Recognition of something else at the same time must not disturb the ear.
async fn ear_hears(speech: &Speech, pcm: &[f32]) {
    let text = speech.transcribe(Arc::from(&pcm[..HEAR_RATE as usize * 3])).await.unwrap();
    assert!(!text.is_empty());
}

/// Feeds everything and collects the turns' words and the order of events.
async fn tell(ear: &mut voice::speech::Ear, pcm: &[f32]) -> (Vec<String>, Vec<&'static str>) {
    let (mut turns, mut order) = (Vec::new(), Vec::new());
    // The listener holds 5 s; events are taken while more is given.
    let mut chunks = pcm.chunks(HEAR_RATE as usize);
    loop {
        let event = match chunks.next() {
            Some(chunk) => {
                ear.hear_all(chunk).await;
                continue;
            }
            None => ear.next().await.unwrap(),
        };
        match event {
            EarEvent::SpeechStarted { .. } => order.push("started"),
            EarEvent::Partial { .. } => order.push("partial"),
            EarEvent::SpeechStopped { .. } => order.push("stopped"),
            EarEvent::TurnEnded { start_ms, end_ms, pcm, text } => {
                assert_eq!(pcm.len() as u64, (end_ms - start_ms) * 16);
                order.push("ended");
                turns.extend(text.map(Result::unwrap));
            }
            EarEvent::TurnText { text, .. } => turns.push(text.unwrap()),
        }
        if turns.len() == 2 {
            return (turns, order);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_longer_than_the_model_hears_keeps_its_words() {
    let speech = open(&kept_clips());
    let (mut pcm, mut said) = (Vec::new(), String::new());
    for text in SENTENCES.iter().filter(|text| !text.contains('%')) {
        let clip = speech.say("joe", text, Urgency::Background).await.unwrap();
        pcm.extend(audio::resample(&clip.pcm, SAY_RATE, HEAR_RATE).unwrap());
        pcm.extend(silence(400));
        said += text;
        said.push(' ');
    }
    assert!(pcm.len() > 22 * HEAR_RATE as usize, "{} s", pcm.len() / HEAR_RATE as usize);
    let text = speech.transcribe(Arc::from(pcm)).await.unwrap();
    let score = interview::wer::compare(&said, &text);
    assert!(score.errors * 100 <= score.words * 6, "{score:?}: {text}");
    let too_long: Arc<[f32]> = Arc::from(vec![0.0; 31 * 60 * HEAR_RATE as usize]);
    assert!(matches!(speech.transcribe(too_long).await, Err(SpeechError::AudioLength { .. })));
    assert_eq!(speech.transcribe(Arc::from([0.0; 100])).await.unwrap(), "");
}

#[test]
fn a_missing_or_corrupt_model_file_is_named_with_what_to_do() {
    let folder = tempfile("models");
    for file in assets::locked_files() {
        let path = folder.join(file.target);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(models().join(file.target), path).unwrap();
    }
    assert!(Speech::check(&folder).is_empty(), "{:?}", Speech::check(&folder));

    let missing = folder.join(assets::VAD);
    std::fs::remove_file(&missing).unwrap();
    let corrupt = folder.join(assets::GOLD);
    let mut bytes = std::fs::read(&corrupt).unwrap();
    bytes[77] ^= 1;
    std::fs::remove_file(&corrupt).unwrap();
    std::fs::write(&corrupt, bytes).unwrap();

    let problems = Speech::check(&folder);
    let text: Vec<String> = problems.iter().map(|problem| problem.error.to_string()).collect();
    assert_eq!(problems.len(), 2, "{text:?}");
    let about = |path: &Path| text.iter().any(|t| t.contains(path.to_str().unwrap()) && t.contains("fetch-models.sh"));
    assert!(about(&missing) && about(&corrupt), "{text:?}");
    let refused = Speech::open(&folder, &folder.join("clips"), SpeechOptions::default());
    assert!(matches!(refused.err(), Some(SpeechError::Missing(_) | SpeechError::Corrupt(_))));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn words_of_interviews_get_their_sounds() {
    let phonemes = Phonemes::load(&Assets::open(&models()).unwrap()).unwrap().without_espeak();
    let table = [
        ("Tell me about the interview.", "tˈɛl mˌi əbˈWt ði ˈɪntəɹvjˌu."),
        ("the team", "ðə tˈim"),
        ("I led a project to the end", "ˌI lˈɛd ɐ pɹˈɑʤˌɛkt tə ði ˈɛnd"),
        ("to project", "tə pɹəʤˈɛkt"),
        ("I have read it", "ˌI hæv ɹˈɛd ɪt"),
        ("databases", "dˈæTəbˌAsᵻz"),
        ("refactored", "ɹifˈæktəɹd"),
        ("the API", "ði ˌApˌiˈI"),
        ("SQL", "sˈikwəl"),
        ("4%", "fˈɔɹ pəɹsˈɛnt"),
        ("customer's", "kˈʌstəməɹz"),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let got = phonemes.of(text, Alphabet::Kokoro);
        if got != expected {
            wrong.push(format!("{text}: {got}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // Nothing is silent, however strange it is.
    for word in ["Kubernetes", "Łukasz", "Xochitl", "ng", "qwrt", "O'Brien", "PostgreSQL", "B2B", "C++", "24/7"] {
        assert!(phonemes.of(word, Alphabet::Piper).chars().any(char::is_alphabetic), "{word}");
    }
    assert!(phonemes.is_known("colleagues") && phonemes.is_known("AWS") && !phonemes.is_known("kubernetes"));
}

/// A fresh folder below the build's own.
fn tempfile(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
