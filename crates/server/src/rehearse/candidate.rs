//! One simulated candidate, from the link to the end: redeems, consents, connects, talks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use interview::{Speaker, TurnKind, TurnStatus, View};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use voice::media::peer::{Peer, PeerEvent};

use super::answers::Answer;
use super::door::Door;
use super::feed::{self, Event};
use super::mind::{Manner, Measured, Mind};
use super::print::Printer;
use super::witness::Witness;

/// How often it is decided whether to speak.
const TICK: Duration = Duration::from_millis(20);

/// What a candidate is given.
#[derive(Clone)]
pub struct Brief {
    /// Its number, from 1.
    pub number: usize,
    /// Its invitation.
    pub link: String,
    /// What it says, in order; begins again at the end.
    pub answers: Arc<[Answer]>,
    /// How it behaves.
    pub manner: Manner,
    /// The longest interview.
    pub limit: Duration,
    /// Where lines go.
    pub printer: Printer,
}

/// One committed entry of the transcript.
#[derive(Debug, Clone, Deserialize)]
pub struct Turn {
    /// The provider's item; a later entry replaces an earlier one of the same item.
    pub item: String,
    /// Who spoke.
    pub speaker: Speaker,
    /// What it is.
    pub kind: TurnKind,
    /// The words.
    pub text: String,
    /// Whether they are there.
    pub status: TurnStatus,
    /// Milliseconds since the session's beginning.
    pub started_ms: i64,
}

/// How an interview went, seen from the candidate.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The session.
    pub session: Option<String>,
    /// Its transcript, one entry for each item, in order.
    pub turns: Vec<Turn>,
    /// What was measured in its sound.
    pub measured: Measured,
    /// The known words of what was said, in order; none once something without known words was said.
    pub said: Option<String>,
    /// Why it ended, as the server says.
    pub end_reason: Option<String>,
}

#[derive(Deserialize)]
struct CandidateView {
    session_id: Option<String>,
    append_key: Option<String>,
    notice: Notice,
}

#[derive(Deserialize)]
struct Notice {
    version: String,
}

#[derive(Deserialize)]
struct Caption {
    speaker: Speaker,
    text: String,
}

/// Goes through a whole interview.
pub async fn attend(brief: &Brief, door: Door) -> Result<Outcome> {
    let base = link_base(&brief.link)?;
    let mut door = door.at(base);
    let view = enter(&mut door, &brief.link).await?;
    let mut leg = 0;
    let mut exchange_door = door.clone();
    // Boxed: the protocol stack inside would make every future above it large.
    let peer = Box::pin(Peer::connect(async |offer| {
        let (answer, number) = exchange_door.exchange(offer).await?;
        leg = number;
        Ok::<_, anyhow::Error>(answer)
    }))
    .await
    .context("the call did not come about")?;
    let events = feed::open(door.clone());
    door.control(leg, "ready").await?;
    let witness = Witness::start(&door, leg, view.session_id.as_deref(), view.append_key.as_deref());
    let mut talk = Talk::new(brief, view.session_id);
    let limit = tokio::time::timeout(brief.limit, talk.run(peer, events, witness));
    let result = limit.await.map_err(|_| anyhow!("not over after {} s", brief.limit.as_secs())).and_then(|inner| inner);
    match result {
        Ok(()) => Ok(talk.outcome()),
        Err(error) if talk.turns.is_empty() => Err(error),
        Err(error) => {
            brief.printer.summary(&format!("[{}] {error:#}", brief.number));
            Ok(talk.outcome())
        }
    }
}

/// Redeems the link and consents.
async fn enter(door: &mut Door, link: &str) -> Result<CandidateView> {
    let fragment = link.split_once('#').map(|(_, fragment)| fragment);
    let (invitation, secret) =
        fragment.and_then(|f| f.split_once('.')).with_context(|| "the link has no …/i#<id>.<secret>")?;
    let body = json!({ "invitation_id": invitation, "secret": secret });
    let view: CandidateView = door.call(Method::POST, "/v1/candidate/redeem", Some(&body)).await?;
    let body = json!({ "version": view.notice.version });
    door.call(Method::POST, "/v1/candidate/consent", Some(&body)).await
}

fn link_base(link: &str) -> Result<&str> {
    link.split_once("/i#")
        .map(|(base, _)| base)
        .with_context(|| "an invitation link looks like https://…/i#<id>.<secret>")
}

/// The talk itself.
struct Talk<'a> {
    brief: &'a Brief,
    session: Option<String>,
    mind: Mind,
    next_answer: usize,
    said: Option<Vec<String>>,
    turns: Vec<Turn>,
    end_reason: Option<String>,
}

