//! The machine, line for line that of `core.ts`: what happened goes in, what is to be done comes out.

use std::collections::BTreeMap;

use super::{
    batch::{batch, last_words},
    instance::{Instance, send_at, sendable},
    types::{Effect, Entry, Event, Id, Keeping, Outcome, Post, Stored},
};
use crate::mutants::Mutant;

/// Waits after tries that brought nothing; the last one repeats.
const AGAIN_MS: [i64; 6] = [500, 1000, 2000, 5000, 10_000, 30_000];
/// The machine of one page.
#[derive(Clone, Debug)]
pub struct Outbox {
    instances: Vec<(Id, Instance)>,
    /// How far the server is with instances that this page has not read from the device, by other pages' word.
    told: BTreeMap<Id, i64>,
    on_device: bool,
    known: bool,
    drains: bool,
    online: bool,
    mutant: Option<Mutant>,
}

impl Outbox {
    /// A page that has just been loaded; `mutant` spoils it, for the suite's own test.
    pub fn new(mutant: Option<Mutant>) -> Outbox {
        Outbox {
            instances: Vec::new(),
            told: BTreeMap::new(),
            on_device: true,
            known: false,
            drains: false,
            online: true,
            mutant,
        }
    }

    /// Takes one event.
    pub fn step(&mut self, event: Event, now: i64) -> Vec<Effect> {
        let mut effects = self.take(event, now);
        self.go_on(&mut effects, now);
        effects
    }

    /// What may be said about a session's entries, of this page and of those before.
    pub fn keeping(&self, session: &str) -> Keeping {
        let mut keeping = Keeping { known: self.known, waiting: 0, refused: 0, on_device: self.on_device };
        for (_, instance) in self.instances.iter().filter(|(_, i)| &*i.address.session == session) {
            let left = instance.last() - instance.acked;
            if instance.stopped {
                keeping.refused += left;
            } else {
                keeping.waiting += left;
            }
        }
        keeping
    }

    /// The place of the newest entry of an instance; 0 before the first.
    pub fn last(&self, id: &Id) -> i64 {
        self.instances.iter().find(|(known, _)| known == id).map_or(0, |(_, instance)| instance.last())
    }

