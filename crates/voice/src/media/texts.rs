//! Texts for the data channel: they wait until it is open and has room, in order and within bounds.

use std::collections::VecDeque;

use str0m::Rtc;
use str0m::channel::ChannelId;

/// Bytes of text that may wait for the data channel.
const MAX_WAITING: usize = 4 * 1024 * 1024;
/// The largest message that browsers take.
const MAX_TEXT: usize = 256 * 1024;

/// The data channel of one call and what waits for it.
#[derive(Debug, Default)]
pub(super) struct Texts {
    channel: Option<ChannelId>,
    waiting: VecDeque<String>,
    bytes: usize,
}

/// What became of an attempt to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing waits, or there is no channel.
    Nothing,
    /// One text is on its way.
    One,
    /// The channel has no room.
    Full,
}

impl Texts {
    /// Queues a text; one that no browser takes is lost. `false`: too much waits, the page does not keep up.
    pub(super) fn push(&mut self, key: usize, text: String) -> bool {
        if text.len() > MAX_TEXT {
            tracing::warn!(call = key, bytes = text.len(), "a text is too large for the data channel and is lost");
            return true;
        }
        self.bytes += text.len();
        self.waiting.push_back(text);
        self.bytes <= MAX_WAITING
    }

    /// Takes the page's channel; the first one counts.
    pub(super) fn open(&mut self, id: ChannelId) -> bool {
        let is_first = self.channel.is_none();
        self.channel.get_or_insert(id);
        is_first
    }

    /// Whether this is the page's channel.
    pub(super) fn is(&self, id: ChannelId) -> bool {
        self.channel == Some(id)
    }

    /// The page's channel is gone, if it was this one.
    pub(super) fn close(&mut self, id: ChannelId) {
        self.channel.take_if(|open| *open == id);
    }

    /// Writes the text that waits longest.
    pub(super) fn write_one(&mut self, key: usize, rtc: &mut Rtc) -> Written {
        let (Some(id), Some(text)) = (self.channel, self.waiting.front()) else { return Written::Nothing };
        let Some(mut channel) = rtc.channel(id) else { return Written::Nothing };
        match channel.write(false, text.as_bytes()) {
            Ok(true) => {
                self.bytes -= text.len();
                self.waiting.pop_front();
                Written::One
            }
            Ok(false) => Written::Full,
            Err(error) => {
                tracing::warn!(call = key, %error, "the data channel takes no text");
                self.channel = None;
                Written::Nothing
            }
        }
    }
}
