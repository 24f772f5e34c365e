//! A run that the database can't store in time keeps no other run waiting.

use bench_tests::{Stack, report, report_file};
use serde_json::json;
use tempfile::TempDir;

/// The server was not reached.
const NOT_REACHED: i32 = 5;

/// Makes each run cost 100 ms, and the model `bad` more than the statement timeout of 3 s.
const SLOW: &str = "
    create function public.be_slow() returns trigger language plpgsql as $$
    begin
      perform pg_catalog.pg_sleep(case when new.model_version = 'bad' then 60 else 0.1 end);
      return new;
    end $$;
    create trigger be_slow before insert on public.benchmark_transactions
      for each row execute function public.be_slow();
    alter role service_role set statement_timeout = '3s';
    notify pgrst, 'reload config';
";

#[test]
fn a_batch_that_meets_the_statement_timeout_is_divided_and_a_run_that_does_waits_alone() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    let runs = 60;
    let reports: Vec<_> = (0..runs)
        .map(|run| match run {
            17 => report("bad", 0.5),
            run => report(&format!("good-{run}"), 0.9),
        })
        .collect();
    let file = report_file(stack.folder(), "reports.json", json!(reports).to_string());
    stack.stop();
    let push = || stack.push().home(home.path());
    push()
        .report(&file)
        .args(["--run-id", "1", "--attempts", "1"])
        .run()
        .ends_with(NOT_REACHED);
    stack.start_again();
    stack.postgres().execute(SLOW).expect("the owner may");
    // PostgREST reads the role's settings anew within moments.
    std::thread::sleep(std::time::Duration::from_millis(500));

    let flush = push().arg("flush").run().ends_with(NOT_REACHED);
    assert!(flush.stderr.contains("57014"), "{}", flush.stderr);
    assert!(
        flush.stderr.contains("stays in the spool"),
        "{}",
        flush.stderr
    );
    assert_eq!(stack.runs(), runs - 1);

    stack
        .postgres()
        .execute("drop trigger be_slow on public.benchmark_transactions")
        .expect("the owner may");
    push().arg("flush").run().success();
    assert_eq!(stack.runs(), runs);
}
