//! The program that makes verdicts for the first page, fetched when its table comes into sight.

use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Makes the verdicts of `bench_web::view_model::verdicts`, all in JSON.
#[wasm_bindgen]
#[must_use]
pub fn judge(against: &str, metrics: &str) -> String {
    bench_web::view_model::verdicts::answer(against, metrics)
}
