//! One transaction for a group of appends.

use super::{
    Append, LogError, Outcome,
    acked::Acked,
    draft::{Draft, Verdict},
    known::Known,
    late,
    sheet::lock_sessions,
};
use crate::store::{Store, errors::is_stuck, handle::Kind, tx::Committed};

/// Writes the good appends and commits once. The outcome of each, in order.
pub(super) async fn write(store: &Store, known: &mut Known, appends: &[Append]) -> sqlx::Result<Vec<Outcome>> {
    if let Some(done) = go_on(store, known, appends).await {
        return done;
    }
    known.forget(appends);
    let mut drafts = Draft::each(appends);
    let mut verdicts = unclaimed(appends);
    let mut tx = store.begin(Kind::Write).await?;
    for draft in &mut drafts {
        store.set(&mut tx, "app.tenant", draft.tenant).await?;
        lock_sessions(store, &mut tx, draft).await?;
        draft.look(store, &mut tx, &mut verdicts).await?;
        if let Some(sheet) = draft.sheet(store) {
            let sessions = sheet.write(&mut tx).await?;
            late::owe(store, &mut tx, draft, &sessions).await?;
        }
    }
    Ok(finish(known, drafts, verdicts, &tx.commit().await?))
}

/// Writes appends that all go on where their instances are known to stand. `None`: not so, and nothing is acknowledged.
async fn go_on(store: &Store, known: &mut Known, appends: &[Append]) -> Option<sqlx::Result<Vec<Outcome>>> {
    let mut drafts = Draft::each(appends);
    let mut verdicts = unclaimed(appends);
    for draft in &mut drafts {
        draft.take_up(known, &mut verdicts)?;
    }
    match put_down(store, &drafts).await {
        Ok(proof) => Some(Ok(finish(known, drafts, verdicts, &proof))),
        Err(error) if is_stuck(&error) => {
            known.forget(appends);
            Some(Err(error))
        }
        // Judged again by what is there: what was committed all the same is a repeat then.
        Err(error) => {
            tracing::debug!(%error, "the log is read before it is written");
            None
        }
    }
}

async fn put_down(store: &Store, drafts: &[Draft<'_>]) -> sqlx::Result<Committed> {
    let mut begun = None;
    for draft in drafts {
        let Some(sheet) = draft.sheet(store) else { continue };
        let (tx, sessions) = match begun.take() {
            None => sheet.begin(store).await?,
            Some(mut tx) => {
                store.set(&mut tx, "app.tenant", draft.tenant).await?;
                let sessions = sheet.write(&mut tx).await?;
                (tx, sessions)
            }
        };
        late::owe(store, begun.insert(tx), draft, &sessions).await?;
    }
    begun.ok_or_else(|| sqlx::Error::Protocol("there is nothing to write".into()))?.commit().await
}

fn unclaimed(appends: &[Append]) -> Vec<Verdict> {
    vec![Err(LogError::Unclaimed); appends.len()]
}

/// What is committed may be known, and acknowledged.
fn finish(known: &mut Known, drafts: Vec<Draft<'_>>, verdicts: Vec<Verdict>, proof: &Committed) -> Vec<Outcome> {
    for draft in drafts {
        draft.teach(known);
    }
    verdicts.into_iter().map(|verdict| verdict.map(|(seq, head)| Acked::new(proof, seq, head))).collect()
}
