//! The key that signs seals: Ed25519, one for an installation, made beside the vault's secret and kept as it is.

use aws_lc_rs::{
    hmac,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use std::fmt;

use crate::{config::Config, secrets::hex, vault};

/// The file of the secret, readable by its owner only.
const FILE: &str = "seal.key";
/// What stands before a statement when it is signed: no other text of ours can be taken for one.
const DOMAIN: &[u8] = b"interview-insights seal v1\n";

/// Signs.
pub struct SealKey(Ed25519KeyPair);

/// Says whether a signature is the key's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// A text that is no Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an Ed25519 public key (32 bytes, base64)")]
pub struct NotAKey;

impl SealKey {
    /// The installation's key: made of `server.secret` where one is configured, so that several servers have the same,
    /// else of the file `seal.key`, which is made if it is not there yet.
    pub fn open(config: &Config) -> anyhow::Result<SealKey> {
        match config.server.secret.expose_secret() {
            "" => SealKey::of(&vault::secret_in(&config.server.data_dir, FILE, LOST)?),
            secret => SealKey::of(secret),
        }
    }

    /// The key that a secret gives.
    pub fn of(secret: &str) -> anyhow::Result<SealKey> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let seed = hmac::sign(&root, b"signing of seals");
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref());
        pair.map(SealKey).map_err(|_| anyhow::anyhow!("the signature takes no key"))
    }

    /// Signs a statement; base64.
    pub fn sign(&self, statement: &str) -> String {
        STANDARD.encode(self.0.sign(&signed(statement)))
    }

    /// What others check it with.
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(key)
    }
}

/// What is lost with a damaged file.
const LOST: &str = "new seals would be signed by another key; restore it from a backup";

impl PublicKey {
    /// Reads base64.
    pub fn parse(text: &str) -> Result<PublicKey, NotAKey> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| NotAKey)?;
        bytes.try_into().map(PublicKey).map_err(|_| NotAKey)
    }

    /// Whether it signed this statement.
    pub fn verifies(&self, statement: &str, signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.0);
        STANDARD.decode(signature).is_ok_and(|signature| key.verify(&signed(statement), &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", hex(&self.public().0))
    }
}

fn signed(statement: &str) -> Vec<u8> {
    [DOMAIN, statement.as_bytes()].concat()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_for_one_text_and_one_key() {
        let (one, two) = (SealKey::of("one").unwrap(), SealKey::of("two").unwrap());
        let signature = one.sign("{}");
        assert!(one.public().verifies("{}", &signature));
        assert!(!one.public().verifies("{ }", &signature) && !two.public().verifies("{}", &signature));
        assert!(!one.public().verifies("{}", "AAAA") && !one.public().verifies("{}", "no base64"));
        assert_eq!(PublicKey::parse(&one.public().to_string()).unwrap(), one.public());
        assert_eq!(PublicKey::parse("AAAA").unwrap_err(), NotAKey);
        assert_eq!(SealKey::of("one").unwrap().public(), one.public());
    }
}
