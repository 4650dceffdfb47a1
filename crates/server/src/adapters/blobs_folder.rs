//! Blobs as files of a folder: written beside, synced, renamed, and the folder synced, so that a name that is there is whole.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    ops::Range,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::{
    recording::blobs::{BlobError, Blobs, Durable, Key},
    secrets,
};

/// Where files are written before they get their names; never part of a backup.
const INCOMING: &str = ".incoming";

/// A folder of blobs.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Uses a folder, which is made with the first blob; removes what a crash left half written.
    pub fn open(root: PathBuf) -> io::Result<Folder> {
        match fs::remove_dir_all(root.join(INCOMING)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Folder { root }),
        }
    }

    fn place(&self, key: &Key) -> PathBuf {
        self.root.join(key.as_str())
    }

    fn write(&self, key: &Key, bytes: &[u8]) -> io::Result<Durable> {
        let new = self.scratch();
        let written = self.ready_scratch().and_then(|()| {
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(bytes)?;
            self.name(key, &file, &new)
        });
        if written.is_err() {
            // What is half written may be what filled the disk.
            let _ = fs::remove_file(&new);
        }
        written
    }

    /// Gives a finished file its name, durably.
    fn name(&self, key: &Key, file: &File, new: &Path) -> io::Result<Durable> {
        let place = self.place(key);
        let folder = place.parent().unwrap_or(&self.root);
        file.sync_all()?;
        make(folder)?;
        fs::rename(new, &place)?;
        File::open(folder)?.sync_all()?;
        Ok(Durable::synced())
    }

    fn ready_scratch(&self) -> io::Result<()> {
        make(&self.root.join(INCOMING))
    }
}

/// Makes a folder and those above it, for their owner alone; each is synced into the one above.
fn make(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(Path::new("/"));
    make(above)?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
    File::open(above)?.sync_all()
}

fn read(place: &Path, range: &Range<u64>) -> io::Result<Bytes> {
    let mut file = File::open(place)?;
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    let wanted = range.end.saturating_sub(range.start);
    file.take(wanted).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == wanted { Ok(bytes.into()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

fn unwritten(error: io::Error) -> BlobError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => BlobError::Full,
        _ => BlobError::Failed(error),
    }
}

fn unread(error: io::Error) -> BlobError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::UnexpectedEof => BlobError::Missing,
        _ => BlobError::Failed(error),
    }
}

/// Runs blocking work where it keeps nobody waiting.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
}

impl Blobs for Folder {
    fn put(&self, key: Key, bytes: Bytes) -> BoxFuture<'_, Result<Durable, BlobError>> {
        let folder = self.clone();
        Box::pin(async move { beside(move || folder.write(&key, &bytes)).await.map_err(unwritten) })
    }

    fn read(&self, key: Key, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, BlobError>> {
        let place = self.place(&key);
        Box::pin(async move { beside(move || read(&place, &range)).await.map_err(unread) })
    }

    fn take(&self, key: Key, file: PathBuf) -> BoxFuture<'_, Result<Durable, BlobError>> {
        let folder = self.clone();
        Box::pin(async move { beside(move || folder.name(&key, &File::open(&file)?, &file)).await.map_err(unwritten) })
    }

    fn scratch(&self) -> PathBuf {
        self.root.join(INCOMING).join(secrets::hex(&secrets::random::<16>()))
    }
}
