//! Who is running in this process, and the fan-out of what happens to whoever watches.
//!
//! One room per session that somebody watches or talks in. Everything goes through one short lock, so a watcher that
//! subscribes and a worker that starts cannot miss each other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use interview::View;
use serde::Serialize;
use tokio::sync::{broadcast, mpsc};

use super::{translate::Caption, worker::Command};
use crate::{ids::SessionId, store::TurnRow};

/// Events that a slow watcher may be behind; beyond that it reads from the store again.
const BEHIND: usize = 64;

/// What watchers are told.
#[derive(Clone, Debug)]
pub enum Fanout {
    /// Where the interview is.
    State(Box<State>),
    /// Words that may still change.
    Caption(Caption),
    /// A committed turn.
    Turn(Box<TurnRow>),
    /// The talk goes on in another tab, as this leg.
    TakenOver(i64),
    /// The call is near its longest duration: the page shall make the next one now.
    HandOver,
    /// The session is finished and sealed.
    Ended(String),
}

/// Where a running interview is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct State {
    /// The domain's view.
    #[serde(flatten)]
    pub view: View,
    /// `ready`, `live`, `interrupted` or `finished`.
    pub session_state: &'static str,
    /// Number of the current or last leg.
    pub leg: i64,
    /// Committed turns.
    pub saved: i64,
}

#[derive(Debug)]
struct Room {
    events: broadcast::Sender<Fanout>,
    worker: Option<mpsc::Sender<Command>>,
    state: Option<State>,
    /// Open event streams of the candidate's page: its heartbeat.
    pages: usize,
    connecting: Arc<tokio::sync::Mutex<()>>,
}

/// All rooms of this process.
#[derive(Debug, Default)]
pub struct Hub {
    rooms: Mutex<HashMap<SessionId, Room>>,
}

impl Hub {
    fn rooms(&self) -> MutexGuard<'_, HashMap<SessionId, Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, session: &SessionId, f: impl FnOnce(&mut Room) -> T) -> T {
        let mut rooms = self.rooms();
        let room = rooms.entry(session.clone()).or_insert_with(Room::new);
        f(room)
    }

    /// Everything that happens from now on, and the state now.
    pub fn subscribe(&self, session: &SessionId) -> (broadcast::Receiver<Fanout>, Option<State>) {
        self.with(session, |room| (room.events.subscribe(), room.state.clone()))
    }

    /// The state of a session that runs here.
    pub fn state(&self, session: &SessionId) -> Option<State> {
        self.rooms().get(session).and_then(|room| room.state.clone())
    }

    /// The worker of a session, if it runs here.
    pub fn worker(&self, session: &SessionId) -> Option<mpsc::Sender<Command>> {
        self.rooms().get(session).and_then(|room| room.worker.clone())
    }

    /// Makes `worker` the session's worker unless it has one; returns the one that counts, and whether it is new.
    pub fn claim(&self, session: &SessionId, worker: mpsc::Sender<Command>) -> (mpsc::Sender<Command>, bool) {
        self.with(session, |room| match room.worker.as_ref().filter(|w| !w.is_closed()) {
            Some(running) => (running.clone(), false),
            None => {
                room.worker = Some(worker.clone());
                (worker, true)
            }
        })
    }

    /// The worker has left. Its last state stays for as long as somebody watches.
    pub fn release(&self, session: &SessionId) {
        self.with(session, |room| room.worker = None);
        self.sweep(session);
    }

    /// One connect at a time per session.
    pub fn connecting(&self, session: &SessionId) -> Arc<tokio::sync::Mutex<()>> {
        self.with(session, |room| room.connecting.clone())
    }

    /// Tells the watchers; nobody watching is fine, and without a room there is nobody.
    pub fn publish(&self, session: &SessionId, event: Fanout) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(session) else { return };
        if let Fanout::State(state) = &event {
            room.state = Some((**state).clone());
        }
        // Nobody listens: the event is in the store, or not worth keeping.
        let _ = room.events.send(event);
    }

    /// The candidate's page opened (`1`) or closed (`-1`) an event stream.
    pub fn page(&self, session: &SessionId, change: isize) {
        self.with(session, |room| {
            room.pages = room.pages.saturating_add_signed(change);
            if let Some(worker) = &room.worker {
                // A worker with a full mailbox learns it from the next change; a page comes and goes rarely.
                let _ = worker.try_send(Command::Pages(room.pages));
            }
        });
        self.sweep(session);
    }

    /// Whether the candidate's page has an event stream open here.
    pub fn has_page(&self, session: &SessionId) -> bool {
        self.rooms().get(session).is_some_and(|room| room.pages > 0)
    }

    /// How many sessions run here.
    pub fn running(&self) -> usize {
        self.rooms().values().filter(|room| room.worker.is_some()).count()
    }

    /// Forgets a room that nobody uses.
    pub fn sweep(&self, session: &SessionId) {
        let mut rooms = self.rooms();
        let idle = |room: &Room| room.worker.is_none() && room.pages == 0 && room.events.receiver_count() == 0;
        if rooms.get(session).is_some_and(|room| idle(room) && Arc::strong_count(&room.connecting) == 1) {
            rooms.remove(session);
        }
    }
}

impl Room {
    fn new() -> Room {
        Room { events: broadcast::channel(BEHIND).0, worker: None, state: None, pages: 0, connecting: Arc::default() }
    }
}
