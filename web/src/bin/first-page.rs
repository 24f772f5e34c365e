//! The program that a reader's first visit waits for: the first page alone.

fn main() {
    bench_web::start(bench_web::app::FirstPage);
}
