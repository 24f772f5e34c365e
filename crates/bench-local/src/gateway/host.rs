use std::net::{Ipv4Addr, Ipv6Addr};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, Version, header, uri::Authority},
    response::Response,
};

use super::answer;

/// Refuses a request that was addressed to another name than this stack's.
///
/// A page of another site can make its own name resolve to 127.0.0.1 and then read every response
/// as its own (DNS rebinding). It can't do that with an address in numbers, nor with `localhost`.
pub(super) fn check(
    uri: &Uri,
    version: Version,
    headers: &HeaderMap,
    allowed: &[String],
) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(Refusal::Unclear);
    }
    // An address in the request line stands above the header.
    let authority = match (uri.authority(), host) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => Authority::try_from(host.as_bytes()).map_err(|_| Refusal::Unclear)?,
        // Only HTTP/1.0 may leave it out; no browser does.
        (None, None) if version < Version::HTTP_11 => return Ok(()),
        (None, None) => return Err(Refusal::Unclear),
    };
    if authority.as_str().contains('@') {
        return Err(Refusal::Unclear);
    }
    let name = normal(authority.host());
    if is_address(&name) || is_localhost(&name) || allowed.contains(&name) {
        Ok(())
    } else {
        Err(Refusal::Stranger(name))
    }
}

/// Whether the request was addressed to this machine by a name that works only on it.
pub(super) fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let Some(Ok(authority)) = host.map(Authority::try_from) else {
        return false;
    };
    let name = normal(authority.host());
    is_localhost(&name)
        || name.parse().is_ok_and(|it: Ipv4Addr| it.is_loopback())
        || v6(&name).is_some_and(|it| it.is_loopback())
}

/// A name for `--allow-host`.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let name = normal(text);
    let is_of_a_label = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_name = name.len() <= 253
        && name
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(is_of_a_label));
    if is_name {
        Ok(name)
    } else {
        Err("only the name, without `http://` and port: `bench.example.org`".to_owned())
    }
}

fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn is_address(name: &str) -> bool {
    name.parse::<Ipv4Addr>().is_ok() || v6(name).is_some()
}

fn v6(name: &str) -> Option<Ipv6Addr> {
    name.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// Why a request is not for this stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No name, two, or none that can be read.
    Unclear,
    Stranger(String),
}

impl Refusal {
    pub(super) fn answer(&self) -> Response {
        match self {
            Self::Unclear => answer::message(
                StatusCode::BAD_REQUEST,
                "The request does not say which host it is for",
                "send one `Host` header, as every HTTP client does",
            ),
            Self::Stranger(name) => answer::message(
                StatusCode::MISDIRECTED_REQUEST,
                &format!("`{name}` is not a name of this stack"),
                &format!(
                    "use its address in numbers or `localhost`; if the name is yours, start the \
                     stack with `bench-local up --allow-host {name}`"
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).expect("a value"));
        let allowed = ["bench.example.org".to_owned()];
        check(&Uri::from_static("/"), Version::HTTP_11, &headers, &allowed)
    }

    #[test]
    fn an_address_localhost_and_an_allowed_name_are_ours() {
        for host in [
            "127.0.0.1:54321",
            "192.168.1.7",
            "[::1]:54321",
            "localhost:54321",
            "LOCALHOST",
            "localhost.:1",
            "team.localhost",
            "Bench.Example.org:443",
        ] {
            assert_eq!(asked(host), Ok(()), "{host}");
        }
    }

    #[test]
    fn every_other_name_is_refused() {
        for host in [
            "evil.example:54321",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "example.org",
            "a.bench.example.org",
        ] {
            assert!(matches!(asked(host), Err(Refusal::Stranger(_))), "{host}");
        }
        for host in ["", "localhost@evil.example", "evil\"}<script>", "a b"] {
            assert!(asked(host).is_err(), "{host}");
        }
    }

    #[test]
    fn the_host_in_the_request_line_counts_and_two_headers_do_not() {
        let with = |uri: &'static str, hosts: &[&'static str], version| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, HeaderValue::from_static(host));
            }
            check(&Uri::from_static(uri), version, &headers, &[])
        };
        let one = Version::HTTP_11;
        assert!(with("http://evil.example/", &["localhost"], one).is_err());
        assert!(with("/", &["localhost", "localhost"], one).is_err());
        assert!(with("/", &[], one).is_err());
        assert!(with("/", &[], Version::HTTP_10).is_ok());
    }

    #[test]
    fn only_a_name_can_be_allowed() {
        assert_eq!(parse("Devbox.lan").as_deref(), Ok("devbox.lan"));
        for text in [
            "..",
            "a..b",
            "",
            "http://devbox",
            "devbox:54321",
            "*",
            "a/b",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
