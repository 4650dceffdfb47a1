use realtime_api::Item;
use realtime_api::session::{Tool, WordOr};
use serde_json::{Value, json};

use super::{Turn, messages, tool_choice, tools};

fn items(values: Value) -> Vec<Item> {
    values.as_array().unwrap().iter().map(|value| serde_json::from_value(value.clone()).unwrap()).collect()
}

fn asked(instructions: &str, conversation: Value) -> Value {
    json!(messages(instructions, items(conversation).iter().map(Turn::of)))
}

fn user(text: &str) -> Value {
    json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
}

fn assistant(text: &str) -> Value {
    json!({"type": "message", "role": "assistant", "content": [{"type": "output_audio", "transcript": text}]})
}

fn system(text: &str) -> Value {
    json!({"type": "message", "role": "system", "content": [{"type": "input_text", "text": text}]})
}

fn call(id: &str) -> Value {
    json!({"type": "function_call", "call_id": id, "name": "next_question", "arguments": "{\"n\":1}"})
}

fn output(id: &str, text: &str) -> Value {
    json!({"type": "function_call_output", "call_id": id, "output": text})
}

#[test]
fn instructions_and_system_items_are_one_message_at_the_front() {
    let got = asked("  You interview. ", json!([user("Hi."), system("The résumé."), assistant("Hello."), user("So?")]));
    assert_eq!(
        got,
        json!([
            {"role": "system", "content": "You interview.\n\nThe résumé."},
            {"role": "user", "content": "Hi."},
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": "So?"},
        ])
    );
    assert_eq!(asked("", json!([user("Hi.")])), json!([{"role": "user", "content": "Hi."}]));
}

#[test]
fn sides_take_turns_whatever_the_conversation() {
    let begins = json!({"role": "user", "content": "(The call begins.)"});
    let go_on = json!({"role": "user", "content": "(It is your turn to speak.)"});
    assert_eq!(asked("", json!([])), json!([begins]));
    let got = asked("", json!([assistant("Hello."), assistant("Question?")]));
    assert_eq!(got, json!([begins, {"role": "assistant", "content": "Hello.\nQuestion?"}, go_on]));
    let got = asked("", json!([user("A."), user("B."), assistant("  ")]));
    assert_eq!(got, json!([{"role": "user", "content": "A.\nB."}]));
}

#[test]
fn words_that_the_wire_does_not_show_count() {
    let spoken = items(json!([
        {"type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": null}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_audio", "transcript": null}]},
        {"type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": ""}]},
    ]));
    let turns = |is_inaudible| {
        let heard = [None, Some("I was cut"), None];
        let turns: Vec<Turn<'_>> =
            spoken.iter().zip(heard).map(|(item, words)| Turn { item, words, is_inaudible }).collect();
        turns
    };
    let words = |is_inaudible: bool| -> Vec<String> {
        let turns = turns(is_inaudible);
        messages("", turns.iter().copied()).iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(words(true), ["(inaudible)", "I was cut", "(inaudible)"]);
    assert_eq!(words(false), ["(silence)", "I was cut", "(silence)"]);
}

#[test]
fn every_call_is_followed_by_its_result() {
    let got =
        asked("", json!([user("A."), assistant("Well."), call("c1"), call("c2"), user("B."), output("c1", "ok")]));
    let function = json!({"name": "next_question", "arguments": "{\"n\":1}"});
    let made = |id: &str| json!({"id": id, "type": "function", "function": function});
    assert_eq!(
        got,
        json!([
            {"role": "user", "content": "A."},
            {"role": "assistant", "content": "Well.", "tool_calls": [made("c1"), made("c2")]},
            {"role": "tool", "tool_call_id": "c1", "content": "ok"},
            {"role": "tool", "tool_call_id": "c2", "content": "(no result)"},
            {"role": "user", "content": "B."},
        ])
    );
    let got = asked("", json!([user("A."), call("c1"), output("c1", "ok"), assistant("Next."), output("c9", "lost")]));
    assert_eq!(got[1]["content"], Value::Null);
    assert_eq!(got[3], json!({"role": "assistant", "content": "Next."}));
    assert_eq!(got.as_array().unwrap().len(), 5, "{got}");
}

#[test]
fn a_long_conversation_loses_its_beginning_but_never_its_instructions() {
    let mut conversation = Vec::new();
    for number in 0..200 {
        conversation.extend([user(&format!("{number} {}", "word ".repeat(60))), call(&format!("c{number}"))]);
    }
    let got = asked("Instructions.", json!(conversation));
    let got = got.as_array().unwrap();
    let length: usize = got.iter().map(|message| message.to_string().len()).sum();
    assert!((20_000..34_000).contains(&length), "{length}");
    assert_eq!((&got[0]["role"], &got[1]["role"]), (&json!("system"), &json!("user")));
    assert!(got[got.len() - 3]["content"].as_str().unwrap().starts_with("199 "));
}

#[test]
fn tools_and_choices_are_written_the_other_way() {
    let function: Tool =
        serde_json::from_value(json!({"type": "function", "name": "end", "description": "Ends."})).unwrap();
    let mcp: Tool = serde_json::from_value(json!({"type": "mcp", "server_url": "https://x"})).unwrap();
    let parameters = json!({"type": "object", "properties": {}});
    assert_eq!(
        tools(&[function, mcp]),
        [json!({"type": "function", "function": {"name": "end", "parameters": parameters, "description": "Ends."}})]
    );
    let choice = |value: Value| tool_choice(Some(&serde_json::from_value::<WordOr>(value).unwrap()));
    assert_eq!(choice(json!("auto")), None);
    assert_eq!(choice(json!("required")), Some(json!("required")));
    assert_eq!(
        choice(json!({"type": "function", "name": "end"})),
        Some(json!({"type": "function", "function": {"name": "end"}}))
    );
    assert_eq!(choice(json!({"type": "mcp", "server_label": "x"})), None);
}
