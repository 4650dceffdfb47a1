//! What interviews cost, for the recruiter: one session, and the company's day.

use super::extract::{Path, Query};
use crate::budget::day::Day;
use crate::caller::{Caller, Recruiter};
use crate::clock::api_ms;
use crate::error::{Error, Result};
use crate::ids::SessionId;
use crate::store::budget::{LegCost, RefusalRow};
use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Tokens that the model took and gave.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub struct TokensView {
    /// Into the model.
    input: i64,
    /// Of these, seen before and therefore cheaper.
    cached: i64,
    /// Out of the model.
    output: i64,
}

/// What one call cost.
#[derive(Serialize, ToSchema)]
pub struct LegCostView {
    leg: i64,
    /// Our own engine spoke: no provider is paid.
    is_own: bool,
    /// The model that spoke, by its provider's name.
    model: String,
    /// Whether each of its models has a price; if not, the dearest known price was taken.
    is_price_known: bool,
    used_ms: i64,
    /// In millionths of a dollar.
    cost_micros: i64,
    tokens: TokensView,
}

/// A start that a budget refused.
#[derive(Serialize, ToSchema)]
pub struct RefusalView {
    /// The code of the error that the candidate's page got.
    code: String,
    times: i64,
    last_at: i64,
}

/// What a session cost, and what it may use.
#[derive(Serialize, ToSchema)]
pub struct SessionCost {
    /// Only our own engine spoke: no provider is paid.
    is_own: bool,
    is_price_known: bool,
    used_ms: i64,
    /// In millionths of a dollar.
    cost_micros: i64,
    tokens: TokensView,
    /// What the invitation has in all.
    limit_ms: i64,
    /// Calls that the invitation has in all.
    limit_legs: i64,
    legs: Vec<LegCostView>,
    /// The last first.
    refusals: Vec<RefusalView>,
}

/// Which day.
#[derive(Deserialize, IntoParams)]
pub struct UsageQuery {
    /// UTC, as `2026-11-22`; today if left out.
    day: Option<String>,
}

/// What a company's day cost, and what is left of its budget. Money is in millionths of a dollar.
#[derive(Serialize, ToSchema)]
pub struct DayUsage {
    /// UTC, as `2026-11-22`.
    day: String,
    cost_micros: i64,
    /// Set aside for calls that run, beyond what they cost so far.
    held_micros: i64,
    limit_micros: i64,
    /// What is neither spent nor set aside.
    left_micros: i64,
    used_ms: i64,
    /// Calls of that day.
    legs: i64,
    /// Calls that run now.
    live: i64,
    limit_live: i64,
}

/// Gives what a session cost.
#[utoipa::path(get, path = "/v1/sessions/{id}/cost", tag = "sessions", params(("id" = SessionId, Path)), responses((status = 200, body = SessionCost)), security(("recruiter" = [])))]
pub async fn get_session_cost(cx: Caller<Recruiter>, Path(id): Path<SessionId>) -> Result<Json<SessionCost>> {
    let (legs, refusals) = cx
        .store
        .read(async |db| {
            db.session(&id).await?;
            Ok((db.leg_costs(&id, cx.now).await?, db.refusals(&id).await?))
        })
        .await?;
    let budget = &cx.app.config.budget;
    let mut tokens = TokensView::default();
    for leg in &legs {
        let t = counted(leg);
        tokens.input += t.input;
        tokens.cached += t.cached;
        tokens.output += t.output;
    }
    Ok(Json(SessionCost {
        is_own: legs.iter().all(|leg| leg.is_own),
        is_price_known: legs.iter().all(|leg| leg.is_known),
        used_ms: legs.iter().map(|leg| leg.used_ms).sum(),
        cost_micros: legs.iter().map(|leg| leg.micros).sum(),
        tokens,
        limit_ms: budget.minutes * 60_000,
        limit_legs: budget.legs,
        legs: legs.into_iter().map(leg_cost).collect(),
        refusals: refusals.into_iter().map(refusal).collect(),
    }))
}

/// Gives what the company's day cost and what is left of its budget.
#[utoipa::path(get, path = "/v1/usage", tag = "sessions", params(UsageQuery), responses((status = 200, body = DayUsage)), security(("recruiter" = [])))]
pub async fn get_usage(cx: Caller<Recruiter>, Query(query): Query<UsageQuery>) -> Result<Json<DayUsage>> {
    let day = match query.day {
        Some(text) => text.parse().map_err(|_| Error::invalid("day", "This is a date such as 2026-11-22."))?,
        None => Day::of(cx.now),
    };
    let totals = cx.store.read(async |db| db.day_totals(day, cx.now).await).await?;
    let budget = &cx.app.config.budget;
    let limit_micros = budget.day_dollars.micros();
    Ok(Json(DayUsage {
        day: day.to_string(),
        cost_micros: totals.spent_micros,
        held_micros: totals.held_micros,
        limit_micros,
        left_micros: (limit_micros - totals.spent_micros - totals.held_micros).max(0),
        used_ms: totals.used_ms,
        legs: totals.legs,
        live: totals.live,
        limit_live: budget.live_per_tenant,
    }))
}

fn counted(leg: &LegCost) -> TokensView {
    let t = &leg.tokens;
    TokensView {
        input: t.audio_in + t.text_in,
        cached: t.audio_cached + t.text_cached,
        output: t.audio_out + t.text_out,
    }
}

fn leg_cost(leg: LegCost) -> LegCostView {
    LegCostView {
        tokens: counted(&leg),
        leg: leg.leg,
        is_own: leg.is_own,
        model: leg.model,
        is_price_known: leg.is_known,
        used_ms: leg.used_ms,
        cost_micros: leg.micros,
    }
}

fn refusal(row: RefusalRow) -> RefusalView {
    RefusalView { code: row.code, times: row.times, last_at: api_ms(row.last_at) }
}
