//! Any bytes as what `bench-push` reads besides reports: `.env`, spool files, `compare`'s sides,
//! rules, `Retry-After`, and texts that hold a key.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bench_push::fuzzing::read(bytes));

#[cfg(not(fuzzing))]
fn main() {}
