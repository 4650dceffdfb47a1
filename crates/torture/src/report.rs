//! What the cases came to: on the screen, and in `docs/torture.md`.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::oracle::Verdict;

/// The text around the figures.
const HEAD: &str = include_str!("report/head.md");
/// What stands behind them.
const TAIL: &str = include_str!("report/tail.md");

/// The head of the comparison.
const COMPARISON: &str = include_str!("report/comparison.md");

/// Says something to whoever watches.
pub fn tell(line: &str) {
    // Nobody watches any more: the exit code is what counts.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A figure with what it must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// What it is.
    pub name: String,
    /// As measured.
    pub value: String,
    /// What it must be; empty: only told.
    pub mark: String,
    /// Whether it is.
    pub is_met: bool,
}

impl Mark {
    /// A figure that must be so.
    pub fn must(name: &str, value: impl Display, mark: &str, is_met: bool) -> Mark {
        Mark { name: name.to_owned(), value: format!("{value}"), mark: mark.to_owned(), is_met }
    }

    /// A figure that is only told.
    pub fn told(name: &str, value: impl Display) -> Mark {
        Mark::must(name, value, "", true)
    }
}

/// What one case came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    /// T1 … T20, DST, SWEEP.
    pub case: String,
    /// In a few words.
    pub title: String,
    /// `smoke` or `full`.
    pub tier: String,
    /// What it was made of.
    pub seed: u64,
    /// The common zeros.
    pub verdict: Verdict,
    /// Marks of its own.
    pub marks: Vec<Mark>,
    /// Why it was not run.
    pub skipped: Option<String>,
    /// How long it took, in seconds.
    pub seconds: u64,
    /// The day, UTC.
    pub date: String,
    /// The commit it ran on.
    pub commit: String,
}

impl CaseReport {
    /// Whether everything is as it must be; a skipped case is not counted as passed.
    pub fn is_passed(&self) -> bool {
        self.skipped.is_none() && self.verdict.is_clean() && self.marks.iter().all(|mark| mark.is_met)
    }

    /// A case that cannot be run here.
    pub fn skipped(case: &str, title: &str, why: &str) -> CaseReport {
        CaseReport {
            case: case.to_owned(),
            title: title.to_owned(),
            skipped: Some(why.to_owned()),
            ..CaseReport::default()
        }
    }

    /// The lines for the screen.
    pub fn lines(&self) -> Vec<String> {
        let state = match (&self.skipped, self.is_passed()) {
            (Some(why), _) => return vec![format!("SKIPPED {}  {}: {why}", self.case, self.title)],
            (None, true) => "passed ",
            (None, false) => "FAILED ",
        };
        let Verdict { acked, sessions, .. } = self.verdict;
        let head = format!(
            "{state} {}  {} ({} s, seed {}): {acked} acknowledged, {sessions} sessions",
            self.case, self.title, self.seconds, self.seed
        );
        let zeros = self.verdict.zeros().map(|(name, count)| format!("{name}={count}")).join(" ");
        let mark = |mark: &Mark| {
            let is_met = if mark.is_met { "" } else { "   <-- NOT MET" };
            let must = if mark.mark.is_empty() { String::new() } else { format!("  (must be {})", mark.mark) };
            format!("          {}: {}{must}{is_met}", mark.name, mark.value)
        };
        [head, format!("          {zeros}")].into_iter().chain(self.marks.iter().map(mark)).collect()
    }
}

/// All that is known, kept beside the document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Results {
    /// By tier and case.
    pub cases: BTreeMap<String, CaseReport>,
    /// The seeded faults.
    pub mutants: Vec<MutantRow>,
    /// When and on which commit these were.
    pub mutants_at: String,
}

/// What became of one seeded fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MutantRow {
    /// Its name.
    pub name: String,
    /// What it breaks.
    pub what: String,
    /// Which part is broken: the product's own code, or a model of it.
    pub place: String,
    /// What was run.
    pub run: String,
    /// What was found; empty: nothing, it lives.
    pub found: String,
}

/// The folder `docs` of this clone.
pub fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// The commit that is checked out; with a sign if there are changes on top.
pub fn commit() -> String {
    let git = |args: &[&str]| {
        let out = Command::new("git").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        String::from_utf8(out.stdout).ok().map(|text| text.trim().to_owned())
    };
    let is_changed = git(&["status", "--porcelain", "--untracked-files=no", "--", "crates", "web", "Cargo.lock"])
        .is_some_and(|text| !text.is_empty());
    format!("{}{}", git(&["rev-parse", "--short=10", "HEAD"]).unwrap_or_default(), if is_changed { "+" } else { "" })
}

