//! Checks on session descriptions. Read only: what the page offers and the provider answers is never edited.

/// The longest offer that is taken.
pub const MAX_OFFER_BYTES: usize = 64 * 1024;

/// Why an offer is refused before any call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferProblem {
    /// Longer than [`MAX_OFFER_BYTES`].
    #[error("the offer is longer than 64 KiB")]
    TooLong,
    /// Not a session description.
    #[error("the body is not a session description: it must be text that starts with \"v=0\"")]
    NotSdp,
    /// Nothing to hear.
    #[error("the offer has no audio: add a microphone track before creating it")]
    NoAudio,
}

/// Checks the page's offer.
pub fn check_offer(offer: &[u8]) -> Result<(), OfferProblem> {
    if offer.len() > MAX_OFFER_BYTES {
        return Err(OfferProblem::TooLong);
    }
    let text = std::str::from_utf8(offer).map_err(|_| OfferProblem::NotSdp)?;
    if !(text.starts_with("v=0\r\n") || text.starts_with("v=0\n")) {
        return Err(OfferProblem::NotSdp);
    }
    if media(text).iter().any(|(kind, _)| *kind == "audio") { Ok(()) } else { Err(OfferProblem::NoAudio) }
}

/// Checks that an answer fits its offer: the same media in the same order with the same ids.
pub fn check_answer(offer: &[u8], answer: &[u8]) -> Result<(), String> {
    let offer = std::str::from_utf8(offer).map_err(|_| "the offer is not text".to_owned())?;
    let answer = std::str::from_utf8(answer).map_err(|_| "the answer is not text".to_owned())?;
    if !answer.starts_with("v=0") {
        return Err("the answer is not a session description".into());
    }
    let (asked, given) = (media(offer), media(answer));
    if asked.len() != given.len() {
        return Err(format!("{} media lines for {} offered", given.len(), asked.len()));
    }
    for (at, (asked, given)) in asked.iter().zip(&given).enumerate() {
        if asked.0 != given.0 {
            return Err(format!("media line {at} is of another kind than offered"));
        }
        if asked.1.is_some() && asked.1 != given.1 {
            return Err(format!("media line {at} has another mid than offered"));
        }
    }
    Ok(())
}

/// Kind and mid of each media line, in order.
fn media(sdp: &str) -> Vec<(&str, Option<&str>)> {
    let mut found: Vec<(&str, Option<&str>)> = Vec::new();
    for line in sdp.lines() {
        if let Some(rest) = line.strip_prefix("m=") {
            found.push((rest.split(' ').next().unwrap_or_default(), None));
        } else if let (Some(mid), Some(last)) = (line.strip_prefix("a=mid:"), found.last_mut()) {
            last.1 = Some(mid.trim_end());
        }
    }
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n\
                         m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";

    #[test]
    fn offers_are_judged() {
        assert_eq!(check_offer(OFFER.as_bytes()), Ok(()));
        assert_eq!(check_offer(b""), Err(OfferProblem::NotSdp));
        assert_eq!(check_offer(b"{\"sdp\":\"v=0\"}"), Err(OfferProblem::NotSdp));
        assert_eq!(check_offer(b"v=0\r\n\xff\xfe"), Err(OfferProblem::NotSdp));
        assert_eq!(check_offer(b"v=0\r\nm=video 9 RTP 96\r\n"), Err(OfferProblem::NoAudio));
        assert_eq!(check_offer(b"v=0\r\na=m=audio\r\n"), Err(OfferProblem::NoAudio));
        assert_eq!(check_offer(&[b'v'; MAX_OFFER_BYTES + 1]), Err(OfferProblem::TooLong));
    }

    #[test]
    fn answers_must_mirror_their_offer() {
        assert_eq!(check_answer(OFFER.as_bytes(), OFFER.as_bytes()), Ok(()));
        let other_mid = OFFER.replace("a=mid:1", "a=mid:9");
        assert!(check_answer(OFFER.as_bytes(), other_mid.as_bytes()).unwrap_err().contains("mid"));
        let one = "v=0\r\nm=audio 9 X 1\r\na=mid:0\r\n";
        assert!(check_answer(OFFER.as_bytes(), one.as_bytes()).unwrap_err().contains("1 media lines for 2"));
        let swapped = "v=0\r\nm=application 9 X y\r\na=mid:0\r\nm=audio 9 X 1\r\na=mid:1\r\n";
        assert!(check_answer(OFFER.as_bytes(), swapped.as_bytes()).is_err());
    }
}
