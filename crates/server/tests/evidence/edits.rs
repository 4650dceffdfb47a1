//! Edits of bytes, at every place and of every kind.

use crate::sample::Sample;
use insights::evidence::verify::verify;
use proptest::prelude::*;

#[test]
fn what_was_not_edited_is_accepted() {
    for sample in [Sample::of(0, 0), Sample::of(6, 4), Sample::amended(), Sample::recorded()] {
        let report = verify(sample.file().as_bytes(), Some(&sample.key.public()));
        assert_eq!(report.findings, []);
        assert_eq!((report.revisions, report.turns), (sample.seals.len(), sample.turns.len()));
    }
}

#[test]
fn one_flipped_bit_anywhere_is_found() {
    for sample in [Sample::amended(), Sample::recorded()] {
        let file = sample.file().into_bytes();
        for at in 0..file.len() {
            let mut edited = file.clone();
            edited[at] ^= 1;
            assert!(!verify(&edited, None).findings.is_empty(), "byte {at}: {}", String::from_utf8_lossy(&edited));
        }
    }
}

#[test]
fn a_file_that_ends_early_is_found_wherever_it_ends() {
    let file = Sample::of(2, 1).file().into_bytes();
    for end in 0..file.len() {
        assert!(!verify(&file[..end], None).findings.is_empty(), "{end} of {} bytes", file.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn one_edited_byte_is_never_accepted(place in any::<prop::sample::Index>(), byte: u8, kind in 0..3) {
        let file = if byte % 2 == 0 { Sample::amended() } else { Sample::recorded() }.file().into_bytes();
        let mut edited = file.clone();
        let at = place.index(file.len());
        match kind {
            0 => edited[at] = byte,
            1 => edited.insert(at, byte),
            _ => drop(edited.remove(at)),
        }
        prop_assume!(edited != file);
        prop_assert!(!verify(&edited, None).findings.is_empty());
    }

    #[test]
    fn two_lines_that_changed_places_are_never_accepted(a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let file = Sample::amended().file();
        let mut lines: Vec<&str> = file.lines().collect();
        let (a, b) = (a.index(lines.len()), b.index(lines.len()));
        prop_assume!(a != b);
        lines.swap(a, b);
        prop_assert!(!verify((lines.join("\n") + "\n").as_bytes(), None).findings.is_empty());
    }

    #[test]
    fn anything_at_all_can_be_given(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!verify(&bytes, None).findings.is_empty());
    }
}
