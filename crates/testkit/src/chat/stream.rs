//! A scripted answer as chunks of a chat completion, or as one whole.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::Semaphore,
};

use super::{Fault, Piece, Reply, wire};

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// As scripted.
    Whole,
    /// The client hung up first.
    HungUp,
}

/// Streams a reply, which goes on at a gate with each permit; a client that hangs up ends it.
pub(super) async fn send(
    reading: &mut BufReader<OwnedReadHalf>,
    writing: &mut OwnedWriteHalf,
    body: &Value,
    script: (Reply, &Semaphore),
) -> Sent {
    let mut byte = [0];
    tokio::select! {
        is_written = write(writing, body, script) => if is_written.is_ok() { Sent::Whole } else { Sent::HungUp },
        // A client says nothing after its question: whatever can be read is the end.
        _ = reading.read(&mut byte) => Sent::HungUp,
    }
}

async fn write(socket: &mut OwnedWriteHalf, body: &Value, (reply, gate): (Reply, &Semaphore)) -> std::io::Result<()> {
    match reply.fault {
        Some(Fault::Status(status)) => {
            wire::json(socket, status, &json!({"error": {"message": "Scripted.", "type": "server_error"}})).await;
            return Ok(());
        }
        Some(Fault::Html) => {
            let page = wire::chunk("<html><h1>Bad gateway</h1></html>\n");
            let head = wire::begin_chunks("text/html");
            socket.write_all(format!("{head}{page}{}", wire::chunk("")).as_bytes()).await?;
            return socket.shutdown().await;
        }
        Some(Fault::Silence) => return std::future::pending().await,
        _ => {}
    }
    socket.write_all(wire::begin_chunks("text/event-stream").as_bytes()).await?;
    let mut lines = Lines { socket, model: body["model"].clone() };
    lines.delta(json!({"role": "assistant", "content": ""})).await?;
    let mut calls = 0;
    for piece in &reply.pieces {
        match piece {
            Piece::Text(text) => lines.delta(json!({"content": text})).await?,
            Piece::Call { name, arguments } => {
                let half = (0..=arguments.len() / 2).rev().find(|at| arguments.is_char_boundary(*at)).unwrap_or(0);
                let (first, second) = arguments.split_at(half);
                let begin = json!({"index": calls, "id": format!("call_{calls}"), "type": "function",
                    "function": {"name": name, "arguments": first}});
                lines.delta(json!({"tool_calls": [begin]})).await?;
                let rest = json!({"index": calls, "function": {"arguments": second}});
                lines.delta(json!({"tool_calls": [rest]})).await?;
                calls += 1;
            }
            Piece::Gate => match gate.acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => return Ok(()),
            },
            Piece::Raw(text) => lines.raw(text).await?,
        }
    }
    match reply.fault {
        Some(Fault::Stall) => std::future::pending().await,
        // A length that is never filled: whoever reads sees that it is not the end.
        Some(Fault::Disconnect) => return lines.socket.write_all(b"ff\r\ndata: {\"cho").await,
        Some(Fault::Garbage) => return lines.raw("data: {\"choices\": [\n\n").await,
        Some(Fault::Error) => return lines.raw("data: {\"error\":{\"message\":\"Out of memory.\"}}\n\n").await,
        _ => {}
    }
    lines.end(&reply, body).await
}

struct Lines<'a> {
    socket: &'a mut OwnedWriteHalf,
    model: Value,
}

impl Lines<'_> {
    async fn raw(&mut self, text: &str) -> std::io::Result<()> {
        self.socket.write_all(wire::chunk(text).as_bytes()).await
    }

    async fn chunk(&mut self, choices: Value, usage: Value) -> std::io::Result<()> {
        let chunk = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
            "model": self.model, "choices": choices, "usage": usage});
        self.raw(&format!("data: {chunk}\n\n")).await
    }

    async fn delta(&mut self, delta: Value) -> std::io::Result<()> {
        self.chunk(json!([{"index": 0, "delta": delta, "finish_reason": null}]), Value::Null).await
    }

    async fn end(&mut self, reply: &Reply, body: &Value) -> std::io::Result<()> {
        self.chunk(json!([{"index": 0, "delta": {}, "finish_reason": finish(reply)}]), Value::Null).await?;
        if body["stream_options"]["include_usage"] == true {
            self.chunk(json!([]), usage(reply)).await?;
        }
        self.raw("data: [DONE]\n\n").await?;
        self.socket.write_all(wire::chunk("").as_bytes()).await?;
        self.socket.shutdown().await
    }
}

fn finish(reply: &Reply) -> &'static str {
    let has_calls = reply.pieces.iter().any(|piece| matches!(piece, Piece::Call { .. }));
    reply.finish.unwrap_or(if has_calls { "tool_calls" } else { "stop" })
}

/// As many tokens as there are pieces.
fn usage(reply: &Reply) -> Value {
    let output = reply.pieces.len();
    json!({"prompt_tokens": 100, "completion_tokens": output, "total_tokens": 100 + output,
        "prompt_tokens_details": {"cached_tokens": 40}})
}

/// The reply as one JSON object.
pub(super) fn whole(body: &Value, reply: &Reply) -> Value {
    let mut text = String::new();
    let mut calls = Vec::new();
    for piece in &reply.pieces {
        match piece {
            Piece::Text(more) => text.push_str(more),
            Piece::Call { name, arguments } => calls.push(json!({"id": format!("call_{}", calls.len()),
                "type": "function", "function": {"name": name, "arguments": arguments}})),
            Piece::Gate | Piece::Raw(_) => {}
        }
    }
    let mut message = json!({"role": "assistant", "content": text, "refusal": null});
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    let choice = json!({"index": 0, "message": message, "finish_reason": finish(reply), "logprobs": null});
    json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": body["model"],
        "choices": [choice], "usage": usage(reply)})
}
