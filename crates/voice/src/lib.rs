//! A voice engine that speaks the OpenAI Realtime protocol: WebRTC calls and WebSocket sessions, speech recognition,
//! synthesis and turn taking on this machine. [`sim`] is the same protocol without models, by a script: the provider of
//! tests and of load.

mod actor;
mod call;
mod config;
mod engine;
mod error;
mod http;
pub mod media;
pub mod responder;
mod senses;
pub mod session;
pub mod sim;
pub mod speech;
pub mod think;
pub mod turn;
mod websocket;

pub use config::{EngineConfig, MODEL, WallClock};
pub use engine::Engine;
pub use error::EngineError;
