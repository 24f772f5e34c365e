//! Any bytes as a server's answer: a refusal with a meaning, or rows.

#![no_main]

use bench_model::rest::{errors::Refusal, rows};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8])| {
    let (status, body) = input;
    let refusal = Refusal::read(status, body);
    let _ = (
        refusal.meaning(),
        refusal.is_worth_retrying(),
        refusal.way_out(),
    );
    let _ = serde_json::from_slice::<Vec<rows::TransactionRow>>(body);
    let _ = serde_json::from_slice::<Vec<rows::SnapshotRow>>(body);
    let _ = serde_json::from_slice::<Vec<rows::IngestedRow>>(body);
    let _ = serde_json::from_slice::<Vec<rows::MetricRow>>(body);
});
