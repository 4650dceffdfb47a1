//! What every handler, job and worker shares.

use crate::adapters::{self, blobs_folder::Folder, identity_local::Passwords, mail::Mail, realtime::Realtime};
use crate::append_keys::AppendKeys;
use crate::clock::{Clock, Timestamp, api_ms};
use crate::config::Config;
use crate::evidence::key::SealKey;
use crate::ids::Id;
use crate::limits::Limits;
use crate::provider::Troubles;
use crate::recording::blobs::Storage;
use crate::secrets;
use crate::sessions::hub::Hub;
use crate::store::{Store, log::Appender};
use crate::vault::Vault;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The server's parts, made once at start.
pub struct App {
    /// As loaded and checked.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Files that are no rows: recordings.
    pub blobs: Storage,
    /// Outgoing mail.
    pub mail: Mail,
    /// Password hashes.
    pub passwords: Passwords,
    /// Our own voice engine: speech outside of calls, and the calls of companies that use it.
    pub engine: Realtime,
    /// Seals keys and gives pseudonyms.
    pub vault: Vault,
    /// Signs seals.
    pub seal_key: SealKey,
    /// What providers last refused, per company.
    pub troubles: Troubles,
    /// The log's one writer.
    pub appender: Appender,
    /// Who may append, as it was found a moment ago.
    pub append_keys: AppendKeys,
    /// The sessions that run here, and who watches.
    pub hub: Arc<Hub>,
    /// Rate limits of the anonymous doors.
    pub limits: Limits,
    /// Wakes the job runner after a commit that queued something.
    pub jobs_due: Notify,
    /// Falls when the server stops: finish what is committed, take nothing new.
    pub stop: CancellationToken,
    /// Every task that must end before the process does.
    pub tasks: TaskTracker,
}

impl App {
    /// Puts the parts together.
    pub fn new(config: Config, store: Store, clock: Clock) -> anyhow::Result<Arc<App>> {
        let http = adapters::http_client()?;
        let mail = Mail::new(&config)?;
        let blobs = Folder::open(config.server.data_dir.join("recordings"))?;
        Ok(Arc::new(App {
            engine: Realtime::new(http, None),
            vault: Vault::open(&config)?,
            seal_key: SealKey::open(&config)?,
            troubles: Troubles::default(),
            blobs: Storage::new(blobs),
            mail,
            config,
            appender: Appender::start(store.clone()),
            append_keys: AppendKeys::default(),
            hub: Arc::default(),
            store,
            clock,
            passwords: Passwords::default(),
            limits: Limits::default(),
            jobs_due: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id of the wanted kind.
    pub fn id<T: Id>(&self) -> T {
        T::new(api_ms(self.now()), u128::from_be_bytes(secrets::random()))
    }
}
