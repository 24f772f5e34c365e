//! The program that computes verdicts for the first page, loaded when its table scrolls into view.

use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Computes the verdicts of `bench_web::view_model::verdicts`, JSON in and out.
#[wasm_bindgen]
#[must_use]
pub fn judge(against: &str, metrics: &str) -> String {
    bench_web::view_model::verdicts::answer(against, metrics)
}
