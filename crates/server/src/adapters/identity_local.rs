//! Local identity: passwords as argon2id hashes.

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use std::sync::OnceLock;

/// Hashes and checks passwords, each on a blocking thread.
#[derive(Debug, Default)]
pub struct Passwords {
    /// Compared with when there is nobody to compare with, so that both cases take the same time.
    nobody: OnceLock<String>,
}

/// The password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct IdentityError(String);

impl Passwords {
    /// Hashes a new password.
    pub async fn hash(&self, password: String) -> Result<String, IdentityError> {
        tokio::task::spawn_blocking(move || hash(&password)).await.map_err(|e| IdentityError(e.to_string()))?
    }

    /// Whether the password is the one behind `stored`; `None` takes as long and is never right.
    pub async fn check(&self, password: String, stored: Option<String>) -> bool {
        let is_somebody = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => self.nobody.get_or_init(|| hash("nobody").unwrap_or_default()).clone(),
        };
        let check = move || {
            PasswordHash::new(&stored).is_ok_and(|s| Argon2::default().verify_password(password.as_bytes(), &s).is_ok())
        };
        tokio::task::spawn_blocking(check).await.unwrap_or(false) && is_somebody
    }
}

fn hash(password: &str) -> Result<String, IdentityError> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|h| h.to_string()).map_err(|e| IdentityError(e.to_string()))
}
