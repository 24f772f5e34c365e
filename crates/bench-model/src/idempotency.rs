//! The key that makes sending a run twice harmless.

use std::fmt;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{canonical, run::Run, source::hex};

/// The SHA-256 of a run's identity, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of `run`: two runs with the same key are one run, and the second is not stored.
///
/// It covers the repository, the CI run and its attempt, the commit, the configuration, the time if
/// the report or a flag gave one, and the metrics; not tags, notes, details or the duration, which
/// may differ when the same result is sent again.
pub fn key(run: &Run, repository: Option<&str>) -> IdempotencyKey {
    IdempotencyKey(hex(&Sha256::digest(identity(run, repository))))
}

/// What the key is a hash of: canonical JSON.
fn identity(run: &Run, repository: Option<&str>) -> String {
    let configuration = &run.configuration;
    let metrics: serde_json::Map<_, _> = run
        .metrics
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value)))
        .collect();
    canonical::to_string(&json!({
        "identity": 1,
        "repository": repository,
        "run_id": run.run_id,
        "run_attempt": run.run_attempt,
        "commit_sha": run.commit_sha,
        "model_version": configuration.model_version,
        "dataset_version": configuration.dataset_version,
        "prompt_version": configuration.prompt_version,
        "environment": configuration.environment,
        "created_at": run.created_at,
        "metrics": metrics,
    }))
}
