#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

const SERVER: Lateness = Lateness { catch_up_slots: 5, is_continuous: false };

struct Mouth {
    playback: Playback,
    zero: Instant,
}

impl Mouth {
    fn new(lateness: Lateness) -> Self {
        let zero = Instant::now();
        Self { playback: Playback::new(24_000, lateness, zero).unwrap(), zero }
    }

    fn play(&mut self, id: u64, frames: usize) {
        self.playback.play(PlayId(id), Arc::new(vec![0.1; frames * 480]));
    }

    /// All that is due at this millisecond, in words: `s1` started, `e1` ended, a number for a frame's slot.
    fn at(&mut self, ms: u64) -> Vec<String> {
        let now = self.zero + Duration::from_millis(ms);
        let mut due = Vec::new();
        while let Some(next) = self.playback.next(now).unwrap() {
            due.push(match next {
                Due::Started(PlayId(id)) => format!("s{id}"),
                Due::Ended(PlayId(id)) => format!("e{id}"),
                Due::Frame(frame) => (frame.rtp_time / TICKS_PER_FRAME).to_string(),
            });
        }
        due
    }

    fn deadline_ms(&self) -> Option<u64> {
        self.playback.deadline().map(|at| at.saturating_duration_since(self.zero).as_millis() as u64)
    }
}

#[test]
fn nothing_to_play_needs_no_wake() {
    let mut mouth = Mouth::new(SERVER);
    assert_eq!(mouth.at(1_000), [""; 0]);
    assert_eq!(mouth.deadline_ms(), None);
}

#[test]
fn a_clip_starts_at_once_and_is_paced_with_a_silent_tail() {
    let mut mouth = Mouth::new(SERVER);
    mouth.play(1, 2);
    assert_eq!(mouth.at(1_005), ["s1", "50"]);
    assert_eq!(mouth.deadline_ms(), Some(1_020));
    assert_eq!(mouth.at(1_019), [""; 0]);
    assert_eq!(mouth.at(1_020), ["51"]);
    assert_eq!(mouth.at(1_040), ["e1", "52"]);
    assert_eq!(mouth.at(1_060), ["53"]);
    assert_eq!(mouth.at(1_080), ["54"]);
    assert_eq!(mouth.at(1_100), [""; 0]);
    assert_eq!(mouth.deadline_ms(), None, "silence costs nothing");
}

#[test]
fn the_rtp_clock_follows_the_wall_through_silence() {
    let mut mouth = Mouth::new(SERVER);
    mouth.play(1, 1);
    mouth.at(0);
    for ms in (20..200).step_by(20) {
        mouth.at(ms);
    }
    mouth.play(2, 1);
    assert_eq!(mouth.at(60_000), ["s2", "3000"]);
}

#[test]
fn waiting_clips_follow_without_a_gap() {
    let mut mouth = Mouth::new(SERVER);
    mouth.play(1, 1);
    mouth.play(2, 1);
    assert_eq!(mouth.at(0), ["s1", "0"]);
    assert_eq!(mouth.at(20), ["e1", "s2", "1"]);
    assert_eq!(mouth.at(40), ["e2", "2"]);
}

#[test]
fn a_short_stall_is_caught_up_and_a_long_one_shifts_the_rest() {
    let mut mouth = Mouth::new(SERVER);
    mouth.play(1, 100);
    assert_eq!(mouth.at(0), ["s1", "0"]);
    assert_eq!(mouth.at(80), ["1", "2", "3", "4"]);
    assert_eq!(mouth.at(1_000), ["50"], "no burst: the receiver would have to hurry");
    assert_eq!(mouth.at(1_020), ["51"]);
}

#[test]
fn a_microphone_sends_silence_and_loses_nothing_in_a_stall() {
    let mut mouth = Mouth::new(Lateness { catch_up_slots: 100, is_continuous: true });
    assert_eq!(mouth.at(40), ["2"]);
    assert_eq!(mouth.at(100), ["3", "4", "5"]);
    mouth.play(1, 3);
    assert_eq!(mouth.deadline_ms(), Some(120));
    assert_eq!(mouth.at(600).len(), 1 + 3 + 1 + 22, "start, words, end, silence up to now");
}

#[test]
fn stop_says_what_was_sent_and_fades_out() {
    let mut mouth = Mouth::new(SERVER);
    mouth.play(1, 50);
    mouth.play(2, 50);
    mouth.at(0);
    mouth.at(20);
    assert_eq!(mouth.playback.stop(), [(PlayId(1), 40), (PlayId(2), 0)]);
    let frames: Vec<String> = [40, 60, 80, 100].iter().flat_map(|ms| mouth.at(*ms)).collect();
    assert_eq!(frames, ["2", "3", "4", "5"], "one fading frame, three silent ones");
    assert_eq!(mouth.at(120), [""; 0]);
    assert_eq!(mouth.playback.stop(), []);
}

#[test]
fn an_empty_clip_starts_and_ends() {
    let mut mouth = Mouth::new(SERVER);
    mouth.play(1, 0);
    let events: Vec<String> = mouth.at(0).into_iter().filter(|due| !due.starts_with(char::is_numeric)).collect();
    assert_eq!(events, ["s1", "e1"]);
}
