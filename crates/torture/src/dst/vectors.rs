//! The server's half of `testdata/append` on the product's own rules, with the simulated disk: what the database-backed test of the
//! server demands of the whole (`crates/server/tests/live/append.rs`), without a database.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result};
use insights::store::log::{LogError, NewRow, Source};
use serde_json::{Value, json};

use super::server::{Answer, Arrived, Disk, From, Server};
use crate::outbox::Id;

/// Plays every case; the answers that are not what the case demands.
///
/// # Errors
/// When a case cannot be read.
pub fn vectors() -> Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/append");
    let mut odd = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let case: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
            play(&case, &path.display().to_string(), &mut odd)?;
        }
    }
    Ok(odd)
}

fn play(case: &Value, name: &str, odd: &mut Vec<String>) -> Result<()> {
    let (mut server, mut disk, mut is_up) = (Server::default(), Disk::default(), true);
    for (at, step) in case["steps"].as_array().context("a case without steps")?.iter().enumerate() {
        match step["do"].as_str() {
            Some("database") => is_up = step["up"] == true,
            Some("elsewhere") => drop(append(&mut server, &mut disk, step, true)),
            Some("post") if step["server"].is_object() => {
                let wanted = &step["server"];
                // Keys are looked at before the rules are.
                if wanted["code"] == "sign_in_required" {
                    continue;
                }
                let said = said(append(&mut server, &mut disk, step, is_up));
                if !wanted
                    .as_object()
                    .into_iter()
                    .flatten()
                    .all(|(field, value)| field == "retry_after_s" || said[field] == *value)
                {
                    odd.push(format!("{name}, step {at}: {said}, not {wanted}"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn append(server: &mut Server, disk: &mut Disk, step: &Value, is_up: bool) -> Answer {
    let instance: Id = Arc::from(step["of"].as_str().unwrap_or_default());
    let row = |word: &Value| NewRow {
        leg: 1,
        kind: "test".to_owned(),
        item: None,
        body: json!({ "word": word }).to_string(),
        mono_ms: 5,
    };
    let rows = step["words"].as_array().into_iter().flatten().map(row).collect();
    let first_seq = step["first_seq"].as_i64().unwrap_or_default();
    let (from, source, epoch) = (From::Page(0), Source::Page, None);
    server.arrive(Arrived { from, instance, source, epoch, first_seq, rows, received_at: 0 });
    server.begin(disk);
    server.end(disk, is_up).pop().map_or(Ok(0), |(_, answer)| answer)
}

/// As the door says it.
fn said(answer: Answer) -> Value {
    match answer {
        Ok(acked) => json!({"status": 200, "acked": acked}),
        Err(LogError::Gap { expected }) => json!({"status": 409, "code": "gap", "expected": expected}),
        Err(LogError::Conflict { seq }) => json!({"status": 422, "code": "seq_conflict", "seq": seq}),
        Err(LogError::Failed(_) | LogError::Busy) => json!({"status": 503, "code": "database_busy"}),
        Err(error) => json!({"status": 409, "code": error.to_string()}),
    }
}
