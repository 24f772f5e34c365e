//! A project with Supabase Realtime: new runs appear at once, without polling.
//!
//! The local stack has no Realtime, so a small server in front of it implements the protocol.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use bench_tests::{Browser, Stack, project, report, site};
use serde_json::json;

struct Realtime {
    server: Child,
    tell: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Realtime {
    fn start(stack: &Stack) -> (Self, String) {
        let mut server = Command::new("node")
            .arg(project().join("tests/clients/realtime.mjs"))
            .env("SUPABASE_URL", stack.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is there");
        let tell = server.stdin.take().expect("piped");
        let said = BufReader::new(server.stdout.take().expect("piped")).lines();
        let mut realtime = Self { server, tell, said };
        let url = format!("http://127.0.0.1:{}", realtime.next());
        (realtime, url)
    }

    fn next(&mut self) -> String {
        self.said.next().expect("the server runs").expect("text")
    }
}

impl Drop for Realtime {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn a_new_run_shows_at_once_where_the_project_sends_word() {
    let stack = Stack::start();
    site::store(&stack, [report("alpha", 0.9)]);
    let (mut realtime, url) = Realtime::start(&stack);
    let settings =
        json!({"supabase_url": url, "publishable_key": stack.keys().publishable, "realtime": true});
    // A page of the project's own server, and one of another server on this machine.
    for (page, model) in [(&url, "beta"), (&stack.url(), "gamma")] {
        let browser = Browser::start();
        browser.open(&format!("{page}/settings"));
        browser.settle();
        browser.script(&format!(
            "localStorage.setItem('benchmark-monitor:connection:/', {}); localStorage.setItem('benchmark-monitor:preferences', '{{\"refresh_seconds\": 0}}')",
            json!(settings.to_string())
        ));
        browser.open(page);
        browser.wait_for("alpha");
        assert_eq!(realtime.next(), "joined");

        site::store(&stack, [report(model, 0.9)]);
        writeln!(realtime.tell).expect("the server listens");

        let told = Instant::now();
        browser.wait_for(model);
        let took = told.elapsed();
        assert!(took < Duration::from_secs(5), "{page}: {took:?}");
        assert_eq!(browser.console(), Vec::<String>::new(), "{page}");
    }
}
