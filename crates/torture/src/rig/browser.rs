//! A candidate's browser without a window: a device that outlives its pages, and pages that run the outbox's machine against the
//! real server. What a page was told is written down for the oracle.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant as Deadline, sleep_until},
};

use super::door::Door;
use crate::{
    mutants::Mutant,
    outbox::{Address, Device, Effect, Entry, Event, Id, Keeping, Outbox, Outcome, Post, outcome},
};

/// What one page load saw and was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Everything it witnessed, in order.
    pub entries: Vec<Entry>,
    /// Every entry up to here was acknowledged to it, or to a later page of the browser.
    pub acked: i64,
}

/// What a whole run's pages saw and were told.
#[derive(Debug, Default)]
pub struct Record {
    /// By instance.
    pub pages: BTreeMap<Id, Told>,
    /// From the first try that brought nothing to the next acknowledgement, in milliseconds.
    pub outages_ms: Vec<u64>,
    /// Entries that were acknowledged and that the server then asked for again.
    pub forgotten: u64,
    /// Appends that were answered, by status; 0 is no answer.
    pub answers: BTreeMap<u16, u64>,
}

#[derive(Debug, Default)]
struct Shared {
    device: Device,
    record: Record,
    failing_since: BTreeMap<Id, Instant>,
}

/// A browser.
#[derive(Clone, Debug, Default)]
pub struct Browser(Arc<Mutex<Shared>>);

impl Browser {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads a page that witnesses a session under the name `instance`.
    pub fn load(&self, door: Door, instance: &str, address: Address) -> Page {
        let (events, inbox) = mpsc::unbounded_channel();
        let (shown, keeping) = watch::channel(None);
        let instance: Id = Arc::from(instance);
        let run = Run {
            browser: self.clone(),
            door,
            outbox: Outbox::new(Mutant::chosen()),
            session: address.session.clone(),
            began: Instant::now(),
            wake: None,
            back: events.clone(),
            shown,
        };
        let first = Event::Attend(instance.clone(), address);
        let task = tokio::spawn(run.run(inbox, first));
        Page { browser: self.clone(), instance, events, keeping, task }
    }

    /// What was written down.
    pub fn with_record<T>(&self, read: impl FnOnce(&Record) -> T) -> T {
        read(&self.lock().record)
    }

    /// Whether a page's death would leave nothing behind.
    pub fn is_drained(&self) -> bool {
        self.lock().device.is_empty()
    }

    fn answered(&self, instance: &Id, status: u16, outcome: Outcome) {
        let mut shared = self.lock();
        *shared.record.answers.entry(status).or_default() += 1;
        match outcome {
            Outcome::Acked(acked) => {
                let told = shared.record.pages.entry(instance.clone()).or_default();
                told.acked = told.acked.max(acked);
                if let Some(since) = shared.failing_since.remove(instance) {
                    let ms = since.elapsed().as_millis() as u64;
                    shared.record.outages_ms.push(ms);
                }
            }
            Outcome::Later(_) => {
                shared.failing_since.entry(instance.clone()).or_insert_with(Instant::now);
            }
            // The page heals this from its memory as long as it lives: it is a loss all the same.
            Outcome::Gap(expected) => {
                let acked = shared.record.pages.get(instance).map_or(0, |told| told.acked);
                shared.record.forgotten += (acked - expected + 1).max(0) as u64;
            }
            Outcome::Refused => {}
        }
    }
}

