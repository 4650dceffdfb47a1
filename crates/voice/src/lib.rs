//! A voice engine that speaks the OpenAI Realtime protocol.

pub mod speech;
pub mod turn;

pub mod media;
