//! The session core against the behavior table and the recorded orders of the protocol. No models, no clock.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use realtime_api::instructions::say_exactly;
use realtime_api::{ServerEvent, SessionKind};
use serde_json::{Value, json};
use voice::media::PlayId;
use voice::session::{Audience, Core, Ids, Input, MAX_SESSION_MS, Origin, Output, Settings, Setup, Wire};
use voice::speech::{Clip, EarEvent, SpeechError, VoiceInfo};
use voice::turn::TurnDetection;

static VOICES: [VoiceInfo; 3] = [
    VoiceInfo { id: "af_heart", title: "Heart", fast: false },
    VoiceInfo { id: "am_michael", title: "Michael", fast: false },
    VoiceInfo { id: "joe", title: "Joe", fast: true },
];

/// Ids 1, 2, 3 …, as long as they are asked for.
struct Counting(u64);

impl Ids for Counting {
    fn alnum(&mut self, len: usize) -> String {
        self.0 += 1;
        format!("{:0len$}", self.0)
    }

    fn hex(&mut self, len: usize) -> String {
        self.alnum(len)
    }
}

struct Session {
    core: Core,
    now_ms: u64,
    /// Everything told to anybody.
    told: Vec<(Audience, Value)>,
    /// Everything else.
    done: Vec<Output>,
}

impl Session {
    fn start(wire: Wire, kind: SessionKind) -> Self {
        let settings = Settings::new(kind, "test-model", "af_heart", &VOICES);
        let setup =
            Setup { wire, session_id: "sess_1".into(), settings, started_at_s: 1_000_000, max_ms: MAX_SESSION_MS };
        let mut session =
            Self { core: Core::new(setup, Box::new(Counting(0))), now_ms: 0, told: Vec::new(), done: Vec::new() };
        session.drain();
        session
    }

    fn call() -> Self {
        Self::start(Wire::WebRtc, SessionKind::Realtime)
    }

    fn socket() -> Self {
        Self::start(Wire::WebSocket, SessionKind::Realtime)
    }

    /// A call configured as the interview does it.
    fn interview() -> Self {
        let mut session = Self::call();
        session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
            "transcription": {"model": "any"},
            "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": true}}}}}));
        session.told.clear();
        session.done.clear();
        session
    }

    fn take(&mut self, input: Input) -> &mut Self {
        self.core.handle(self.now_ms, input);
        self.drain();
        self
    }

    fn drain(&mut self) {
        while let Some(output) = self.core.poll() {
            match output {
                Output::Event(to, event) => {
                    let value = serde_json::to_value(&*event).unwrap();
                    let again: ServerEvent = serde_json::from_value(value.clone()).unwrap();
                    assert_eq!(again, *event, "what is sent can be read");
                    self.told.push((to, value));
                }
                other => self.done.push(other),
            }
        }
    }

    fn client(&mut self, event: Value) -> &mut Self {
        self.take(Input::Frame { from: Origin::Owner, text: event.to_string() })
    }

    fn ear(&mut self, event: EarEvent) -> &mut Self {
        self.take(Input::Ear(event))
    }

    fn say(&mut self, text: &str) -> PlayId {
        let params = json!({"instructions": say_exactly(text), "metadata": {"utterance": "7"}});
        self.client(json!({"type": "response.create", "response": params}));
        self.rendering().unwrap()
    }

    fn rendering(&self) -> Option<PlayId> {
        self.done.iter().rev().find_map(|output| match output {
            Output::Render { play, .. } => Some(*play),
            _ => None,
        })
    }

    fn rendered(&mut self, play: PlayId, ms: usize) -> &mut Self {
        let clip = Clip { rate: 24_000, pcm: vec![0.1; ms * 24], voice_used: "af_heart".into() };
        self.take(Input::Rendered { play, clip: Ok(Arc::new(clip)) })
    }

    /// Types of what was told since the last look.
    fn kinds(&mut self) -> Vec<String> {
        let kinds = self.told.iter().map(|(_, event)| event["type"].as_str().unwrap().to_owned()).collect();
        self.told.clear();
        kinds
    }

    fn last(&self, kind: &str) -> &Value {
        &self.told.iter().rev().find(|(_, event)| event["type"] == kind).unwrap_or_else(|| panic!("no {kind}")).1
    }

    fn has_done(&self, wanted: impl Fn(&Output) -> bool) -> bool {
        self.done.iter().any(wanted)
    }

    fn turn(&mut self, text: Option<Result<String, SpeechError>>) -> &mut Self {
        self.ear(EarEvent::SpeechStarted { at_ms: 1_460 });
        self.ear(EarEvent::Partial { text: "Hello my name".into() });
        self.ear(EarEvent::Partial { text: "Hello my name is Ann".into() });
        self.ear(EarEvent::SpeechStopped { at_ms: 4_256 });
        let pcm: Arc<[f32]> = vec![0.1; 16 * 2_796].into();
        self.ear(EarEvent::TurnEnded { start_ms: 1_460, end_ms: 4_256, pcm, text })
    }
}

