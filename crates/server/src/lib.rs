//! Interview Insights: API, web app, live sessions and jobs.
//!
//! In reading order. Arrows point towards the crate `interview`: only `store` knows SQL, only `adapters` know vendors,
//! only `http` knows HTTP, only `config` reads the environment.

pub mod commands;

pub mod app;
pub mod clock;
pub mod config;
pub mod error;
pub mod ids;

pub mod caller;
pub mod http;

pub mod store;

pub mod budget;
pub mod evidence;
pub mod healing;
pub mod notice;
pub mod provider;
pub mod recording;
pub mod sessions;
pub mod voice_process;

pub mod backup;
pub mod damage;
pub mod first_start;
pub mod invite;
pub mod jobs;
pub mod starter;

pub mod adapters;
mod append_keys;
pub mod limits;
pub mod mutant;
pub mod secrets;
pub mod vault;

pub mod rehearse;
