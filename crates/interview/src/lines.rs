//! All fixed wording of the interviewer, in one place.
//!
//! Every line is neutral: it thanks, it waits, it moves on; it never judges an answer. Nothing is composed at run time,
//! so each line is synthesized ahead.

use crate::output::UtteranceKind;

/// Said first in every interview and cannot be switched off: who speaks, what is recorded, who reads it.
pub const DISCLOSURE: &str = "Hello. I am an AI interviewer, speaking for {company}. Everything we say is \
     written down, and a person will read it.";

/// Said after an answer, before the next question; chosen by the number of the question, never by the answer.
pub const ACKNOWLEDGEMENTS: [&str; 3] = ["Thank you.", "Thanks, I have noted that.", "All right, thank you."];

/// Said after some silence, once per question or probe.
pub const TAKE_YOUR_TIME: &str = "Take your time.";

/// Said after more silence, once per question or probe, and when a moment to think has run out.
pub const OFFER_REPEAT: &str = "Whenever you are ready. I can repeat the question if you like.";

/// Said when the candidate asks for a moment.
pub const OF_COURSE: &str = "Of course. Just start speaking when you are ready.";

/// Said when speech could not be recognized, once per question or probe.
pub const SAY_AGAIN: &str = "I am sorry, I could not hear that well. Could you please say it again?";

/// Said when an answer runs far beyond its time limit.
pub const MOVE_ON: &str = "Thank you. I will stop you here, so that there is time for everything.";

/// Said when the candidate comes back after the call was lost.
pub const WELCOME_BACK: &str = "Welcome back. Everything you said is saved. Let us go on.";

/// Said after a pause.
pub const GO_ON: &str = "Let us go on.";

/// Said before the closing when the recruiter ends the interview.
pub const ENDS_HERE: &str = "We have to end the interview here.";

/// Every fixed line that names nobody, in the order in which it can first be needed.
pub(crate) const FIXED: &[(UtteranceKind, &str)] = &[
    (UtteranceKind::Acknowledgement, ACKNOWLEDGEMENTS[0]),
    (UtteranceKind::Acknowledgement, ACKNOWLEDGEMENTS[1]),
    (UtteranceKind::Acknowledgement, ACKNOWLEDGEMENTS[2]),
    (UtteranceKind::Reassurance, TAKE_YOUR_TIME),
    (UtteranceKind::Reassurance, OFFER_REPEAT),
    (UtteranceKind::Reassurance, OF_COURSE),
    (UtteranceKind::Reassurance, SAY_AGAIN),
    (UtteranceKind::Transition, MOVE_ON),
    (UtteranceKind::Transition, WELCOME_BACK),
    (UtteranceKind::Transition, GO_ON),
    (UtteranceKind::Transition, ENDS_HERE),
];
