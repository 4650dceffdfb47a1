//! Who recognizes the recording: the company's own choice of provider, with the first model that takes files.

use bytes::Bytes;
use realtime_api::TranscriptionUsage;

use super::unheard::Unheard;
use crate::{
    adapters::realtime::{Realtime, Recognition, error::RealtimeError},
    app::App,
    budget::{
        prices::{Priced, Prices, Tariff},
        usage::{self, Usage},
    },
    error::Result,
    provider::recording,
    store::TenantStore,
};

/// What was recognized.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The words.
    pub text: String,
    /// By which model.
    pub model: String,
    usage: Option<TranscriptionUsage>,
}

/// A usage, the model that it is of, and its price.
#[derive(Clone, Debug)]
pub struct Cost {
    /// What was used.
    pub usage: Usage,
    /// The model.
    pub model: String,
    /// What it costs.
    pub priced: Priced,
}

/// The way to a provider, and the models to ask there.
pub struct Recognizer {
    realtime: Realtime,
    recognitions: Vec<Recognition>,
    /// Which of them is asked.
    at: usize,
    prices: Prices,
}

impl Recognizer {
    /// The company's provider as it is now; `language` is the plan's.
    ///
    /// # Errors
    /// There is no key for it, or it cannot be opened.
    pub async fn of(app: &App, store: &TenantStore, language: &str) -> Result<Recognizer> {
        let provider = app.provider(store).await?;
        let recognitions = recording::of_recording(&provider, language);
        Ok(Recognizer { realtime: provider.realtime, recognitions, at: 0, prices: app.config.prices.clone() })
    }

    /// Whether it costs nothing.
    pub fn is_own(&self) -> bool {
        self.realtime.is_own()
    }

    /// Recognizes a WAV file; where a model is not to be had, with the next one.
    ///
    /// # Errors
    /// The provider's refusals.
    pub async fn recognize(&mut self, wav: Bytes) -> std::result::Result<Heard, RealtimeError> {
        loop {
            let Some(recognition) = self.recognitions.get(self.at) else {
                return Err(RealtimeError::BadAnswer("no model that takes recordings".into()));
            };
            match self.realtime.recognize(wav.clone(), recognition).await {
                Ok(done) => {
                    return Ok(Heard { text: done.text, model: recognition.model.clone(), usage: done.usage });
                }
                Err(RealtimeError::Model { .. }) if self.at + 1 < self.recognitions.len() => self.at += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// What recognizing a span used and costs. Told twice, it is the same.
    pub fn usage(&self, heard: &Heard, place: &Unheard) -> Cost {
        let subject = format!("recording:{}", place.start_ms);
        let usage = usage::of_recording(subject, heard.usage.as_ref(), place.end_ms - place.start_ms);
        let model = heard.model.clone();
        let tariff = Tariff { is_own: self.is_own(), model: String::new(), transcription: model.clone() };
        Cost { priced: self.prices.price(&tariff, &usage), usage, model }
    }
}
