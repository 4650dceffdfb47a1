//! One error for the whole server, and the one table of codes that clients see.
//!
//! The message is written for the person who gets it. The cause is for the log only and never leaves the server.

use serde_json::{Map, Value};
use std::fmt;

/// What server functions return.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// A code of the API: contract, so never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, for the documentation and its test.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as clients see it.
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }
        }
    };
}

codes! {
    /// Nothing is there, or nothing that this caller may know of.
    NotFound = "not_found", 404;
    /// The request needs a sign-in, or a valid key.
    SignInRequired = "sign_in_required", 401;
    /// E-mail and password do not match.
    SignInWrong = "sign_in_wrong", 401;
    /// The sign-in link is unknown, used or expired.
    LinkInvalid = "link_invalid", 401;
    /// The caller's role does not allow it.
    Forbidden = "forbidden", 403;
    /// The request comes from a page of another origin.
    ForeignOrigin = "foreign_origin", 403;
    /// The body is not the JSON that the operation takes.
    InvalidJson = "invalid_json", 422;
    /// A field has a value that cannot be taken.
    Invalid = "invalid", 422;
    /// The body is larger than the operation takes.
    TooLarge = "too_large", 413;
    /// The body has the wrong content type.
    WrongContentType = "wrong_content_type", 415;
    /// The method is not served at this address.
    WrongMethod = "wrong_method", 405;
    /// The plan cannot be published yet; `problems` says why.
    PlanIncomplete = "plan_incomplete", 422;
    /// The position has no published plan.
    PlanNotPublished = "plan_not_published", 422;
    /// The state of the thing does not allow it.
    WrongState = "wrong_state", 409;
    /// No invitation has this id and secret.
    InvitationUnknown = "invitation_unknown", 404;
    /// The invitation is past its last day.
    InvitationExpired = "invitation_expired", 410;
    /// The invitation was withdrawn.
    InvitationRevoked = "invitation_revoked", 410;
    /// The invitation opens later; `opens_at` says when.
    InvitationNotOpen = "invitation_not_open", 409;
    /// The consent text changed since it was shown.
    NoticeChanged = "notice_changed", 409;
    /// No media before consent.
    ConsentRequired = "consent_required", 403;
    /// The offer is not readable SDP.
    SdpInvalid = "sdp_invalid", 400;
    /// The offer has no audio section.
    SdpWithoutAudio = "sdp_without_audio", 400;
    /// The sound is not what it must be: a WAV that can be read, or a browser's recording.
    AudioInvalid = "audio_invalid", 422;
    /// The content is not the one that its digest names.
    DigestMismatch = "digest_mismatch", 422;
    /// No byte of the asked range is there; `Content-Range` says how many there are.
    RangeNotSatisfiable = "range_not_satisfiable", 416;
    /// The talk is over.
    SessionOver = "session_over", 410;
    /// Another tab took the talk over.
    TakenOver = "taken_over", 409;
    /// The voice engine serves as many talks as it can.
    EngineFull = "engine_full", 503;
    /// The voice engine does not answer.
    EngineUnavailable = "engine_unavailable", 503;
    /// The invitation's minutes are used up.
    BudgetMinutes = "budget_minutes", 409;
    /// The invitation's calls are used up.
    BudgetLegs = "budget_legs", 409;
    /// The company's money of today is spent or held; `Retry-After` says when the day is over.
    BudgetMoney = "budget_money", 402;
    /// The company has as many calls as it may have at once.
    BusyTenant = "busy_tenant", 429;
    /// Too many starts from one address; `Retry-After` says when to come back.
    TooManyStarts = "too_many_starts", 429;
    /// The voice provider refuses our calls until somebody changes a setting, a key or an account.
    EngineRefused = "engine_refused", 503;
    /// The log append leaves a gap; `expected` says where to go on.
    Gap = "gap", 409;
    /// The log already holds another row at this place.
    SeqConflict = "seq_conflict", 422;
    /// A newer writer holds the log.
    Fenced = "fenced", 409;
    /// Too many requests; `Retry-After` says when to come back.
    TooMany = "too_many_requests", 429;
    /// The database is busy.
    DatabaseBusy = "database_busy", 503;
    /// The disk is full.
    DiskFull = "disk_full", 503;
    /// The database file is damaged where this stands.
    DatabaseDamaged = "database_damaged", 500;
    /// Files cannot be written right now.
    StorageUnavailable = "storage_unavailable", 503;
    /// The server is stopping.
    Stopping = "stopping", 503;
    /// A fault of ours; the log has the cause under the request id.
    Internal = "internal", 500;
}

/// What went wrong: a code for programs, a message for people, a cause for the log.
pub struct Error(Box<Parts>);

struct Parts {
    code: Code,
    message: String,
    field: Option<String>,
    extra: Map<String, Value>,
    retry_after_s: Option<u32>,
    cause: Option<anyhow::Error>,
}

impl Error {
    /// An error with a code and a message that says what, where and what to do.
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error(Box::new(Parts {
            code,
            message: message.into(),
            field: None,
            extra: Map::new(),
            retry_after_s: None,
            cause: None,
        }))
    }

    /// Nothing is there that this caller may know of.
    pub fn not_found() -> Error {
        Error::new(Code::NotFound, "There is nothing at this address.")
    }

    /// A field that cannot be taken, and why.
    pub fn invalid(field: impl Into<String>, why: impl Into<String>) -> Error {
        Error::new(Code::Invalid, why).field(field)
    }

    /// A fault of ours; the cause goes to the log.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Error {
        Error::new(Code::Internal, "Something failed on our side. Try again; if it stays, name the request id.")
            .because(cause)
    }

    /// Names the field of the request that is at fault, such as `questions[2].text`.
    pub fn field(mut self, field: impl Into<String>) -> Error {
        self.0.field = Some(field.into());
        self
    }

    /// Adds a value to the error object of the body.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Error {
        self.0.extra.insert(key.to_owned(), value.into());
        self
    }

    /// Tells the client to come back after so many seconds.
    pub fn retry_after(mut self, seconds: u32) -> Error {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// Attaches the cause, for the log only.
    pub fn because(mut self, cause: impl Into<anyhow::Error>) -> Error {
        self.0.cause = Some(cause.into());
        self
    }

    /// The code, to match on.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Seconds after which the client may come back.
    pub fn retry_after_s(&self) -> Option<u32> {
        self.0.retry_after_s
    }

    /// The cause, for the log.
    pub fn cause(&self) -> Option<&anyhow::Error> {
        self.0.cause.as_ref()
    }

    /// The body that goes to the client: `{"error": {"code", "message", "field"?, …, "request_id"}}`.
    pub fn body(&self, request_id: &str) -> Value {
        let mut error = Map::new();
        error.insert("code".into(), self.0.code.text().into());
        error.insert("message".into(), self.0.message.clone().into());
        if let Some(field) = &self.0.field {
            error.insert("field".into(), field.clone().into());
        }
        error.extend(self.0.extra.clone());
        error.insert("request_id".into(), request_id.into());
        serde_json::json!({ "error": error })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.text(), self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} (field {:?}, cause {:?})", self.0.field, self.0.cause)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|c| c.as_ref() as _)
    }
}
