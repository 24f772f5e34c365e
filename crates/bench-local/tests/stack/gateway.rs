use std::fs;

use serde_json::json;

use crate::{
    http,
    kit::{Stack, stderr},
};

#[test]
fn a_page_of_another_origin_may_ask_and_read() {
    let stack = Stack::up();
    let path = "/rest/v1/benchmark_snapshots";

    let preflight = stack
        .request("OPTIONS", path)
        .header("Origin", "https://team.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "apikey,x-anything")
        .send();
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("apikey,x-anything")
    );

    let key = stack.variable("SUPABASE_PUBLISHABLE_KEY");
    let answer = stack
        .request("GET", path)
        .header("Origin", "https://team.example")
        .header("apikey", &key)
        .header("Prefer", "count=exact")
        .send();
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (200, Some("*/0"))
    );
    let origins = answer
        .head
        .lines()
        .filter(|line| line.starts_with("access-control-allow-origin"))
        .count();
    assert_eq!(origins, 1);
    assert!(
        answer
            .header("access-control-expose-headers")
            .is_some_and(|names| names.contains("content-range"))
    );

    // Refusals need CORS headers too, or the page shows a network error.
    assert_eq!(
        stack.get(path).header("access-control-allow-origin"),
        Some("*")
    );
    assert_eq!(stack.get("/auth/v1/user").status, 404);
}

#[test]
fn health_and_config_tell_what_the_dashboard_needs_and_no_secret() {
    let stack = Stack::up();

    let health = stack.get("/health");
    assert_eq!(
        (health.status, &health.json()["status"]),
        (200, &json!("ok"))
    );
    let config = stack.get("/config.json");
    assert_eq!(
        config.json()["supabase_url"],
        format!("http://127.0.0.1:{}", stack.port)
    );
    assert_eq!(
        config.json()["publishable_key"],
        stack.variable("SUPABASE_PUBLISHABLE_KEY")
    );

    for name in ["SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"] {
        let secret = stack.variable(name);
        assert!(
            !health.body.contains(&secret) && !config.body.contains(&secret),
            "{name}"
        );
    }
    let page = stack.get("/");
    assert!(page.body.contains("cargo xtask demo"), "{}", page.body);
}

#[test]
fn the_dashboards_files_are_served_with_what_browsers_need() {
    let stack = Stack::prepare();
    let dist = stack.scratch().join("dist");
    fs::create_dir(&dist).expect("a folder");
    let script = "x".repeat(10_000);
    fs::write(dist.join("index.html"), "<script>go()</script>").expect("a page");
    fs::write(dist.join("app-0123456789abcdef.js"), &script).expect("a script");
    fs::write(dist.join("app_bg.wasm"), b"\0asm").expect("a module");
    fs::write(stack.scratch().join("outside.txt"), "secret").expect("a file");
    let dist = dist.to_str().expect("UTF-8");
    let up = stack.run(
        "up",
        &[
            "--port",
            &stack.port.to_string(),
            "--dashboard",
            dist,
            "--detach",
        ],
    );
    assert!(up.status.success(), "{}", stderr(&up));

    let page = stack.get("/trends/medgemma?metric=f1");
    assert_eq!(
        (page.status, page.body.as_str()),
        (200, "<script>go()</script>")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert!(
        page.header("content-security-policy")
            .is_some_and(|policy| policy.contains("'wasm-unsafe-eval'"))
    );

    let head = stack.request("HEAD", "/trends/medgemma").send();
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(
        head.header("content-security-policy"),
        page.header("content-security-policy")
    );

    let packed = stack
        .request("GET", "/app-0123456789abcdef.js")
        .header("Accept-Encoding", "gzip")
        .send();
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(
        packed
            .header("cache-control")
            .is_some_and(|value| value.contains("immutable"))
    );
    let plain = stack.get("/app-0123456789abcdef.js");
    assert_eq!(plain.body, script);

    let module = stack.get("/app_bg.wasm");
    assert_eq!(module.header("content-type"), Some("application/wasm"));
    assert_eq!(module.header("cache-control"), Some("no-cache"));
    assert!(module.header("last-modified").is_some());
    let again = stack
        .request("GET", "/app_bg.wasm")
        .header("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")
        .send();
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(stack.get("/gone.js").status, 404);
    assert_eq!(stack.get("/../outside.txt").status, 404);
    assert_eq!(stack.get("/%2e%2e/outside.txt").status, 404);
}

#[test]
fn a_request_that_is_too_large_is_refused_before_it_is_sent_on() {
    let stack = Stack::up();
    let answer = stack
        .request("POST", "/rest/v1/benchmark_transactions")
        .header("apikey", &stack.variable("SUPABASE_SECRET_KEY"))
        .header("Content-Length", "200000000")
        .send();
    assert_eq!(answer.status, 413);
}

#[test]
fn keys_stand_in_one_file_and_in_no_log_and_no_command_line() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    let _ = stack.get(&format!(
        "/rest/v1/nowhere?apikey={}",
        stack.variable("SUPABASE_ANON_KEY")
    ));
    let password = stack
        .variable("DATABASE_URL")
        .split([':', '@'])
        .nth(2)
        .map(str::to_owned);
    let secrets = [
        stack.variable("SUPABASE_ANON_KEY"),
        stack.variable("SUPABASE_SECRET_KEY"),
        stack.variable("SUPABASE_SERVICE_ROLE_KEY"),
        password.expect("a password"),
    ];

    let processes = std::process::Command::new("ps")
        .args(["-ww", "-eo", "args="])
        .output()
        .expect("ps");
    let mut texts = vec![String::from_utf8_lossy(&processes.stdout).into_owned()];
    for log in [
        "bench-local.log",
        "postgresql.log",
        "postgrest.log",
        "stack.json",
    ] {
        texts.push(fs::read_to_string(stack.folder().join(log)).expect("a file"));
    }
    for secret in &secrets {
        assert!(texts.iter().all(|text| !text.contains(secret)));
    }
}

