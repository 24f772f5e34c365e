//! The address of a Supabase project.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::api_key::KeyKind;

/// The address of a project, such as `https://abc.supabase.co`, without a slash at its end and
/// without `/rest/v1`.
///
/// Plain http is for this machine only: it would show the key to the network. This machine is
/// `localhost` or a loopback number; a name that ends in `.localhost` is not, as only browsers
/// promise that it stays here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectAddress {
    text: String,
    host: String,
}

/// Why a text is not the address of a project. Reads as the end of a sentence whose subject is the
/// variable or the field, and never repeats a key or a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// A key where the address belongs.
    #[error("holds a key, not an address")]
    IsKey,
    /// Something else.
    #[error("is not an address: {reason}")]
    NotAnAddress {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// `https://user:password@…`.
    #[error("has a user name or password in it")]
    HasUser,
    /// `http` to another machine.
    #[error("is not encrypted: `http` to `{host}` would show the key to the network")]
    NotEncrypted {
        /// The other machine.
        host: String,
    },
}

impl AddressError {
    /// How to fix it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::IsKey => {
                "an address looks like https://abcdefgh.supabase.co; if the key was shown anywhere, make a new one"
            }
            Self::NotAnAddress { .. } => "write it like https://abcdefgh.supabase.co",
            Self::HasUser => "the key has a place of its own, the address stays bare",
            Self::NotEncrypted { .. } => {
                "write https://…; plain http is for this machine only (localhost, 127.0.0.1, [::1])"
            }
        }
    }
}

impl ProjectAddress {
    /// Reads an address as people paste it: with white space around it, a slash or `/rest/v1` at its end.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when it is not an address, has a password in it, or is plain http to another
    /// machine.
    ///
    /// # Example
    ///
    /// ```
    /// use bench_model::project_address::ProjectAddress;
    ///
    /// let project = ProjectAddress::parse(" https://ABC.supabase.co/rest/v1/ ")?;
    /// assert_eq!(project.as_str(), "https://abc.supabase.co");
    /// assert_eq!(project.rest(), "https://abc.supabase.co/rest/v1");
    /// assert!(ProjectAddress::parse("http://abc.supabase.co").is_err());
    /// # Ok::<(), bench_model::project_address::AddressError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        Self::read(text, |_| false)
    }

    /// The same for a page that came from `origin`: nothing means that server, which may be plain http,
    /// as the page itself was.
    ///
    /// # Errors
    ///
    /// As [`ProjectAddress::parse`].
    pub fn parse_on_page(text: &str, origin: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let text = if text.is_empty() { origin } else { text };
        Self::read(text, |address| {
            let path = address.strip_prefix(origin);
            path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
        })
    }

    fn read(text: &str, may_be_plain: impl Fn(&str) -> bool) -> Result<Self, AddressError> {
        let not = |reason| Err(AddressError::NotAnAddress { reason });
        let text = text.trim();
        if KeyKind::of(text) != KeyKind::Unknown {
            return Err(AddressError::IsKey);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return not("it does not start with https://");
        };
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return not("it does not start with https://"),
        };
        if rest.contains(['?', '#']) {
            return not("it has a `?` or `#` in it");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(AddressError::HasUser);
        }
        let (host, port) = match host_and_port(authority) {
            Ok(read) => read,
            Err(reason) => return not(reason),
        };
        if let Some(reason) = wrong_in_path(path) {
            return not(reason);
        }
        let mut path = path.trim_end_matches('/');
        while let Some(before) = path.strip_suffix("/rest/v1") {
            path = before.trim_end_matches('/');
        }
        let port = port
            .filter(|port| *port != default_port)
            .map_or_else(String::new, |port| format!(":{port}"));
        let address = Self {
            text: format!("{scheme}://{host}{port}{path}"),
            host,
        };
        if address.is_plain() && !address.is_loopback() && !may_be_plain(&address.text) {
            return Err(AddressError::NotEncrypted { host: address.host });
        }
        Ok(address)
    }

    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host's name or number.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The same text for every spelling of this machine: `localhost`, `127.0.0.1` and `[::1]` are
    /// one. All else has one spelling.
    ///
    /// # Example
    ///
    /// ```
    /// use bench_model::project_address::ProjectAddress;
    ///
    /// let project = ProjectAddress::parse("http://127.0.0.1:54321/rest/v1")?;
    /// assert_eq!(project.canonical(), "http://localhost:54321");
    /// # Ok::<(), bench_model::project_address::AddressError>(())
    /// ```
    pub fn canonical(&self) -> String {
        self.text.replacen(&self.host, self.canonical_host(), 1)
    }

    /// The host in [`ProjectAddress::canonical`].
    pub fn canonical_host(&self) -> &str {
        match self.host.as_str() {
            "127.0.0.1" | "[::1]" => "localhost",
            host => host,
        }
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || ip_of(&self.host).is_some_and(|address| address.is_loopback())
    }

    /// Whether it is reached without TLS.
    pub fn is_plain(&self) -> bool {
        self.text.starts_with("http:")
    }

    /// Where PostgREST answers.
    pub fn rest(&self) -> String {
        format!("{}/rest/v1", self.text)
    }
}

