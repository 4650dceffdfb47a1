//! The store's suite: every test runs on SQLite and on PostgreSQL, as the server's role, under forced row security.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod budget;
mod catalogue;
mod log;
mod rows;
mod tenancy;

use insights::{
    clock::Timestamp,
    ids::{ApplicationId, Id, InvitationId, MemberId, PlanVersionId, PositionId, SessionId, TenantId},
    starter,
    store::{self, MemberRow, NewCandidate, NewInvitation, NewSession, PlanVersionRow, Store, TenantStore},
};
use testkit::{TempDir, postgres};

/// When everything here happens.
const NOW: Timestamp = Timestamp(1_772_366_400_000_000);

/// One engine with an empty, migrated database.
struct Bed {
    store: Store,
    url: String,
    _dir: TempDir,
}

/// SQLite and PostgreSQL.
async fn beds() -> Vec<Bed> {
    let dir = TempDir::new();
    let url = format!("sqlite://{}?mode=rwc", dir.path().join("test.db").display());
    store::migrate(&url).await.unwrap();
    let sqlite = Bed { store: Store::open(&url, 4).await.unwrap(), url, _dir: dir };
    let database = postgres::database().await;
    store::migrate(&database.owner_url).await.unwrap();
    let postgres =
        Bed { store: Store::open(&database.app_url, 4).await.unwrap(), url: database.app_url, _dir: TempDir::new() };
    vec![sqlite, postgres]
}

fn id<T: Id>() -> T {
    T::new(NOW.0 / 1000, u128::from_be_bytes(insights::secrets::random()))
}

/// A company with one of everything up to a session.
struct Company {
    store: TenantStore,
    member: MemberRow,
    position: PositionId,
    version: PlanVersionId,
    application: ApplicationId,
    invitation: InvitationId,
    session: SessionId,
}

async fn company(store: &Store, name: &str) -> Company {
    let tenant: TenantId = id();
    let c = Company {
        store: store.tenant(&tenant),
        member: MemberRow {
            id: id::<MemberId>(),
            email: format!("{name}@example.com"),
            name: name.to_owned(),
            role: "admin".to_owned(),
            password_hash: None,
        },
        position: id(),
        version: id(),
        application: id(),
        invitation: id(),
        session: id(),
    };
    c.store
        .write(async |db| {
            db.add_tenant(name, "hello@example.com", NOW).await?;
            db.add_member(&c.member, NOW).await?;
            db.add_position(&c.position, "Baker", "", NOW).await?;
            let (competencies, plan) = (starter::demo_competencies(), starter::demo_plan());
            db.save_plan_draft(&c.position, &plan, NOW).await?;
            let version = PlanVersionRow {
                id: c.version.clone(),
                position_id: c.position.clone(),
                number: 1,
                plan,
                competencies,
                minutes: 10,
                voice: "af_heart".to_owned(),
                published_at: NOW,
            };
            db.add_plan_version(&version, &c.member.id).await?;
            let (name, email) = ("Kim Park".to_owned(), "kim@example.com".to_owned());
            let new = NewCandidate { candidate: id(), application: c.application.clone(), name, email };
            db.add_candidate(&c.position, &new, NOW).await?;
            let invitation = NewInvitation {
                id: c.invitation.clone(),
                application_id: c.application.clone(),
                plan_version_id: c.version.clone(),
                secret_hash: "hash".to_owned(),
                opens_at: None,
                expires_at: NOW.plus_ms(86_400_000),
            };
            db.add_invitation(&invitation, NOW).await?;
            let session = NewSession {
                id: c.session.clone(),
                application_id: c.application.clone(),
                invitation_id: c.invitation.clone(),
                plan_version_id: c.version.clone(),
            };
            db.add_session(&session, NOW).await
        })
        .await
        .unwrap();
    c
}
