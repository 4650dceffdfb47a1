//! The people of a company, their sign-in links and their cookies (both as hashes only).

use super::{Db, errors};
use crate::error::{Error, Result};
use crate::ids::MemberId;
use interview::Timestamp;

/// A person who works for the company.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// Their id.
    pub id: MemberId,
    /// Where mail reaches them; also their sign-in name.
    pub email: String,
    /// How they are called.
    pub name: String,
    /// `admin` or `recruiter`.
    pub role: String,
    /// argon2, if they chose a password.
    pub password_hash: Option<String>,
}

type Tuple = (String, String, String, String, Option<String>);

fn member((id, email, name, role, password_hash): Tuple) -> MemberRow {
    MemberRow { id: MemberId::stored(id), email, name, role, password_hash }
}

impl Db {
    /// Adds a member.
    pub async fn add_member(&mut self, m: &MemberRow, now: Timestamp) -> Result<()> {
        self.query(
            "insert into members (tenant_id, id, email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(m.id.as_str())
        .bind(&m.email)
        .bind(&m.name)
        .bind(&m.role)
        .bind(&m.password_hash)
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// One member.
    pub async fn member(&mut self, id: &str) -> Result<MemberRow> {
        let row: Tuple = self
            .query_as("select id, email, name, role, password_hash from members where tenant_id = $1 and id = $2")
            .bind(id)
            .fetch_one(self.on())
            .await?;
        Ok(member(row))
    }

    /// The member who was there first.
    pub async fn first_member(&mut self) -> Result<MemberRow> {
        let row: Tuple = self
            .query_as("select id, email, name, role, password_hash from members where tenant_id = $1 order by created_at, id limit 1")
            .fetch_one(self.on())
            .await?;
        Ok(member(row))
    }

    /// Saves a member's name, e-mail and password.
    pub async fn save_member(&mut self, m: &MemberRow) -> Result<()> {
        let saved = self
            .query("update members set email = $3, name = $4, password_hash = $5 where tenant_id = $1 and id = $2")
            .bind(m.id.as_str())
            .bind(&m.email)
            .bind(&m.name)
            .bind(&m.password_hash)
            .execute(self.on())
            .await;
        match saved {
            Err(e) if errors::is_repeat(&e) => Err(Error::invalid("email", "Another member has this e-mail address.")),
            other => super::met(&other?),
        }
    }

    /// Adds a one-time sign-in link by the hash of its token.
    pub async fn add_sign_in_link(
        &mut self,
        hash: &str,
        member: &MemberId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.query(
            "insert into sign_in_links (tenant_id, id, member_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(hash)
        .bind(member.as_str())
        .bind(now.0)
        .bind(expires_at.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Uses up a sign-in link; `None` if it was used or is past its time.
    pub async fn use_sign_in_link(&mut self, hash: &str, now: Timestamp) -> Result<Option<MemberId>> {
        let row: Option<(String,)> = self
            .query_as(
                "update sign_in_links set used_at = $3 where tenant_id = $1 and id = $2 and used_at is null and expires_at > $3 \
                 returning member_id",
            )
            .bind(hash)
            .bind(now.0)
            .fetch_optional(self.on())
            .await?;
        Ok(row.map(|(id,)| MemberId::stored(id)))
    }

    /// Adds a recruiter's cookie by its hash.
    pub async fn add_member_session(
        &mut self,
        hash: &str,
        member: &MemberId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.query("insert into member_sessions (tenant_id, id, member_id, created_at, expires_at) values ($1, $2, $3, $4, $5)")
            .bind(hash)
            .bind(member.as_str())
            .bind(now.0)
            .bind(expires_at.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// The member behind a cookie, unless it ended or is past its time.
    pub async fn member_of_session(&mut self, hash: &str, now: Timestamp) -> Result<Option<MemberRow>> {
        let row: Option<Tuple> = self
            .query_as(
                "select m.id, m.email, m.name, m.role, m.password_hash from member_sessions s \
                 join members m on m.tenant_id = s.tenant_id and m.id = s.member_id \
                 where s.tenant_id = $1 and s.id = $2 and s.ended_at is null and s.expires_at > $3",
            )
            .bind(hash)
            .bind(now.0)
            .fetch_optional(self.on())
            .await?;
        Ok(row.map(member))
    }

    /// Ends a recruiter's cookie.
    pub async fn end_member_session(&mut self, hash: &str, now: Timestamp) -> Result<()> {
        self.query("update member_sessions set ended_at = $3 where tenant_id = $1 and id = $2 and ended_at is null")
            .bind(hash)
            .bind(now.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Ends all cookies of a member but one.
    pub async fn end_other_member_sessions(&mut self, member: &MemberId, but: &str, now: Timestamp) -> Result<()> {
        self.query(
            "update member_sessions set ended_at = $4 where tenant_id = $1 and member_id = $2 and id <> $3 and ended_at is null",
        )
        .bind(member.as_str())
        .bind(but)
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }
}
