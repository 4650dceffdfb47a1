//! The append protocol on both engines: idempotent, without gaps, fenced, and all or nothing with its turns.

use super::{Company, NOW, beds, company};
use insights::store::{
    TurnRow,
    log::{Append, Appender, LogError, NewRow, Source},
};
use interview::{Speaker, Turn, TurnKind, TurnStatus};

fn row(body: &str) -> NewRow {
    NewRow { leg: 1, kind: "test".into(), item: None, body: body.into(), mono_ms: 5 }
}

fn page(c: &Company, first_seq: i64, bodies: &[&str]) -> Append {
    Append {
        tenant: c.store.tenant().clone(),
        session: c.session.clone(),
        instance: "0123456789abcdef0123456789abcdef".into(),
        source: Source::Page,
        epoch: None,
        first_seq,
        rows: bodies.iter().map(|b| row(b)).collect(),
        turns: vec![],
        received_at: NOW,
        late: None,
    }
}

fn turn(seq: i64, item: &str, text: &str) -> TurnRow {
    let turn = Turn {
        item: item.into(),
        speaker: Speaker::Candidate,
        kind: TurnKind::Answer,
        question: Some(0),
        text: text.into(),
        planned: None,
        status: TurnStatus::Final,
        cut: false,
        started_ms: seq,
        ended_ms: seq + 1,
    };
    TurnRow { seq, leg: 1, turn }
}

#[tokio::test]
async fn repeats_change_nothing_gaps_and_changes_are_refused() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let log = Appender::start(bed.store.clone());
        assert_eq!(log.try_append(page(&c, 1, &["\"a\"", "\"b\""])).await.unwrap().seq(), 2);
        assert_eq!(log.try_append(page(&c, 1, &["\"a\"", "\"b\""])).await.unwrap().seq(), 2);
        assert_eq!(log.try_append(page(&c, 2, &["\"b\"", "\"c\""])).await.unwrap().seq(), 3);
        assert_eq!(log.try_append(page(&c, 9, &["\"x\""])).await.unwrap_err(), LogError::Gap { expected: 4 });
        assert_eq!(log.try_append(page(&c, 2, &["\"other\""])).await.unwrap_err(), LogError::Conflict { seq: 2 });
        assert_eq!(log.try_append(page(&c, 4, &["\"nul\0\""])).await.unwrap_err(), LogError::BadText);
        assert_eq!(log.try_append(page(&c, 4, &["\"d\""])).await.unwrap().seq(), 4);
    }
}

#[tokio::test]
async fn turns_come_with_their_rows_and_a_later_one_replaces() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let log = Appender::start(bed.store.clone());
        let first = Append { turns: vec![turn(1, "i1", "Hello"), turn(2, "i2", "I")], ..page(&c, 1, &["1"]) };
        log.try_append(first).await.unwrap();
        let gap = Append { turns: vec![turn(3, "i3", "lost")], ..page(&c, 7, &["7"]) };
        log.try_append(gap).await.unwrap_err();
        let second = Append { turns: vec![turn(4, "i2", "I bake")], ..page(&c, 2, &["2"]) };
        log.try_append(second).await.unwrap();
        let read =
            c.store.read(async |db| Ok((db.transcript(&c.session).await?, db.turns_after(&c.session, 2).await?))).await;
        let (all, after) = read.unwrap();
        let words = |rows: &[TurnRow]| rows.iter().map(|r| (r.seq, r.turn.text.clone())).collect::<Vec<_>>();
        assert_eq!(words(&all), [(1, "Hello".into()), (4, "I bake".into())]);
        assert_eq!(words(&after), [(4, "I bake".into())]);
    }
}

#[tokio::test]
async fn what_a_writer_knows_of_an_instance_is_not_believed() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        // As on two machines: what one writes, the other does not hear of.
        let (here, there) = (Appender::start(bed.store.clone()), Appender::start(bed.store.clone()));
        assert_eq!(here.try_append(page(&c, 1, &["1"])).await.unwrap().seq(), 1);
        assert_eq!(here.try_append(page(&c, 2, &["2"])).await.unwrap().seq(), 2);
        assert_eq!(there.try_append(page(&c, 3, &["3"])).await.unwrap().seq(), 3);
        assert_eq!(here.try_append(page(&c, 3, &["other"])).await.unwrap_err(), LogError::Conflict { seq: 3 });
        assert_eq!(there.try_append(page(&c, 4, &["4", "5"])).await.unwrap().seq(), 5);
        assert_eq!(here.try_append(page(&c, 4, &["4"])).await.unwrap().seq(), 5);
        assert_eq!(there.try_append(page(&c, 6, &["6"])).await.unwrap().seq(), 6);
        assert_eq!(here.try_append(page(&c, 7, &["7"])).await.unwrap().seq(), 7);
        assert_eq!(there.try_append(page(&c, 7, &["7", "8"])).await.unwrap().seq(), 8);
        assert_eq!(here.try_append(page(&c, 10, &["10"])).await.unwrap_err(), LogError::Gap { expected: 9 });
    }
}

#[tokio::test]
async fn a_known_instance_that_is_claimed_anew_is_fenced() {
    for bed in beds().await {
        let c = company(&bed.store, "one").await;
        let log = Appender::start(bed.store.clone());
        let claim = || c.store.write(async |db| db.claim_instance(&c.session, "call", Source::Sideband).await);
        let append = |epoch, seq| Append {
            instance: "call".into(),
            source: Source::Sideband,
            epoch: Some(epoch),
            ..page(&c, seq, &["\"x\""])
        };
        assert_eq!(claim().await.unwrap(), (1, 0));
        assert_eq!(log.append(append(1, 1)).await.unwrap().seq(), 1);
        assert_eq!(log.append(append(1, 2)).await.unwrap().seq(), 2);
        assert_eq!(claim().await.unwrap(), (2, 2));
        assert_eq!(log.append(append(1, 3)).await.unwrap_err(), LogError::Fenced(2));
        assert_eq!(log.append(append(2, 3)).await.unwrap().seq(), 3);
        assert_eq!(log.append(append(2, 4)).await.unwrap().seq(), 4);
    }
}

#[expect(clippy::disallowed_methods, reason = "awaited below")]
#[tokio::test]
async fn many_sessions_append_at_once_and_each_is_whole() {
    for bed in beds().await {
        let log = Appender::start(bed.store.clone());
        let mut tasks = Vec::new();
        for n in 0..6 {
            let c = company(&bed.store, &format!("c{n}")).await;
            let log = log.clone();
            tasks.push(tokio::spawn(async move {
                for seq in 1..=30 {
                    assert_eq!(log.try_append(page(&c, seq, &[&seq.to_string()])).await.unwrap().seq(), seq);
                }
                c
            }));
        }
        for task in tasks {
            let c = task.await.unwrap();
            assert_eq!(log.try_append(page(&c, 31, &["31"])).await.unwrap().seq(), 31);
        }
    }
}
