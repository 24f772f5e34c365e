//! Any bytes as a report in any format: runs or problems, and a key that survives its own payload.

#![no_main]

use bench_model::{
    context::{Detected, Overrides},
    idempotency, report, run,
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reports) = report::parse(bytes) else {
        return;
    };
    let overrides = Overrides {
        commit_sha: "abc1234".parse().ok(),
        environment: "local".parse().ok(),
        ..Overrides::default()
    };
    let (built, problems) =
        run::build_all(reports, &overrides, &Detected::default(), Timestamp::MAX);
    for problem in problems {
        assert!(!problem.to_string().is_empty());
    }
    for one in built {
        let key = idempotency::key(&one.run, None);
        assert_eq!(key, idempotency::key(&one.run.clone(), None));
        assert!(!one.run.metrics.is_empty(), "a run without metrics");
    }
});
