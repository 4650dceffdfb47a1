//! Makes the protocol stacks of both sides: one crypto provider and one certificate for the whole process, Opus only.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::{Candidate, Rtc, RtcConfig};

use super::offer::{self, OfferError};

/// What the data channel may hold unacknowledged; one long event must fit.
const CHANNEL_BUFFER: usize = 512 * 1024;
/// A missing packet is waited for until this many later ones are here (100 ms), or for this long.
const REORDERING: (usize, Duration) = (5, Duration::from_millis(120));

/// Makes [`Rtc`]s; cheap to use once made.
pub(super) struct RtcFactory {
    provider: Arc<CryptoProvider>,
    certificate: DtlsCert,
}

impl RtcFactory {
    /// Makes key and certificate and runs the crypto once: the first use in a process takes about 0.1 s.
    pub(super) fn new() -> io::Result<Self> {
        let provider = Arc::new(str0m::crypto::from_feature_flags());
        let certificate = provider
            .dtls_provider
            .generate_certificate()
            .ok_or_else(|| io::Error::other("no DTLS certificate could be made"))?;
        let factory = Self { provider, certificate };
        drop(factory.config().build(Instant::now()));
        Ok(factory)
    }

    fn config(&self) -> RtcConfig {
        Rtc::builder()
            .set_crypto_provider(Arc::clone(&self.provider))
            .set_dtls_cert(self.certificate.clone())
            .clear_codecs()
            .enable_opus(true, false)
            .set_reordering_size_audio(REORDERING.0)
            .set_reordering_timeout_audio(Some(REORDERING.1))
            .set_sctp_max_buffered_amount(CHANNEL_BUFFER)
    }

    /// The calling side: full ICE, makes the offer itself.
    pub(super) fn caller(&self, now: Instant) -> Rtc {
        self.config().build(now)
    }

    /// The answering side: ICE-lite, on the given addresses.
    pub(super) fn answer(
        &self,
        offer: SdpOffer,
        addresses: &[SocketAddr],
        now: Instant,
    ) -> Result<(Rtc, String), OfferError> {
        let mut rtc = self.config().set_ice_lite(true).build(now);
        for address in addresses {
            let candidate =
                Candidate::host(*address, "udp").map_err(|error| OfferError::malformed(error.to_string()))?;
            rtc.add_local_candidate(candidate);
        }
        let answer = rtc.sdp_api().accept_offer(offer).map_err(|error| OfferError::malformed(error.to_string()))?;
        Ok((rtc, offer::candidates_where_they_are_read(answer.to_sdp_string())))
    }
}
