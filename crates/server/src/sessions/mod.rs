//! Live interviews: who is running, the worker around each interview, and the way in.

pub mod admission;
mod calls;
mod chain;
mod closing;
mod configure;
pub mod connect;
pub mod faults;
mod handover;
pub mod hub;
mod integrity;
pub mod leads;
mod leg;
mod leg_plan;
mod meter;
mod over_budget;
mod provider_fault;
pub mod reaper;
mod reattach;
mod recorder;
mod repair;
mod replay;
mod reserve;
mod seal;
pub mod sealing;
mod seed;
pub mod start;
mod step;
mod timer;
pub mod translate;
pub mod utterances;
pub mod worker;

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::{
    app::App,
    error::{Code, Error, Result},
    evidence::reason::Reason,
    ids::SessionId,
    store::{TenantStore, live::Ending},
};
use worker::{Command, Control};

/// Passes a button of the page that holds leg `leg` to the interview.
pub async fn control(app: &App, session: &SessionId, leg: i64, control: Control) -> Result<()> {
    let over = || {
        if app.stop.is_cancelled() {
            return stopping();
        }
        Error::new(Code::SessionOver, "There is no talk right now. Connect first.")
    };
    let worker = app.hub.worker(session).ok_or_else(over)?;
    let (reply, answer) = oneshot::channel();
    worker.send(Command::Control { leg, control, reply }).await.map_err(|_| over())?;
    answer.await.map_err(|_| over())?
}

/// Ends a session for the recruiter: says goodbye where a leg is up, seals at once where none ever was.
pub async fn end(app: &Arc<App>, store: &TenantStore, session: &SessionId) -> Result<()> {
    let row = store.read(async |db| db.session(session).await).await?;
    match row.state.as_str() {
        "finished" => Err(Error::new(Code::WrongState, "This interview is over already.")),
        "ready" => {
            let reasons = vec![Reason::not_begun()];
            let ending = Ending { at: app.now(), reason: "recruiter_ended".to_owned(), reasons };
            store.write(async |db| sealing::finish(app, db, session, &ending).await).await
        }
        _ => {
            let worker = start::worker(app, store, session, None).await?;
            worker.send(Command::End).await.map_err(|_| stopping())
        }
    }
}

fn stopping() -> Error {
    Error::new(Code::Stopping, "The server is stopping. Try again in a moment.").retry_after(1)
}
