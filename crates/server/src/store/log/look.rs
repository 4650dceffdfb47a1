//! Judging a [`Draft`] by what the database holds: for instances of which nothing is known, and whatever is no plain next
//! step of one that is.

use std::collections::{BTreeMap, HashMap};

use super::{
    Append, LogError, Source,
    decide::{Asked, Place, admit},
    draft::{Cursor, Draft, Key, Verdict},
};
use crate::store::{Store, dialect, tx::Tx};

/// Page instances that one session may begin: a tab makes one per load.
const MOST_INSTANCES: i64 = 500;

impl<'a> Draft<'a> {
    /// Judges by what the database holds, under the lock of each cursor.
    pub(super) async fn look(&mut self, store: &Store, tx: &mut Tx, verdicts: &mut [Verdict]) -> sqlx::Result<()> {
        self.lock(store, tx).await?;
        for (at, append) in self.appends.clone() {
            let key = (append.session.as_str(), append.instance.as_str());
            if !self.cursors.contains_key(&key) && append.source == Source::Page {
                if self.instances(store, tx, append).await? >= MOST_INSTANCES {
                    verdicts[at] = Err(LogError::TooManyInstances);
                    continue;
                }
                let place = Place::new(append.source);
                self.cursors.insert(key, Cursor { is_stored: false, ..Cursor::at(append, place) });
            }
            let committed = self.hashes(store, tx, key, append).await?;
            if let Some(verdict) = self.judge(key, append, &committed) {
                verdicts[at] = verdict;
            }
        }
        self.begin(store, tx).await
    }

    async fn lock(&mut self, store: &Store, tx: &mut Tx) -> sqlx::Result<()> {
        let mut first: BTreeMap<Key<'a>, &'a Append> = BTreeMap::new();
        for (_, append) in &self.appends {
            first.entry((append.session.as_str(), append.instance.as_str())).or_insert(append);
        }
        let sql = format!(
            "select session_id, instance_id, source, epoch, last_seq, head from log_cursors where tenant_id = $1 \
             and (session_id, instance_id) in (select value ->> 0, value ->> 1 from {}) \
             order by session_id, instance_id{}",
            dialect::list(store.engine()),
            store.engine().pick("", " for update"),
        );
        let keys: Vec<Key<'a>> = first.keys().copied().collect();
        let query = sqlx::query_as::<_, (String, String, String, i64, i64, String)>(dialect::built(sql));
        let query = query.persistent(store.0.named).bind(self.tenant).bind(dialect::json(&keys));
        for (session, instance, source, epoch, last, head) in query.fetch_all(&mut **tx).await? {
            let known = first.iter().find(|((s, i), _)| *s == session && *i == instance);
            if let Some((key, append)) = known {
                self.cursors.insert(*key, Cursor::at(append, Place { source, epoch, last, head }));
            }
        }
        Ok(())
    }

    /// How many instances the append's session has.
    async fn instances(&self, store: &Store, tx: &mut Tx, append: &Append) -> sqlx::Result<i64> {
        sqlx::query_scalar("select cast(count(*) as bigint) from log_cursors where tenant_id = $1 and session_id = $2")
            .persistent(store.0.named)
            .bind(self.tenant)
            .bind(append.session.as_str())
            .fetch_one(&mut **tx)
            .await
    }

    /// A page's instance begins with its first rows.
    async fn begin(&mut self, store: &Store, tx: &mut Tx) -> sqlx::Result<()> {
        let new = self.cursors.iter_mut().filter(|(_, cursor)| !cursor.is_stored && !cursor.staged.is_empty());
        let new: Vec<_> = new
            .map(|((session, instance), cursor)| {
                cursor.is_stored = true;
                (*session, *instance, cursor.append.source.letter())
            })
            .collect();
        if !new.is_empty() {
            let sql = format!(
                "insert into log_cursors (tenant_id, session_id, instance_id, source, epoch, last_seq, head) \
                 select $1, value ->> 0, value ->> 1, value ->> 2, 1, 0, '' from {} where true on conflict do nothing",
                dialect::list(store.engine())
            );
            let query = sqlx::query(dialect::built(sql)).persistent(store.0.named).bind(self.tenant);
            query.bind(dialect::json(&new)).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Known hashes from the row before the append to the cursor: from the table and from this group.
    async fn hashes(
        &self,
        store: &Store,
        tx: &mut Tx,
        key: Key<'a>,
        append: &Append,
    ) -> sqlx::Result<HashMap<i64, String>> {
        let asked =
            Asked { source: append.source, epoch: append.epoch, first_seq: append.first_seq, rows: &append.rows };
        let Some(cursor) = self
            .cursors
            .get(&key)
            .filter(|cursor| append.first_seq <= cursor.place.last && admit(&cursor.place, &asked).is_ok())
        else {
            return Ok(HashMap::new());
        };
        let stored: Vec<(i64, String)> = sqlx::query_as(
            "select seq, hash from log_rows where tenant_id = $1 and session_id = $2 and instance_id = $3 \
             and seq >= $4 and seq < $5",
        )
        .persistent(store.0.named)
        .bind(self.tenant)
        .bind(append.session.as_str())
        .bind(append.instance.as_str())
        .bind(append.first_seq - 1)
        .bind(append.first_seq + append.rows.len() as i64)
        .fetch_all(&mut **tx)
        .await?;
        let here = (cursor.before.last + 1..).zip(cursor.staged.iter().cloned());
        Ok(stored.into_iter().chain(here).collect())
    }
}
