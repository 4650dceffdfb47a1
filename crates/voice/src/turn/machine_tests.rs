//! Tables of the turn machine: speech and silence in, starts and ends out, no models.

use super::*;
use crate::turn::Eagerness;

/// Plays probabilities for a while and collects what comes out, with the time.
fn play(machine: &mut TurnMachine, probability: f32, ms: u64) -> Vec<(u64, TurnOutput)> {
    let mut out = Vec::new();
    for _ in 0..ms / WINDOW_MS {
        machine.window(probability);
        while let Some(output) = machine.poll() {
            out.push((machine.now_ms(), output));
        }
    }
    out
}

fn ended_at(outputs: &[(u64, TurnOutput)]) -> Option<u64> {
    outputs.iter().find(|(_, output)| matches!(output, TurnOutput::Ended { .. })).map(|(at, _)| *at)
}

/// Speech for 2 s, then silence with the given votes; returns the silence that ended the turn.
fn silence_to_end(detection: TurnDetection, sound: Option<f32>, words: Option<Words>) -> Option<u64> {
    let mut machine = TurnMachine::default();
    machine.configure(detection);
    play(&mut machine, 0.0, 320);
    play(&mut machine, 0.9, 1_984);
    let stopped = machine.now_ms();
    let asked = play(&mut machine, 0.0, 224);
    let Some((_, TurnOutput::Ask { ask })) = asked.last() else { panic!("no ask: {asked:?}") };
    if let Some(sound) = sound {
        machine.sound(*ask, sound);
    }
    if let Some(words) = words {
        machine.words(*ask, words);
    }
    ended_at(&play(&mut machine, 0.0, 10_016)).map(|at| at - stopped)
}

#[test]
fn the_votes_decide_how_long_silence_is() {
    let semantic = TurnDetection::default();
    let table = [
        (Some(0.98), Some(Words::Complete), 600),
        (Some(0.01), Some(Words::Whole), 600),
        (Some(0.98), Some(Words::Unclear), 1_400),
        (Some(0.4), Some(Words::Complete), 1_400),
        (Some(0.98), None, 1_400),
        (None, Some(Words::Complete), 1_400),
        (Some(0.01), Some(Words::Complete), 1_400),
        (Some(0.01), Some(Words::Unclear), 2_600),
        (Some(0.01), None, 2_600),
        (Some(0.98), Some(Words::Unfinished), 2_600),
        (None, None, 2_600),
    ];
    for (sound, words, wait) in table {
        let got = silence_to_end(semantic, sound, words);
        assert!(got.is_some_and(|got| (wait..wait + 64).contains(&got)), "{sound:?} {words:?}: {got:?}, not {wait}");
    }
}

#[test]
fn settings_of_the_protocol_map_on_the_waits() {
    let finished = (Some(0.98), Some(Words::Complete));
    let low = TurnDetection::Semantic { eagerness: Eagerness::Low };
    let high = TurnDetection::Semantic { eagerness: Eagerness::High };
    let fixed = TurnDetection::Silence { threshold: 0.5, prefix_padding_ms: 300, silence_ms: 1_000 };
    for (detection, votes, wait) in [
        (low, finished, 900),
        (high, finished, 450),
        (low, (None, Some(Words::Unfinished)), 3_900),
        (fixed, finished, 1_000),
        (fixed, (Some(0.01), Some(Words::Unfinished)), 1_000),
    ] {
        let got = silence_to_end(detection, votes.0, votes.1);
        assert!(got.is_some_and(|got| (wait..wait + 64).contains(&got)), "{detection:?}: {got:?}, not {wait}");
    }
}

#[test]
fn a_short_server_vad_silence_still_asks_first() {
    let mut machine = TurnMachine::default();
    machine.configure(TurnDetection::Silence { threshold: 0.5, prefix_padding_ms: 0, silence_ms: 200 });
    play(&mut machine, 0.9, 640);
    let outputs = play(&mut machine, 0.0, 320);
    assert!(matches!(outputs[0].1, TurnOutput::Ask { ask: 1 }), "{outputs:?}");
    assert!(
        matches!(outputs[1].1, TurnOutput::Ended { start_ms: 0, voiced_until_ms: 640, ask: Some(1), .. }),
        "{outputs:?}"
    );
}

#[test]
fn a_cough_is_no_speech_and_less_so_while_the_interviewer_speaks() {
    for (interviewer, voiced_ms, starts) in
        [(false, 128, false), (false, 160, true), (true, 160, false), (true, 224, false), (true, 256, true)]
    {
        let mut machine = TurnMachine::default();
        machine.interviewer(interviewer);
        play(&mut machine, 0.0, 640);
        let mut outputs = play(&mut machine, 0.9, voiced_ms);
        outputs.extend(play(&mut machine, 0.0, 160));
        assert_eq!(!outputs.is_empty(), starts, "{interviewer} {voiced_ms}: {outputs:?}");
        if starts {
            assert_eq!(outputs[0].1, TurnOutput::Started { start_ms: 340 });
        }
    }
}

