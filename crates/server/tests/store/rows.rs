//! What each table group gives back, and what it refuses.

use super::{NOW, beds, company, id};
use insights::{
    error::Code,
    store::{DoorKind, InvitationState, NewCandidate, NewJob, SessionFilter},
};

#[tokio::test]
async fn one_of_everything_reads_back() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        c.store
            .read(async |db| {
                assert_eq!(db.own_tenant().await?.name, "one");
                assert_eq!(db.first_member().await?.id, c.member.id);
                let position = db.position(&c.position).await?;
                assert_eq!((position.candidates, position.finished, position.published_version), (1, 0, Some(1)));
                assert_eq!(db.positions().await?.len(), 1);
                let version = db.plan_version(&c.version).await?;
                assert_eq!((version.plan.questions.len(), version.competencies.len()), (3, 2));
                assert_eq!(db.plan_draft(&c.position).await?.unwrap().plan, version.plan);
                let application = db.application(&c.application).await?;
                assert_eq!(application.spoken_name(), "Kim");
                assert_eq!(application.invitation.unwrap().state(NOW), InvitationState::Open);
                assert_eq!(application.session.unwrap().id, c.session);
                let session = db.session(&c.session).await?;
                assert_eq!((session.state.as_str(), session.turns, session.plan_number), ("ready", 0, 1));
                assert_eq!(db.sessions(&SessionFilter { state: Some("live".into()) }).await?.len(), 0);
                assert_eq!(db.sessions(&SessionFilter::default()).await?.len(), 1);
                assert_eq!(db.session_of_invitation(&c.invitation).await?.unwrap().id, c.session);
                Ok(())
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_error_rolls_everything_back_and_a_read_cannot_write() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let position = id();
        let failed = c.store.write(async |db| {
            db.add_position(&position, "Lost", "", NOW).await?;
            db.session(&id()).await
        });
        assert_eq!(failed.await.unwrap_err().code(), Code::NotFound);
        let gone = c.store.read(async |db| db.position(&position).await).await;
        assert_eq!(gone.unwrap_err().code(), Code::NotFound);
        c.store.read(async |db| db.add_position(&position, "Lost", "", NOW).await).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_candidate_twice_in_one_position_is_refused_by_field() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let again =
            |email: &str| NewCandidate { candidate: id(), application: id(), name: "K".into(), email: email.into() };
        let (same, other) = (again("KIM@example.com"), again("lee@example.com"));
        let refused = c.store.write(async |db| db.add_candidate(&c.position, &same, NOW).await).await.unwrap_err();
        assert_eq!((refused.code(), refused.body("r")["error"]["field"].as_str()), (Code::Invalid, Some("email")));
        c.store.write(async |db| db.add_candidate(&c.position, &other, NOW).await).await.unwrap();
        assert_eq!(c.store.read(async |db| db.applications(Some(&c.position)).await).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_sign_in_link_is_used_once() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let until = NOW.plus_ms(1000);
        c.store.write(async |db| db.add_sign_in_link("h", &c.member.id, NOW, until).await).await.unwrap();
        let using = async |at| c.store.write(async |db| db.use_sign_in_link("h", at).await).await.unwrap();
        assert_eq!(using(until).await, None);
        assert_eq!(using(NOW).await, Some(c.member.id.clone()));
        assert_eq!(using(NOW).await, None);
    }
}

#[tokio::test]
async fn a_door_leads_to_its_company_until_its_time() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let until = Some(NOW.plus_ms(1000));
        let add = async |target: &str| {
            c.store.write(async |db| db.add_door(DoorKind::Append, "h", target, until).await).await.unwrap()
        };
        assert!(add("ses_a").await);
        assert!(!add("ses_b").await);
        let find =
            async |kind, at| bed.store.system("test").read(async |db| db.door(kind, "h", at).await).await.unwrap();
        let door = find(DoorKind::Append, NOW).await.unwrap();
        assert_eq!((&door.tenant, door.target.as_str()), (c.store.tenant(), "ses_a"));
        assert!(find(DoorKind::MemberSession, NOW).await.is_none());
        assert!(find(DoorKind::Append, NOW.plus_ms(1000)).await.is_none());
        c.store.write(async |db| db.close_doors(DoorKind::Append, "ses_a").await).await.unwrap();
        assert!(find(DoorKind::Append, NOW).await.is_none());
    }
}