const BEGINNING: [&str; 4] =
    ["response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added"];
const ENDING: [&str; 7] = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
    "rate_limits.updated",
];
const DELTA: &str = "response.output_audio_transcript.delta";

#[test]
fn a_session_begins_with_session_created_for_its_owner() {
    let session = Session::call();
    assert_eq!(session.told.len(), 1);
    let (to, event) = &session.told[0];
    assert_eq!((*to, &event["type"]), (Audience::Only(Origin::Owner), &json!("session.created")));
    assert_eq!(event["session"]["expires_at"], 1_003_600);
    assert_eq!(event["session"]["audio"]["input"]["transcription"], Value::Null);
    assert_eq!(event["session"]["audio"]["input"]["turn_detection"]["type"], "server_vad");
    assert!(session.has_done(|output| matches!(output, Output::Listen(TurnDetection::Silence { .. }))));
}

/// Rows of the behavior table that end in an error event: what is sent, the code, the param.
#[test]
fn every_refusal_has_its_code_and_names_its_field() {
    let update = |session: Value| json!({"type": "session.update", "session": session, "event_id": "c7"});
    let item = |item: Value| json!({"type": "conversation.item.create", "item": item, "event_id": "c7"});
    let message = |role: &str, content: Value| json!({"type": "message", "role": role, "content": content});
    let rows = [
        (update(json!({"instructions": "x"})), "missing_required_parameter", "session.type"),
        (update(json!({"type": "realtime", "foo": 1})), "unknown_parameter", "session.foo"),
        (
            update(json!({"type": "realtime", "audio": {"input": {"bar": 1}}})),
            "unknown_parameter",
            "session.audio.input.bar",
        ),
        (update(json!({"type": "realtime", "audio": "loud"})), "invalid_type", "session.audio"),
        (update(json!({"type": "transcription"})), "invalid_value", "session.type"),
        (
            update(json!({"type": "realtime", "audio": {"output": {"voice": "nobody"}}})),
            "invalid_value",
            "session.audio.output.voice",
        ),
        (
            update(json!({"type": "realtime", "audio": {"output": {"speed": 1.2}}})),
            "invalid_value",
            "session.audio.output.speed",
        ),
        (
            update(json!({"type": "realtime", "audio": {"input": {"turn_detection": {"type": "psychic"}}}})),
            "invalid_value",
            "session.audio.input.turn_detection.type",
        ),
        (
            update(
                json!({"type": "realtime", "audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 3}}}}),
            ),
            "invalid_value",
            "session.audio.input.turn_detection.threshold",
        ),
        (json!({"type": "session.update", "event_id": "c7"}), "missing_required_parameter", "session"),
        (json!({"type": "session.dance", "event_id": "c7"}), "invalid_value", "type"),
        (json!({"type": "input_audio_buffer.append", "audio": "%%", "event_id": "c7"}), "invalid_value", "audio"),
        (json!({"type": "output_audio_buffer.clear", "event_id": "c7"}), "invalid_value", "type"),
        (
            json!({"type": "conversation.item.retrieve", "item_id": "item_x", "event_id": "c7"}),
            "item_retrieve_invalid_item_id",
            "item_id",
        ),
        (
            json!({"type": "conversation.item.delete", "item_id": "item_x", "event_id": "c7"}),
            "item_delete_invalid_item_id",
            "item_id",
        ),
        (
            json!({"type": "conversation.item.truncate", "item_id": "item_x", "content_index": 0, "audio_end_ms": 1, "event_id": "c7"}),
            "item_truncate_invalid_item_id",
            "item_id",
        ),
        (item(json!({"type": "message", "content": []})), "missing_required_parameter", "item.role"),
        (
            item(message("assistant", json!([{"type": "input_text", "text": "x"}]))),
            "invalid_value",
            "item.content[0].type",
        ),
        (item(json!({"type": "poem"})), "invalid_value", "item.type"),
        (
            item(json!({"type": "message", "id": "x".repeat(33), "role": "user", "content": []})),
            "string_above_max_length",
            "item.id",
        ),
        (
            json!({"type": "conversation.item.create", "previous_item_id": "nowhere", "event_id": "c7", "item": message("user", json!([]))}),
            "invalid_value",
            "previous_item_id",
        ),
        (
            json!({"type": "response.create", "event_id": "c7", "response": {"metadata": {"a": 1}}}),
            "invalid_type",
            "response.metadata.a",
        ),
        (
            json!({"type": "response.create", "event_id": "c7", "response": {"instructions": say_exactly(&"x".repeat(5_000))}}),
            "invalid_value",
            "response.instructions",
        ),
    ];
    for (sent, code, param) in rows {
        let mut session = Session::socket();
        let before = session.core.session();
        session.told.clear();
        session.client(sent.clone());
        let error = &session.last("error")["error"];
        assert_eq!((&error["code"], &error["param"]), (&json!(code), &json!(param)), "{sent}: {error}");
        assert_eq!((&error["type"], &error["event_id"]), (&json!("invalid_request_error"), &json!("c7")), "{sent}");
        assert_eq!(session.told.len(), 1, "{sent}: nothing but the error");
        assert_eq!(session.core.session(), before, "{sent}: nothing changes");
    }
}

#[test]
fn refusals_without_a_field_have_their_codes_and_words() {
    for (sent, code, words) in [
        ("{\"event_id\":\"c1\"}", "invalid_event", "The 'type' field is missing."),
        ("hello", "invalid_json", "not JSON"),
        ("{\"type\":\"input_audio_buffer.commit\"}", "input_audio_buffer_commit_empty", "buffer too small"),
        (
            "{\"type\":\"response.cancel\"}",
            "response_cancel_not_active",
            "Cancellation failed: no active response found",
        ),
        ("{\"type\":\"session.dance\"}", "invalid_value", "'response.create'"),
    ] {
        let mut session = Session::socket();
        session.take(Input::Frame { from: Origin::Owner, text: sent.into() });
        let error = &session.last("error")["error"];
        assert_eq!(error["code"], code, "{sent}");
        assert!(error["message"].as_str().unwrap().contains(words), "{sent}: {error}");
    }
}

#[test]
fn errors_go_only_to_who_made_them() {
    let mut session = Session::call();
    session.take(Input::Frame { from: Origin::Sideband(3), text: json!({"type": "response.cancel"}).to_string() });
    assert_eq!(session.told.last().unwrap().0, Audience::Only(Origin::Sideband(3)));
}

#[test]
fn an_update_changes_what_it_names_and_the_whole_session_is_answered() {
    let mut session = Session::call();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "instructions": "Be brief.",
        "audio": {"input": {"transcription": {"model": "m"}, "turn_detection": {"type": "semantic_vad", "eagerness": "low"}},
                  "output": {"voice": "marin"}}}}));
    let (to, updated) = session.told.last().unwrap().clone();
    assert_eq!((to, &updated["type"]), (Audience::All, &json!("session.updated")));
    let told = &updated["session"];
    assert_eq!(told["instructions"], "Be brief.");
    assert_eq!(told["audio"]["input"]["transcription"], json!({"model": "m", "language": null, "prompt": null}));
    assert_eq!(told["audio"]["input"]["turn_detection"]["interrupt_response"], true);
    assert_eq!(told["audio"]["input"]["format"]["rate"], 24_000);
    assert_eq!(told["audio"]["output"]["voice"], "marin");
    assert_eq!(told["model"], "test-model");
    session.client(json!({"type": "session.update", "session": {"type": "realtime",
        "audio": {"input": {"turn_detection": null}}, "tools": [], "instructions": ""}}));
    let told = &session.last("session.updated")["session"];
    assert_eq!(told["audio"]["input"]["turn_detection"], Value::Null);
    assert_eq!(told["audio"]["input"]["transcription"]["model"], "m");
    assert_eq!(told["instructions"], "");
    assert!(session.has_done(|output| matches!(output, Output::Listen(TurnDetection::Manual))));
}

