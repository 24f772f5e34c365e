//! Starts the dashboard in the browser.

fn main() {
    console_error_panic_hook::set_once();
    bench_web::start();
}
