//! Checks on session descriptions. Read only: what the page offers and the provider answers is never edited.

/// The longest offer that is taken.
pub const MAX_OFFER_BYTES: usize = 64 * 1024;
/// A call has sound and a data channel; more media lines than this are nobody's browser.
const MAX_MEDIA: usize = 16;
/// As much of a line is shown as tells which it is.
const SHOWN: usize = 32;

/// Why an offer is refused before any call is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// A media line or its id is not what it must be.
    #[error("the offer breaks at {0}")]
    Line(LineProblem),
}

/// Why an answer cannot be given to the page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// JSON, HTML, bytes: anything but a session description.
    #[error("the answer is not a session description")]
    NotSdp,
    /// The media lines are not those of the offer.
    #[error("the answer does not fit its offer at {0}")]
    Line(LineProblem),
}

/// One line that is not what it must be. Holds kinds of media and their ids, nothing else of a description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: expected {expected}, found {found}")]
pub struct LineProblem {
    /// From 1.
    pub line: usize,
    /// What must be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl LineProblem {
    fn new(line: usize, expected: impl Into<String>, found: impl Into<String>) -> LineProblem {
        LineProblem { line, expected: expected.into(), found: found.into() }
    }
}

/// Checks the page's offer: sound is there, each media line has its own id, and the bundle names only these.
pub fn check_offer(offer: &[u8]) -> Result<(), OfferProblem> {
    if offer.len() > MAX_OFFER_BYTES {
        return Err(OfferProblem::TooLong);
    }
    let text = std::str::from_utf8(offer).map_err(|_| OfferProblem::NotSdp)?;
    if !is_sdp(text) {
        return Err(OfferProblem::NotSdp);
    }
    let found = media(text);
    if !found.iter().any(|m| m.kind == "audio") {
        return Err(OfferProblem::NoAudio);
    }
    if let Some(m) = found.get(MAX_MEDIA) {
        let problem = LineProblem::new(m.line, format!("at most {MAX_MEDIA} media lines"), m.shown());
        return Err(OfferProblem::Line(problem));
    }
    check_mids(&found).and_then(|()| check_bundle(text, &found)).map_err(OfferProblem::Line)
}

/// Checks that an answer fits its offer: the same media in the same order with the same ids.
pub fn check_answer(offer: &[u8], answer: &[u8]) -> Result<(), AnswerProblem> {
    let answer = std::str::from_utf8(answer).ok().filter(|text| is_sdp(text)).ok_or(AnswerProblem::NotSdp)?;
    let offer = std::str::from_utf8(offer).map_err(|_| AnswerProblem::NotSdp)?;
    let (asked, given) = (media(offer), media(answer));
    let fits = |(asked, given): (&Media<'_>, &Media<'_>)| {
        if asked.kind != given.kind {
            return Err(LineProblem::new(given.line, asked.shown(), given.shown()));
        }
        match (asked.mid, given.mid) {
            (Some((_, asked)), Some((line, given))) if asked != given => {
                Err(LineProblem::new(line, mid(asked), mid(given)))
            }
            (Some((_, asked)), None) => Err(LineProblem::new(given.line, mid(asked), "no a=mid in this section")),
            _ => Ok(()),
        }
    };
    asked.iter().zip(&given).try_for_each(fits).map_err(AnswerProblem::Line)?;
    let end = answer.lines().count();
    match (asked.get(given.len()), given.get(asked.len())) {
        (Some(missing), _) => Err(LineProblem::new(end + 1, missing.shown(), "the end")),
        (None, Some(more)) => Err(LineProblem::new(more.line, "the end", more.shown())),
        (None, None) => check_bundle(answer, &asked),
    }
    .map_err(AnswerProblem::Line)
}

fn is_sdp(text: &str) -> bool {
    text.starts_with("v=0\r\n") || text.starts_with("v=0\n")
}

/// A media line.
struct Media<'a> {
    /// From 1.
    line: usize,
    kind: &'a str,
    /// Line and value of its id.
    mid: Option<(usize, &'a str)>,
}

impl Media<'_> {
    fn shown(&self) -> String {
        format!("m={}", shown(self.kind))
    }
}

/// The media lines, in order.
fn media(sdp: &str) -> Vec<Media<'_>> {
    let mut found: Vec<Media<'_>> = Vec::new();
    for (at, line) in sdp.lines().enumerate() {
        if let Some(rest) = line.strip_prefix("m=") {
            let kind = rest.split(' ').next().unwrap_or_default();
            found.push(Media { line: at + 1, kind, mid: None });
        } else if let (Some(mid), Some(last)) = (line.strip_prefix("a=mid:"), found.last_mut()) {
            last.mid.get_or_insert((at + 1, mid.trim_end()));
        }
    }
    found
}

