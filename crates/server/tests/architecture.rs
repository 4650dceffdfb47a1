//! The rules of the tree, read off its own sources: who may import what, how long a file may be, what may never be locked.
//!
//! Cargo enforces the borders between crates; this test enforces those inside `server`, and the budgets everywhere.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Only these files or folders of `crates/server/src` may name the crate: SQL, vendors, HTTP and the environment each have one home.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["store/"]),
    ("reqwest", &["adapters/", "rehearse/"]),
    ("tokio_tungstenite", &["adapters/"]),
    ("lettre", &["adapters/"]),
    ("axum", &["http/", "caller.rs"]),
    ("rust_embed", &["http/"]),
    ("argon2", &["adapters/"]),
    ("clap", &["main.rs", "commands", "rehearse/"]),
    ("str0m", &[]),
    ("std::env", &["config", "main.rs", "voice_process.rs", "commands", "mutant.rs"]),
    ("std::time::SystemTime", &["clock.rs"]),
];

/// Inside `server`, a folder may not import these: arrows point towards the domain.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("store/", &["crate::http", "crate::sessions", "crate::jobs", "crate::adapters", "crate::app"]),
    ("adapters/", &["crate::http", "crate::store", "crate::sessions", "crate::jobs", "crate::app"]),
    ("sessions/", &["crate::http"]),
    ("jobs/", &["crate::http"]),
];

/// Lines that a source file may have.
const LINES_HARD: usize = 500;

#[expect(
    clippy::disallowed_methods,
    reason = "the folder of this run: a shared target folder may hold another clone's binary"
)]
fn root() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).ancestors().nth(2).unwrap().to_path_buf()
}

fn sources(dir: &Path, endings: &[&str], out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "data", ".git"].contains(&name.as_str()) {
                sources(&path, endings, out);
            }
        } else if endings.iter().any(|e| name.ends_with(e)) {
            out.push(path);
        }
    }
}

/// The file's code without comments and without its own unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let body = text.split("#[cfg(test)]").next().unwrap();
    body.lines().filter(|l| !l.trim_start().starts_with("//")).fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{line}");
        all
    })
}

fn server_files() -> Vec<(String, String)> {
    let src = root().join("crates/server/src");
    let mut files = Vec::new();
    sources(&src, &[".rs"], &mut files);
    assert!(files.len() > 10, "the server's sources were not found");
    files.iter().map(|f| (f.strip_prefix(&src).unwrap().to_string_lossy().into_owned(), code(f))).collect()
}

/// Whether the code names the path as a whole word: `use axum::…`, `axum::Router`, never `axum_extra`.
fn names(code: &str, path: &str) -> bool {
    code.match_indices(path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + path.len()..].chars().next();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !word(before) && !word(after) && before != Some('"')
    })
}

#[test]
fn each_outside_thing_has_one_home() {
    let mut wrong = Vec::new();
    for (file, code) in server_files() {
        for (name, homes) in HOMES {
            let needle = if name.contains("::") { (*name).to_owned() } else { format!("{name}::") };
            if code.contains(&needle) && names(&code, name) && !homes.iter().any(|h| file.starts_with(h)) {
                wrong.push(format!("{file} names {name}, whose home is {homes:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn arrows_point_towards_the_domain() {
    let mut wrong = Vec::new();
    for (file, code) in server_files() {
        for (folder, banned) in FORBIDDEN.iter().filter(|(folder, _)| file.starts_with(folder)) {
            for b in banned.iter().filter(|b| names(&code, b)) {
                wrong.push(format!("{file} (in {folder}) imports {b}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_stay_short() {
    let mut files = Vec::new();
    for dir in ["crates", "web/src", "web/e2e"] {
        let dir = root().join(dir);
        if dir.exists() {
            sources(&dir, &[".rs", ".ts", ".tsx", ".css", ".mjs", ".sql"], &mut files);
        }
    }
    let long: Vec<String> = files
        .iter()
        .filter(|f| !f.to_string_lossy().contains(".gen."))
        .map(|f| (fs::read_to_string(f).unwrap().lines().count(), f))
        .filter(|(lines, _)| *lines > LINES_HARD)
        .map(|(lines, f)| format!("{lines} lines: {}", f.display()))
        .collect();
    assert!(long.is_empty(), "split where a noun falls out: {long:#?}");
}

#[test]
fn nothing_banned_is_locked() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages: Vec<&str> =
        lock.lines().filter_map(|l| l.strip_prefix("name = ")).map(|n| n.trim_matches('"')).collect();
    // One TLS stack in pure Rust with one provider; no unmaintained or copyleft code in the binary.
    for banned in
        ["openssl", "openssl-sys", "native-tls", "espeakng", "chrono", "lazy_static_include", "mysqlclient-sys"]
    {
        assert!(!packages.contains(&banned), "{banned} is in Cargo.lock");
    }
    assert!(packages.len() <= 480, "{} packages are locked; the budget is 480", packages.len());
}

#[test]
fn every_dependency_says_why() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for line in dependencies.lines().filter(|l| l.contains('=') && !l.starts_with('#') && !l.contains("path =")) {
        assert!(line.contains(" # "), "no reason beside this dependency: {line}");
    }
}
