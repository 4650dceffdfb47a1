//! The recruiter: makes the position, invites, and reads everything at the end.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    door::{Door, http},
    program::Server,
};

/// Signed in.
#[derive(Clone)]
pub struct Recruiter {
    door: Door,
    invited: u64,
}

/// A published position.
#[derive(Clone, Debug)]
pub struct Position {
    /// Its id.
    pub id: String,
}

/// The two parts of a link.
#[derive(Clone, Debug)]
pub struct Link {
    /// Before the dot.
    pub invitation: String,
    /// After it.
    pub secret: String,
}

impl Recruiter {
    /// Signs in with the operator's token.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(server: &Server) -> Result<Recruiter> {
        let token = std::fs::read_to_string(server.data.join("operator.token")).context("the operator's token")?;
        let mut door = Door::new(http(None)?, &server.url);
        let body = json!({ "token": token.trim() });
        door.json(Method::POST, "/v1/sign-in/link", &body).await.good("signing in")?;
        Ok(Recruiter { door, invited: 0 })
    }

    /// Makes a position with so many questions, without probes: what is tested is the way of the words.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn publish(&mut self, questions: usize) -> Result<Position> {
        let question = |n: usize| {
            json!({"id": format!("q{n}"), "kind": "behavioral", "text": format!("What did you cook on day {n}?"),
                "competency_id": null, "time_limit_s": 1800, "max_probes": 0, "probes": []})
        };
        let questions: Vec<Value> = (1..=questions).map(question).collect();
        let plan = json!({"language": "en", "greeting": "Hello.", "closing": "Goodbye.", "questions": questions});
        let door = &mut self.door;
        let made = door.json(Method::POST, "/v1/positions", &json!({"title": "Cook"})).await.good("the position")?;
        let id = made["id"].as_str().context("the position has no id")?.to_owned();
        door.json(Method::PUT, &format!("/v1/positions/{id}/plan"), &plan).await.good("the plan")?;
        let path = format!("/v1/positions/{id}/plan/publish");
        door.json(Method::POST, &path, &json!({})).await.good("publishing")?;
        Ok(Position { id })
    }

    /// Invites somebody new; an answer that got lost costs one candidate who never comes.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn invite(&mut self, position: &Position, tag: &str) -> Result<Link> {
        self.invited += 1;
        let n = self.invited;
        let person = json!({"name": format!("Candidate {n}"), "email": format!("{tag}-{n}@example.com")});
        let path = format!("/v1/positions/{}/candidates", position.id);
        let row = self.door.json(Method::POST, &path, &person).await.good("a candidate")?;
        let application = row["application_id"].as_str().context("no application")?.to_owned();
        let path = format!("/v1/applications/{application}/invitations");
        let invited = self.door.json(Method::POST, &path, &json!({})).await.good("an invitation")?;
        let link = invited["link"].as_str().context("no link")?;
        let parts = link.split_once("/i#").and_then(|(_, fragment)| fragment.split_once('.'));
        let (invitation, secret) = parts.context("a link without its parts")?;
        Ok(Link { invitation: invitation.to_owned(), secret: secret.to_owned() })
    }

    /// The session as the recruiter's page reads it.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub async fn session(&mut self, session: &str) -> Result<Value> {
        self.door.get(&format!("/v1/sessions/{session}")).await.good("the session")
    }

    /// The report of its completeness.
    ///
    /// # Errors
    /// As above.
    pub async fn completeness(&mut self, session: &str) -> Result<Value> {
        self.door.get(&format!("/v1/sessions/{session}/completeness")).await.good("the report")
    }

    /// The evidence file.
    ///
    /// # Errors
    /// As above; also before the first seal.
    pub async fn evidence(&mut self, session: &str) -> Result<String> {
        let answer = self.door.get(&format!("/v1/sessions/{session}/evidence")).await;
        let text = answer.text.clone();
        answer.good("the evidence").map(|_| text)
    }

    /// Revokes an invitation.
    ///
    /// # Errors
    /// As above.
    pub async fn revoke(&mut self, invitation: &str) -> Result<()> {
        let path = format!("/v1/invitations/{invitation}/revoke");
        self.door.json(Method::POST, &path, &json!({})).await.good("revoking").map(|_| ())
    }

    /// Ends an interview.
    pub async fn end(&mut self, session: &str) -> u16 {
        self.door.json(Method::POST, &format!("/v1/sessions/{session}/end"), &json!({})).await.status
    }

    /// Any request of a recruiter's.
    pub fn door(&mut self) -> &mut Door {
        &mut self.door
    }
}
