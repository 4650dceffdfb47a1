//! The session's settings: defaults, merging of updates, and what they mean to the ear and the voice.

use realtime_api::session::{Audio, AudioFormat, AudioInput, AudioOutput, MaxOutputTokens, Modality, Voice, WordOr};
use realtime_api::{ErrorDetail, Session, SessionKind, TurnDetection, TurnDetectionKind};

use super::shape::{invalid, unsupported};
use crate::speech::VoiceInfo;
use crate::turn::{self, Eagerness};

/// OpenAI's voice names, and which of our voices speaks for each, so that existing clients work unchanged.
pub const VOICE_ALIASES: &[(&str, &str)] = &[
    ("alloy", "af_heart"),
    ("ash", "am_michael"),
    ("ballad", "am_michael"),
    ("cedar", "am_michael"),
    ("coral", "af_heart"),
    ("echo", "am_michael"),
    ("fable", "am_michael"),
    ("marin", "af_heart"),
    ("nova", "af_heart"),
    ("onyx", "am_michael"),
    ("sage", "af_heart"),
    ("shimmer", "af_heart"),
    ("verse", "am_michael"),
];

/// The voice of ours that speaks when `name` is asked for.
pub fn resolve_voice(name: &str, voices: &[VoiceInfo]) -> Option<&'static str> {
    let known = |id: &str| voices.iter().find(|voice| voice.id == id).map(|voice| voice.id);
    known(name).or_else(|| VOICE_ALIASES.iter().find(|(alias, _)| *alias == name).and_then(|(_, id)| known(id)))
}

/// The effective settings of a session.
#[derive(Debug, Clone)]
pub struct Settings {
    session: Session,
    voices: &'static [VoiceInfo],
    has_speeds: bool,
}

/// A session nobody has configured yet: `server_vad`, no transcription, this voice.
pub fn session_defaults(model: &str, voice: &str) -> Session {
    let pcm = || Some(AudioFormat { kind: "audio/pcm".into(), rate: Some(24_000), ..Default::default() });
    let turn_detection = TurnDetection { kind: TurnDetectionKind::ServerVad, ..Default::default() };
    let input = AudioInput {
        format: pcm(),
        transcription: Some(None),
        noise_reduction: Some(None),
        turn_detection: Some(Some(whole_turn_detection(turn_detection))),
        ..Default::default()
    };
    let output =
        AudioOutput { format: pcm(), voice: Some(Voice::Name(voice.into())), speed: Some(1.0), ..Default::default() };
    Session {
        object: Some("realtime.session".into()),
        model: Some(model.into()),
        output_modalities: Some(vec![Modality::Audio]),
        instructions: Some(String::new()),
        tools: Some(Vec::new()),
        tool_choice: Some(WordOr::default()),
        max_output_tokens: Some(MaxOutputTokens::default()),
        truncation: Some(WordOr::default()),
        include: Some(None),
        tracing: Some(None),
        prompt: Some(None),
        audio: Some(Audio { input: Some(input), output: Some(output), ..Default::default() }),
        ..Default::default()
    }
}

/// Fills in what an update leaves out of `turn_detection`.
fn whole_turn_detection(mut wanted: TurnDetection) -> TurnDetection {
    wanted.create_response.get_or_insert(true);
    wanted.interrupt_response.get_or_insert(true);
    if wanted.kind == TurnDetectionKind::SemanticVad {
        wanted.eagerness.get_or_insert_with(|| "auto".into());
    } else {
        wanted.threshold.get_or_insert(0.5);
        wanted.prefix_padding_ms.get_or_insert(300);
        wanted.silence_duration_ms.get_or_insert(500);
        wanted.idle_timeout_ms.get_or_insert(None);
    }
    wanted
}

/// Takes the new value where there is one.
fn take<T>(current: &mut Option<T>, update: Option<T>) {
    if update.is_some() {
        *current = update;
    }
}

