//! The hesitation corpus: spoken answers with thinking pauses, run through voice activity, the turn machine and the
//! models in sample time.
//!
//! Measure. A *cut* is a pause inside an answer that ended the turn with harm: any pause where the clause was open, and
//! a pause where it was complete by itself (between sentences, before an afterthought) if the candidate goes on later
//! than 1.0 s after the false end; until then the interviewer yields within its first words and the answer goes on as
//! the same answer. At such a place nothing tells that more will come, so there the corpus has pauses up to 1.5 s.
//! The voice is synthesized, each part by itself, so its melody helps less than a person's. Answers of the models arrive
//! after the time they take on one busy core: 120 ms for the sound, 60 ms + 45 ms a second for the words.
//! `cargo nextest run -p insights-voice hesitation --no-capture` prints the table.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

mod speech_support;

use std::sync::Arc;

use speech_support::{kept_clips, models, room, silence};
use voice::speech::assets::Assets;
use voice::speech::cache::RenderCache;
use voice::speech::end_of_turn::EndOfTurn;
use voice::speech::listener::{Effect, Listener, Question, What};
use voice::speech::phonemes::Phonemes;
use voice::speech::recognize::Recognizer;
use voice::speech::synthesize::{Piper, text_to_clip};
use voice::speech::transcript::{Heard, recognize};
use voice::speech::vad::{Vad, WINDOW};
use voice::speech::{EarEvent, HEAR_RATE, SAY_RATE, audio};
use voice::turn::judge;

/// Where the pause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// In an open clause or after a filler: ending there is always a cut.
    Open,
    /// Where what was said is complete by itself: between sentences, before an afterthought.
    Complete,
}
use At::{Complete, Open};

/// An answer: what is said, the pause, what follows.
const CORPUS: &[(&str, At, usize, &str)] = &[
    ("I led a small team that", Open, 700, "moved our billing system to a new database."),
    ("I led a small team that", Open, 1_500, "moved our billing system to a new database."),
    ("I led a small team that", Open, 2_500, "moved our billing system to a new database."),
    ("When a bank changed its interface without notice,", Open, 900, "I wrote an adapter overnight."),
    ("When a bank changed its interface without notice,", Open, 2_000, "I wrote an adapter overnight."),
    ("The hardest part was", Open, 1_200, "to convince the other teams to change their code."),
    ("The hardest part was", Open, 2_300, "to convince the other teams to change their code."),
    ("Well,", Open, 1_500, "I would first talk to the people who use it every day."),
    ("Um,", Open, 2_000, "I think that it started with a complaint from a customer."),
    ("Let me think about that for a moment.", Open, 2_400, "Last year I had to choose between two suppliers."),
    ("That is a good question.", Open, 1_800, "I would say that I learned to ask for help earlier."),
    ("We decided to keep the old system because", Open, 1_000, "nobody had the time to train the staff."),
    ("We decided to keep the old system because", Open, 2_200, "nobody had the time to train the staff."),
    ("I called the customer and", Open, 800, "explained what had gone wrong and what we would do."),
    ("I called the customer and", Open, 1_900, "explained what had gone wrong and what we would do."),
    ("So I asked my manager for", Open, 1_400, "two more weeks and one more person."),
    ("My first thought was that the", Open, 1_700, "report had been written for the wrong people."),
    ("If I had to do it again,", Open, 1_600, "I would start with a small test."),
    ("If I had to do it again,", Open, 2_500, "I would start with a small test."),
    ("We measured the time from", Open, 1_100, "the first call to the last answer."),
    ("It was not easy, but", Open, 1_300, "in the end everybody agreed to the plan."),
    ("There were three people in the team, and", Open, 2_100, "each of them had a different opinion."),
    ("I was responsible for", Open, 900, "the budget, the schedule and the people."),
    ("I was responsible for", Open, 2_400, "the budget, the schedule and the people."),
    ("After the meeting I wrote to", Open, 1_500, "everyone who had not been able to come."),
    ("What I learned from it is that", Open, 1_800, "people want to be heard before they change."),
    ("For example,", Open, 1_200, "we had a client who called us every single day."),
    ("For example,", Open, 2_000, "we had a client who called us every single day."),
    ("I think my biggest strength is", Open, 1_700, "that I stay calm when others do not."),
    ("We had about two hundred", Open, 1_000, "customers in the first year."),
    ("They wanted to cancel the contract, so", Open, 1_400, "I drove there and talked with them for a day."),
    ("The other thing that I would mention is", Open, 2_200, "that we never missed a deadline after that."),
    ("I moved the whole billing system", Complete, 1_300, "to a new database in two weeks."),
    ("We found a much better supplier", Complete, 1_200, "in a small town near the border."),
    ("I need a minute to think about this.", Open, 2_500, "In my last job I had to close an office."),
    ("I led a small team of five people in Boston.", Complete, 700, "We moved our billing system to a new database."),
    ("The project was late and over its budget.", Complete, 900, "So I made a new plan together with the customer."),
    ("I found the mistake on a Friday evening.", Complete, 1_000, "I stayed until it was fixed and tested."),
    (
        "My manager did not agree with my proposal.",
        Complete,
        1_200,
        "I showed her the numbers and she changed her mind.",
    ),
    ("We talked to every customer on the list.", Complete, 1_300, "Most of them told us the same thing."),
    ("I trained two new colleagues last summer.", Complete, 1_400, "Both of them now lead their own teams."),
    ("First I looked at the numbers of the last year.", Complete, 1_500, "Then I asked the team what had changed."),
    ("There was a conflict between two of my colleagues.", Complete, 1_500, "I talked with each of them alone."),
    ("I had to learn a new language in a month.", Complete, 800, "I practiced every evening with a friend."),
    ("The machine broke down in the middle of the night.", Complete, 1_100, "I called the supplier and stayed there."),
];

