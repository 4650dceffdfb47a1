//! Edits by somebody who knows the format: each is named by its place.

use crate::sample::{OURS, PAGE, RECORDING, Sample, rows};
use insights::evidence::{key::SealKey, verify::verify};
use serde_json::{Value, json};

/// What is said of the file after `edit` has changed its lines, which are read and written as they should be.
fn after(sample: &Sample, edit: impl Fn(&mut Vec<Value>)) -> Vec<String> {
    let mut lines: Vec<Value> = sample.file().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    edit(&mut lines);
    let count = lines.len();
    if let Some(last) = lines.last_mut().filter(|line| line.get("end").is_some()) {
        *last = json!({"end": count});
    }
    let file: String = lines.iter().map(|line| format!("{line}\n")).collect();
    verify(file.as_bytes(), None).findings.iter().map(ToString::to_string).collect()
}

fn find(lines: &mut [Value], is_it: impl Fn(&Value) -> bool) -> &mut Value {
    lines.iter_mut().find(|line| is_it(line)).unwrap()
}

fn row<'a>(lines: &'a mut [Value], instance: &str, seq: i64) -> &'a mut Value {
    &mut find(lines, |l| l["row"]["is"]["instance"] == instance && l["row"]["is"]["seq"] == seq)["row"]
}

#[test]
fn each_field_of_a_row_names_instance_and_place() {
    let sample = Sample::of(6, 4);
    for (field, value) in [
        ("leg", json!(2)),
        ("kind", json!("other")),
        ("item", json!("item_9")),
        ("mono_ms", json!(7)),
        ("received_at", json!(7)),
        ("source", json!("C")),
        ("body", json!("{\"transcript\":\"I did not say that\"}")),
        ("hash", json!("00")),
    ] {
        let said = after(&sample, |lines| row(lines, OURS, 3)["is"][field] = value.clone());
        assert_eq!(said, ["row 3 of instance leg-1 was altered"], "{field}");
    }
    let said = after(&sample, |lines| row(lines, OURS, 3)["leaf"] = json!("00"));
    assert_eq!(said, ["the checksum of row 3 of instance leg-1 was altered; the row itself was not"]);
    // An item that is no item hashes alike in the chain, not in the seal.
    let said = after(&sample, |lines| row(lines, OURS, 3)["is"]["item"] = json!(""));
    assert_eq!(said, ["row 3 of instance leg-1 was altered"]);
}

#[test]
fn rows_that_were_removed_moved_or_added_are_named() {
    let sample = Sample::of(6, 4);
    let at = |lines: &[Value], seq: i64| {
        lines.iter().position(|l| l["row"]["is"]["instance"] == OURS && l["row"]["is"]["seq"] == seq).unwrap()
    };
    let said = after(&sample, |lines| drop(lines.remove(at(lines, 2))));
    assert_eq!(said, ["instance leg-1: row 2 is missing or moved; row 3 stands in its place"]);
    let said = after(&sample, |lines| drop(lines.remove(at(lines, 6))));
    assert!(said[0].contains("does not end as revision 1 sealed it"), "{said:?}");
    let said = after(&sample, |lines| {
        let (a, b) = (at(lines, 2), at(lines, 5));
        lines.swap(a, b);
    });
    assert_eq!(said, ["instance leg-1: row 2 is missing or moved; row 5 stands in its place"]);
    let said = after(&sample, |lines| lines.retain(|l| l["row"]["is"]["instance"] != PAGE));
    assert_eq!(said, [format!("instance {PAGE}, which revision 1 sealed, is missing")]);
    let mut longer = Sample::of(6, 4);
    longer.rows = rows(PAGE, "C", 3).into_iter().chain(rows(OURS, "S", 7)).collect();
    let said = after(&longer, |_| {});
    assert_eq!(said, ["instance leg-1 has rows after 6 that no seal covers"]);
}

#[test]
fn a_row_that_was_altered_with_its_whole_chain_is_not_what_was_sealed() {
    let mut sample = Sample::of(6, 4);
    let mut before = String::new();
    for row in sample.rows.iter_mut().filter(|row| row.instance == OURS) {
        row.body = row.body.replace("Words", "Other words");
        row.hash = row.chained(&before);
        before.clone_from(&row.hash);
    }
    let said = after(&sample, |_| {});
    assert_eq!(said, ["instance leg-1 does not end as revision 1 sealed it: rows are missing or altered"]);
    let mut sample = Sample::of(6, 4);
    sample.rows[4].received_at += 1;
    assert_eq!(after(&sample, |_| {}), ["the rows of instance leg-1 are not those that revision 1 sealed"]);
}

