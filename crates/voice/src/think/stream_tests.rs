use serde_json::{Value, json};

use super::{ChatStream, MAX_LINE};
use crate::think::{CallPiece, Failure, Finish, Thought, Tokens};

/// Reads a stream whole and by bytes: what comes of it must not depend on it, except for how text is cut.
fn read(stream: &str) -> Vec<Thought> {
    let mut whole = ChatStream::default();
    let mut thoughts = whole.push(stream.as_bytes());
    thoughts.extend(whole.finish());
    let mut bytes = ChatStream::default();
    let mut by_bytes: Vec<Thought> = stream.as_bytes().iter().flat_map(|byte| bytes.push(&[*byte])).collect();
    by_bytes.extend(bytes.finish());
    assert_eq!(thoughts, by_bytes, "{stream}");
    thoughts
}

fn data(chunks: &[Value]) -> String {
    chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect()
}

fn text(content: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": null}]})
}

fn reason(word: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": word}]})
}

fn tool(call: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
}

const DONE: &str = "data: [DONE]\n\n";

fn said(words: &str) -> Thought {
    Thought::Text(words.into())
}

#[test]
fn what_endpoints_stream_is_read() {
    let whole = Thought::End(Finish::Whole);
    let table = [
        (data(&[text("Hel"), text("lo."), reason("stop")]) + DONE, vec![said("Hel"), said("lo."), whole.clone()]),
        (data(&[text("Hello."), reason("stop")]), vec![said("Hello."), whole.clone()]),
        (data(&[text("Hello.")]) + DONE, vec![said("Hello."), whole.clone()]),
        (data(&[text("Hel"), reason("length")]) + DONE, vec![said("Hel"), Thought::End(Finish::Length)]),
        (data(&[reason("content_filter")]) + DONE, vec![Thought::End(Finish::Filter)]),
        (
            format!(": ping\r\n\r\nevent: x\r\nid: 1\r\ndata:{}\r\n\r\n{DONE}", text("Grüß Gott 你好")),
            vec![said("Grüß Gott 你好"), whole.clone()],
        ),
        (data(&[text("<think>Hm.</think>"), text("Yes.")]) + DONE, vec![said("Yes."), whole.clone()]),
        (data(&[text("<th")]) + DONE, vec![said("<th"), whole.clone()]),
        (
            data(&[
                json!({"choices": [{"delta": {"role": "assistant", "content": null, "reasoning_content": "Hm."}}]}),
            ]) + DONE,
            vec![whole.clone()],
        ),
        (
            data(&[
                reason("stop"),
                json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2,
                "prompt_tokens_details": {"cached_tokens": 5}}}),
            ]) + DONE,
            vec![Thought::Usage(Tokens { input: 9, cached: 5, output: 2 }), whole.clone()],
        ),
        (data(&[text("A")]) + DONE + &data(&[text("B")]), vec![said("A"), whole]),
    ];
    for (stream, expected) in table {
        assert_eq!(read(&stream), expected, "{stream}");
    }
}

#[test]
fn calls_are_told_apart_by_index_or_by_id() {
    let calls = |stream: &str| -> Vec<(usize, String, String, String)> {
        let pieces = read(stream).into_iter().filter_map(|thought| match thought {
            Thought::Call(CallPiece { index, id, name, arguments }) => {
                Some((index, id.unwrap_or_default(), name.unwrap_or_default(), arguments))
            }
            _ => None,
        });
        pieces.collect()
    };
    let row =
        |index, id: &str, name: &str, arguments: &str| (index, id.to_owned(), name.to_owned(), arguments.to_owned());
    let pieces = data(&[
        tool(json!({"index": 0, "id": "c1", "type": "function", "function": {"name": "end", "arguments": ""}})),
        tool(json!({"index": 0, "function": {"arguments": "{\"a\":"}})),
        tool(json!({"index": 0, "id": "", "function": {"name": "", "arguments": "1}"}})),
        tool(json!({"index": 1, "id": "c2", "function": {"name": "next", "arguments": "{}"}})),
        reason("tool_calls"),
    ]);
    assert_eq!(
        calls(&pieces),
        [row(0, "c1", "end", ""), row(0, "", "", "{\"a\":"), row(0, "", "", "1}"), row(1, "c2", "next", "{}")]
    );
    let same_index = data(&[
        tool(json!({"index": 0, "id": "c1", "function": {"name": "end", "arguments": {"a": 1}}})),
        tool(json!({"index": 0, "id": "c2", "function": {"name": "next"}})),
        tool(json!({"id": "c3", "function": {"name": "note"}})),
        tool(json!({"function": {"arguments": "{}"}})),
    ]);
    assert_eq!(
        calls(&same_index),
        [row(0, "c1", "end", "{\"a\":1}"), row(1, "c2", "next", ""), row(2, "c3", "note", ""), row(2, "", "", "{}")]
    );
    assert_eq!(calls(&data(&[tool(json!({"index": 18_446_744_073_709_551_615_u64}))])), [row(0, "", "", "")]);
}

#[test]
fn what_is_no_such_stream_fails_once() {
    let table = [
        (String::new(), Failure::Garbled),
        ("<html>Bad gateway</html>".to_owned(), Failure::Garbled),
        ("data: {\"choices\": [\n\n".to_owned(), Failure::Garbled),
        ("data: []\n\n".to_owned(), Failure::Garbled),
        ("data: {}\n\n".to_owned(), Failure::Garbled),
        (data(&[text("")]), Failure::Garbled),
        (data(&[json!({"error": {"message": "out of memory"}})]) + DONE, Failure::Broken),
        ("error: {\"code\": 500}\n\n".to_owned(), Failure::Broken),
        (format!("data: {}\n", "a".repeat(MAX_LINE)), Failure::Garbled),
    ];
    for (stream, why) in table {
        assert_eq!(read(&stream), [Thought::Failed(why)], "{}", &stream[..stream.len().min(60)]);
    }
    assert_eq!(read(&data(&[text("Hel")])), [said("Hel"), Thought::Failed(Failure::Garbled)], "broken off");
    let mut stream = ChatStream::default();
    assert_eq!(stream.push(b"data: \xff\xfe\n"), [Thought::Failed(Failure::Garbled)]);
    assert_eq!(stream.finish(), []);
}