impl Settings {
    /// Defaults of a `kind` of session for `model` with `voice`, one of `voices`.
    pub fn new(kind: SessionKind, model: &str, voice: &str, voices: &'static [VoiceInfo]) -> Self {
        let mut session = session_defaults(model, voice);
        if kind == SessionKind::Transcription {
            let input = session.audio.take().and_then(|audio| audio.input);
            session = Session {
                object: Some("realtime.transcription_session".into()),
                audio: Some(Audio { input, ..Default::default() }),
                include: Some(None),
                ..Default::default()
            };
        }
        Self { session: Session { kind, ..session }, voices, has_speeds: false }
    }

    /// The same settings of a voice that can speak at any speed.
    pub(crate) fn at_any_speed(self) -> Self {
        Self { has_speeds: true, ..self }
    }

    /// What the session is for.
    pub fn kind(&self) -> &SessionKind {
        &self.session.kind
    }

    /// Merges an update that has passed its shape; on an error nothing changes.
    pub fn update(&mut self, update: Session, has_spoken: bool) -> Result<(), ErrorDetail> {
        self.check(&update, has_spoken)?;
        let session = &mut self.session;
        take(&mut session.include, update.include);
        let audio = update.audio.unwrap_or_default();
        let current = session.audio.get_or_insert_default();
        merge_input(current.input.get_or_insert_default(), audio.input.unwrap_or_default());
        if session.kind == SessionKind::Transcription {
            // Such a session never answers: settings of answers mean nothing to it.
            return Ok(());
        }
        take(&mut session.output_modalities, update.output_modalities);
        take(&mut session.instructions, update.instructions);
        take(&mut session.tools, update.tools);
        take(&mut session.tool_choice, update.tool_choice);
        take(&mut session.parallel_tool_calls, update.parallel_tool_calls);
        take(&mut session.reasoning, update.reasoning);
        take(&mut session.max_output_tokens, update.max_output_tokens);
        take(&mut session.truncation, update.truncation);
        take(&mut session.tracing, update.tracing);
        take(&mut session.prompt, update.prompt);
        let current = session.audio.get_or_insert_default();
        let (current, output) = (current.output.get_or_insert_default(), audio.output.unwrap_or_default());
        take(&mut current.format, output.format.map(whole_format));
        take(&mut current.voice, output.voice);
        take(&mut current.speed, output.speed);
        Ok(())
    }

    fn check(&self, update: &Session, has_spoken: bool) -> Result<(), ErrorDetail> {
        if update.kind != self.session.kind {
            let (wanted, is) = (update.kind.as_str(), self.session.kind.as_str());
            let message = format!("Passing a {wanted} session update event to a {is} session is not allowed.");
            return Err(invalid("session.type", message));
        }
        let output = update.audio.as_ref().and_then(|audio| audio.output.as_ref());
        if !self.has_speeds && output.and_then(|output| output.speed).is_some_and(|speed| speed != 1.0) {
            return Err(invalid("session.audio.output.speed", "This engine speaks at speed 1 only."));
        }
        let Some(voice) = output.and_then(|output| output.voice.as_ref()) else { return Ok(()) };
        let resolved = self.resolve(voice, "session.audio.output.voice")?;
        if has_spoken && resolved != self.voice() {
            let message = "Cannot update a conversation's voice if assistant audio is present.";
            return Err(ErrorDetail::invalid("cannot_update_voice", message, Some("session.audio.output.voice")));
        }
        Ok(())
    }

