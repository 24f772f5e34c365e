//! Noise with heavy tails: a run that is far out now and then.

use crate::stats::{
    comparison::paired::Estimate,
    numeric::{
        sample::{mean, median_of, real, squares},
        special::ln_gamma,
    },
};

/// The degrees of freedom of Student's law that are tried, from heavy tails to light ones.
const DEGREES: [f64; 6] = [2.0, 3.0, 4.0, 5.0, 7.0, 10.0];

/// How much more likely, as twice the logarithm, the runs must be under heavy tails.
const EVIDENCE: f64 = 1.0;

/// From here on, single runs of the past are believed to be part of the noise.
const STRONG_EVIDENCE: f64 = 3.0;

/// Student's law of stretches of runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tails {
    /// Its degrees of freedom.
    pub degrees: f64,
    /// Whether a normal law is out of the question.
    pub are_sure: bool,
    /// The scale of each stretch; the standard deviation is larger.
    pub scales: Vec<f64>,
}

/// Fits Student's law to stretches of runs, with one number of degrees of freedom and a scale for
/// each, by maximum likelihood (Lange, Little and Taylor 1989). None if a normal law explains them
/// as well.
pub(super) fn tails(stretches: &[&[f64]]) -> Option<Tails> {
    let centred: Vec<Vec<f64>> = stretches
        .iter()
        .map(|values| {
            let middle = median_of(values);
            values.iter().map(|value| value - middle).collect()
        })
        .collect();
    let normal: f64 = stretches
        .iter()
        .map(|values| normal_likelihood(values))
        .sum();
    let mut best: Option<(f64, Tails)> = None;
    for degrees in DEGREES {
        let fits: Vec<(f64, f64)> = centred.iter().map(|values| fit(values, degrees)).collect();
        let likelihood: f64 = fits.iter().map(|(likelihood, _)| likelihood).sum();
        if best.as_ref().is_none_or(|(most, _)| likelihood > *most) {
            let scales = fits.into_iter().map(|(_, scale)| scale).collect();
            best = Some((
                likelihood,
                Tails {
                    degrees,
                    are_sure: 2.0 * (likelihood - normal) > STRONG_EVIDENCE,
                    scales,
                },
            ));
        }
    }
    let (likelihood, found) = best?;
    (2.0 * (likelihood - normal) > EVIDENCE).then_some(found)
}

fn normal_likelihood(values: &[f64]) -> f64 {
    let n = real(values.len());
    -0.5 * n * (libm::log(2.0 * std::f64::consts::PI * squares(values) / n) + 1.0)
}

/// The logarithm of the likelihood of `distances` from the middle, and the scale that makes it
/// greatest, by iteratively reweighted squares.
fn fit(distances: &[f64], degrees: f64) -> (f64, f64) {
    const STEPS: u32 = 40;
    let n = real(distances.len());
    let squares: Vec<f64> = distances
        .iter()
        .map(|distance| distance * distance)
        .collect();
    let mut variance = mean(&squares);
    for _ in 0..STEPS {
        let weighted = |square: &f64| (degrees + 1.0) * square / (degrees + square / variance);
        variance = squares.iter().map(weighted).sum::<f64>() / n;
    }
    let constant = ln_gamma(0.5 * (degrees + 1.0))
        - ln_gamma(0.5 * degrees)
        - 0.5 * libm::log(degrees * std::f64::consts::PI * variance);
    let far: f64 = squares
        .iter()
        .map(|square| libm::log1p(square / (degrees * variance)))
        .sum();
    (
        n * constant - 0.5 * (degrees + 1.0) * far,
        libm::sqrt(variance),
    )
}

/// Fewer runs on a side are too few to trim.
pub(super) const LEAST_TRIMMED: usize = 8;

/// The share of runs left out at each end (Yuen 1974; Wilcox 2012 recommends a fifth).
const TRIMMED: f64 = 0.2;

/// A side without its extreme runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trimmed {
    /// The mean of the runs that are left, with its standard error (Yuen 1974).
    pub estimate: Estimate,
    /// The number of runs that are left.
    pub left: f64,
    /// Per run: the distance from the mean, in deviations of the winsorised runs.
    pub distances: Vec<f64>,
}

impl Trimmed {
    /// Of at least [`LEAST_TRIMMED`] runs that are not all alike.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        if values.len() < LEAST_TRIMMED {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a fifth of a count"
        )]
        let cut = (TRIMMED * real(values.len())) as usize;
        let kept = &sorted[cut..sorted.len() - cut];
        let (middle, left) = (mean(kept), real(kept.len()));
        let ends = (kept[0], kept[kept.len() - 1]);
        let winsorised: Vec<f64> = values
            .iter()
            .map(|value| value.clamp(ends.0, ends.1))
            .collect();
        let variance = squares(&winsorised) / (left - 1.0);
        let deviation = libm::sqrt(variance);
        (deviation > 0.0).then(|| Self {
            estimate: Estimate {
                mean: middle,
                stderr: deviation / libm::sqrt(left),
                df: left - 1.0,
            },
            left,
            distances: values
                .iter()
                .map(|value| (value - middle) / deviation)
                .collect(),
        })
    }
}

/// Whether two sides have heavy tails: their runs lie further out than those in the middle suggest.
/// One in ten pairs of normal samples does.
pub(super) fn are_heavy(before: &Trimmed, after: &Trimmed) -> bool {
    let least = before.distances.len().min(after.distances.len());
    let limit = if least < MANY { 3.2 } else { 2.4 };
    let all = before.distances.iter().chain(&after.distances);
    let squares: Vec<f64> = all.map(|distance| distance * distance).collect();
    mean(&squares) > limit
}

/// From here on, a fifth of the runs is enough to know the deviation of the others.
const MANY: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    #[test]
    fn heavy_tails_are_told_from_light_ones() {
        let mut random = SplitMix::new(3);
        let normal: Vec<f64> = (0..100).map(|_| random.normal()).collect();
        assert_eq!(tails(&[&normal]), None);
        let spikes = |value: &f64| {
            if random.unit() < 0.1 {
                8.0 * value
            } else {
                *value
            }
        };
        let spiky: Vec<f64> = normal.iter().map(spikes).collect();
        let found = tails(&[&spiky]).expect("heavy tails");
        assert!(found.degrees <= 4.0 && found.scales[0] < 1.2, "{found:?}");
    }

    #[test]
    fn the_likelihood_is_that_of_scipy() {
        // scipy.stats.t.fit(x, fdf=3, floc=0): scale 0.9418; t.logpdf(x, 3, 0, scale).sum()
        let x = [0.1, -0.5, 0.9, -1.2, 2.5, 0.3, -6.0, 0.7];
        let (_, scale) = fit(&x, 3.0);
        let slope = |scale: f64| -> f64 {
            x.iter()
                .map(|x| 4.0 * x * x / (3.0 * scale * scale + x * x) - 1.0)
                .sum()
        };
        assert!(slope(scale).abs() < 1e-6, "{scale}");
    }

    #[test]
    fn the_trimmed_mean_is_that_of_yuen() {
        // scipy.stats.ttest_ind(x, y, equal_var=False, trim=0.2) compares these
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 50.0];
        let found = Trimmed::of(&values).expect("ten runs");
        assert!((found.estimate.mean - 25.0 / 6.0).abs() < 1e-12);
        assert!((found.left - 6.0).abs() < 1e-12);
        assert_eq!(Trimmed::of(&values[..7]), None);
    }
}
