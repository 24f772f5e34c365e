//! The address of a Supabase project.

use std::fmt;

/// An address such as `https://abc.supabase.co`, without a slash at its end.
///
/// Plain http is for this machine alone, and for the server that the page itself came from: a key
/// in the open on a network is everybody's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectUrl(String);

/// Why a text is no address of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlProblem {
    /// It has no `https://`, or no host behind it.
    NotAnAddress {
        /// What was written.
        found: String,
    },
    /// It is plain http to another machine.
    NotHttps {
        /// The host.
        host: String,
    },
    /// It carries a user name or a password.
    Credentials,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress { found } => {
                write!(
                    f,
                    "“{found}” is not the address of a project; it looks like https://abc.supabase.co"
                )
            }
            Self::NotHttps { host } => {
                write!(
                    f,
                    "{host} must be reached by https; plain http is for this machine alone"
                )
            }
            Self::Credentials => f.write_str("The address must not hold a user name or a password"),
        }
    }
}

impl ProjectUrl {
    /// Reads an address as people paste it: with spaces around it, a slash or `/rest/v1` at its end.
    /// An empty one is the server that the page came from.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str, page_origin: &str) -> Result<Self, UrlProblem> {
        let text = text.trim();
        let text = if text.is_empty() { page_origin } else { text };
        let not_an_address = || UrlProblem::NotAnAddress {
            found: text.chars().take(80).collect(),
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(not_an_address)?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https")
            || rest
                .contains(|c: char| c.is_whitespace() || c.is_control() || "?#\\<>\"".contains(c))
        {
            return Err(not_an_address());
        }
        let path_start = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_start);
        if authority.contains('@') {
            return Err(UrlProblem::Credentials);
        }
        let host = host_of(authority).ok_or_else(not_an_address)?;
        let path = path.trim_end_matches('/');
        let path = path
            .strip_suffix("/rest/v1")
            .unwrap_or(path)
            .trim_end_matches('/');
        let url = format!("{scheme}://{}{path}", authority.to_ascii_lowercase());
        let is_own = url == page_origin || url.starts_with(&format!("{page_origin}/"));
        if scheme == "http" && !is_loopback(host) && !is_own {
            return Err(UrlProblem::NotHttps {
                host: host.to_owned(),
            });
        }
        Ok(Self(url))
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a path below the REST API.
    pub fn rest(&self, path_and_query: &str) -> String {
        format!("{}/rest/v1/{path_and_query}", self.0)
    }
}

/// The address where commits are to be seen, if it is one that a link may lead to.
pub fn repository_link(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix(".git").unwrap_or(text);
    let is_safe = text.starts_with("https://")
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    is_safe.then(|| text.to_owned())
}

fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        (host, port.strip_prefix(':').unwrap_or(port))
    } else {
        authority.split_once(':').unwrap_or((authority, ""))
    };
    let is_valid = !host.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    is_valid.then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://team.github.io";

    fn parsed(text: &str) -> Result<String, UrlProblem> {
        ProjectUrl::parse(text, PAGE).map(|url| url.as_str().to_owned())
    }

    #[test]
    fn an_address_is_read_as_people_paste_it() {
        for text in [
            "https://abc.supabase.co",
            " https://abc.supabase.co/ ",
            "https://ABC.supabase.co/rest/v1/",
            "HTTPS://abc.supabase.co/rest/v1",
        ] {
            assert_eq!(
                parsed(text),
                Ok("https://abc.supabase.co".to_owned()),
                "{text}"
            );
        }
        assert_eq!(
            parsed("https://lab.example/supabase/"),
            Ok("https://lab.example/supabase".to_owned())
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_and_the_page_s_own_server() {
        for text in [
            "http://localhost:54321",
            "http://127.0.0.1:54321",
            "http://[::1]:54321",
        ] {
            assert_eq!(parsed(text), Ok(text.to_owned()));
        }
        assert_eq!(
            parsed("http://lab.example"),
            Err(UrlProblem::NotHttps {
                host: "lab.example".to_owned()
            })
        );
        assert!(ProjectUrl::parse("http://lab.example:8000", "http://lab.example:8000").is_ok());
        assert!(ProjectUrl::parse("http://127.0.0.1.evil.example", PAGE).is_err());
    }

    #[test]
    fn what_is_no_address_is_refused_in_a_sentence() {
        for text in [
            "abc.supabase.co",
            "javascript:alert(1)",
            "https://",
            "https://a b",
            "https://a?x=1",
            "ftp://a",
            "https://a:b",
        ] {
            assert!(
                matches!(parsed(text), Err(UrlProblem::NotAnAddress { .. })),
                "{text}"
            );
        }
        assert_eq!(
            parsed("https://me:secret@abc.supabase.co"),
            Err(UrlProblem::Credentials)
        );
    }

    #[test]
    fn only_an_https_address_becomes_a_link() {
        assert_eq!(
            repository_link("https://github.com/team/models.git/"),
            Some("https://github.com/team/models".to_owned())
        );
        assert_eq!(repository_link("javascript:alert(1)"), None);
        assert_eq!(repository_link(""), None);
    }
}