#[tokio::test]
async fn a_job_is_claimed_by_one_and_comes_back_when_its_holder_dies() {
    for bed in beds().await {
        let (a, b) = (company(&bed.store, "one").await, company(&bed.store, "two").await);
        for (company, at) in [(&a, NOW), (&b, NOW.plus_ms(1))] {
            let job = NewJob { id: id(), name: "test", payload: "{}".into(), run_at: at };
            company.store.write(async |db| db.add_job(&job, NOW).await).await.unwrap();
        }
        let queue = bed.store.system("test");
        let (later, until) = (NOW.plus_ms(10), NOW.plus_ms(1000));
        let claim = async |at, until| queue.write(async |db| db.claim_job(at, until).await).await.unwrap();
        let (first, second) = tokio::join!(claim(later, until), claim(later, until));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_ne!(first.id, second.id);
        assert!(claim(later, until).await.is_none());

        let done = if first.tenant == *a.store.tenant() { &first } else { &second };
        queue.write(async |db| db.job_done(done).await).await.unwrap();
        let again = claim(until, NOW.plus_ms(2000)).await.unwrap();
        assert_eq!((&again.tenant, again.attempts), (b.store.tenant(), 2));
        queue.write(async |db| db.job_failed(&again, NOW.plus_ms(5000), None, "no").await).await.unwrap();
        assert!(claim(NOW.plus_ms(4999), NOW.plus_ms(9000)).await.is_none());
        assert!(claim(NOW.plus_ms(5000), NOW.plus_ms(9000)).await.is_some());
        queue.write(async |db| db.job_failed(&again, NOW, Some(NOW), "no").await).await.unwrap();
        assert!(claim(NOW.plus_ms(9000), NOW.plus_ms(9999)).await.is_none());
        assert_eq!(queue.read(async |db| db.job_counts().await).await.unwrap(), (0, 1));
    }
}

#[tokio::test]
async fn the_same_work_waits_once_until_somebody_begins_it() {
    for bed in beds().await {
        let company = company(&bed.store, "one").await;
        let queue = bed.store.system("test");
        let add = async |payload: &str, run_at| {
            let job = NewJob { id: id(), name: "test", payload: payload.into(), run_at };
            company.store.write(async |db| db.add_job_once(&job, NOW).await).await.unwrap();
            queue.read(async |db| db.job_counts().await).await.unwrap().0
        };
        assert_eq!(add("{}", NOW.plus_ms(5)).await, 1);
        assert_eq!(add("{}", NOW.plus_ms(9)).await, 1);
        assert_eq!(add("[]", NOW.plus_ms(9)).await, 2, "other work");
        assert_eq!(add("{}", NOW).await, 3, "it is wanted sooner");
        let claim = async || queue.write(async |db| db.claim_job(NOW, NOW.plus_ms(1_000)).await).await.unwrap();
        assert!(claim().await.is_some() && claim().await.is_none());
        assert_eq!(add("{}", NOW).await, 4, "who has begun may have read what was there before");
        queue.write(async |db| db.release_jobs().await).await.unwrap();
        assert!(claim().await.is_some() && claim().await.is_some(), "what a dead process had begun is begun again");
    }
}

#[tokio::test]
async fn rendering_progress_counts_what_is_done() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let texts = ["One.".to_owned(), "Two.".to_owned()];
        c.store
            .write(async |db| {
                db.add_renders("plv_x", "joe", &texts).await?;
                db.add_renders("plv_x", "joe", &texts).await?;
                assert_eq!(db.render_progress("plv_x").await?, (0, 2));
                db.render_done("plv_x", "One.", NOW).await?;
                assert_eq!(db.render_progress("plv_x").await?, (1, 2));
                assert_eq!(db.renders_left("plv_x").await?, [("joe".to_owned(), "Two.".to_owned())]);
                assert_eq!(db.render_progress("plv_y").await?, (0, 0));
                Ok(())
            })
            .await
            .unwrap();
    }
}
