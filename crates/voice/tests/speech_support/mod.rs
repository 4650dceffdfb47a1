//! What the speech tests share: where the models are, and audio made of spoken words and silences.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

/// The folder that `models/fetch-models.sh` fills.
pub fn models() -> PathBuf {
    let cache = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache");
    std::env::var_os("INSIGHTS_MODELS")
        .map_or_else(|| cache().unwrap_or_else(home).join("insights/models"), PathBuf::from)
}

/// Clips that stay between test runs, because the best voice is slow.
pub fn kept_clips() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("clips")
}

/// Lays a quiet room under audio (about -66 dB): digital silence is not what microphones give.
pub fn room(pcm: &mut [f32]) {
    let mut seed = 0x2545_f491_u32;
    for sample in pcm {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample += (seed >> 8) as f32 / (1 << 24) as f32 * 0.001 - 0.0005;
    }
}

/// Silence at 16 kHz.
pub fn silence(ms: usize) -> Vec<f32> {
    vec![0.0; ms * 16]
}
