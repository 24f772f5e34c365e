//! Any bytes as what the gateway reads of a request before anyone is known: its target and its host.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bench_local::fuzzing::read(bytes));

#[cfg(not(fuzzing))]
fn main() {}