impl<'a> Talk<'a> {
    fn new(brief: &'a Brief, session: Option<String>) -> Self {
        let mind = Mind::new(brief.manner);
        Self { brief, session, mind, next_answer: 0, said: Some(Vec::new()), turns: Vec::new(), end_reason: None }
    }

    async fn run(&mut self, mut peer: Peer, mut events: mpsc::Receiver<Event>, mut witness: Witness) -> Result<()> {
        let mut tick = tokio::time::interval(TICK);
        while self.end_reason.is_none() {
            tokio::select! {
                event = peer.events.recv() => match event {
                    Some(PeerEvent::Closed) | None => return self.after_the_call(&mut events).await,
                    Some(event) => self.on_sound(event, &mut witness),
                },
                event = events.recv() => self.on_event(&event.context("the event stream ended")?)?,
                _ = tick.tick() => self.consider(&mut peer),
            }
        }
        peer.close();
        witness.settle().await;
        Ok(())
    }

    /// The call may be closed before the end of the session is told.
    async fn after_the_call(&mut self, events: &mut mpsc::Receiver<Event>) -> Result<()> {
        while self.end_reason.is_none() {
            let event = tokio::time::timeout(Duration::from_secs(20), events.recv()).await;
            let event = event.ok().flatten().context("the call was closed before the interview was over")?;
            self.on_event(&event)?;
        }
        Ok(())
    }

    fn on_sound(&mut self, event: PeerEvent, witness: &mut Witness) {
        match event {
            PeerEvent::Heard(heard) => self.mind.hear(heard.at, heard.level),
            PeerEvent::SpeechStarted { at, .. } => self.mind.speech_started(at),
            PeerEvent::SpeechEnded { at, .. } => self.mind.speech_ended(at),
            PeerEvent::Text(text) => witness.see(&text),
            PeerEvent::ChannelOpen | PeerEvent::Closed => {}
        }
    }

    fn on_event(&mut self, event: &Event) -> Result<()> {
        match event {
            Event::State(data) => {
                let view: View = serde_json::from_str(data).context("event state")?;
                self.mind.see(Instant::now(), view);
            }
            Event::Caption(data) => {
                let caption: Caption = serde_json::from_str(data).context("event caption")?;
                if caption.speaker == Speaker::Interviewer {
                    self.mind.read(Instant::now(), caption.text);
                }
            }
            Event::Turn(data) => self.on_turn(serde_json::from_str(data).context("event turn")?),
            Event::TakenOver => return Err(anyhow!("another page has taken this interview over")),
            Event::Ended(data) => {
                let ended: Value = serde_json::from_str(data).context("event ended")?;
                self.end_reason = Some(ended["reason"].as_str().unwrap_or("unknown").to_owned());
            }
        }
        Ok(())
    }

    fn on_turn(&mut self, turn: Turn) {
        let known = self.turns.iter_mut().find(|known| known.item == turn.item);
        let is_news = known.as_ref().is_none_or(|known| known.text != turn.text);
        if is_news {
            self.brief.printer.progress(&line(self.brief.number, &turn, known.is_some()));
        }
        match known {
            Some(known) => *known = turn,
            None => self.turns.push(turn),
        }
    }

    fn consider(&mut self, peer: &mut Peer) {
        if !self.mind.speaks_at(Instant::now()) {
            return;
        }
        let answer = &self.brief.answers[self.next_answer % self.brief.answers.len()];
        self.next_answer += 1;
        peer.speak(Arc::clone(&answer.pcm));
        match (&mut self.said, &answer.text) {
            (Some(said), Some(text)) => said.push(text.clone()),
            (said, _) => *said = None,
        }
    }

    fn outcome(self) -> Outcome {
        Outcome {
            session: self.session,
            turns: self.turns,
            measured: self.mind.measured().clone(),
            said: self.said.map(|said| said.join(" ")),
            end_reason: self.end_reason,
        }
    }
}

/// One line of a transcript as it is printed.
fn line(number: usize, turn: &Turn, is_correction: bool) -> String {
    let seconds = turn.started_ms.max(0) / 1_000;
    let speaker = match turn.speaker {
        Speaker::Interviewer => "Interviewer",
        Speaker::Candidate => "Candidate",
    };
    let note = match (turn.status, is_correction) {
        (TurnStatus::Final, false) => "",
        (TurnStatus::Final, true) => " (now)",
        (TurnStatus::Empty, _) => " (no words)",
        (TurnStatus::Missing, _) => " (text still missing)",
        (TurnStatus::Recovered, _) => " (recovered from audio)",
        (TurnStatus::Voiced, _) => " (speech without words)",
    };
    format!("[{number}] {:02}:{:02} {speaker}{note}: {}", seconds / 60, seconds % 60, turn.text)
}
