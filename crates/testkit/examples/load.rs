//! HTTP load for the benches, light enough to leave the machine to what is measured. Reads a plan from its standard
//! input and writes `{"rate": answers a second, "took": [milliseconds]}`; stops at the first answer of another status.
//!
//! Each walker sends its requests one after the other and waits for each answer; with `for_ms` it repeats them until the
//! time is over. `{seq}` in a body counts from 1 by `step`.

use std::{
    collections::{HashMap, hash_map::Entry},
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpSocket, TcpStream},
    sync::Barrier,
    task::JoinSet,
};

struct Request {
    from: Ipv4Addr,
    /// Path and headers, without the length.
    head: String,
    body: String,
}

struct Walker {
    to: SocketAddr,
    requests: Vec<Request>,
    step: u64,
    /// So many are not counted.
    warm: usize,
    repeat: Option<Duration>,
    status: u64,
}

impl Walker {
    fn of(plan: &Value, walker: &Value) -> Result<Walker> {
        let port = u16::try_from(plan["port"].as_u64().context("port")?)?;
        Ok(Walker {
            to: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            requests: walker["requests"]
                .as_array()
                .context("requests")?
                .iter()
                .map(Request::of)
                .collect::<Result<_>>()?,
            step: walker["step"].as_u64().unwrap_or(1),
            warm: plan["warm"].as_u64().unwrap_or(0) as usize,
            repeat: plan["for_ms"].as_u64().map(Duration::from_millis),
            status: plan["status"].as_u64().context("status")?,
        })
    }

    /// What each counted answer took, in milliseconds.
    async fn walk(self, start: Arc<Barrier>) -> Result<Vec<f64>> {
        let mut connections = HashMap::new();
        let mut took = Vec::new();
        let mut seq = 1;
        let (warm, counted) = self.requests.split_at(self.warm.min(self.requests.len()));
        for request in warm {
            self.send(&mut connections, request, seq).await?;
        }
        start.wait().await;
        let began = Instant::now();
        loop {
            for request in counted {
                let sent = Instant::now();
                self.send(&mut connections, request, seq).await?;
                took.push(sent.elapsed().as_secs_f64() * 1000.0);
                seq += self.step;
            }
            if self.repeat.is_none_or(|time| began.elapsed() >= time) {
                return Ok(took);
            }
        }
    }

    /// One request on the kept connection of its address.
    async fn send(
        &self,
        connections: &mut HashMap<Ipv4Addr, BufReader<TcpStream>>,
        request: &Request,
        seq: u64,
    ) -> Result<()> {
        let stream = match connections.entry(request.from) {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(place) => place.insert(connect(request.from, self.to).await?),
        };
        let body = request.body.replace("{seq}", &seq.to_string());
        let text = format!("{}Content-Length: {}\r\n\r\n{body}", request.head, body.len());
        stream.write_all(text.as_bytes()).await?;
        let (status, answer, is_last) = read(stream).await?;
        if is_last {
            connections.remove(&request.from);
        }
        if status != self.status {
            bail!("{}: {status} {}", request.head.lines().next().unwrap_or_default(), String::from_utf8_lossy(&answer));
        }
        Ok(())
    }
}

impl Request {
    fn of(plan: &Value) -> Result<Request> {
        let mut head = format!("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", plan["path"].as_str().context("path")?);
        for (name, value) in plan["headers"].as_object().context("headers")? {
            head += &format!("{name}: {}\r\n", value.as_str().context("a header's value")?);
        }
        let from = plan["from"].as_str().unwrap_or("127.0.0.1").parse()?;
        Ok(Request { from, head, body: plan["body"].as_str().context("body")?.to_owned() })
    }
}

async fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<BufReader<TcpStream>> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
    let stream = socket.connect(to).await.context("connecting")?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

/// Status and body of an answer that has a length, and whether its connection ends with it.
async fn read(stream: &mut BufReader<TcpStream>) -> Result<(u64, Vec<u8>, bool)> {
    let (mut status, mut length, mut is_last) = (None, None, false);
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            bail!("the connection ended before its answer");
        }
        match line.trim_end().split_once(if status.is_none() { ' ' } else { ':' }) {
            Some((_, rest)) if status.is_none() => status = rest.get(..3).and_then(|code| code.parse().ok()),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok(),
            Some((name, value)) if name.eq_ignore_ascii_case("connection") => is_last = value.trim() == "close",
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length.context("an answer without its length")?];
    stream.read_exact(&mut body).await?;
    Ok((status.context("an answer without its status")?, body, is_last))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let plan: Value = serde_json::from_str(&text)?;
    let walkers = plan["walkers"].as_array().context("walkers")?;
    let start = Arc::new(Barrier::new(walkers.len() + 1));
    let mut tasks = JoinSet::new();
    for walker in walkers {
        tasks.spawn(Walker::of(&plan, walker)?.walk(start.clone()));
    }
    tokio::select! {
        _ = start.wait() => {}
        Some(early) = tasks.join_next() => bail!("a walker stopped while it warmed up: {:?}", early?.err()),
    }
    let began = Instant::now();
    let mut took = Vec::new();
    while let Some(walked) = tasks.join_next().await {
        took.extend(walked??);
    }
    let rate = took.len() as f64 / began.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{}", json!({ "rate": rate, "took": took }))?;
    Ok(())
}
