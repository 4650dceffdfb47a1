//! The chat endpoint's client against a scripted endpoint. No models.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::json;
use testkit::chat::{FakeChat, Fault, Piece, Reply};
use voice::think::{Chat, ChatConfig, Failure, Finish, ModelsError, Request, Thought};

const KEY: &str = "sk-chat";

fn client(url: &str, change: impl FnOnce(&mut ChatConfig)) -> Chat {
    let mut config = ChatConfig { key: SecretString::from(KEY), ..ChatConfig::new(url, "fake") };
    change(&mut config);
    Chat::new(config).unwrap()
}

fn question() -> Request {
    Request { messages: vec![json!({"role": "user", "content": "Hello."})], max_tokens: Some(64), ..Request::default() }
}

async fn answer(chat: &Chat) -> Vec<Thought> {
    let (mut answer, mut thoughts) = (chat.ask(question()), Vec::new());
    while let Some(thought) = answer.next().await {
        thoughts.push(thought);
    }
    thoughts
}

fn text(thoughts: &[Thought]) -> String {
    let pieces = thoughts.iter().map(|thought| if let Thought::Text(text) = thought { text } else { "" });
    pieces.collect()
}

#[tokio::test]
async fn an_answer_comes_in_pieces_with_its_calls_and_its_cost() {
    let fake = FakeChat::start(&["fake"], Some(KEY)).await;
    fake.reply(Reply::says("Good, thank you.").calls("next_question", &json!({"reason": "whole"})));
    for url in [fake.base_url().to_owned(), format!("{}/v1/", fake.base_url())] {
        let chat = client(&url, |_| {});
        let thoughts = answer(&chat).await;
        assert!(!format!("{chat:?}").contains(KEY));
        assert_eq!(thoughts.last(), Some(&Thought::End(Finish::Whole)));
        if text(&thoughts) == "Good, thank you." {
            let pieces = thoughts.iter().filter_map(|thought| match thought {
                Thought::Call(piece) => Some(piece.arguments.as_str()),
                _ => None,
            });
            assert_eq!(pieces.collect::<String>(), "{\"reason\":\"whole\"}");
            assert!(thoughts.iter().any(|thought| matches!(thought, Thought::Usage(tokens) if tokens.cached == 40)));
        }
    }
    let asked = &fake.asked()[0];
    assert_eq!(
        *asked,
        json!({"model": "fake", "stream": true, "stream_options": {"include_usage": true}, "temperature": 0.6,
            "messages": [{"role": "user", "content": "Hello."}], "max_tokens": 64})
    );
}

#[tokio::test]
async fn every_fault_is_told_as_what_it_is() {
    let fake = FakeChat::start(&["fake"], Some(KEY)).await;
    let impatient = |config: &mut ChatConfig| config.first_within = Duration::from_millis(200);
    let chat = client(fake.base_url(), impatient);
    let quiet = Reply::default().waits();
    let table = [
        (Reply::default().fails(Fault::Status(500)), Failure::Broken),
        (Reply::default().fails(Fault::Status(503)), Failure::Broken),
        (Reply::default().fails(Fault::Status(429)), Failure::Busy),
        (Reply::default().fails(Fault::Status(400)), Failure::Refused),
        (Reply::default().fails(Fault::Status(302)), Failure::Refused),
        (Reply::default().fails(Fault::Status(404)), Failure::Model),
        (Reply::default().fails(Fault::Status(403)), Failure::Key),
        (Reply::default().fails(Fault::Html), Failure::Garbled),
        (Reply::default().fails(Fault::Silence), Failure::Slow),
        (quiet, Failure::Slow),
        (Reply::says("<think>Let me see.").fails(Fault::Stall), Failure::Slow),
        (Reply::says("Good. And").fails(Fault::Disconnect), Failure::Garbled),
        (Reply::says("Good. And").fails(Fault::Garbage), Failure::Garbled),
        (Reply::says("Good. And").fails(Fault::Error), Failure::Broken),
    ];
    for (reply, why) in table {
        fake.reply(reply.clone());
        let since = Instant::now();
        let thoughts = answer(&chat).await;
        assert_eq!(thoughts.last(), Some(&Thought::Failed(why)), "{reply:?}");
        assert!(since.elapsed() < Duration::from_secs(5), "{reply:?}");
    }
    let wrong = client(fake.base_url(), |config| config.key = SecretString::from("sk-wrong"));
    assert_eq!(answer(&wrong).await, [Thought::Failed(Failure::Key)]);
    let other = client(fake.base_url(), |config| config.model = "other".into());
    assert_eq!(answer(&other).await, [Thought::Failed(Failure::Model)]);
    let nobody = client("http://127.0.0.1:9", |_| {});
    assert_eq!(answer(&nobody).await, [Thought::Failed(Failure::Unreachable)]);
    for url in ["", "localhost:11434", "ftp://host", "http://"] {
        assert!(Chat::new(ChatConfig::new(url, "fake")).is_err(), "{url}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_wants_is_hung_up_on() {
    let fake = FakeChat::start(&["fake"], Some(KEY)).await;
    fake.reply(Reply::says("Good.").fails(Fault::Stall));
    let chat = client(fake.base_url(), |_| {});
    let mut answer = chat.ask(question());
    assert_eq!(answer.next().await, Some(Thought::Text("Good.".into())));
    drop(answer);
    fake.hung_up(1).await;
}

#[tokio::test]
async fn a_long_stream_and_a_stream_without_an_end_are_bounded() {
    let fake = FakeChat::start(&["fake"], Some(KEY)).await;
    let noise = (0..40).map(|_| Piece::Raw(format!(": {}\n", "x".repeat(128 * 1024)))).collect();
    fake.reply(Reply { pieces: noise, ..Reply::default() });
    assert_eq!(answer(&client(fake.base_url(), |_| {})).await, [Thought::Failed(Failure::Garbled)]);
}

#[tokio::test]
async fn the_list_of_models_says_what_is_wrong() {
    let fake = FakeChat::start(&["llama", "fake:latest"], Some(KEY)).await;
    assert_eq!(client(fake.base_url(), |_| {}).check().await, Ok(()));
    let check = |change: fn(&mut ChatConfig)| {
        let chat = client(fake.base_url(), change);
        async move { chat.check().await.unwrap_err() }
    };
    let missing = check(|config| config.model = "qwen".into()).await;
    assert_eq!(missing.to_string(), "it has no model \"qwen\"; it has: llama, fake:latest");
    let key = check(|config| config.key = SecretString::from("sk-wrong")).await;
    assert_eq!(key, ModelsError::NoList(Failure::Key));
    let nobody = check(|config| config.url = "http://127.0.0.1:9".into()).await;
    assert!(nobody.to_string().contains("does not answer"), "{nobody}");
    let elsewhere = check(|config| config.url = format!("{}/api", config.url)).await;
    assert!(elsewhere.to_string().contains("/v1"), "{elsewhere}");
}
