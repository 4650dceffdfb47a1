//! EBML's numbers and the ids that we know.

/// Ids with their length marker, as they stand in a file.
pub mod id {
    #![expect(missing_docs, reason = "the names are those of RFC 8794 and RFC 9559")]
    pub const EBML: u32 = 0x1A45_DFA3;
    pub const EBML_VERSION: u32 = 0x4286;
    pub const EBML_READ_VERSION: u32 = 0x42F7;
    pub const EBML_MAX_ID_LENGTH: u32 = 0x42F2;
    pub const EBML_MAX_SIZE_LENGTH: u32 = 0x42F3;
    pub const DOC_TYPE: u32 = 0x4282;
    pub const DOC_TYPE_VERSION: u32 = 0x4287;
    pub const DOC_TYPE_READ_VERSION: u32 = 0x4285;
    pub const SEGMENT: u32 = 0x1853_8067;
    pub const SEEK_HEAD: u32 = 0x114D_9B74;
    pub const SEEK: u32 = 0x4DBB;
    pub const SEEK_ID: u32 = 0x53AB;
    pub const SEEK_POSITION: u32 = 0x53AC;
    pub const INFO: u32 = 0x1549_A966;
    pub const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
    pub const DURATION: u32 = 0x4489;
    pub const MUXING_APP: u32 = 0x4D80;
    pub const WRITING_APP: u32 = 0x5741;
    pub const TRACKS: u32 = 0x1654_AE6B;
    pub const TRACK_ENTRY: u32 = 0xAE;
    pub const TRACK_NUMBER: u32 = 0xD7;
    pub const TRACK_UID: u32 = 0x73C5;
    pub const TRACK_TYPE: u32 = 0x83;
    pub const CODEC_ID: u32 = 0x86;
    pub const CODEC_PRIVATE: u32 = 0x63A2;
    pub const SEEK_PRE_ROLL: u32 = 0x56BB;
    pub const AUDIO: u32 = 0xE1;
    pub const SAMPLING_FREQUENCY: u32 = 0xB5;
    pub const CHANNELS: u32 = 0x9F;
    pub const CUES: u32 = 0x1C53_BB6B;
    pub const CUE_POINT: u32 = 0xBB;
    pub const CUE_TIME: u32 = 0xB3;
    pub const CUE_TRACK_POSITIONS: u32 = 0xB7;
    pub const CUE_TRACK: u32 = 0xF7;
    pub const CUE_CLUSTER_POSITION: u32 = 0xF1;
    pub const CLUSTER: u32 = 0x1F43_B675;
    pub const TIMESTAMP: u32 = 0xE7;
    pub const SIMPLE_BLOCK: u32 = 0xA3;
    pub const BLOCK_GROUP: u32 = 0xA0;
    pub const BLOCK: u32 = 0xA1;
}

/// What is read from the front of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken<T> {
    /// A value and how many bytes it took.
    Is(T, usize),
    /// More bytes are needed.
    Short,
    /// No bytes could make it right.
    Bad,
}

/// An element's id.
pub fn take_id(bytes: &[u8]) -> Taken<u32> {
    let Some(first) = bytes.first() else { return Taken::Short };
    let length = first.leading_zeros() as usize + 1;
    if length > 4 {
        return Taken::Bad;
    }
    let Some(all) = bytes.get(..length) else { return Taken::Short };
    Taken::Is(all.iter().fold(0, |id, byte| id << 8 | u32::from(*byte)), length)
}

/// A number with its length in front; none: "unknown", all bits set.
pub fn take_size(bytes: &[u8]) -> Taken<Option<u64>> {
    let Some(first) = bytes.first() else { return Taken::Short };
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return Taken::Bad;
    }
    let Some(all) = bytes.get(..length) else { return Taken::Short };
    let value = all.iter().fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
    let mask = (1_u64 << (7 * length)) - 1;
    Taken::Is((value & mask != mask).then_some(value & mask), length)
}

/// An element's content as an unsigned number.
pub fn number(content: &[u8]) -> Option<u64> {
    (content.len() <= 8).then(|| content.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
}

/// Writes an element with its content.
pub fn element(out: &mut Vec<u8>, id: u32, content: &[u8]) {
    put_id(out, id);
    put_size(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// Writes an element with a number.
pub fn uint(out: &mut Vec<u8>, id: u32, value: u64) {
    let bytes = value.to_be_bytes();
    let skip = (value.leading_zeros() as usize / 8).min(7);
    element(out, id, &bytes[skip..]);
}

/// Writes an id.
pub fn put_id(out: &mut Vec<u8>, id: u32) {
    let skip = id.leading_zeros() as usize / 8;
    out.extend_from_slice(&id.to_be_bytes()[skip..]);
}

/// Writes a size in as few bytes as it needs.
pub fn put_size(out: &mut Vec<u8>, size: u64) {
    let length = (1..8).find(|n| size < (1 << (7 * n)) - 1).unwrap_or(8);
    let marked = size | 1 << (7 * length);
    out.extend_from_slice(&marked.to_be_bytes()[8 - length as usize..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_written() {
        for size in [0, 1, 126, 127, 128, 16_382, 16_383, 2_097_151, 1 << 40] {
            let mut out = Vec::new();
            put_size(&mut out, size);
            assert_eq!(take_size(&out), Taken::Is(Some(size), out.len()), "{size}");
        }
        for id in [id::EBML, id::SEEK, id::CUE_POINT, id::TIMESTAMP_SCALE] {
            let mut out = Vec::new();
            put_id(&mut out, id);
            assert_eq!(take_id(&out), Taken::Is(id, out.len()), "{id:x}");
        }
        for value in [0, 255, 256, u64::MAX] {
            let mut out = Vec::new();
            uint(&mut out, id::CUE_TIME, value);
            assert_eq!(number(&out[2..]), Some(value));
        }
    }

    #[test]
    fn what_is_unknown_short_or_impossible_is_told_apart() {
        assert_eq!(take_size(&[0xff]), Taken::Is(None, 1));
        assert_eq!(take_size(&[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Taken::Is(None, 8));
        assert_eq!(take_size(&[0x40]), Taken::Short);
        assert_eq!(take_size(&[0x00, 0x01]), Taken::Bad);
        assert_eq!(take_id(&[0x1a, 0x45]), Taken::Short);
        assert_eq!(take_id(&[0x08]), Taken::Bad);
        assert_eq!(number(&[1; 9]), None);
    }
}
