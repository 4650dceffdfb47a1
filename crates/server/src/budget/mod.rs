//! What calls may cost: the rules of the ledger, the price table, and what an event of the provider says about usage.
//! Without IO: the store keeps the rows, `sessions` asks and acts.
//!
//! Money is in micro-dollars. A call is reserved before it is made: the invitation's minutes that are left, and money
//! for as long as the plan takes. While it runs, its money is the greater of what was reserved and what was spent; once
//! it is settled, what was spent. So a talk that has begun is not cut off by talks that begin later.

pub mod day;
pub mod prices;
pub mod usage;

use crate::config::BudgetConfig;

pub use usage::{Usage, usage};

/// A call that has not reported for this long is taken for lost.
pub const LEASE_MS: i64 = 30_000;
/// Making a call may take this long before its first report.
pub const START_MS: i64 = 30_000;
/// How often a call reports.
pub const RENEW_MS: i64 = 10_000;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The leg's number, from 1.
    pub leg: i64,
    /// How long the whole interview takes at most, by its plan.
    pub plan_ms: i64,
    /// What a minute costs, as far as can be said ahead.
    pub micros_per_minute: i64,
}

/// What the ledger says before the call is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Calls of this invitation that came up.
    pub legs: i64,
    /// How long they took; a call that is being taken over until now.
    pub used_ms: i64,
    /// Other sessions of the company with a call.
    pub others_live: i64,
    /// Money of the company's day that is spent or held by others.
    pub committed_micros: i64,
}

/// What is set aside for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// It ends after this long.
    pub ms: i64,
    /// Up to here its money is its own.
    pub micros: i64,
}

/// Why a call may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The invitation's minutes are used up.
    Minutes,
    /// The invitation's calls are used up.
    Legs,
    /// The company's money of today is spent or held.
    Money,
    /// The company has as many calls as it may have at once.
    Busy,
}

/// Why a call must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The invitation's minutes are used up.
    Minutes,
    /// The company's money of the day is spent.
    Money,
    /// The reservation is gone: somebody took this call for lost.
    Lost,
}

impl Stop {
    /// The reason as legs and sessions keep it.
    pub fn reason(self) -> &'static str {
        match self {
            Stop::Minutes => "budget_minutes",
            Stop::Money => "budget_money",
            Stop::Lost => "lease_lost",
        }
    }
}

/// Judges a call before it is made. A first call needs the money of the whole plan, so that no interview begins that
/// cannot be finished; a later one goes on with what there is, if that is a minute's.
pub fn hold(limits: &BudgetConfig, totals: &Totals, ask: &Ask) -> Result<Hold, Refusal> {
    let left_ms = minutes_ms(limits.minutes).saturating_sub(totals.used_ms);
    if totals.legs >= limits.legs {
        return Err(Refusal::Legs);
    }
    if left_ms <= 0 {
        return Err(Refusal::Minutes);
    }
    if totals.others_live >= limits.live_per_tenant {
        return Err(Refusal::Busy);
    }
    let left_micros = limits.day_dollars.micros().saturating_sub(totals.committed_micros);
    let expected_ms = ask.plan_ms.saturating_sub(totals.used_ms).clamp(60_000.min(left_ms), left_ms);
    let wanted = cost_of(expected_ms, ask.micros_per_minute);
    let least = if ask.leg == 1 { wanted } else { wanted.min(ask.micros_per_minute) };
    if ask.micros_per_minute > 0 && (left_micros <= 0 || left_micros < least) {
        return Err(Refusal::Money);
    }
    Ok(Hold { ms: left_ms, micros: wanted.min(left_micros.max(0)) })
}

/// A running call, as the ledger has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Since it was reserved.
    pub age_ms: i64,
    /// What was set aside.
    pub hold: Hold,
    /// What it cost so far.
    pub spent_micros: i64,
    /// Money of its day that is spent or held, its own included.
    pub committed_micros: i64,
}

/// Whether a running call must end. Only a call that spent more than was held for it can end for want of money.
pub fn stop(limits: &BudgetConfig, call: &Running) -> Option<Stop> {
    if call.age_ms >= call.hold.ms {
        return Some(Stop::Minutes);
    }
    let is_over = call.spent_micros > call.hold.micros && call.committed_micros >= limits.day_dollars.micros();
    is_over.then_some(Stop::Money)
}

fn minutes_ms(minutes: i64) -> i64 {
    minutes.saturating_mul(60_000)
}

fn cost_of(ms: i64, micros_per_minute: i64) -> i64 {
    ms.saturating_mul(micros_per_minute) / 60_000
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{prices::Dollars, *};

    fn limits() -> BudgetConfig {
        BudgetConfig {
            minutes: 90,
            legs: 8,
            day_dollars: Dollars::from_micros(10_000_000),
            live_per_tenant: 2,
            live: 100,
            starts_per_address: 10,
        }
    }

    const ASK: Ask = Ask { leg: 1, plan_ms: 20 * 60_000, micros_per_minute: 100_000 };

    #[test]
    fn a_first_call_holds_the_invitations_minutes_and_the_money_of_the_plan() {
        let held = hold(&limits(), &Totals::default(), &ASK).unwrap();
        assert_eq!(held, Hold { ms: 90 * 60_000, micros: 2_000_000 });
    }

    #[test]
    fn each_limit_refuses_with_its_own_reason() {
        let nothing = Totals::default();
        for (totals, refusal) in [
            (Totals { legs: 8, ..nothing }, Refusal::Legs),
            (Totals { legs: 1, used_ms: 90 * 60_000, ..nothing }, Refusal::Minutes),
            (Totals { others_live: 2, ..nothing }, Refusal::Busy),
            (Totals { committed_micros: 8_000_001, ..nothing }, Refusal::Money),
            (Totals { committed_micros: 11_000_000, ..nothing }, Refusal::Money),
        ] {
            assert_eq!(hold(&limits(), &totals, &ASK), Err(refusal));
        }
    }

    #[test]
    fn a_later_call_goes_on_with_what_is_left_and_our_own_engine_needs_no_money() {
        let totals = Totals { legs: 1, used_ms: 5 * 60_000, committed_micros: 9_700_000, ..Totals::default() };
        let ask = Ask { leg: 2, ..ASK };
        assert_eq!(hold(&limits(), &totals, &ask).unwrap(), Hold { ms: 85 * 60_000, micros: 300_000 });
        let spent = Totals { committed_micros: 9_950_000, ..totals };
        assert_eq!(hold(&limits(), &spent, &ask), Err(Refusal::Money));
        let own = Ask { micros_per_minute: 0, ..ASK };
        assert_eq!(hold(&limits(), &Totals { committed_micros: i64::MAX, ..totals }, &own).unwrap().micros, 0);
    }

    #[test]
    fn a_call_ends_with_its_minutes_or_when_it_overspent_and_the_day_has_nothing_left() {
        let hold = Hold { ms: 60_000, micros: 1_000 };
        let call = Running { age_ms: 59_999, hold, spent_micros: 1_000, committed_micros: 10_000_000 };
        assert_eq!(stop(&limits(), &call), None);
        assert_eq!(stop(&limits(), &Running { age_ms: 60_000, ..call }), Some(Stop::Minutes));
        assert_eq!(stop(&limits(), &Running { spent_micros: 1_001, ..call }), Some(Stop::Money));
        assert_eq!(stop(&limits(), &Running { spent_micros: 1_001, committed_micros: 9_999_999, ..call }), None);
    }
}
