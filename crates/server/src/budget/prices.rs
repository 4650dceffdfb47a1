//! The price table of the configuration, and what a usage costs by it.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::usage::{Kind, Tokens, Usage};

/// Sound is about so many tokens a second, into a model and out of it; to estimate ahead, and where a model that is
/// paid by the minute reports tokens or the other way round.
const AUDIO_IN_PER_MINUTE: i64 = 600;
const AUDIO_OUT_PER_MINUTE: i64 = 1_200;

/// An amount of the configuration, written in dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(i64);

impl Dollars {
    /// From micro-dollars.
    pub fn from_micros(micros: i64) -> Dollars {
        Dollars(micros)
    }

    /// In micro-dollars.
    pub fn micros(self) -> i64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let dollars = f64::deserialize(d)?;
        if !(0.0..=1_000_000.0).contains(&dollars) {
            return Err(D::Error::custom("must be an amount of dollars from 0 to 1000000"));
        }
        Ok(Dollars((dollars * 1_000_000.0).round() as i64))
    }
}

/// `[prices]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Models that speak.
    pub realtime: Vec<RealtimePrice>,
    /// Models that recognize the candidate's words.
    pub transcription: Vec<TranscriptionPrice>,
}

/// A model's prices, each for a million tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealtimePrice {
    /// The provider's name of it.
    pub model: String,
    /// Sound in.
    pub audio_in: Dollars,
    /// Sound in that was seen before.
    pub audio_cached: Dollars,
    /// Sound out.
    pub audio_out: Dollars,
    /// Text in.
    pub text_in: Dollars,
    /// Text in that was seen before.
    pub text_cached: Dollars,
    /// Text out.
    pub text_out: Dollars,
}

/// A recognizer's price: by the minute, or for a million tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranscriptionPrice {
    /// The provider's name of it.
    pub model: String,
    /// A minute of sound; 0: it is paid by tokens.
    #[serde(default)]
    pub minute: Dollars,
    /// Sound in.
    #[serde(default)]
    pub audio_in: Dollars,
    /// Text in.
    #[serde(default)]
    pub text_in: Dollars,
    /// Text out.
    #[serde(default)]
    pub text_out: Dollars,
}

/// By which models a call is priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Our own engine: nothing is paid.
    pub is_own: bool,
    /// The model that speaks.
    pub model: String,
    /// The model that recognizes.
    pub transcription: String,
}

impl Tariff {
    /// The model that did this kind of work.
    pub fn model_of(&self, kind: Kind) -> &str {
        match kind {
            Kind::Response => &self.model,
            Kind::Transcription => &self.transcription,
        }
    }
}

/// A priced usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// In micro-dollars, rounded up.
    pub micros: i64,
    /// Whether the model is in the table; if not, this is the price of the dearest.
    pub is_known: bool,
}

impl Prices {
    /// What a usage costs.
    pub fn price(&self, tariff: &Tariff, usage: &Usage) -> Priced {
        if tariff.is_own {
            return Priced { micros: 0, is_known: true };
        }
        let model = tariff.model_of(usage.kind);
        match usage.kind {
            Kind::Response => pick(&self.realtime, |p| p.model == model, |p| p.cost(&usage.tokens)),
            Kind::Transcription => {
                let cost = |p: &TranscriptionPrice| p.cost(&usage.tokens, usage.sound_ms);
                pick(&self.transcription, |p| p.model == model, cost)
            }
        }
    }

    /// What a minute of talk costs at most, but for what the model reads again of the talk before, which is cached.
    pub fn micros_per_minute(&self, tariff: &Tariff) -> i64 {
        let talk = Tokens { audio_in: AUDIO_IN_PER_MINUTE, audio_out: AUDIO_OUT_PER_MINUTE, ..Tokens::default() };
        let speaking = Usage { kind: Kind::Response, subject: String::new(), tokens: talk, sound_ms: 0 };
        let hearing =
            Usage { kind: Kind::Transcription, subject: String::new(), tokens: Tokens::default(), sound_ms: 60_000 };
        self.price(tariff, &speaking).micros + self.price(tariff, &hearing).micros
    }
}

/// The cost by the model's own price, or by that under which it is dearest.
fn pick<P>(table: &[P], is_it: impl Fn(&P) -> bool, cost: impl Fn(&P) -> i64) -> Priced {
    match table.iter().find(|p| is_it(p)) {
        Some(known) => Priced { micros: cost(known), is_known: true },
        None => Priced { micros: table.iter().map(cost).max().unwrap_or(0), is_known: false },
    }
}

