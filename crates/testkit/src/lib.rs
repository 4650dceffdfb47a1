//! Test tools that know nothing of the server: folders that vanish, databases that are new, a chat endpoint that answers from
//! a script. Dev only.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

pub mod chat;
pub mod postgres;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

/// A name that no other test of any process uses.
pub fn unique(prefix: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    format!("{prefix}_{}_{nanos}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A folder that is removed when the value is dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes an empty folder.
    pub fn new() -> TempDir {
        let path = std::env::temp_dir().join(unique("insights"));
        std::fs::create_dir_all(&path).unwrap();
        TempDir(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for TempDir {
    fn default() -> Self {
        TempDir::new()
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // Best effort: the folder is in the system's temporary place anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
