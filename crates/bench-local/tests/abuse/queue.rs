use std::{
    io::Write as _,
    net::{Ipv4Addr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use crate::{
    alone,
    kit::{Stack, eventually},
};

const SLOW: usize = 30;
/// Three statements of `anon` in a row would take longer.
const PROMPT: Duration = Duration::from_secs(2);

/// A function that is as expensive as `anon`'s statement timeout allows.
async fn make_slow_read(stack: &Stack) {
    let owner = stack.database().await;
    owner
        .batch_execute(
            "create function public.slow_read() returns bigint language sql stable
               as 'select count(*) from generate_series(1, 100000000)';
             grant execute on function public.slow_read() to anon;
             notify pgrst, 'reload schema';",
        )
        .await
        .expect("created");
}

#[test]
fn a_push_does_not_stand_behind_slow_anonymous_reads() {
    let _alone = alone();
    let stack = Stack::up();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(make_slow_read(&stack));
    let reader = stack.variable("SUPABASE_PUBLISHABLE_KEY");
    let slow = || {
        let request = stack.request("GET", "/rest/v1/rpc/slow_read");
        request.header("apikey", &reader).send().status
    };
    eventually("the function is known", || slow() != 404);
    stack.store_run("warm", 0.9);
    let writer = stack.variable("SUPABASE_SECRET_KEY");
    let push = |n: usize| {
        let row = serde_json::json!({
            "commit_sha": "abc123", "model_version": "queue", "dataset_version": "d",
            "prompt_version": "p", "environment": "local", "run_id": n.to_string(), "metrics": {"f1": 0.9},
        });
        let begin = Instant::now();
        let answer = stack
            .request("POST", "/rest/v1/benchmark_transactions")
            .header("apikey", &writer)
            .json(&row)
            .send();
        assert_eq!(answer.status, 201, "{}", answer.body);
        begin.elapsed()
    };

    let alone = push(0);
    let waits: Vec<Duration> = thread::scope(|scope| {
        let slow: Vec<_> = (0..SLOW).map(|_| scope.spawn(slow)).collect();
        thread::sleep(Duration::from_millis(500));
        let waits = (1..=5).map(push).collect();
        for read in slow {
            // Its time is up, or there was no place in time.
            let status = read.join().expect("an answer");
            assert!(matches!(status, 500 | 503), "{status}");
        }
        waits
    });

    let worst = waits.iter().max().expect("some pushes");
    eprintln!("a push alone: {alone:?}; behind {SLOW} slow reads, at most: {worst:?}");
    assert!(*worst < PROMPT, "{worst:?}");

    // PostgREST goes on with what a client no longer waits for.
    for _ in 0..SLOW {
        let request = format!(
            "GET /rest/v1/rpc/slow_read HTTP/1.1\r\nHost: 127.0.0.1\r\napikey: {reader}\r\n\r\n"
        );
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, stack.port)).expect("a stream");
        stream.write_all(request.as_bytes()).expect("sent");
        thread::sleep(Duration::from_millis(20));
    }
    let waits: Vec<Duration> = (6..=10).map(push).collect();
    let worst = waits.iter().max().expect("some pushes");
    eprintln!("behind {SLOW} slow reads that nobody waits for, at most: {worst:?}");
    assert!(*worst < PROMPT, "{worst:?}");
}
