//! Where bytes that are no rows lie: the port. `adapters/blobs_folder.rs` is a folder; an object store would be another.

use std::{
    ops::Range,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::ids::{SessionId, TenantId};

/// A blob's name: parts of letters, digits, `_`, `-` and `.`, separated by `/`, none of them leading upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A chunk: its content is in its name, so that two contents for one place never overwrite each other.
    pub fn chunk(tenant: &TenantId, session: &SessionId, segment: &str, (seq, sha256): (i64, &str)) -> Key {
        Key(format!("{tenant}/{session}/{segment}/{seq:06}-{sha256}"))
    }

    /// A file that was made from chunks.
    pub fn part(tenant: &TenantId, session: &SessionId, sha256: &str) -> Key {
        Key(format!("{tenant}/{session}/parts/{sha256}"))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Proof that a blob would survive a loss of power; only an adapter gives one, when it has synced.
#[derive(Debug)]
pub struct Durable(());

impl Durable {
    /// For adapters, after their last sync.
    pub(crate) fn synced() -> Durable {
        Durable(())
    }
}

/// A blob could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no room.
    #[error("no room for the blob")]
    Full,
    /// It is not there, or shorter than it must be.
    #[error("the blob is not there")]
    Missing,
    /// Something else.
    #[error("the blob storage fails")]
    Failed(#[source] std::io::Error),
}

/// A place for blobs. Names are written once and never changed.
pub trait Blobs: Send + Sync {
    /// Writes a blob; what is there already is replaced by the same.
    fn put(&self, key: Key, bytes: Bytes) -> BoxFuture<'_, Result<Durable, BlobError>>;

    /// Reads a part of a blob, in bytes.
    fn read(&self, key: Key, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, BlobError>>;

    /// Takes over a local file, which is gone afterwards.
    fn take(&self, key: Key, file: PathBuf) -> BoxFuture<'_, Result<Durable, BlobError>>;

    /// A new name for a local file that [`Blobs::take`] will be given. What a crash leaves there is removed at the next start.
    fn scratch(&self) -> PathBuf;
}

/// Where an installation keeps its blobs.
pub struct Storage(RwLock<Arc<dyn Blobs>>);

impl Storage {
    /// Uses this place.
    pub fn new(blobs: impl Blobs + 'static) -> Storage {
        Storage(RwLock::new(Arc::new(blobs)))
    }

    /// The place.
    pub fn current(&self) -> Arc<dyn Blobs> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses another place from now on; for tests of what a place may do.
    pub fn replace(&self, blobs: Arc<dyn Blobs>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = blobs;
    }
}
