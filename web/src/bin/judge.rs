//! The program that computes verdicts for the first page, loaded when its table scrolls into view.

use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// See [`bench_web::judge`].
#[wasm_bindgen]
#[must_use]
pub fn judge(against: &str, metrics: &str) -> String {
    bench_web::judge(against, metrics)
}
