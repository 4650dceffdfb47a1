//! The simulated browsers: pages with the outbox's machine, what each saw, and the device that they share.

use std::sync::Arc;

use crate::{
    mutants::Mutant,
    outbox::{Address, Device, Entry, Event, Id, Outbox},
    rng::Rng,
};

/// What people say: few sentences, so that the same words are said twice.
const WORDS: [&str; 5] = ["Yes.", "No.", "I made a soup.", "Could you repeat that?", "I baked bread for my neighbors."];

/// One page load.
pub(super) struct Page {
    pub(super) origin: usize,
    pub(super) instance: Id,
    pub(super) outbox: Outbox,
    /// It handles nothing before this time.
    pub(super) frozen_until: i64,
    /// What came meanwhile.
    pub(super) backlog: Vec<Event>,
    /// Which wake-up counts: a later one replaces it.
    pub(super) wake: u64,
    pub(super) saw: i64,
}

/// Everything that one page load ever saw, and what it was told of it.
#[derive(Default)]
pub(super) struct Witnessed {
    pub(super) entries: Vec<Entry>,
    /// Every entry up to here was told to be with the server.
    pub(super) acked: i64,
    /// Every entry up to here was on the device at some time.
    pub(super) kept: i64,
}

/// One browser's storage for us, and who of its pages may drain it.
#[derive(Default)]
pub(super) struct Origin {
    pub(super) device: Device,
    pub(super) holder: Option<usize>,
}

impl Page {
    /// A page of this origin with a name of its own; also what it does first.
    pub(super) fn load(origin: usize, instance: Id) -> (Page, Event) {
        let address = Address { session: Arc::from(format!("ses_{origin}")), key: Arc::from("key") };
        let attend = Event::Attend(instance.clone(), address);
        let outbox = Outbox::new(Mutant::chosen());
        (Page { origin, instance, outbox, frozen_until: 0, backlog: Vec::new(), wake: 0, saw: 0 }, attend)
    }

    /// What it sees next, by a clock that may be wrong.
    pub(super) fn next_entry(&mut self, rng: &mut Rng, clock_ms: i64) -> Entry {
        self.saw += 1;
        let words = rng.pick(&WORDS).copied().unwrap_or_default();
        let body = Arc::from(format!("{{\"words\":{words:?}}}"));
        Entry { kind: Arc::from("test"), leg: 1, at_ms: clock_ms, body }
    }
}
