//! The address of a project, valid by construction.

use std::{fmt, net::IpAddr};

use reqwest::Url;

use crate::settings::{error::SettingsError, key::KeyKind};

/// The address of a project, without a trailing slash and without `/rest/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectUrl {
    text: String,
    host: String,
    is_loopback: bool,
    is_plain: bool,
}

impl ProjectUrl {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if it is invalid, contains a password, or is plain `http` to another
    /// machine.
    pub(crate) fn parse(text: &str) -> Result<Self, SettingsError> {
        let text = text.trim();
        if KeyKind::of(text) != KeyKind::Other {
            return Err(SettingsError::KeyAsUrl);
        }
        let not_a_url = |reason: &str| SettingsError::NotAUrl {
            reason: reason.to_owned(),
        };
        let url = Url::parse(text).map_err(|error| not_a_url(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(not_a_url("it does not start with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SettingsError::UserInUrl);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(not_a_url("it has a `?` or `#` in it"));
        }
        let host = url
            .host_str()
            .ok_or_else(|| not_a_url("it names no host"))?
            .to_owned();
        let is_loopback = is_loopback(&host);
        let is_plain = url.scheme() == "http";
        if is_plain && !is_loopback {
            return Err(SettingsError::NotEncrypted { host });
        }
        let text = url.as_str().trim_end_matches('/');
        let text = text
            .strip_suffix("/rest/v1")
            .unwrap_or(text)
            .trim_end_matches('/')
            .to_owned();
        Ok(Self {
            text,
            host,
            is_loopback,
            is_plain,
        })
    }

    /// The address itself.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The host's name or number.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether no TLS is needed.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// The URL of PostgREST.
    pub(crate) fn rest(&self) -> String {
        format!("{}/rest/v1", self.text)
    }
}

impl fmt::Display for ProjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_loopback(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']');
    number.parse::<IpAddr>().map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |address| address.is_loopback(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for address in [
            "http://localhost:1",
            "http://127.8.0.1:1",
            "http://[::1]:1",
            "https://example.org",
        ] {
            assert!(ProjectUrl::parse(address).is_ok(), "{address}");
        }
        for address in [
            "http://127.0.0.1.example.org",
            "http://10.0.0.1",
            "http://localhost.example.org",
            "ftp://localhost",
        ] {
            assert!(ProjectUrl::parse(address).is_err(), "{address}");
        }
    }

    #[test]
    fn the_address_is_understood_with_and_without_the_rest_path() -> Result<(), SettingsError> {
        for address in [
            "https://a.supabase.co",
            "https://a.supabase.co/",
            "https://a.supabase.co/rest/v1",
            " https://a.supabase.co/rest/v1/ ",
        ] {
            assert_eq!(
                ProjectUrl::parse(address)?.rest(),
                "https://a.supabase.co/rest/v1"
            );
        }
        Ok(())
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_taken_for_an_unencrypted_address_of_another_machine(text in "(http|HTTP|https)://[a-z0-9.:@\\[\\]/?#-]{0,30}") {
            if let Ok(url) = ProjectUrl::parse(&text) {
                proptest::prop_assert!(!url.is_plain() || url.is_loopback());
                // After the host, `@` is an ordinary character.
                let authority = url.as_str().split('/').nth(2).unwrap_or_default();
                proptest::prop_assert!(!authority.contains('@'));
                proptest::prop_assert_eq!(ProjectUrl::parse(url.as_str()), Ok(url));
            }
        }
    }
}
