//! The words of the outbox: what it holds, what happens to it, what it wants done.

use std::sync::Arc;

/// The name of an instance: one page load's row of entries.
pub type Id = Arc<str>;

/// One event as the server's log takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event's type.
    pub kind: Arc<str>,
    /// The leg in which it happened.
    pub leg: i64,
    /// By the page's own clock.
    pub at_ms: i64,
    /// The event, as JSON text.
    pub body: Arc<str>,
}

impl Entry {
    /// The entry as JSON.
    pub fn json(&self) -> String {
        let kind = serde_json::Value::from(&*self.kind);
        format!("{{\"kind\":{kind},\"leg\":{},\"at_ms\":{},\"body\":{}}}", self.leg, self.at_ms, self.body)
    }
}

/// Where an instance's entries go, and the key that admits to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The session.
    pub session: Arc<str>,
    /// Its append key.
    pub key: Arc<str>,
}

/// An instance as the device holds it; entries behind a hole are not given.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Whose.
    pub instance: Id,
    /// Where they go.
    pub address: Address,
    /// The place of the first of them.
    pub first: i64,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the server refused them for good.
    pub stopped: bool,
}

/// What an answer to an append means. `Later` is also no answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every entry up to this place is with the server.
    Acked(i64),
    /// The server has nothing from this place on.
    Gap(i64),
    /// The entries themselves are refused, for good.
    Refused,
    /// Try again, not before so many milliseconds.
    Later(i64),
}

/// What happens to the outbox.
#[derive(Clone, Debug)]
pub enum Event {
    /// This page witnesses a session under a name of its own.
    Attend(Id, Address),
    /// It saw something.
    Saw(Id, Entry),
    /// The device has everything up to this place.
    Written(Id, i64),
    /// The device took nothing.
    Unwritten(Id),
    /// What the device holds, of all pages.
    Loaded(Vec<Stored>),
    /// The browser lets us keep nothing.
    Denied,
    /// Somebody deleted the database under us.
    Wiped,
    /// The lock is ours: no other page of the origin drains.
    Locked,
    /// Another page wrote entries.
    Nudged,
    /// Another page was told that these are with the server.
    Told(Id, i64),
    /// An answer came, or none.
    Answered {
        /// Whose entries.
        instance: Id,
        /// What it means.
        outcome: Outcome,
        /// Whether it was the last request of a page that goes away.
        last_words: bool,
    },
    /// The network is there, or not.
    Online(bool),
    /// The page is hidden or goes away.
    Leaving,
    /// The time that was asked for has come.
    Due,
}

/// One append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Whose entries.
    pub instance: Id,
    /// Where they go.
    pub address: Address,
    /// The place of the first.
    pub first: i64,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Must outlive the page.
    pub last_words: bool,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Keep these on the device.
    Write {
        /// Whose.
        instance: Id,
        /// Where they go.
        address: Address,
        /// The place of the first.
        first: i64,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// Look through the device.
    Read,
    /// Remove everything up to this place from the device.
    Erase(Id, i64),
    /// Remember on the device that this instance is not to be tried again.
    Stop(Id),
    /// Send this.
    Post(Post),
    /// Tell the origin's other pages how far the server is.
    Tell(Id, i64),
    /// Tell them that there is something new.
    Nudge,
    /// Come back at this time; it replaces the one asked for before.
    Wake(i64),
}

/// What a person may be told about one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// The device was looked through, or cannot be.
    pub known: bool,
    /// Entries that the server does not have yet.
    pub waiting: i64,
    /// Entries that it refuses for good.
    pub refused: i64,
    /// Whether the device keeps them.
    pub on_device: bool,
}
