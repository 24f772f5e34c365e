//! The whole dashboard in one program, loaded when a user goes beyond the first page.

fn main() {
    bench_web::every_page();
}
