//! The sound of a call, as our own engine keeps it: one side of it, packet by packet. No other provider has it.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use realtime_api::sound::{SoundLine, SoundSide};
use reqwest::Response;
use tokio::time::timeout;

use super::{Realtime, error::RealtimeError, wire::checked};
use crate::config::ProviderKind;

/// How long the engine may take to begin.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// A longer line is none of ours: a packet has at most 1275 bytes.
const MOST_OF_LINE: usize = 16 * 1024;

/// What the engine tells; times are microseconds of the call's own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// How late it is.
    Time(i64),
    /// A packet of Opus.
    Packet {
        /// Its place, from 0; a hole in the numbers is sound that nobody has any more.
        number: u64,
        /// When its sound begins.
        at_us: i64,
        /// Opus.
        data: Vec<u8>,
    },
    /// The call ended then, and nothing follows.
    Over(i64),
}

/// An open answer.
#[derive(Debug)]
pub struct Sound {
    response: Response,
    buffer: Vec<u8>,
}

impl Realtime {
    /// Opens one side of a call from a packet on. [`RealtimeError::CallGone`]: the engine keeps nothing of it (any more), or the
    /// provider is no engine of ours.
    pub async fn sound(&self, call_id: &str, side: SoundSide, from: u64) -> Result<Sound, RealtimeError> {
        let endpoint = self.endpoint()?;
        if endpoint.kind != ProviderKind::Own {
            return Err(RealtimeError::CallGone);
        }
        let door = format!("realtime/calls/{call_id}/sound?side={}&from={from}", side.text());
        let request = endpoint.admitted(self.http.get(endpoint.address(&door)));
        // The answer itself lasts as long as the call.
        let response = timeout(OPEN_WITHIN, request.send()).await.map_err(|_| RealtimeError::Timeout)??;
        let response = checked(response).await.map_err(RealtimeError::about_call)?;
        Ok(Sound { response, buffer: Vec::new() })
    }
}

impl Sound {
    /// The next thing; an answer that ends before it said so is an error. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<Told, RealtimeError> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                return read(&line);
            }
            if self.buffer.len() > MOST_OF_LINE {
                return Err(RealtimeError::BadAnswer("a line of sound is too long".into()));
            }
            let bytes = self.response.chunk().await?;
            let cut = || RealtimeError::Unavailable("the sound was cut off".into());
            self.buffer.extend_from_slice(&bytes.ok_or_else(cut)?);
        }
    }
}

fn read(line: &[u8]) -> Result<Told, RealtimeError> {
    let bad = || RealtimeError::BadAnswer("a line of sound cannot be read".into());
    Ok(match serde_json::from_slice(line).map_err(|_| bad())? {
        SoundLine::Time { now_us } => Told::Time(now_us),
        SoundLine::Over { now_us } => Told::Over(now_us),
        SoundLine::Packet { number, at_us, opus } => {
            Told::Packet { number, at_us, data: STANDARD.decode(opus).map_err(|_| bad())? }
        }
    })
}
