//! The world outside: each file speaks to one kind of vendor and nothing else does.

pub mod blobs_folder;
pub mod identity_local;
pub mod mail;
pub mod realtime;

use std::time::Duration;

/// The HTTP client that every adapter shares: bounded waiting, no redirects (a vendor's API has none).
#[expect(clippy::disallowed_methods, reason = "the one place that makes it")]
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // A second install is refused and harmless: the first one stays.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(3))
        // Kept warm: a candidate who is about to begin does not wait for TLS again.
        .pool_idle_timeout(Duration::from_secs(90))
        .tcp_keepalive(Duration::from_secs(30))
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .build()
}