#[test]
fn a_pause_is_not_an_end_and_a_breath_does_not_end_the_pause() {
    let mut machine = TurnMachine::default();
    play(&mut machine, 0.9, 992);
    let outputs = play(&mut machine, 0.0, 512);
    assert_eq!(outputs.last().map(|o| o.1.clone()), Some(TurnOutput::Ask { ask: 1 }));
    machine.sound(1, 0.9);
    machine.words(1, Words::Complete);
    // A breath of 64 ms neither resumes nor is an end decided in the midst of it.
    assert_eq!(play(&mut machine, 0.9, 64), []);
    assert_eq!(play(&mut machine, 0.9, 32)[0].1, TurnOutput::Resumed { ask: 1 });
    assert_eq!(ended_at(&play(&mut machine, 0.9, 2_016)), None);
    let outputs = play(&mut machine, 0.0, 256);
    assert_eq!(outputs.last().map(|o| o.1.clone()), Some(TurnOutput::Ask { ask: 2 }));
    // Late answers to the first ask say nothing about the second pause.
    machine.sound(1, 0.99);
    machine.words(1, Words::Whole);
    assert_eq!(ended_at(&play(&mut machine, 0.0, 1_600)), None);
}

#[test]
fn turns_do_not_overlap_and_captions_come_while_speech_goes_on() {
    let mut machine = TurnMachine::default();
    machine.configure(TurnDetection::server_vad());
    let first = play(&mut machine, 0.9, 3_200);
    assert_eq!(first.iter().filter(|(_, o)| *o == TurnOutput::Caption).count(), 2);
    let end = play(&mut machine, 0.0, 512);
    let Some((_, TurnOutput::Ended { start_ms: 0, end_ms, .. })) = end.last() else { panic!("{end:?}") };
    let second = play(&mut machine, 0.9, 320);
    let Some((_, TurnOutput::Started { start_ms })) = second.first() else { panic!("{second:?}") };
    assert!(start_ms >= end_ms, "{start_ms} {end_ms}");
}

#[test]
fn a_client_can_end_clear_or_take_turns_over() {
    let mut machine = TurnMachine::default();
    machine.end_now();
    assert_eq!(machine.poll(), None);
    play(&mut machine, 0.9, 640);
    machine.end_now();
    assert!(matches!(machine.poll(), Some(TurnOutput::Ended { start_ms: 0, end_ms: 640, ask: None, .. })));
    play(&mut machine, 0.9, 640);
    machine.clear();
    assert_eq!(machine.turn_start_ms(), None);
    assert_eq!(ended_at(&play(&mut machine, 0.0, 3_200)), None);
    machine.configure(TurnDetection::Manual);
    assert_eq!(play(&mut machine, 0.9, 3_200), []);
}

#[test]
fn a_turn_without_end_is_ended() {
    let mut machine = TurnMachine::default();
    let outputs = play(&mut machine, 0.9, LONGEST_TURN_MS + 1_000);
    assert!(ended_at(&outputs).is_some_and(|at| at <= LONGEST_TURN_MS + 64));
    // A long one ends at its next pause.
    let mut machine = TurnMachine::default();
    play(&mut machine, 0.9, LONG_TURN_MS);
    assert!(ended_at(&play(&mut machine, 0.0, 704)).is_some());
}

proptest::proptest! {
    #[test]
    fn whatever_is_heard_starts_and_ends_alternate_and_move_forward(
        heard in proptest::collection::vec((0.0f32..1.0, 1u64..60, 0u8..6), 1..60)
    ) {
        let mut machine = TurnMachine::default();
        let (mut running, mut last_end) = (None, 0);
        for (probability, windows, what) in heard {
            match what {
                0 => machine.sound(machine.asks, probability),
                1 => machine.words(machine.asks, Words::Complete),
                2 => machine.interviewer(probability > 0.5),
                3 if probability > 0.9 => machine.end_now(),
                _ => {}
            }
            for _ in 0..windows {
                machine.window(probability);
                while let Some(output) = machine.poll() {
                    match output {
                        TurnOutput::Started { start_ms } => {
                            proptest::prop_assert!(running.is_none() && start_ms >= last_end);
                            running = Some(start_ms);
                        }
                        TurnOutput::Ended { start_ms, voiced_until_ms, end_ms, .. } => {
                            proptest::prop_assert_eq!(running.take(), Some(start_ms));
                            proptest::prop_assert!(start_ms < voiced_until_ms && voiced_until_ms <= end_ms);
                            last_end = end_ms;
                        }
                        TurnOutput::Ask { .. } | TurnOutput::Resumed { .. } | TurnOutput::Caption => {
                            proptest::prop_assert!(running.is_some());
                        }
                    }
                }
            }
        }
    }
}
