//! Responses that a language model makes up: what it is asked, and what becomes of its words and calls.

use realtime_api::server::{ResponseFunctionCallArgumentsDelta, ResponseFunctionCallArgumentsDone};
use realtime_api::session::{MaxOutputTokens, WordOr};
use realtime_api::{Item, ItemKind, ItemStatus, ResponseParams};

use super::conversation::{Entry, Words};
use super::run::{Call, End, Run, RunId};
use super::{Core, Output};
use crate::responder::MAX_SPOKEN;
use crate::think::{self, CallPiece, Failure, Finish, Request, Sentences, Thought, Turn};

/// How long the words of the person's last turn are waited for before the model is asked without them.
const WORDS_WITHIN_MS: u64 = 5_000;
/// The most tokens of an answer that nobody else limits.
const MAX_TOKENS: u32 = 2_048;
/// The most sentences of one answer.
const MAX_SENTENCES: usize = 64;
/// The most calls of one answer.
const MAX_CALLS: usize = 16;
/// The longest arguments of a call, in bytes, and the longest name and id.
const MAX_ARGUMENTS: usize = 65_536;
const MAX_NAME: usize = 256;

/// The model's side of a response.
#[derive(Debug)]
pub(super) struct Thinking {
    /// What was asked for, until the model is asked.
    params: Option<Box<ResponseParams>>,
    ask_at_ms: u64,
    sentences: Sentences,
    /// Spaces that are told with the next word: a message does not end in them.
    space: String,
    pieces: u32,
}

impl Thinking {
    /// A response that has just been asked for.
    pub(super) fn new(params: ResponseParams, now_ms: u64) -> Self {
        Self {
            params: Some(Box::new(params)),
            ask_at_ms: now_ms + WORDS_WITHIN_MS,
            sentences: Sentences::default(),
            space: String::new(),
            pieces: 0,
        }
    }
}

impl Core {
    /// When the model is asked at the latest, if a response waits for the person's words.
    pub(super) fn ask_at_ms(&self) -> Option<u64> {
        let waiting = self.runs.iter().filter_map(|run| run.thinking.as_ref()).filter(|one| one.params.is_some());
        waiting.map(|one| one.ask_at_ms).min()
    }

    /// Asks the model for every response whose question is known: the words of the person's turns arrive late.
    pub(super) fn think_once_heard(&mut self) {
        let is_heard = !self.conversation.entries().any(|entry| entry.words == Words::Due);
        let now_ms = self.now_ms;
        for run in &mut self.runs {
            let Some(thinking) = &mut run.thinking else { continue };
            let has_own_input = thinking.params.as_ref().is_some_and(|params| params.input.is_some());
            if !is_heard && !has_own_input && now_ms < thinking.ask_at_ms {
                continue;
            }
            if let Some(params) = thinking.params.take() {
                let request = Box::new(question(&self.setup.settings, &self.conversation, &params));
                self.outputs.push_back(Output::Think { run: run.id, request });
            }
        }
    }

    /// Ends the model's work for a response, if it goes on.
    pub(super) fn stop_thinking(&mut self, run: &mut Run) {
        let Some(thinking) = &mut run.thinking else { return };
        let is_asked = thinking.params.take().is_none();
        if is_asked && run.end.is_none() && !run.is_done {
            self.outputs.push_back(Output::StopThinking(run.id));
        }
        run.end.get_or_insert(End::Whole);
    }

    pub(super) fn on_thought(&mut self, id: RunId, thought: Thought) {
        let is_open = |run: &&Run| run.id == id && run.end.is_none() && !run.is_done && run.thinking.is_some();
        if self.runs.iter().find(is_open).is_none() {
            return;
        }
        match thought {
            Thought::Text(text) => self.on_words(id, &text),
            Thought::Call(piece) => self.on_call(id, piece),
            Thought::Usage(tokens) => drop(self.with_run(id, |_, run| run.tokens = tokens)),
            Thought::End(finish) => self.on_end(id, finish),
            Thought::Failed(why) => self.fail(id, why),
        }
    }

    fn on_words(&mut self, id: RunId, text: &str) {
        let taken = self.with_run(id, |_, run| {
            let limit = match run.response.max_output_tokens {
                Some(MaxOutputTokens::Count(limit)) => limit,
                _ => u32::MAX,
            };
            let length = run.text.chars().count() + text.chars().count();
            let thinking = run.thinking.as_mut()?;
            thinking.pieces += 1;
            // A piece is at least a token, so whoever sends more pieces does not keep to the limit.
            if thinking.pieces > limit || length > MAX_SPOKEN || run.parts.len() >= MAX_SENTENCES {
                return None;
            }
            let sentences = thinking.sentences.push(text);
            let all = std::mem::take(&mut thinking.space) + text;
            let all = if run.has_message { &all } else { all.trim_start() };
            let words = all.trim_end();
            thinking.space = all[words.len()..].to_owned();
            Some((words.to_owned(), sentences))
        });
        let Some((words, sentences)) = taken.flatten() else {
            self.with_run(id, Self::stop_thinking);
            return self.on_end(id, Finish::Length);
        };
        if !words.is_empty() {
            self.tell_words(id, &words);
        }
        for sentence in sentences {
            self.add_part(id, sentence);
        }
        self.advance(id);
    }

