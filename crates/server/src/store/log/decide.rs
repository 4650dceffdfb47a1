//! The append rules alone, without a database: what of an append is new, and what is refused. The store runs them under
//! the cursor's lock; the torture suite runs them on a simulated disk.

use std::collections::HashMap;

use super::{LogError, NewRow, Source};
use crate::mutant::{self, Mutant};

/// Where an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The letter of who writes it.
    pub source: String,
    /// Its newest writer.
    pub epoch: i64,
    /// The last row; 0 before the first.
    pub last: i64,
    /// The last row's hash; empty before the first.
    pub head: String,
}

impl Place {
    /// Before the first row.
    pub fn new(source: Source) -> Place {
        Place { source: source.letter().to_owned(), epoch: 1, last: 0, head: String::new() }
    }
}

/// What of an append matters to the rules.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who writes.
    pub source: Source,
    /// As which writer; a page has no epochs.
    pub epoch: Option<i64>,
    /// Place of the first row, from 1.
    pub first_seq: i64,
    /// The rows.
    pub rows: &'a [NewRow],
}

/// A row that is to be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Which of the append's rows.
    pub row: usize,
    /// Its place.
    pub seq: i64,
    /// Its link in the chain.
    pub hash: String,
}

/// Whether an append may be looked at: the writer is the right one, and nothing is missing before it.
///
/// # Errors
/// [`LogError::Fenced`], [`LogError::Conflict`] for another source or a place before the first, [`LogError::Gap`].
pub fn admit(place: &Place, asked: &Asked<'_>) -> Result<(), LogError> {
    if asked.epoch.is_some_and(|epoch| epoch != place.epoch) && !mutant::is(Mutant::NoFencing) {
        return Err(LogError::Fenced(place.epoch));
    }
    if asked.source.letter() != place.source || asked.first_seq < 1 {
        return Err(LogError::Conflict { seq: asked.first_seq });
    }
    if asked.first_seq > place.last + 1 && !mutant::is(Mutant::GapAccepted) {
        return Err(LogError::Gap { expected: place.last + 1 });
    }
    Ok(())
}

/// What of an append is new. `committed` has the hash of each known row from the one before the append on.
///
/// # Errors
/// Those of [`admit`], and [`LogError::Conflict`] where a place holds something else.
pub fn decide(place: &Place, asked: &Asked<'_>, committed: &HashMap<i64, String>) -> Result<Vec<Fresh>, LogError> {
    admit(place, asked)?;
    let mut before = if asked.first_seq == place.last + 1 {
        place.head.clone()
    } else {
        committed.get(&(asked.first_seq - 1)).cloned().unwrap_or_default()
    };
    let mut fresh = Vec::new();
    for (at, row) in asked.rows.iter().enumerate() {
        let seq = asked.first_seq + at as i64;
        let hash = row.hash(&before, seq);
        match committed.get(&seq) {
            Some(known) if *known == hash || mutant::is(Mutant::ConflictAccepted) => {}
            Some(_) => return Err(LogError::Conflict { seq }),
            None => fresh.push(Fresh { row: at, seq, hash: hash.clone() }),
        }
        before = hash;
    }
    Ok(fresh)
}
