//! Opus packets of the peer to gapless sound. Sans-IO: RTP time decides, never the time of arrival.

use super::opus::{Decoder, FRAMES_PER_SECOND, OpusError, TICKS_PER_FRAME};

/// Ticks of the RTP clock per second.
const CLOCK: i64 = 48_000;
/// Lost sound is invented up to here; what is missing beyond is silence.
const CONCEAL_FRAMES: i64 = 3;
/// A step further than this, in either direction, is a new clock of the sender and no gap.
const LARGEST_GAP: i64 = 30 * CLOCK;

/// The ear of one call.
pub(super) struct Inbound {
    decoder: Decoder,
    rate: u32,
    /// RTP time, modulo 2^32, of the next packet if none is missing.
    expected: Option<u32>,
    last_ticks: i64,
}

impl Inbound {
    /// Gives samples of this rate.
    pub(super) fn new(rate: u32) -> Result<Self, OpusError> {
        Ok(Self { decoder: Decoder::new(rate)?, rate, expected: None, last_ticks: 0 })
    }

    /// Takes one packet and gives all sound up to its end, what was missing before it included. Padding, which has no
    /// payload, and packets that come after their place was filled give nothing.
    pub(super) fn take(&mut self, rtp_time: u64, packet: &[u8]) -> Result<Vec<f32>, OpusError> {
        if packet.is_empty() {
            return Ok(Vec::new());
        }
        let time = rtp_time as u32;
        let mut pcm = Vec::new();
        if let Some(expected) = self.expected {
            let gap = i64::from(time.wrapping_sub(expected) as i32);
            if (-LARGEST_GAP..0).contains(&gap) {
                return Ok(pcm);
            }
            if (1..=LARGEST_GAP).contains(&gap) {
                self.fill(gap, &mut pcm)?;
            }
        }
        let decoded = self.decoder.decode(packet)?;
        let ticks = decoded.len() as i64 * CLOCK / i64::from(self.rate);
        self.expected = Some(time.wrapping_add(ticks as u32));
        self.last_ticks = ticks;
        pcm.extend(decoded);
        Ok(pcm)
    }

    /// How long the packet that was taken last is, in microseconds.
    pub(super) fn last_long_us(&self) -> i64 {
        self.last_ticks * 1_000_000 / CLOCK
    }

    fn fill(&mut self, gap: i64, pcm: &mut Vec<f32>) -> Result<(), OpusError> {
        let samples = (gap * i64::from(self.rate) / CLOCK) as usize;
        let frames = gap / TICKS_PER_FRAME as i64;
        for _ in 0..frames.min(CONCEAL_FRAMES) {
            pcm.extend(self.decoder.conceal()?);
        }
        debug_assert!(pcm.len() <= samples + self.rate as usize / FRAMES_PER_SECOND);
        pcm.resize(samples, 0.0);
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::opus::Encoder;
    use super::*;

    fn packets(count: usize) -> Vec<Vec<u8>> {
        let mut encoder = Encoder::new(24_000).unwrap();
        let tone = |i: usize| (i as f32 * 440.0 * std::f32::consts::TAU / 24_000.0).sin() * 0.4;
        (0..count).map(|n| encoder.encode(&(n * 480..(n + 1) * 480).map(tone).collect::<Vec<_>>()).unwrap()).collect()
    }

    fn level(pcm: &[f32]) -> f32 {
        (pcm.iter().map(|s| s * s).sum::<f32>() / pcm.len().max(1) as f32).sqrt()
    }

    #[test]
    fn a_lost_packet_is_concealed_and_time_stays_whole() {
        let packets = packets(20);
        let mut ear = Inbound::new(16_000).unwrap();
        let mut pcm = Vec::new();
        for (n, packet) in packets.iter().enumerate().filter(|(n, _)| *n != 10) {
            pcm.extend(ear.take(n as u64 * 960, packet).unwrap());
        }
        assert_eq!(pcm.len(), 20 * 320);
        assert!(level(&pcm[10 * 320..11 * 320]) > 0.1, "the gap hums on");
    }

    #[test]
    fn a_long_pause_of_the_sender_is_silence_of_the_same_length() {
        let packets = packets(6);
        let mut ear = Inbound::new(16_000).unwrap();
        for (n, packet) in packets[..5].iter().enumerate() {
            ear.take(n as u64 * 960, packet).unwrap();
        }
        let pcm = ear.take(5 * 960 + 2 * 48_000, &packets[5]).unwrap();
        assert_eq!(pcm.len(), 2 * 16_000 + 320);
        assert!(level(&pcm[16_000..32_000]) < 0.001);
    }

    #[test]
    fn padding_late_packets_and_a_new_clock_add_nothing() {
        let packets = packets(4);
        let mut ear = Inbound::new(16_000).unwrap();
        assert_eq!(ear.take(u64::from(u32::MAX) - 959, &packets[0]).unwrap().len(), 320);
        assert_eq!(ear.take(u64::from(u32::MAX) + 1, &[]).unwrap().len(), 0);
        assert_eq!(ear.take(u64::from(u32::MAX) + 1, &packets[1]).unwrap().len(), 320, "the clock wraps");
        assert_eq!(ear.take(u64::from(u32::MAX) + 1, &packets[1]).unwrap().len(), 0, "the same again");
        assert_eq!(ear.take(90 * 48_000, &packets[2]).unwrap().len(), 320, "a jump of 90 s is a new clock");
    }

    #[test]
    fn garbage_is_an_error_and_the_next_packet_is_heard() {
        let packets = packets(2);
        let mut ear = Inbound::new(16_000).unwrap();
        ear.take(0, &packets[0]).unwrap();
        assert!(ear.take(960, &[0xff; 7]).is_err());
        assert_eq!(ear.take(1_920, &packets[1]).unwrap().len(), 640);
    }
}
