use std::{
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::{alone, kit::Stack};

const IDLE: usize = 1_000;
const HALF: usize = 200;
const BIG: usize = 100;
/// How long the crowd is kept up.
const SIEGE: Duration = Duration::from_secs(10);

/// An answer to everyone else.
const PROMPT: Duration = Duration::from_secs(1);
/// For gateway and PostgREST together, in KiB.
const MEMORY: u64 = 300 << 10;

#[test]
fn a_crowd_of_idle_half_sent_and_big_requests_holds_nobody_up_and_fits_into_memory() {
    let _alone = alone();
    // The sockets of this test alone are more than most systems allow by default.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, most.min(8_192), most).expect("a higher limit");
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    let reader = stack.variable("SUPABASE_PUBLISHABLE_KEY");
    let writer = stack.variable("SUPABASE_SECRET_KEY");
    let is_over = AtomicBool::new(false);

    let waits = thread::scope(|scope| {
        let idle: Vec<TcpStream> = (0..IDLE).filter_map(|_| connect(&stack)).collect();
        let half: Vec<TcpStream> = (0..HALF)
            .filter_map(|n| begin(&stack, &reader, n % 2 == 0))
            .collect();
        for n in 0..BIG {
            let (stack, reader, is_over) = (&stack, &reader, &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    send_big(stack, reader, n);
                    thread::sleep(Duration::from_millis(200));
                }
            });
        }
        let waits = ask_meanwhile(&stack, &reader, &writer);
        is_over.store(true, Ordering::Relaxed);
        drop((idle, half));
        waits
    });

    let peaks = [stack.supervisor(), postgrest(&stack)].map(peak);
    let worst = waits.iter().max().expect("some were asked");
    eprintln!(
        "{} requests meanwhile, the slowest in {worst:?}; gateway {} MiB, PostgREST {} MiB at most",
        waits.len(),
        peaks[0] >> 10,
        peaks[1] >> 10,
    );
    assert!(*worst < PROMPT, "{worst:?}");
    assert!(peaks.iter().sum::<u64>() < MEMORY, "{peaks:?} KiB");
}

/// Reads, pushes and asks for `/health`, each on a new connection, and measures.
fn ask_meanwhile(stack: &Stack, reader: &str, writer: &str) -> Vec<Duration> {
    let mut waits = Vec::new();
    let until = Instant::now() + SIEGE;
    for n in 0.. {
        if Instant::now() > until {
            break;
        }
        let row = serde_json::json!({
            "commit_sha": "abc123", "model_version": "siege", "dataset_version": "d",
            "prompt_version": "p", "environment": "local", "run_id": n.to_string(), "metrics": {"f1": 0.9},
        });
        let requests = [
            (
                stack
                    .request("GET", "/rest/v1/benchmark_snapshots?limit=1")
                    .header("apikey", reader),
                200,
            ),
            (
                stack
                    .request("POST", "/rest/v1/benchmark_transactions")
                    .header("apikey", writer)
                    .json(&row),
                201,
            ),
            (stack.request("GET", "/health"), 200),
            (stack.request("GET", "/"), 200),
        ];
        for (request, status) in requests {
            let begin = Instant::now();
            let answer = request.send();
            assert_eq!(answer.status, status, "{}", answer.body);
            waits.push(begin.elapsed());
        }
        thread::sleep(Duration::from_millis(50));
    }
    waits
}

fn connect(stack: &Stack) -> Option<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, stack.port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    Some(stream)
}

/// Half a head, or half a body.
fn begin(stack: &Stack, key: &str, head_only: bool) -> Option<TcpStream> {
    let mut stream = connect(stack)?;
    let half = if head_only {
        "GET /rest/v1/benchmark_snapshots HTTP/1.1\r\nHost: 127.0.".to_owned()
    } else {
        format!("{}Content-Length: 1000\r\n\r\n{{", head(key))
    };
    stream.write_all(half.as_bytes()).ok()?;
    Some(stream)
}

fn head(key: &str) -> String {
    format!(
        "POST /rest/v1/rpc/detect_regression HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: {key}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n"
    )
}

/// 60 MB as announced, 60 MB in chunks, or as much as a reader may send; the server may close
/// whenever it likes.
fn send_big(stack: &Stack, key: &str, n: usize) {
    let Some(mut stream) = connect(stack) else {
        return;
    };
    let mebibyte = vec![b'1'; 1 << 20];
    let _ = match n % 3 {
        0 => stream
            .write_all(format!("{}Content-Length: 60000000\r\n\r\n", head(key)).as_bytes())
            .and_then(|()| (0..57).try_for_each(|_| stream.write_all(&mebibyte))),
        1 => stream
            .write_all(format!("{}Transfer-Encoding: chunked\r\n\r\n", head(key)).as_bytes())
            .and_then(|()| {
                (0..57).try_for_each(|_| {
                    stream.write_all(b"100000\r\n")?;
                    stream.write_all(&mebibyte)?;
                    stream.write_all(b"\r\n")
                })
            }),
        _ => {
            // The most values per byte: PostgREST reads every one.
            let body = format!("{{\"p_model_version\":[{}0]}}", "0,".repeat(500_000));
            let head = format!("{}Content-Length: {}\r\n\r\n", head(key), body.len());
            stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(body.as_bytes()))
        }
    };
    let _ = stream.read(&mut [0; 512]);
}

/// The most memory that a process ever had, in KiB.
fn peak(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .expect("Linux says so")
}

/// The process of a stack's PostgREST.
fn postgrest(stack: &Stack) -> i32 {
    let text = fs::read_to_string(stack.folder().join("postgrest.lock")).expect("it runs");
    let holder: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    holder["pid"]
        .as_i64()
        .and_then(|pid| pid.try_into().ok())
        .expect("a process id")
}
