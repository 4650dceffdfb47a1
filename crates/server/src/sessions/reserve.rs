//! Before a call: its place in the ledger, or words that say why there is none.

use interview::Timestamp;

use crate::{
    app::App,
    budget::{self, Ask, LEASE_MS, Refusal, START_MS, day::Day, prices::Tariff},
    error::{Code, Error, Result},
    ids::SessionId,
    store::{
        Db, TenantStore,
        budget::{Outcome, Reservation},
    },
};

/// A call that is in the ledger and not made yet.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its number.
    pub leg: i64,
    /// How long the interview takes at most, by its plan.
    pub plan_ms: i64,
    /// By what it is priced.
    pub tariff: Tariff,
}

/// A call that is in the ledger.
#[derive(Debug)]
pub struct Reserved {
    /// Whether the installation has room for it, if that is known already.
    is_room: Option<bool>,
}

/// Reserves a call; refused in words, with nothing changed. It counts once [`confirm`] agrees.
pub async fn reserve(app: &App, db: &mut Db, session: &SessionId, wish: Wish) -> Result<Reserved> {
    let now = app.now();
    let micros_per_minute = app.config.prices.micros_per_minute(&wish.tariff);
    let ask = Ask { leg: wish.leg, plan_ms: wish.plan_ms, micros_per_minute };
    db.lock_ledger().await?;
    let totals = db.budget_totals(session, wish.leg, now).await?;
    let hold = budget::hold(&app.config.budget, &totals, &ask).map_err(|why| refused(why, now))?;
    let lease_until = now.plus_ms(START_MS + LEASE_MS);
    let (session, tariff) = (session.clone(), wish.tariff);
    let new = Reservation { session, leg: wish.leg, at: now, lease_until, tariff, hold };
    if db.add_reservation(&new).await? {
        let live = db.live_sessions(now).await?;
        return Ok(Reserved { is_room: live.map(|live| live <= app.config.budget.live) });
    }
    Err(Error::new(Code::TakenOver, "The talk is being connected in another tab.").with("leg", wish.leg))
}

/// Whether a call that is reserved, or not, may be made; notes why not.
pub async fn confirm(
    app: &App,
    store: &TenantStore,
    session: &SessionId,
    leg: i64,
    reserved: Result<Reserved>,
) -> Result<()> {
    let now = app.now();
    let done = match reserved {
        Ok(Reserved { is_room: Some(true) }) => Ok(()),
        Ok(Reserved { is_room: Some(false) }) => Err(full()),
        // Counted after the commit, so that of many at once none counts too few.
        Ok(Reserved { is_room: None }) => is_room(app, now).await,
        Err(error) => Err(error),
    };
    let Err(error) = done else { return Ok(()) };
    if error.code() == Code::EngineFull {
        release(app, store, session, leg).await;
    }
    let code = error.code().text();
    tracing::info!(%session, leg, code, "a start is refused");
    if error.code() != Code::TakenOver
        && let Err(error) = store.write(async |db| db.add_refusal(session, code, now).await).await
    {
        tracing::error!(%session, %error, "a refused start is not noted");
    }
    Err(error)
}

async fn is_room(app: &App, now: Timestamp) -> Result<()> {
    let live =
        app.store.system("count the calls of all companies").read_one(async |db| db.live_sessions(now).await).await?;
    if live <= app.config.budget.live { Ok(()) } else { Err(full()) }
}

fn full() -> Error {
    Error::new(Code::EngineFull, "All interviewers are busy right now. Try again in a moment.").retry_after(20)
}

/// Gives a place in the ledger back: its call did not come up.
pub async fn release(app: &App, store: &TenantStore, session: &SessionId, leg: i64) {
    let now = app.now();
    let done = store.write(async |db| db.settle(session, leg, now, Outcome::Released).await).await;
    if let Err(error) = done {
        // Its lease frees it.
        tracing::error!(%session, leg, %error, "a reservation is not released");
    }
}

fn refused(why: Refusal, now: Timestamp) -> Error {
    match why {
        Refusal::Minutes => Error::new(
            Code::BudgetMinutes,
            "The time for this interview is used up. What you said is saved. Whoever invited you can send a new link.",
        ),
        Refusal::Legs => Error::new(
            Code::BudgetLegs,
            "This link was connected as often as it can be. What you said is saved. Whoever invited you can send a new one.",
        ),
        Refusal::Money => {
            let seconds = Day::of(now).end().ms_since(now) / 1000 + 1;
            Error::new(
                Code::BudgetMoney,
                "No more interviews can be held today. What you said is saved, and your link stays good: come back tomorrow.",
            )
            .retry_after(u32::try_from(seconds).unwrap_or(3_600))
        }
        Refusal::Busy => {
            Error::new(Code::BusyTenant, "All interviewers are busy right now. Try again in a moment.").retry_after(30)
        }
    }
}
