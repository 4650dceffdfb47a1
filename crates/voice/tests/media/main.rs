//! Calls with both ends in one process, over the loopback interface: real ICE, DTLS, SRTP, SCTP and Opus.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ends;
mod offers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ends::{Call, hz, level, seconds_of_tone, silence_after};
use voice::media::peer::PeerEvent;
use voice::media::{CloseReason, Limits, MediaEvent, PlayId};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sound_goes_both_ways_at_its_pitch_and_level() {
    let mut call = Call::start().await;
    let said = call.peer.speak(seconds_of_tone(440.0, 2.0).into());
    let pcm = call.server_hears_until_spoken(said).await;
    let middle = &pcm[pcm.len() / 2 - 4_000..pcm.len() / 2 + 4_000];
    assert!((hz(middle, 16_000.0) - 440.0).abs() < 5.0, "{} Hz", hz(middle, 16_000.0));
    assert!((level(middle) - 0.283).abs() < 0.04, "level {}", level(middle));

    call.media.play(PlayId(1), Arc::new(seconds_of_tone(880.0, 2.0)));
    let heard = call.peer_hears_until_played(PlayId(1)).await;
    let pcm: Vec<f32> = heard.iter().flat_map(|packet| packet.pcm.clone()).collect();
    let middle = &pcm[12_000..36_000];
    assert!((hz(middle, 24_000.0) - 880.0).abs() < 5.0, "{} Hz", hz(middle, 24_000.0));
    assert!((level(middle) - 0.283).abs() < 0.04, "level {}", level(middle));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_played_is_heard_at_once_also_after_silences() {
    let mut call = Call::start().await;
    let mut offsets = Vec::new();
    for round in 1..=4 {
        let asked = Instant::now();
        call.media.play(PlayId(round), Arc::new(seconds_of_tone(600.0, 0.4)));
        let heard = call.peer_hears_until_played(PlayId(round)).await;
        let first = heard.iter().find(|packet| packet.level > 0.05).unwrap();
        let latency = first.at.saturating_duration_since(asked);
        assert!(latency < Duration::from_millis(150), "round {round}: {latency:?}");
        offsets.push((first.at, first.rtp_time));
        // 1.2 s of the other side's silence, counted in its own sound.
        call.server_hears(16_000 * 12 / 10).await;
    }
    // Trap: an RTP clock that stands still in silences makes receivers add a second of delay.
    let (start, start_rtp) = offsets[0];
    for (at, rtp) in &offsets[1..] {
        let wall = at.duration_since(start).as_secs_f64();
        let clock = (rtp - start_rtp) as f64 / 48_000.0;
        assert!((wall - clock).abs() < 0.1, "after {wall:.2} s the RTP clock says {clock:.2} s");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_is_silence_within_100_ms_and_says_what_was_played() {
    let mut call = Call::start().await;
    call.media.play(PlayId(7), Arc::new(seconds_of_tone(500.0, 20.0)));
    call.media.play(PlayId(8), Arc::new(seconds_of_tone(500.0, 20.0)));
    assert_eq!(call.server_event().await, MediaEvent::PlaybackStarted { id: PlayId(7) });
    call.peer_hears(Duration::from_millis(500)).await;
    let asked = Instant::now();
    call.media.stop();
    let MediaEvent::PlaybackStopped { id: PlayId(7), played_ms } = call.server_event().await else {
        panic!("the clip that played is stopped first")
    };
    assert!((480..900).contains(&played_ms), "{played_ms} ms");
    assert_eq!(call.server_event().await, MediaEvent::PlaybackStopped { id: PlayId(8), played_ms: 0 });
    let last_loud = silence_after(&mut call.peer, Duration::from_millis(400)).await;
    let lasted = last_loud.map_or(Duration::ZERO, |at| at.saturating_duration_since(asked));
    assert!(lasted < Duration::from_millis(100), "sound for {lasted:?} after stop");

    call.media.play(PlayId(9), Arc::new(seconds_of_tone(500.0, 0.2)));
    assert!(!call.peer_hears_until_played(PlayId(9)).await.is_empty(), "the mouth works on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_arrive_in_order_in_both_directions_whatever_their_size() {
    let (mut media, caller) = Call::halves(Limits::default()).await;
    // Sent before the channel is open, and more than its buffer holds.
    let long = "x".repeat(60_000);
    for n in 0..40 {
        media.1.send_text(format!("{n} {long}"));
    }
    let mut peer = caller.await.unwrap().unwrap();
    for n in 0..200 {
        peer.send_text(format!("up {n}"));
    }
    for n in 0..40 {
        let text = ends::next_text(&mut peer).await;
        assert!(text.starts_with(&format!("{n} x")) && text.len() > 60_000, "message {n}");
    }
    let mut up = 0;
    while up < 200 {
        if let MediaEvent::ChannelText(text) = media.1.events.recv().await.unwrap() {
            assert_eq!(text, format!("up {up}"));
            up += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_calls_share_the_socket_and_do_not_mix() {
    let media = ends::media(Limits::default()).await;
    let tones = [400.0, 700.0, 1_000.0, 1_300.0];
    let mut calls = Vec::new();
    for _ in &tones {
        calls.push(Call::on(&media).await);
    }
    assert_eq!(media.live_calls(), 4);
    let spoken: Vec<u64> =
        calls.iter_mut().zip(tones).map(|(call, tone)| call.peer.speak(seconds_of_tone(tone, 1.5).into())).collect();
    for ((call, tone), said) in calls.iter_mut().zip(tones).zip(spoken) {
        let pcm = call.server_hears_until_spoken(said).await;
        let middle = &pcm[pcm.len() / 2 - 4_000..pcm.len() / 2 + 4_000];
        assert!((hz(middle, 16_000.0) - tone).abs() < 8.0, "{} Hz instead of {tone}", hz(middle, 16_000.0));
    }
    for call in &mut calls {
        call.peer.close();
        assert_eq!(call.server_closed().await, CloseReason::PeerClosed);
    }
    assert_eq!(ends::until_no_call(&media).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_vanishes_is_noticed() {
    let limits = Limits { silence: Duration::from_secs(1), ..Limits::default() };
    let media = ends::media(limits).await;
    let Call { peer, media: mut end } = Call::on(&media).await;
    peer.vanish();
    assert_eq!(ends::closed(&mut end).await, CloseReason::Silent);
    assert_eq!(ends::until_no_call(&media).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_never_comes_and_a_call_that_never_ends_are_given_up() {
    let never = Limits { connect: Duration::from_millis(200), ..Limits::default() };
    let media = ends::media(never).await;
    let (mut end, _) = media.accept(&ends::offer(true).await).await.unwrap();
    assert_eq!(ends::closed(&mut end).await, CloseReason::NeverConnected);

    let long = Limits { total: Duration::from_millis(1_500), ..Limits::default() };
    let mut call = Call::on(&ends::media(long).await).await;
    assert_eq!(call.server_closed().await, CloseReason::TooLong);
    assert_eq!(call.peer_event_but_sound().await, PeerEvent::Closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_gone_ends_its_call() {
    let media = ends::media(Limits::default()).await;
    let Call { mut peer, media: end } = Call::on(&media).await;
    drop(end);
    assert_eq!(ends::until_no_call(&media).await, 0);
    // The peer is told in good order as well.
    while peer.events.recv().await.unwrap() != PeerEvent::Closed {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_cuts_the_clip_and_tells_the_peer() {
    let mut call = Call::start().await;
    call.media.play(PlayId(1), Arc::new(seconds_of_tone(500.0, 5.0)));
    assert_eq!(call.server_event().await, MediaEvent::PlaybackStarted { id: PlayId(1) });
    call.media.close();
    assert!(matches!(call.server_event().await, MediaEvent::PlaybackStopped { id: PlayId(1), .. }));
    assert_eq!(call.server_closed().await, CloseReason::Requested);
    assert_eq!(call.peer_event_but_sound().await, PeerEvent::Closed);
}
