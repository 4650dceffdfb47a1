//! A PostgreSQL cluster of the rig's own, and a wire to it that breaks after a COMMIT: whoever sent it never hears whether it was made.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::program::{Dir, free_port};

/// A cluster; stopped when dropped.
pub struct Cluster {
    bin: PathBuf,
    dir: PathBuf,
    /// Where it listens.
    pub port: u16,
}

impl Cluster {
    /// Makes one with the roles of production and an empty database `insights`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(dir: &Dir) -> Result<Cluster> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
        let mut bins: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
        bins.sort();
        let bin = bins.pop().context("PostgreSQL is not installed")?;
        let cluster = Cluster { bin, dir: dir.path().join("postgres"), port: free_port()? };
        std::fs::create_dir_all(&cluster.dir)?;
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(&cluster.dir).status()?;
            ensure!(owned.success(), "chown postgres");
        }
        let data = cluster.data();
        cluster
            .run("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])?;
        cluster.up()?;
        for sql in [
            "create role app login nobypassrls",
            "create role insights_owner login nobypassrls",
            "create database insights owner insights_owner",
        ] {
            let port = cluster.port.to_string();
            cluster.run("psql", &["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-c", sql])?;
        }
        Ok(cluster)
    }

    /// Stops it as a crash would, and starts it again.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn crash(&self) -> Result<()> {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-s", "stop"])?;
        self.up()
    }

    fn up(&self) -> Result<()> {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=100",
            self.port,
            self.dir.display()
        );
        let log = self.dir.join("log").display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-s", "-w", "-l", &log, "-o", &options, "start"])
    }

    fn data(&self) -> String {
        self.dir.join("data").display().to_string()
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let program = self.bin.join(program);
        // PostgreSQL refuses to run as root: root hands it to the packaged user.
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&program) };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.args(args).current_dir(&self.dir).stdout(std::process::Stdio::null());
        let done = command.stderr(std::process::Stdio::null()).status()?;
        ensure!(done.success(), "{} {:?}", program.display(), args.first());
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its folder goes with the rig's.
        let _ = self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-s", "stop"]);
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
        && Path::new("/usr/sbin/runuser").exists()
}

/// The wire to a cluster.
pub struct Wire {
    /// Where the server connects to.
    pub port: u16,
    /// So many of a thousand COMMITs are the last thing that passes.
    pub per_mille: Arc<AtomicU32>,
    /// How many were.
    pub cuts: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Wire {
    /// Lays one to this port.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn lay(to: u16) -> Result<Wire> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (per_mille, cuts) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
        let (share, count) = (per_mille.clone(), cuts.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A cluster that is away refuses here, too.
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { continue };
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                let is_cut = Arc::new(AtomicBool::new(false));
                tokio::spawn(back(from_server, to_client, is_cut.clone()));
                tokio::spawn(forth(from_client, to_server, is_cut, share.clone(), count.clone()));
            }
        });
        Ok(Wire { port, per_mille, cuts, task })
    }
}

/// From the server under test to the cluster.
async fn forth(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    is_cut: Arc<AtomicBool>,
    per_mille: Arc<AtomicU32>,
    cuts: Arc<AtomicU64>,
) {
    let (mut bytes, mut passed) = (vec![0; 64 * 1024], 0_u32);
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let piece = &bytes[..count];
        passed = passed.wrapping_mul(747_796_405).wrapping_add(count as u32 | 1);
        // A simple query of its own, as a transaction's end is.
        let is_commit = piece[0] == b'Q' && piece.windows(6).any(|word| word.eq_ignore_ascii_case(b"commit"));
        if is_commit && (passed >> 8) % 1000 < per_mille.load(Ordering::Relaxed) {
            cuts.fetch_add(1, Ordering::Relaxed);
            is_cut.store(true, Ordering::SeqCst);
        }
        if to.write_all(piece).await.is_err() {
            return;
        }
    }
}

/// From the cluster back. What it says after the last COMMIT is heard by nobody.
async fn back(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_cut: Arc<AtomicBool>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if is_cut.load(Ordering::SeqCst) || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
