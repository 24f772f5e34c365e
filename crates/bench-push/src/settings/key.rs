//! The kinds of Supabase keys and their rights.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The kind of a key, derived from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// `sb_publishable_…`: may read, may be seen by anyone.
    Publishable,
    /// `sb_secret_…`: may write, for servers only.
    Secret,
    /// A JWT whose role is `anon` or `authenticated`.
    Anon,
    /// A JWT whose role is `service_role`.
    ServiceRole,
    /// `sbp_…`: a personal token for the management API, not a project's key.
    PersonalToken,
    /// Anything else; the server decides.
    Other,
}

impl KeyKind {
    /// Reads the kind off `key`.
    pub(crate) fn of(key: &str) -> Self {
        if key.starts_with("sb_publishable_") {
            Self::Publishable
        } else if key.starts_with("sb_secret_") {
            Self::Secret
        } else if key.starts_with("sbp_") {
            Self::PersonalToken
        } else {
            match role_of(key).as_deref() {
                Some("anon" | "authenticated") => Self::Anon,
                Some("service_role") => Self::ServiceRole,
                _ => Self::Other,
            }
        }
    }

    /// Whether the key is meant to be public.
    pub(crate) fn is_public(self) -> bool {
        matches!(self, Self::Publishable | Self::Anon)
    }

    /// Whether the key must never reach a browser.
    pub(crate) fn is_private(self) -> bool {
        matches!(self, Self::Secret | Self::ServiceRole)
    }

    /// Its name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Publishable => "a publishable key (`sb_publishable_…`)",
            Self::Secret => "a secret key (`sb_secret_…`)",
            Self::Anon => "the anon key",
            Self::ServiceRole => "the service-role key",
            Self::PersonalToken => "a personal access token (`sbp_…`)",
            Self::Other => "a key of an unknown kind",
        }
    }
}

/// Whether `key` is a JWT, which goes into `Authorization` as well as into `apikey`.
///
/// The newer keys are not JWTs, and are refused where one is expected.
pub(crate) fn is_jwt(key: &str) -> bool {
    claims_of(key).is_some()
}

/// The expiry time of a JWT, in seconds since 1970.
pub(crate) fn expiry_of(key: &str) -> Option<i64> {
    claims_of(key)?.get("exp")?.as_i64()
}

fn role_of(key: &str) -> Option<String> {
    Some(claims_of(key)?.get("role")?.as_str()?.to_owned())
}

fn claims_of(key: &str) -> Option<serde_json::Value> {
    let mut parts = key.split('.');
    let (_header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims)
        .ok()
        .filter(serde_json::Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Claims {"role":"anon","exp":4102444800} and {"role":"service_role","iss":"supabase",…}, from PostgREST's transcripts.
    const ANON: &str =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiIsImV4cCI6NDEwMjQ0NDgwMH0.x";
    const SERVICE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJleHAiOjQxMDI0NDQ4MDB9.x";

    #[test]
    fn the_kind_of_a_key_is_read_off_its_text() {
        for (key, kind) in [
            ("sb_publishable_abc", KeyKind::Publishable),
            ("sb_secret_abc", KeyKind::Secret),
            ("sbp_abc", KeyKind::PersonalToken),
            (ANON, KeyKind::Anon),
            (SERVICE, KeyKind::ServiceRole),
            ("hunter2", KeyKind::Other),
            ("a.b.c", KeyKind::Other),
        ] {
            assert_eq!(KeyKind::of(key), kind, "{key}");
        }
    }

    #[test]
    fn only_a_jwt_goes_into_the_authorization_header() {
        assert!(is_jwt(ANON));
        assert!(!is_jwt("sb_secret_abc"));
        assert_eq!(expiry_of(ANON), Some(4_102_444_800));
    }
}
