//! The merge of provider events.

use interview::Speaker;
use interview::transcript::{Event, Transcript};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::steps::text;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn provider_events_in_any_order_and_number_give_the_same_conversation(
        events in prop::collection::vec(event(), 0..30),
        order in prop::collection::vec(any::<Index>(), 0..60),
    ) {
        let merge = |events: &[Event]| {
            let mut transcript = Transcript::default();
            events.iter().cloned().for_each(|event| transcript.apply(event));
            transcript.entries()
        };
        let mut shuffled = events.clone();
        for index in &order {
            if !shuffled.is_empty() {
                let moved = shuffled.remove(index.index(shuffled.len()));
                shuffled.push(moved);
            }
        }
        let twice: Vec<Event> = shuffled.iter().chain(&events).cloned().collect();
        prop_assert_eq!(merge(&events), merge(&shuffled));
        prop_assert_eq!(merge(&events), merge(&twice));
    }

    #[test]
    fn no_event_replaces_text_by_empty_text(
        events in prop::collection::vec(event(), 0..20),
        more in prop::collection::vec(event(), 0..20),
    ) {
        let mut transcript = Transcript::default();
        events.into_iter().for_each(|event| transcript.apply(event));
        let before = transcript.entries();
        let is_cut = |event: &Event| matches!(event, Event::Truncated { .. } | Event::Deleted { .. });
        more.into_iter().filter(|event| !is_cut(event)).for_each(|event| transcript.apply(event));
        let after = transcript.entries();
        for entry in before.iter().filter(|entry| !entry.text.is_empty()) {
            let later = after.iter().find(|later| later.item == entry.item).unwrap();
            prop_assert!(!later.text.is_empty() || entry.cut, "{entry:?} became {later:?}");
        }
    }
}

fn event() -> impl Strategy<Value = Event> {
    let id = || (0..6_u32).prop_map(|n| format!("item-{n}"));
    let speaker = || select(vec![Speaker::Interviewer, Speaker::Candidate]);
    prop_oneof![
        6 => (id(), prop::option::of(id()), speaker())
            .prop_map(|(item, previous, speaker)| Event::ItemAdded { item, previous, speaker }),
        3 => (id(), text()).prop_map(|(item, text)| Event::Delta { item, text }),
        4 => (id(), text()).prop_map(|(item, text)| Event::Final { item, text }),
        1 => id().prop_map(|item| Event::Failed { item }),
        1 => (id(), 0..9_000_u64).prop_map(|(item, heard_ms)| Event::Truncated { item, heard_ms }),
        1 => id().prop_map(|item| Event::Deleted { item }),
    ]
}
