//! The programs of the rig: how they are started, found ready, and killed.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use super::{UP_WITHIN, door::http};

/// The simulator's key.
const KEY: &str = "sk-simulated";

/// A folder that goes with its value.
pub struct Dir(PathBuf);

impl Dir {
    /// An empty one.
    ///
    /// # Errors
    /// When the system's temporary folder takes none.
    pub fn new() -> Result<Dir> {
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos();
        let path = std::env::temp_dir().join(format!("insights-torture-{}-{nanos}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Dir(path))
    }

    /// Where.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        if std::env::var_os("TORTURE_KEEP").is_none() {
            // It is in a temporary place anyway.
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

/// The product's binary: beside this one, or what `INSIGHTS_BINARY` names.
///
/// # Errors
/// When there is none.
pub fn binary() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("INSIGHTS_BINARY") {
        return Ok(named.into());
    }
    let here = std::env::current_exe()?;
    let beside = here.ancestors().skip(1).take(2).map(|dir| dir.join("insights")).find(|path| path.is_file());
    beside.context("the binary `insights` is not beside this one: cargo build -p insights-server first")
}

/// A port that was free a moment ago.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn log_of(dir: &Path, name: &str) -> Result<Stdio> {
    let file = std::fs::File::options().create(true).append(true).open(dir.join(format!("{name}.log")))?;
    Ok(file.into())
}

/// Waits until something answers there.
async fn up(url: &str, child: &mut Child) -> Result<()> {
    let (http, until) = (http(None)?, Instant::now() + UP_WITHIN);
    while Instant::now() < until {
        if let Ok(answer) = http.get(url).timeout(Duration::from_secs(2)).send().await
            && answer.status() != 503
        {
            return Ok(());
        }
        if let Some(status) = child.try_wait()? {
            bail!("it ended before it answered at {url}: {status}");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("nothing answers at {url}")
}

/// The simulated provider.
pub struct Sim {
    child: Child,
    /// `http://host:port`.
    pub url: String,
    /// `http://host:port/sim`.
    pub control: String,
}

impl Sim {
    /// Starts one at this pace, whose calls last at most so long.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(dir: &Dir, pace: f64, session_s: Option<u64>) -> Result<Sim> {
        let (port, control) = (free_port()?, free_port()?);
        let mut command = Command::new(binary()?);
        command.arg("sim").args(["--bind", &format!("127.0.0.1:{port}")]);
        command.args(["--control-bind", &format!("127.0.0.1:{control}"), "--key", KEY, "--pace", &pace.to_string()]);
        if let Some(seconds) = session_s {
            command.args(["--max-session-s", &seconds.to_string()]);
        }
        command.env("INSIGHTS__LOG__LEVEL", "error").env_remove("LD_PRELOAD");
        command.stdout(Stdio::null()).stderr(log_of(dir.path(), "sim")?).kill_on_drop(true);
        let mut child = command.spawn().context("the simulator cannot be started")?;
        let url = format!("http://127.0.0.1:{port}");
        up(&url, &mut child).await.context("the simulator")?;
        Ok(Sim { child, url, control: format!("http://127.0.0.1:{control}/sim") })
    }

    /// Its process id.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }
}

/// What a case wants of the server beside the usual.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// The data folder; otherwise one of the rig's.
    pub data: Option<PathBuf>,
    /// More environment.
    pub env: Vec<(String, String)>,
}

/// The server under test.
pub struct Server {
    dir: PathBuf,
    child: Option<Child>,
    env: Vec<(String, String)>,
    /// `http://host:port`, the same over every restart.
    pub url: String,
    /// Its data folder.
    pub data: PathBuf,
    /// How often it was started.
    pub starts: u64,
}

impl Server {
    /// Prepares one whose calls `provider` carries.
    ///
    /// # Errors
    /// When no port is free.
    pub fn new(dir: &Dir, provider: &str, options: &ServerOptions) -> Result<Server> {
        let port = free_port()?;
        let data = options.data.clone().unwrap_or_else(|| dir.path().join("data"));
        let own = [
            ("INSIGHTS__SERVER__BIND", format!("127.0.0.1:{port}")),
            ("INSIGHTS__SERVER__DATA_DIR", data.display().to_string()),
            ("INSIGHTS__PROVIDER__KIND", "openai".to_owned()),
            ("INSIGHTS__PROVIDER__URL", provider.to_owned()),
            ("OPENAI_API_KEY", KEY.to_owned()),
            // An engine of its own is not needed, and would make each start slow.
            ("INSIGHTS__VOICE__URL", provider.to_owned()),
            ("INSIGHTS__VOICE__KEY", KEY.to_owned()),
            ("INSIGHTS__BUDGET__LEGS", "10000".to_owned()),
            ("INSIGHTS__BUDGET__MINUTES", "10000".to_owned()),
            ("INSIGHTS__BUDGET__LIVE", "10000".to_owned()),
            ("INSIGHTS__BUDGET__LIVE_PER_TENANT", "10000".to_owned()),
            ("INSIGHTS__BUDGET__DAY_DOLLARS", "1000000".to_owned()),
            ("INSIGHTS__LOG__LEVEL", "error".to_owned()),
        ];
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        let env = own.chain(options.env.iter().cloned()).collect();
        let url = format!("http://127.0.0.1:{port}");
        Ok(Server { dir: dir.path().to_owned(), child: None, env, url, data, starts: 0 })
    }

    /// Starts the process without waiting for it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&mut self) -> Result<()> {
        let mut command = Command::new(binary()?);
        command.arg("serve").envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log_of(&self.dir, "server")?).kill_on_drop(true);
        self.child = Some(command.spawn().context("the server cannot be started")?);
        self.starts += 1;
        Ok(())
    }

    /// Starts it and waits until it answers; how long that took.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.spawn()?;
        self.ready().await?;
        Ok(began.elapsed())
    }

    /// Waits until it answers.
    ///
    /// # Errors
    /// When it ended, or does not answer.
    pub async fn ready(&mut self) -> Result<()> {
        let child = self.child.as_mut().context("the server was not started")?;
        up(&format!("{}/readyz", self.url), child).await.context("the server")
    }

    /// `kill -9`, and waits until it is gone.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await.context("the server cannot be killed")?;
        }
        Ok(())
    }

    /// SIGTERM, and waits until it has left in good order.
    ///
    /// # Errors
    /// When it does not.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let pid = child.id().context("the server is gone")?.to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().await?;
        anyhow::ensure!(told.success(), "the server cannot be told to stop");
        match tokio::time::timeout(UP_WITHIN, child.wait()).await {
            Ok(status) => {
                let status = status?;
                anyhow::ensure!(status.success(), "it stopped badly: {status}");
                Ok(())
            }
            Err(_) => bail!("it does not stop"),
        }
    }

    /// Resident memory, in KiB.
    pub fn rss_kib(&self) -> u64 {
        let status = self.pid().and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/status")).ok());
        let line = status.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("VmRSS:")));
        line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
    }

    /// Its process id.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref()?.id()
    }

    /// Sets a variable for the next start; `None`: it is not set any more.
    pub fn set_env(&mut self, name: &str, value: Option<&str>) {
        self.env.retain(|(known, _)| known != name);
        self.env.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }
}
