//! Supabase's keys: which kind one is, and who may hold it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// The kind of a key, as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `sb_publishable_…`: may read, may be seen by anyone.
    Publishable,
    /// `sb_secret_…`: may write, for servers only.
    Secret,
    /// A JWT whose role is `anon` or `authenticated`.
    Anon,
    /// A JWT whose role is `service_role`.
    ServiceRole,
    /// A JWT of any other role, such as `postgres`.
    OtherRole,
    /// `sbp_…`: a person's token for the management API, which opens all of their projects.
    PersonalToken,
    /// Anything else; the server knows.
    Unknown,
}

impl KeyKind {
    /// Reads the kind off `key`, also in quotes or behind `Bearer`.
    pub fn of(key: &str) -> Self {
        let key = bare(key);
        let lower = key.to_ascii_lowercase();
        if lower.starts_with("sb_secret_") {
            Self::Secret
        } else if lower.starts_with("sbp_") {
            Self::PersonalToken
        } else if key.starts_with("sb_publishable_") {
            Self::Publishable
        } else {
            let role = claims_of(key).and_then(|claims| claims.get("role").cloned());
            match role {
                None => Self::Unknown,
                Some(role) => match role.as_str() {
                    Some("anon" | "authenticated") => Self::Anon,
                    Some("service_role") => Self::ServiceRole,
                    _ => Self::OtherRole,
                },
            }
        }
    }

    /// Whether the key is meant to be public.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Publishable | Self::Anon)
    }

    /// Whether the key must never reach a browser.
    pub fn is_private(self) -> bool {
        match self {
            Self::Secret | Self::ServiceRole | Self::OtherRole | Self::PersonalToken => true,
            Self::Publishable | Self::Anon | Self::Unknown => false,
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publishable => "a publishable key (`sb_publishable_…`)",
            Self::Secret => "a secret key (`sb_secret_…`)",
            Self::Anon => "the anon key",
            Self::ServiceRole => "the service-role key",
            Self::OtherRole => "a JWT of a private role",
            Self::PersonalToken => "a personal access token (`sbp_…`)",
            Self::Unknown => "a key of an unknown kind",
        }
    }
}

/// A key that can be sent: one word of printable ASCII. It is in no debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// Why a text is not a key. Never repeats it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// Nothing, or only white space.
    #[error("is empty")]
    Empty,
    /// A character that no key has.
    #[error("is not a key: character {position} is {found}")]
    WrongCharacter {
        /// The first wrong character, counted from 1.
        position: usize,
        /// What it is.
        found: &'static str,
    },
    /// A private key where everyone can see it.
    #[error("is {}, which must never be in a browser", kind.name())]
    Private {
        /// What it is.
        kind: KeyKind,
    },
}

impl ApiKeyError {
    /// How to fix it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "Supabase shows the keys under Project Settings → API Keys",
            Self::WrongCharacter { .. } => {
                "a key is one word of letters, digits, `.`, `_` and `-`; was the whole line copied?"
            }
            Self::Private { .. } => {
                "use the publishable key (`sb_publishable_…`), and replace this one in Supabase if it was ever published"
            }
        }
    }
}

impl ApiKey {
    /// Reads a key as people paste it, with white space around it.
    ///
    /// # Errors
    ///
    /// [`ApiKeyError`] when there is none, or when no header can carry it.
    ///
    /// # Example
    ///
    /// ```
    /// use bench_model::api_key::{ApiKey, KeyKind};
    ///
    /// let key = ApiKey::parse(" sb_publishable_abc ")?;
    /// assert_eq!(key.kind(), KeyKind::Publishable);
    /// assert_eq!(format!("{key:?}"), "ApiKey(REDACTED)");
    /// # Ok::<(), bench_model::api_key::ApiKeyError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ApiKeyError> {
        let key = text.trim();
        if key.is_empty() {
            return Err(ApiKeyError::Empty);
        }
        let wrong = key
            .chars()
            .enumerate()
            .find(|(_, character)| !character.is_ascii_graphic());
        match wrong {
            None => Ok(Self(key.to_owned())),
            Some((place, character)) => Err(ApiKeyError::WrongCharacter {
                position: place + 1,
                found: if character.is_whitespace() {
                    "white space"
                } else if character.is_control() {
                    "a control character"
                } else {
                    "not ASCII"
                },
            }),
        }
    }

    /// The same for a key that a browser holds, and so everyone can see.
    ///
    /// # Errors
    ///
    /// As [`ApiKey::parse`], and when the key is private.
    pub fn parse_public(text: &str) -> Result<Self, ApiKeyError> {
        // First, as text around a secret key makes it no key, and leaves it a secret.
        let kind = if text.to_ascii_lowercase().contains("sb_secret_") {
            KeyKind::Secret
        } else {
            KeyKind::of(text)
        };
        if kind.is_private() {
            return Err(ApiKeyError::Private { kind });
        }
        Self::parse(text)
    }

    /// The key, to put into a header.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its kind.
    pub fn kind(&self) -> KeyKind {
        KeyKind::of(&self.0)
    }

    /// Whether it is a JWT, which goes into `Authorization` as well as into `apikey`.
    ///
    /// The newer keys are no JWTs, and are refused where one is expected.
    pub fn is_jwt(&self) -> bool {
        self.0.split('.').count() == 3 && claims_of(&self.0).is_some()
    }

    /// When a JWT expires, in seconds since 1970.
    pub fn expires_at(&self) -> Option<i64> {
        claims_of(&self.0)?.get("exp")?.as_i64()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(REDACTED)")
    }
}

