//! The task: takes datagrams, commands and time, and hands each to its call. Never waits for anybody else.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::Input;
use str0m::net::{Protocol, Receive};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use super::call::Call;
use super::playback::Sound;
use super::{CloseReason, PlayId};

/// Datagrams taken in a row before timers and commands get their turn.
const BATCH: usize = 64;
/// No WebRTC datagram is larger.
const MAX_DATAGRAM: usize = 2_000;

/// What the task is told.
pub(super) enum ToLoop {
    /// A call whose answer is about to leave.
    Add(Box<Call>),
    /// A command to the call of this key.
    Do(usize, Command),
    /// Ends every call.
    CloseAll,
}

/// What a call is told.
pub(super) enum Command {
    Play(PlayId, Sound),
    Stop,
    SendText(String),
    Close,
}

/// Runs until every handle is dropped; calls still alive are then closed.
pub(super) async fn run(
    socket: UdpSocket,
    addresses: Arc<[SocketAddr]>,
    mut commands: mpsc::UnboundedReceiver<ToLoop>,
) {
    let mut calls = BTreeMap::new();
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        let next = calls.values().map(Call::deadline).min().unwrap_or_else(|| Instant::now() + Duration::from_secs(60));
        tokio::select! {
            biased;
            command = commands.recv() => {
                let Some(command) = command else { break };
                obey(&mut calls, command, &socket);
                while let Ok(command) = commands.try_recv() {
                    obey(&mut calls, command, &socket);
                }
            }
            received = socket.recv_from(&mut buffer) => {
                // An error here is an ICMP answer to something we sent: that call's own timers deal with it.
                let Ok((len, source)) = received else { continue };
                deliver(&mut calls, &buffer[..len], source, &addresses, &socket);
                for _ in 1..BATCH {
                    let Ok((len, source)) = socket.try_recv_from(&mut buffer) else { break };
                    deliver(&mut calls, &buffer[..len], source, &addresses, &socket);
                }
            }
            () = tokio::time::sleep_until(next.into()) => {}
        }
        let now = Instant::now();
        for call in calls.values_mut().filter(|call| call.deadline() <= now) {
            call.tick(now, &socket);
        }
        calls.retain(|_, call: &mut Call| call.is_alive());
    }
    for call in calls.values_mut() {
        call.close(CloseReason::Requested, Instant::now(), &socket);
    }
}

fn obey(calls: &mut BTreeMap<usize, Call>, command: ToLoop, socket: &UdpSocket) {
    let now = Instant::now();
    match command {
        ToLoop::Add(mut call) => {
            call.tick(now, socket);
            calls.insert(call.key(), *call);
        }
        ToLoop::Do(key, command) => {
            if let Some(call) = calls.get_mut(&key) {
                call.obey(command, now, socket);
            }
        }
        ToLoop::CloseAll => {
            for call in calls.values_mut() {
                call.close(CloseReason::Requested, now, socket);
            }
        }
    }
}

fn deliver(
    calls: &mut BTreeMap<usize, Call>,
    datagram: &[u8],
    source: SocketAddr,
    addresses: &[SocketAddr],
    socket: &UdpSocket,
) {
    // Every address leads to this socket, so any one of the source's family is as good as that which was dialed.
    let Some(destination) = addresses.iter().find(|address| address.is_ipv4() == source.is_ipv4()) else { return };
    let Ok(contents) = datagram.try_into() else { return };
    let now = Instant::now();
    let receive = Receive { proto: Protocol::Udp, source, destination: *destination, contents };
    let input = Input::Receive(now, receive);
    if let Some(call) = calls.values_mut().find(|call| call.accepts(&input)) {
        call.receive(input, now, socket);
    }
}