#[test]
fn a_spoken_text_has_the_recorded_order_on_a_call() {
    let mut session = Session::interview();
    let play = session.say("Hello Ann.");
    let created = session.last("response.created")["response"].clone();
    assert_eq!((&created["status"], &created["metadata"]["utterance"]), (&json!("in_progress"), &json!("7")));
    assert!(created["conversation_id"].as_str().unwrap().starts_with("conv_"));
    let mut beginning = BEGINNING.to_vec();
    beginning.push(DELTA);
    assert_eq!(session.kinds(), beginning);
    assert!(
        session.has_done(
            |o| matches!(o, Output::Render { voice, text, .. } if voice == "af_heart" && text == "Hello Ann.")
        )
    );
    session.rendered(play, 1_000);
    assert_eq!(session.kinds(), Vec::<String>::new(), "nothing is told until it is heard");
    session.take(Input::PlaybackStarted(play));
    assert!(session.has_done(|output| matches!(output, Output::Speaking(true))));
    let done = session.last("response.done")["response"].clone();
    assert_eq!(done["status"], "completed");
    assert_eq!(done["output"][0]["content"], json!([{"type": "output_audio", "transcript": "Hello Ann."}]));
    assert_eq!(done["metadata"]["utterance"], "7");
    let mut ending = vec!["output_audio_buffer.started"];
    ending.extend(ENDING);
    assert_eq!(session.kinds(), ending);
    session.take(Input::PlaybackEnded(play));
    assert!(session.has_done(|output| matches!(output, Output::Speaking(false))));
    assert_eq!(session.kinds(), ["output_audio_buffer.stopped"]);
}

