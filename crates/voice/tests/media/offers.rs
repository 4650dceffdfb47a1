//! Offers that are answered, and those that are refused with a reason.

use crate::ends::{media, offer};
use voice::media::{Limits, MAX_OFFER_BYTES, OfferError};

/// A video line as browsers write it.
const VIDEO: &str = "m=video 9 UDP/TLS/RTP/SAVPF 100\r\nc=IN IP4 0.0.0.0\r\na=mid:cam\r\na=sendrecv\r\na=rtcp-mux\r\n\
                     a=rtpmap:100 VP8/90000\r\n";

async fn refusal(offer: &str) -> OfferError {
    media(Limits::default()).await.accept(offer).await.map(|_| ()).unwrap_err()
}

async fn answer(offer: &str) -> String {
    media(Limits::default()).await.accept(offer).await.unwrap().1
}

fn m_lines(sdp: &str) -> Vec<&str> {
    sdp.lines().filter_map(|line| line.strip_prefix("m=")?.split(' ').next()).collect()
}

fn mids(sdp: &str) -> Vec<&str> {
    sdp.lines().filter_map(|line| line.strip_prefix("a=mid:")).collect()
}

/// The offer with lines put in before the first m-line and their mid in the bundle.
fn with_section_first(offer: &str, section: &str, mid: &str) -> String {
    offer.replacen("m=", &format!("{section}m="), 1).replacen("a=group:BUNDLE", &format!("a=group:BUNDLE {mid}"), 1)
}

#[tokio::test]
async fn the_answer_mirrors_order_and_mids_of_the_offer() {
    let offer = offer(true).await;
    let answer = answer(&offer).await;
    assert_eq!(m_lines(&offer), m_lines(&answer));
    assert_eq!(mids(&offer), mids(&answer));
    assert!(answer.contains("a=ice-lite"), "{answer}");
    assert_eq!(answer.matches("a=candidate:").count(), 1, "{answer}");
    assert!(answer.ends_with("\r\n"));
}

#[tokio::test]
async fn several_addresses_are_all_answered_in_their_order() {
    let public: Vec<std::net::SocketAddr> = vec!["198.51.100.7:3478".parse().unwrap(), "127.0.0.1:0".parse().unwrap()];
    let addrs = voice::media::MediaAddrs { bind: "127.0.0.1:0".parse().unwrap(), public };
    let media = voice::media::Media::bind(addrs).await.unwrap();
    let (_end, answer) = media.accept(&offer(true).await).await.unwrap();
    let first = answer.find("198.51.100.7 3478").unwrap();
    assert!(first < answer.find("127.0.0.1 ").unwrap(), "{answer}");
}

#[tokio::test]
async fn an_unspecified_address_cannot_be_answered_on() {
    let addrs = voice::media::MediaAddrs { bind: "0.0.0.0:0".parse().unwrap(), public: vec![] };
    let error = voice::media::Media::bind(addrs).await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("name addresses"), "{error}");
}

#[tokio::test]
async fn an_offer_without_a_data_channel_is_answered() {
    assert_eq!(m_lines(&answer(&offer(false).await).await), ["audio"]);
}

#[tokio::test]
async fn video_is_rejected_in_its_place() {
    let offer = offer(true).await;
    let answer = answer(&(offer.replacen("a=group:BUNDLE", "a=group:BUNDLE cam", 1) + VIDEO)).await;
    assert_eq!(m_lines(&answer), ["audio", "application", "video"]);
    assert!(answer.contains("m=video 0 "), "{answer}");
    let bundle = answer.lines().find(|line| line.starts_with("a=group:BUNDLE")).unwrap();
    assert!(!bundle.contains("cam"), "{bundle}");
}

#[tokio::test]
async fn candidates_stay_readable_when_a_rejected_line_comes_first() {
    let answer = answer(&with_section_first(&offer(true).await, VIDEO, "cam")).await;
    assert_eq!(m_lines(&answer), ["video", "audio", "application"]);
    let (video, rest) = answer.split_once("m=audio").unwrap();
    assert!(!video.contains("a=candidate:"), "{answer}");
    assert!(rest.split("m=application").next().unwrap().contains("a=candidate:"), "{answer}");
}

#[tokio::test]
async fn what_is_no_sdp_is_refused_with_the_line() {
    assert!(matches!(refusal("").await, OfferError::Malformed { line: None, .. }));
    assert!(matches!(refusal("hello").await, OfferError::Malformed { line: Some(1), .. }));
    assert!(matches!(
        refusal("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nhello").await,
        OfferError::Malformed { line: Some(3), .. }
    ));
    assert!(matches!(refusal("{\"error\":{}}").await, OfferError::Malformed { line: Some(1), .. }));
    let cut = offer(true).await.lines().take(12).collect::<Vec<_>>().join("\r\n");
    assert!(matches!(refusal(&cut).await, OfferError::Malformed { .. } | OfferError::NoAudio | OfferError::NoOpus));
}

#[tokio::test]
async fn an_offer_without_sound_is_no_call() {
    assert_eq!(refusal("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n").await, OfferError::NoAudio);
    let offer = offer(true).await;
    let head = offer.split("m=").next().unwrap();
    let channel_only = format!("{head}m=application{}", offer.split("m=application").nth(1).unwrap());
    assert_eq!(refusal(&channel_only).await, OfferError::NoAudio);
    assert_eq!(refusal(&offer.replacen("m=audio 9", "m=audio 0", 1)).await, OfferError::NoAudio);
    assert_eq!(refusal(&offer.replace("opus/48000/2", "G722/8000")).await, OfferError::NoOpus);
}

#[tokio::test]
async fn an_oversized_offer_is_refused_unread() {
    let offer = offer(true).await + &"a=x:y\r\n".repeat(MAX_OFFER_BYTES / 7 + 1);
    assert_eq!(refusal(&offer).await, OfferError::TooLarge { bytes: offer.len() });
}

#[tokio::test]
async fn a_damaged_offer_is_refused_or_answered_but_never_a_panic() {
    let media = media(Limits::default()).await;
    let offer = with_section_first(&offer(true).await, VIDEO, "cam");
    let lines: Vec<&str> = offer.lines().collect();
    for drop in 0..lines.len() {
        let without: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != drop).map(|(_, line)| *line).collect();
        let _ = media.accept(&(without.join("\r\n") + "\r\n")).await;
        let mut cut = lines.clone();
        cut[drop] = &lines[drop][..lines[drop].len() / 2];
        let _ = media.accept(&(cut.join("\r\n") + "\r\n")).await;
        let mut twice = lines.clone();
        twice.insert(drop, lines[drop]);
        let _ = media.accept(&(twice.join("\r\n") + "\r\n")).await;
    }
}
