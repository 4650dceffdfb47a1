//! `torture`: runs the suite. Its exit code says whether everything held.

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use clap::{Parser, Subcommand};
use futures_util::{StreamExt as _, stream};
use torture::{
    cases::{self, Case, Tier},
    dst, hunt,
    report::{Results, tell},
};

/// The torture suite of Interview Insights.
#[derive(Parser)]
#[command(name = "torture")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs cases of the rig and the simulation.
    Run {
        /// `smoke` (minutes) or `full` (hours).
        #[arg(long, value_enum, default_value_t = Tier::Smoke)]
        tier: Tier,
        /// Only these, such as T11 or DST.
        #[arg(long)]
        case: Vec<String>,
        /// What everything random is made of.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Writes the results into docs/torture.md.
        #[arg(long)]
        record: bool,
    },
    /// Runs seeds of the simulation alone.
    Dst {
        /// The first seed.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many.
        #[arg(long, default_value_t = 1)]
        seeds: u64,
    },
    /// Fails every operation of one simulated run after the other.
    Sweep {
        /// The run's seed.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Shows that seeded faults are caught; needs a build with the feature `mutants`.
    Mutants {
        /// Writes the table into docs/torture.md.
        #[arg(long)]
        record: bool,
    },
    /// Plays the shared cases of the append protocol on the server's rules.
    Vectors,
    /// Lists the cases.
    List,
}

fn main() -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let is_good = match Cli::parse().command {
        Command::Run { tier, case, seed, record } => runtime.block_on(run(tier, &case, seed, record))?,
        Command::Dst { seed, seeds } => simulate(seed, seeds),
        Command::Sweep { seed } => {
            let sweep = dst::sweep(seed);
            tell(&format!("{} places, {:?}, first {:?}", sweep.points, sweep.findings, sweep.first));
            sweep.findings.is_clean()
        }
        Command::Mutants { record } => hunt::hunt(record)?,
        Command::Vectors => {
            let odd = dst::vectors()?;
            odd.iter().for_each(|line| tell(&format!("odd answer: {line}")));
            odd.is_empty()
        }
        Command::List => {
            cases::ALL.iter().for_each(|case| tell(&format!("{:<6} {}", case.name, case.title)));
            true
        }
    };
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(tier: Tier, wanted: &[String], seed: u64, record: bool) -> Result<bool> {
    let (began, mut is_good) = (Instant::now(), true);
    let is_wanted = |case: &&Case| wanted.is_empty() || wanted.iter().any(|name| name == case.name);
    let chosen = cases::ALL.iter().filter(is_wanted).map(|case| cases::run(case, tier, seed));
    // The small form mostly waits, so several go at once; at full marks each has the machine for itself.
    let mut reports = stream::iter(chosen).buffer_unordered(tier.pick(3, 1));
    while let Some(report) = reports.next().await {
        report.lines().iter().for_each(|line| tell(line));
        is_good &= report.skipped.is_some() || report.is_passed();
        if record {
            // Another run may have written meanwhile.
            let mut results = Results::read()?;
            results.take(report);
            results.write()?;
        }
    }
    tell(&format!("{} in {} s", if is_good { "all held" } else { "NOT EVERYTHING HELD" }, began.elapsed().as_secs()));
    Ok(is_good)
}

fn simulate(first: u64, seeds: u64) -> bool {
    let (began, mut bad) = (Instant::now(), 0);
    let (mut simulated_ms, mut acked) = (0, 0);
    for seed in first..first + seeds {
        let outcome = dst::run(seed);
        simulated_ms += outcome.simulated_ms;
        acked += outcome.acked;
        if !outcome.findings.is_clean() {
            bad += 1;
            tell(&format!("seed {seed}: {:?}", outcome.findings));
        } else if seeds == 1 {
            tell(&format!("{outcome:?}"));
        }
    }
    let s = began.elapsed().as_secs_f64();
    tell(&format!(
        "{seeds} seeds in {s:.1} s ({:.0} a minute, {:.0} times real time), {acked} acknowledged entries, {bad} seeds with findings",
        seeds as f64 * 60.0 / s,
        simulated_ms as f64 / 1000.0 / s
    ));
    bad == 0
}
