//! What a recruiter does before a rehearsal: a position with a plan, published and rendered, and an invitation for each
//! candidate. And after it: reading how complete the transcripts are.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use interview::plan::{Competency, Plan};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::door::Door;
use crate::starter;

/// Rendering of all utterances may take this long before candidates go in anyway.
const RENDER_LIMIT: Duration = Duration::from_secs(900);
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// A session is sealed soon after its end; until then its transcript is neither complete nor incomplete.
const SEAL_LIMIT: Duration = Duration::from_secs(30);

/// The first name of every simulated candidate.
pub const NAME: &str = "Robin";

/// A plan as a file holds it.
#[derive(Debug, Clone, Deserialize)]
pub struct PlanFile {
    /// The position's title.
    #[serde(default = "default_title")]
    pub title: String,
    /// What the questions measure.
    #[serde(default)]
    pub competencies: Vec<Competency>,
    /// The plan.
    #[serde(flatten)]
    pub plan: Plan,
}

fn default_title() -> String {
    "Rehearsal".to_owned()
}

impl PlanFile {
    /// The same plan with the candidates' name written out: then what names them is rendered with the plan, and its
    /// progress is known.
    #[must_use]
    pub fn named(mut self) -> PlanFile {
        for text in [&mut self.plan.greeting, &mut self.plan.closing] {
            *text = text.replace("{candidate}", NAME);
        }
        self
    }

    /// Reads TOML or JSON, by the file's ending; without a file: the demo plan.
    pub fn read(file: Option<&Path>) -> Result<PlanFile> {
        let Some(file) = file else {
            let (plan, competencies) = (starter::demo_plan(), starter::demo_competencies());
            return Ok(PlanFile { title: format!("{} (rehearsal)", starter::DEMO_TITLE), competencies, plan });
        };
        let name = || format!("the plan {}", file.display());
        let text = std::fs::read_to_string(file).with_context(name)?;
        if file.extension().is_some_and(|ending| ending == "json") {
            serde_json::from_str(&text).with_context(name)
        } else {
            toml::from_str(&text).with_context(name)
        }
    }
}

/// An identifier and nothing else of an answer.
#[derive(Deserialize)]
struct Made {
    id: String,
}

#[derive(Deserialize)]
struct MadeCandidate {
    application_id: String,
}

#[derive(Deserialize)]
struct MadeInvitation {
    link: String,
}

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Version {
    rendering: Rendering,
}

#[derive(Deserialize)]
struct Rendering {
    done: u64,
    total: u64,
}

#[derive(Deserialize)]
struct SessionRow {
    id: String,
    completeness: String,
}

/// A recruiter who is signed in.
pub struct Recruiter {
    door: Door,
}

impl Recruiter {
    /// Signs in by a link's token or the operator's.
    pub async fn sign_in(mut door: Door, token: &str) -> Result<Recruiter> {
        let _: Value = door.call(Method::POST, "/v1/sign-in/link", Some(&json!({ "token": token }))).await?;
        Ok(Recruiter { door })
    }

    /// Makes a position with this plan and publishes it.
    pub async fn publish(&mut self, file: &PlanFile) -> Result<String> {
        let title = json!({ "title": file.title });
        let position: Made = self.door.call(Method::POST, "/v1/positions", Some(&title)).await?;
        let path = format!("/v1/positions/{}", position.id);
        let body =
            json!({ "title": file.title, "description": "Made by a rehearsal.", "competencies": file.competencies });
        let _: Value = self.door.call(Method::PUT, &path, Some(&body)).await?;
        let _: Value =
            self.door.call(Method::PUT, &format!("{path}/plan"), Some(&serde_json::to_value(&file.plan)?)).await?;
        let _: Value = self.door.call(Method::POST, &format!("{path}/plan/publish"), None).await?;
        Ok(position.id)
    }

    /// Adds a candidate and invites; gives the link.
    pub async fn invite(&mut self, position: &str, name: &str, email: &str) -> Result<String> {
        let body = json!({ "name": name, "email": email });
        let path = format!("/v1/positions/{position}/candidates");
        let candidate: MadeCandidate = self.door.call(Method::POST, &path, Some(&body)).await?;
        let path = format!("/v1/applications/{}/invitations", candidate.application_id);
        let invitation: MadeInvitation =
            self.door.call(Method::POST, &path, Some(&json!({ "expires_in_days": 1 }))).await?;
        Ok(invitation.link)
    }

    /// Waits until the plan's utterances are rendered, so that reply latency is that of an interview, not of synthesis.
    /// Gives how many are.
    pub async fn rendered(&mut self, position: &str) -> Result<(u64, u64)> {
        let path = format!("/v1/positions/{position}/plan/versions");
        let until = tokio::time::Instant::now() + RENDER_LIMIT;
        loop {
            let versions: Items<Version> = self.door.call(Method::GET, &path, None).await?;
            let Some(newest) = versions.items.first() else { bail!("{path}: nothing was published") };
            let Rendering { done, total } = newest.rendering;
            if done >= total || tokio::time::Instant::now() >= until {
                return Ok((done, total));
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    /// Speaks a text in a voice: a WAV file.
    pub async fn speech(&mut self, voice: &str, text: &str) -> Result<Vec<u8>> {
        self.door.bytes("/v1/speech", &json!({ "text": text, "voice": voice })).await
    }

    /// Whether a session's transcript is `complete`, once the session is sealed.
    pub async fn completeness(&mut self, session: &str) -> Result<String> {
        let until = tokio::time::Instant::now() + SEAL_LIMIT;
        loop {
            let row: SessionRow = self.session(session).await?;
            if row.completeness != "open" || tokio::time::Instant::now() >= until {
                return Ok(row.completeness);
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    async fn session(&mut self, session: &str) -> Result<SessionRow> {
        let rows: Items<SessionRow> = self.door.call(Method::GET, "/v1/sessions", None).await?;
        rows.items.into_iter().find(|row| row.id == session).with_context(|| format!("session {session} is not listed"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_demo_plan_can_be_published() {
        let file = PlanFile::read(None).unwrap();
        assert_eq!(interview::plan::problems(&file.plan, &file.competencies), []);
    }

    #[test]
    fn a_plan_reads_from_toml_as_from_json() {
        let demo = PlanFile::read(None).unwrap();
        let mut whole = serde_json::to_value(&demo.plan).unwrap();
        whole["title"] = json!("Baker");
        let folder = std::env::temp_dir().join(format!("insights-plan-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (as_json, as_toml) = (folder.join("plan.json"), folder.join("plan.toml"));
        std::fs::write(&as_json, whole.to_string()).unwrap();
        let toml =
            toml::to_string(&serde_json::from_value::<serde_json::Map<_, _>>(without_nulls(whole)).unwrap()).unwrap();
        std::fs::write(&as_toml, toml).unwrap();
        for file in [as_json, as_toml] {
            let read = PlanFile::read(Some(&file)).unwrap();
            assert_eq!((read.title.as_str(), &read.plan), ("Baker", &demo.plan));
        }
        let missing = PlanFile::read(Some(&folder.join("none.toml"))).unwrap_err();
        assert!(missing.to_string().contains("none.toml"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// TOML has no null.
    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Object(map) => Value::Object(
                map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect(),
            ),
            Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
            other => other,
        }
    }
}
