//! Would interviews run with these settings? One or two cheap requests, and the answer in words.

use super::{Pick, Provider, session, session::Ask};
use crate::{
    adapters::realtime::{Offered, error::RealtimeError},
    config::ProviderKind,
};

/// What a look at a provider found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether interviews would run.
    pub is_well: bool,
    /// What was found, and what to do if it is not well.
    pub words: String,
}

/// Asks the provider whether it takes our key, our models and our session. Makes no call and costs nothing.
pub async fn probe(provider: &Provider) -> Verdict {
    let found = match provider.kind {
        ProviderKind::Own => own(provider).await,
        ProviderKind::OpenAi | ProviderKind::Azure => foreign(provider).await,
    };
    match found {
        Ok(words) => Verdict { is_well: true, words },
        Err(error) => Verdict { is_well: false, words: error.advice() },
    }
}

async fn own(provider: &Provider) -> Result<String, RealtimeError> {
    provider.realtime.check().await?;
    Ok("The built-in voice engine takes calls.".to_owned())
}

async fn foreign(provider: &Provider) -> Result<String, RealtimeError> {
    // Azure lists what could be deployed, which says nothing about what is.
    let offered = match provider.kind {
        ProviderKind::Azure => Vec::new(),
        _ => provider.realtime.models().await?,
    };
    let pick = pick(provider).await?;
    let settings = &provider.settings;
    let (model, transcription) = session::names(provider, pick);
    let mut words = format!("The key works. Interviews run on {model}; {transcription} writes the answers down.");
    for (list, at) in [(&settings.models, pick.model), (&settings.transcriptions, pick.transcription)] {
        for refused in list.iter().take(at) {
            words.push_str(&format!(" {refused} is not to be had with this key."));
        }
    }
    for name in [&model, &transcription] {
        if let Some(day) = ends_on(&offered, name) {
            words.push_str(&format!(" {name} ends on {day}: choose another before."));
        }
    }
    Ok(words)
}

/// The first models that the provider takes, in the whole session as an interview asks for it.
async fn pick(provider: &Provider) -> Result<Pick, RealtimeError> {
    let ask = Ask { language: "en".into(), voice: provider.settings.voice.clone(), keeps_sound: false };
    let mut pick = Pick::default();
    loop {
        match provider.realtime.would_take(&session::of_call(provider, pick, &ask)).await {
            Ok(()) => return Ok(pick),
            Err(RealtimeError::Model { which, code }) => {
                pick = pick.after(which, &provider.settings).ok_or(RealtimeError::Model { which, code })?;
            }
            Err(error) => return Err(error),
        }
    }
}

fn ends_on<'o>(offered: &'o [Offered], name: &str) -> Option<&'o str> {
    offered.iter().find(|model| model.id == name)?.ends_on.as_deref()
}