#[test]
fn turns_description_seal_and_key_are_named() {
    let sample = Sample::of(6, 4);
    let turn = |lines: &mut Vec<Value>, field: &str, value: Value| {
        find(lines, |l| l["turn"]["is"]["item"] == "item_2")["turn"]["is"][field] = value;
    };
    for (field, value) in [("text", json!("No.")), ("speaker", json!("interviewer")), ("cut", json!(true))] {
        let said = after(&sample, |lines| turn(lines, field, value.clone()));
        assert_eq!(said, ["the turn item_2 of the transcript was altered"], "{field}");
    }
    let said = after(&sample, |lines| lines.retain(|l| l["turn"]["is"]["item"] != "item_4"));
    assert!(said[0].starts_with("the transcript is not the sealed one"), "{said:?}");
    let said = after(&sample, |lines| lines[1]["about"]["plan"]["language"] = json!("de"));
    assert_eq!(said, ["what the interview was (plan, consent, calls, times) was altered"]);
    let said = after(&sample, |lines| lines[1]["about"]["consent"]["version"] = json!("1"));
    assert_eq!(said, ["what the interview was (plan, consent, calls, times) was altered"]);
    let other = SealKey::of("another").unwrap().public().to_string();
    let said = after(&sample, |lines| find(lines, |l| l.get("key").is_some())["key"] = json!(other));
    assert_eq!(said, ["the key in the file is not the one that the newest seal names"]);
    let said = after(&sample, |lines| find(lines, |l| l.get("key").is_some())["key"] = json!("no key"));
    assert_eq!(said[0], "the public key in the file is no key");
}

#[test]
fn a_statement_that_was_altered_is_not_signed() {
    let sample = Sample::amended();
    for (from, to) in [
        ("\"outcome\":\"incomplete\"", "\"outcome\":\"complete\""),
        ("\"turns\":4", "\"turns\":5"),
        ("channel_gap", "noted"),
    ] {
        let said = after(&sample, |lines| {
            let seal = lines.iter_mut().rfind(|l| l.get("seal").is_some()).unwrap();
            let text = seal["seal"]["statement"].as_str().unwrap().replace(from, to);
            seal["seal"]["statement"] = json!(text);
        });
        assert_eq!(said, ["revision 2: the statement or its signature was altered, or another key signed it"]);
    }
    let said = after(&sample, |lines| {
        let first = lines.iter().position(|l| l.get("seal").is_some()).unwrap();
        lines.remove(first);
    });
    assert_eq!(said, ["revision 2 stands where revision 1 must follow from the one before"]);
}

#[test]
fn a_file_that_somebody_else_sealed_anew_is_whole_and_of_another_key() {
    let mut forged = Sample::of(6, 4);
    let key = forged.key.public();
    forged.key = SealKey::of("the forger's").unwrap();
    forged.seals.clear();
    forged.seal();
    assert_eq!(verify(forged.file().as_bytes(), None).findings, []);
    let said = verify(forged.file().as_bytes(), Some(&key)).findings;
    assert!(said[0].to_string().starts_with("revision 1 was sealed by another key"), "{said:?}");
}

#[test]
fn what_is_no_bundle_is_told_as_that() {
    for file in ["", "\n", "{}\n", "PK\u{3}\u{4}", "{\"items\":[]}\n", "[[[[[["] {
        let said = verify(file.as_bytes(), None).findings;
        assert_eq!(said[0].to_string(), "this is not an evidence file of Interview Insights", "{file:?}");
    }
    let deep = "[".repeat(200_000);
    assert!(!verify(deep.as_bytes(), None).findings.is_empty());
    let file = Sample::of(1, 1).file().replacen("\"version\":1", "\"version\":2", 1);
    assert!(verify(file.as_bytes(), None).findings.iter().any(|f| f.to_string().contains("version 2")));
}

/// An hour's interview. The figure is for a build without optimization, and still within the promised second.
#[test]
fn twenty_thousand_rows_are_checked() {
    let sample = Sample::of(20_000, 120);
    let report = verify(sample.file().as_bytes(), None);
    assert_eq!((report.findings.len(), report.rows), (0, 20_003));
}

#[test]
fn what_came_out_of_the_recording_is_sealed_like_all_else() {
    let sample = Sample::healed();
    let report = verify(sample.file().as_bytes(), None);
    assert_eq!(report.findings, []);
    let sum = report.recovered.unwrap();
    assert_eq!((sum.spans, sum.recovered_spans, sum.recovered_ms), (2, 1, 800));
    assert!(sample.file().starts_with(r#"{"bundle":{"format":"interview-insights-evidence","version":3"#));
    let said = after(&sample, |lines| {
        let body = &mut row(lines, RECORDING, 1)["is"]["body"];
        *body = json!(body.as_str().unwrap().replace("Words again", "Better words"));
    });
    assert_eq!(said, ["row 1 of instance recording was altered"]);
    let said = after(&sample, |lines| {
        find(lines, |l| l["turn"]["is"]["item"] == "recording-2000")["turn"]["is"]["status"] = json!("final");
    });
    assert_eq!(said, ["the turn recording-2000 of the transcript was altered"]);
    let said = after(&sample, |lines| {
        let statement = &mut lines.iter_mut().rfind(|l| l.get("seal").is_some()).unwrap()["seal"]["statement"];
        *statement = json!(statement.as_str().unwrap().replace("\"recovered_spans\":1", "\"recovered_spans\":2"));
    });
    assert!(said.iter().any(|words| words.contains("the statement or its signature was altered")), "{said:?}");
    // A statement that speaks of it is of version 3.
    let said = after(&sample, |lines| {
        let statement = &mut lines.iter_mut().rfind(|l| l.get("seal").is_some()).unwrap()["seal"]["statement"];
        *statement = json!(statement.as_str().unwrap().replace("\"version\":3", "\"version\":2"));
    });
    assert!(said.iter().any(|words| words.contains("says version 2")), "{said:?}");
}
