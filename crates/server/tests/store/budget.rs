//! The ledger: what is reserved, renewed, used and settled, on both engines.

use super::{Bed, Company, NOW, beds, company, id};
use insights::{
    budget::{
        self, Ask, Hold, LEASE_MS, Refusal,
        day::Day,
        prices::{Dollars, Priced, Tariff},
        usage::{Kind, Tokens, Usage},
    },
    clock::Timestamp,
    config::BudgetConfig,
    ids::{InvitationId, SessionId},
    store::{
        NewCandidate, NewInvitation, NewSession, TenantStore,
        budget::{Outcome, Reservation},
    },
};
use proptest::prelude::*;

const ASK: Ask = Ask { leg: 1, plan_ms: 10 * 60_000, micros_per_minute: 100_000 };

fn limits() -> BudgetConfig {
    BudgetConfig {
        minutes: 5,
        legs: 3,
        day_dollars: Dollars::from_micros(5_000_000),
        live_per_tenant: 2,
        live: 100,
        starts_per_address: 10,
    }
}

fn paid() -> Tariff {
    Tariff { is_own: false, model: "m".into(), transcription: "t".into() }
}

fn reservation(session: &SessionId, leg: i64, at: Timestamp, hold: Hold) -> Reservation {
    Reservation { session: session.clone(), leg, at, lease_until: at.plus_ms(LEASE_MS), tariff: paid(), hold }
}

/// What the server does before a call: judged and written in one transaction.
async fn reserve(store: &TenantStore, session: &SessionId, leg: i64, at: Timestamp) -> Result<bool, Refusal> {
    let judged = store.write(async |db| {
        db.lock_ledger().await?;
        let totals = db.budget_totals(session, leg, at).await?;
        match budget::hold(&limits(), &totals, &Ask { leg, ..ASK }) {
            Ok(hold) => Ok(Ok(db.add_reservation(&reservation(session, leg, at, hold)).await?)),
            Err(refusal) => Ok(Err(refusal)),
        }
    });
    judged.await.unwrap()
}

/// One more candidate of the company with a session.
async fn another_session(c: &Company, email: &str) -> SessionId {
    let session: SessionId = id();
    let (invitation, application): (InvitationId, _) = (id(), id());
    let new = NewCandidate { candidate: id(), application, name: "Lee".to_owned(), email: email.to_owned() };
    c.store
        .write(async |db| {
            db.add_candidate(&c.position, &new, NOW).await?;
            let invited = NewInvitation {
                id: invitation.clone(),
                application_id: new.application.clone(),
                plan_version_id: c.version.clone(),
                secret_hash: "hash".to_owned(),
                opens_at: None,
                expires_at: NOW.plus_ms(86_400_000),
            };
            db.add_invitation(&invited, NOW).await?;
            let row = NewSession {
                id: session.clone(),
                application_id: new.application.clone(),
                invitation_id: invitation.clone(),
                plan_version_id: c.version.clone(),
            };
            db.add_session(&row, NOW).await
        })
        .await
        .unwrap();
    session
}

fn used(subject: &str, audio_out: i64) -> Usage {
    let tokens = Tokens { audio_in: 10, audio_cached: 4, audio_out, ..Tokens::default() };
    Usage { kind: Kind::Response, subject: subject.to_owned(), tokens, sound_ms: 0 }
}

