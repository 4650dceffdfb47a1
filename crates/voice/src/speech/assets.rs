//! Where the model files lie, whether they are whole, and the one ONNX Runtime that loads them.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use sha2::{Digest as _, Sha256};

use super::{ModelProblem, SpeechError};

/// The lock file of `models/fetch-models.sh`; its lines name every model file.
pub const LOCK: &str = include_str!("../../../../models/models.lock");

/// ONNX Runtime, opened at run time.
pub const RUNTIME: &str = "libonnxruntime.so.1.23.2";
/// Voice activity.
pub const VAD: &str = "silero_vad.onnx";
/// End of turn.
pub const END_OF_TURN: &str = "smart-turn-v3.2-cpu.onnx";
/// Recognition: sound to states.
pub const ENCODER: &str = "moonshine-tiny-en/encoder_model.ort";
/// Recognition: states to tokens.
pub const DECODER: &str = "moonshine-tiny-en/decoder_model_merged.ort";
/// Recognition: tokens to text.
pub const TOKENIZER: &str = "moonshine-tiny-en/tokenizer.bin";
/// The fast voice.
pub const PIPER: &str = "piper/en_US-joe-medium.onnx";
/// The fast voice's phoneme numbers and scales.
pub const PIPER_CONFIG: &str = "piper/en_US-joe-medium.onnx.json";
/// The best voices.
pub const KOKORO: &str = "kokoro/kokoro-v1.0.int8.onnx";
/// Pronunciations looked at by people.
pub const GOLD: &str = "g2p/us_gold.json";
/// Pronunciations made by machines.
pub const SILVER: &str = "g2p/us_silver.json";

/// One model file as the lock describes it.
#[derive(Clone, Copy, Debug)]
pub struct LockedFile {
    /// Path below the model folder.
    pub target: &'static str,
    /// Checksum in hexadecimal.
    pub sha256: &'static str,
    /// Length in bytes.
    pub bytes: u64,
}

/// Every model file, once.
pub fn locked_files() -> Vec<LockedFile> {
    let mut files: Vec<LockedFile> = Vec::new();
    for line in LOCK.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&'static str> = line.split('\t').collect();
        if let [_, _, _, _, target, sha256, bytes] = fields[..]
            && files.iter().all(|file| file.target != target)
        {
            files.push(LockedFile { target, sha256, bytes: bytes.parse().unwrap_or(0) });
        }
    }
    files
}

/// Files that are missing or differ from the lock, compared by checksum on two threads.
pub fn problems(models: &Path) -> Vec<ModelProblem> {
    let mut files = locked_files();
    // The two largest files go to different threads.
    files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
    let check = |odd: usize| -> Vec<ModelProblem> {
        let mine = files.iter().enumerate().filter(|(i, _)| i % 2 == odd);
        mine.filter_map(|(_, file)| {
            let error = verify(models, file).err()?;
            Some(ModelProblem { file: models.join(file.target), error })
        })
        .collect()
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| check(1));
        let mut all = check(0);
        all.extend(other.join().unwrap_or_default());
        all
    })
}

/// Compares one file with the lock: its length first, then its checksum.
fn verify(models: &Path, locked: &LockedFile) -> Result<(), SpeechError> {
    let path = models.join(locked.target);
    let load = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => SpeechError::Missing(path.clone()),
        _ => SpeechError::Load { file: path.clone(), reason: e.to_string() },
    };
    let mut file = std::fs::File::open(&path).map_err(load)?;
    if file.metadata().map_err(load)?.len() != locked.bytes {
        return Err(SpeechError::Corrupt(path));
    }
    let mut hash = Sha256::new();
    let mut block = vec![0u8; 1 << 18];
    loop {
        let n = file.read(&mut block).map_err(load)?;
        if n == 0 {
            break;
        }
        hash.update(&block[..n]);
    }
    if hex(&hash.finalize()) == locked.sha256 { Ok(()) } else { Err(SpeechError::Corrupt(path)) }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The model folder together with the runtime that loads from it.
#[derive(Clone)]
pub struct Assets {
    dir: PathBuf,
    runtime: Environment,
}

/// ONNX Runtime allows one environment in a process, so the first folder's library serves all.
static RUNTIME_OPENED: Mutex<Option<Environment>> = Mutex::new(None);

impl Assets {
    /// Opens the runtime from the model folder.
    pub fn open(models: &Path) -> Result<Self, SpeechError> {
        let mut opened = RUNTIME_OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = match &*opened {
            Some(runtime) => runtime.clone(),
            None => {
                let file = models.join(RUNTIME);
                let reason = |e: String| SpeechError::Load { file: file.clone(), reason: e };
                let builder = ort::init_from(&file).map_err(|e| reason(e.to_string()))?;
                let runtime =
                    builder.with_name("voice").with_telemetry(false).build().map_err(|e| reason(e.to_string()))?;
                *opened = Some(runtime.clone());
                runtime
            }
        };
        Ok(Self { dir: models.to_path_buf(), runtime })
    }

    /// Full path of a file.
    pub fn path(&self, target: &str) -> PathBuf {
        self.dir.join(target)
    }

    /// A file's whole content.
    pub fn read(&self, target: &str) -> Result<Vec<u8>, SpeechError> {
        let file = self.path(target);
        std::fs::read(&file).map_err(|e| SpeechError::Load { file, reason: e.to_string() })
    }

    /// Loads a model that runs on the calling thread alone, so that the thread's priority is the model's.
    pub fn session(&self, target: &str) -> Result<Session, SpeechError> {
        let file = self.path(target);
        let build = || -> ort::Result<Session> {
            Session::builder(&self.runtime)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .commit_from_file(&file)
        };
        build().map_err(|e| SpeechError::Load { file: file.clone(), reason: e.to_string() })
    }
}
