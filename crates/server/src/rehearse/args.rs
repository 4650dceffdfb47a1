//! The command line of `insights rehearse`.

use std::path::PathBuf;

use clap::Args;

/// Plays simulated candidates against a running server: real WebRTC calls with spoken answers, through the same doors as
/// a browser. Prints the transcripts as they grow and a summary. The exit code is 0 only if every interview ended complete.
#[derive(Args, Debug, Clone)]
pub struct RehearseArgs {
    /// The server; by default the one of this configuration.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Take this invitation instead of making one. Repeat it for several candidates.
    #[arg(long, value_name = "LINK")]
    pub invitation: Vec<String>,
    /// The interview plan, TOML or JSON: greeting, questions, closing; optionally title and competencies. Default: a demo plan.
    #[arg(long, value_name = "FILE", conflicts_with = "invitation")]
    pub plan: Option<PathBuf>,
    /// Answers, spoken in the order of their file names: *.wav as recorded, *.txt synthesized. A text beside a recording of
    /// the same name tells what is said in it. Default: demo answers.
    #[arg(long, value_name = "DIR")]
    pub answers: Option<PathBuf>,
    /// How many candidates at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub candidates: u16,
    /// The voice of synthesized answers; should differ from the interviewer's.
    #[arg(long, default_value = "joe")]
    pub voice: String,
    /// A sign-in token of a recruiter. Default: the operator's token in the server's data folder.
    #[arg(long, env = "INSIGHTS_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Interrupt each question but the first after a second of it, and measure how fast the interviewer falls silent.
    #[arg(long)]
    pub barge_in: bool,
    /// How long a candidate waits after the interviewer's last sound before answering.
    #[arg(long, value_name = "MS", default_value_t = 600)]
    pub think_ms: u64,
    /// Longest duration of one interview.
    #[arg(long, value_name = "SECONDS", default_value_t = 1_800)]
    pub limit_s: u64,
    /// Print the summary only.
    #[arg(long)]
    pub quiet: bool,
}
