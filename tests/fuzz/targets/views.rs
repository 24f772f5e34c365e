//! Any text as the query string of the dashboard's pages: each view is read the same from its own form.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|text: &str| bench_web::fuzzing::read(text));

#[cfg(not(fuzzing))]
fn main() {}
