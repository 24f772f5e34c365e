//! The program of the first visit: only the first page.

fn main() {
    bench_web::first_page();
}
