//! The shared cases of `testdata/append` on the model of the page's outbox: its requests are exactly those of the original, which
//! plays the same files (`web/src/interview/outbox/vectors.test.ts`), and the server gives exactly these answers.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::VecDeque, fs, path::Path, sync::Arc};

use serde_json::{Value, json};
use torture::outbox::{Address, Device, Effect, Entry, Event, Id, Outbox, Outcome, Post, outcome};

struct Page {
    outbox: Outbox,
    posts: VecDeque<Post>,
    wake_at: Option<i64>,
    frozen: bool,
}

/// The pages of one origin, their common device and their lock.
struct Origin {
    pages: Vec<(String, Page)>,
    device: Device,
    denied: bool,
    locks: bool,
    holder: Option<String>,
    now: i64,
}

fn address() -> Address {
    Address { session: Arc::from("ses_1"), key: Arc::from("key") }
}

fn entry_of(word: &Value) -> Entry {
    Entry { kind: Arc::from("test"), leg: 1, at_ms: 5, body: Arc::from(json!({ "word": word }).to_string()) }
}

fn word_of(entry: &Entry) -> Value {
    serde_json::from_str::<Value>(&entry.body).unwrap()["word"].clone()
}

impl Origin {
    fn new(case: &Value) -> Origin {
        let (denied, locks) = (case["device"] == "denied", case["locks"] != false);
        Origin { pages: Vec::new(), device: Device::default(), denied, locks, holder: None, now: 0 }
    }

    fn page(&mut self, name: &str) -> &mut Page {
        let page = self.pages.iter_mut().find(|(known, _)| known == name);
        &mut page.unwrap_or_else(|| panic!("page {name} is not open")).1
    }

    fn load(&mut self, name: &str) {
        let page = Page { outbox: Outbox::new(None), posts: VecDeque::new(), wake_at: None, frozen: false };
        self.pages.push((name.to_owned(), page));
        self.take(name, Event::Attend(Arc::from(name), address()));
        self.run(name, Effect::Read);
        if self.locks {
            self.pass();
        } else {
            self.take(name, Event::Locked);
        }
    }

    fn crash(&mut self, name: &str) {
        self.pages.retain(|(known, _)| known != name);
        self.holder.take_if(|holder| holder == name);
        self.pass();
    }

    fn pass(&mut self) {
        let next = self.pages.first().map(|(name, _)| name.clone());
        if let (None, true, Some(next)) = (&self.holder, self.locks, next) {
            self.holder = Some(next.clone());
            self.take(&next, Event::Locked);
        }
    }

    fn take(&mut self, name: &str, event: Event) {
        let now = self.now;
        let page = self.page(name);
        if page.frozen {
            return;
        }
        for effect in page.outbox.step(event, now) {
            self.run(name, effect);
        }
    }

    fn run(&mut self, name: &str, effect: Effect) {
        let others: Vec<String> = self.pages.iter().map(|(known, _)| known.clone()).filter(|n| n != name).collect();
        match effect {
            Effect::Post(post) => self.page(name).posts.push_back(post),
            Effect::Wake(at) => self.page(name).wake_at = Some(at),
            Effect::Read if self.denied => self.take(name, Event::Denied),
            Effect::Read => {
                let stored = self.device.stored();
                self.take(name, Event::Loaded(stored));
            }
            Effect::Write { instance, .. } if self.denied => self.take(name, Event::Unwritten(instance)),
            Effect::Write { instance, address, first, entries } => {
                self.device.write(&instance, &address, first, &entries);
                self.take(name, Event::Written(instance, first + entries.len() as i64 - 1));
            }
            Effect::Erase(instance, acked) => self.device.erase(&instance, acked),
            Effect::Stop(instance) => self.device.stop(&instance),
            Effect::Tell(instance, acked) => {
                others.iter().for_each(|other| self.take(other, Event::Told(instance.clone(), acked)));
            }
            Effect::Nudge => others.iter().for_each(|other| self.take(other, Event::Nudged)),
        }
    }

