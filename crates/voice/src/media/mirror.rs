//! An answer without a protocol stack: it mirrors the offer line by line as recorded answers do, and leads nowhere.

use super::offer::{Section, split};
use crate::session::{Ids, RandomIds};

/// An address for documentation: nobody answers there.
const NOWHERE: &str = "192.0.2.1 3478";

/// The answer to an offer that has been checked.
pub(super) fn answer(offer: &str) -> String {
    let (head, sections) = split(offer);
    let is_wanted = wanted(&sections);
    let mut text = String::new();
    let mut push = |line: &str| {
        text.push_str(line);
        text.push_str("\r\n");
    };
    let id = u64::from_str_radix(&RandomIds.hex(15), 16).unwrap_or(1);
    let print: Vec<String> = (0..32).map(|_| RandomIds.hex(2).to_ascii_uppercase()).collect();
    push("v=0");
    push(&format!("o=- {id} 2 IN IP4 0.0.0.0"));
    push("s=-");
    push("t=0 0");
    push("a=msid-semantic:WMS *");
    push(&format!("a=fingerprint:sha-256 {}", print.join(":")));
    push("a=ice-lite");
    if head.iter().any(|line| line.starts_with("a=group:BUNDLE")) {
        let mids = sections.iter().zip(&is_wanted).filter(|(_, is_wanted)| **is_wanted);
        let mids: Vec<&str> = mids.filter_map(|(section, _)| section.mid()).collect();
        push(&format!("a=group:BUNDLE {}", mids.join(" ")));
    }
    let ice = (RandomIds.alnum(16), RandomIds.alnum(32));
    for (section, is_wanted) in sections.iter().zip(is_wanted) {
        match (is_wanted, section.is("audio")) {
            (false, _) => reject(section, &mut push),
            (true, true) => audio(section, &ice, &mut push),
            (true, false) => channel(section, &ice, &mut push),
        }
    }
    text
}

/// The first audio line and the first data channel.
fn wanted(sections: &[Section<'_>]) -> Vec<bool> {
    let audio = sections.iter().position(|section| section.is("audio") && !section.is_rejected());
    let channel = sections.iter().position(|section| section.is("application") && !section.is_rejected());
    (0..sections.len()).map(|index| Some(index) == audio || Some(index) == channel).collect()
}

fn reject(section: &Section<'_>, push: &mut impl FnMut(&str)) {
    let mut words: Vec<&str> = section.lines[0].split(' ').collect();
    if let Some(port) = words.get_mut(1) {
        *port = "0";
    }
    push(&words.join(" "));
    push("c=IN IP4 0.0.0.0");
    mid(section, push);
}

fn mid(section: &Section<'_>, push: &mut impl FnMut(&str)) {
    if let Some(mid) = section.mid() {
        push(&format!("a=mid:{mid}"));
    }
}

fn transport((ufrag, password): &(String, String), push: &mut impl FnMut(&str)) {
    push(&format!("a=ice-ufrag:{ufrag}"));
    push(&format!("a=ice-pwd:{password}"));
}

/// Opus under the offer's number, the two telephone codecs if they are offered.
fn audio(section: &Section<'_>, ice: &(String, String), push: &mut impl FnMut(&str)) {
    let maps = || section.lines.iter().filter_map(|line| line.strip_prefix("a=rtpmap:")?.split_once(' '));
    let opus = maps().find(|(_, codec)| codec.to_ascii_lowercase().starts_with("opus/48000"));
    let opus = opus.map_or("111", |(number, _)| number);
    let offered: Vec<&str> = section.lines[0].split(' ').skip(3).filter(|number| ["0", "8"].contains(number)).collect();
    let numbers = [&[opus], offered.as_slice()].concat().join(" ");
    push(&format!("m=audio 9 UDP/TLS/RTP/SAVPF {numbers}"));
    push("c=IN IP4 0.0.0.0");
    push("a=setup:active");
    mid(section, push);
    transport(ice, push);
    push("a=rtcp-mux");
    push("a=rtcp-rsize");
    push(&format!("a=rtpmap:{opus} opus/48000/2"));
    push(&format!("a=fmtp:{opus} minptime=10;useinbandfec=1"));
    for (number, codec) in [("0", "PCMU/8000"), ("8", "PCMA/8000")] {
        if offered.contains(&number) {
            push(&format!("a=rtpmap:{number} {codec}"));
        }
    }
    push("a=ssrc:3830135120 cname:realtimeapi");
    push("a=msid:realtimeapi audio");
    push("a=sendrecv");
    push(&format!("a=candidate:1 1 udp 2130706431 {NOWHERE} typ host ufrag {}", ice.0));
}

fn channel(section: &Section<'_>, ice: &(String, String), push: &mut impl FnMut(&str)) {
    push("m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
    push("c=IN IP4 0.0.0.0");
    push("a=setup:active");
    mid(section, push);
    push("a=sendrecv");
    push("a=sctp-port:5000");
    push("a=max-message-size:1073741823");
    transport(ice, push);
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn an_answer_has_the_offer_s_lines_and_mids_in_their_order() {
        let offer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE d v a\r\n\
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 63 0\r\na=mid:a\r\na=rtpmap:63 opus/48000/2\r\n";
        let answer = answer(offer);
        let lines: Vec<&str> =
            answer.lines().filter(|line| line.starts_with("m=") || line.starts_with("a=mid")).collect();
        let expected = [
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "a=mid:d",
            "m=video 0 UDP/TLS/RTP/SAVPF 96",
            "a=mid:v",
            "m=audio 9 UDP/TLS/RTP/SAVPF 63 0",
            "a=mid:a",
        ];
        assert_eq!(lines, expected);
        assert!(answer.contains("a=group:BUNDLE d a\r\n") && answer.ends_with("\r\n"));
    }
}