struct Models {
    vad: Vad,
    end_of_turn: EndOfTurn,
    recognizer: Recognizer,
}

/// What happened to one answer.
struct Outcome {
    /// Milliseconds of silence after which the turn ended in the pause, and until the candidate went on.
    false_end: Option<(u64, i64)>,
    /// Silence after the last word until the end was decided.
    end_delay_ms: u64,
    /// Silence until the words were there as well.
    words_delay_ms: u64,
    /// What the models said at each pause.
    judged: Vec<String>,
}

#[test]
fn a_thinking_pause_is_not_an_end_and_no_finished_answer_waits_long() {
    let assets = Assets::open(&models()).unwrap();
    let mut models = Models {
        vad: Vad::load(&assets).unwrap(),
        end_of_turn: EndOfTurn::load(&assets).unwrap(),
        recognizer: Recognizer::load(&assets).unwrap(),
    };
    let mut speaker = Speaker {
        cache: RenderCache::open(&kept_clips()).unwrap(),
        phonemes: Phonemes::load(&assets).unwrap(),
        piper: Piper::load(&assets).unwrap(),
    };
    assert!(CORPUS.len() >= 40);
    let (mut cuts, mut harmless) = (0, 0);
    let (mut delays, mut words_delays) = (Vec::new(), Vec::new());
    for (before, at, pause_ms, after) in CORPUS {
        let outcome = run(&mut models, &speaker.speak(before), *pause_ms, &speaker.speak(after));
        let harm = outcome.false_end.is_some_and(|(_, left_ms)| *at == Open || left_ms > 1_000);
        cuts += usize::from(harm);
        harmless += usize::from(outcome.false_end.is_some() && !harm);
        let verdict = match outcome.false_end {
            Some((after_ms, left_ms)) if harm => format!("CUT after {after_ms} ms, went on {left_ms} ms later"),
            Some((after_ms, left_ms)) => format!("harmless end after {after_ms} ms, went on {left_ms} ms later"),
            None => "one answer".to_string(),
        };
        let (end, words) = (outcome.end_delay_ms, outcome.words_delay_ms);
        println!(
            "{at:?}\t{pause_ms}\tend {end}\twords {words}\t{verdict}\t{before} | {after}\n\t{}",
            outcome.judged.join("; ")
        );
        delays.push(outcome.end_delay_ms);
        words_delays.push(outcome.words_delay_ms);
    }
    let percentile = |values: &mut Vec<u64>, p: usize| {
        values.sort_unstable();
        values[(values.len() * p / 100).min(values.len() - 1)]
    };
    let (p50, p95) = (percentile(&mut delays, 50), percentile(&mut delays, 95));
    let (w50, w95) = (percentile(&mut words_delays, 50), percentile(&mut words_delays, 95));
    let longest = delays.last().copied().unwrap();
    println!("{} hesitations: {cuts} cuts, {harmless} harmless false ends", CORPUS.len());
    println!(
        "silence until the end is decided: p50 {p50} ms, p95 {p95} ms, longest {longest} ms; with words: p50 {w50} ms, p95 {w95} ms"
    );
    assert!(cuts <= 1, "{cuts} cuts");
    assert!(longest <= 3_000 && words_delays.last().is_some_and(|ms| *ms <= 3_500), "{longest} ms");
    assert!(p50 <= 800 && p95 <= 1_550, "p50 {p50} ms, p95 {p95} ms");
}

