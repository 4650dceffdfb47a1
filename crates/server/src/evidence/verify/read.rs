//! Reads the lines of an evidence file. Whatever cannot be read is said, and the rest is read all the same.

use crate::evidence::{
    bundle::{FORMAT, Leafed, Line},
    finding::Finding,
    lines::{Row, Turn},
    statement::Seal,
};
use crate::recording::parts::Segment;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) session: String,
    pub(super) version: u32,
    pub(super) about: String,
    pub(super) about_session: String,
    pub(super) rows: Vec<Leafed<Row>>,
    pub(super) turns: Vec<Leafed<Turn>>,
    pub(super) segments: Vec<Leafed<Segment>>,
    pub(super) seals: Vec<Seal>,
    pub(super) key: String,
    told: Option<u64>,
    stage: usize,
}

/// The parts of a file in their order.
const STAGES: [&str; 8] = [
    "the first line",
    "the description",
    "the log",
    "the transcript",
    "the recording",
    "the seal",
    "the key",
    "the last line",
];
/// Unreadable lines that are told one by one.
const MOST_UNREADABLE: usize = 20;

/// `None`: this is nothing of ours.
pub(super) fn read(file: &[u8], findings: &mut Vec<Finding>) -> Option<Read> {
    let mut read = Read::default();
    let mut lines: Vec<&[u8]> = file.split(|byte| *byte == b'\n').collect();
    let is_cut = lines.pop().is_some_and(|rest| !rest.is_empty());
    if !matches!(lines.first().map(|line| parse(line)), Some(Ok(Line::Bundle(_)))) {
        findings.push(Finding::NotABundle);
        return None;
    }
    for (number, line) in (1..).zip(&lines) {
        match parse(line) {
            Ok(parsed) => read.take(number, line, parsed, findings),
            Err(why) if findings.len() < MOST_UNREADABLE => findings.push(Finding::Unreadable(number, why)),
            Err(_) => {}
        }
    }
    if is_cut {
        findings.push(Finding::Truncated("the end of the last line"));
    }
    let found = lines.len() as u64;
    match read.told {
        Some(told) if told != found => findings.push(Finding::Count { told, found }),
        Some(_) => {}
        None => findings.push(Finding::Truncated("the last line")),
    }
    for (what, is_there) in [
        ("the description", !read.about.is_empty()),
        ("the seal", !read.seals.is_empty()),
        ("the key", !read.key.is_empty()),
    ] {
        if !is_there {
            findings.push(Finding::Truncated(what));
        }
    }
    Some(read)
}

fn parse(line: &[u8]) -> Result<Line, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl Read {
    fn take(&mut self, number: u64, text: &[u8], line: Line, findings: &mut Vec<Finding>) {
        if serde_json::to_string(&line).is_ok_and(|own| own.as_bytes() != text) {
            findings.push(Finding::Rewritten(number));
        }
        let stage = match &line {
            Line::Bundle(_) => 0,
            Line::About(_) => 1,
            Line::Row(_) => 2,
            Line::Turn(_) => 3,
            Line::Segment(_) => 4,
            Line::Seal(_) => 5,
            Line::Key(_) => 6,
            Line::End(_) => 7,
        };
        let is_single = matches!(stage, 0 | 1 | 6 | 7);
        if stage < self.stage || (is_single && stage == self.stage && number > 1) {
            findings.push(Finding::OutOfPlace(number, STAGES[stage]));
        }
        self.stage = self.stage.max(stage);
        match line {
            Line::Bundle(opening) => {
                if opening.format != FORMAT {
                    findings.push(Finding::NotABundle);
                }
                self.version = opening.version;
                self.session = opening.session;
            }
            Line::About(about) => {
                // The line is canonical, or that was noted: what stands between its braces is what was sealed.
                self.about = serde_json::to_string(&about).unwrap_or_default();
                self.about_session = about.session;
            }
            Line::Row(row) => self.rows.push(row),
            Line::Turn(turn) => self.turns.push(turn),
            Line::Segment(segment) => self.segments.push(segment),
            Line::Seal(seal) => self.seals.push(seal),
            Line::Key(key) => self.key = key,
            Line::End(told) => self.told = Some(told),
        }
    }
}
