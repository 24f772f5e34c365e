//! Any bytes as JSON: the same answer as `serde_json`, and one canonical form.

#![no_main]

use bench_model::{
    canonical,
    json::{self, JsonProblem},
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let theirs = serde_json::from_slice::<Value>(plain);
    match (json::parse(bytes), theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours.value, theirs);
            let once = canonical::to_string(&ours.value);
            let again: Value = serde_json::from_str(&once).expect("the canonical form is JSON");
            assert_eq!(canonical::to_string(&again), once);
        }
        // A number that `f64` cannot hold is refused here and rounded there.
        (Err(error), Ok(_)) if matches!(error.problem, JsonProblem::LosesDigits(_)) => {}
        (Err(error), Err(_)) => assert!(!error.to_string().is_empty()),
        (ours, theirs) => panic!("ours: {ours:?}, serde_json: {theirs:?}"),
    }
});
