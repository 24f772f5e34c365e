//! The answers of `detect_regression`: the plain threshold, shown beside the verdict.

use std::collections::BTreeMap;

use bench_model::metric::Scale;
use bench_model::rest::rows::PlainRow;

use crate::view_model::snapshot::Configuration;

/// The answer for one configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    /// How much worse it got; positive is worse; none if there is no answer.
    pub worsening: Option<f64>,
    /// Whether that is a share of the baseline rather than a difference.
    pub is_share: bool,
    /// The change in standard deviations of the noise.
    pub in_noise: Option<f64>,
    /// Why there is no answer.
    pub reason: Option<String>,
}

impl Plain {
    /// Whether it is a regression, by the rule of `detect_regression`; none if there is no answer.
    pub fn is_regression(&self, threshold: f64) -> Option<bool> {
        let worsening = self.worsening.filter(|_| self.reason.is_none())?;
        Some(worsening > threshold)
    }
}

/// The answers by configuration.
pub fn plain_by_configuration(rows: &[PlainRow], all: &[Configuration]) -> BTreeMap<i64, Plain> {
    let ids: BTreeMap<(&str, &str, &str, &str), i64> =
        all.iter().map(|one| (one.key(), one.id)).collect();
    let answer = |row: &PlainRow| {
        let key = (
            row.model_version.as_deref()?,
            row.dataset_version.as_deref()?,
            row.prompt_version.as_deref()?,
            row.environment.as_deref()?,
        );
        let plain = Plain {
            worsening: row.worsening,
            is_share: row.threshold_kind == Some(Scale::Relative),
            in_noise: row.in_noise,
            reason: row.reason.clone(),
        };
        Some((*ids.get(&key)?, plain))
    };
    rows.iter().filter_map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn only_what_is_worse_by_more_than_the_threshold_is_a_regression() {
        let plain = |worsening| Plain {
            worsening,
            is_share: false,
            in_noise: None,
            reason: None,
        };

        assert_eq!(plain(Some(0.05)).is_regression(0.05), Some(false));
        assert_eq!(plain(Some(0.051)).is_regression(0.05), Some(true));
        assert_eq!(plain(None).is_regression(0.05), None);
    }
}
