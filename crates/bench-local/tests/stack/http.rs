use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

/// A raw request; only `Host` and the length are added.
pub(crate) struct Request {
    port: u16,
    head: String,
    body: Vec<u8>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn new(port: u16, method: &str, path: &str) -> Self {
        // HTTP/1.0: the body ends where the connection does
        let head = format!("{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n");
        Self {
            port,
            head,
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head = format!("{}{name}: {value}\r\n", self.head);
        self
    }

    pub(crate) fn json(self, value: &serde_json::Value) -> Self {
        let mut this = self.header("Content-Type", "application/json");
        this.body = value.to_string().into_bytes();
        this
    }

    pub(crate) fn send(self) -> Answer {
        self.try_send().expect("an answer")
    }

    /// `None` if the server is gone or closes before responding.
    pub(crate) fn try_send(self) -> Option<Answer> {
        let this = match self.body.len() {
            0 => self,
            length => self.header("Content-Length", &length.to_string()),
        };
        let Self { port, head, body } = this;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .ok()?;
        stream.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        // A server that refuses the headers may close before reading the body.
        let _ = stream.write_all(&body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::parse(&bytes)
    }
}

/// Sends bytes as they are. `None` if the server closes without a response.
pub(crate) fn exchange(port: u16, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .ok()?;
    stream.write_all(bytes).ok()?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    Answer::parse(&answer)
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Self {
            status,
            head: head.to_lowercase(),
            body: body.to_owned(),
        })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// A header of the response, its value in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}
