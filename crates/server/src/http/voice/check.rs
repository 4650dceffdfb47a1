//! What may be entered: each refusal names the field and says what would be right.

use crate::config::{OPENAI_URL, ProviderKind, VoiceSettings, check_url};
use crate::error::{Error, Result};
use crate::provider::session::is_unfit_transcription;

/// A longer list is a mistake, and a request to the provider per entry.
const MOST_MODELS: usize = 5;
const MOST_LANGUAGES: usize = 10;
const MOST_WORDS: usize = 100;
const LONGEST_WORD: usize = 60;
const LONGEST_NAME: usize = 100;

/// A base URL; empty is the usual one, and so is that one written out.
pub fn url(kind: ProviderKind, url: &str, may_be_local: bool) -> Result<String> {
    let url = url.trim().trim_end_matches('/');
    if url.is_empty() || (kind == ProviderKind::OpenAi && url == OPENAI_URL) {
        return Ok(String::new());
    }
    if url.len() > 255 {
        return Err(Error::invalid("url", "The address is too long."));
    }
    check_url(url, may_be_local).map_err(|why| Error::invalid("url", format!("The address {why}.")))?;
    Ok(url.to_owned())
}

/// A key: one word that a header takes.
pub fn key(key: &str) -> Result<&str> {
    if (8..=512).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(key);
    }
    Err(Error::invalid("key", "This is not a key: it is one word of 8 to 512 letters, digits and signs."))
}

/// What the provider is told, tidied.
pub fn settings(given: &VoiceSettings) -> Result<VoiceSettings> {
    let settings = VoiceSettings {
        models: models("settings.models", &given.models)?,
        transcriptions: models("settings.transcriptions", &given.transcriptions)?,
        voice: given.voice.trim().to_owned(),
        languages: tidy(&given.languages).map(|tag| tag.to_lowercase()).collect(),
        vocabulary: tidy(&given.vocabulary).collect(),
    };
    if let Some(unfit) = settings.transcriptions.iter().find(|name| is_unfit_transcription(name)) {
        let why =
            format!("{unfit} cannot follow a conversation turn by turn. Use gpt-realtime-whisper or gpt-transcribe.");
        return Err(Error::invalid("settings.transcriptions", why));
    }
    if !is_name(&settings.voice) {
        return Err(Error::invalid("settings.voice", "Name a voice, such as marin."));
    }
    let is_language = |tag: &String| (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase());
    if settings.languages.len() > MOST_LANGUAGES || !settings.languages.iter().all(is_language) {
        return Err(Error::invalid("settings.languages", "Give at most 10 languages by their codes: en, de, fr."));
    }
    let is_word = |word: &String| word.chars().count() <= LONGEST_WORD && !word.chars().any(char::is_control);
    if settings.vocabulary.len() > MOST_WORDS || !settings.vocabulary.iter().all(is_word) {
        return Err(Error::invalid(
            "settings.vocabulary",
            "Give at most 100 words of at most 60 characters, one per line.",
        ));
    }
    Ok(settings)
}

fn models(field: &str, given: &[String]) -> Result<Vec<String>> {
    let names: Vec<String> = tidy(given).collect();
    if names.is_empty() || names.len() > MOST_MODELS || !names.iter().all(|name| is_name(name)) {
        return Err(Error::invalid(
            field,
            "Name one to five models, one per line, in the order in which they are tried.",
        ));
    }
    Ok(names)
}

fn is_name(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._:-/".contains(&b);
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(is_plain)
}

/// Without blanks around, without empty ones.
fn tidy(list: &[String]) -> impl Iterator<Item = String> {
    list.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty())
}
