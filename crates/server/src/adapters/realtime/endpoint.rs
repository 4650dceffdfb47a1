//! Where a provider is, and how its addresses and credentials look.

use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::config::ProviderKind;

/// Where the provider is and with which key.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `http(s)://host[:port]`, without a path.
    pub url: String,
    /// The key.
    pub key: SecretString,
    /// Whose addresses and headers it has.
    pub kind: ProviderKind,
}

impl Endpoint {
    /// The address of a door such as `realtime/calls`.
    pub fn address(&self, door: &str) -> String {
        let root = match self.kind {
            ProviderKind::Azure => "/openai/v1/",
            ProviderKind::Own | ProviderKind::OpenAi => "/v1/",
        };
        format!("{}{root}{door}", self.url.trim_end_matches('/'))
    }

    /// The header that carries the key, and its value.
    pub(super) fn credential(&self) -> (&'static str, String) {
        let key = self.key.expose_secret();
        match self.kind {
            ProviderKind::Azure => ("api-key", key.to_owned()),
            ProviderKind::Own | ProviderKind::OpenAi => ("authorization", format!("Bearer {key}")),
        }
    }

    /// The request with our key.
    pub(super) fn admitted(&self, request: RequestBuilder) -> RequestBuilder {
        let (name, value) = self.credential();
        match reqwest::header::HeaderValue::try_from(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(name, value)
            }
            // A key with a line break in it: the provider says that there is none.
            Err(_) => request,
        }
    }

    /// The address of the control channel of a call.
    pub(super) fn sideband(&self, call_id: &str) -> String {
        let address = self.address(&format!("realtime?call_id={call_id}"));
        match address.strip_prefix("http") {
            Some(rest) => format!("ws{rest}"),
            None => address,
        }
    }

    /// The call id in a `Location`, relative or of this host: `/v1/realtime/calls/rtc_u2_E4xw?x=1`. It is read, never
    /// followed.
    pub(super) fn call_id(&self, location: &str) -> Result<String, &'static str> {
        let base = Url::parse(&self.url).map_err(|_| "our base URL cannot be read")?;
        let full = base.join(location).map_err(|_| "Location cannot be read")?;
        if full.origin() != base.origin() {
            return Err("Location leads to another host");
        }
        let id = full.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_plain = id.len() <= 128 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if id.starts_with("rtc_") && is_plain { Ok(id.to_owned()) } else { Err("Location has no call id") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str, kind: ProviderKind) -> Endpoint {
        Endpoint { url: url.into(), key: "key".into(), kind }
    }

    #[test]
    fn addresses_follow_the_kind() {
        let openai = at("https://api.openai.com/", ProviderKind::OpenAi);
        assert_eq!(openai.address("realtime/calls"), "https://api.openai.com/v1/realtime/calls");
        assert_eq!(openai.sideband("rtc_1"), "wss://api.openai.com/v1/realtime?call_id=rtc_1");
        assert_eq!(openai.credential(), ("authorization", "Bearer key".into()));
        let azure = at("https://x.openai.azure.com", ProviderKind::Azure);
        assert_eq!(
            azure.address("realtime/calls/rtc_1/hangup"),
            "https://x.openai.azure.com/openai/v1/realtime/calls/rtc_1/hangup"
        );
        assert_eq!(azure.sideband("rtc_1"), "wss://x.openai.azure.com/openai/v1/realtime?call_id=rtc_1");
        assert_eq!(azure.credential(), ("api-key", "key".into()));
        assert_eq!(
            at("http://127.0.0.1:8090/", ProviderKind::Own).sideband("r"),
            "ws://127.0.0.1:8090/v1/realtime?call_id=r"
        );
    }

    #[test]
    fn the_call_id_is_the_last_segment_of_a_location_of_our_host() {
        let endpoint = at("https://host:8443", ProviderKind::OpenAi);
        for (location, id) in [
            ("/v1/realtime/calls/rtc_u2_E4xw9V7Wm6Bb", Ok("rtc_u2_E4xw9V7Wm6Bb")),
            ("https://host:8443/v1/realtime/calls/rtc_1?x=2", Ok("rtc_1")),
            ("/v1/realtime/calls/rtc_1/", Ok("rtc_1")),
            ("/v1/realtime/calls/rtc_1#x", Ok("rtc_1")),
            ("https://host/v1/realtime/calls/rtc_1", Err("Location leads to another host")),
            ("http://host:8443/v1/realtime/calls/rtc_1", Err("Location leads to another host")),
            ("//evil.example/v1/realtime/calls/rtc_1", Err("Location leads to another host")),
            ("https://host:8443@evil.example/rtc_1", Err("Location leads to another host")),
            ("/v1/realtime/calls/", Err("Location has no call id")),
            ("/v1/realtime/calls/sess_1", Err("Location has no call id")),
            ("/v1/realtime/calls/rtc_a%2Fb", Err("Location has no call id")),
            ("", Err("Location has no call id")),
        ] {
            assert_eq!(endpoint.call_id(location).as_deref().map_err(|e| *e), id, "{location}");
        }
    }
}
