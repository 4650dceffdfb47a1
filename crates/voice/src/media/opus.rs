//! Opus, both ways: safe wrappers over a libopus without a C toolchain. The only `unsafe` of this crate's own code.
#![expect(unsafe_code, reason = "libopus has a C interface: raw pointers, made, used and freed only here")]

use unsafe_libopus::{
    OPUS_APPLICATION_VOIP, OPUS_OK, OPUS_SET_BITRATE_REQUEST, OPUS_SET_COMPLEXITY_REQUEST, OPUS_SET_INBAND_FEC_REQUEST,
    OPUS_SET_PACKET_LOSS_PERC_REQUEST, OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE, OpusDecoder, OpusEncoder,
    opus_decode_float, opus_decoder_create, opus_decoder_destroy, opus_encode_float, opus_encoder_create,
    opus_encoder_ctl, opus_encoder_destroy,
};

/// Frames per second: every frame we send has 20 ms.
pub(super) const FRAMES_PER_SECOND: usize = 50;
/// RTP ticks of one frame: Opus counts 48 kHz whatever the sample rate.
pub(super) const TICKS_PER_FRAME: u64 = 960;
/// The largest Opus packet, RFC 6716 §3.2.1.
const MAX_PACKET: usize = 1_275;
/// A packet holds at most 120 ms, RFC 6716 §3.2.5.
const MAX_PACKET_MS: usize = 120;

/// A libopus error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("opus error {0}")]
pub struct OpusError(i32);

/// Opus packets to mono samples.
pub struct Decoder {
    state: *mut OpusDecoder,
    rate: usize,
}

// SAFETY: the state is plain memory owned by this struct alone; libopus keeps no thread-local or shared state.
unsafe impl Send for Decoder {}

impl Decoder {
    /// Decodes to this rate: 8, 12, 16, 24 or 48 kHz.
    pub fn new(rate: u32) -> Result<Self, OpusError> {
        let mut error = OPUS_OK;
        // SAFETY: no pointer goes in but that of `error`, which outlives the call.
        let state = unsafe { opus_decoder_create(rate as i32, 1, &mut error) };
        if error != OPUS_OK || state.is_null() {
            return Err(OpusError(error));
        }
        Ok(Self { state, rate: rate as usize })
    }

    /// Decodes one packet; stereo comes out as mono. An empty packet is an error: it would mean "lost" to libopus.
    pub fn decode(&mut self, packet: &[u8]) -> Result<Vec<f32>, OpusError> {
        if packet.is_empty() {
            return Err(OpusError(unsafe_libopus::OPUS_BAD_ARG));
        }
        self.run(packet.as_ptr(), packet.len(), self.rate * MAX_PACKET_MS / 1_000)
    }

    /// Invents one lost frame of 20 ms from what came before.
    pub(super) fn conceal(&mut self) -> Result<Vec<f32>, OpusError> {
        self.run(std::ptr::null(), 0, self.rate / FRAMES_PER_SECOND)
    }

    fn run(&mut self, data: *const u8, len: usize, room: usize) -> Result<Vec<f32>, OpusError> {
        let mut pcm = vec![0.0; room];
        // SAFETY: `state` is alive until drop and used by `&mut self` only; `data` is null with length 0, or a slice of
        // `len` bytes borrowed by the caller; `pcm` has room for `room` samples of the one channel.
        let samples = unsafe { opus_decode_float(self.state, data, len as i32, pcm.as_mut_ptr(), room as i32, 0) };
        if samples < 0 {
            return Err(OpusError(samples));
        }
        pcm.truncate(samples as usize);
        Ok(pcm)
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: made by `opus_decoder_create`, freed once, here.
        unsafe { opus_decoder_destroy(self.state) };
    }
}

/// Mono samples to Opus packets of 20 ms.
pub struct Encoder {
    state: *mut OpusEncoder,
    frame: usize,
}

// SAFETY: as for `Decoder`.
unsafe impl Send for Encoder {}

impl Encoder {
    /// Encodes samples of this rate for speech: 32 kbit/s, middle complexity, redundancy for lost packets.
    pub fn new(rate: u32) -> Result<Self, OpusError> {
        let mut error = OPUS_OK;
        // SAFETY: no pointer goes in but that of `error`, which outlives the call.
        let state = unsafe { opus_encoder_create(rate as i32, 1, OPUS_APPLICATION_VOIP, &mut error) };
        if error != OPUS_OK || state.is_null() {
            return Err(OpusError(error));
        }
        // SAFETY: `state` was just made; each request takes one integer, as libopus documents.
        unsafe {
            opus_encoder_ctl!(&mut *state, OPUS_SET_BITRATE_REQUEST, 32_000);
            opus_encoder_ctl!(&mut *state, OPUS_SET_COMPLEXITY_REQUEST, 5);
            opus_encoder_ctl!(&mut *state, OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE);
            opus_encoder_ctl!(&mut *state, OPUS_SET_INBAND_FEC_REQUEST, 1);
            opus_encoder_ctl!(&mut *state, OPUS_SET_PACKET_LOSS_PERC_REQUEST, 5);
        }
        Ok(Self { state, frame: rate as usize / FRAMES_PER_SECOND })
    }

    /// Samples of one frame.
    pub fn frame(&self) -> usize {
        self.frame
    }

    /// Encodes exactly one frame.
    pub fn encode(&mut self, pcm: &[f32]) -> Result<Vec<u8>, OpusError> {
        if pcm.len() != self.frame {
            return Err(OpusError(unsafe_libopus::OPUS_BAD_ARG));
        }
        let mut packet = vec![0; MAX_PACKET];
        // SAFETY: `state` is alive until drop and used by `&mut self` only; `pcm` has one frame, `packet` its stated size.
        let bytes = unsafe {
            opus_encode_float(self.state, pcm.as_ptr(), pcm.len() as i32, packet.as_mut_ptr(), MAX_PACKET as i32)
        };
        if bytes < 0 {
            return Err(OpusError(bytes));
        }
        packet.truncate(bytes as usize);
        Ok(packet)
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: made by `opus_encoder_create`, freed once, here.
        unsafe { opus_encoder_destroy(self.state) };
    }
}