    fn on_call(&mut self, id: RunId, piece: CallPiece) {
        let item = self.new_item_id();
        let is_known = |call_id: &str| self.conversation.entries().any(|e| e.item.call_id.as_deref() == Some(call_id));
        // Some endpoints count their calls from 0 in every answer.
        let given = piece.id.filter(|call_id| call_id.len() <= MAX_NAME && !is_known(call_id));
        let call_id = given.unwrap_or_else(|| format!("call_{}", self.ids.alnum(24)));
        let is_well = self.with_run(id, |_, run| {
            let index = piece.index.min(run.calls.len());
            if index == run.calls.len() {
                run.calls.push(Call { item, call_id, ..Call::default() });
            }
            let call = &mut run.calls[index];
            if let Some(name) = piece.name.filter(|_| call.name.is_empty()) {
                call.name = name;
            }
            call.arguments.push_str(&piece.arguments);
            run.calls.len() <= MAX_CALLS
                && run.calls[index].arguments.len() <= MAX_ARGUMENTS
                && run.calls[index].name.len() <= MAX_NAME
        });
        if is_well == Some(false) {
            self.fail(id, Failure::Garbled);
        }
    }

    fn on_end(&mut self, id: RunId, finish: Finish) {
        let ended = self.with_run(id, |_, run| {
            let rest = run.thinking.as_mut().and_then(|thinking| thinking.sentences.finish());
            run.end = Some(match finish {
                Finish::Whole => End::Whole,
                Finish::Length => End::Cut("max_output_tokens"),
                Finish::Filter => End::Cut("content_filter"),
            });
            let is_empty = !run.has_message && run.calls.is_empty() && finish == Finish::Whole;
            let is_nameless = run.calls.iter().any(|call| call.name.is_empty());
            let failure = is_empty.then_some(Failure::Empty).or(is_nameless.then_some(Failure::Garbled));
            (rest, failure)
        });
        let Some((rest, failure)) = ended else { return };
        if let Some(why) = failure {
            return self.fail(id, why);
        }
        if let Some(rest) = rest {
            self.add_part(id, rest);
        }
        self.advance(id);
    }

    /// Tells of a function call from its beginning to its end: nobody can act on half of one.
    pub(super) fn tell_call(&mut self, run: &mut Run, output_index: u32, call: &Call, status: ItemStatus) {
        let arguments = if call.arguments.trim().is_empty() { "{}".to_owned() } else { call.arguments.clone() };
        self.tell_item_begun(run, output_index, call.item(ItemStatus::InProgress, ""));
        self.tell_all(ResponseFunctionCallArgumentsDelta {
            response_id: run.response.id.clone(),
            item_id: call.item.clone(),
            output_index,
            call_id: call.call_id.clone(),
            delta: arguments.clone(),
            ..Default::default()
        });
        self.tell_all(ResponseFunctionCallArgumentsDone {
            response_id: run.response.id.clone(),
            item_id: call.item.clone(),
            output_index,
            call_id: call.call_id.clone(),
            name: Some(call.name.clone()),
            arguments: arguments.clone(),
            ..Default::default()
        });
        self.tell_item_done(run, output_index, call.item(status, &arguments));
    }
}

/// What the model is asked for a response with these parameters.
fn question(settings: &super::Settings, conversation: &super::Conversation, params: &ResponseParams) -> Request {
    let session = settings.effective();
    let is_settled = |entry: &&Entry| entry.item.status != Some(ItemStatus::InProgress);
    let turns: Vec<Turn<'_>> = match &params.input {
        None => conversation.entries().filter(is_settled).map(turn).collect(),
        Some(items) => {
            let resolved = |item: &'_ Item| conversation.get(item.id()).map(turn);
            let found = items.iter().filter_map(|item| match item.kind {
                ItemKind::ItemReference => resolved(item),
                _ => Some(Turn::of(item)),
            });
            found.collect()
        }
    };
    let instructions = params.instructions.as_deref().unwrap_or(settings.instructions());
    let choice = params.tool_choice.as_ref().or(session.tool_choice.as_ref());
    let is_forbidden = matches!(choice, Some(WordOr::Word(word)) if word == "none");
    let offered = params.tools.as_ref().or(session.tools.as_ref()).filter(|_| !is_forbidden);
    let tools = offered.map(|tools| think::tools(tools)).unwrap_or_default();
    let has_tools = !tools.is_empty();
    let limit = params.max_output_tokens.clone().or(settings.max_output_tokens());
    let reasoning = params.reasoning.as_ref().or(session.reasoning.as_ref());
    Request {
        messages: think::messages(instructions, turns.iter().copied()),
        tools,
        tool_choice: think::tool_choice(choice).filter(|_| has_tools),
        parallel_tool_calls: params.parallel_tool_calls.or(session.parallel_tool_calls).filter(|_| has_tools),
        reasoning_effort: reasoning.and_then(|one| one.as_ref()?.effort.clone()),
        max_tokens: Some(match limit {
            Some(MaxOutputTokens::Count(limit)) => limit,
            _ => MAX_TOKENS,
        }),
    }
}

fn turn(entry: &Entry) -> Turn<'_> {
    let recognized = match &entry.words {
        Words::Known(words) => Some(words.as_str()),
        _ => None,
    };
    let is_inaudible = matches!(entry.words, Words::Due | Words::Lost);
    Turn { item: &entry.item, words: entry.heard.as_deref().or(recognized), is_inaudible }
}