    fn words(&self) -> Value {
        let held = self.device.stored();
        held.iter().map(|s| (s.instance.to_string(), s.entries.iter().map(word_of).collect::<Value>())).collect()
    }

    fn post(&mut self, step: &Value, what: &str) {
        let (by, of): (&str, Id) = (step["by"].as_str().unwrap(), Arc::from(step["of"].as_str().unwrap()));
        let post = self.page(by).posts.pop_front().unwrap_or_else(|| panic!("{what}: no request"));
        let words: Vec<Value> = post.entries.iter().map(word_of).collect();
        assert_eq!((&post.instance, post.first), (&of, step["first_seq"].as_i64().unwrap()), "{what}");
        assert_eq!(words, *step["words"].as_array().unwrap(), "{what}");
        let last_words = step["last_words"] == true;
        assert_eq!((post.last_words, &post.address), (last_words, &address()), "{what}");
        let answer = [&step["page"], &step["server"]].into_iter().find(|answer| !answer.is_null());
        let outcome = match answer {
            Some(answer) if answer.is_object() => outcome_of(answer),
            _ => Outcome::Later(0),
        };
        self.take(by, Event::Answered { instance: of, outcome, last_words });
    }

    fn play(&mut self, step: &Value, what: &str) {
        let name = step["page"].as_str().unwrap_or_default();
        match step["do"].as_str().unwrap() {
            "load" => self.load(name),
            "crash" => self.crash(name),
            "wait" => {
                self.now = self.page(name).wake_at.unwrap();
                self.take(name, Event::Due);
            }
            "freeze" => self.page(name).frozen = true,
            "leave" => self.take(name, Event::Leaving),
            "online" => self.take(name, Event::Online(step["online"] == true)),
            "see" => {
                let words = step["words"].as_array().unwrap();
                words.iter().for_each(|word| self.take(name, Event::Saw(Arc::from(name), entry_of(word))));
            }
            "wipe" => {
                self.device.wipe();
                let names: Vec<String> = self.pages.iter().map(|(known, _)| known.clone()).collect();
                names.iter().for_each(|name| self.take(name, Event::Wiped));
            }
            "post" => self.post(step, what),
            "expect" => self.expect(step, what),
            // The server's affairs.
            "database" | "elsewhere" => {}
            other => panic!("{what}: {other}"),
        }
    }

    fn expect(&mut self, step: &Value, what: &str) {
        if step["device"].is_object() {
            assert_eq!(self.words(), step["device"], "{what}");
        }
        for (name, shows) in step["shows"].as_object().into_iter().flatten() {
            let keeping = self.page(name).outbox.keeping("ses_1");
            let storage = if keeping.on_device { "device" } else { "memory" };
            let is = json!({"waiting": keeping.waiting, "refused": keeping.refused, "storage": storage});
            for (field, value) in shows.as_object().unwrap() {
                assert_eq!(&is[field], value, "{what}: {field} of {name}");
            }
            assert!(keeping.known, "{what}");
        }
    }
}

/// A case says of an answer what matters; the server wraps an error.
fn outcome_of(answer: &Value) -> Outcome {
    let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
    let is_good = status < 300;
    let body = if is_good { answer.clone() } else { json!({ "error": answer }) };
    outcome(status, &body, answer["retry_after_s"].as_i64())
}

#[test]
fn the_model_of_the_outbox_plays_the_cases_that_page_and_server_share() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/append");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    assert!(files.len() >= 18, "the cases are where they were");
    for file in files {
        let case: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let mut origin = Origin::new(&case);
        for (at, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            origin.play(step, &format!("{}, step {at}: {step}", file.display()));
        }
        assert!(origin.pages.iter().all(|(_, page)| page.posts.is_empty()), "{}: requests are left", file.display());
    }
}
