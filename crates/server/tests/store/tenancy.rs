//! A handle of one company sees, changes and links nothing of another.

use super::{NOW, beds, company, id};
use insights::{
    error::Code,
    store::{NewInvitation, SessionFilter, Store},
};

#[tokio::test]
async fn a_foreign_id_is_not_found_and_cannot_be_changed() {
    for bed in beds().await {
        let (a, b) = (company(&bed.store, "a").await, company(&bed.store, "b").await);
        b.store
            .read(async |db| {
                assert_eq!(db.position(&a.position).await.unwrap_err().code(), Code::NotFound);
                assert_eq!(db.session(&a.session).await.unwrap_err().code(), Code::NotFound);
                assert_eq!(db.invitation(&a.invitation).await.unwrap_err().code(), Code::NotFound);
                assert_eq!(db.application(&a.application).await.unwrap_err().code(), Code::NotFound);
                assert_eq!(db.plan_version(&a.version).await.unwrap_err().code(), Code::NotFound);
                assert!(db.transcript(&a.session).await?.is_empty());
                assert_eq!(db.sessions(&SessionFilter::default()).await?.len(), 1);
                assert_eq!(db.positions().await?.len(), 1);
                Ok(())
            })
            .await
            .unwrap();
        let changed =
            b.store.write(async |db| db.save_position(&a.position, "Stolen", "", (&[], true), NOW).await).await;
        assert_eq!(changed.unwrap_err().code(), Code::NotFound);
        b.store.write(async |db| db.revoke_invitation(&a.invitation, NOW).await).await.unwrap();
        let kept = a
            .store
            .read(async |db| Ok((db.position(&a.position).await?, db.invitation(&a.invitation).await?)))
            .await
            .unwrap();
        assert_eq!((kept.0.title.as_str(), kept.1.revoked_at), ("Baker", None));
    }
}

#[tokio::test]
async fn a_row_cannot_link_to_another_company() {
    for bed in beds().await {
        let (a, b) = (company(&bed.store, "a").await, company(&bed.store, "b").await);
        let new = NewInvitation {
            id: id(),
            application_id: a.application.clone(),
            plan_version_id: a.version.clone(),
            secret_hash: "h".into(),
            opens_at: None,
            expires_at: NOW,
        };
        b.store.write(async |db| db.add_invitation(&new, NOW).await).await.unwrap_err();
    }
}

#[tokio::test]
async fn the_program_refuses_a_schema_that_is_not_its_own() {
    for bed in beds().await {
        bed.store.check_schema().await.unwrap();
    }
    let empty = testkit::TempDir::new();
    let url = format!("sqlite://{}?mode=rwc", empty.path().join("empty.db").display());
    assert!(Store::open(&url, 1).await.unwrap().check_schema().await.is_err());
}

#[tokio::test]
async fn the_store_works_without_named_statements_as_behind_a_pooler() {
    for bed in beds().await.into_iter().filter(|b| b.url.starts_with("postgres")) {
        let store = Store::open(&format!("{}?statement-cache-capacity=0", bed.url), 2).await.unwrap();
        let c = company(&store, "pooled").await;
        let title = c.store.read(async |db| Ok(db.position(&c.position).await?.title)).await.unwrap();
        assert_eq!(title, "Baker");
    }
}
