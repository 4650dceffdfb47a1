//! A copy of an installation that is made while it runs, and its way back. A backup is a folder: the database as it was at
//! one moment, the files of the data folder, and a list of them with their SHA-256, written last.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{config::Config, secrets::hex, store};

/// The list of files.
const LIST: &str = "backup.json";
/// The database, within a backup.
const DATABASE: &str = "insights.db";
/// What is made anew by itself, or is the database, which is not copied file by file.
const LEFT_OUT: &[&str] = &[
    "insights.db",
    "insights.db-wal",
    "insights.db-shm",
    "voice.json",
    "voice.ready.json",
    "renders",
    ".probe",
    "recordings/.incoming",
];

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct List {
    /// The program that made it.
    pub version: String,
    /// Its files.
    pub files: Vec<Entry>,
}

/// One file of a backup.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Where, within the backup.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Its content, hexadecimal.
    pub sha256: String,
}

/// Copies the installation into a new folder, also while it runs. A folder without its list is no backup.
pub async fn make(config: &Config, to: &Path) -> anyhow::Result<List> {
    let name = to.display();
    let url = config.database_url();
    ensure!(
        url.starts_with("sqlite:"),
        "the database is a PostgreSQL server: use pg_dump for it and copy {} (docs/operations.md)",
        config.server.data_dir.display()
    );
    let made = fs::DirBuilder::new().mode(0o700).create(to);
    made.with_context(|| format!("the folder {name} cannot be made; it must not be there yet"))?;
    let copied = copy_all(config, &url, to).await;
    if copied.is_err() {
        // Half a backup helps nobody and may be what filled the disk.
        let _ = fs::remove_dir_all(to);
    }
    copied.with_context(|| format!("the backup {name} was not made"))
}

async fn copy_all(config: &Config, url: &str, to: &Path) -> anyhow::Result<List> {
    store::snapshot(url, &to.join(DATABASE)).await.map_err(crate::commands::plain)?;
    let mut files = vec![entry(to, DATABASE.into())?];
    let from = &config.server.data_dir;
    for path in tree(from)? {
        let place = to.join("files").join(&path);
        copy(&from.join(&path), &place)?;
        files.push(entry(to, Path::new("files").join(path))?);
    }
    let list = List { version: env!("CARGO_PKG_VERSION").to_owned(), files };
    fs::write(to.join(LIST), serde_json::to_vec_pretty(&list)?)?;
    for path in [to.join(LIST), to.to_owned()] {
        File::open(path)?.sync_all()?;
    }
    Ok(list)
}

/// Puts a backup where the configuration has its data, once every file was found to be whole.
pub fn restore(config: &Config, from: &Path) -> anyhow::Result<List> {
    let list = check(from)?;
    let url = config.database_url();
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
    let Some(database) = path.and_then(|rest| rest.split('?').next()).map(Path::new) else {
        bail!("the database of the configuration is a PostgreSQL server; a backup of SQLite cannot go there");
    };
    ensure!(!database.exists(), "{} is there already: move it away first", database.display());
    let data = &config.server.data_dir;
    for file in &list.files {
        if let Ok(path) = file.path.strip_prefix("files") {
            copy(&from.join(&file.path), &data.join(path))?;
        }
    }
    // The database last: with it, the installation is there.
    copy(&from.join(DATABASE), database)?;
    Ok(list)
}

/// Compares every file with the list.
fn check(from: &Path) -> anyhow::Result<List> {
    let name = from.display();
    let list = fs::read(from.join(LIST)).with_context(|| format!("{name} is no backup: it has no {LIST}"))?;
    let list: List = serde_json::from_slice(&list).with_context(|| format!("{name}: {LIST} cannot be read"))?;
    ensure!(list.files.iter().any(|file| file.path == Path::new(DATABASE)), "{name}: {LIST} names no {DATABASE}");
    for file in &list.files {
        let path = file.path.display();
        let is_inside = file.path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        ensure!(is_inside, "{name}: {LIST} names {path}, which is not inside");
        let is = entry(from, file.path.clone()).with_context(|| format!("{name}: {path} is missing"))?;
        ensure!(is.bytes == file.bytes && is.sha256 == file.sha256, "{name}: {path} is not what was backed up");
    }
    Ok(list)
}

fn entry(root: &Path, path: PathBuf) -> anyhow::Result<Entry> {
    let mut file = File::open(root.join(&path)).with_context(|| path.display().to_string())?;
    let (mut sum, mut buffer, mut bytes) = (Sha256::new(), vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                sum.update(&buffer[..n]);
                bytes += n as u64;
            }
        }
    }
    Ok(Entry { path, bytes, sha256: hex(&sum.finalize()) })
}

/// Copies a file, durably and for its owner alone.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let dir = to.parent().unwrap_or(to);
    let copied = fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).and_then(|()| {
        fs::copy(from, to)?;
        File::open(to)?.sync_all()?;
        File::open(dir)?.sync_all()
    });
    copied.with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))
}

/// The files below a folder that are worth keeping, in order.
fn tree(root: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        for found in fs::read_dir(root.join(&folder))? {
            let found = found?;
            let (kind, path) = (found.file_type()?, folder.join(found.file_name()));
            if LEFT_OUT.iter().any(|name| path == Path::new(name)) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