#[tokio::test]
async fn a_call_is_reserved_renewed_used_and_settled() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        assert_eq!(reserve(&c.store, &c.session, 1, NOW).await, Ok(true));
        assert_eq!(reserve(&c.store, &c.session, 1, NOW).await, Ok(false), "somebody is making this call");
        let later = NOW.plus_ms(20_000);
        let priced = Priced { micros: 700, is_known: false };
        c.store
            .write(async |db| {
                let day = db.day_totals(Day::of(NOW), NOW).await?;
                assert_eq!((day.spent_micros, day.held_micros, day.live), (0, 500_000, 1));
                let call = db.renew(&c.session, 1, &[], (later.plus_ms(LEASE_MS), later)).await?.unwrap();
                assert_eq!(
                    (call.running.age_ms, call.running.committed_micros, call.tariff),
                    (20_000, 500_000, paid())
                );
                let usage = used("resp_1", 5);
                assert!(db.add_usage(&c.session, 1, (&usage, "m", priced), later).await?);
                assert!(!db.add_usage(&c.session, 1, (&usage, "m", priced), later).await?);
                let (known, new) = (used("resp_1", 5), used("resp_2", 6));
                let both = [(&known, "m", priced), (&new, "m", priced)];
                let call = db.renew(&c.session, 1, &both, (later.plus_ms(LEASE_MS), later)).await?.unwrap();
                assert_eq!(call.running.spent_micros, 1_400);
                let cost = db.leg_costs(&c.session, later).await?.remove(0);
                assert_eq!((cost.micros, cost.is_known, cost.used_ms), (1_400, false, 20_000));
                assert_eq!((cost.tokens.audio_out, cost.tokens.audio_cached), (11, 8));
                assert!(db.settle(&c.session, 1, later, Outcome::Settled).await?);
                assert!(!db.settle(&c.session, 1, later.plus_ms(9_000), Outcome::Expired).await?);
                assert!(db.renew(&c.session, 1, &[], (later, later)).await?.is_none());
                let day = db.day_totals(Day::of(NOW), later).await?;
                assert_eq!((day.spent_micros, day.held_micros, day.live, day.used_ms), (1_400, 0, 0, 20_000));
                assert_eq!(db.day_totals(Day(Day::of(NOW).0 + 1), later).await?.spent_micros, 0);
                db.add_refusal(&c.session, "budget_legs", NOW).await?;
                db.add_refusal(&c.session, "budget_legs", later).await?;
                let refusal = db.refusals(&c.session).await?.remove(0);
                assert_eq!((refusal.times, refusal.last_at), (2, later));
                Ok(())
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_released_call_counts_for_nothing_and_a_dead_one_frees_its_place() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let others = [another_session(&c, "a@example.com").await, another_session(&c, "b@example.com").await];
        assert_eq!(reserve(&c.store, &c.session, 1, NOW).await, Ok(true));
        c.store.write(async |db| db.settle(&c.session, 1, NOW, Outcome::Released).await).await.unwrap();
        assert_eq!(c.store.read(async |db| db.leg_costs(&c.session, NOW).await).await.unwrap(), []);
        assert_eq!(reserve(&c.store, &c.session, 1, NOW).await, Ok(true), "the same call, tried again");
        assert_eq!(reserve(&c.store, &others[0], 1, NOW).await, Ok(true));
        assert_eq!(reserve(&c.store, &others[1], 1, NOW).await, Err(Refusal::Busy));
        let dead = NOW.plus_ms(LEASE_MS);
        assert_eq!(bed.store.system("test").read(async |db| db.live_sessions(NOW).await).await.unwrap(), 2);
        assert_eq!(bed.store.system("test").read(async |db| db.live_sessions(dead).await).await.unwrap(), 0);
        assert_eq!(reserve(&c.store, &others[1], 1, dead).await, Ok(true));
        let orphans = c.store.read(async |db| db.orphans(dead, NOW).await).await.unwrap();
        let found: Vec<_> = orphans.iter().map(|o| (&o.session, o.leg, &o.call_id, o.is_finished)).collect();
        let mut expected = vec![(&c.session, 1, &None, false), (&others[0], 1, &None, false)];
        expected.sort_by_key(|(session, ..)| session.as_str());
        assert_eq!(found, expected);
        let tenants = bed.store.system("test").read(async |db| db.tenants_with_calls().await).await.unwrap();
        assert_eq!(tenants, [c.store.tenant().clone()]);
        // One of the two is made again before anybody came to settle it.
        assert_eq!(reserve(&c.store, &c.session, 1, dead).await, Ok(true));
        for orphan in &orphans {
            let settle =
                async || c.store.write(async |db| db.settle_orphan(orphan, dead, Outcome::Released).await).await;
            assert_eq!(settle().await.unwrap(), orphan.session != c.session);
            assert!(!settle().await.unwrap(), "once is enough");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "awaited below")]
#[tokio::test]
async fn many_at_once_never_get_more_than_the_limit() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let mut sessions = vec![c.session.clone()];
        for n in 0..5 {
            sessions.push(another_session(&c, &format!("{n}@example.com")).await);
        }
        let tries = sessions.iter().cycle().take(60).map(|session| {
            let (store, session) = (c.store.clone(), session.clone());
            tokio::spawn(async move { reserve(&store, &session, 1, NOW).await })
        });
        let mut made = 0;
        for one in tries.collect::<Vec<_>>() {
            made += i32::from(one.await.unwrap() == Ok(true));
        }
        assert_eq!(made, 2);
    }
}

/// What may happen to the calls of three sessions.
#[derive(Clone, Debug)]
enum Step {
    Reserve(usize),
    Fail(usize),
    HangUp(usize),
    Die(usize),
    Use(usize, i64),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let session = 0..3_usize;
    prop_oneof![
        4 => session.clone().prop_map(Step::Reserve),
        1 => session.clone().prop_map(Step::Fail),
        2 => session.clone().prop_map(Step::HangUp),
        1 => session.clone().prop_map(Step::Die),
        4 => (session, 0..900_000_i64).prop_map(|(session, micros)| Step::Use(session, micros)),
        6 => (1..30_i64).prop_map(Step::Wait),
    ]
}

/// The ledger with what a server does around it.
struct World {
    store: TenantStore,
    sessions: Vec<SessionId>,
    now: Timestamp,
    /// The leg of each session, and whether its worker lives.
    calls: [Option<(i64, bool)>; 3],
    legs: [i64; 3],
    /// Calls of each session that the server lost: they count for minutes and money, not as one of its calls.
    lost: [usize; 3],
    used: u32,
}

