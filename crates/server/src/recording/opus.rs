//! As much of Opus as joining needs (RFC 6716 §3.1): how long a packet lasts, and packets of silence.

/// Samples per second that durations count, whatever rate was recorded.
const RATE: i64 = 48_000;
/// The longest packet: 120 ms.
const MOST_SAMPLES: i64 = 5_760;

/// How long a packet lasts in microseconds; none: it is no Opus packet.
pub fn duration_us(packet: &[u8]) -> Option<i64> {
    let toc = *packet.first()?;
    let frame = frame_samples(toc >> 3);
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => i64::from(*packet.get(1)? & 0x3f),
    };
    let samples = frame * frames;
    (1..=MOST_SAMPLES).contains(&samples).then_some(samples * 1_000_000 / RATE)
}

/// Samples of one frame, by the configuration in the first byte.
fn frame_samples(config: u8) -> i64 {
    match config {
        // SILK: 10, 20, 40, 60 ms.
        0..=11 => [480, 960, 1_920, 2_880][usize::from(config % 4)],
        // Hybrid: 10, 20 ms.
        12..=15 => [480, 960][usize::from(config % 2)],
        // CELT: 2.5, 5, 10, 20 ms.
        _ => [120, 240, 480, 960][usize::from(config % 4)],
    }
}

/// The shortest packet of silence.
pub const LEAST_SILENCE_US: i64 = 2_500;

/// The longest packet of silence that is not longer than `us`, and how long it is. It holds one empty CELT frame, full
/// band, mono, which every decoder takes for silence.
pub fn silence(us: i64) -> Option<([u8; 3], i64)> {
    let sizes = [(31, 20_000), (30, 10_000), (29, 5_000), (28, LEAST_SILENCE_US)];
    let (config, long_us) = sizes.into_iter().find(|(_, long_us)| *long_us <= us)?;
    Some(([config << 3, 0xff, 0xfe], long_us))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_packet_says_how_long_it_is() {
        // One CELT frame of 20 ms, two of 2.5 ms, SILK of 60 ms, three frames of 20 ms, hybrid of 10 ms.
        for (packet, us) in [
            (vec![0xf8, 1], 20_000),
            (vec![0xe1, 1], 5_000),
            (vec![0x18, 1], 60_000),
            (vec![0xfb, 3], 60_000),
            (vec![0x60, 0], 10_000),
        ] {
            assert_eq!(duration_us(&packet), Some(us), "{packet:x?}");
        }
        // Nothing, a count without its byte, no frames, 140 ms.
        for bad in [vec![], vec![0xfb], vec![0xfb, 0], vec![0xfb, 7]] {
            assert_eq!(duration_us(&bad), None, "{bad:x?}");
        }
    }

    #[test]
    fn silence_is_as_long_as_it_says() {
        for (us, long) in [(1_000_000, 20_000), (19_999, 10_000), (6_000, 5_000), (2_500, 2_500)] {
            let (packet, is) = silence(us).unwrap();
            assert_eq!((is, duration_us(&packet)), (long, Some(long)));
        }
        assert!(silence(2_499).is_none());
    }
}