#[test]
fn a_page_that_makes_its_own_name_resolve_to_this_machine_reads_nothing() {
    let stack = Stack::up();
    let folder = stack.folder().display().to_string();
    let key = stack.variable("SUPABASE_PUBLISHABLE_KEY");
    let asked = |path: &str, host: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        http::exchange(stack.port, request.as_bytes()).expect("an answer")
    };

    for path in ["/config.json", "/health", "/", "/rest/v1/"] {
        let answer = asked(path, &format!("evil.example:{}", stack.port));
        assert_eq!(answer.status, 421, "{path}");
        assert!(
            !answer.body.contains(&folder) && !answer.body.contains(&key),
            "{path}"
        );
    }
    for host in ["localhost", "[::1]:1", "192.168.1.7:54321"] {
        assert_eq!(asked("/config.json", host).status, 200, "{host}");
    }
    // The folder is for this machine's own tools.
    assert!(asked("/health", "127.0.0.1").body.contains(&folder));
    assert!(!asked("/health", "192.168.1.7").body.contains(&folder));

    assert!(stack.run("down", &[]).status.success());
    let port = stack.port.to_string();
    let up = [
        "--port",
        &port,
        "--allow-host",
        "Bench.Example.org",
        "--detach",
    ];
    let up = stack.run("up", &up);
    assert!(up.status.success(), "{}", stderr(&up));
    assert_eq!(asked("/config.json", "bench.example.org").status, 200);
    assert_eq!(asked("/config.json", "evil.example").status, 421);
}

#[test]
fn what_is_no_proper_request_is_refused_before_it_reaches_the_database() {
    let stack = Stack::up();
    let reader = stack.variable("SUPABASE_PUBLISHABLE_KEY");
    let get = |path: &str| stack.request("GET", path).header("apikey", &reader).send();

    for path in [
        "/rest/v1/benchmark_snapshots?model_version=eq.a%00b",
        "/rest/v1/benchmark%00snapshots",
        "/trends/a%00b",
        // PostgreSQL refuses it, and PostgREST calls that its own failure (500).
        "/rest/v1/benchmark_snapshots?model_version=eq.%ff",
        "/rest/v1/%ff",
    ] {
        assert_eq!(get(path).status, 400, "{path}");
    }

    // What a page makes of its query is the page's own matter.
    assert_eq!(get("/trends?to=%00").status, 200);

    // Two lengths, or a length and chunks: another server might see a second request in it.
    let smuggled = [
        "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}GET ",
        "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Content-Length: +2\r\n\r\n{}",
    ];
    for rest in smuggled {
        let request = format!(
            "POST /rest/v1/rpc/detect_regression HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: {reader}\r\n\
             Content-Type: application/json\r\n{rest}"
        );
        let answer = http::exchange(stack.port, request.as_bytes());
        assert!(answer.is_none_or(|answer| answer.status == 400), "{rest:?}");
    }
}

#[test]
fn a_reader_may_send_one_mebibyte() {
    let stack = Stack::up();
    let send = |key: &str, length: usize| {
        let body = serde_json::json!({"p_model_version": "x".repeat(length)});
        stack
            .request("POST", "/rest/v1/rpc/detect_regression")
            .header("apikey", &stack.variable(key))
            .json(&body)
            .send()
    };
    let answer = send("SUPABASE_PUBLISHABLE_KEY", 1_000_000);
    assert_eq!(answer.status, 200, "{}", answer.body);

    let answer = send("SUPABASE_PUBLISHABLE_KEY", 1_100_000);
    assert_eq!(
        (answer.status, &answer.json()["message"]),
        (413, &json!("The request is larger than 1 MiB"))
    );
    assert_eq!(send("SUPABASE_SECRET_KEY", 1_100_000).status, 200);
}
