//! The session that a provider is asked for. Each model takes its own parameters, and refuses the whole session for one
//! that it does not know.

use realtime_api::{
    Session, TurnDetection, TurnDetectionKind,
    session::{Audio, AudioInput, AudioOutput, NoiseReduction, Reasoning, Transcription, Voice},
};
use serde_json::Value;

use super::{Pick, Provider};
use crate::config::{ProviderKind, VoiceSettings};

/// The names by which our own engine knows its models.
const OWN_MODEL: &str = "gpt-realtime";
pub(super) const OWN_TRANSCRIPTION: &str = "gpt-4o-transcribe";

/// What this interview wants.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Language of the plan, such as `en` or `en-GB`.
    pub language: String,
    /// The interviewer's voice.
    pub voice: String,
    /// Whether the sound is to be had from the engine, which our own one can.
    pub keeps_sound: bool,
}

/// Which parameters a transcription model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// `language` alone.
    Language,
    /// `language` and `prompt`.
    Prompt,
    /// `languages` and `keywords`.
    Keywords,
}

/// Transcription models that cannot follow a conversation: they take no turn detection, or answer by speaker.
pub fn is_unfit_transcription(model: &str) -> bool {
    model.starts_with("gpt-live-transcribe") || model.contains("-diarize")
}

/// Names of the two models that are asked for.
pub fn names(provider: &Provider, pick: Pick) -> (String, String) {
    if provider.kind == ProviderKind::Own {
        return (OWN_MODEL.to_owned(), OWN_TRANSCRIPTION.to_owned());
    }
    let name = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
    (name(&provider.settings.models, pick.model), name(&provider.settings.transcriptions, pick.transcription))
}

/// The session as it is given with the offer: everything that an update says, and the model.
pub fn of_call(provider: &Provider, pick: Pick, ask: &Ask) -> Value {
    let (model, _) = names(provider, pick);
    let mut session = Session { model: Some(model.clone()), ..of_update(provider, pick, ask) };
    if provider.kind != ProviderKind::Own && model.starts_with("gpt-realtime-2") {
        // These think before they speak; what they say here is given to them word for word.
        session.reasoning = Some(Some(Reasoning { effort: Some("low".to_owned()), ..Reasoning::default() }));
    }
    serde_json::to_value(session).unwrap_or_default()
}

/// The session as the control channel asks for it. The server alone decides when the interviewer speaks.
pub fn of_update(provider: &Provider, pick: Pick, ask: &Ask) -> Session {
    let turn_detection = TurnDetection {
        kind: TurnDetectionKind::SemanticVad,
        create_response: Some(false),
        interrupt_response: Some(true),
        ..TurnDetection::default()
    };
    let mut input = AudioInput {
        transcription: Some(Some(transcription(provider, pick, &ask.language))),
        turn_detection: Some(Some(turn_detection)),
        ..AudioInput::default()
    };
    if provider.kind != ProviderKind::Own {
        input.noise_reduction = Some(Some(NoiseReduction { kind: "near_field".into(), ..NoiseReduction::default() }));
    }
    let output = AudioOutput { voice: Some(Voice::Name(ask.voice.clone())), ..AudioOutput::default() };
    Session {
        audio: Some(Audio { input: Some(input), output: Some(output), ..Audio::default() }),
        ..Session::default()
    }
}

fn transcription(provider: &Provider, pick: Pick, language: &str) -> Transcription {
    let (_, model) = names(provider, pick);
    transcription_of(provider, &model, language)
}

/// What a transcription model is told, in a talk and of a recording alike.
pub(super) fn transcription_of(provider: &Provider, model: &str, language: &str) -> Transcription {
    let settings = &provider.settings;
    let takes = takes(model);
    let mut wanted = Transcription { model: Some(Some(model.to_owned())), ..Transcription::default() };
    if provider.kind == ProviderKind::Own {
        wanted.language = Some(Some(language.to_owned()));
        return wanted;
    }
    let languages = languages(language, settings);
    if takes == Takes::Keywords {
        // Both `language` and `languages` would be an error.
        wanted.languages = Some(languages);
        wanted.keywords = (!settings.vocabulary.is_empty()).then(|| settings.vocabulary.clone());
        return wanted;
    }
    // Where only one can be named, a candidate who mixes two is better served by none.
    if let [only] = languages.as_slice() {
        wanted.language = Some(Some(only.clone()));
    }
    if takes == Takes::Prompt && !settings.vocabulary.is_empty() {
        wanted.prompt = Some(Some(settings.vocabulary.join(", ")));
    }
    wanted
}

