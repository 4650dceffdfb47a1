//! A voice engine that speaks the OpenAI Realtime protocol: WebRTC calls and WebSocket sessions, speech recognition,
//! synthesis and turn taking on this machine.

pub mod media;
pub mod responder;
pub mod session;
pub mod speech;
pub mod turn;
