//! A queue before one thing that is shared in turns, and its end when the program ends in the middle.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::{Mutex, OwnedMutexGuard};

/// The thing, if it is there, and those who wait for their turn with it: first come, first served.
pub(super) struct Queue<T> {
    place: Arc<Mutex<Option<T>>>,
    /// Whether nobody will end what is there.
    is_deserted: Arc<AtomicBool>,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Queue<T> {
        Queue { place: Arc::default(), is_deserted: Arc::default() }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Turn<T> {
        // Made first, so that whoever goes away while the turn is already meant for it, unseen, leaves as after a turn.
        let mut turn = Turn { guard: None, queue: self.clone() };
        turn.guard = Some(self.place.clone().lock_owned().await);
        turn
    }

    /// Drops what is there: at once, or when the turn is over that goes on.
    pub(super) fn desert(&self) {
        self.is_deserted.store(true, Ordering::SeqCst);
        self.sweep();
    }

    /// After every turn, when the place is free: either the word above is heard here, or it finds the place free.
    fn sweep(&self) {
        if self.is_deserted.load(Ordering::SeqCst)
            && let Ok(mut place) = self.place.try_lock()
        {
            *place = None;
            self.is_deserted.store(false, Ordering::SeqCst);
        }
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Queue { place: self.place.clone(), is_deserted: self.is_deserted.clone() }
    }
}

/// Somebody's turn.
pub(super) struct Turn<T> {
    guard: Option<OwnedMutexGuard<Option<T>>>,
    queue: Queue<T>,
}

impl<T> Deref for Turn<T> {
    type Target = Option<T>;

    #[expect(clippy::expect_used, reason = "it is there from the turn's beginning to its end")]
    fn deref(&self) -> &Option<T> {
        self.guard.as_ref().expect("a turn without its place")
    }
}

impl<T> DerefMut for Turn<T> {
    #[expect(clippy::expect_used, reason = "as above")]
    fn deref_mut(&mut self) -> &mut Option<T> {
        self.guard.as_mut().expect("a turn without its place")
    }
}

impl<T> Drop for Turn<T> {
    fn drop(&mut self) {
        self.guard = None;
        self.queue.sweep();
    }
}