/// Today, UTC, as `2026-11-22`.
pub fn today() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() / 86_400) as i64;
    // Days since 1970 to a date of the Gregorian calendar (Howard Hinnant's algorithm).
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

impl Results {
    fn file() -> PathBuf {
        docs().join("torture.json")
    }

    /// What was recorded so far.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read() -> Result<Results> {
        match std::fs::read_to_string(Results::file()) {
            Ok(text) => serde_json::from_str(&text).context("docs/torture.json"),
            Err(_) => Ok(Results::default()),
        }
    }

    /// Takes a case in, over what it came to before.
    pub fn take(&mut self, report: CaseReport) {
        let number = report.case.strip_prefix('T').and_then(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().ok()
        });
        let key = format!("{:03} {} {}", number.unwrap_or(999), report.case, report.tier);
        self.cases.insert(key, report);
    }

    /// Writes both files.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self) -> Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(Results::file(), json + "\n")?;
        std::fs::write(docs().join("torture.md"), self.document())?;
        Ok(())
    }

    /// The document.
    pub fn document(&self) -> String {
        let mut out = HEAD.to_owned();
        for (tier, title) in [("full", "Full marks"), ("smoke", "Smoke (inside `make test`)")] {
            let rows: Vec<&CaseReport> = self.cases.values().filter(|case| case.tier == tier).collect();
            if !rows.is_empty() {
                out += &format!("\n## {title}\n\n{}", table(&rows));
            }
        }
        let skipped: Vec<&CaseReport> = self.cases.values().filter(|case| case.skipped.is_some()).collect();
        if !skipped.is_empty() {
            out += "\n## Not run here\n\n| case | form | what | why |\n|---|---|---|---|\n";
            for case in skipped {
                let (form, why) = (&case.tier, case.skipped.as_deref().unwrap_or(""));
                out += &format!("| **{}** | {form} | {} | {why} |\n", case.case, case.title);
            }
        }
        out += &self.comparison_table();
        out += &self.mutant_table();
        out + TAIL
    }

    fn comparison_table(&self) -> String {
        let mut out = COMPARISON.to_owned();
        for name in ["T1", "T3", "T8", "T9", "T11", "T18"] {
            let of_case = |tier: &str| self.cases.values().find(|case| case.case == name && case.tier == tier);
            let Some(case) = of_case("full").or_else(|| of_case("smoke")) else { continue };
            let Verdict { said, lost_said, naive_lost, .. } = case.verdict;
            let share = |lost: u64| format!("{lost} ({:.1} %)", 100.0 * lost as f64 / said.max(1) as f64);
            let title = &case.title;
            out += &format!("| **{name}** | {title} | {said} | {} | {} |\n", share(lost_said), share(naive_lost));
        }
        out
    }

    fn mutant_table(&self) -> String {
        if self.mutants.is_empty() {
            return String::new();
        }
        let caught = self.mutants.iter().filter(|row| !row.found.is_empty()).count();
        let mut out = format!(
            "\n## Seeded faults: {caught} of {} caught\n\n{}\n\n| fault | what is broken | where | what was run | what was found |\n|---|---|---|---|---|\n",
            self.mutants.len(),
            self.mutants_at
        );
        for row in &self.mutants {
            let found = if row.found.is_empty() { "**nothing**" } else { &row.found };
            out += &format!("| `{}` | {} | {} | {} | {found} |\n", row.name, row.what, row.place, row.run);
        }
        out
    }
}

fn table(rows: &[&CaseReport]) -> String {
    let mut out = "| case | what happens | acknowledged | lost acked / dup / order / digest / stuck / false complete | 95 % bound | other figures | seed | date, commit |\n|---|---|---|---|---|---|---|---|\n".to_owned();
    for case in rows.iter().filter(|case| case.skipped.is_none()) {
        let zeros = case.verdict.zeros().map(|(_, count)| count.to_string()).join(" / ");
        let bound = match (case.verdict.is_clean(), case.verdict.acked) {
            (true, acked @ 1..) => format!("≤ {:.1e}", 3.0 / acked as f64),
            _ => "–".to_owned(),
        };
        let mark = |mark: &Mark| {
            let must = if mark.mark.is_empty() { String::new() } else { format!(" ({})", mark.mark) };
            format!("{} {}{must}{}", mark.name, mark.value, if mark.is_met { "" } else { " **not met**" })
        };
        let marks = case.marks.iter().map(mark).collect::<Vec<_>>().join("; ");
        let state = if case.is_passed() { "" } else { " **failed**" };
        out += &format!(
            "| **{}**{state} | {} | {} in {} sessions | {zeros} | {bound} | {marks} | {} | {}, {} |\n",
            case.case, case.title, case.verdict.acked, case.verdict.sessions, case.seed, case.date, case.commit
        );
    }
    out
}