struct Speaker {
    cache: RenderCache,
    phonemes: Phonemes,
    piper: Piper,
}

impl Speaker {
    /// A phrase at 16 kHz without silence at its ends.
    fn speak(&mut self, text: &str) -> Vec<f32> {
        let clip = self.cache.read("joe", text).unwrap_or_else(|| {
            let clip = text_to_clip(&mut self.piper, "joe", text, &self.phonemes, || {}).unwrap();
            self.cache.write("joe", text, &clip).unwrap();
            clip
        });
        let pcm = audio::resample(&clip, SAY_RATE, HEAR_RATE).unwrap();
        let loud = |v: &f32| v.abs() > 0.01;
        let (first, last) = (pcm.iter().position(loud).unwrap(), pcm.iter().rposition(loud).unwrap());
        pcm[first..=last].to_vec()
    }
}

/// Runs one answer; times are measured from the last loud sample.
fn run(models: &mut Models, before: &[f32], pause_ms: usize, after: &[f32]) -> Outcome {
    let mut pcm = silence(600);
    pcm.extend_from_slice(before);
    let paused_ms = pcm.len() as u64 / 16;
    pcm.extend(silence(pause_ms));
    pcm.extend_from_slice(after);
    let finished_ms = pcm.len() as u64 / 16;
    pcm.extend(silence(5_000));
    room(&mut pcm);

    let mut listener = Listener::default();
    let mut late: Vec<(u64, Answer)> = Vec::new();
    let (mut ends, mut words): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
    let mut judged = Vec::new();
    for window in pcm.chunks_exact(WINDOW) {
        listener.hear(&mut models.vad, window).unwrap();
        let now_ms = listener.now_ms();
        loop {
            if let Some(at) = late.iter().position(|(due_ms, _)| *due_ms <= now_ms) {
                match late.swap_remove(at).1 {
                    Answer::Sound(id, p) => {
                        judged.push(format!("sound {p:.2}"));
                        listener.sounded(id, Ok(p));
                    }
                    Answer::Words(id, heard) => {
                        let text = heard.as_ref().map(|heard| heard.text.as_str());
                        judged.extend(text.map(|text| format!("{:?} {text}", judge(text, false))));
                        listener.heard(id, Ok(heard));
                    }
                }
            }
            match listener.poll() {
                Some(Effect::Ask(question)) => late.push(answer(models, now_ms, question)),
                Some(Effect::Event(EarEvent::TurnEnded { text, .. })) => {
                    ends.push(now_ms);
                    words.extend(text.map(|_| now_ms));
                }
                Some(Effect::Event(EarEvent::TurnText { .. })) => words.push(now_ms),
                Some(Effect::Event(_)) => {}
                None if late.iter().any(|(due_ms, _)| *due_ms <= now_ms) => {}
                None => break,
            }
        }
    }
    let went_on_ms = paused_ms + pause_ms as u64;
    let false_end = ends.iter().find(|end| **end < finished_ms);
    Outcome {
        false_end: false_end.map(|end| (end - paused_ms, went_on_ms as i64 - *end as i64)),
        end_delay_ms: ends.last().map_or(u64::MAX, |end| end.saturating_sub(finished_ms)),
        words_delay_ms: words.last().map_or(u64::MAX, |at| at.saturating_sub(finished_ms)),
        judged,
    }
}

enum Answer {
    Sound(u32, f32),
    Words(u32, Option<Heard>),
}

/// Asks the models now and delivers when a busy core would have.
fn answer(models: &mut Models, now_ms: u64, question: Question) -> (u64, Answer) {
    let Question { id, what, pcm, settled, wanted } = question;
    let words_ms = 60 + pcm.len() as u64 * 45 / u64::from(HEAR_RATE);
    // Captions do not matter here and would only cost time.
    match what {
        What::Sound => (now_ms + 120, Answer::Sound(id, models.end_of_turn.probability(&pcm).unwrap())),
        What::Caption => (now_ms, Answer::Words(id, None)),
        What::Words | What::Final => {
            let wanted = Arc::clone(&wanted);
            let heard =
                recognize(&mut models.recognizer, &pcm, settled, &|| wanted.load(std::sync::atomic::Ordering::Relaxed));
            (now_ms + words_ms, Answer::Words(id, heard.unwrap()))
        }
    }
}
