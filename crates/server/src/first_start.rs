//! What a start makes sure of: a company with its first recruiter and a demo, the operator's token, fresh links.

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{ApplicationId, InvitationId, PlanVersionId, PositionId, TenantId};
use crate::invite::{self, Terms};
use crate::jobs::{self, render_plan::RenderPlan};
use crate::store::{Db, DoorKind, InvitationState, MemberRow, NewCandidate, PlanVersionRow, TenantStore};
use crate::{secrets, starter};
use interview::{Script, plan};
use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

const DAY_US: i64 = 86_400_000_000;
const DEMO_NAME: &str = "Alex Demo";
const DEMO_EMAIL: &str = "alex.demo@example.com";

/// What the operator is shown.
pub struct Welcome {
    /// A link that signs the first recruiter in, once.
    pub sign_in: String,
    /// A link into the demo interview, as long as the demo candidate is there.
    pub invitation: Option<String>,
}

/// Makes sure of all of it.
pub async fn prepare(app: &App) -> Result<Welcome> {
    let tenants = app.store.system("first start").read(async |db| db.tenants().await).await?;
    let tenant = match tenants.into_iter().next() {
        Some(tenant) => tenant,
        None => create(app).await?,
    };
    let store = app.store.tenant(&tenant);
    let member = store.read(async |db| db.first_member().await).await?;
    operator_token(app, &store, &member).await?;
    let sign_in = sign_in_link(app, &store, &member).await?;
    let invitation = demo_invitation(app, &store).await?;
    jobs::wake(app);
    Ok(Welcome { sign_in, invitation })
}

/// The company, its first recruiter and the demo position, in one transaction.
async fn create(app: &App) -> Result<TenantId> {
    let (config, now) = (&app.config.tenant, app.now());
    let tenant: TenantId = app.id();
    let member = MemberRow {
        id: app.id(),
        email: config.recruiter_email.trim().to_owned(),
        name: config.recruiter_name.clone(),
        role: "admin".to_owned(),
        password_hash: None,
    };
    app.store
        .tenant(&tenant)
        .write(async |db| {
            db.add_tenant(&config.name, &config.contact_email, now).await?;
            db.add_member(&member, now).await?;
            let email = secrets::hash(&member.email.to_lowercase());
            db.add_door(DoorKind::Email, &email, member.id.as_str(), None).await?;
            demo_position(app, db, &member, now).await
        })
        .await?;
    Ok(tenant)
}

async fn demo_position(app: &App, db: &mut Db, member: &MemberRow, now: Timestamp) -> Result<()> {
    let (id, version): (PositionId, PlanVersionId) = (app.id(), app.id());
    let (competencies, plan) = (starter::demo_competencies(), starter::demo_plan());
    db.add_position(&id, starter::DEMO_TITLE, starter::DEMO_DESCRIPTION, now).await?;
    db.save_position(&id, starter::DEMO_TITLE, starter::DEMO_DESCRIPTION, (&competencies, true), now).await?;
    db.save_plan_draft(&id, &plan, now).await?;
    let voice = app.config.voice.voice.clone();
    let minutes = plan::minutes(&plan).into();
    let row = PlanVersionRow {
        id: version,
        position_id: id.clone(),
        number: 1,
        plan,
        competencies,
        minutes,
        voice,
        published_at: now,
    };
    db.add_plan_version(&row, &member.id).await?;
    let texts = Script::plan_utterances(&row.plan, &app.config.tenant.name, starter::DEMO_TITLE);
    let texts: Vec<String> = texts.into_iter().map(|line| line.text).collect();
    db.add_renders(row.id.as_str(), &row.voice, &texts).await?;
    jobs::enqueue(db, app, &RenderPlan { owner: row.id.as_str().to_owned() }).await?;
    let new = NewCandidate {
        candidate: app.id(),
        application: app.id(),
        name: DEMO_NAME.to_owned(),
        email: DEMO_EMAIL.to_owned(),
    };
    db.add_candidate(&id, &new, now).await
}

async fn sign_in_link(app: &App, store: &TenantStore, member: &MemberRow) -> Result<String> {
    let (token, now) = (secrets::new_secret(), app.now());
    let (hash, until) = (secrets::hash(&token), Timestamp(now.0 + DAY_US));
    store
        .write(async |db| {
            db.add_sign_in_link(&hash, &member.id, now, until).await?;
            db.add_door(DoorKind::SignInLink, &hash, member.id.as_str(), Some(until)).await
        })
        .await?;
    Ok(format!("{}/signin#{token}", app.config.public_url()))
}

/// The token that lets whoever can read the data folder sign in from this machine, again and again.
async fn operator_token(app: &App, store: &TenantStore, member: &MemberRow) -> Result<()> {
    let path = app.config.server.data_dir.join("operator.token");
    let token = match read_secret(&path)? {
        Some(token) => token,
        None => {
            let token = secrets::new_secret();
            write_secret(&path, &token)?;
            token
        }
    };
    let hash = secrets::hash(&token);
    store.write(async |db| db.add_door(DoorKind::Operator, &hash, member.id.as_str(), None).await).await?;
    Ok(())
}

/// The demo link of the last start while it is good; otherwise a new one. Its secret is in a file of the operator,
/// because the database has only its hash.
async fn demo_invitation(app: &App, store: &TenantStore) -> Result<Option<String>> {
    let applications = store.read(async |db| db.applications(None).await).await?;
    let Some(demo) = applications.into_iter().find(|a| a.email == DEMO_EMAIL) else { return Ok(None) };
    let path = app.config.server.data_dir.join("demo.invitation");
    if let Some(kept) = read_secret(&path)?
        && is_good(app, store, &kept).await?
    {
        return Ok(Some(format!("{}/i#{kept}", app.config.public_url())));
    }
    let link = new_demo_link(app, store, &demo.id).await?;
    if let Some((_, secret)) = link.split_once('#') {
        write_secret(&path, secret)?;
    }
    Ok(Some(link))
}

async fn is_good(app: &App, store: &TenantStore, kept: &str) -> Result<bool> {
    let Some((id, secret)) = kept.split_once('.') else { return Ok(false) };
    let Ok(id) = InvitationId::parse(id) else { return Ok(false) };
    let row = match store.read(async |db| db.invitation(&id).await).await {
        Ok(row) => row,
        Err(e) if e.code() == crate::error::Code::NotFound => return Ok(false),
        Err(e) => return Err(e),
    };
    Ok(row.state(app.now()) == InvitationState::Open && secrets::same(&secrets::hash(secret), &row.secret_hash))
}

async fn new_demo_link(app: &App, store: &TenantStore, application: &ApplicationId) -> Result<String> {
    let terms = Terms { opens_at: None, expires_at: Timestamp(app.now().0 + 14 * DAY_US), send_mail: false };
    let (_, link) = store.write(async |db| invite::invite(db, app, application, &terms).await).await?;
    Ok(link)
}

fn read_secret(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
        Ok(_) => Ok(None),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(file_error(path, e)),
    }
}

/// Writes a file that only its owner may read.
fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let written = options.open(path).and_then(|mut file| writeln!(file, "{text}"));
    written.map_err(|e| file_error(path, e))
}

fn file_error(path: &Path, e: std::io::Error) -> Error {
    Error::internal(anyhow::Error::new(e).context(format!("the file {}", path.display())))
}