impl fmt::Display for ProjectAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The host in lower case, and the port.
///
/// Stricter than browsers and HTTP clients, which read `127.1` and `0x7f000001` as this machine: what
/// is taken here is the same host to all of them.
fn host_and_port(authority: &str) -> Result<(String, Option<u16>), &'static str> {
    const NO_HOST: &str = "it names no host";
    const NO_SUCH_HOST: &str = "its host has a character that no host has";
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (number, port) = rest.split_once(']').ok_or(NO_HOST)?;
        let number: Ipv6Addr = number.parse().map_err(|_| NO_SUCH_HOST)?;
        (format!("[{number}]"), port)
    } else {
        let (name, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
        let is_in_names = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
        if !name.chars().all(is_in_names) {
            return Err(NO_SUCH_HOST);
        }
        let mut labels = name.strip_suffix('.').unwrap_or(name).split('.');
        if labels.clone().any(str::is_empty) {
            return Err(NO_HOST);
        }
        if labels.next_back().is_some_and(is_number) && name.parse::<Ipv4Addr>().is_err() {
            return Err("its host is not a number of four parts");
        }
        (name.to_lowercase(), port)
    };
    let digits = match port.split_at_checked(1) {
        None => "",
        Some((":", digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        Some(_) => return Err("its port is not a number"),
    };
    if digits.is_empty() {
        return Ok((host, None));
    }
    match digits.parse() {
        Ok(port) => Ok((host, Some(port))),
        Err(_) => Err("its port is above 65535"),
    }
}

/// Whether a host that ends so is read as a number: `1`, `0x7f`.
fn is_number(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn ip_of(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn wrong_in_path(path: &str) -> Option<&'static str> {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b'%')
    };
    if !path.bytes().all(is_plain) {
        return Some("its path has a character that an address does not have");
    }
    let plain = path.to_ascii_lowercase().replace("%2e", ".");
    plain
        .split('/')
        .any(|part| matches!(part, "." | ".."))
        .then_some("it has `.` or `..` in its path")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = "https://team.github.io";

    fn read(text: &str) -> Result<String, AddressError> {
        ProjectAddress::parse(text).map(|address| address.text)
    }

    #[test]
    fn an_address_is_read_as_people_paste_it() {
        for (text, address) in [
            ("https://abc.supabase.co", "https://abc.supabase.co"),
            (" https://abc.supabase.co/ ", "https://abc.supabase.co"),
            (
                "https://ABC.supabase.co/rest/v1/",
                "https://abc.supabase.co",
            ),
            (
                "HTTPS://abc.supabase.co:443/rest/v1",
                "https://abc.supabase.co",
            ),
            (
                "https://lab.example/supabase/",
                "https://lab.example/supabase",
            ),
            (
                "https://lab.example:8443/a/rest/v1",
                "https://lab.example:8443/a",
            ),
            // Pasted onto an address that had it already.
            ("https://lab.example/rest/v1/rest/v1", "https://lab.example"),
            ("http://localhost:54321", "http://localhost:54321"),
            ("https://bücher.example", "https://bücher.example"),
        ] {
            assert_eq!(read(text), Ok(address.to_owned()), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in [
            "http://localhost:1",
            "http://LOCALHOST:1",
            "http://127.8.0.1:1",
            "http://[::1]:1",
            "http://[0:0:0:0:0:0:0:1]",
        ] {
            let address = ProjectAddress::parse(text).expect("this machine");
            assert!(address.is_loopback() && address.is_plain(), "{text}");
        }
        for (text, host) in [
            ("http://lab.example", "lab.example"),
            ("http://10.0.0.1", "10.0.0.1"),
            ("http://127.0.0.1.example.org", "127.0.0.1.example.org"),
            ("http://localhost.example.org", "localhost.example.org"),
            // Only a browser promises that such a name stays on this machine.
            ("http://supabase.localhost", "supabase.localhost"),
            ("http://localhost.", "localhost."),
            ("http://[::2]", "[::2]"),
        ] {
            let refused = AddressError::NotEncrypted {
                host: host.to_owned(),
            };
            assert_eq!(read(text), Err(refused), "{text}");
        }
    }

    #[test]
    fn a_page_may_read_from_the_server_it_came_from() {
        let own = "http://lab.example:8000";
        let on_page = |text| ProjectAddress::parse_on_page(text, own).map(|address| address.text);
        assert_eq!(on_page(""), Ok(own.to_owned()));
        assert_eq!(
            on_page("http://LAB.example:8000/api"),
            Ok(format!("{own}/api"))
        );
        assert!(on_page("http://lab.example:8001").is_err());
        assert!(on_page("http://lab.example:80001").is_err());
        assert!(ProjectAddress::parse_on_page("http://127.0.0.1.evil.example", PAGE).is_err());
        assert!(ProjectAddress::parse_on_page("", "null").is_err());
    }

    #[test]
    fn what_is_not_an_address_is_told_with_the_reason() {
        let told: Vec<String> = [
            "abc.supabase.co",
            "javascript:alert(1)",
            "ftp://a",
            "https://",
            "https://[::1",
            "https://a b",
            "https://a\\b",
            "https://loc\talhost",
            "https://a?x=1",
            "https://a#b",
            "https://a:b",
            "https://a:65536",
            "http://127.1",
            "http://0x7f000001",
            "http://2130706433",
            "http://127.0.0.1.",
            "https://a/ü",
            "https://a/b/%2e%2E",
            "https://me:sentinel@abc.supabase.co",
            "sb_secret_sentinel",
        ]
        .into_iter()
        .map(|text| {
            format!("{text:?} {}", read(text).expect_err("not an address")).replace("sentinel", "…")
        })
        .collect();
        insta::assert_snapshot!(told.join("\n"));
        assert!(
            !read("https://me:sentinel@a")
                .expect_err("a password")
                .to_string()
                .contains("sentinel")
        );
    }

    proptest! {
        #[test]
        fn no_text_is_taken_for_an_unencrypted_address_of_another_machine(
            text in "(http|HTTP|https)://(localhost|127\\.0\\.0\\.1|\\[::1\\])?[a-z0-9.:@\\[\\]/?#\\\\%_-]{0,20}",
        ) {
            if let Ok(address) = ProjectAddress::parse(&text) {
                prop_assert!(!address.is_plain() || address.is_loopback());
                let authority = address.as_str().split('/').nth(2).unwrap_or_default();
                prop_assert!(!authority.contains('@'));
                prop_assert!(authority.starts_with(address.host()));
                prop_assert_eq!(ProjectAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}
