//! The merge of provider events, by example.

use interview::transcript::{Entry, Event, Transcript, heard};
use interview::{Speaker, TurnStatus};

fn added(item: &str, previous: Option<&str>, speaker: Speaker) -> Event {
    Event::ItemAdded { item: item.into(), previous: previous.map(str::to_owned), speaker }
}

fn text(item: &str, text: &str) -> Event {
    Event::Final { item: item.into(), text: text.into() }
}

fn delta(item: &str, text: &str) -> Event {
    Event::Delta { item: item.into(), text: text.into() }
}

fn merge(events: impl IntoIterator<Item = Event>) -> Vec<Entry> {
    let mut transcript = Transcript::default();
    events.into_iter().for_each(|event| transcript.apply(event));
    transcript.entries()
}

fn texts(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.text.as_str()).collect()
}

#[test]
fn order_is_the_chain_and_not_the_arrival() {
    let entries = merge([
        text("c", "three"),
        added("c", Some("b"), Speaker::Candidate),
        added("a", None, Speaker::Interviewer),
        text("b", "two"),
        text("a", "one"),
        added("b", Some("a"), Speaker::Interviewer),
    ]);
    assert_eq!(texts(&entries), ["one", "two", "three"]);
}

#[test]
fn a_hole_in_the_chain_and_a_circle_lose_nothing() {
    let entries = merge([
        added("b", Some("lost"), Speaker::Candidate),
        added("c", Some("b"), Speaker::Interviewer),
        added("x", Some("y"), Speaker::Candidate),
        added("y", Some("x"), Speaker::Candidate),
        text("never-added", "alone"),
    ]);
    let items: Vec<&str> = entries.iter().map(|entry| entry.item.as_str()).collect();
    assert_eq!(items, ["b", "c", "never-added", "x", "y"]);
}

#[test]
fn empty_text_after_a_cut_does_not_erase_what_was_said() {
    let said = "What would you do if a colleague made a mistake?";
    let cut = Event::Truncated { item: "a".into(), heard_ms: 1_000 };
    let entries = merge([added("a", None, Speaker::Interviewer), text("a", said), cut, text("a", "")]);
    assert_eq!(entries[0].text, "What would you");
    assert!(entries[0].cut);
}

#[test]
fn an_item_is_final_empty_or_missing() {
    let failed = Event::Failed { item: "c".into() };
    let entries = merge([text("a", "Yes."), text("b", ""), delta("c", "I thi"), failed, delta("d", "Well")]);
    let expected = [TurnStatus::Final, TurnStatus::Empty, TurnStatus::Missing, TurnStatus::Missing];
    assert_eq!(entries.iter().map(|entry| entry.status).collect::<Vec<_>>(), expected);
    assert_eq!(texts(&entries), ["Yes.", "", "I thi", "Well"]);
}

#[test]
fn different_finals_are_marked_and_equal_ones_are_not() {
    let entries = merge([text("a", "Ten."), text("a", "Ten."), text("b", "Ten"), text("b", "Ten men")]);
    assert_eq!(entries.iter().map(|entry| entry.divergent).collect::<Vec<_>>(), [false, true]);
    assert_eq!(entries[1].text, "Ten men");
}

#[test]
fn a_deleted_item_stays_out() {
    let deleted = Event::Deleted { item: "a".into() };
    assert_eq!(merge([deleted, text("a", "late")]), []);
}

#[test]
fn what_was_heard_ends_at_a_word() {
    let table = [(0, ""), (150, ""), (400, "one"), (600, "one two"), (900, "one two three"), (5_000, "one two three")];
    for (ms, expected) in table {
        assert_eq!(heard("one two three", ms), expected, "{ms} ms");
    }
    assert_eq!(heard("", 0), "");
    assert_eq!(heard("\u{e4}\u{f6}\u{fc} \u{e4}\u{f6}\u{fc}", 300), "\u{e4}\u{f6}\u{fc}");
}
