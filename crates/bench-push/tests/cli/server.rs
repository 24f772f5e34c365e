//! A scripted server that records its requests.

use std::{
    collections::{HashSet, VecDeque},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// The reaction to one request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Store the runs, like `ingest_runs`.
    Store,
    /// Store the runs, and close in the middle of the response.
    StoreThenCut,
    /// Store the runs, and end in the middle of the JSON with a matching length.
    StoreThenTruncate,
    /// Respond with this status, additional header lines and this body.
    Answer(u16, &'static str, String),
    /// Respond with this status and this body, and never finish.
    AnswerWithoutEnd(u16, String),
    /// Store the runs, and never respond.
    StoreThenHang,
    /// Close without a response.
    Drop,
    /// Wait for a minute.
    Hang,
    /// Perform the act that this chooses.
    Depending(Choice),
}

/// What a server does, by the request.
pub(crate) type Choice = Arc<dyn Fn(&Asked) -> Act + Send + Sync>;

impl Act {
    /// Performs the act that `choose` returns.
    pub(crate) fn depending(choose: impl Fn(&Asked) -> Self + Send + Sync + 'static) -> Self {
        Self::Depending(Arc::new(choose))
    }
}

/// One received request.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    /// Header lines, names in lower case.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .headers
            .iter()
            .find(|line| line.starts_with(&format!("{name}: ")))?;
        Some(&line[name.len() + 2..])
    }

    /// Whether it only asks for remarks, which is no test's subject here.
    fn is_a_remark(&self) -> bool {
        let is_of = |table: &str| self.line.starts_with(&format!("GET /rest/v1/{table}?"));
        is_of("benchmark_configurations") && self.line.contains("model_version")
            || is_of("v_metrics") && self.line.contains("direction_from")
    }

    /// The idempotency keys of the runs that were sent.
    pub(crate) fn keys(&self) -> Vec<String> {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let runs = body["p_runs"].as_array().cloned().unwrap_or_default();
        runs.iter()
            .map(|run| {
                run["idempotency_key"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }
}

#[derive(Default)]
struct State {
    acts: VecDeque<Act>,
    asked: Vec<Asked>,
    stored: HashSet<String>,
}

/// Listens on a free port until the test ends.
pub(crate) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Performs `acts` in order, and the last one for every further request.
    pub(crate) fn that(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State {
            acts: acts.into_iter().collect(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &state));
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().expect("no panic").asked.clone()
    }

    /// The number of stored runs.
    pub(crate) fn stored(&self) -> usize {
        self.state.lock().expect("no panic").stored.len()
    }

    /// Performs `acts` from now on.
    pub(crate) fn now_does(&self, acts: impl IntoIterator<Item = Act>) {
        self.state.lock().expect("no panic").acts = acts.into_iter().collect();
    }
}

/// Handles the requests of one connection.
fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read_request(&mut reader) {
        let act = if asked.is_a_remark() {
            Some(Act::Answer(200, "", "[]".to_owned()))
        } else {
            let mut state = state.lock().expect("no panic");
            state.asked.push(asked.clone());
            if state.acts.len() > 1 {
                state.acts.pop_front()
            } else {
                state.acts.front().cloned()
            }
        };
        let mut act = act.unwrap_or(Act::Drop);
        while let Act::Depending(choose) = act {
            act = choose(&asked);
        }
        let (status, headers, body, sent) = match act {
            Act::Depending(_) => unreachable!("chosen above"),
            Act::Drop => return,
            Act::Hang => return thread::sleep(Duration::from_secs(60)),
            Act::StoreThenHang => {
                store(&asked, state);
                return thread::sleep(Duration::from_secs(60));
            }
            Act::AnswerWithoutEnd(status, body) => {
                let answer = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n\r\n{body}");
                let mut stream = stream;
                if stream.write_all(answer.as_bytes()).is_ok() {
                    thread::sleep(Duration::from_secs(60));
                }
                return;
            }
            Act::Answer(status, headers, body) => (status, headers, body, usize::MAX),
            Act::Store => (200, "", store(&asked, state), usize::MAX),
            Act::StoreThenCut => (200, "", store(&asked, state), 40),
            Act::StoreThenTruncate => {
                let body = store(&asked, state);
                let half = body[..body.len() / 2].to_owned();
                (200, "", half, usize::MAX)
            }
        };
        let kind = if headers.contains("Content-Type") {
            ""
        } else {
            "Content-Type: application/json\r\n"
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\n{kind}{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        let body = &body.as_bytes()[..body.len().min(sent)];
        let mut stream = stream;
        if stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body))
            .is_err()
            || sent != usize::MAX
        {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut next = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        Some(line.trim_end().to_owned())
    };
    let line = next()?;
    let mut headers = Vec::new();
    loop {
        let header = next()?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(": ")?;
        headers.push(format!("{}: {value}", name.to_ascii_lowercase()));
    }
    let length = headers
        .iter()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked {
        line,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        at: Instant::now(),
    })
}

fn store(asked: &Asked, state: &Mutex<State>) -> String {
    let mut state = state.lock().expect("no panic");
    let rows: Vec<Value> = asked
        .keys()
        .into_iter()
        .map(|key| {
            let id = format!("00000000-0000-4000-8000-{}", &key[..12]);
            let outcome = if state.stored.insert(key.clone()) { "stored" } else { "known" };
            json!({ "idempotency_key": key, "id": id, "version": 1, "outcome": outcome, "created_at": "2026-11-24T09:00:00+00:00" })
        })
        .collect();
    Value::from(rows).to_string()
}
