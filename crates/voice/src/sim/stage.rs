//! What all simulated calls share: the script for the next one, its faults, the ledger.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::candidate::UNSCRIPTED;
use super::ledger::{Ledger, What};
use super::script::speaking_ms;
use super::{Fault, Script};
use crate::speech::{Clip, HEAR_RATE, SAY_RATE, VoiceInfo};

/// Samples a second of a clip that nobody hears: only its length counts.
const UNHEARD_RATE: u32 = 1_000;

const fn voice(id: &'static str) -> VoiceInfo {
    VoiceInfo { id, title: id, fast: true }
}

/// OpenAI's voices, then those of our own engine.
pub(crate) static VOICES: [VoiceInfo; 13] = [
    voice("alloy"),
    voice("ash"),
    voice("ballad"),
    voice("coral"),
    voice("echo"),
    voice("sage"),
    voice("shimmer"),
    voice("verse"),
    voice("marin"),
    voice("cedar"),
    voice("af_heart"),
    voice("am_michael"),
    voice("joe"),
];

/// Models that can be listed; any name is accepted where one is asked for.
pub(crate) const MODELS: &[&str] = &[
    "gpt-realtime-2.1",
    "gpt-realtime-2.1-mini",
    "gpt-realtime-2",
    "gpt-realtime-1.5",
    "gpt-realtime",
    "gpt-transcribe",
    "gpt-realtime-whisper",
    "whisper-1",
];

/// The stage.
pub(crate) struct Stage {
    pub(crate) ledger: Ledger,
    script: Mutex<Script>,
    faults: Mutex<VecDeque<Fault>>,
    recordings: Mutex<VecDeque<String>>,
    recording_faults: Mutex<VecDeque<Fault>>,
    call_faults: Mutex<HashMap<String, Fault>>,
    silences: Mutex<HashMap<u64, Arc<[f32]>>>,
    /// Whether calls have sound.
    pub(crate) has_media: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stage {
    pub(crate) fn new(ledger: Ledger, script: Script, has_media: bool) -> Self {
        Self {
            ledger,
            script: Mutex::new(script),
            faults: Mutex::default(),
            recordings: Mutex::default(),
            recording_faults: Mutex::default(),
            call_faults: Mutex::default(),
            silences: Mutex::default(),
            has_media,
        }
    }

    /// Sets the script of calls made from now on.
    pub(crate) fn set_script(&self, script: Script) {
        *lock(&self.script) = script;
    }

    /// A copy of the script, for one call.
    pub(crate) fn script(&self) -> Script {
        lock(&self.script).clone()
    }

    /// Adds a fault for the next call that has none yet.
    pub(crate) fn fail_next(&self, fault: Fault) {
        lock(&self.faults).push_back(fault);
    }

    /// The next call's fault.
    pub(crate) fn take_fault(&self) -> Option<Fault> {
        lock(&self.faults).pop_front()
    }

    /// Whether a connection that opens now is to be closed at once.
    pub(crate) fn closes_connection(&self) -> bool {
        lock(&self.faults).pop_front_if(|fault| *fault == Fault::CloseConnection).is_some()
    }

    /// Writes down that a connection got no answer.
    pub(super) fn note_closed_connection(&self) {
        self.ledger.note(None, What::Refused { path: String::new(), status: 0 });
    }

    /// Sets what is wrong with a call from now on; `None`: nothing.
    pub(crate) fn spoil_call(&self, call: &str, fault: Option<Fault>) {
        let mut faults = lock(&self.call_faults);
        match fault {
            Some(fault) => drop(faults.insert(call.to_owned(), fault)),
            None => drop(faults.remove(call)),
        }
    }

    /// What is wrong with a call.
    pub(crate) fn call_fault(&self, call: &str) -> Option<Fault> {
        lock(&self.call_faults).get(call).cloned()
    }

    /// The close code of a sideband that opens now; each time counts.
    pub(crate) fn closes_sideband(&self, call: &str) -> Option<u16> {
        match lock(&self.call_faults).get_mut(call) {
            Some(Fault::SidebandCloses { code, times }) => once_less(times).then_some(*code),
            _ => None,
        }
    }

    /// Code and parameter for which a sideband's update is refused now; each time counts.
    pub(crate) fn refuses_update(&self, call: &str) -> Option<(String, String)> {
        match lock(&self.call_faults).get_mut(call) {
            Some(Fault::SidebandRefuses { code, param, times }) => {
                once_less(times).then(|| (code.clone(), param.clone()))
            }
            _ => None,
        }
    }

    /// Writes down that an offer became a call.
    pub(crate) fn note_call(&self, id: &str, offer: String, session: Option<Value>, answer: String) {
        let session = session.unwrap_or_default();
        self.ledger.note(Some(id), What::Call { offer, session, answer });
    }

    /// A soft tone of this length, or, where nobody hears it, nothing of this length.
    pub(crate) fn clip(&self, ms: u64, is_heard: bool) -> Arc<Clip> {
        let rate = if is_heard { SAY_RATE } else { UNHEARD_RATE };
        let len = (ms.max(1) * u64::from(rate) / 1_000) as usize;
        let pcm = if is_heard { tone(len, rate) } else { vec![0.0; len] };
        Arc::new(Clip { rate, pcm, voice_used: "simulated".into() })
    }

    /// What a text sounds like outside of calls.
    pub(crate) fn speech(&self, text: &str) -> Arc<Clip> {
        self.clip(self.script().paced_ms(speaking_ms(text)).max(20), true)
    }

    /// Adds words of recordings that come from now on, one each.
    pub(crate) fn add_recordings(&self, texts: impl IntoIterator<Item = String>) {
        lock(&self.recordings).extend(texts);
    }

    /// Lets the next recording that has no fault yet fail.
    pub(crate) fn fail_next_recording(&self, fault: Fault) {
        lock(&self.recording_faults).push_back(fault);
    }

    /// The next recording's fault.
    pub(crate) fn take_recording_fault(&self) -> Option<Fault> {
        lock(&self.recording_faults).pop_front()
    }

    /// The words of a recording, whatever is in it: those that a test set, or the first answer of the script.
    pub(crate) fn next_words(&self) -> String {
        if let Some(text) = lock(&self.recordings).pop_front() {
            return text;
        }
        lock(&self.script).answers.front().map_or(UNSCRIPTED, |answer| answer.text.as_str()).to_owned()
    }

    /// Silence of about this length, 16 kHz; calls share it.
    pub(crate) fn silence(&self, ms: u64) -> Arc<[f32]> {
        // Whole tenths of a second: few lengths serve many turns.
        let tenths = ms.div_ceil(100).max(1);
        let make = || vec![0.0; tenths as usize * HEAR_RATE as usize / 10].into();
        Arc::clone(lock(&self.silences).entry(tenths).or_insert_with(make))
    }
}

/// Counts down; `false`: it is over.
fn once_less(times: &mut Option<u32>) -> bool {
    let is_left = *times != Some(0);
    *times = times.map(|times| times.saturating_sub(1));
    is_left
}

/// 220 Hz, soft, with soft edges.
fn tone(len: usize, rate: u32) -> Vec<f32> {
    let edge = (rate / 50) as usize;
    let step = std::f32::consts::TAU * 220.0 / rate as f32;
    let level = |i: usize| 0.06 * (i.min(len - i) as f32 / edge as f32).min(1.0);
    (0..len).map(|i| level(i) * (step * (i % rate as usize) as f32).sin()).collect()
}