#[test]
fn a_user_turn_has_the_recorded_order_and_links() {
    let mut session = Session::interview();
    session.turn(Some(Ok("Hello, my name is Ann.".into())));
    let item = session.last("input_audio_buffer.speech_started")["item_id"].clone();
    for kind in ["input_audio_buffer.speech_stopped", "input_audio_buffer.committed"] {
        assert_eq!(session.last(kind)["item_id"], item);
    }
    let added = session.last("conversation.item.added");
    assert_eq!((&added["item"]["id"], &added["previous_item_id"]), (&item, &Value::Null));
    assert_eq!(added["item"]["content"], json!([{"type": "input_audio", "transcript": null}]));
    let completed = session.last("conversation.item.input_audio_transcription.completed");
    assert_eq!((&completed["item_id"], &completed["transcript"]), (&item, &json!("Hello, my name is Ann.")));
    assert_eq!(completed["usage"], json!({"type": "duration", "seconds": 3}));
    let deltas: String = session.told.iter().filter_map(|(_, event)| event["delta"].as_str()).collect();
    assert_eq!(deltas, " Hello my name is", "a word is told when the next one is there");
    assert_eq!(
        session.kinds(),
        [
            "input_audio_buffer.speech_started",
            "conversation.item.input_audio_transcription.delta",
            "conversation.item.input_audio_transcription.delta",
            "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "conversation.item.input_audio_transcription.completed",
        ]
    );
    session.turn(None);
    let second = session.last("conversation.item.added").clone();
    assert_eq!(second["previous_item_id"], item);
    session.ear(EarEvent::TurnText { start_ms: 1_460, text: Err(SpeechError::Stopped) });
    let failed = session.last("conversation.item.input_audio_transcription.failed");
    assert_eq!((&failed["item_id"], &failed["error"]["type"]), (&second["item"]["id"], &json!("server_error")));
}

#[test]
fn the_retrieved_turn_has_its_words_and_sound() {
    let mut session = Session::interview();
    session.turn(Some(Ok("Yes.".into())));
    let id = session.last("conversation.item.added")["item"]["id"].clone();
    session.client(json!({"type": "conversation.item.retrieve", "item_id": id}));
    let content = &session.last("conversation.item.retrieved")["item"]["content"][0];
    assert_eq!(content["transcript"], "Yes.");
    assert_eq!(content["audio"].as_str().unwrap().len(), (2_796 * 24 * 2usize).div_ceil(3) * 4);
}

