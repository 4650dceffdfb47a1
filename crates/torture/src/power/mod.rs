//! Power loss: a library in front of the C library keeps an image of the server's data folder that holds only what was synced; a
//! cut puts the image in the folder's place.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{rig::program::Dir, rng::Rng};

/// The library's source.
const SOURCE: &str = include_str!("preload.c");
/// What a disk writes at once, or not at all.
const BLOCK: usize = 4096;

/// The power of a machine that consists of one folder.
#[derive(Clone, Debug)]
pub struct Power {
    interposer: PathBuf,
    data: PathBuf,
    image: PathBuf,
}

impl Power {
    /// Builds the library. The server must get [`Power::env`] from its first start on.
    ///
    /// # Errors
    /// When there is no C compiler, or it refuses.
    pub fn new(dir: &Dir) -> Result<Power> {
        let (source, interposer) = (dir.path().join("preload.c"), dir.path().join("preload.so"));
        let (data, image) = (dir.path().join("data"), dir.path().join("image"));
        fs::write(&source, SOURCE)?;
        fs::create_dir_all(&data)?;
        fs::create_dir_all(&image)?;
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&interposer).arg(&source).args(["-ldl", "-lpthread"]);
        let done = compiler.output().context("a C compiler (cc)")?;
        ensure!(done.status.success(), "the library does not compile: {}", String::from_utf8_lossy(&done.stderr));
        Ok(Power { interposer, data, image })
    }

    /// What the server's environment needs.
    pub fn env(&self) -> Vec<(String, String)> {
        let pair = |name: &str, path: &Path| (name.to_owned(), path.display().to_string());
        vec![pair("LD_PRELOAD", &self.interposer), pair("TORTURE_DIR", &self.data), pair("TORTURE_IMAGE", &self.image)]
    }

    /// The server's data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The power is gone. Every second time nothing that was not synced survives; otherwise some blocks do, at random, as
    /// a disk writes them back in any order. The server's process must have been killed.
    ///
    /// # Errors
    /// When files cannot be copied.
    pub fn cut(&self, rng: &mut Rng) -> Result<()> {
        if rng.chance(500) {
            self.tear(&self.image, rng)?;
        }
        fs::remove_dir_all(&self.data)?;
        copy(&self.image, &self.data)
    }

    /// Lets some blocks of the living files survive.
    fn tear(&self, folder: &Path, rng: &mut Rng) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.tear(&path, rng)?;
                continue;
            }
            let living = self.data.join(path.strip_prefix(&self.image)?);
            let (Ok(living), mut kept) = (fs::read(&living), fs::read(&path)?) else { continue };
            for at in (0..living.len()).step_by(BLOCK) {
                let block = &living[at..living.len().min(at + BLOCK)];
                if kept.get(at..at + block.len()) != Some(block) && rng.chance(500) {
                    kept.resize(kept.len().max(at + block.len()), 0);
                    kept[at..at + block.len()].copy_from_slice(block);
                }
            }
            fs::write(&path, kept)?;
        }
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let there = to.join(path.file_name().context("a file without a name")?);
        if path.is_dir() {
            copy(&path, &there)?;
        } else {
            fs::copy(&path, &there)?;
        }
    }
    Ok(())
}
