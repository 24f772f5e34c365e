use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::keys::Keys;

/// Why a request does not reach PostgREST, in the words of Supabase's gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NoKey,
    WrongKey,
    SecretKeyInBrowser,
}

impl Refusal {
    pub(super) const STATUS: StatusCode = StatusCode::UNAUTHORIZED;

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::NoKey => "No API key found in request",
            Self::WrongKey => "Invalid API key",
            Self::SecretKeyInBrowser => "Forbidden use of secret API key in browser",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::NoKey => "No `apikey` request header or url param was found.",
            Self::WrongKey => "Double check your Supabase `anon` or `service_role` API key.",
            Self::SecretKeyInBrowser => {
                "Secret API keys can only be used in a protected environment and should never be \
                 used in a browser. Delete this secret API key immediately."
            }
        }
    }
}

/// What a request may ask of the stack before it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Anyone with a publishable key, that is everyone; also with a token of their own.
    Reader,
    /// Someone with a secret key.
    Writer,
}

/// The `Authorization` header for PostgREST: the key's role as a JWT.
///
/// A user's own JWT beside a valid key is passed on unchanged; PostgREST validates it.
pub(super) fn authorization(
    headers: &HeaderMap,
    key_in_query: Option<&str>,
    keys: &Keys,
) -> Result<(HeaderValue, Caller), Refusal> {
    let key = match headers.get("apikey") {
        Some(key) => key.as_bytes(),
        None => key_in_query.ok_or(Refusal::NoKey)?.as_bytes(),
    };
    let Keys {
        anon_key,
        service_role_key,
        publishable_key,
        secret_key,
        ..
    } = keys;
    let jwt = if same(key, anon_key) || same(key, publishable_key) {
        anon_key
    } else if same(key, secret_key) {
        if is_browser(headers) {
            return Err(Refusal::SecretKeyInBrowser);
        }
        service_role_key
    } else if same(key, service_role_key) {
        service_role_key
    } else {
        return Err(Refusal::WrongKey);
    };

    let authorization = match headers.get(header::AUTHORIZATION) {
        // Supabase's clients send their key in both headers, whatever its kind.
        Some(given) if bearer(given) != Some(key) => given.clone(),
        _ => HeaderValue::try_from(format!("Bearer {jwt}")).expect("a JWT is ASCII"),
    };
    let role = bearer(&authorization).unwrap_or_default();
    let caller = if same(role, service_role_key) {
        Caller::Writer
    } else {
        Caller::Reader
    };
    Ok((authorization, caller))
}

/// The token after `Bearer `.
fn bearer(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, token) = value.as_bytes().split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then_some(token.trim_ascii())
}

/// Every browser sends `Mozilla/5.0`; server-side clients don't by default.
fn is_browser(headers: &HeaderMap) -> bool {
    headers.get(header::USER_AGENT).is_some_and(|agent| {
        agent
            .as_bytes()
            .windows(8)
            .any(|part| part.eq_ignore_ascii_case(b"Mozilla/"))
    })
}

/// Compares in time that depends only on the lengths.
fn same(given: &[u8], key: &str) -> bool {
    let key = key.as_bytes();
    given.len() == key.len() && given.iter().zip(key).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0";

    fn keys() -> Keys {
        Keys {
            jwt_secret: "jwt-secret".into(),
            anon_key: "anon.jwt".into(),
            service_role_key: "service.jwt".into(),
            publishable_key: "sb_publishable_a".into(),
            secret_key: "sb_secret_a".into(),
            superuser_password: "one".into(),
            postgres_password: "two".into(),
            authenticator_password: "three".into(),
        }
    }

    fn ask(given: &[(&'static str, &str)]) -> Result<String, Refusal> {
        let headers = given
            .iter()
            .map(|(name, value)| {
                (
                    name.parse().expect("a name"),
                    HeaderValue::from_str(value).expect("a value"),
                )
            })
            .collect();
        authorization(&headers, None, &keys())
            .map(|(value, _)| value.to_str().expect("ASCII").to_owned())
    }

    fn caller(given: &[(&'static str, &'static str)]) -> Caller {
        let headers = given
            .iter()
            .map(|(name, value)| {
                let name: axum::http::HeaderName = name.parse().expect("a name");
                (name, HeaderValue::from_static(value))
            })
            .collect();
        let (_, caller) = authorization(&headers, None, &keys()).expect("authorized");
        caller
    }

    #[test]
    fn only_who_has_a_secret_key_is_a_writer() {
        let own = ("authorization", "Bearer user.jwt");
        assert_eq!(caller(&[("apikey", "sb_secret_a")]), Caller::Writer);
        assert_eq!(caller(&[("apikey", "service.jwt")]), Caller::Writer);
        assert_eq!(caller(&[("apikey", "sb_publishable_a")]), Caller::Reader);
        assert_eq!(caller(&[("apikey", "anon.jwt"), own]), Caller::Reader);
        assert_eq!(caller(&[("apikey", "sb_secret_a"), own]), Caller::Reader);
    }

    #[test]
    fn either_kind_of_key_alone_gives_its_role() {
        for (key, jwt) in [
            ("anon.jwt", "Bearer anon.jwt"),
            ("sb_publishable_a", "Bearer anon.jwt"),
            ("service.jwt", "Bearer service.jwt"),
            ("sb_secret_a", "Bearer service.jwt"),
        ] {
            assert_eq!(ask(&[("apikey", key)]).as_deref(), Ok(jwt), "{key}");
        }
    }

    #[test]
    fn a_key_in_both_headers_is_one_key() {
        let both = [
            ("apikey", "sb_secret_a"),
            ("authorization", "Bearer sb_secret_a"),
        ];
        assert_eq!(ask(&both).as_deref(), Ok("Bearer service.jwt"));
    }

    #[test]
    fn a_users_own_token_passes_through() {
        let own = [
            ("apikey", "sb_publishable_a"),
            ("authorization", "Bearer user.jwt"),
        ];
        assert_eq!(ask(&own).as_deref(), Ok("Bearer user.jwt"));
    }

    #[test]
    fn a_secret_key_as_bearer_beside_another_key_gives_no_role() {
        // PostgREST refuses it: not a JWT.
        let smuggled = [
            ("apikey", "sb_publishable_a"),
            ("authorization", "Bearer sb_secret_a"),
        ];
        assert_eq!(ask(&smuggled).as_deref(), Ok("Bearer sb_secret_a"));
    }

    #[test]
    fn without_a_key_or_with_a_wrong_one_nothing_passes() {
        assert_eq!(ask(&[]), Err(Refusal::NoKey));
        assert_eq!(
            ask(&[("authorization", "Bearer service.jwt")]),
            Err(Refusal::NoKey)
        );
        assert_eq!(ask(&[("apikey", "")]), Err(Refusal::WrongKey));
        assert_eq!(ask(&[("apikey", "sb_secret_b")]), Err(Refusal::WrongKey));
    }

    #[test]
    fn a_browser_may_use_every_key_but_the_secret_one() {
        let from_browser = |key| ask(&[("apikey", key), ("user-agent", BROWSER)]);
        assert_eq!(
            from_browser("sb_secret_a"),
            Err(Refusal::SecretKeyInBrowser)
        );
        assert!(from_browser("sb_publishable_a").is_ok());
        assert!(from_browser("anon.jwt").is_ok());
    }
}
