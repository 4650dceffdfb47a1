//! `[budget]`: what calls may cost.

use serde::Deserialize;

use super::{Config, ConfigError};
use crate::budget::prices::Dollars;

/// `[budget]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetConfig {
    /// Minutes of calls that one invitation has, over all its legs.
    pub minutes: i64,
    /// Calls that one invitation has.
    pub legs: i64,
    /// Money of one company and UTC day.
    pub day_dollars: Dollars,
    /// Calls at once of one company.
    pub live_per_tenant: i64,
    /// Calls at once of all companies.
    pub live: i64,
    /// Starts from one address within ten minutes; 0: as many as it likes.
    pub starts_per_address: u32,
}

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let budget = &config.budget;
    for (key, value, most) in [
        ("budget.minutes", budget.minutes, 100_000),
        ("budget.legs", budget.legs, 10_000),
        ("budget.live_per_tenant", budget.live_per_tenant, 1_000_000),
        ("budget.live", budget.live, 1_000_000),
    ] {
        if !(1..=most).contains(&value) {
            return Err(ConfigError::new(key, format!("must be between 1 and {most}")));
        }
    }
    let prices = &config.prices;
    if prices.realtime.is_empty() {
        return Err(ConfigError::new(
            "prices.realtime",
            "must name at least one model: an unknown one is priced by it",
        ));
    }
    if prices.transcription.is_empty() {
        return Err(ConfigError::new("prices.transcription", "must name at least one model"));
    }
    Ok(())
}
