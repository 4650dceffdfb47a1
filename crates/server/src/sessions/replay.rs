//! Rebuilds a session from its log: the interview by telling it everything again, the state of the current call by
//! reading the provider's events again. What either wanted then was done then, so it is not done again.

use interview::{EndReason, Input, Interview, Output, Script, Timestamp};
use realtime_api::ServerEvent;

use super::{chain::Chain, integrity::Guard, repair::is_mark, translate::Translator};
use crate::{
    error::Result,
    store::log::{FLAW, INPUT, LoggedInput, LoggedRow},
};

/// A session as it was when its last row was committed.
pub struct Replayed {
    /// The interview.
    pub interview: Interview,
    /// When it wants to be woken.
    pub wake: Option<Timestamp>,
    /// The last leg whose page is known to be connected.
    pub ready: Option<i64>,
    /// Why it is over, if it is.
    pub ended: Option<EndReason>,
    /// What was said and owed on the last leg.
    pub translator: Translator,
    /// The items of the last leg.
    pub chain: Chain,
    /// What is ours on the last leg.
    pub guard: Guard,
    leg: i64,
}

/// Reads a log from its beginning. Rows that cannot be read are an error: nothing may be left out silently.
pub fn replay(script: Script, rows: &[LoggedRow]) -> Result<Replayed> {
    let mut replayed = Replayed {
        interview: Interview::new(script),
        wake: None,
        ready: None,
        ended: None,
        translator: Translator::default(),
        chain: Chain::default(),
        guard: Guard::default(),
        leg: 0,
    };
    for row in rows {
        if row.leg != replayed.leg {
            replayed.leg = row.leg;
            (replayed.translator, replayed.chain, replayed.guard) = Default::default();
            // What we sent is not in the log, and what was not ours neither.
            replayed.guard.blind(true);
        }
        if row.kind == INPUT {
            let logged = serde_json::from_str(&row.body).map_err(crate::error::Error::internal)?;
            replayed.input(logged);
        } else if row.kind != FLAW
            && let Ok(event) = serde_json::from_str::<ServerEvent>(&row.body)
        {
            // Other rows of ours are no events either: nothing here knows their types.
            // What an earlier process found missing behind its mark is missing still.
            if matches!(&event, ServerEvent::ConversationItemAdded(e) if is_mark(e.item.id())) {
                replayed.chain.interrupted();
                replayed.translator.was_away(row.at);
            }
            replayed.chain.see(&event);
            replayed.guard.judge(&event);
            replayed.translator.event(row.at, &event);
        }
    }
    Ok(replayed)
}

impl Replayed {
    fn input(&mut self, LoggedInput { at, input }: LoggedInput) {
        let mut sent = Vec::new();
        // The row of an event has the time of the first of those that were committed with it.
        self.translator.heard(at);
        if let Input::UtteranceEnded { utterance, .. } = input {
            self.translator.utterances.forget(at, utterance, &mut sent);
        }
        if let Input::LegReady { leg } = input {
            self.ready = Some(leg.into());
        }
        self.interview.handle(at, input);
        while let Some(output) = self.interview.poll() {
            match output {
                Output::Say(say) => self.translator.utterances.say(at, say.id, say.text, &mut sent),
                Output::Lead(lead) => self.translator.utterances.lead(at, lead, &mut sent),
                Output::Stop { utterance } => self.translator.utterances.stop(at, utterance, &mut sent),
                Output::WakeAt(at) => self.wake = Some(at),
                Output::Ended(why) => self.ended = Some(why),
                Output::Answered(_) | Output::Turn(_) | Output::Changed => {}
            }
        }
    }
}
