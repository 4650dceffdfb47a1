//! The words' vote: whether what was said so far can be the end of an answer. English, plain lists, no scores.

/// What the words say about the end of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// More must come: a filler, an open clause, a promise to think, a dangling "and".
    Unfinished,
    /// They neither end nor dangle.
    Unclear,
    /// They end like a sentence.
    Complete,
    /// They are an answer as they stand, however they sound: "No.", "That's all."
    Whole,
}

/// An answer in an interview is rarely shorter; after a first short sentence people often think.
const COMPLETE_WORDS: usize = 5;

/// Judges the words of a turn so far; `closed_question` means that yes or no answers it.
pub fn judge(text: &str, closed_question: bool) -> Words {
    let text = text.trim();
    let words = plain_words(text);
    if words.is_empty() {
        return Words::Unclear;
    }
    let last_sentence = plain_words(last_sentence(text));
    if is_closing(&words) || (closed_question && is_yes_or_no(&words)) {
        return Words::Whole;
    }
    let open = text.ends_with([',', '-', '—', '…', ':', ';'])
        || text.ends_with("...")
        || is_only_fillers(&last_sentence)
        || promises_to_think(&last_sentence)
        || dangles(&last_sentence)
        || is_open_clause(last_sentence_text(text));
    if open {
        Words::Unfinished
    } else if text.ends_with(['.', '!', '?']) && words.len() >= COMPLETE_WORDS && !counts(&words) {
        Words::Complete
    } else {
        Words::Unclear
    }
}

/// Lower case, letters and apostrophes only.
fn plain_words(text: &str) -> Vec<String> {
    let keep = |word: &str| -> String {
        word.replace('’', "'")
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '\'')
            .flat_map(char::to_lowercase)
            .collect()
    };
    text.split_whitespace().map(keep).filter(|word| !word.is_empty()).collect()
}

fn last_sentence_text(text: &str) -> &str {
    let body = text.trim_end_matches(['.', '!', '?', ' ']);
    let end = ['.', '!', '?'].iter().filter_map(|mark| body.rfind(&format!("{mark} "))).max();
    end.map_or(text, |at| &text[at + 2..])
}

fn last_sentence(text: &str) -> &str {
    last_sentence_text(text)
}

