//! What can happen to an interview, in the words of the domain: the adapter that speaks to the voice engine
//! translates its protocol into these, and vendor names end there.
//!
//! Every input is serializable: the caller stores each one with its time, and rebuilds an interview after a crash by
//! handling them again in the same order.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The control channel is configured and the candidate's media is connected: the interviewer may speak.
    LegReady {
        /// Number of the leg, rising within a session.
        leg: u32,
    },
    /// The call ended or the page is gone; the interview waits for the next leg.
    LegLost {
        /// Number of the leg that was lost.
        leg: u32,
    },
    /// The first audio of an utterance is on its way to the candidate.
    UtteranceStarted {
        /// The id that came with [`crate::Output::Say`].
        utterance: u32,
        /// The provider's item that carries it.
        item: String,
    },
    /// The words in which the provider says it says an utterance or a lead; one for each item that carries words, as
    /// soon as they are known, so mostly before they are heard.
    UtteranceSaid {
        /// The id that came with [`crate::Output::Say`] or [`crate::Output::Lead`].
        utterance: u32,
        /// The provider's item.
        item: String,
        /// All words of the item.
        text: String,
    },
    /// The model that leads calls a tool. Acted on when the lead is over, so that nobody is talked over.
    ToolCalled {
        /// The id that came with [`crate::Output::Lead`].
        lead: u32,
        /// The provider's id of the call.
        call: String,
        /// The tool, as the model wrote it.
        name: String,
        /// JSON text, as the model wrote it: anything at all.
        arguments: String,
    },
    /// An utterance or a lead is over: played to its end, cut, or never played. A lead that said nothing is over with
    /// [`Heard::Nothing`], tools called or not.
    UtteranceEnded {
        /// The id that came with [`crate::Output::Say`] or [`crate::Output::Lead`].
        utterance: u32,
        /// How much of it the candidate heard.
        heard: Heard,
    },
    /// The candidate began to speak; `item` is the provider's item that will hold the speech.
    SpeechStarted {
        /// The provider's item.
        item: String,
    },
    /// The candidate stopped speaking.
    SpeechStopped {
        /// The provider's item.
        item: String,
    },
    /// The candidate spoke while the control channel was away: between these times, so before what was heard afterwards.
    /// An item that is known already stays as it is.
    SpeechMissed {
        /// The provider's item.
        item: String,
        /// Not before this.
        from: Timestamp,
        /// It was over by then.
        to: Timestamp,
    },
    /// Captions: the text recognized so far. They change no decision, so they need not be stored for a replay.
    AnswerDelta {
        /// The provider's item.
        item: String,
        /// The whole text so far, not the increment.
        text: String,
    },
    /// The recognized text of an item; may be empty, late, or delivered twice.
    AnswerFinal {
        /// The provider's item.
        item: String,
        /// The whole text.
        text: String,
    },
    /// The item's speech could not be recognized.
    AnswerFailed {
        /// The provider's item.
        item: String,
    },
    /// A button of the candidate's page.
    Request(Request),
    /// The recruiter ends the interview.
    EndByRecruiter,
    /// Time passed; send one at each [`crate::Output::WakeAt`].
    Tick,
}

/// How much of an utterance was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// It was played to its end.
    All,
    /// It was cut (barge-in or cancel) after so many milliseconds of audio.
    Ms(u64),
    /// It failed or was canceled before anything was played.
    Nothing,
}

/// What the candidate asks for with a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Say the question again.
    Repeat,
    /// Time to think: no reassurance and no running clock until the candidate speaks, up to two minutes.
    Moment,
    /// Stop until [`Request::Resume`].
    Pause,
    /// Go on after [`Request::Pause`].
    Resume,
    /// An answer typed instead of spoken.
    Type(String),
    /// Close the interview now.
    End,
}