/// An open page. Dropped, it dies without a word.
pub struct Page {
    browser: Browser,
    /// Its name.
    pub instance: Id,
    events: mpsc::UnboundedSender<Event>,
    keeping: watch::Receiver<Option<Keeping>>,
    task: JoinHandle<()>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Page {
    /// Witnesses something.
    pub fn see(&self, kind: &str, leg: i64, at_ms: i64, body: &str) {
        let entry = Entry { kind: Arc::from(kind), leg, at_ms, body: Arc::from(body) };
        self.browser.lock().record.pages.entry(self.instance.clone()).or_default().entries.push(entry.clone());
        // A page whose task is gone is dead.
        let _ = self.events.send(Event::Saw(self.instance.clone(), entry));
    }

    /// Says that nothing comes after this.
    pub fn fin(&self, leg: i64, at_ms: i64) {
        let last = self.browser.with_record(|r| r.pages.get(&self.instance).map_or(0, |told| told.entries.len()));
        self.see("fin", leg, at_ms, &format!("{{\"type\":\"fin\",\"last_seq\":{}}}", last + 1));
    }

    /// The page is hidden, or goes away.
    pub fn leave(&self) {
        let _ = self.events.send(Event::Leaving);
    }

    /// Waits until the server has everything; false: not within this time.
    pub async fn settled(&mut self, within: Duration) -> bool {
        let is_saved = |keeping: &Option<Keeping>| keeping.is_some_and(|k| k.known && k.waiting + k.refused == 0);
        let wait = tokio::time::timeout(within, self.keeping.wait_for(is_saved));
        matches!(wait.await, Ok(Ok(_)))
    }
}

/// The page's own loop.
struct Run {
    browser: Browser,
    door: Door,
    outbox: Outbox,
    session: Arc<str>,
    began: Instant,
    wake: Option<i64>,
    back: mpsc::UnboundedSender<Event>,
    shown: watch::Sender<Option<Keeping>>,
}

impl Run {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Event>, first: Event) {
        self.take(first);
        self.effect(Effect::Read);
        self.take(Event::Locked);
        loop {
            let due = self.wake.map(|at| self.began + Duration::from_millis(u64::try_from(at).unwrap_or(0)));
            let event = tokio::select! {
                event = inbox.recv() => match event {
                    Some(event) => event,
                    None => return,
                },
                () = sleep_until(Deadline::from_std(due.unwrap_or_else(Instant::now))), if due.is_some() => {
                    self.wake = None;
                    Event::Due
                }
            };
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        let now = self.began.elapsed().as_millis() as i64;
        for effect in self.outbox.step(event, now) {
            self.effect(effect);
        }
        self.shown.send_replace(Some(self.outbox.keeping(&self.session)));
    }

    fn effect(&mut self, effect: Effect) {
        let mut shared = self.browser.lock();
        let told = match effect {
            Effect::Write { instance, address, first, entries } => {
                shared.device.write(&instance, &address, first, &entries);
                Some(Event::Written(instance, first + entries.len() as i64 - 1))
            }
            Effect::Read => Some(Event::Loaded(shared.device.stored())),
            Effect::Erase(instance, acked) => {
                shared.device.erase(&instance, acked);
                None
            }
            Effect::Stop(instance) => {
                shared.device.stop(&instance);
                None
            }
            Effect::Wake(at) => {
                self.wake = Some(at);
                None
            }
            Effect::Post(post) => {
                tokio::spawn(send(self.browser.clone(), self.door.clone(), post, self.back.clone()));
                None
            }
            // One page at a time: nobody else is there.
            Effect::Tell(..) | Effect::Nudge => None,
        };
        drop(shared);
        if let Some(event) = told {
            // Through the inbox, as a device answers later.
            let _ = self.back.send(event);
        }
    }
}

/// Sends one append. It goes on when its page dies: what arrives then arrives.
async fn send(browser: Browser, door: Door, post: Post, back: mpsc::UnboundedSender<Event>) {
    let Post { instance, address, first, entries, last_words } = post;
    let events: Vec<String> = entries.iter().map(Entry::json).collect();
    let body = format!("{{\"instance\":\"{instance}\",\"first_seq\":{first},\"events\":[{}]}}", events.join(","));
    let answer = door.append(&address.session, &address.key, body).await;
    let outcome = outcome(answer.status, &answer.body, answer.retry_after_s);
    if back.is_closed() {
        return;
    }
    browser.answered(&instance, answer.status, outcome);
    let _ = back.send(Event::Answered { instance, outcome, last_words });
}
