//! A series without its changes.

use crate::stats::{
    error::StatsError,
    numeric::sample::{median_of, real},
    series::history::{History, HistoryOptions, history},
};

/// Removes changes and drifts from a series: the noise around the newest level.
#[derive(Clone, Debug)]
pub(super) struct Quiet {
    pub(super) values: Vec<f64>,
    pub(super) level: f64,
    pub(super) sd: f64,
}

impl Quiet {
    pub(super) fn new(values: &[f64]) -> Result<Self, StatsError> {
        let History {
            changes,
            drifts,
            noise,
        } = history(values, &HistoryOptions::default())?;
        let first_level = changes
            .first()
            .map_or_else(|| median_of(values), |c| c.before);
        let level = changes.last().map_or(first_level, |change| change.after);
        let level_at = |run: usize| {
            let drift = drifts.iter().find(|d| (d.first..=d.last).contains(&run));
            if let Some(drift) = drift {
                return drift.before + real(run - drift.first) * drift.slope;
            }
            let change = changes.iter().rev().find(|change| change.index <= run);
            change.map_or(first_level, |change| change.after)
        };
        let quiet = values.iter().enumerate();
        Ok(Self {
            values: quiet
                .map(|(run, value)| value - level_at(run) + level)
                .collect(),
            level,
            sd: noise.sd,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    #[test]
    fn what_happened_is_taken_out_and_the_noise_stays() {
        let mut random = SplitMix::new(12);
        let step = |run: usize| if run >= 40 { 109.0 } else { 100.0 };
        let values: Vec<f64> = (0..90).map(|run| step(run) + random.normal()).collect();

        let quiet = Quiet::new(&values).expect("finite");

        assert!((quiet.level - 109.0).abs() < 0.5 && (quiet.sd - 1.0).abs() < 0.3);
        assert!(quiet.values.iter().all(|value| (value - 109.0).abs() < 4.5));
    }
}