/// A key without what comes along when it is copied.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = text
        .get(..7)
        .filter(|start| start.eq_ignore_ascii_case("bearer "))
        .map_or(text, |start| &text[start.len()..]);
    text.trim().trim_matches(['"', '\'', '`'])
}

/// What a JWT claims; nothing is verified.
fn claims_of(key: &str) -> Option<Map<String, Value>> {
    let mut parts = key.split('.');
    let (_header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Claims {"role":"anon","exp":4102444800} and {"role":"service_role","iss":"supabase",…}, from PostgREST's transcripts.
    const ANON: &str =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiIsImV4cCI6NDEwMjQ0NDgwMH0.x";
    const SERVICE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJleHAiOjQxMDI0NDQ4MDB9.x";

    fn jwt(claims: &str) -> String {
        format!(
            "eyJhbGciOiJIUzI1NiJ9.{}.c2ln",
            URL_SAFE_NO_PAD.encode(claims)
        )
    }

    #[test]
    fn the_kind_of_a_key_is_read_off_its_text() {
        for (key, kind) in [
            ("sb_publishable_abc", KeyKind::Publishable),
            (" sb_secret_abc\n", KeyKind::Secret),
            ("SB_SECRET_abc", KeyKind::Secret),
            ("Bearer sb_secret_abc", KeyKind::Secret),
            ("\"sb_secret_abc\"", KeyKind::Secret),
            ("a note on sb_secret_ keys", KeyKind::Unknown),
            ("sbp_abc", KeyKind::PersonalToken),
            (ANON, KeyKind::Anon),
            (&jwt(r#"{"role":"authenticated"}"#), KeyKind::Anon),
            (SERVICE, KeyKind::ServiceRole),
            (&format!("Bearer {SERVICE}"), KeyKind::ServiceRole),
            (&format!("{SERVICE}.more"), KeyKind::ServiceRole),
            (&jwt(r#"{"role":"postgres"}"#), KeyKind::OtherRole),
            (&jwt(r#"{"role":7}"#), KeyKind::OtherRole),
            (&jwt(r#"{"sub":"ann"}"#), KeyKind::Unknown),
            ("hunter2", KeyKind::Unknown),
            ("a.b.c", KeyKind::Unknown),
        ] {
            assert_eq!(KeyKind::of(key), kind, "{key}");
        }
    }

    #[test]
    fn only_a_jwt_goes_into_the_authorization_header() {
        let key = |text: &str| ApiKey::parse(text).expect("a key");
        assert!(key(ANON).is_jwt());
        assert!(!key("sb_secret_abc").is_jwt());
        assert!(!key("a.b.c").is_jwt());
        assert_eq!(key(ANON).expires_at(), Some(4_102_444_800));
    }

    #[test]
    fn what_no_header_can_carry_is_refused_without_repeating_it() {
        let refused = |text: &str| ApiKey::parse(text).expect_err("no key").to_string();
        assert_eq!(refused(" \n"), "is empty");
        assert_eq!(refused("a b"), "is not a key: character 2 is white space");
        assert_eq!(
            refused("schlüssel"),
            "is not a key: character 5 is not ASCII"
        );
        assert_eq!(
            refused("a\u{7}"),
            "is not a key: character 2 is a control character"
        );
    }

    #[test]
    fn a_browser_gets_no_private_key_in_whatever_form() {
        for key in [
            "sb_secret_abc",
            "Bearer sb_secret_abc",
            "key=sb_secret_abc",
            "sbp_abc",
            SERVICE,
            &jwt(r#"{"role":"postgres"}"#),
        ] {
            let refused = ApiKey::parse_public(key).expect_err("private");
            assert!(matches!(refused, ApiKeyError::Private { .. }), "{refused}");
        }
        assert!(ApiKey::parse_public("sb_publishable_abc").is_ok());
        assert!(ApiKey::parse_public(ANON).is_ok());
    }

    proptest! {
        #[test]
        fn a_private_role_is_never_taken_for_a_public_key(role in "[a-z_]{1,20}", before in "|Bearer |bearer ") {
            let key = format!("{before}{}", jwt(&format!(r#"{{"role":"{role}"}}"#)));
            let is_public = matches!(role.as_str(), "anon" | "authenticated");
            prop_assert_eq!(KeyKind::of(&key).is_public(), is_public);
            prop_assert_eq!(KeyKind::of(&key).is_private(), !is_public);
        }

        #[test]
        fn no_text_is_both_public_and_private(text in "(sb_|sbp_|SB_|secret_|publishable_|eyJ|\\.|\\PC){0,6}") {
            let kind = KeyKind::of(&text);
            prop_assert!(!(kind.is_public() && kind.is_private()));
        }
    }
}
