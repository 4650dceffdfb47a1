//! What only this server may read or make: sealed keys of providers, and the names under which candidates are known to
//! them. Everything comes from one secret, the configured one or the file `server.key` in the data folder.

use crate::{config::Config, secrets};
use anyhow::Context;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::{
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The file of the secret, readable by its owner only.
const FILE: &str = "server.key";
/// What is lost with a damaged file.
const LOST: &str = "without it the providers' keys must be entered again";
/// The first characters of everything sealed in this way.
const FORM: &str = "v1.";

/// A sealed text that this server cannot open: sealed by another secret, for another owner, or damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed by another server.key (or server.secret)")]
pub struct CannotOpen;

/// Seals, opens, and gives pseudonyms.
pub struct Vault {
    sealing: RandomizedNonceKey,
    naming: hmac::Key,
}

impl Vault {
    /// With the configured secret, or the file's, which is made if it is not there yet.
    pub fn open(config: &Config) -> anyhow::Result<Vault> {
        match config.server.secret.expose_secret() {
            "" => Vault::new(&secret_in(&config.server.data_dir, FILE, LOST)?),
            secret => Vault::new(secret),
        }
    }

    fn new(secret: &str) -> anyhow::Result<Vault> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let sealing = hmac::sign(&root, b"sealing of provider keys");
        let naming = hmac::sign(&root, b"pseudonyms of candidates");
        let sealing = RandomizedNonceKey::new(&AES_256_GCM, sealing.as_ref());
        Ok(Vault {
            sealing: sealing.map_err(|_| anyhow::anyhow!("the cipher takes no key"))?,
            naming: hmac::Key::new(hmac::HMAC_SHA256, naming.as_ref()),
        })
    }

    /// Seals a secret for `owner`: nobody can open it as somebody else's.
    pub fn seal(&self, owner: &str, secret: &SecretString) -> anyhow::Result<String> {
        let mut body = secret.expose_secret().as_bytes().to_vec();
        let nonce = self.sealing.seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut body);
        let nonce = nonce.map_err(|_| anyhow::anyhow!("the cipher failed"))?;
        let whole = [nonce.as_ref().as_slice(), &body].concat();
        Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(whole)))
    }

    /// Opens what was sealed for `owner`.
    pub fn unseal(&self, owner: &str, sealed: &str) -> Result<SecretString, CannotOpen> {
        let whole = sealed.strip_prefix(FORM).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).ok_or(CannotOpen)?;
        let (nonce, body) = whole.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut body = body.to_vec();
        let text = self.sealing.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut body).map_err(|_| CannotOpen)?;
        std::str::from_utf8(text).map(SecretString::from).map_err(|_| CannotOpen)
    }

    /// The name of a candidate towards a provider: always the same, and nothing can be learned from it. 64 hex digits.
    pub fn pseudonym(&self, tenant: &str, candidate: &str) -> String {
        secrets::hex(hmac::sign(&self.naming, format!("{tenant}\n{candidate}").as_bytes()).as_ref())
    }
}

/// The secret in a file of the data folder, which is made, for its owner only, if it is not there. `lost`: what a damaged
/// file means.
pub fn secret_in(folder: &Path, file: &str, lost: &'static str) -> anyhow::Result<String> {
    let file = folder.join(file);
    kept_secret(&file, lost).with_context(|| format!("the file {}", file.display()))
}

/// Reads the file; makes it, whole or not at all, if it is not there.
fn kept_secret(file: &Path, lost: &'static str) -> anyhow::Result<String> {
    let read = || match std::fs::read_to_string(file) {
        Ok(text) if text.trim().len() >= 32 => Ok(Some(text.trim().to_owned())),
        Ok(_) => Err(anyhow::anyhow!("is damaged; {lost}")),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e.into()),
    };
    if let Some(secret) = read()? {
        return Ok(secret);
    }
    let new = file.with_extension(format!("key.{}", secrets::hex(&secrets::random::<8>())));
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    writeln!(out, "{}", secrets::new_secret())?;
    out.sync_all()?;
    // A link refuses to replace: of two servers that start together both go on with the first one's secret.
    let linked = std::fs::hard_link(&new, file);
    std::fs::remove_file(&new)?;
    match linked {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(e.into()),
        Ok(()) | Err(_) => read()?.context("vanished"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_sealed_opens_for_its_owner_and_this_secret_only() {
        let vault = Vault::new("one").unwrap();
        let key = SecretString::from("sk-canary");
        let sealed = vault.seal("ten_1/openai", &key).unwrap();
        assert!(!sealed.contains("canary"));
        assert_ne!(vault.seal("ten_1/openai", &key).unwrap(), sealed);
        assert_eq!(vault.unseal("ten_1/openai", &sealed).unwrap().expose_secret(), "sk-canary");
        let opens = |vault: &Vault, owner: &str, sealed: &str| vault.unseal(owner, sealed).is_ok();
        assert!(!opens(&vault, "ten_2/openai", &sealed));
        assert!(!opens(&Vault::new("two").unwrap(), "ten_1/openai", &sealed));
        for damaged in ["", "v1.", "v1.AAAA", "v2.AAAA", &sealed[..sealed.len() - 4]] {
            assert!(!opens(&vault, "ten_1/openai", damaged), "{damaged}");
        }
    }

    #[test]
    fn pseudonyms_are_stable_and_tell_nothing() {
        let vault = Vault::new("one").unwrap();
        let name = vault.pseudonym("ten_1", "can_1");
        assert_eq!(name, vault.pseudonym("ten_1", "can_1"));
        assert_eq!((name.len(), name.contains("can_1")), (64, false));
        assert_ne!(name, vault.pseudonym("ten_2", "can_1"));
        assert_ne!(name, Vault::new("two").unwrap().pseudonym("ten_1", "can_1"));
    }

    #[test]
    fn the_file_is_made_once_for_its_owner_only() {
        let dir = testkit::TempDir::new();
        let file = dir.path().join(FILE);
        let secret = kept_secret(&file, LOST).unwrap();
        assert_eq!(kept_secret(&file, LOST).unwrap(), secret);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        std::fs::write(&file, "").unwrap();
        assert!(kept_secret(&file, LOST).unwrap_err().to_string().contains("damaged"));
    }
}
