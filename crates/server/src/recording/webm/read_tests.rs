//! What is read of recordings that are whole, cut, edited, or none.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::recording::{timeline::Timeline, webm::write::Muxer};
use proptest::prelude::*;
use std::io::Cursor;

fn all(pieces: &[&[u8]]) -> Vec<Packet> {
    let (mut reader, mut packets) = (Reader::default(), Vec::new());
    for piece in pieces {
        reader.push(piece);
        while let Some(packet) = reader.packet().unwrap() {
            packets.push(packet);
        }
    }
    packets
}

fn sample() -> (Vec<u8>, Vec<Packet>) {
    let mut muxer = Muxer::new(Cursor::new(Vec::new()), 2).unwrap();
    let packets: Vec<Packet> =
        (0..700).map(|n| Packet { at_us: n * 20_000, data: vec![0xf8, n as u8, (n >> 8) as u8] }).collect();
    for packet in &packets {
        muxer.packet(packet.at_us, &packet.data).unwrap();
    }
    (muxer.finish(14_000_000).unwrap().0.into_inner(), packets)
}

#[test]
fn what_was_written_is_read_whatever_the_pieces() {
    let (file, packets) = sample();
    assert_eq!(all(&[&file]), packets);
    for size in [1, 7, 1_000] {
        assert_eq!(all(&file.chunks(size).collect::<Vec<_>>()), packets, "pieces of {size}");
    }
}

#[test]
fn after_a_hole_it_goes_on_with_the_first_byte_that_can_be_understood() {
    let (file, packets) = sample();
    let marker = id::CLUSTER.to_be_bytes();
    let clusters: Vec<usize> = (0..file.len()).filter(|at| file[*at..].starts_with(&marker)).collect();
    // The block in the middle of the second cluster that begins 2,560 ms after it.
    let middle = file[clusters[1]..].windows(4).position(|four| four == [0xa3, 0x87, 0x81, 0x0a]).unwrap();
    let block = clusters[1] + middle;
    // Cut as browsers cut: behind the first byte of an element.
    for (from, to, next_ms) in [(clusters[1] + 1, clusters[2] + 1, 10_000), (clusters[1] + 100, block + 1, 7_580)] {
        let mut reader = Reader::default();
        reader.push(&file[..from]);
        while reader.packet().unwrap().is_some() {}
        reader.lose((next_ms * 1_000, next_ms * 1_000 + 2_000_000));
        reader.push(&file[to..]);
        let next = reader.packet().unwrap().unwrap();
        assert_eq!(next.at_us, next_ms * 1_000);
        assert!(packets.contains(&next), "{next:?}");
    }
}

#[test]
fn what_is_something_else_is_told() {
    let read = |bytes: &[u8]| {
        let mut reader = Reader::default();
        reader.push(bytes);
        reader.packet()
    };
    let (file, _) = sample();
    let edited = |from: &[u8], to: &[u8]| {
        let at = file.windows(from.len()).position(|w| w == from).unwrap();
        [&file[..at], to, &file[at + from.len()..]].concat()
    };
    assert_eq!(read(&edited(b"webm", b"mp42")), Err(WebmError::NotWebm));
    assert_eq!(read(&edited(b"A_OPUS", b"A_FLAC")), Err(WebmError::NotOpus));
    assert_eq!(read(&edited(&[0x81, 0, 0, 0x80], &[0x81, 0, 0, 0x86])), Err(WebmError::Laced));
    assert_eq!(read(b"\0\0\0\0\0"), Err(WebmError::Broken));
    assert_eq!(read(&[0xa3, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Err(WebmError::Broken), "10 GB declared");
}

proptest! {
    /// Whatever a page sends: no panic, no endless loop, and nothing that a timeline cannot take.
    #[test]
    fn any_bytes_can_be_read(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..30), size in 1..3_000_usize) {
        let (mut file, _) = sample();
        for (place, byte) in edits {
            let at = place.index(file.len());
            file[at] = byte;
        }
        let (mut reader, mut timeline) = (Reader::default(), Timeline::new(Cursor::new(Vec::new()), 1).unwrap());
        for piece in file.chunks(size) {
            reader.push(piece);
            loop {
                match reader.packet() {
                    Ok(Some(packet)) if packet.at_us < 60_000_000 => timeline.packet(&packet).unwrap(),
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(_) => reader.skip(),
                }
            }
        }
        let joined = timeline.finish().unwrap();
        prop_assert_eq!(joined.out.into_inner().len() as u64, joined.bytes);
    }
}
