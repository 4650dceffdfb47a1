//! Downloads.

use interview::{Speaker, Turn, TurnKind, TurnStatus, export};

fn turn(speaker: Speaker, text: &str, started_ms: i64, ended_ms: i64) -> Turn {
    let kind = if speaker == Speaker::Candidate { TurnKind::Answer } else { TurnKind::Question };
    let (item, question, status) = (started_ms.to_string(), Some(0), TurnStatus::Final);
    Turn { item, speaker, kind, question, text: text.into(), planned: None, status, cut: false, started_ms, ended_ms }
}

fn turns() -> Vec<Turn> {
    let lost = Turn { status: TurnStatus::Missing, ..turn(Speaker::Candidate, "and then", 70_500, 72_000) };
    let cut = Turn { cut: true, ..turn(Speaker::Interviewer, "What came", 69_000, 69_600) };
    vec![
        lost,
        turn(Speaker::Interviewer, "What is 2 < 3 & why?", 61_250, 64_000),
        turn(Speaker::Candidate, "Because\nit --> is.", 65_000, 68_900),
        cut,
    ]
}

#[test]
fn text_has_a_line_per_turn_in_order_of_time() {
    let expected = "[01:01] Interviewer: What is 2 < 3 & why?\n\
                    [01:05] Candidate: Because it --> is.\n\
                    [01:09] Interviewer: What came \u{2014}\n\
                    [01:10] Candidate: and then [not recognized]\n";
    assert_eq!(export::text(&turns()), expected);
}

#[test]
fn vtt_is_escaped_and_every_cue_lasts() {
    let expected = "WEBVTT\n\n\
                    1\n00:01:01.250 --> 00:01:04.000\n<v Interviewer>What is 2 &lt; 3 &amp; why?\n\n\
                    2\n00:01:05.000 --> 00:01:08.900\n<v Candidate>Because it --&gt; is.\n\n\
                    3\n00:01:09.000 --> 00:01:10.000\n<v Interviewer>What came \u{2014}\n\n\
                    4\n00:01:10.500 --> 00:01:12.000\n<v Candidate>and then [not recognized]\n";
    assert_eq!(export::vtt(&turns()), expected);
}

#[test]
fn nothing_said_is_an_empty_but_valid_file() {
    assert_eq!(export::text(&[]), "");
    assert_eq!(export::vtt(&[]), "WEBVTT\n");
}

#[test]
fn what_came_out_of_the_recording_says_so_beside_its_gap() {
    let said = |status, text, at| Turn { status, ..turn(Speaker::Candidate, text, at, at + 900) };
    let turns = [
        said(TurnStatus::Missing, "", 5_000),
        said(TurnStatus::Recovered, "I said this.", 5_000),
        said(TurnStatus::Voiced, "", 9_000),
    ];
    let expected = "[00:05] Candidate: [not recognized]\n\
                    [00:05] Candidate: I said this. [recovered from audio]\n\
                    [00:09] Candidate: [speech in the recording, not heard live, no words recovered]\n";
    assert_eq!(export::text(&turns), expected);
    assert!(export::vtt(&turns).contains("<v Candidate>I said this. [recovered from audio]"));
}
