//! Real offers go through unchanged; broken ones are judged quickly and never break the server.

use crate::stage::{self, stage};
use insights::adapters::realtime::sdp;
use std::time::{Duration, Instant};

/// Name and bytes; how they were made is in `sdp/README.md`.
const CORPUS: &[(&str, &[u8])] = &[
    ("chromium", include_bytes!("sdp/chromium.sdp")),
    ("chromium, gathered", include_bytes!("sdp/chromium-gathered.sdp")),
    ("chromium, channel first", include_bytes!("sdp/chromium-channel-first.sdp")),
    ("chromium, audio only", include_bytes!("sdp/chromium-audio-only.sdp")),
    ("firefox", include_bytes!("sdp/firefox.sdp")),
    ("firefox, gathered", include_bytes!("sdp/firefox-gathered.sdp")),
    ("aiortc", include_bytes!("sdp/aiortc.sdp")),
];
const MUTANTS: usize = 10_000;
/// Judging one may take this long.
const LONGEST: Duration = Duration::from_millis(5);
const TRIES: usize = 5;

#[tokio::test]
async fn real_offers_pass_byte_for_byte() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    for (name, offer) in CORPUS {
        let text = std::str::from_utf8(offer).unwrap();
        assert!(text.ends_with("\r\n"), "{name}");
        let answer = stage::offer(&mut candidate, text).await;
        let (offered, _, answered) = s.provider.calls().pop().unwrap();
        assert_eq!((answer.status.as_u16(), answer.text), (201, answered), "{name}");
        assert_eq!(offered, text, "{name}");
    }
}

/// Small and always the same (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Bytes flipped, lines dropped, doubled, swapped, cut, stretched; several at once.
fn mutate(dice: &mut Dice, offer: &[u8]) -> Vec<u8> {
    let mut bytes = offer.to_vec();
    for _ in 0..=dice.below(4) {
        let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
        let (a, b) = (dice.below(lines.len()), dice.below(lines.len()));
        match dice.below(8) {
            0 => {
                let at = dice.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.below(256) as u8;
                }
                continue;
            }
            1 => bytes.truncate(dice.below(bytes.len())),
            2 => bytes.splice(0..0, [0xef, 0xbb, 0xbf]).for_each(drop),
            _ if lines.is_empty() => {}
            3 => drop(lines.remove(a)),
            4 => lines.insert(a, lines[b].clone()),
            5 => lines.swap(a, b),
            6 => lines[a] = lines[a].repeat(1 + dice.below(200)),
            _ => lines.insert(
                a,
                [b"m=audio\r\n".as_slice(), b"a=mid:\r\n", b"a=group:BUNDLE 9\r\n", b"m=\r\n"][b % 4].to_vec(),
            ),
        }
        bytes = if bytes.len() < offer.len() / 2 { bytes } else { lines.concat() };
    }
    bytes
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn ten_thousand_broken_offers_are_judged_quickly() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    for n in 0..MUTANTS {
        let (_, offer) = CORPUS[n % CORPUS.len()];
        let broken = mutate(&mut dice, offer);
        let judge = || {
            let begun = Instant::now();
            let judged = sdp::check_offer(&broken);
            let answered = sdp::check_answer(offer, &broken);
            (begun.elapsed(), judged, answered)
        };
        let (mut took, judged, answered) = judge();
        // A busy machine may take the thread away in the middle: what counts is the work.
        for _ in 0..TRIES {
            took = if took > LONGEST { judge().0.min(took) } else { took };
        }
        slowest = slowest.max(took);
        refused += usize::from(judged.is_err());
        for said in [judged.err().map(|e| e.to_string()), answered.err().map(|e| e.to_string())].into_iter().flatten() {
            assert!(said.len() < 200 && said.is_ascii(), "{said}");
        }
    }
    assert!(
        (MUTANTS / 10..MUTANTS).contains(&refused),
        "{refused} were refused: the mutations are too weak or too strong"
    );
    assert!(slowest <= LONGEST, "the slowest took {slowest:?}");
}
