//! A proxy between CLI and stack that fails as it was told.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::fault::Fault;

/// Longer than the client waits.
const SILENCE: Duration = Duration::from_millis(1_500);
/// A server that recovers from a crash is given this long.
const PATIENCE: Duration = Duration::from_secs(20);

const STATEMENT_TIMEOUT: &str = r#"{"code":"57014","details":null,"hint":null,"message":"canceling statement due to statement timeout"}"#;

/// The proxy of one schedule.
pub(super) struct Proxy {
    port: u16,
    state: Arc<State>,
}

struct State {
    upstream: u16,
    ahead: Mutex<VecDeque<Fault>>,
    met: Mutex<Vec<Fault>>,
    /// A request with this text in its body meets the statement timeout, always.
    poison: Mutex<Option<String>>,
    is_over: AtomicBool,
}

impl Proxy {
    pub(super) fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(State {
            upstream,
            ahead: Mutex::default(),
            met: Mutex::default(),
            poison: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let state = Arc::clone(&shared);
                thread::spawn(move || state.serve(client));
            }
        });
        Self { port, state }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The next requests meet these faults, one each.
    pub(super) fn fail_with(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.state.ahead).extend(faults);
    }

    /// No more faults, apart from the poison.
    pub(super) fn heal(&self) {
        lock(&self.state.ahead).clear();
    }

    pub(super) fn poison(&self, text: Option<String>) {
        *lock(&self.state.poison) = text;
    }

    /// The faults that requests have met.
    pub(super) fn met(&self) -> Vec<Fault> {
        lock(&self.state.met).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl State {
    /// One request; every answer closes its connection.
    fn serve(&self, mut client: TcpStream) {
        let _ = client.set_read_timeout(Some(PATIENCE));
        let fault = lock(&self.ahead).pop_front();
        lock(&self.met).extend(fault);
        let _ = match fault {
            Some(fault) => self.fail(fault, &mut client),
            None => self.pass(&mut client),
        };
    }

    fn pass(&self, client: &mut TcpStream) -> Option<()> {
        let response = self.deliver(&self.receive(client)?)?;
        client.write_all(&response).ok()
    }

    /// The result says only whether it came to the end.
    fn fail(&self, fault: Fault, client: &mut TcpStream) -> Option<()> {
        match fault {
            Fault::Refused => {}
            Fault::RequestCut => drop(client.read(&mut [0; 64])),
            Fault::RequestHalf => self.deliver_half(&self.receive(client)?),
            Fault::AnswerLost => drop(self.deliver(&self.receive(client)?)),
            Fault::AnswerHalf => {
                let response = self.deliver(&self.receive(client)?)?;
                let _ = client.write_all(&response[..response.len() / 2]);
            }
            Fault::AnswerDripped => {
                let response = self.deliver(&self.receive(client)?)?;
                for piece in response.chunks(response.len() / 8 + 1) {
                    let _ = client.write_all(piece);
                    thread::sleep(Duration::from_millis(20));
                }
            }
            Fault::SilentBefore => {
                self.receive(client)?;
                thread::sleep(SILENCE);
            }
            Fault::SilentAfter => {
                self.deliver(&self.receive(client)?);
                thread::sleep(SILENCE);
            }
            Fault::Twice => {
                let request = self.receive(client)?;
                self.deliver(&request);
                let response = self.deliver(&request)?;
                let _ = client.write_all(&response);
            }
            Fault::Late => {
                let request = self.receive(client)?;
                answer(client, 503, "upstream timed out");
                thread::sleep(Duration::from_millis(300));
                self.deliver(&request);
            }
            Fault::StatusBefore(status) => {
                self.receive(client)?;
                answer(client, status, "upstream error");
            }
            Fault::StatusAfter(status) => {
                self.deliver(&self.receive(client)?);
                answer(client, status, "upstream error");
            }
            Fault::LoginPage => {
                self.receive(client)?;
                answer(client, 200, "<html><title>Sign in to the network</title>");
            }
            Fault::Redirect => {
                self.receive(client)?;
                let _ = client.write_all(
                    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
            }
            Fault::Noise => {
                self.receive(client)?;
                let _ = client.write_all(b"\x16\x03\x01 not HTTP \0\xff\r\n\r\n");
            }
            Fault::StatementTimeout => {
                self.receive(client)?;
                answer(client, 500, STATEMENT_TIMEOUT);
            }
        }
        Some(())
    }

    /// Reads the request; none if it does not arrive, or if it is poisoned and answered.
    fn receive(&self, client: &mut TcpStream) -> Option<Request> {
        let request = Request::read(client)?;
        let poison = lock(&self.poison);
        if poison.as_ref().is_some_and(|text| request.has(text)) {
            answer(client, 500, STATEMENT_TIMEOUT);
            return None;
        }
        drop(poison);
        Some(request)
    }

    /// Sends the request on and reads the whole answer.
    fn deliver(&self, request: &Request) -> Option<Vec<u8>> {
        let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, self.upstream)).ok()?;
        server.set_read_timeout(Some(PATIENCE)).ok()?;
        server.write_all(&request.bytes).ok()?;
        let mut response = Vec::new();
        server.read_to_end(&mut response).ok()?;
        Some(response)
    }

    fn deliver_half(&self, request: &Request) {
        if let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.upstream)) {
            let _ = server.write_all(&request.bytes[..request.bytes.len() * 3 / 4]);
        }
    }
}

/// A request as it is sent on.
struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// Reads head and body, and asks the server to close the connection after its answer.
    fn read(client: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 16_384];
        let head_end = loop {
            if let Some(end) = find(&bytes, b"\r\n\r\n") {
                break end + 4;
            }
            match client.read(&mut buffer) {
                Ok(length @ 1..) => bytes.extend_from_slice(&buffer[..length]),
                _ => return None,
            }
        };
        let head = String::from_utf8_lossy(&bytes[..head_end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0);
        while bytes.len() < head_end + length {
            match client.read(&mut buffer) {
                Ok(length @ 1..) => bytes.extend_from_slice(&buffer[..length]),
                _ => return None,
            }
        }
        let line_end = find(&bytes, b"\r\n")? + 2;
        bytes.splice(line_end..line_end, *b"Connection: close\r\n");
        Some(Self { bytes })
    }

    fn has(&self, text: &str) -> bool {
        find(&self.bytes, text.as_bytes()).is_some()
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn answer(client: &mut TcpStream, status: u16, body: &str) {
    let kind = match body.as_bytes().first() {
        Some(b'{') => "application/json",
        Some(b'<') => "text/html",
        _ => "text/plain",
    };
    let head = format!(
        "HTTP/1.1 {status} Fault\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = client.write_all(head.as_bytes());
    let _ = client.write_all(body.as_bytes());
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no holder of the lock panics")
}
