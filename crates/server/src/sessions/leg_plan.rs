//! What the next leg of a session will be: its number, its voice, and what its provider is told.

use interview::Script;
use realtime_api::ClientEvent;

use super::{reserve::Wish, seed, start::script};
use crate::{
    app::App,
    budget::prices::Tariff,
    config::ProviderKind,
    error::Result,
    provider::{
        Pick, Provider,
        session::{self, Ask},
    },
    recording::keep,
    store::{ConsentRow, Db, SessionRow},
};

/// What the next leg will be.
#[derive(Debug)]
pub struct LegPlan {
    /// Its number.
    pub number: i64,
    plan_ms: i64,
    /// What the provider is asked for.
    pub ask: Ask,
    /// The candidate's pseudonym.
    pub person: String,
    /// What the provider is told of the legs before.
    pub seeds: Vec<ClientEvent>,
    /// Of the first leg, before which there is nothing else to know.
    pub script: Option<Script>,
}

impl LegPlan {
    /// Reads what the session's next leg needs.
    pub async fn prepare(
        app: &App,
        db: &mut Db,
        (row, consent): (SessionRow, ConsentRow),
        provider: &Provider,
    ) -> Result<LegPlan> {
        let version = db.plan_version(&row.plan_version_id).await?;
        let last = db.legs(&row.id).await?.pop();
        let number = last.as_ref().map_or(1, |leg| leg.number + 1);
        // One voice within a session, as long as one provider carries it.
        let kept = match &last {
            Some(leg) if leg.provider == provider.kind => db.session_voice(&row.id).await?,
            _ => None,
        };
        let script = if last.is_none() { Some(script(db, &row, version.plan.clone()).await?) } else { None };
        let voice = match kept {
            Some(voice) => voice,
            None if provider.kind != ProviderKind::Own => provider.settings.voice.clone(),
            None => {
                let owners = [version.id.as_str(), row.invitation_id.as_str()];
                let mut is_rendered = true;
                for owner in owners {
                    let (done, total) = db.render_progress(owner).await?;
                    is_rendered &= done == total;
                }
                let (plan_texts, _) = db.render_progress(version.id.as_str()).await?;
                if is_rendered && plan_texts > 0 { version.voice } else { app.config.voice.fast_voice.clone() }
            }
        };
        let plan_ms = i64::from(interview::plan::minutes(&version.plan)) * 60_000;
        let person = app.vault.pseudonym(db.tenant().as_str(), row.candidate_id.as_str());
        let said = if last.is_some() { db.transcript(&row.id).await? } else { Vec::new() };
        let seeds = seed::items(number, &row.position_title, &said);
        let keeps_sound = keep::consents(&consent.notice);
        let ask = Ask { language: version.plan.language, voice, keeps_sound };
        Ok(LegPlan { number, plan_ms, ask, person, seeds, script })
    }

    /// What is reserved: by the models that are tried first.
    pub fn wish(&self, provider: &Provider) -> Wish {
        let (model, transcription) = session::names(provider, Pick::default());
        let tariff = Tariff { is_own: provider.realtime.is_own(), model, transcription };
        Wish { leg: self.number, plan_ms: self.plan_ms, tariff }
    }
}