    fn get(&mut self, id: &Id) -> Option<&mut Instance> {
        self.instances.iter_mut().find(|(known, _)| known == id).map(|(_, instance)| instance)
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    fn take(&mut self, event: Event, now: i64) -> Vec<Effect> {
        match event {
            Event::Attend(id, address) => match self.get(&id) {
                Some(known) => known.address = address,
                None => self.instances.push((id, Instance::begun(address, now))),
            },
            Event::Saw(id, entry) => return self.saw(&id, entry, now),
            Event::Written(id, up_to) => return self.written(&id, up_to),
            Event::Unwritten(id) => {
                self.on_device = false;
                if let Some(instance) = self.get(&id) {
                    instance.writing = 0;
                }
            }
            Event::Loaded(stored) => {
                let is_first = !std::mem::replace(&mut self.known, true);
                stored.into_iter().for_each(|one| self.merge(one, now));
                // Whoever drains may not know of what a page left that died before it could tell.
                let left = self.instances.iter().any(|(_, i)| !i.own && i.last() > i.acked);
                if is_first && left && !self.drains {
                    return vec![Effect::Nudge];
                }
            }
            Event::Denied => (self.on_device, self.known) = (false, true),
            Event::Wiped => {
                for (_, instance) in self.instances.iter_mut().filter(|(_, i)| i.own) {
                    instance.written = instance.acked;
                }
            }
            Event::Locked => {
                self.drains = true;
                return vec![Effect::Read];
            }
            Event::Nudged => return vec![Effect::Read],
            Event::Told(id, acked) => {
                match self.get(&id) {
                    Some(instance) => instance.progress(acked, now),
                    // What was read before that may still be on its way to us.
                    None => drop(self.told.insert(id, acked)),
                }
            }
            Event::Answered { instance, outcome, last_words } => {
                return self.answered(&instance, outcome, last_words, now);
            }
            Event::Online(online) => {
                self.online = online;
                if online {
                    self.instances.iter_mut().for_each(|(_, i)| (i.losses, i.due) = (0, 0));
                }
            }
            Event::Leaving => return self.leaving(),
            Event::Due => {}
        }
        Vec::new()
    }

    /// Writes what is not on the device yet, sends what may be sent, and asks to be woken for the rest.
    fn go_on(&mut self, effects: &mut Vec<Effect>, now: i64) {
        let (on_device, drains) = (self.on_device, self.drains);
        let erases_early = self.is(Mutant::EraseBeforeAck);
        let mut wake: Option<i64> = None;
        for (id, instance) in &mut self.instances {
            let writes = effects.iter().any(|e| matches!(e, Effect::Write { instance, .. } if instance == id));
            if on_device
                && !writes
                && let Some(write) = instance.to_write(id)
            {
                effects.push(write);
                instance.writing = instance.last();
            }
            let Some(at) = send_at(instance, on_device, drains) else { continue };
            if at > now {
                wake = Some(wake.map_or(at, |known: i64| known.min(at)));
                continue;
            }
            let upto = usize::try_from(sendable(instance, on_device)).unwrap_or(0);
            let from = usize::try_from(instance.acked + 1 - instance.first).unwrap_or(0);
            let entries = batch(&instance.entries[from..upto]).to_vec();
            let (first, address) = (instance.acked + 1, instance.address.clone());
            if erases_early {
                effects.push(Effect::Erase(id.clone(), first + entries.len() as i64 - 1));
            }
            effects.push(Effect::Post(Post { instance: id.clone(), address, first, entries, last_words: false }));
            instance.sending = true;
        }
        effects.extend(wake.map(Effect::Wake));
    }

    fn saw(&mut self, id: &Id, entry: Entry, now: i64) -> Vec<Effect> {
        let in_memory = !self.on_device;
        let Some(instance) = self.get(id) else { return Vec::new() };
        if instance.acked == instance.last() {
            instance.since = now;
        }
        instance.entries.push(entry);
        // Also where the device refused before: it may have room again.
        let write = if in_memory { instance.to_write(id) } else { None };
        if write.is_some() {
            instance.writing = instance.last();
        }
        write.into_iter().collect()
    }

    fn written(&mut self, id: &Id, up_to: i64) -> Vec<Effect> {
        if self.get(id).is_none() {
            return Vec::new();
        }
        self.on_device = true;
        let Some(instance) = self.get(id) else { return Vec::new() };
        instance.writing = 0;
        instance.written = instance.written.max(up_to);
        if up_to > instance.acked {
            vec![Effect::Nudge]
        } else if instance.acked > 0 {
            // It went out of memory meanwhile, and was already taken.
            vec![Effect::Erase(id.clone(), instance.acked)]
        } else {
            Vec::new()
        }
    }

    /// Takes over what the device holds of another page.
    fn merge(&mut self, stored: Stored, now: i64) {
        let Stored { instance: id, address, first, entries, stopped } = stored;
        let up_to = first + entries.len() as i64 - 1;
        let told = self.told.get(&id).copied().unwrap_or(0);
        let known = self.get(&id);
        if known.as_ref().is_some_and(|k| k.own) || (entries.is_empty() && !stopped) {
            return;
        }
        // What is in memory reaches as far, or the device has lost what comes between.
        if known.as_ref().is_some_and(|k| k.last() >= up_to || first > k.acked + 1) {
            return;
        }
        let acked = known.as_ref().map_or(0, |k| k.acked).max(first - 1).max(told.min(up_to));
        let base = known.cloned().unwrap_or_else(|| Instance { own: false, ..Instance::begun(address.clone(), now) });
        let stopped = stopped || base.stopped;
        let merged = Instance { address, first, entries, acked, written: up_to, stopped, ..base };
        match self.get(&id) {
            Some(known) => *known = merged,
            None => self.instances.push((id, merged)),
        }
    }

    fn answered(&mut self, id: &Id, outcome: Outcome, last_words_only: bool, now: i64) -> Vec<Effect> {
        let drops = self.is(Mutant::GiveUpWithoutKey) && outcome == Outcome::Later(0);
        let Some(instance) = self.get(id) else { return Vec::new() };
        if !last_words_only {
            instance.sending = false;
        }
        if let Outcome::Acked(acked) = outcome
            && acked > instance.acked
        {
            instance.progress(acked, now);
            self.online = true;
            return vec![Effect::Erase(id.clone(), acked), Effect::Tell(id.clone(), acked)];
        }
        // Sent beside the row's own request, which finds out the same.
        if last_words_only {
            return Vec::new();
        }
        if outcome == Outcome::Refused || drops {
            instance.stopped = true;
            return vec![Effect::Stop(id.clone())];
        }
        let losses = instance.losses + 1;
        let wait = AGAIN_MS[losses.min(AGAIN_MS.len()) - 1];
        if let Outcome::Gap(expected) = outcome
            && expected - 1 < instance.acked
            && expected >= instance.first
        {
            // At once the first time; a server that goes back and forth is not followed in a tight circle.
            instance.due = if instance.losses == 0 { now } else { now + wait };
            instance.acked = expected - 1;
            instance.written = instance.written.min(expected - 1);
            instance.losses = losses;
            return Vec::new();
        }
        let after = if let Outcome::Later(ms) = outcome { ms } else { 0 };
        instance.losses = losses;
        instance.due = now + wait.max(after);
        Vec::new()
    }

    /// One request for each own instance, beside whatever is under way: the answer to that may never be heard.
    fn leaving(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (id, instance) in self.instances.iter().filter(|(_, i)| i.own && !i.stopped) {
            // As in the original: counted from the beginning of what an own instance has, which is place 1.
            let waiting = &instance.entries[usize::try_from(instance.acked).unwrap_or(0).min(instance.entries.len())..];
            let entries = last_words(waiting).to_vec();
            if !entries.is_empty() {
                let (address, first) = (instance.address.clone(), instance.acked + 1);
                effects.push(Effect::Post(Post { instance: id.clone(), address, first, entries, last_words: true }));
            }
        }
        effects
    }
}