/// Either no section has an id (as before BUNDLE), or each has one of its own.
fn check_mids(found: &[Media<'_>]) -> Result<(), LineProblem> {
    if found.iter().all(|m| m.mid.is_none()) {
        return Ok(());
    }
    for (at, m) in found.iter().enumerate() {
        let Some((line, id)) = m.mid else {
            return Err(LineProblem::new(m.line, "an a=mid in this section", "none"));
        };
        if id.is_empty() || found[..at].iter().any(|before| before.mid.is_some_and(|(_, other)| other == id)) {
            return Err(LineProblem::new(line, "an id that no other section has", mid(id)));
        }
    }
    Ok(())
}

/// The bundle may name only sections that are there.
fn check_bundle(sdp: &str, media: &[Media<'_>]) -> Result<(), LineProblem> {
    for (at, line) in sdp.lines().enumerate() {
        let Some(group) = line.strip_prefix("a=group:BUNDLE") else { continue };
        let is_there = |id: &&str| media.iter().any(|m| m.mid.is_some_and(|(_, known)| known == *id));
        if let Some(id) = group.split_whitespace().find(|id| !is_there(id)) {
            return Err(LineProblem::new(at + 1, "ids of sections in the bundle", shown(id)));
        }
    }
    Ok(())
}

fn mid(id: &str) -> String {
    format!("a=mid:{}", shown(id))
}

/// Plain characters only, and not many: it goes into a message and the log.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
                         m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n\
                         m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";

    #[test]
    fn offers_are_judged() {
        assert_eq!(check_offer(OFFER.as_bytes()), Ok(()));
        assert_eq!(check_offer(OFFER.replace("\r\n", "\n").as_bytes()), Ok(()));
        assert_eq!(check_offer(b""), Err(OfferProblem::NotSdp));
        assert_eq!(check_offer(b"{\"sdp\":\"v=0\"}"), Err(OfferProblem::NotSdp));
        assert_eq!(check_offer(b"v=0\r\n\xff\xfe"), Err(OfferProblem::NotSdp));
        assert_eq!(check_offer(b"v=0\r\nm=video 9 RTP 96\r\n"), Err(OfferProblem::NoAudio));
        assert_eq!(check_offer(b"v=0\r\na=m=audio\r\n"), Err(OfferProblem::NoAudio));
        assert_eq!(check_offer(&[b'v'; MAX_OFFER_BYTES + 1]), Err(OfferProblem::TooLong));
        let line = |from: &str, to: &str| match check_offer(OFFER.replace(from, to).as_bytes()) {
            Err(OfferProblem::Line(problem)) => problem.to_string(),
            other => panic!("{to}: {other:?}"),
        };
        assert_eq!(line("a=mid:1", "a=mid:0"), "line 9: expected an id that no other section has, found a=mid:0");
        assert_eq!(line("a=mid:1\r\n", ""), "line 8: expected an a=mid in this section, found none");
        assert_eq!(line("BUNDLE 0 1", "BUNDLE 0 7"), "line 5: expected ids of sections in the bundle, found 7");
        let many = format!("{OFFER}{}", "m=video 9 X 1\r\n".repeat(15));
        assert!(check_offer(many.as_bytes()).unwrap_err().to_string().contains("at most 16 media lines"));
    }

    #[test]
    fn answers_must_mirror_their_offer() {
        let check = |answer: &str| check_answer(OFFER.as_bytes(), answer.as_bytes());
        let line = |answer: &str| match check(answer) {
            Err(AnswerProblem::Line(problem)) => problem.to_string(),
            other => panic!("{answer}: {other:?}"),
        };
        assert_eq!(check(OFFER), Ok(()));
        assert_eq!(line(&OFFER.replace("a=mid:1", "a=mid:9")), "line 9: expected a=mid:1, found a=mid:9");
        assert_eq!(line("v=0\r\nm=audio 9 X 1\r\na=mid:0\r\n"), "line 4: expected m=application, found the end");
        assert_eq!(
            line("v=0\r\nm=application 9 X y\r\na=mid:0\r\nm=audio 9 X 1\r\na=mid:1\r\n"),
            "line 2: expected m=audio, found m=application"
        );
        assert_eq!(line(&OFFER.replace("a=mid:0\r\n", "")), "line 6: expected a=mid:0, found no a=mid in this section");
        assert_eq!(line(&format!("{OFFER}m=video\u{7} 9 X 1\r\n")), "line 10: expected the end, found m=video?");
        for not_sdp in ["", "{\"sdp\":\"v=0\"}", "<html>", "\u{feff}v=0\r\n"] {
            assert_eq!(check(not_sdp), Err(AnswerProblem::NotSdp), "{not_sdp}");
        }
    }
}
