//! Judges an offer before the protocol stack sees it, and trims it to what a call is: one audio line, at most one data
//! channel. Everything else is answered as rejected, in its place, so that the answer mirrors the offer line by line.

use str0m::change::SdpOffer;

/// The largest offer that is read.
pub const MAX_OFFER_BYTES: usize = 64 * 1024;

/// Why an offer cannot become a call. All are the caller's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// Larger than [`MAX_OFFER_BYTES`].
    #[error("the SDP offer has {bytes} bytes, at most {MAX_OFFER_BYTES} are read")]
    TooLarge {
        /// Size that came.
        bytes: usize,
    },
    /// Not SDP, or SDP that no call can be made of.
    #[error("the SDP offer cannot be used{}: {why}", line.map(|n| format!(", line {n}")).unwrap_or_default())]
    Malformed {
        /// Line, counted from 1, where one is to blame.
        line: Option<usize>,
        /// What is wrong.
        why: String,
    },
    /// No audio line, or a rejected one: a call without sound is none.
    #[error("the SDP offer has no audio line: add a microphone track before making the offer")]
    NoAudio,
    /// An audio line without Opus.
    #[error("the SDP offer's audio line does not offer Opus")]
    NoOpus,
}

impl OfferError {
    pub(super) fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed { line: None, why: why.into() }
    }
}

/// One m-line and what follows until the next.
pub(super) struct Section<'a> {
    pub(super) lines: Vec<&'a str>,
}

impl Section<'_> {
    pub(super) fn is(&self, kind: &str) -> bool {
        self.lines[0].strip_prefix("m=").and_then(|m| m.split(' ').next()) == Some(kind)
    }

    fn has(&self, line: &str) -> bool {
        self.lines.contains(&line)
    }

    pub(super) fn mid(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix("a=mid:"))
    }

    /// Port 0 rejects a line, except where it only says "same port as the bundle".
    pub(super) fn is_rejected(&self) -> bool {
        self.lines[0].split(' ').nth(1) == Some("0") && !self.has("a=bundle-only")
    }

    fn offers_opus(&self) -> bool {
        self.lines.iter().filter_map(|line| line.strip_prefix("a=rtpmap:")).any(|map| {
            map.split_once(' ').is_some_and(|(_, codec)| codec.to_ascii_lowercase().starts_with("opus/48000"))
        })
    }
}

/// Checks an offer and returns it with unusable lines rejected.
pub(super) fn check(offer: &str) -> Result<SdpOffer, OfferError> {
    if offer.len() > MAX_OFFER_BYTES {
        return Err(OfferError::TooLarge { bytes: offer.len() });
    }
    check_lines(offer)?;
    let (head, sections) = split(offer);
    let audio = sections.iter().position(|s| s.is("audio") && !s.is_rejected()).ok_or(OfferError::NoAudio)?;
    if !sections[audio].offers_opus() {
        return Err(OfferError::NoOpus);
    }
    let channel = sections.iter().position(|s| s.is("application"));
    let wanted = |index: usize| index == audio || Some(index) == channel;
    let text = if sections.iter().enumerate().all(|(index, section)| wanted(index) || section.is_rejected()) {
        offer.to_owned()
    } else {
        rejecting(&head, &sections, wanted)
    };
    SdpOffer::from_sdp_string(&text).map_err(|error| OfferError::malformed(error.to_string()))
}

/// Every line is `x=…`, and the first says that this is SDP.
fn check_lines(offer: &str) -> Result<(), OfferError> {
    let mut lines = offer.lines().enumerate().filter(|(_, line)| !line.is_empty());
    let malformed = |index: usize, why: &str| Err(OfferError::Malformed { line: Some(index + 1), why: why.to_owned() });
    match lines.next() {
        Some((_, "v=0")) => {}
        Some((index, _)) => return malformed(index, "expected v=0"),
        None => return Err(OfferError::malformed("it is empty")),
    }
    for (index, line) in lines {
        let bytes = line.as_bytes();
        if !bytes[0].is_ascii_lowercase() || bytes.get(1) != Some(&b'=') {
            return malformed(index, "expected a line like a=…");
        }
    }
    Ok(())
}

/// The session's lines, and the sections of the m-lines.
pub(super) fn split(offer: &str) -> (Vec<&str>, Vec<Section<'_>>) {
    let mut head = Vec::new();
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in offer.lines().filter(|line| !line.is_empty()) {
        if line.starts_with("m=") {
            sections.push(Section { lines: vec![line] });
        } else {
            sections.last_mut().map_or(&mut head, |section| &mut section.lines).push(line);
        }
    }
    (head, sections)
}

/// The offer again, with every unwanted line rejected as its maker could have done it: port 0, out of the bundle.
fn rejecting(head: &[&str], sections: &[Section<'_>], wanted: impl Fn(usize) -> bool) -> String {
    let mut text = String::new();
    let mut push = |line: &str| {
        text.push_str(line);
        text.push_str("\r\n");
    };
    let unwanted = |index: &usize| !wanted(*index);
    let dropped: Vec<&str> = (0..sections.len()).filter(unwanted).filter_map(|index| sections[index].mid()).collect();
    for line in head {
        match line.strip_prefix("a=group:BUNDLE") {
            Some(mids) => {
                let kept = mids.split(' ').filter(|mid| !mid.is_empty() && !dropped.contains(mid));
                push(&kept.fold("a=group:BUNDLE".to_owned(), |group, mid| group + " " + mid));
            }
            None => push(line),
        }
    }
    for (index, section) in sections.iter().enumerate() {
        if wanted(index) {
            section.lines.iter().for_each(|line| push(line));
            continue;
        }
        let mut words: Vec<&str> = section.lines[0].split(' ').collect();
        if let Some(port) = words.get_mut(1) {
            *port = "0";
        }
        push(&words.join(" "));
        section.lines[1..].iter().filter(|line| **line != "a=bundle-only").for_each(|line| push(line));
    }
    text
}

/// Moves candidates out of a rejected first line, where no browser reads them, into the first line that stands.
pub(super) fn candidates_where_they_are_read(answer: String) -> String {
    let (_, sections) = split(&answer);
    let stands = |section: &Section<'_>| !section.is_rejected();
    if sections.first().is_none_or(stands) {
        return answer;
    }
    let Some(target) = sections.iter().position(stands) else { return answer };
    let (candidates, mut rest): (Vec<&str>, Vec<&str>) =
        answer.lines().filter(|line| !line.is_empty()).partition(|line| line.starts_with("a=candidate:"));
    let m_lines = rest.iter().enumerate().filter(|(_, line)| line.starts_with("m="));
    let end = m_lines.map(|(at, _)| at).nth(target + 1).unwrap_or(rest.len());
    rest.splice(end..end, candidates);
    rest.join("\r\n") + "\r\n"
}
