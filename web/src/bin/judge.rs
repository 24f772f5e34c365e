//! The program that makes verdicts for the first page, fetched when its numbers are on screen.

use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Answers a question of `bench_web::view_model::verdicts`, both in JSON.
#[wasm_bindgen]
#[must_use]
pub fn judge(question: &str) -> String {
    bench_web::view_model::verdicts::answer(question)
}
