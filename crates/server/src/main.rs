//! The command line of Interview Insights: one binary for everything.

use clap::{Parser, Subcommand};
use insights::{
    commands::{self, doctor, evidence, serve, sim, voice},
    config::{self, Config},
};
use std::{path::PathBuf, process::ExitCode};

/// Structured voice interviews with an AI interviewer.
#[derive(Parser)]
#[command(name = "insights", version)]
struct Cli {
    /// A configuration file (TOML); INSIGHTS__SECTION__KEY in the environment wins over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the server, the web app and the voice engine.
    Serve,
    /// Starts the voice engine alone: the OpenAI Realtime protocol on this machine.
    Voice(voice::VoiceArgs),
    /// Starts a simulated provider: the OpenAI Realtime protocol by a script, without models.
    Sim(sim::SimArgs),
    /// Lets simulated candidates talk with a running server.
    Rehearse(insights::rehearse::RehearseArgs),
    /// Brings the database up to date.
    Migrate,
    /// Copies the installation (database, keys, files) into a new folder, also while it runs.
    Backup {
        /// The folder; it must not be there yet.
        folder: PathBuf,
    },
    /// Puts a backup back where there is no installation yet.
    Restore {
        /// The backup.
        folder: PathBuf,
    },
    /// Checks models, database, data folder and port, and says what to do.
    Doctor {
        /// Checks the voice provider of the configuration instead, by a request that costs nothing.
        #[arg(long)]
        provider: bool,
    },
    /// Checks an evidence file that was downloaded from a session, without database or network.
    Verify(evidence::VerifyArgs),
    /// Prints the public key with which this installation's seals are checked.
    Key,
    /// Prints the API's description (OpenAPI, JSON).
    Openapi,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            commands::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Command::Openapi = cli.command {
        commands::say(&insights::http::description_json()?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Verify(args) = &cli.command {
        return evidence::check(args);
    }
    let config: Config = config::load(cli.config.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match cli.command {
        Command::Serve => runtime.block_on(serve::run(config)),
        Command::Voice(args) => runtime.block_on(voice::run(config, args)),
        Command::Sim(args) => runtime.block_on(sim::run(config, args)),
        Command::Rehearse(args) => runtime.block_on(insights::rehearse::run(args, &config)),
        Command::Migrate => runtime.block_on(commands::migrate(&config)),
        Command::Backup { folder } => runtime.block_on(commands::backup(&config, &folder)),
        Command::Restore { folder } => commands::restore(&config, &folder),
        Command::Doctor { provider: false } => runtime.block_on(doctor::run(&config)),
        Command::Doctor { provider: true } => runtime.block_on(doctor::provider(&config)),
        Command::Key => evidence::print_key(&config),
        Command::Openapi | Command::Verify(_) => Ok(ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
