#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may stop at the first surprise and spawn")]

use sqlx::{AnyPool, any::AnyPoolOptions};
use testkit::TempDir;
use tokio::task::JoinHandle;

use super::*;

/// How a part ends.
#[derive(Clone, Copy)]
enum End {
    Commits,
    /// Its closure failed, or its caller went away.
    IsDropped,
    /// SQLite gave the whole transaction up meanwhile, as it does when the disk is full.
    IsGivenUp,
    /// Its first statements ran together with those that open it; it commits.
    OpensAtOnce,
    /// As before, and the last of them failed.
    FailsAtOnce,
    /// It could not even be opened.
    NeverOpens,
}

/// A part's first statements.
struct Insert(i64, End);

impl Opening for Insert {
    type Got = ();

    async fn run(&self, connection: &mut AnyConnection, before: &'static str) -> Result<(), Halted> {
        let after = if matches!(self.1, End::FailsAtOnce) { "insert into nowhere values (1)" } else { "" };
        let sql = match self.1 {
            End::NeverOpens => "rollback; and this is no statement".to_owned(),
            _ => format!("{before} insert into t values ({}); {after}", self.0),
        };
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await;
        done.map(|_| ()).map_err(|error| Halted { has_begun: !matches!(self.1, End::NeverOpens), error })
    }
}

async fn writer(dir: &TempDir) -> Writer {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}?mode=rwc", dir.path().join("db").display());
    let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    sqlx::raw_sql("create table if not exists t (n bigint)").execute(&pool).await.unwrap();
    Writer::new(Lane::new(pool, 1))
}

async fn sum(writer: &Writer) -> i64 {
    let sql = "select cast(coalesce(sum(n), 0) as bigint) from t";
    let mut lent = writer.lane.acquire().await.unwrap();
    let sum = sqlx::query_scalar(sql).fetch_one(&mut *lent).await.unwrap();
    lent.back();
    sum
}

async fn part(writer: Writer, n: i64, end: End) -> sqlx::Result<bool> {
    if matches!(end, End::OpensAtOnce | End::FailsAtOnce | End::NeverOpens) {
        let (tx, ()) = writer.begin_with(&Insert(n, end)).await?;
        return tx.commit().await.map(|_| true);
    }
    let mut tx = writer.begin().await?;
    sqlx::query("insert into t values ($1)").bind(n).execute(&mut *tx).await?;
    match (end, &mut tx) {
        (End::IsDropped, _) => return Ok(false),
        (End::IsGivenUp, Tx::Part(part)) => part.group_mut().connection.run("rollback").await?,
        _ => {}
    }
    tx.commit().await.map(|_| true)
}

/// Parts that write 1, 10, 100 … and wait at the same moment, so that they share a group. Says what each was told
/// and what is there afterwards.
async fn at_once(ends: &[End]) -> (Vec<bool>, i64) {
    let dir = TempDir::new();
    let writer = writer(&dir).await;
    let gate = writer.queue.turn().await;
    let mut parts: Vec<JoinHandle<_>> = Vec::new();
    for (at, end) in (0..).zip(ends) {
        parts.push(tokio::spawn(part(writer.clone(), 10_i64.pow(at), *end)));
        // It runs until it stands in the queue.
        tokio::task::yield_now().await;
    }
    drop(gate);
    let mut told = Vec::new();
    for part in parts {
        told.push(part.await.unwrap().unwrap_or(false));
    }
    let there = sum(&writer).await;
    // Whatever happened, the next one works.
    assert!(part(writer.clone(), 1_000_000, End::Commits).await.unwrap());
    assert_eq!(sum(&writer).await, there + 1_000_000);
    (told, there)
}

#[tokio::test]
async fn those_who_write_at_once_are_all_committed() {
    assert_eq!(at_once(&[End::Commits; 4]).await, (vec![true; 4], 1111));
}

#[tokio::test]
async fn a_part_that_is_dropped_undoes_only_itself() {
    let (told, there) = at_once(&[End::IsDropped, End::Commits, End::IsDropped, End::Commits]).await;
    assert_eq!((told, there), (vec![false, true, false, true], 1010));
    let (told, there) = at_once(&[End::Commits, End::IsDropped, End::IsDropped]).await;
    assert_eq!((told, there), (vec![true, false, false], 1));
}

#[tokio::test]
async fn nobody_is_told_of_success_when_the_transaction_is_given_up() {
    // The last, the middle, the first.
    assert_eq!(at_once(&[End::Commits, End::Commits, End::IsGivenUp]).await, (vec![false; 3], 0));
    assert_eq!(at_once(&[End::Commits, End::IsGivenUp, End::Commits]).await, (vec![false, false, true], 100));
    assert_eq!(at_once(&[End::IsGivenUp, End::Commits, End::Commits]).await, (vec![false, true, true], 110));
}

#[tokio::test]
async fn parts_may_open_with_their_first_statements() {
    use End::{Commits, FailsAtOnce, IsDropped, NeverOpens, OpensAtOnce};
    assert_eq!(at_once(&[OpensAtOnce; 4]).await, (vec![true; 4], 1111));
    assert_eq!(at_once(&[OpensAtOnce, Commits, IsDropped, OpensAtOnce]).await, (vec![true, true, false, true], 1011));
    // One that fails undoes only itself, first or later.
    assert_eq!(at_once(&[FailsAtOnce, OpensAtOnce, Commits]).await, (vec![false, true, true], 110));
    assert_eq!(at_once(&[OpensAtOnce, FailsAtOnce, Commits]).await, (vec![true, false, true], 101));
    assert_eq!(at_once(&[FailsAtOnce]).await, (vec![false], 0));
    // Nobody knows what is there then: those before are told of no success.
    assert_eq!(at_once(&[OpensAtOnce, NeverOpens, Commits]).await, (vec![false, false, true], 100));
    assert_eq!(at_once(&[NeverOpens, OpensAtOnce]).await, (vec![false, true], 10));
}

#[tokio::test]
async fn one_who_goes_away_while_a_part_opens_leaves_nothing() {
    let dir = TempDir::new();
    let writer = writer(&dir).await;
    for polls in 1..12 {
        let insert = Insert(7, End::OpensAtOnce);
        let mut opening = Box::pin(writer.begin_with(&insert));
        for _ in 0..polls {
            if futures_util::poll!(&mut opening).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(opening);
        assert!(part(writer.clone(), 10, End::Commits).await.unwrap(), "after {polls} polls");
    }
    assert_eq!(sum(&writer).await, 11 * 10);
}

#[test]
fn a_program_that_ends_in_the_middle_leaves_no_transaction_open() {
    let dir = TempDir::new();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().unwrap()
    };
    for held in [true, false] {
        let dying = runtime();
        let (writer, part) = dying.block_on(async {
            let writer = writer(&dir).await;
            let part = writer.begin().await.unwrap();
            (writer, part)
        });
        // Its task waits for the part; either goes first.
        let part = held.then_some(part);
        dying.shutdown_timeout(std::time::Duration::from_secs(5));
        drop(part);
        let other = runtime();
        other.block_on(async {
            let url = format!("sqlite:{}", dir.path().join("db").display());
            let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
            assert!(part_of(&pool).await.is_ok(), "held: {held}");
        });
        drop(writer);
    }
}

/// Another process that writes.
async fn part_of(pool: &AnyPool) -> sqlx::Result<bool> {
    part(Writer::new(Lane::new(pool.clone(), 1)), 1, End::Commits).await
}
