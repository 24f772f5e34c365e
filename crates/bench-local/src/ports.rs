use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    time::Duration,
};

use serde::Deserialize;
use tokio::net::TcpSocket;

use crate::{
    failure::{Failure, PortHolder},
    random,
};

/// Below the ephemeral ports of Linux and macOS, so that a port is still free at the next start.
const FIRST: u16 = 20_000;
const LAST: u16 = 32_000;

/// Opens the gateway's listener, or names the program that has the port.
pub(crate) fn listen(host: IpAddr, port: u16) -> Result<TcpListener, Failure> {
    let address = SocketAddr::new(host, port);
    let listener = TcpListener::bind(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => Failure::PortTaken {
            address,
            holder: holder_of(address),
        },
        _ => Failure::CannotListen { address, source },
    })?;
    listener
        .set_nonblocking(true)
        .map_err(|source| Failure::CannotListen { address, source })?;
    Ok(listener)
}

/// A loopback port reserved for a server that starts later. It stays reserved until this is
/// dropped.
pub(crate) struct Reserved {
    pub(crate) port: u16,
    /// Bound but not listening: connections are refused, as on a free port.
    _socket: Option<TcpSocket>,
}

/// Reserves a free port, preferably `preferred`.
pub(crate) fn reserve(preferred: Option<u16>) -> Result<Reserved, Failure> {
    // Connections of the previous server may linger; `SO_REUSEADDR` lets a listener take the port
    // anyway.
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    if let Some(port) = preferred.filter(is_free) {
        return Ok(Reserved {
            port,
            _socket: None,
        });
    }
    let held = |port: u16| {
        let socket = TcpSocket::new_v4().ok()?;
        socket.bind((Ipv4Addr::LOCALHOST, port).into()).ok()?;
        Some(Reserved {
            port,
            _socket: Some(socket),
        })
    };
    let span = LAST - FIRST;
    let start = u16::from_le_bytes(random::bytes()?) % span;
    (0..span)
        .map(|step| FIRST + (start + step) % span)
        .find_map(held)
        .ok_or(Failure::NoFreePort {
            first: FIRST,
            last: LAST,
        })
}

/// The process behind `/health`.
#[derive(Debug, Deserialize)]
struct Holder {
    bench_local: u32,
    data_folder: PathBuf,
}

fn holder_of(address: SocketAddr) -> PortHolder {
    let answer = get(address, "/health").ok();
    match answer.and_then(|body| serde_json::from_str(&body).ok()) {
        Some(Holder {
            bench_local,
            data_folder,
        }) => PortHolder::BenchLocal {
            pid: bench_local,
            data_folder,
        },
        None => PortHolder::Unknown,
    }
}

/// Requests one page from a server on this machine, whatever its status.
pub(crate) fn get(address: SocketAddr, path: &str) -> io::Result<String> {
    let patience = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    // HTTP/1.0: the server closes the connection where the body ends
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut text = String::new();
    stream.take(1 << 20).read_to_string(&mut text)?;
    body_of(&text)
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other("not an HTTP answer"))
}

fn body_of(answer: &str) -> Option<&str> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.").then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_not_offered() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = taken.local_addr().expect("an address").port();

        assert_ne!(reserve(Some(port)).expect("a free port").port, port);
    }

    #[test]
    fn a_port_that_is_reserved_is_nobody_elses_until_it_is_let_go() {
        let reserved = reserve(None).expect("a free port");
        let address = (Ipv4Addr::LOCALHOST, reserved.port);

        assert!(TcpListener::bind(address).is_err());
        assert!(TcpStream::connect(address).is_err());
        drop(reserved);
        assert!(TcpListener::bind(address).is_ok());
    }

    #[test]
    fn the_body_of_an_answer_follows_its_head() {
        assert_eq!(
            body_of("HTTP/1.0 503 Service Unavailable\r\na: b\r\n\r\n{}"),
            Some("{}")
        );
        assert_eq!(body_of("SSH-2.0-OpenSSH"), None);
    }
}
