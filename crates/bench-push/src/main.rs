//! Validates a benchmark report and stores it in Supabase as one immutable run.

fn main() -> std::process::ExitCode {
    bench_push::run()
}
