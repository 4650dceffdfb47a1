//! What happens to pages, their device and their requests.

use std::sync::Arc;

use super::{
    browser::{Page, Witnessed},
    faults::{Io, Strike},
    world::{Request, What, World},
};
use crate::outbox::{Effect, Event, Id, Outcome as Answered, Post, Stored};

/// A page that gets no answer for so long gives the request up.
const TIMEOUT_MS: i64 = 10_000;

impl World {
    pub(super) fn load(&mut self, origin: usize) {
        let number = self.pages.len();
        let instance: Id = Arc::from(format!("{number:032x}"));
        self.witnessed.insert(instance.clone(), Witnessed::default());
        let (page, attend) = Page::load(origin, instance);
        self.pages.push(Some(page));
        self.tell(number, attend);
        self.read(number);
        if self.origins[origin].holder.is_none() {
            self.pass_lock(origin);
        }
        if !self.is_calm {
            self.soon(2_000, What::See(number));
        }
    }

    pub(super) fn pass_lock(&mut self, origin: usize) {
        let next = (0..self.pages.len()).find(|at| self.pages[*at].as_ref().is_some_and(|p| p.origin == origin));
        self.origins[origin].holder = next;
        if let Some(page) = next {
            self.at(self.now + 1, What::Tell(page, Event::Locked));
        }
    }

    pub(super) fn turnover(&mut self) {
        let all: Vec<usize> = (0..self.pages.len()).filter(|at| self.pages[*at].is_some()).collect();
        let Some(&number) = self.rng.pick(&all) else { return };
        if self.rng.chance(500) {
            self.tell(number, Event::Leaving);
        }
        self.close(number);
    }

    /// A page is gone; mostly another one begins.
    pub(super) fn close(&mut self, number: usize) {
        let Some(page) = self.pages[number].take() else { return };
        if self.origins[page.origin].holder == Some(number) {
            self.pass_lock(page.origin);
        }
        if self.rng.chance(900) {
            self.load(page.origin);
        }
    }

    pub(super) fn see(&mut self, number: usize) {
        let clock = self.now + self.rng.range(-self.faults.skew_ms, self.faults.skew_ms + 1);
        if self.is_calm {
            return;
        }
        let Some(page) = self.pages[number].as_mut() else { return };
        let (instance, entry) = (page.instance.clone(), page.next_entry(&mut self.rng, clock));
        if let Some(witnessed) = self.witnessed.get_mut(&instance) {
            witnessed.entries.push(entry.clone());
        }
        self.tell(number, Event::Saw(instance, entry));
        self.soon(3_000, What::See(number));
    }

    /// Tells a page something now, or when it wakes.
    pub(super) fn tell(&mut self, number: usize, event: Event) {
        let now = self.now;
        let Some(page) = self.pages[number].as_mut() else { return };
        if page.frozen_until > now {
            return page.backlog.push(event);
        }
        for effect in page.outbox.step(event, now) {
            self.effect(number, effect);
        }
    }

    pub(super) fn effect(&mut self, number: usize, effect: Effect) {
        let Some(page) = self.pages[number].as_mut() else { return };
        let origin = page.origin;
        match effect {
            Effect::Write { .. } => self.soon(20, What::Kept(number, effect)),
            Effect::Read => self.read(number),
            Effect::Erase(instance, acked) => self.origins[origin].device.erase(&instance, acked),
            Effect::Stop(instance) => self.origins[origin].device.stop(&instance),
            Effect::Post(post) => self.post(number, post),
            Effect::Tell(instance, acked) => self.tell_others(number, &Event::Told(instance, acked)),
            Effect::Nudge => self.tell_others(number, &Event::Nudged),
            Effect::Wake(at) => {
                page.wake += 1;
                let wish = page.wake;
                self.at(at, What::Wake(number, wish));
            }
        }
    }

    pub(super) fn read(&mut self, number: usize) {
        let Some(origin) = self.pages[number].as_ref().map(|page| page.origin) else { return };
        let stored: Vec<Stored> = self.origins[origin].device.stored();
        self.soon(10, What::Tell(number, Event::Loaded(stored)));
    }

    pub(super) fn tell_others(&mut self, number: usize, event: &Event) {
        let Some(origin) = self.pages[number].as_ref().map(|page| page.origin) else { return };
        let is_other = |at: &usize| *at != number && self.pages[*at].as_ref().is_some_and(|p| p.origin == origin);
        let others: Vec<usize> = (0..self.pages.len()).filter(is_other).collect();
        for other in others {
            self.soon(5, What::Tell(other, event.clone()));
        }
    }

    /// The device answers a write. A page that died in the middle has written nothing.
    pub(super) fn kept(&mut self, number: usize, effect: Effect) {
        let (Some(origin), Effect::Write { instance, address, first, entries }) =
            (self.pages[number].as_ref().map(|page| page.origin), effect)
        else {
            return;
        };
        match self.operate(Io::DeviceWrite) {
            Some(Strike::Error) => return self.tell(number, Event::Unwritten(instance)),
            Some(Strike::Kill | Strike::Power) => return self.close(number),
            None => {}
        }
        self.origins[origin].device.write(&instance, &address, first, &entries);
        let up_to = first + entries.len() as i64 - 1;
        if let Some(witnessed) = self.witnessed.get_mut(&instance) {
            witnessed.kept = witnessed.kept.max(up_to);
        }
        self.tell(number, Event::Written(instance, up_to));
    }

    pub(super) fn post(&mut self, page: usize, post: Post) {
        let request = self.requests.len();
        self.requests.push(Request { page, post, is_over: false });
        self.at(self.now + TIMEOUT_MS, What::Answer(request, Answered::Later(0)));
        match self.operate(Io::Request) {
            Some(Strike::Error) => return self.soon(50, What::Answer(request, Answered::Later(0))),
            Some(Strike::Kill | Strike::Power) => return self.close(page),
            None => {}
        }
        if self.rng.chance(self.faults.proxy) {
            let after = *self.rng.pick(&[0, 1_000, 3_000]).unwrap_or(&0);
            return self.soon(self.faults.delay_ms, What::Answer(request, Answered::Later(after)));
        }
        if !self.rng.chance(self.faults.lost) {
            self.soon(self.faults.delay_ms, What::Arrive(request));
        }
        if self.rng.chance(self.faults.doubled) {
            self.soon(4 * self.faults.delay_ms, What::Arrive(request));
        }
    }

    /// The page hears of its request, once.
    pub(super) fn answer_page(&mut self, request: usize, outcome: Answered) {
        let Request { page, post, is_over } = &mut self.requests[request];
        if std::mem::replace(is_over, true) {
            return;
        }
        let (page, instance, last_words) = (*page, post.instance.clone(), post.last_words);
        let is_there = self.pages[page].is_some();
        if let (Answered::Acked(acked), true, Some(witnessed)) = (outcome, is_there, self.witnessed.get_mut(&instance))
        {
            witnessed.acked = witnessed.acked.max(acked);
        }
        self.tell(page, Event::Answered { instance, outcome, last_words });
    }
}
