//! The scripted chat endpoint as a program, for the official clients: `cargo run -p insights-testkit --example chat`.
//! Prints its URL; wants the key `sk-chat`; ends with its standard input.

use std::io::{Read as _, Write as _};

use serde_json::json;
use testkit::chat::{FakeChat, Reply};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let chat = FakeChat::start(&["fake"], Some("sk-chat")).await;
    for _ in 0..2 {
        chat.reply(Reply::says("Thank you, Ann. What did you learn from it?"));
        chat.reply(Reply::says("Good.").calls("next_question", &json!({"reason": "complete"})));
    }
    writeln!(std::io::stdout(), "{}", chat.base_url())?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
