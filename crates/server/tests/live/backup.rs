//! A backup that is made in the middle of a talk holds everything that was acknowledged until then.

use crate::stage::{SOUP, stage};
use insights::{backup, config::Config, ids::SessionId, store::Store};
use std::fs;
use testkit::TempDir;

/// The same installation at another place.
fn elsewhere(config: &Config, dir: &TempDir) -> Config {
    let mut config = config.clone();
    config.server.data_dir = dir.path().join("data");
    config
}

#[tokio::test]
async fn a_backup_of_a_running_server_comes_back_with_what_was_said() {
    let mut s = stage().await;
    let talk = s.talk_with_soup().await;
    let (app, dir) = (s.server.app.clone(), TempDir::new());
    let folder = dir.path().join("backup");
    let made = backup::make(&app.config, &folder).await.unwrap();
    assert!(made.files.iter().any(|file| file.path.ends_with("server.key")), "{made:?}");
    // A second one does not overwrite it.
    assert!(backup::make(&app.config, &folder).await.is_err());

    let config = elsewhere(&app.config, &dir);
    backup::restore(&config, &folder).unwrap();
    let store = Store::open(&config.database_url(), 1).await.unwrap();
    store.check_schema().await.unwrap();
    let tenant = store.system("test").read(async |db| db.tenants().await).await.unwrap().remove(0);
    let session = SessionId::parse(talk.view["session_id"].as_str().unwrap()).unwrap();
    let rows = store.tenant(&tenant).read(async |db| db.transcript(&session).await).await.unwrap();
    assert!(rows.iter().any(|row| row.turn.text == SOUP), "{rows:?}");
    let key = |config: &Config| fs::read(config.server.data_dir.join("server.key")).unwrap();
    assert_eq!(key(&config), key(&app.config));
    store.close().await;

    // What is there is not overwritten.
    let refused = backup::restore(&config, &folder).unwrap_err().to_string();
    assert!(refused.contains("is there already"), "{refused}");
}

#[tokio::test]
async fn a_backup_that_was_changed_is_refused_and_nothing_is_put_back() {
    let s = stage().await;
    let dir = TempDir::new();
    let folder = dir.path().join("backup");
    backup::make(&s.server.app.config, &folder).await.unwrap();
    let config = elsewhere(&s.server.app.config, &dir);
    let refused = || {
        let why = backup::restore(&config, &folder).unwrap_err().to_string();
        assert!(!config.server.data_dir.exists(), "{why}");
        why
    };
    let database = folder.join("insights.db");
    let whole = fs::read(&database).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    for bytes in [&changed[..], &whole[..whole.len() / 2], &[]] {
        fs::write(&database, bytes).unwrap();
        let why = refused();
        assert!(why.contains("insights.db is not what was backed up"), "{why}");
    }
    fs::remove_file(&database).unwrap();
    assert!(refused().contains("insights.db is missing"));
    fs::write(&database, &whole).unwrap();

    let list = folder.join("backup.json");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.replace("files/server.key", "files/../../server.key")).unwrap();
    assert!(refused().contains("which is not inside"));
    fs::write(&list, &text[..text.len() / 2]).unwrap();
    assert!(refused().contains("cannot be read"));
    fs::remove_file(&list).unwrap();
    assert!(refused().contains("is no backup"));
}