/// By the model's name. A deployment with a name of its own is told the language only: every model takes that.
fn takes(model: &str) -> Takes {
    match model {
        m if m.starts_with("gpt-transcribe") => Takes::Keywords,
        m if m.starts_with("whisper-1") => Takes::Prompt,
        m if m.starts_with("gpt-4o-transcribe") || m.starts_with("gpt-4o-mini-transcribe") => Takes::Prompt,
        // gpt-realtime-whisper takes no prompt.
        _ => Takes::Language,
    }
}

/// The plan's language first, then those that may be mixed in; two letters each.
fn languages(plan: &str, settings: &VoiceSettings) -> Vec<String> {
    let short = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    let mut all = vec![short(plan)];
    for language in settings.languages.iter().map(|tag| short(tag)) {
        if !all.contains(&language) {
            all.push(language);
        }
    }
    all
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::adapters::realtime::Realtime;
    use serde_json::json;

    fn provider(kind: ProviderKind, transcription: &str, languages: &[&str]) -> Provider {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
        let settings = VoiceSettings {
            models: list(&["gpt-realtime-2.1", "gpt-realtime"]),
            transcriptions: list(&[transcription]),
            voice: "marin".into(),
            languages: list(languages),
            vocabulary: list(&["Kubernetes", "Zoë"]),
        };
        Provider { realtime: Realtime::new(crate::adapters::http_client().unwrap(), None), kind, settings }
    }

    fn heard(transcription: &str, languages: &[&str]) -> Value {
        let ask = Ask { language: "en-GB".into(), voice: "marin".into(), keeps_sound: false };
        let session = of_call(&provider(ProviderKind::OpenAi, transcription, languages), Pick::default(), &ask);
        session["audio"]["input"]["transcription"].clone()
    }

    #[test]
    fn each_transcription_model_gets_what_it_takes() {
        assert_eq!(heard("gpt-realtime-whisper", &[]), json!({"model": "gpt-realtime-whisper", "language": "en"}));
        assert_eq!(heard("gpt-realtime-whisper", &["de"]), json!({"model": "gpt-realtime-whisper"}));
        assert_eq!(
            heard("gpt-transcribe", &["de", "en"]),
            json!({"model": "gpt-transcribe", "languages": ["en", "de"], "keywords": ["Kubernetes", "Zoë"]})
        );
        for old in ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"] {
            let wanted = json!({"model": old, "language": "en", "prompt": "Kubernetes, Zoë"});
            assert_eq!(heard(old, &[]), wanted);
        }
        assert_eq!(heard("my-deployment", &["en"]), json!({"model": "my-deployment", "language": "en"}));
        assert!(is_unfit_transcription("gpt-live-transcribe") && is_unfit_transcription("gpt-4o-transcribe-diarize"));
    }

    #[test]
    fn only_models_that_think_are_told_how_much() {
        let ask = Ask { language: "en".into(), voice: "marin".into(), keeps_sound: false };
        let openai = provider(ProviderKind::OpenAi, "gpt-transcribe", &[]);
        assert_eq!(of_call(&openai, Pick::default(), &ask)["reasoning"], json!({"effort": "low"}));
        let second = Pick::default().after(crate::adapters::realtime::error::Which::Model, &openai.settings).unwrap();
        let session = of_call(&openai, second, &ask);
        assert_eq!((&session["model"], session.get("reasoning")), (&json!("gpt-realtime"), None));
        assert_eq!(session["audio"]["input"]["noise_reduction"], json!({"type": "near_field"}));
        let own = of_call(&provider(ProviderKind::Own, "x", &[]), Pick::default(), &ask);
        let turn_detection = json!({"type": "semantic_vad", "create_response": false, "interrupt_response": true});
        assert_eq!(
            own,
            json!({"type": "realtime", "model": "gpt-realtime", "audio": {
                "input": {"transcription": {"model": "gpt-4o-transcribe", "language": "en"}, "turn_detection": turn_detection},
                "output": {"voice": "marin"}}})
        );
    }
}
