//! What of one company's appends is new, judged before anything is written, so that a bad one cannot spoil the group.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};

use super::{
    Append, LogError, Source,
    decide::{Asked, Fresh, Place, decide},
    known::Known,
    sheet::Sheet,
};
use crate::store::{Store, dialect, turns};

pub(super) type Key<'a> = (&'a str, &'a str);
/// The instance's last row and its hash.
pub(super) type Verdict = Result<(i64, String), LogError>;

pub(super) struct Cursor<'a> {
    /// One of its appends.
    pub(super) append: &'a Append,
    pub(super) before: Place,
    pub(super) place: Place,
    /// Hashes of rows staged here, from the one after `before`.
    pub(super) staged: Vec<String>,
    /// Whether the database has it.
    pub(super) is_stored: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn at(append: &'a Append, place: Place) -> Cursor<'a> {
        Cursor { append, before: place.clone(), place, staged: Vec::new(), is_stored: true }
    }
}

/// One company's appends of a group.
pub(super) struct Draft<'a> {
    pub(super) tenant: &'a str,
    /// Each with its number in the group.
    pub(super) appends: Vec<(usize, &'a Append)>,
    pub(super) cursors: BTreeMap<Key<'a>, Cursor<'a>>,
    staged: Vec<(&'a Append, Fresh)>,
    settled: Vec<&'a Append>,
}

impl<'a> Draft<'a> {
    /// One for each company, in one order everywhere: two nodes cannot deadlock.
    pub(super) fn each(appends: &'a [Append]) -> Vec<Draft<'a>> {
        let mut tenants: BTreeMap<&str, Vec<(usize, &Append)>> = BTreeMap::new();
        for (at, append) in appends.iter().enumerate() {
            tenants.entry(append.tenant.as_str()).or_default().push((at, append));
        }
        let draft = |(tenant, appends)| Draft {
            tenant,
            appends,
            cursors: BTreeMap::new(),
            staged: Vec::new(),
            settled: Vec::new(),
        };
        tenants.into_iter().map(draft).collect()
    }

    /// Judges without a look at the database. `None`: an append is no plain next step of an instance that is known.
    pub(super) fn take_up(&mut self, known: &Known, verdicts: &mut [Verdict]) -> Option<()> {
        for (at, append) in std::mem::take(&mut self.appends) {
            let key = (append.session.as_str(), append.instance.as_str());
            let cursor = match self.cursors.entry(key) {
                Entry::Occupied(met) => met.into_mut(),
                Entry::Vacant(place) => place.insert(Cursor::at(append, known.place(append)?.clone())),
            };
            let is_next = cursor.place.last + 1 == append.first_seq && !append.rows.is_empty();
            verdicts[at] = self.judge(key, append, &HashMap::new()).filter(|verdict| is_next && verdict.is_ok())?;
            self.appends.push((at, append));
        }
        Some(())
    }

    /// Decides about one append and stages its new rows. The answer is cumulative. `None`: the instance is not claimed.
    pub(super) fn judge(
        &mut self,
        key: Key<'a>,
        append: &'a Append,
        committed: &HashMap<i64, String>,
    ) -> Option<Verdict> {
        let cursor = self.cursors.get_mut(&key)?;
        let Append { source, epoch, first_seq, rows, .. } = append;
        let asked = Asked { source: *source, epoch: *epoch, first_seq: *first_seq, rows };
        let fresh = match decide(&cursor.place, &asked, committed) {
            Ok(fresh) => fresh,
            Err(error) => return Some(Err(error)),
        };
        for row in fresh {
            cursor.place.last = row.seq;
            cursor.place.head.clone_from(&row.hash);
            cursor.staged.push(row.hash.clone());
            self.staged.push((append, row));
        }
        self.settled.push(append);
        Some(Ok((cursor.place.last, cursor.place.head.clone())))
    }

    /// What is to be written; `None`: nothing.
    pub(super) fn sheet(&self, store: &Store) -> Option<Sheet> {
        (!self.settled.is_empty()).then(|| Sheet::new(store, self))
    }

    /// The sessions that pages write to, as a list; `None`: there are none.
    pub(super) fn sessions(&self) -> Option<String> {
        let pages = self.appends.iter().filter(|(_, append)| append.source == Source::Page);
        let sessions: BTreeSet<_> = pages.map(|(_, append)| [append.session.as_str()]).collect();
        (!sessions.is_empty()).then(|| dialect::json(&sessions))
    }

    /// How many cursors move, and the list of them.
    pub(super) fn moved(&self) -> (u64, String) {
        let moved = self.cursors.iter().filter(|(_, cursor)| !cursor.staged.is_empty());
        let cursor = |((session, instance), Cursor { before, place, .. }): (&Key<'a>, &Cursor<'a>)| {
            (*session, *instance, before.epoch, before.last, before.head.clone(), place.last, place.head.clone())
        };
        let list: Vec<_> = moved.map(cursor).collect();
        (list.len() as u64, dialect::json(&list))
    }

    /// The list of new rows.
    pub(super) fn rows(&self) -> String {
        let row = |(append, Fresh { row, seq, hash }): &(&'a Append, Fresh)| {
            let (session, instance) = (append.session.as_str(), append.instance.as_str());
            let (source, received, row) = (append.source.letter(), append.received_at.0, &append.rows[*row]);
            let (kind, item, body) = (row.kind.as_str(), row.item.as_deref(), row.body.as_str());
            (session, instance, *seq, source, row.leg, kind, item, body, row.mono_ms, received, hash.clone())
        };
        dialect::json(&self.staged.iter().map(row).collect::<Vec<_>>())
    }

    /// The list of turns; `None`: there are none.
    pub(super) fn turns(&self) -> Option<String> {
        turns::rows(self.settled.iter().flat_map(|append| append.turns.iter().map(|turn| (&append.session, turn))))
    }

    /// Those of its appends that added something.
    pub(super) fn added(&self) -> impl Iterator<Item = &'a Append> {
        let is_new = |append: &Append| self.staged.iter().any(|(staged, _)| std::ptr::eq(*staged, append));
        self.settled.iter().copied().filter(move |append| is_new(append))
    }

    /// To be called after the commit.
    pub(super) fn teach(self, known: &mut Known) {
        for cursor in self.cursors.into_values().filter(|cursor| cursor.is_stored) {
            known.learn(cursor.append, cursor.place);
        }
    }
}
