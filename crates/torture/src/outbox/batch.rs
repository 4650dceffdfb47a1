//! How much goes into one request (`batch.ts`).

use super::types::Entry;

const MOST_ENTRIES: usize = 50;
const MOST_BYTES: usize = 256 * 1024;
/// Browsers refuse more than 64 KiB in requests that outlive the page.
const LAST_WORDS_BYTES: usize = 60 * 1024;
/// What surrounds the entries.
const FRAME_BYTES: usize = 200;

/// The longest run from the oldest on that fits; never empty, so that one long entry cannot stop the others.
pub(super) fn batch(entries: &[Entry]) -> &[Entry] {
    let run = fitting(&entries[..entries.len().min(MOST_ENTRIES)], MOST_BYTES);
    if run.is_empty() { &entries[..entries.len().min(1)] } else { run }
}

/// The longest run, from the oldest, that may outlive the page.
pub(super) fn last_words(entries: &[Entry]) -> &[Entry] {
    fitting(entries, LAST_WORDS_BYTES)
}

fn fitting(entries: &[Entry], most: usize) -> &[Entry] {
    let mut bytes = FRAME_BYTES;
    for (at, entry) in entries.iter().enumerate() {
        // The frame around kind and body, and two numbers, as JSON writes them.
        bytes += entry.kind.len() + entry.body.len() + 60;
        if bytes > most {
            return &entries[..at];
        }
    }
    entries
}
