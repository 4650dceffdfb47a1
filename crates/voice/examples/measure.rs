//! Prints how fast each speech model is on this machine: `cargo run --release --example measure [models] [--best]`.

#![expect(clippy::print_stdout, reason = "its output is the table")]

use std::path::PathBuf;

use voice::speech::measure;

fn main() -> Result<(), voice::speech::SpeechError> {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let models = paths.first().map_or_else(default_models, PathBuf::from);
    let speeds = measure::all(&models, flags.iter().any(|flag| flag == "--best"))?;
    println!("{:<28} {:>9} {:>9} {:>9} {:>7}", "model", "load ms", "audio s", "took ms", "RTF");
    for speed in speeds {
        let (what, load, took) = (speed.what, speed.load.as_millis(), speed.took.as_millis());
        println!("{what:<28} {load:>9} {:>9.2} {took:>9} {:>7.3}", speed.audio_s, speed.real_time_factor());
    }
    Ok(())
}

fn default_models() -> PathBuf {
    let cache = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map_or_else(|| PathBuf::from("."), PathBuf::from).join(".cache");
    std::env::var_os("INSIGHTS_MODELS")
        .map_or_else(|| cache().unwrap_or_else(home).join("insights/models"), PathBuf::from)
}