impl RealtimePrice {
    fn cost(&self, t: &Tokens) -> i64 {
        let parts = [
            (t.audio_in - t.audio_cached, self.audio_in),
            (t.audio_cached, self.audio_cached),
            (t.audio_out, self.audio_out),
            (t.text_in - t.text_cached, self.text_in),
            (t.text_cached, self.text_cached),
            (t.text_out, self.text_out),
        ];
        millions(&parts)
    }
}

impl TranscriptionPrice {
    fn cost(&self, t: &Tokens, sound_ms: i64) -> i64 {
        if self.minute > Dollars::default() {
            let ms = sound_ms.max(t.audio_in.saturating_mul(60_000) / AUDIO_IN_PER_MINUTE);
            return up(ms.saturating_mul(self.minute.0), 60_000);
        }
        let audio_in = t.audio_in.max(sound_ms.saturating_mul(AUDIO_IN_PER_MINUTE) / 60_000);
        millions(&[(audio_in, self.audio_in), (t.text_in, self.text_in), (t.text_out, self.text_out)])
    }
}

fn millions(parts: &[(i64, Dollars)]) -> i64 {
    let all = parts.iter().fold(0_i64, |sum, (tokens, price)| sum.saturating_add(tokens.saturating_mul(price.0)));
    up(all, 1_000_000)
}

fn up(amount: i64, by: i64) -> i64 {
    amount.saturating_add(by - 1) / by
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn prices() -> Prices {
        crate::config::load(None).unwrap().prices
    }

    fn tariff(model: &str, transcription: &str) -> Tariff {
        Tariff { is_own: false, model: model.to_owned(), transcription: transcription.to_owned() }
    }

    fn response(tokens: Tokens) -> Usage {
        Usage { kind: Kind::Response, subject: "r".into(), tokens, sound_ms: 0 }
    }

    const TALK: Tokens = Tokens {
        audio_in: 1_000_000,
        audio_cached: 500_000,
        text_in: 1_000_000,
        text_cached: 500_000,
        audio_out: 1_000_000,
        text_out: 1_000_000,
    };

    #[test]
    fn a_million_of_each_costs_what_the_table_says() {
        let cost = |model| prices().price(&tariff(model, "x"), &response(TALK));
        let large = 16_000_000 + 200_000 + 64_000_000 + 2_000_000 + 200_000 + 24_000_000;
        assert_eq!(cost("gpt-realtime-2.1"), Priced { micros: large, is_known: true });
        let small = 5_000_000 + 150_000 + 20_000_000 + 300_000 + 30_000 + 2_400_000;
        assert_eq!(cost("gpt-realtime-2.1-mini"), Priced { micros: small, is_known: true });
        assert_eq!(cost("gpt-realtime-99"), Priced { micros: large, is_known: false }, "unknown: the dearest");
        assert_eq!(
            prices()
                .price(&tariff("gpt-realtime-2.1", "x"), &response(Tokens { audio_in: 1, ..Tokens::default() }))
                .micros,
            32
        );
    }

    #[test]
    fn recognition_costs_by_the_minute_also_where_tokens_are_told() {
        let hear = |model, tokens, sound_ms| {
            let usage = Usage { kind: Kind::Transcription, subject: "i".into(), tokens, sound_ms };
            prices().price(&tariff("x", model), &usage)
        };
        assert_eq!(hear("gpt-realtime-whisper", Tokens::default(), 60_000).micros, 17_000);
        assert_eq!(hear("gpt-transcribe", Tokens::default(), 120_000).micros, 9_000);
        assert_eq!(hear("gpt-transcribe", Tokens { audio_in: 600, ..Tokens::default() }, 0).micros, 4_500);
        assert_eq!(hear("other", Tokens::default(), 60_000), Priced { micros: 17_000, is_known: false });
        let by_tokens = TranscriptionPrice {
            model: "t".into(),
            minute: Dollars(0),
            audio_in: Dollars(6_000_000),
            text_in: Dollars(0),
            text_out: Dollars(10_000_000),
        };
        assert_eq!(by_tokens.cost(&Tokens { audio_in: 600, text_out: 100, ..Tokens::default() }, 0), 4_600);
        assert_eq!(by_tokens.cost(&Tokens::default(), 60_000), 3_600);
    }

    #[test]
    fn our_own_engine_costs_nothing_and_a_minute_can_be_estimated() {
        let own = Tariff { is_own: true, ..tariff("m", "t") };
        assert_eq!(prices().price(&own, &response(TALK)), Priced { micros: 0, is_known: true });
        assert_eq!(prices().micros_per_minute(&own), 0);
        let paid = tariff("gpt-realtime-2.1", "gpt-realtime-whisper");
        assert_eq!(prices().micros_per_minute(&paid), 19_200 + 76_800 + 17_000);
    }
}
