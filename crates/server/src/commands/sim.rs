//! `insights sim`: a provider of the Realtime protocol that plays a script, for development, tests and load.

use super::{say, start_log};
use crate::config::Config;
use anyhow::Context;
use clap::Args;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};
use voice::{
    media::MediaAddrs,
    sim::{KEY, Script, SimConfig, Simulator},
};

/// What the command line sets.
#[derive(Args, Debug)]
pub struct SimArgs {
    /// Where the provider's HTTP and WebSockets arrive.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8095")]
    bind: SocketAddr,
    /// Where the control door is (`/sim/…`); whoever reaches it commands the simulator.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8096")]
    control_bind: SocketAddr,
    /// UDP address for WebRTC calls. Without it calls have no media and are connected at once.
    #[arg(long, value_name = "ADDRESS")]
    udp: Option<SocketAddr>,
    /// Addresses under which callers reach the UDP port, where it is bound to all.
    #[arg(long, value_name = "IP")]
    udp_public: Vec<IpAddr>,
    /// The key that clients must send.
    #[arg(long, default_value = KEY)]
    key: String,
    /// The script of all calls until another is set (JSON, see docs/simulator.md).
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Length of all speech, over the script's: 1 is real time, 0 at once.
    #[arg(long)]
    pace: Option<f64>,
    /// Appends the ground truth to this file as JSON lines.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Keeps client and server events out of the ledger: for long load.
    #[arg(long)]
    no_events: bool,
    /// The longest session, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    max_session_s: u64,
}

/// Runs the simulator until it is told to stop.
pub async fn run(config: Config, args: SimArgs) -> anyhow::Result<ExitCode> {
    start_log(&config)?;
    let simulator = Simulator::start(sim_config(args)?).await.context("the simulator")?;
    say(&format!("base URL     {}", simulator.base_url()));
    say(&format!("key          {}", simulator.key()));
    say(&format!("control URL  {}", simulator.control_url().unwrap_or_default()));
    super::until_told().await;
    simulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn sim_config(args: SimArgs) -> anyhow::Result<SimConfig> {
    let mut script = match &args.script {
        Some(path) => {
            let name = path.display();
            let text = std::fs::read_to_string(path).with_context(|| format!("the script {name}"))?;
            serde_json::from_str(&text).with_context(|| format!("the script {name}"))?
        }
        None => Script::default(),
    };
    script.pace = args.pace.unwrap_or(script.pace);
    let local = |address: SocketAddr| address.ip().is_unspecified() && args.udp_public.is_empty();
    let public = args.udp_public.iter().map(|ip| SocketAddr::new(*ip, 0));
    let media = args.udp.map(|bind| MediaAddrs {
        bind,
        public: public.chain(local(bind).then(|| (Ipv4Addr::LOCALHOST, 0).into())).collect(),
    });
    Ok(SimConfig {
        bind: args.bind,
        control_bind: Some(args.control_bind),
        key: args.key,
        media,
        script,
        max_session: Duration::from_secs(args.max_session_s),
        ledger_file: args.ledger,
        has_events_in_ledger: !args.no_events,
        ..SimConfig::default()
    })
}
