//! The merge of a provider's events: in any order, doubled and replayed, it must give what the true order gives.

use interview::{
    Speaker,
    transcript::{Event, Transcript},
};

use crate::rng::Rng;

/// Plays one conversation in order and in disorder; how many entries differ.
pub(super) fn check(rng: &mut Rng) -> u64 {
    let events = conversation(rng);
    let mut shuffled = events.clone();
    for _ in 0..rng.range(0, 30) {
        let again = rng.pick(&events).cloned();
        shuffled.extend(again);
    }
    for at in (1..shuffled.len()).rev() {
        let other = rng.range(0, at as i64 + 1) as usize;
        shuffled.swap(at, other);
    }
    let (true_order, merged) = (merge(&events), merge(&shuffled));
    let differ = true_order.iter().zip(&merged).filter(|(a, b)| a != b).count();
    (differ + true_order.len().abs_diff(merged.len())) as u64
}

fn merge(events: &[Event]) -> Vec<interview::transcript::Entry> {
    let mut transcript = Transcript::default();
    events.iter().cloned().for_each(|event| transcript.apply(event));
    transcript.entries()
}

/// What a provider tells of a talk, item after item.
fn conversation(rng: &mut Rng) -> Vec<Event> {
    let mut events = Vec::new();
    let mut previous: Option<String> = None;
    for n in 0..rng.range(3, 20) {
        let item = format!("item_{:03}", (n * 37 + 11) % 100);
        let speaker = if n % 2 == 0 { Speaker::Interviewer } else { Speaker::Candidate };
        events.push(Event::ItemAdded { item: item.clone(), previous: previous.clone(), speaker });
        let words = format!("Sentence {n} of {}.", rng.range(0, 5));
        for share in 1..rng.range(1, 4) {
            let text = words[..words.len() * share as usize / 4].to_owned();
            events.push(Event::Delta { item: item.clone(), text });
        }
        match rng.range(0, 10) {
            0 => events.push(Event::Failed { item: item.clone() }),
            1 if speaker == Speaker::Interviewer => {
                events.push(Event::Final { item: item.clone(), text: words });
                events.push(Event::Truncated { item: item.clone(), heard_ms: rng.range(0, 2_000) as u64 });
            }
            _ => events.push(Event::Final { item: item.clone(), text: words }),
        }
        previous = Some(item);
    }
    events
}
