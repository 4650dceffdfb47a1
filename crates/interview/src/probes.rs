//! Which probe follows an answer: rules that anyone can check, so the same answer always gets the same probe.
//!
//! The answer is everything said to the question so far, earlier probes included. The probes of the question are tried
//! in the order of the plan; the first that was not asked yet and whose rule holds is asked, up to `max_probes` for the
//! question.
//!
//! | rule | holds when |
//! |---|---|
//! | `too_short` | the answer has fewer than [`SHORT_ANSWER_WORDS`] words |
//! | `no_own_action` | the question is behavioral or situational, and nowhere does "I" come before something done: "I think", "I was", "I know" are states, not actions |
//! | `no_result` | no word of an outcome occurs ("result", "improved", "in the end", a percentage …) |
//! | `no_example` | no words that introduce a case occur ("for example", "last year", "when I", "at my" …) |
//! | `always` | always |
//!
//! The rules are blunt on purpose. They never judge an answer: a probe only invites to say more.

use crate::plan::{ProbeRule, Question, QuestionKind};
use crate::words::{has_phrase, words};

/// An answer with fewer words is short.
pub const SHORT_ANSWER_WORDS: usize = 20;

/// Returns the index of the probe to ask after `answer`, if any; `spent` are those already asked.
pub(crate) fn choose(question: &Question, answer: &str, spent: &[usize]) -> Option<usize> {
    if spent.len() >= usize::from(question.max_probes) {
        return None;
    }
    let words = words(answer);
    let holds = |rule| match rule {
        ProbeRule::TooShort => words.len() < SHORT_ANSWER_WORDS,
        ProbeRule::NoOwnAction => {
            matches!(question.kind, QuestionKind::Behavioral | QuestionKind::Situational) && !names_own_action(&words)
        }
        ProbeRule::NoResult => !names_result(answer, &words),
        ProbeRule::NoExample => !EXAMPLE.iter().any(|phrase| has_phrase(&words, phrase)),
        ProbeRule::Always => true,
    };
    let mut candidates = question.probes.iter().enumerate();
    candidates.find(|(index, probe)| !spent.contains(index) && holds(probe.when)).map(|(index, _)| index)
}

/// Tells whether "I" comes before something done, helping words and adverbs between them aside.
fn names_own_action(words: &[String]) -> bool {
    let is_between = |word: &&String| BETWEEN.contains(&word.as_str()) || word.ends_with("ly");
    words.iter().enumerate().any(|(at, word)| {
        let first_person = matches!(word.as_str(), "i" | "i'd" | "i'll" | "i've");
        let verb = words[at + 1..].iter().find(|word| !is_between(word));
        first_person && verb.is_some_and(|verb| verb.len() > 1 && !STATES.contains(&verb.as_str()))
    })
}

fn names_result(answer: &str, words: &[String]) -> bool {
    answer.contains('%')
        || words.iter().any(|word| OUTCOME.iter().any(|start| word.starts_with(start)))
        || OUTCOME_PHRASES.iter().any(|phrase| has_phrase(words, phrase))
}

const BETWEEN: [&str; 19] = [
    "then", "also", "just", "first", "would", "will", "have", "had", "did", "could", "can", "always", "often", "once",
    "even", "now", "myself", "and", "then",
];

const STATES: [&str; 46] = [
    "am",
    "was",
    "were",
    "be",
    "been",
    "is",
    "think",
    "thought",
    "guess",
    "believe",
    "believed",
    "feel",
    "felt",
    "know",
    "knew",
    "known",
    "don't",
    "didn't",
    "not",
    "never",
    "wasn't",
    "haven't",
    "can't",
    "couldn't",
    "wouldn't",
    "remember",
    "like",
    "liked",
    "love",
    "loved",
    "want",
    "wanted",
    "wish",
    "hope",
    "mean",
    "suppose",
    "hate",
    "need",
    "needed",
    "understand",
    "understood",
    "prefer",
    "see",
    "saw",
    "heard",
    "no",
];

const OUTCOME: [&str; 24] = [
    "result",
    "outcome",
    "improv",
    "increas",
    "reduc",
    "decreas",
    "deliver",
    "shipped",
    "launch",
    "finish",
    "complet",
    "succe",
    "resolv",
    "solved",
    "fixed",
    "learn",
    "saved",
    "achiev",
    "percent",
    "eventually",
    "finally",
    "consequen",
    "impact",
    "grew",
];

const OUTCOME_PHRASES: [&str; 12] = [
    "in the end",
    "at the end",
    "ended up",
    "led to",
    "turned out",
    "it worked",
    "that worked",
    "worked out",
    "paid off",
    "went live",
    "was able to",
    "were able to",
];

const EXAMPLE: [&str; 20] = [
    "example",
    "instance",
    "such as",
    "one time",
    "once",
    "one day",
    "last year",
    "last month",
    "last week",
    "years ago",
    "when i",
    "when we",
    "at my",
    "in my",
    "in our",
    "at our",
    "there was",
    "we had",
    "i had",
    "project",
];

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::plan::{Probe, ProbeRule, Question, QuestionKind};

    fn question(rule: ProbeRule) -> Question {
        let probes = vec![Probe { when: rule, text: "Could you say more?".into() }];
        let (id, text) = ("q".to_owned(), "Tell me.".to_owned());
        let kind = QuestionKind::Behavioral;
        Question { id, kind, text, competency_id: None, time_limit_s: 60, max_probes: 1, probes }
    }

    #[test]
    fn each_rule_holds_for_what_lacks_and_not_for_what_is_there() {
        let table = [
            (ProbeRule::TooShort, "Yes, I did that.", true),
            (
                ProbeRule::TooShort,
                "one two three four five six seven eight nine ten one two three four five six seven eight nine ten",
                false,
            ),
            (ProbeRule::NoOwnAction, "We decided to rewrite it and the team did it.", true),
            (ProbeRule::NoOwnAction, "I think it was good. I was there. I really liked it.", true),
            (ProbeRule::NoOwnAction, "Then I personally called every customer.", false),
            (ProbeRule::NoOwnAction, "I would first ask the customer.", false),
            (ProbeRule::NoOwnAction, "I\u{2019}d ask the customer.", false),
            (ProbeRule::NoResult, "I called every customer.", true),
            (ProbeRule::NoResult, "I called every customer and in the end they stayed.", false),
            (ProbeRule::NoResult, "It fell by 40%.", false),
            (ProbeRule::NoExample, "I always listen.", true),
            (ProbeRule::NoExample, "For example, I listened to a nurse.", false),
            (ProbeRule::Always, "Anything at all.", true),
        ];
        for (rule, answer, asked) in table {
            assert_eq!(choose(&question(rule), answer, &[]).is_some(), asked, "{rule:?}: {answer}");
        }
    }

    #[test]
    fn own_action_is_asked_only_where_an_action_was_asked_for() {
        let mut question = question(ProbeRule::NoOwnAction);
        question.kind = QuestionKind::Knowledge;
        assert_eq!(choose(&question, "Paris.", &[]), None);
    }

    #[test]
    fn a_spent_probe_is_not_asked_again_and_the_number_is_kept() {
        let mut question = question(ProbeRule::Always);
        question.probes.push(Probe { when: ProbeRule::Always, text: "And then?".into() });
        assert_eq!(choose(&question, "x", &[0]), None);
        question.max_probes = 2;
        assert_eq!(choose(&question, "x", &[0]), Some(1));
        assert_eq!(choose(&question, "x", &[0, 1]), None);
    }
}
