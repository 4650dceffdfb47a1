use super::*;
use interview::QuestionView;

const QUESTION: &str = "What would you do?";

/// A candidate with a clock in milliseconds.
struct Scene {
    mind: Mind,
    zero: Instant,
}

impl Scene {
    fn new(barges_in: bool) -> Self {
        let manner = Manner { think: Duration::from_millis(500), barges_in };
        Self { mind: Mind::new(manner), zero: Instant::now() }
    }

    fn at(&self, ms: u64) -> Instant {
        self.zero + Duration::from_millis(ms)
    }

    fn sound(&mut self, from: u64, to: u64) {
        for ms in (from..to).step_by(20) {
            self.mind.hear(self.at(ms), 0.1);
        }
    }

    fn view(&mut self, ms: u64, stage: StageName, phase: Phase, question: usize) {
        let question = Some(QuestionView { index: question, total: 3, text: QUESTION.to_owned() });
        let view = View { stage, question, phase, speaker: None, elapsed_ms: 0, question_left_ms: None, turns: 0 };
        self.mind.see(self.at(ms), view);
    }

    fn line(&mut self, ms: u64, line: &str) {
        self.mind.read(self.at(ms), line.to_owned());
    }

    fn speaks(&mut self, ms: u64) -> bool {
        let at = self.at(ms);
        self.mind.speaks_at(at)
    }

    fn says(&mut self, from: u64, to: u64) {
        assert!(self.speaks(from), "speaks at {from}");
        let (from, to) = (self.at(from), self.at(to));
        self.mind.speech_started(from);
        self.mind.speech_ended(to);
    }
}

#[test]
fn it_answers_after_the_question_when_it_is_its_turn_and_measures_the_reply() {
    let mut scene = Scene::new(false);
    scene.sound(0, 2_000);
    scene.view(2_010, StageName::Question, Phase::Listening, 0);
    assert!(!scene.speaks(2_300), "thinks first");
    scene.says(2_500, 5_000);
    assert!(!scene.speaks(6_000), "one answer for each prompt");
    scene.sound(5_700, 7_000);
    assert_eq!(scene.mind.measured().replies, [Duration::from_millis(700)]);
    assert_eq!(scene.mind.measured().cut_offs, 0);
}

#[test]
fn it_keeps_silent_through_greeting_pauses_between_words_and_old_states() {
    let mut scene = Scene::new(false);
    scene.sound(0, 2_000);
    scene.view(2_010, StageName::Greeting, Phase::Listening, 0);
    assert!(!scene.speaks(4_000), "no question yet");
    scene.view(4_010, StageName::Question, Phase::Listening, 0);
    scene.sound(4_100, 6_000);
    assert!(!scene.speaks(7_000), "the state is older than the words");
    scene.view(7_010, StageName::Question, Phase::Thinking, 0);
    assert!(!scene.speaks(8_000));
    scene.view(8_010, StageName::Question, Phase::Listening, 0);
    assert!(scene.speaks(8_020));
}

#[test]
fn words_into_its_answer_are_a_cut_off_and_no_reply() {
    let mut scene = Scene::new(false);
    scene.sound(0, 1_000);
    scene.view(1_010, StageName::Question, Phase::Listening, 0);
    assert!(scene.speaks(1_600));
    scene.mind.speech_started(scene.at(1_600));
    scene.sound(3_000, 3_500);
    scene.mind.speech_ended(scene.at(3_400));
    assert_eq!(scene.mind.measured().cut_offs, 1);
    assert!(scene.mind.measured().replies.is_empty());
}

#[test]
fn it_barges_into_each_question_but_the_first_once_and_measures_the_silence() {
    let mut scene = Scene::new(true);
    scene.view(0, StageName::Question, Phase::Speaking, 0);
    scene.line(0, QUESTION);
    scene.sound(10, 1_500);
    assert!(!scene.speaks(1_500), "not into the first");
    scene.line(1_510, "Thank you.");
    scene.view(1_600, StageName::Question, Phase::Speaking, 1);
    scene.sound(1_600, 2_900);
    assert!(!scene.speaks(2_900), "not into a thank-you");
    scene.line(3_000, QUESTION);
    scene.sound(3_000, 4_100);
    assert!(scene.speaks(4_100));
    scene.mind.speech_started(scene.at(4_110));
    scene.sound(4_120, 4_400);
    scene.mind.speech_ended(scene.at(9_000));
    assert_eq!(scene.mind.measured().yields, [Duration::from_millis(270)]);
    assert_eq!(scene.mind.measured().cut_offs, 0);
    scene.line(9_500, "Thank you.");
    scene.line(9_510, QUESTION);
    scene.sound(9_500, 11_000);
    assert!(!scene.speaks(11_000), "once");
}
