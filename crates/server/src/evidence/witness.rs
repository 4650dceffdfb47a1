//! The candidate's page as second witness: final words that it saw, compared with those of our control channel.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lines::Row;

/// The kinds of rows that carry final words.
const FINALS: [&str; 2] =
    ["conversation.item.input_audio_transcription.completed", "response.output_audio_transcript.done"];
/// The kind of a page's last row.
pub const FIN: &str = "fin";

/// Words that two witnesses heard differently. The control channel's are the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergent {
    /// The conversation item.
    pub item: String,
    /// What our control channel was told.
    pub ours: String,
    /// What the page was told.
    pub pages: String,
}

/// A page's own row of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCopy {
    /// Its instance.
    pub instance: String,
    /// The last leg that it saw.
    pub leg: i64,
    /// The last place.
    pub last_seq: i64,
    /// Whether its last row says that nothing comes after it.
    pub is_whole: bool,
}

/// What the page saw of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Items with the same words from both.
    pub confirmed: i64,
    /// Items with other words.
    pub divergent: Vec<Divergent>,
    /// Items whose words only the page has.
    pub page_only: Vec<String>,
    /// Items whose words only our control channel has.
    pub server_only: i64,
    /// The pages, in the order of their last rows.
    pub pages: Vec<PageCopy>,
}

impl Witnessed {
    /// Whether the page that saw the end has told everything. Pages before it were closed before they could know.
    pub fn is_whole(&self) -> bool {
        self.pages.last().is_some_and(|page| page.is_whole)
    }
}

/// Item and content. Not the leg: late words of one leg are logged in the next, and the provider's items are unique.
type Key = (String, i64);

/// Compares the rows of a session.
pub fn compare(rows: &[Row]) -> Witnessed {
    let (mut ours, mut pages) = (BTreeMap::<Key, BTreeSet<String>>::new(), BTreeMap::<Key, BTreeSet<String>>::new());
    for row in rows.iter().filter(|row| FINALS.contains(&row.kind.as_str())) {
        let Some((item, content, words)) = words(&row.body) else { continue };
        let side = if row.source == "C" { &mut pages } else { &mut ours };
        side.entry((item, content)).or_default().insert(words);
    }
    let mut seen = Witnessed { pages: copies(rows), ..Witnessed::default() };
    for (key, words) in &pages {
        match ours.get(key) {
            None => seen.page_only.push(key.0.clone()),
            Some(known) if known == words => seen.confirmed += 1,
            Some(known) => seen.divergent.push(Divergent { item: key.0.clone(), ours: all(known), pages: all(words) }),
        }
    }
    seen.server_only = ours.keys().filter(|key| !pages.contains_key(*key)).count() as i64;
    seen
}

fn words(body: &str) -> Option<(String, i64, String)> {
    let event: Value = serde_json::from_str(body).ok()?;
    let item = event.get("item_id")?.as_str()?.to_owned();
    let content = event.get("content_index").and_then(Value::as_i64).unwrap_or(0);
    Some((item, content, event.get("transcript")?.as_str()?.to_owned()))
}

fn all(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" / ")
}

fn copies(rows: &[Row]) -> Vec<PageCopy> {
    let groups = rows.chunk_by(|a, b| a.instance == b.instance).filter(|group| group[0].source == "C");
    let mut pages: Vec<(i64, PageCopy)> = groups.map(copy).collect();
    pages.sort_by_key(|(at, page)| (page.leg, *at));
    pages.into_iter().map(|(_, page)| page).collect()
}

fn copy(group: &[Row]) -> (i64, PageCopy) {
    let last = &group[group.len() - 1];
    let leg = group.iter().map(|row| row.leg).max().unwrap_or(0);
    let told: Option<i64> =
        serde_json::from_str::<Value>(&last.body).ok().and_then(|body| body.get("last_seq").and_then(Value::as_i64));
    let is_whole = last.kind == FIN && told == Some(last.seq);
    (last.received_at, PageCopy { instance: last.instance.clone(), leg, last_seq: last.seq, is_whole })
}
