//! What a provider last refused, for the people of the company it concerns. Kept in memory: the log has it all.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use interview::Timestamp;

use crate::{adapters::realtime::error::RealtimeError, ids::TenantId};

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// When.
    pub at: Timestamp,
    /// What is wrong and what to do.
    pub words: String,
}

/// The last refusal of each company's provider, until a call works again.
#[derive(Debug, Default)]
pub struct Troubles(Mutex<HashMap<TenantId, Trouble>>);

impl Troubles {
    /// A call was refused.
    pub fn note(&self, tenant: &TenantId, at: Timestamp, error: &RealtimeError) {
        self.all().insert(tenant.clone(), Trouble { at, words: error.advice() });
    }

    /// A call came up, or the settings changed.
    pub fn clear(&self, tenant: &TenantId) {
        self.all().remove(tenant);
    }

    /// What was refused last.
    pub fn of(&self, tenant: &TenantId) -> Option<Trouble> {
        self.all().get(tenant).cloned()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<TenantId, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