#[test]
fn without_transcription_no_words_are_told() {
    let mut session = Session::call();
    session.turn(Some(Ok("Hello.".into())));
    assert!(!session.kinds().iter().any(|kind| kind.contains("transcription")));
}

#[test]
fn barge_in_while_the_voice_plays_says_what_was_heard() {
    let mut session = Session::interview();
    let play = session.say("A long question about your last project.");
    session.rendered(play, 5_000).take(Input::PlaybackStarted(play));
    let response = session.last("response.done")["response"].clone();
    session.kinds();
    session.ear(EarEvent::SpeechStarted { at_ms: 900 });
    assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
    session.take(Input::PlaybackStopped(play, 1_430));
    let truncated = session.last("conversation.item.truncated");
    assert_eq!((&truncated["item_id"], &truncated["audio_end_ms"]), (&response["output"][0]["id"], &json!(1_430)));
    assert_eq!(session.last("output_audio_buffer.cleared")["response_id"], response["id"]);
    assert_eq!(
        session.kinds(),
        ["input_audio_buffer.speech_started", "output_audio_buffer.cleared", "conversation.item.truncated"]
    );
    session.client(json!({"type": "conversation.item.retrieve", "item_id": response["output"][0]["id"]}));
    let item = &session.last("conversation.item.retrieved")["item"];
    assert_eq!(item["content"][0]["transcript"], Value::Null, "nobody knows which words were heard");
}

#[test]
fn barge_in_before_the_first_sound_cancels_the_response() {
    for is_rendered in [false, true] {
        let mut session = Session::interview();
        let play = session.say("Hello.");
        if is_rendered {
            session.rendered(play, 1_000);
        }
        session.kinds();
        session.ear(EarEvent::SpeechStarted { at_ms: 900 });
        if is_rendered {
            assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
            session.take(Input::PlaybackStopped(play, 0));
        }
        let done = session.last("response.done")["response"].clone();
        assert_eq!(done["status"], "cancelled");
        assert_eq!(done["status_details"], json!({"type": "cancelled", "reason": "turn_detected"}));
        assert_eq!(done["output"][0]["status"], "incomplete");
        let kinds = session.kinds();
        assert_eq!(kinds[0], "input_audio_buffer.speech_started");
        assert!(!kinds.iter().any(|kind| kind.starts_with("output_audio_buffer")));
        session.rendered(play, 1_000);
        assert_eq!(session.kinds(), Vec::<String>::new(), "a late clip is not played");
    }
}

#[test]
fn interruption_can_be_switched_off() {
    let mut session = Session::interview();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
        "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": false}}}}}));
    let play = session.say("Hello.");
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.ear(EarEvent::SpeechStarted { at_ms: 900 });
    assert!(!session.has_done(|output| matches!(output, Output::StopPlayback)));
}

#[test]
fn a_turn_is_answered_by_itself_only_if_the_session_wants_that() {
    let mut session = Session::call();
    session.turn(Some(Ok("Hello.".into())));
    let kinds = session.kinds();
    let committed = kinds.iter().position(|kind| kind == "conversation.item.done").unwrap();
    assert_eq!(kinds[committed + 1], "response.created");
    assert!(session.has_done(|o| matches!(o, Output::Render { text, .. } if text == voice::responder::NO_MODEL)));
    let mut session = Session::interview();
    session.turn(Some(Ok("Hello.".into())));
    assert!(!session.kinds().contains(&"response.created".to_owned()));
}

#[test]
fn one_response_at_a_time_but_any_number_out_of_band() {
    let mut session = Session::interview();
    let play = session.say("Hello.");
    let id = session.last("response.created")["response"]["id"].as_str().unwrap().to_owned();
    session.client(json!({"type": "response.create"}));
    let error = session.last("error")["error"].clone();
    assert_eq!(error["code"], "conversation_already_has_active_response");
    assert!(error["message"].as_str().unwrap().contains(&id));
    session.kinds();
    session
        .client(json!({"type": "response.create", "response": {"conversation": "none", "output_modalities": ["text"],
        "input": [], "metadata": {"purpose": "oob"}}}));
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["conversation_id"], &done["metadata"]["purpose"]), (&Value::Null, &json!("oob")));
    let kinds = session.kinds();
    assert!(!kinds.iter().any(|kind| kind.starts_with("conversation.item")), "{kinds:?}");
    // Once it is heard, the next may come: it waits for its turn to play.
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.kinds();
    session.say("Next.");
    assert_eq!(session.kinds()[0], "response.created");
}

