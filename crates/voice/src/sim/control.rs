//! Steering a simulator from the process it runs in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use tokio::time::{Duration, timeout};

use super::ledger::{Entry, What};
use super::stage::Stage;
use super::{Answer, Fault, Script};
use crate::call::Command;
use crate::engine::Doors;

/// How long [`Control::wait`] waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is wanted of one session.
#[derive(Debug, Clone)]
pub(crate) enum Direction {
    /// The candidate speaks.
    Speak(Answer),
    /// The words of an item are recognized.
    Words {
        /// The item.
        item: String,
        /// Its words.
        text: String,
    },
    /// A server event is told on every channel, as it is.
    Emit(Value),
    /// From now on speech has this pace.
    Pace(f64),
    /// The page sends this on its data channel.
    FromPage(String),
}

/// Steers a simulator. Commands for a call return whether the call runs.
pub struct Control {
    stage: Arc<Stage>,
    doors: Arc<Doors>,
    cursor: AtomicU64,
}

impl Clone for Control {
    /// The clone goes on in the ledger where this one is, and then on its own.
    fn clone(&self) -> Self {
        let cursor = AtomicU64::new(self.cursor.load(Ordering::Relaxed));
        Self { stage: Arc::clone(&self.stage), doors: Arc::clone(&self.doors), cursor }
    }
}

impl Control {
    pub(super) fn new(stage: Arc<Stage>, doors: Arc<Doors>) -> Self {
        Self { stage, doors, cursor: AtomicU64::new(0) }
    }

    /// Sets the script of calls made from now on.
    pub fn set_script(&self, script: Script) {
        self.stage.set_script(script);
    }

    /// Lets the next call without a fault fail; several are taken in order, one a call.
    pub fn fail_next(&self, fault: Fault) {
        self.stage.fail_next(fault);
    }

    /// Sets the words of recordings that are uploaded from now on, one each; without any, they are the script's first answer.
    pub fn add_recordings<'a>(&self, texts: impl IntoIterator<Item = &'a str>) {
        self.stage.add_recordings(texts.into_iter().map(str::to_owned));
    }

    /// Lets the next uploaded recording fail; several are taken in order, one a recording. Faults of the answer to an offer
    /// or of a running call do nothing here.
    pub fn fail_next_recording(&self, fault: Fault) {
        self.stage.fail_next_recording(fault);
    }

    /// Changes what is wrong with a running call's sideband or hang-up; `None`: nothing any more.
    pub fn spoil(&self, call: &str, fault: Option<Fault>) -> bool {
        self.stage.spoil_call(call, fault);
        self.doors.call(call).is_some()
    }

    /// The candidate says this now, or after what is being said.
    pub fn speak(&self, call: &str, answer: Answer) -> bool {
        self.direct(call, Direction::Speak(answer))
    }

    /// The words of a turn arrive, once more or for the first time (see [`super::Transcript::Never`]).
    pub fn words(&self, call: &str, item: &str, text: &str) -> bool {
        self.direct(call, Direction::Words { item: item.to_owned(), text: text.to_owned() })
    }

    /// Tells this server event on every channel of the call, as it is.
    pub fn emit(&self, call: &str, event: Value) -> bool {
        self.direct(call, Direction::Emit(event))
    }

    /// Sends this as the page's data channel would, also where a call has no media.
    pub fn from_page(&self, call: &str, event: &Value) -> bool {
        self.direct(call, Direction::FromPage(event.to_string()))
    }

    /// Changes the pace of what begins from now on; a great one lets utterances play until they are stopped.
    pub fn set_pace(&self, call: &str, pace: f64) -> bool {
        self.direct(call, Direction::Pace(pace))
    }

    /// Closes the sidebands with this code (1006: without a word); the call goes on.
    pub fn cut(&self, call: &str, close_code: u16) -> bool {
        self.tell(call, Command::Cut(close_code))
    }

    /// The session has lasted its longest: `session_expired`, close 1001.
    pub fn expire(&self, call: &str) -> bool {
        self.tell(call, Command::Expire)
    }

    /// The candidate's media is gone: the call is over, its sidebands close with 1000.
    pub fn end(&self, call: &str) -> bool {
        self.tell(call, Command::HangUp)
    }

    /// Everything that happened, as far as it is kept (the last 200,000 entries).
    pub fn ledger(&self) -> Vec<Entry> {
        self.ledger_after(0)
    }

    /// What happened after the entry of this number.
    pub fn ledger_after(&self, seq: u64) -> Vec<Entry> {
        self.stage.ledger.after(seq)
    }

    /// How many client and server events there were, whether or not the ledger keeps them.
    pub fn counts(&self) -> (u64, u64) {
        self.stage.ledger.counts()
    }

    /// The next entry that is wanted, from where the last wait ended.
    ///
    /// # Panics
    /// When it does not come within 20 s: this is for tests.
    pub async fn wait(&self, is_wanted: impl FnMut(&Entry) -> bool) -> Entry {
        match timeout(PATIENCE, self.find(is_wanted)).await {
            Ok(entry) => entry,
            Err(_) => panic!("nothing of that kind in the ledger within {} s", PATIENCE.as_secs()),
        }
    }

    /// The first call after the last wait: its id.
    pub async fn wait_for_call(&self) -> String {
        self.wait(|entry| matches!(entry.what, What::Call { .. })).await.call.unwrap_or_default()
    }

    /// The next utterance with these words that begins to be heard.
    pub async fn wait_for_words(&self, part: &str) -> Entry {
        self.wait(|entry| matches!(&entry.what, What::Saying { text } if text.contains(part))).await
    }

    /// Waits until there is an entry after this one.
    pub(super) async fn grown_beyond(&self, seq: u64) {
        // The ledger lives as long as this handle.
        let _ = self.stage.ledger.watch().wait_for(|last| *last > seq).await;
    }

    async fn find(&self, mut is_wanted: impl FnMut(&Entry) -> bool) -> Entry {
        let mut grown = self.stage.ledger.watch();
        loop {
            grown.borrow_and_update();
            let from = self.cursor.load(Ordering::Relaxed);
            if let Some(entry) = self.stage.ledger.find(from, &mut is_wanted) {
                self.cursor.store(entry.seq, Ordering::Relaxed);
                return entry;
            }
            if grown.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn direct(&self, call: &str, direction: Direction) -> bool {
        self.tell(call, Command::Direct(direction))
    }

    fn tell(&self, call: &str, command: Command) -> bool {
        self.doors.call(call).is_some_and(|call| call.tell(command))
    }
}
