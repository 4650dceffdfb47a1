//! How a recording is recognized after the talk: by which models, and what each is told.

use super::{
    Provider,
    session::{OWN_TRANSCRIPTION, is_unfit_transcription, transcription_of},
};
use crate::{adapters::realtime::Recognition, config::ProviderKind};

/// Models of OpenAI that take files, where none of the settings does.
const USUAL: [&str; 2] = ["gpt-transcribe", "whisper-1"];

/// How recordings are recognized: each model that may be asked, the best first.
pub fn of_recording(provider: &Provider, language: &str) -> Vec<Recognition> {
    let hints = |model: &str| {
        let wanted = transcription_of(provider, model, language);
        let one = |name, value: Option<Option<String>>| value.flatten().map(|value| (name, value));
        let mut hints: Vec<_> = one("language", wanted.language).into_iter().collect();
        hints.extend(one("prompt", wanted.prompt));
        hints.extend(wanted.languages.into_iter().flatten().map(|language| ("languages[]", language)));
        hints.extend(wanted.keywords.into_iter().flatten().map(|keyword| ("keywords[]", keyword)));
        hints
    };
    recording_models(provider).into_iter().map(|model| Recognition { hints: hints(&model), model }).collect()
}

/// Those of the settings that take files, then the usual ones. Deployments have names of their own: each is tried.
fn recording_models(provider: &Provider) -> Vec<String> {
    let chosen = provider.settings.transcriptions.iter();
    match provider.kind {
        ProviderKind::Own => vec![OWN_TRANSCRIPTION.to_owned()],
        ProviderKind::Azure => chosen.cloned().collect(),
        ProviderKind::OpenAi => {
            let takes_files = |model: &&String| !model.starts_with("gpt-realtime") && !is_unfit_transcription(model);
            let mut models: Vec<String> = chosen.filter(takes_files).cloned().collect();
            for usual in USUAL {
                if !models.iter().any(|model| model == usual) {
                    models.push(usual.to_owned());
                }
            }
            models
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{adapters::realtime::Realtime, config::VoiceSettings};

    fn asked(kind: ProviderKind, transcriptions: &[&str], languages: &[&str]) -> Vec<(String, String)> {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
        let settings = VoiceSettings {
            models: Vec::new(),
            transcriptions: list(transcriptions),
            voice: String::new(),
            languages: list(languages),
            vocabulary: list(&["Zoë"]),
        };
        let realtime = Realtime::new(crate::adapters::http_client().unwrap(), None);
        let told = |how: Recognition| {
            let hints: Vec<String> = how.hints.iter().map(|(name, value)| format!("{name}={value}")).collect();
            (how.model, hints.join(" "))
        };
        of_recording(&Provider { realtime, kind, settings }, "en-GB").into_iter().map(told).collect()
    }

    #[test]
    fn only_models_that_take_files_are_asked_and_each_is_told_what_it_takes() {
        let own = |model: &str, hints: &str| (model.to_owned(), hints.to_owned());
        assert_eq!(
            asked(ProviderKind::OpenAi, &["gpt-realtime-whisper", "gpt-4o-transcribe"], &[]),
            [
                own("gpt-4o-transcribe", "language=en prompt=Zoë"),
                own("gpt-transcribe", "languages[]=en keywords[]=Zoë"),
                own("whisper-1", "language=en prompt=Zoë")
            ]
        );
        assert_eq!(
            asked(ProviderKind::OpenAi, &["gpt-transcribe"], &["de"])[0].1,
            "languages[]=en languages[]=de keywords[]=Zoë"
        );
        // Whatever a deployment is called, it may take files.
        assert_eq!(asked(ProviderKind::Azure, &["gpt-realtime-mine"], &[]), [own("gpt-realtime-mine", "language=en")]);
        assert_eq!(asked(ProviderKind::Own, &["x"], &[])[0].0, "gpt-4o-transcribe");
    }
}
