//! The command `bench-local`; see the library.

fn main() -> std::process::ExitCode {
    bench_local::run()
}
