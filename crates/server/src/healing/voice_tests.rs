use super::{super::testing::*, *};

fn found(samples: &[f32]) -> Vec<Stretch> {
    let mut listener = Listener::default();
    listener.push(samples);
    listener.finish()
}

#[test]
fn speech_is_found_where_it_is_at_any_loudness_in_any_room() {
    for (loud, noise) in [(0.3, 0.0), (0.3, 0.01), (0.03, 0.001), (0.01, 0.0005), (0.6, 0.03)] {
        let mut all = [silence(3_000), speech(2_000, loud), silence(4_000), speech(800, loud), silence(2_000)].concat();
        room(&mut all, noise);
        let found = found(&all);
        assert_eq!(found.len(), 2, "{loud} in {noise}: {found:?}");
        for (stretch, (from, to)) in found.iter().zip([(3_000, 5_000), (9_000, 9_800)]) {
            assert!((from - 400..from + 150).contains(&stretch.start_ms), "{loud} in {noise}: {stretch:?}");
            assert!((to - 150..to + 450).contains(&stretch.end_ms), "{loud} in {noise}: {stretch:?}");
            let voiced = stretch.voiced_ms();
            assert!(voiced * 100 > (to - from) * 60 && voiced < to - from + 200, "{loud} in {noise}: {stretch:?}");
        }
    }
}

#[test]
fn what_is_no_speech_is_not_found() {
    let hum = |t: f32| {
        let wave = |n: f32| (std::f32::consts::TAU * 50.0 * n * t).sin() / n;
        0.2 * (wave(1.0) + wave(2.0) + wave(3.0) + wave(5.0))
    };
    let tone = |hz: f32| move |t: f32| 0.3 * (std::f32::consts::TAU * hz * t).sin();
    let mut noise = Noise(3);
    let steady = sound(8_000, |_| 0.1 * noise.next());
    let clicks = sound(8_000, |t| if (t * 1_000.0) as i64 % 340 < 2 { 0.8 } else { 0.0 });
    let mut brown = 0.0;
    let wind = sound(8_000, |t| {
        brown = 0.98 * brown + 0.02 * noise.next();
        brown * (1.0 + (t * 3.0).sin())
    });
    // Typing: short bursts of noise.
    let typing = sound(8_000, |t| if (t * 1_000.0) as i64 % 180 < 25 { 0.3 * noise.next() } else { 0.0 });
    let beeps = sound(8_000, |t| if t.fract() < 0.4 { tone(440.0)(t) } else { 0.0 });
    for (name, sound) in [
        ("silence", silence(8_000)),
        ("hum", sound(8_000, hum)),
        ("low tone", sound(8_000, tone(220.0))),
        ("tone", sound(8_000, tone(1_000.0))),
        ("noise", steady),
        ("clicks", clicks),
        ("wind", wind),
        ("typing", typing),
        ("beeps", beeps),
    ] {
        // Alone, and beginning in the middle of silence.
        assert_eq!(found(&sound), [], "{name}");
        assert_eq!(found(&[silence(3_000), sound.clone(), silence(2_000)].concat()), [], "{name}, after silence");
        let mut noisy = [silence(3_000), sound, silence(2_000)].concat();
        room(&mut noisy, 0.004);
        assert_eq!(found(&noisy), [], "{name}, in a room");
    }
    assert_eq!(found(&[silence(1_000), speech(240, 0.3), silence(2_000)].concat()), [], "too short");
}

#[test]
fn speech_over_steady_noise_is_found_once_the_room_is_known() {
    let mut all = [silence(4_000), speech(3_000, 0.2), silence(2_000)].concat();
    let hum = sound(9_000, |t| 0.05 * (std::f32::consts::TAU * 100.0 * t).sin());
    all.iter_mut().zip(hum).for_each(|(sample, hum)| *sample += hum);
    room(&mut all, 0.01);
    let found = found(&all);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!((3_600..4_200).contains(&found[0].start_ms) && (6_800..7_500).contains(&found[0].end_ms), "{found:?}");
}

#[test]
fn a_long_speech_is_cut_and_nothing_of_it_is_lost_or_told_twice() {
    let found = found(&[silence(1_000), speech(65_000, 0.3), silence(2_000)].concat());
    assert!(found.len() >= 4, "{found:?}");
    for stretch in &found {
        assert!(stretch.end_ms - stretch.start_ms <= MOST_MS && stretch.end_ms > stretch.start_ms, "{stretch:?}");
        assert!(stretch.voiced.iter().all(|(from, to)| stretch.start_ms <= *from && *to <= stretch.end_ms));
    }
    for pair in found.windows(2) {
        let hole = pair[1].start_ms - pair[0].end_ms;
        assert!((0..=300).contains(&hole), "{found:?}");
    }
    let voiced: i64 = found.iter().map(Stretch::voiced_ms).sum();
    assert!(voiced > 50_000, "{voiced}");
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let mut all = [silence(700), speech(1_500, 0.2), silence(1_800), speech(900, 0.1), silence(500)].concat();
    room(&mut all, 0.002);
    let whole = found(&all);
    assert_eq!(whole.len(), 2);
    for size in [1, 7, 160, 333, 20_000] {
        let (mut listener, mut drained) = (Listener::default(), Vec::new());
        for piece in all.chunks(size) {
            listener.push(piece);
            drained.extend(listener.drain());
        }
        drained.extend(listener.finish());
        assert_eq!(drained, whole, "{size}");
    }
    assert_eq!(found(&[f32::NAN, f32::INFINITY].repeat(8_000)), []);
}
