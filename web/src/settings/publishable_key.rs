//! The key that a browser may hold.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

/// A key that opens a project for reading: `sb_publishable_…`, or the older `anon` JWT.
#[derive(Clone, PartialEq, Eq)]
pub struct PublishableKey(String);

/// Why a text is no key for a browser. The key itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// There is none.
    Missing,
    /// It is a secret key, which opens everything.
    Secret,
    /// It cannot be sent: a space, a line break or a letter that no key has.
    Malformed,
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "A publishable key is needed: sb_publishable_…, or the older anon key",
            Self::Secret => {
                "This is a secret key, which can read and write everything; it must never be in a browser. \
                 Use the publishable key, and replace this one in Supabase if it was ever published"
            }
            Self::Malformed => "This is not a key: it has spaces or letters that no key has",
        })
    }
}

impl PublishableKey {
    /// Reads a key as people paste it.
    ///
    /// # Errors
    ///
    /// When it is missing, secret, or no key at all.
    pub fn parse(text: &str) -> Result<Self, KeyProblem> {
        let key = text.trim();
        if key.is_empty() {
            Err(KeyProblem::Missing)
        } else if is_secret(key) {
            Err(KeyProblem::Secret)
        } else if key.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(key.to_owned()))
        } else {
            Err(KeyProblem::Malformed)
        }
    }

    /// The key, to put into a header.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is a JWT, which also goes into the header `Authorization`; the newer keys must not.
    pub fn is_jwt(&self) -> bool {
        self.0.split('.').count() == 3
    }
}

impl fmt::Debug for PublishableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublishableKey(REDACTED)")
    }
}

fn is_secret(key: &str) -> bool {
    key.to_ascii_lowercase().contains("sb_secret_")
        || role_of_jwt(key).is_some_and(|role| !matches!(role.as_str(), "anon" | "authenticated"))
}

fn role_of_jwt(key: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        role: Option<String>,
    }
    let key = key
        .get(..7)
        .filter(|start| start.eq_ignore_ascii_case("bearer "))
        .map_or(key, |_| &key[7..]);
    let claims = key.split('.').nth(1)?.trim_end_matches('=');
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice::<Claims>(&claims).ok()?.role
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!(
            "eyJhbGciOiJIUzI1NiJ9.{}.c2lnbmF0dXJl",
            URL_SAFE_NO_PAD.encode(claims)
        )
    }

    #[test]
    fn both_kinds_of_reading_keys_are_taken_and_told_apart() {
        let publishable = PublishableKey::parse(" sb_publishable_abc-123 \n").expect("publishable");
        let anon =
            PublishableKey::parse(&jwt(r#"{"role":"anon","iss":"supabase"}"#)).expect("anon");

        assert_eq!(publishable.expose(), "sb_publishable_abc-123");
        assert!(!publishable.is_jwt());
        assert!(anon.is_jwt());
    }

    #[test]
    fn a_secret_key_is_refused_in_either_form() {
        let service_role = jwt(r#"{"role":"service_role"}"#);
        for key in [
            "sb_secret_abc",
            " SB_SECRET_abc",
            &service_role,
            &format!("Bearer {service_role}"),
        ] {
            assert_eq!(PublishableKey::parse(key), Err(KeyProblem::Secret));
        }
        assert_eq!(
            PublishableKey::parse(&jwt(r#"{"role":"postgres"}"#)),
            Err(KeyProblem::Secret)
        );
    }

    #[test]
    fn what_no_header_can_carry_is_no_key() {
        assert_eq!(PublishableKey::parse(""), Err(KeyProblem::Missing));
        assert_eq!(PublishableKey::parse("a b"), Err(KeyProblem::Malformed));
        assert_eq!(PublishableKey::parse("a\nb"), Err(KeyProblem::Malformed));
        assert_eq!(
            PublishableKey::parse("schlüssel"),
            Err(KeyProblem::Malformed)
        );
    }
}