/// Whether a list of words, separated by spaces, has the word.
fn is(word: &str, list: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

fn is_yes_or_no(words: &[String]) -> bool {
    const STARTS: &str = "yes no yeah yep nope sure absolutely definitely certainly never not really";
    const ANSWERS: &str = "\
        yes no yeah yep nope sure absolutely definitely certainly never not really i do don't have haven't did \
        didn't am am i'm can can't would wouldn't think so of course yet it is isn't was wasn't that's right \
        correct thank you thanks sir ma'am";
    let starts = is(&words[0], STARTS) || words.len() <= 3;
    starts && words.len() <= 6 && words.iter().all(|word| is(word, ANSWERS)) && !dangles(words)
}

/// "That's all", "I'm done", "I don't know", "nothing else": the answer is over.
fn is_closing(words: &[String]) -> bool {
    const CLOSINGS: &str = "\
        that's all|that is all|that's it|that was it|i'm done|i am done|that's everything|nothing else|\
        i don't know|i have no idea|no idea|no questions|no more questions|that's my answer|thank you|\
        thank you very much|next question please|not that i can think of|i have nothing to add|no i don't|\
        no i haven't|yes i do|yes i have|yes i did|no i didn't|thank you for your time";
    let text = words.join(" ");
    CLOSINGS.split('|').any(|closing| {
        // "That's it" also ends a longer answer; "yes I have" in the middle of one does not end it.
        text == closing || (closing.starts_with("that") && text.ends_with(&format!(" {closing}")))
    })
}

fn is_only_fillers(words: &[String]) -> bool {
    const FILLERS: &str = "\
        um uh er erm hmm hm mm mmm ah oh well so okay ok right like actually basically and but let's see yeah \
        you know i mean alright now good great question that's that is a an interesting very really";
    words.len() <= 6 && words.iter().all(|word| is(word, FILLERS))
}

fn promises_to_think(words: &[String]) -> bool {
    const PROMISES: &str = "\
        let me think|let me see|let me just|give me a|i need a moment|i need a minute|i need a second|\
        need to think|have to think|just a moment|just a second|one moment|one second|hold on|where do i start|\
        where to start|how do i put|how should i|think about this|think about that|moment to think|\
        minute to think|second to think|what was it|how can i say|where was i";
    let text = format!(" {} ", words.join(" "));
    words.len() <= 16 && PROMISES.split('|').any(|promise| text.contains(&format!(" {promise} ")))
}

/// The last word cannot end an English sentence, or its tail opens something.
fn dangles(words: &[String]) -> bool {
    const OPENING: &str = "\
        and but or nor so because cause since if when whenever while although though unless until whereas that \
        which who whose than as to of in on at for with from by about into onto between during without within \
        through across against toward towards the a an my our your his her their its this these those every um \
        uh er erm like well is are was were be been has had will would could can should must may might i we \
        they he she i'm i've i'd i'll we're we've we'd they're it's there's very not also then basically \
        actually where how what why some another other several many couldn't didn't wasn't wanted decided used \
        called including maybe perhaps probably usually especially mostly mainly";
    const ENDS: &str = "\
        i think|i thought|i guess|i mean|you know|i believe|i remember|i would say|i'd say|sort of|kind of|\
        for example|for instance|the first|as well as|in order|we had|i had|i have|we have|because of|such as|\
        due to|a lot of|one of|i was|i felt|i started|i tried|we decided";
    let Some(last) = words.last() else { return false };
    let text = format!(" {}", words.join(" "));
    // "That's what I was there for" is rare; "and for ..." is not.
    (is(last, OPENING) && !rests(words)) || ENDS.split('|').any(|end| text.ends_with(&format!(" {end}")))
}

/// "After that", "do this", "did not": the last word opens nothing because of the one before.
fn rests(words: &[String]) -> bool {
    const BEFORE_POINTING: &str = "\
        after before about for of with from like do did doing done all than to know on by at in see through \
        over without";
    const BEFORE_NOT: &str = "do did does was is are were could would should had have has will or why";
    let [.., before, last] = words else { return false };
    match last.as_str() {
        "that" | "this" | "these" | "those" => is(before, BEFORE_POINTING),
        "not" => is(before, BEFORE_NOT),
        _ => false,
    }
}

/// A number waits for what it counts.
fn counts(words: &[String]) -> bool {
    const NUMBERS: &str = "\
        two three four five six seven eight nine ten twenty thirty forty fifty hundred thousand million few \
        couple many";
    words.last().is_some_and(|last| is(last, NUMBERS) || last.chars().all(|c| c.is_ascii_digit()))
}

/// "When a bank changed its interface without notice": a clause that waits for its main clause.
fn is_open_clause(sentence: &str) -> bool {
    const OPENERS: &str = "\
        when if although though because while whenever since after before once as unless until whereas given \
        instead besides despite";
    const BEFORE: &str = "and but so then also well um uh okay because that";
    let mut clauses = sentence.split(',').map(plain_words).filter(|words| !words.is_empty());
    // "And, when ..." and "So when ...": what stands before the opener does not count.
    let Some(mut first) = clauses.find(|words| !words.iter().all(|word| is(word, BEFORE))) else { return false };
    while first.len() > 1 && is(&first[0], BEFORE) {
        first.remove(0);
    }
    if !is(&first[0], OPENERS) || is_main_too(&first) {
        return false;
    }
    clauses.map(|words| words.len()).sum::<usize>() < 2
}

/// "Because I wanted to learn" answers a why; "as a team lead I ..." and inverted "since then we ..." carry their main clause.
fn is_main_too(clause: &[String]) -> bool {
    const SUBJECTS: &str = "i we they he she it you";
    let subjects = clause.iter().filter(|word| is(word, SUBJECTS)).count();
    match clause[0].as_str() {
        "because" => clause.len() >= 5,
        "since" | "after" | "before" if clause.get(1).is_some_and(|word| is(word, "then that this")) => {
            clause.len() >= 5
        }
        // Two subjects without a comma: recognition left the comma out.
        _ => subjects >= 2 && clause.len() >= 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_vote() {
        let table = [
            ("Well,", false, Words::Unfinished),
            ("Well.", false, Words::Unfinished),
            ("Um, so.", false, Words::Unfinished),
            ("That's a good question.", false, Words::Unfinished),
            ("Let me think about that for a moment.", false, Words::Unfinished),
            ("I need a minute to think about this.", false, Words::Unfinished),
            ("When a bank changed its interface without notice,", false, Words::Unfinished),
            ("When a bank changed its interface without notice.", false, Words::Unfinished),
            ("And when the bank changed its interface.", false, Words::Unfinished),
            ("I led a small team that", false, Words::Unfinished),
            ("We moved the data and.", false, Words::Unfinished),
            ("It was hard because of", false, Words::Unfinished),
            ("I would say", false, Words::Unfinished),
            ("We finished early. And then", false, Words::Unfinished),
            ("When the bank changed it, I wrote an adapter overnight.", false, Words::Complete),
            ("When it broke I called the team and we fixed it.", false, Words::Complete),
            ("Because I wanted to learn.", false, Words::Complete),
            ("We finished the migration two weeks early and nobody lost any data.", false, Words::Complete),
            ("I led a small team", false, Words::Unclear),
            ("That is a good question.", false, Words::Unfinished),
            ("We had about two hundred.", false, Words::Unclear),
            ("What I learned from it is that.", false, Words::Unfinished),
            ("We never missed a deadline after that.", false, Words::Complete),
            ("I stay calm when others do not.", false, Words::Complete),
            ("No.", true, Words::Whole),
            ("Yes, I do.", true, Words::Whole),
            ("No, not really.", true, Words::Whole),
            ("Yes.", false, Words::Unclear),
            ("I fixed it myself. That's it.", false, Words::Whole),
            ("I don't know.", false, Words::Whole),
            ("", false, Words::Unclear),
            ("...", true, Words::Unclear),
        ];
        for (text, closed, expected) in table {
            assert_eq!(judge(text, closed), expected, "{text:?}");
        }
    }
}
