//! One transaction for a group of appends: every append is judged against its locked cursor before anything is
//! written, so a bad one cannot spoil the group.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Append, LogError, Outcome, Source,
    acked::Acked,
    decide::{Asked, Fresh, Place, admit, decide},
};
use crate::store::{Engine, Store, dialect, handle::Kind, turns, tx::Tx};

/// Page instances that one session may begin: a tab makes one per load.
const MOST_INSTANCES: i64 = 500;

type Key<'a> = (&'a str, &'a str);

struct Cursor {
    place: Place,
    is_moved: bool,
    /// Hashes of rows staged in this batch, from `staged_from`.
    staged: Vec<String>,
    staged_from: i64,
}

/// A row that will be inserted, and of which append it is.
struct Staged<'a> {
    append: &'a Append,
    row: Fresh,
}

/// Writes the good appends and commits once. The outcome of each, in order.
pub(super) async fn write(store: &Store, appends: &[Append]) -> sqlx::Result<Vec<Outcome>> {
    // Tenants and cursors in one order everywhere: two nodes cannot deadlock.
    let mut tenants: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, append) in appends.iter().enumerate() {
        tenants.entry(append.tenant.as_str()).or_default().push(at);
    }
    let mut verdicts: Vec<Result<(i64, String), LogError>> = vec![Err(LogError::Unclaimed); appends.len()];
    let mut tx = store.begin(Kind::Write).await?;
    for (tenant, items) in &tenants {
        enter(store, &mut tx, tenant).await?;
        let mut group = Group { store, tx: &mut tx, tenant, appends };
        group.write(items, &mut verdicts).await?;
    }
    let proof = tx.commit().await?;
    Ok(verdicts.into_iter().map(|v| v.map(|(seq, head)| Acked::new(&proof, seq, head))).collect())
}

/// Lets PostgreSQL's row security see one company's rows for the rest of the transaction, or until the next call.
async fn enter(store: &Store, tx: &mut Tx, tenant: &str) -> sqlx::Result<()> {
    if store.engine() == Engine::Postgres {
        let query = sqlx::query("select set_config('app.tenant', $1, true)").persistent(store.0.named);
        query.bind(tenant.to_owned()).execute(&mut **tx).await?;
    }
    Ok(())
}

pub(super) struct Group<'a> {
    pub(super) store: &'a Store,
    pub(super) tx: &'a mut Tx,
    pub(super) tenant: &'a str,
    pub(super) appends: &'a [Append],
}

impl<'a> Group<'a> {
    async fn write(&mut self, items: &[usize], verdicts: &mut [Result<(i64, String), LogError>]) -> sqlx::Result<()> {
        let finished = self.finished(items).await?;
        let mut cursors = self.lock_cursors(items).await?;
        let mut staged: Vec<Staged<'a>> = Vec::new();
        let mut settled: Vec<&'a Append> = Vec::new();
        for &at in items {
            let append = &self.appends[at];
            let key = (append.session.as_str(), append.instance.as_str());
            if !cursors.contains_key(&key) && append.source == Source::Page {
                if self.instances(append.session.as_str()).await? >= MOST_INSTANCES {
                    verdicts[at] = Err(LogError::TooManyInstances);
                    continue;
                }
                cursors.insert(key, Cursor::new(append.source));
            }
            let Some(cursor) = cursors.get_mut(&key) else { continue };
            verdicts[at] = self.judge(append, cursor, &mut staged).await?;
            if verdicts[at].is_ok() {
                settled.push(append);
            }
        }
        self.move_cursors(&cursors).await?;
        self.insert_rows(&staged).await?;
        let mut turns = Vec::new();
        for append in settled {
            turns.extend(append.turns.iter().map(|turn| (&append.session, turn)));
            let is_new = staged.iter().any(|row| std::ptr::eq(row.append, append));
            if let Some(revision) = finished.get(append.session.as_str()).filter(|_| is_new) {
                self.owe_seal(append, *revision).await?;
            }
        }
        turns::upsert(self.store, self.tx, self.tenant, &turns).await
    }