#[test]
fn cancel_and_clear_stop_what_they_name() {
    let mut session = Session::interview();
    session.say("Hello.");
    session.client(json!({"type": "response.cancel"}));
    let done = &session.last("response.done")["response"];
    assert_eq!(done["status_details"]["reason"], "client_cancelled");
    let play = session.say("Hello.");
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.client(json!({"type": "response.cancel"}));
    assert_eq!(session.last("error")["error"]["code"], "response_cancel_not_active");
    session.kinds();
    session.client(json!({"type": "output_audio_buffer.clear"}));
    assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
    session.take(Input::PlaybackStopped(play, 400));
    assert_eq!(session.kinds(), ["output_audio_buffer.cleared", "conversation.item.truncated"]);
}

#[test]
fn a_clip_that_cannot_be_made_fails_its_response() {
    let mut session = Session::interview();
    let play = session.say("Hello.");
    session.take(Input::Rendered { play, clip: Err("disk full".into()) });
    let done = &session.last("response.done")["response"];
    assert_eq!((&done["status"], &done["status_details"]["error"]["type"]), (&json!("failed"), &json!("server_error")));
    session.say("Again.");
    assert_eq!(session.last("response.created")["response"]["status"], "in_progress");
}

#[test]
fn items_can_be_put_anywhere_and_taken_away() {
    let mut session = Session::call();
    let item = |id: &str| json!({"type": "message", "id": id, "role": "user", "content": [{"type": "input_text", "text": id}]});
    session.client(json!({"type": "conversation.item.create", "item": item("a")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], Value::Null);
    session.client(json!({"type": "conversation.item.create", "item": item("c")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "a");
    session.client(json!({"type": "conversation.item.create", "item": item("b"), "previous_item_id": "a"}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "a");
    session.client(json!({"type": "conversation.item.create", "item": item("0"), "previous_item_id": "root"}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], Value::Null);
    session.client(json!({"type": "conversation.item.create", "item": item("a")}));
    assert_eq!(session.last("error")["error"]["param"], "item.id");
    session.client(json!({"type": "conversation.item.delete", "item_id": "c"}));
    assert_eq!(session.last("conversation.item.deleted")["item_id"], "c");
    session.client(json!({"type": "conversation.item.create", "item": item("d")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "b");
    session
        .client(json!({"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 0}));
    assert_eq!(session.last("error")["error"]["param"], "item_id");
}

#[test]
fn a_text_turn_is_answered_in_text_when_asked_so() {
    let mut session = Session::socket();
    session.client(json!({"type": "conversation.item.create", "item":
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}}));
    session.kinds();
    session.client(json!({"type": "response.create", "response": {"output_modalities": ["text"]}}));
    let text = session.last("response.output_text.done")["text"].clone();
    assert_eq!(text, voice::responder::NO_MODEL);
    let deltas: String = session.told.iter().filter_map(|(_, event)| event["delta"].as_str()).collect();
    assert_eq!(text, deltas);
    assert_eq!(session.last("response.done")["response"]["output"][0]["content"][0]["type"], "output_text");
}

#[test]
fn on_a_socket_sound_goes_out_in_events_and_the_client_says_what_was_heard() {
    let mut session = Session::socket();
    let play = session.say("Hello Ann.");
    session.kinds();
    session.rendered(play, 1_000);
    let item = session.last("response.done")["response"]["output"][0]["id"].clone();
    let bytes: usize =
        session.told.iter().filter_map(|(_, event)| event["delta"].as_str()).map(|d| d.len() / 4 * 3).sum();
    assert_eq!(bytes, 24_000 * 2);
    let kinds = session.kinds();
    assert_eq!(kinds[..5], ["response.output_audio.delta"; 5]);
    assert_eq!(kinds[5..], ENDING);
    let truncate = |ms: u64| json!({"type": "conversation.item.truncate", "item_id": item, "content_index": 0, "audio_end_ms": ms});
    session.client(truncate(1_001));
    assert_eq!(session.last("error")["error"]["param"], "audio_end_ms");
    session.client(truncate(300));
    assert_eq!(session.last("conversation.item.truncated")["audio_end_ms"], 300);
}

#[test]
fn the_voice_cannot_change_once_it_was_heard() {
    let mut session = Session::socket();
    let change =
        json!({"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "cedar"}}}});
    session.client(change.clone());
    assert_eq!(session.last("session.updated")["session"]["audio"]["output"]["voice"], "cedar");
    let play = session.say("Hello.");
    assert!(session.has_done(|output| matches!(output, Output::Render { voice, .. } if voice == "am_michael")));
    session.rendered(play, 100);
    session.client(
        json!({"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "marin"}}}}),
    );
    assert_eq!(session.last("error")["error"]["code"], "cannot_update_voice");
    session.kinds();
    session.client(change);
    assert_eq!(session.kinds(), ["session.updated"], "the same voice is no change");
}

#[test]
fn turns_by_hand_are_committed_recognized_and_not_answered() {
    let mut session = Session::socket();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input":
        {"turn_detection": null, "transcription": {"model": "m"}}}}}));
    let half_a_second = "AAAA".repeat(24_000 / 3);
    session.client(json!({"type": "input_audio_buffer.append", "audio": half_a_second}));
    assert!(session.has_done(|output| matches!(output, Output::Hear(pcm) if pcm.len() > 7_900)));
    session.kinds();
    session.client(json!({"type": "input_audio_buffer.commit"}));
    let item = session.last("input_audio_buffer.committed")["item_id"].as_str().unwrap().to_owned();
    assert!(session.has_done(|output| matches!(output, Output::Recognize { sound, .. } if sound.len() > 7_900)));
    session.take(Input::Recognized { item, text: Ok("Hello.".into()) });
    assert_eq!(
        session.kinds(),
        [
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "conversation.item.input_audio_transcription.completed"
        ]
    );
    session.client(json!({"type": "input_audio_buffer.append", "audio": half_a_second}));
    session.client(json!({"type": "input_audio_buffer.clear"}));
    session.client(json!({"type": "input_audio_buffer.commit"}));
    assert_eq!(session.kinds(), ["input_audio_buffer.cleared", "error"]);
}

#[test]
fn a_transcription_session_never_answers() {
    let mut session = Session::start(Wire::WebSocket, SessionKind::Transcription);
    assert_eq!(session.last("session.created")["session"]["object"], "realtime.transcription_session");
    session.client(json!({"type": "session.update", "session": {"type": "transcription",
        "audio": {"input": {"transcription": {"model": "m"}}}}}));
    session.turn(Some(Ok("Hello.".into())));
    assert_eq!(session.last("conversation.item.input_audio_transcription.completed")["transcript"], "Hello.");
    assert!(session.rendering().is_none());
    session.client(json!({"type": "response.create"}));
    assert_eq!(session.last("error")["error"]["param"], "type");
}

#[test]
fn a_silent_person_is_prompted_when_the_session_asks_for_that() {
    let mut session = Session::call();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input":
        {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 6_000}}}}}));
    let play = session.say("Hello?");
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.now_ms = 1_000;
    session.take(Input::PlaybackEnded(play));
    assert_eq!(session.core.wake_at_ms(), 7_000);
    session.now_ms = 6_999;
    session.kinds();
    session.take(Input::Tick);
    assert_eq!(session.kinds(), Vec::<String>::new());
    session.now_ms = 7_000;
    session.take(Input::Tick);
    let kinds = session.kinds();
    assert_eq!(kinds[0], "input_audio_buffer.timeout_triggered");
    assert!(kinds.contains(&"response.created".to_owned()));
}

#[test]
fn a_session_ends_at_its_maximum_and_says_so() {
    let mut session = Session::call();
    assert_eq!(session.core.wake_at_ms(), MAX_SESSION_MS);
    session.now_ms = MAX_SESSION_MS;
    session.kinds();
    session.take(Input::Tick);
    assert_eq!(session.last("error")["error"]["code"], "session_expired");
    assert_eq!(session.told.last().unwrap().0, Audience::All);
    assert!(session.has_done(|output| matches!(output, Output::Close { code: 1001, .. })));
    session.kinds();
    session.client(json!({"type": "response.create"}));
    assert_eq!(session.kinds(), Vec::<String>::new(), "nothing follows the end");
}
