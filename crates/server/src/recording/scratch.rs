//! A file that is being made, before it becomes a blob.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::secrets::hex;

/// A local file that is removed unless it was taken over.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Nothing is there before [`Self::create`].
    pub(super) fn new(path: PathBuf) -> Scratch {
        Scratch(path)
    }

    /// Makes the file, empty.
    pub(super) fn create(&self) -> io::Result<File> {
        fs::create_dir_all(self.0.parent().unwrap_or(Path::new(".")))?;
        File::create_new(&self.0)
    }

    /// Where it is.
    pub(super) fn path(&self) -> PathBuf {
        self.0.clone()
    }

    /// Of its bytes, hexadecimal.
    pub(super) fn sha256(&self) -> io::Result<String> {
        let (mut file, mut sum, mut piece) = (BufReader::new(File::open(&self.0)?), Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(hex(&sum.finalize())),
                n => sum.update(&piece[..n]),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Gone when it was taken over.
        let _ = fs::remove_file(&self.0);
    }
}
