//! A database that a disk or a hand has damaged: which interviews are touched. All others are served as ever.

use crate::{
    error::Result,
    evidence::lines::Row,
    ids::SessionId,
    store::{Store, TenantStore, damage},
};

/// What is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// In the file, in the database's words.
    pub file: Vec<String>,
    /// Interviews whose record is not whole, and how that shows.
    pub sessions: Vec<(SessionId, String)>,
}

impl Damage {
    /// One line for each thing that is wrong, and what to do; none: all is well.
    pub fn lines(&self) -> Vec<String> {
        if self.file.is_empty() {
            return Vec::new();
        }
        let count = self.sessions.len();
        let mut lines = vec![format!(
            "the database file is damaged: {}. Interviews touched: {count}; all others are served. Stop the server, keep a \
             copy of the file, and restore a backup (`insights restore`)",
            self.file.join("; ")
        )];
        lines.extend(self.sessions.iter().map(|(session, how)| format!("session {session}: {how}")));
        lines
    }
}

/// Looks at the file and, if it is broken, at every interview.
pub async fn look(store: &Store, url: &str) -> Result<Damage> {
    let file = damage::findings(url).await?;
    let sessions = if file.is_empty() { Vec::new() } else { touched(store).await? };
    Ok(Damage { file, sessions })
}

/// The interviews whose record cannot be read or is not as it was written.
async fn touched(store: &Store) -> Result<Vec<(SessionId, String)>> {
    let mut touched = Vec::new();
    for tenant in store.system("look for damage").read(async |db| db.tenants().await).await? {
        let store = store.tenant(&tenant);
        for session in store.read(async |db| db.session_ids().await).await? {
            if let Some(how) = broken(&store, &session).await {
                touched.push((session, how));
            }
        }
    }
    Ok(touched)
}

async fn broken(store: &TenantStore, session: &SessionId) -> Option<String> {
    let read = store.read(async |db| {
        db.session(session).await?;
        db.transcript(session).await?;
        db.legs(session).await?;
        db.seals(session).await?;
        Ok((db.evidence_rows(session).await?, db.cursors(session).await?))
    });
    match read.await {
        Ok((rows, cursors)) => altered(&rows, &cursors),
        Err(error) => Some(format!("it cannot be read ({error})")),
    }
}

/// The first place where the log is not what was acknowledged.
fn altered(rows: &[Row], cursors: &[(String, i64, String)]) -> Option<String> {
    for (instance, last, head) in cursors {
        let (mut before, mut seq) = (String::new(), 0);
        for row in rows.iter().filter(|row| row.instance == *instance) {
            if row.seq != seq + 1 || row.hash != row.chained(&before) {
                return Some(format!("the log of {instance} is not as it was written from place {}", seq + 1));
            }
            before.clone_from(&row.hash);
            seq = row.seq;
        }
        if seq != *last || before != *head {
            return Some(format!("the log of {instance} ends at place {seq}, and {last} was acknowledged"));
        }
    }
    None
}