    async fn lock_cursors(&mut self, items: &[usize]) -> sqlx::Result<HashMap<Key<'a>, Cursor>> {
        let key = |&at: &usize| (self.appends[at].session.as_str(), self.appends[at].instance.as_str());
        let keys: Vec<Key<'a>> = items.iter().map(key).collect::<BTreeSet<_>>().into_iter().collect();
        let mut cursors = HashMap::with_capacity(keys.len());
        for piece in dialect::pieces(&keys) {
            let sql = format!(
                "select session_id, instance_id, source, epoch, last_seq, head from log_cursors \
                 where tenant_id = $1 and (session_id, instance_id) in (values {}) \
                 order by session_id, instance_id{}",
                dialect::values(2, piece.len(), 2),
                self.store.engine().pick("", " for update"),
            );
            let mut query = sqlx::query_as::<_, (String, String, String, i64, i64, String)>(dialect::batch(
                self.store.engine(),
                sql,
            ))
            .persistent(self.store.0.named)
            .bind(self.tenant);
            for (session, instance) in piece {
                query = query.bind(*session).bind(*instance);
            }
            for (session, instance, source, epoch, last, head) in query.fetch_all(&mut **self.tx).await? {
                let known = keys.iter().find(|(s, i)| *s == session && *i == instance);
                if let Some(key) = known {
                    cursors.insert(*key, Cursor::at(Place { source, epoch, last, head }));
                }
            }
        }
        Ok(cursors)
    }

    /// How many instances the session has.
    async fn instances(&mut self, session: &str) -> sqlx::Result<i64> {
        sqlx::query_scalar("select cast(count(*) as bigint) from log_cursors where tenant_id = $1 and session_id = $2")
            .persistent(self.store.0.named)
            .bind(self.tenant)
            .bind(session)
            .fetch_one(&mut **self.tx)
            .await
    }

    /// Decides about one append and stages its new rows. The answer is cumulative: the instance's last row.
    async fn judge(
        &mut self,
        append: &'a Append,
        cursor: &mut Cursor,
        staged: &mut Vec<Staged<'a>>,
    ) -> sqlx::Result<Result<(i64, String), LogError>> {
        let Append { source, epoch, first_seq, rows, .. } = append;
        let asked = Asked { source: *source, epoch: *epoch, first_seq: *first_seq, rows };
        if let Err(error) = admit(&cursor.place, &asked) {
            return Ok(Err(error));
        }
        let committed = self.hashes(append, cursor).await?;
        let fresh = match decide(&cursor.place, &asked, &committed) {
            Ok(fresh) => fresh,
            Err(error) => return Ok(Err(error)),
        };
        for row in fresh {
            cursor.place.last = row.seq;
            cursor.place.head.clone_from(&row.hash);
            cursor.is_moved = true;
            cursor.staged.push(row.hash.clone());
            staged.push(Staged { append, row });
        }
        Ok(Ok((cursor.place.last, cursor.place.head.clone())))
    }

    /// Known hashes from the row before the append to the cursor: from the table and from this batch.
    async fn hashes(&mut self, append: &Append, cursor: &Cursor) -> sqlx::Result<HashMap<i64, String>> {
        if append.first_seq > cursor.place.last {
            return Ok(HashMap::new());
        }
        let stored: Vec<(i64, String)> = sqlx::query_as(
            "select seq, hash from log_rows where tenant_id = $1 and session_id = $2 and instance_id = $3 \
             and seq >= $4 and seq < $5",
        )
        .persistent(self.store.0.named)
        .bind(self.tenant)
        .bind(append.session.as_str())
        .bind(append.instance.as_str())
        .bind(append.first_seq - 1)
        .bind(append.first_seq + append.rows.len() as i64)
        .fetch_all(&mut **self.tx)
        .await?;
        let here = cursor.staged.iter().enumerate().map(|(at, hash)| (cursor.staged_from + at as i64, hash.clone()));
        Ok(stored.into_iter().chain(here).collect())
    }

    async fn insert_rows(&mut self, staged: &[Staged<'a>]) -> sqlx::Result<()> {
        for piece in dialect::pieces(staged) {
            let sql = format!(
                "insert into log_rows (tenant_id, session_id, instance_id, seq, source, leg, kind, item_id, body, \
                 mono_ms, received_at, hash) values {}",
                dialect::values(1, piece.len(), 12)
            );
            let mut query = sqlx::query(dialect::batch(self.store.engine(), sql)).persistent(self.store.0.named);
            for Staged { append, row: Fresh { row, seq, hash } } in piece {
                let row = &append.rows[*row];
                query = query.bind(self.tenant).bind(append.session.as_str()).bind(append.instance.as_str());
                query = query.bind(*seq).bind(append.source.letter()).bind(row.leg).bind(row.kind.as_str());
                query = query.bind(row.item.as_deref()).bind(row.body.as_str()).bind(row.mono_ms);
                query = query.bind(append.received_at.0).bind(hash.as_str());
            }
            query.execute(&mut **self.tx).await?;
        }
        Ok(())
    }

    async fn move_cursors(&mut self, cursors: &HashMap<Key<'a>, Cursor>) -> sqlx::Result<()> {
        let moved: Vec<_> = cursors.iter().filter(|(_, cursor)| cursor.is_moved).collect();
        for piece in dialect::pieces(&moved) {
            let sql = format!(
                "insert into log_cursors (tenant_id, session_id, instance_id, source, epoch, last_seq, head) values {} \
                 on conflict (tenant_id, session_id, instance_id) do update \
                 set last_seq = excluded.last_seq, head = excluded.head where log_cursors.epoch = excluded.epoch",
                dialect::values(1, piece.len(), 7)
            );
            let mut query = sqlx::query(dialect::batch(self.store.engine(), sql)).persistent(self.store.0.named);
            for ((session, instance), cursor) in piece {
                query = query.bind(self.tenant).bind(*session).bind(*instance).bind(cursor.place.source.as_str());
                let Place { epoch, last, head, .. } = &cursor.place;
                query = query.bind(*epoch).bind(*last).bind(head.as_str());
            }
            if query.execute(&mut **self.tx).await?.rows_affected() != piece.len() as u64 {
                return Err(sqlx::Error::Protocol("a cursor moved under its lock".into()));
            }
        }
        Ok(())
    }
}

impl Cursor {
    fn new(source: Source) -> Cursor {
        Cursor::at(Place::new(source))
    }

    fn at(place: Place) -> Cursor {
        let staged_from = place.last + 1;
        Cursor { place, is_moved: false, staged: Vec::new(), staged_from }
    }
}
