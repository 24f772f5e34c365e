//! The whole dashboard in one program, fetched when a reader goes beyond the first page.

fn main() {
    bench_web::start(bench_web::app::EveryPage);
}
