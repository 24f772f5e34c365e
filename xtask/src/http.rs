//! A `GET` to the local stack: plain HTTP/1.0 on loopback, so that no client library has to be
//! compiled.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::failure::{Explain as _, Failure};

/// The response.
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The value of a header; the name is case-insensitive.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Requests `path` from `127.0.0.1:port` with extra headers.
pub(crate) fn get(port: u16, path: &str, headers: &[(&str, &str)]) -> Result<Reply, Failure> {
    let about = || format!("http://127.0.0.1:{port}{path} does not answer");
    let mut request =
        format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: xtask\r\n");
    for (name, value) in headers {
        request = request + name + ": " + value + "\r\n";
    }
    request.push_str("\r\n");

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let limit = Duration::from_secs(30);
    let mut stream = TcpStream::connect_timeout(&address, limit).explain(about)?;
    stream.set_read_timeout(Some(limit)).explain(about)?;
    stream.write_all(request.as_bytes()).explain(about)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).explain(about)?;
    parse(&String::from_utf8_lossy(&answer)).ok_or_else(|| {
        Failure::new(format!(
            "http://127.0.0.1:{port}{path} did not answer in HTTP"
        ))
    })
}

fn parse(answer: &str) -> Option<Reply> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Reply {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_a_status_headers_in_any_case_and_a_body() {
        let reply = parse("HTTP/1.0 206 Partial\r\ncontent-range: 0-0/7\r\n\r\n[{}]").unwrap();

        assert_eq!(reply.status, 206);
        assert_eq!(reply.header("Content-Range"), Some("0-0/7"));
        assert_eq!(reply.body, "[{}]");
    }
}
