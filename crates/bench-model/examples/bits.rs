//! Bit-identical results: a digest of the engine's output for twenty series of 1,000 runs.
//!
//! Runs natively, as a test (`tests/it/statistics_bits.rs`), and in WebAssembly:
//! `cargo xtask bench verdicts` builds it for `wasm32-unknown-unknown`, runs it in Node, and
//! measures the time of one history there.

use std::process::ExitCode;

use bench_model::stats::distribution::{beta_quantile, normal_quantile, t_two_sided};
use bench_model::stats::random::SplitMix;
use bench_model::stats::{Change, HistoryOptions, JudgeOptions, StatsError, alerts, history};

/// The value of [`digest`] on every machine. Only a change of the method may change it.
pub const EXPECTED: u64 = 0x44e3_ca28_37e1_baeb;

/// The number of histories of 1,000 runs.
pub const SERIES: u64 = 20;

/// Exits with status 1 if a bit differs.
pub fn main() -> ExitCode {
    match digest() {
        Ok(EXPECTED) => ExitCode::SUCCESS,
        Ok(found) => {
            eprintln!("the digest is {found:#018x}, expected {EXPECTED:#018x}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A digest of all numbers that the engine computes for the series.
///
/// # Errors
///
/// None: the series are finite.
pub fn digest() -> Result<u64, StatsError> {
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    for seed in 0..SERIES {
        let values = series(seed);
        let history = history(&values, &HistoryOptions::default())?;
        for change in &history.changes {
            digest.add_change(change);
        }
        for drift in &history.drifts {
            digest.add(drift.slope);
            digest.add(drift.p_value);
        }
        digest.add(history.noise.sd);
        digest.add(history.noise.autocorrelation);
        for newest in 330..336 {
            let alerts = alerts(&values[250..newest], &JudgeOptions::default())?;
            for change in &alerts {
                digest.add_change(change);
            }
        }
    }
    for i in 1..200_u8 {
        let x = f64::from(i) / 200.0;
        digest.add(t_two_sided(20.0 * x, 0.3 + 9.0 * x));
        digest.add(normal_quantile(x));
        digest.add(beta_quantile(x, 3.0 + x, 7.0));
    }
    Ok(digest.0)
}

/// Three levels with noise whose correlation and tails grow with the seed.
fn series(seed: u64) -> Vec<f64> {
    let mut random = SplitMix::new(seed);
    #[expect(clippy::cast_precision_loss, reason = "below 20")]
    let share = seed as f64 / SERIES as f64;
    let mut noise = 0.0;
    let mut value = |run: usize| {
        noise = 0.7 * share * noise + random.normal();
        let spike = if run % 97 == 13 { 20.0 * share } else { 0.0 };
        let level = if (333..700).contains(&run) { 1.5 } else { 0.0 };
        100.0 + level + noise + spike
    };
    (0..1000).map(&mut value).collect()
}

/// FNV-1a over the bits of numbers.
struct Digest(u64);

impl Digest {
    fn add(&mut self, value: f64) {
        for byte in value.to_bits().to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn add_change(&mut self, change: &Change) {
        let Change {
            index,
            earliest,
            latest,
            before,
            after,
            delta,
            delta_low,
            delta_high,
            relative,
            in_noise,
            p_value,
            kind: _,
        } = change;
        for place in [index, earliest, latest] {
            #[expect(clippy::cast_precision_loss, reason = "below 1,000")]
            self.add(*place as f64);
        }
        for value in [before, after, delta, delta_low, delta_high, p_value] {
            self.add(*value);
        }
        self.add(relative.unwrap_or_default());
        self.add(in_noise.unwrap_or_default());
    }
}
