//! What our own engine adds to the protocol: the sound of a call, packet by packet, as lines of JSON.
//!
//! `POST /v1/realtime/calls?sound=keep` asks for it, `GET /v1/realtime/calls/{id}/sound?side=input|output&from=N` gives it.

use serde::{Deserialize, Serialize};

/// One of the two directions of a call, named as in a session's `audio`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundSide {
    /// What the engine received.
    Input,
    /// What the engine sent.
    Output,
}

impl SoundSide {
    /// As it stands in an address.
    pub fn text(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// One line. Times are microseconds of the call's own clock, which begins when the offer was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SoundLine {
    /// How late it is now: the first line, and a sign of life every ten seconds.
    Time {
        /// Now.
        now_us: i64,
    },
    /// One packet.
    Packet {
        /// Its place, from 0, in this direction. What was thrown away to make room leaves a hole in the numbers.
        number: u64,
        /// When its sound begins.
        at_us: i64,
        /// Opus, base64.
        opus: String,
    },
    /// The call is over; nothing follows.
    Over {
        /// When it ended.
        now_us: i64,
    },
}