    fn resolve(&self, voice: &Voice, path: &str) -> Result<&'static str, ErrorDetail> {
        resolve_voice(voice.as_str(), self.voices).ok_or_else(|| {
            let names: Vec<_> = self.voices.iter().map(|v| v.id).chain(VOICE_ALIASES.iter().map(|(a, _)| *a)).collect();
            unsupported(path, voice.as_str(), &names)
        })
    }

    /// The session as clients see it.
    pub fn session(&self, id: &str, expires_at: u64) -> Session {
        Session { id: Some(id.into()), expires_at: Some(expires_at), ..self.session.clone() }
    }

    /// The effective settings, without what only clients are told.
    pub fn effective(&self) -> &Session {
        &self.session
    }

    fn input(&self) -> Option<&AudioInput> {
        self.session.audio.as_ref()?.input.as_ref()
    }

    fn output(&self) -> Option<&AudioOutput> {
        self.session.audio.as_ref()?.output.as_ref()
    }

    /// The voice of ours that speaks.
    pub fn voice(&self) -> &'static str {
        let asked = self.output().and_then(|output| output.voice.as_ref()).map_or("", Voice::as_str);
        resolve_voice(asked, self.voices).or(self.voices.first().map(|voice| voice.id)).unwrap_or_default()
    }

    /// The voice for a response that may ask for its own.
    pub fn voice_for(&self, asked: Option<&Voice>) -> Result<&'static str, ErrorDetail> {
        asked.map_or(Ok(self.voice()), |voice| self.resolve(voice, "response.audio.output.voice"))
    }

    /// What clients are told about sound to them.
    pub fn audio_output(&self) -> AudioOutput {
        let output = self.output().cloned().unwrap_or_default();
        AudioOutput { speed: None, ..output }
    }

    /// What responses consist of.
    pub fn modality(&self) -> Modality {
        self.session.output_modalities.as_ref().and_then(|kinds| kinds.first().cloned()).unwrap_or_default()
    }

    /// The limit that is echoed in responses.
    pub fn max_output_tokens(&self) -> Option<MaxOutputTokens> {
        self.session.max_output_tokens.clone()
    }

    /// What the session tells the model.
    pub fn instructions(&self) -> &str {
        self.session.instructions.as_deref().unwrap_or_default()
    }

    /// Encoding of sound from the client.
    pub fn input_format(&self) -> &str {
        self.input().and_then(|input| input.format.as_ref()).map_or("audio/pcm", |format| &format.kind)
    }

    /// Encoding of sound to the client.
    pub fn output_format(&self) -> &str {
        self.output().and_then(|output| output.format.as_ref()).map_or("audio/pcm", |format| &format.kind)
    }

    /// Whether the person's words are told.
    pub fn is_transcribing(&self) -> bool {
        self.input().is_some_and(|input| matches!(input.transcription, Some(Some(_))))
    }

    /// How turns are found; `None`: by hand.
    pub fn turn_detection(&self) -> Option<&TurnDetection> {
        self.input()?.turn_detection.as_ref()?.as_ref()
    }

    /// Whether each turn is answered unasked.
    pub fn creates_responses(&self) -> bool {
        let detection = self.turn_detection();
        self.session.kind == SessionKind::Realtime && detection.is_some_and(|d| d.create_response.unwrap_or(true))
    }

    /// Whether speech stops the voice.
    pub fn interrupts(&self) -> bool {
        self.turn_detection().is_some_and(|detection| detection.interrupt_response.unwrap_or(true))
    }

    /// How the ear must listen.
    pub fn listening(&self) -> turn::TurnDetection {
        let Some(detection) = self.turn_detection() else { return turn::TurnDetection::Manual };
        if detection.kind == TurnDetectionKind::SemanticVad {
            let eagerness = match detection.eagerness.as_deref() {
                Some("low") => Eagerness::Low,
                Some("high") => Eagerness::High,
                _ => Eagerness::Medium,
            };
            return turn::TurnDetection::Semantic { eagerness };
        }
        turn::TurnDetection::Silence {
            threshold: detection.threshold.unwrap_or(0.5) as f32,
            prefix_padding_ms: detection.prefix_padding_ms.unwrap_or(300),
            silence_ms: detection.silence_duration_ms.unwrap_or(500),
        }
    }
}

fn merge_input(current: &mut AudioInput, update: AudioInput) {
    take(&mut current.format, update.format.map(whole_format));
    take(&mut current.noise_reduction, update.noise_reduction);
    take(&mut current.turn_detection, update.turn_detection.map(|wanted| wanted.map(whole_turn_detection)));
    let transcription = update.transcription.map(|wanted| {
        wanted.map(|mut wanted| {
            wanted.model.get_or_insert(None);
            wanted.language.get_or_insert(None);
            wanted.prompt.get_or_insert(None);
            wanted
        })
    });
    take(&mut current.transcription, transcription);
}

fn whole_format(mut format: AudioFormat) -> AudioFormat {
    format.rate = (format.kind == "audio/pcm").then_some(24_000);
    format
}
