//! Ids on the wire: a prefix and random letters, from an injected source.

use rand::TryRngCore;
use rand::rngs::OsRng;

const ALNUM: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Where ids come from.
pub trait Ids: Send {
    /// `len` characters out of `A-Z a-z 0-9`, never the same twice.
    fn alnum(&mut self, len: usize) -> String;

    /// `len` hexadecimal digits, never the same twice.
    fn hex(&mut self, len: usize) -> String;
}

/// Ids from the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl RandomIds {
    fn letters(alphabet: &[u8], len: usize) -> String {
        let mut letters = String::with_capacity(len);
        let limit = 256 / alphabet.len() * alphabet.len();
        while letters.len() < len {
            let mut bytes = [0u8; 64];
            OsRng.try_fill_bytes(&mut bytes).expect("the operating system has randomness");
            let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < limit);
            letters.extend(fair.map(|byte| char::from(alphabet[byte % alphabet.len()])).take(len - letters.len()));
        }
        letters
    }
}

impl Ids for RandomIds {
    fn alnum(&mut self, len: usize) -> String {
        Self::letters(ALNUM, len)
    }

    fn hex(&mut self, len: usize) -> String {
        Self::letters(b"0123456789abcdef", len)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, RandomIds};

    #[test]
    fn ids_have_their_length_and_alphabet_and_differ() {
        let (a, b) = (RandomIds.alnum(21), RandomIds.alnum(21));
        assert_eq!(a.len(), 21);
        assert!(a.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(a, b);
        assert!(RandomIds.hex(16).bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
