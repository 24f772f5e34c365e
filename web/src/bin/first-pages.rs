//! The program that a reader's first visit waits for: the first page and the settings.

fn main() {
    bench_web::start(bench_web::app::FirstPages);
}