impl World {
    async fn act(&mut self, step: &Step) {
        match *step {
            Step::Reserve(s) => {
                let leg = self.legs[s] + 1;
                if reserve(&self.store, &self.sessions[s], leg, self.now).await == Ok(true) {
                    // The talk is taken over: the call before ends.
                    self.end(s, Outcome::Settled).await;
                    (self.legs[s], self.calls[s]) = (leg, Some((leg, true)));
                }
            }
            Step::Fail(s) => {
                let (leg, session) = (self.legs[s] + 1, &self.sessions[s]);
                if reserve(&self.store, session, leg, self.now).await == Ok(true) {
                    let given_back =
                        self.store.write(async |db| db.settle(session, leg, self.now, Outcome::Released).await);
                    assert!(given_back.await.unwrap());
                }
            }
            Step::HangUp(s) => self.end(s, Outcome::Settled).await,
            Step::Die(s) => self.calls[s] = self.calls[s].map(|(leg, _)| (leg, false)),
            Step::Use(s, micros) => self.spend(s, micros).await,
            Step::Wait(seconds) => self.now = self.now.plus_ms(seconds * 1000),
        }
        for s in 0..3 {
            self.look_after(s).await;
        }
    }

    async fn end(&mut self, s: usize, outcome: Outcome) {
        let Some((leg, _)) = self.calls[s].take() else { return };
        let session = &self.sessions[s];
        self.store.write(async |db| db.settle(session, leg, self.now, outcome).await).await.unwrap();
    }

    async fn spend(&mut self, s: usize, micros: i64) {
        let Some((leg, true)) = self.calls[s] else { return };
        self.used += 1;
        let usage = used(&format!("resp_{}", self.used), 1);
        let (session, priced) = (&self.sessions[s], Priced { micros, is_known: true });
        self.store.write(async |db| db.add_usage(session, leg, (&usage, "m", priced), self.now).await).await.unwrap();
    }

    /// A living worker renews and obeys; a dead one's call is found by its lease.
    async fn look_after(&mut self, s: usize) {
        let Some((leg, is_alive)) = self.calls[s] else { return };
        let session = self.sessions[s].clone();
        if !is_alive {
            let orphans = self.store.read(async |db| db.orphans(self.now, NOW).await).await.unwrap();
            if orphans.iter().any(|o| o.session == session && o.leg == leg) {
                self.end(s, Outcome::Expired).await;
                self.lost[s] += 1;
            }
            return;
        }
        let until = self.now.plus_ms(LEASE_MS);
        let call = self.store.renew(&session, leg, &[], (until, self.now)).await.unwrap();
        let call = call.expect("a living call keeps its reservation");
        if budget::stop(&limits(), &call.running).is_some() {
            self.end(s, Outcome::Settled).await;
        }
    }

    async fn check(&self) -> Result<(), TestCaseError> {
        let (mut spent, mut live) = (0, 0);
        for ((session, call), lost) in self.sessions.iter().zip(self.calls).zip(self.lost) {
            let legs = self.store.read(async |db| db.leg_costs(session, self.now).await).await.unwrap();
            prop_assert!(legs.len() <= 3 + lost, "{} calls of one invitation", legs.len());
            prop_assert!(legs.iter().all(|leg| leg.used_ms >= 0 && leg.micros >= 0));
            let used_ms: i64 = legs.iter().map(|leg| leg.used_ms).sum();
            // A wait is up to 30 s; a dead worker's lease 30 s more.
            prop_assert!(used_ms <= 5 * 60_000 + 60_000, "{used_ms} ms");
            spent += legs.iter().map(|leg| leg.micros).sum::<i64>();
            live += i64::from(call.is_some());
        }
        let day = self.store.read(async |db| db.day_totals(Day::of(NOW), self.now).await).await.unwrap();
        prop_assert_eq!(day.spent_micros, spent);
        prop_assert!(day.held_micros >= 0 && live <= 2);
        // Each of two living calls can report one response past the end of the money.
        prop_assert!(day.spent_micros + day.held_micros <= 5_000_000 + 2 * 900_000, "{:?}", day);
        Ok(())
    }
}

async fn any_order(bed: &Bed, name: &str, steps: &[Step]) -> Result<(), TestCaseError> {
    let c = company(&bed.store, name).await;
    let sessions =
        vec![c.session.clone(), another_session(&c, "a@example.com").await, another_session(&c, "b@example.com").await];
    let mut world = World { store: c.store, sessions, now: NOW, calls: [None; 3], legs: [0; 3], lost: [0; 3], used: 0 };
    for step in steps {
        world.act(step).await;
        world.check().await?;
    }
    Ok(())
}

#[test]
fn in_any_order_nothing_goes_below_nothing_or_above_its_limit() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let beds = runtime.block_on(beds());
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let run = std::cell::Cell::new(0_usize);
    let every_order = proptest::collection::vec(step(), 1..60);
    let outcome = proptest::test_runner::TestRunner::new(config).run(&every_order, |steps| {
        run.set(run.get() + 1);
        let bed = &beds[run.get() % 2];
        runtime.block_on(any_order(bed, &format!("run{}", run.get()), &steps))
    });
    outcome.unwrap();
}
