//! Straight lines: whether a level moved abruptly or gradually.

use crate::stats::{
    numeric::sample::{mean, real},
    series::noise::MOST_CORRELATION,
};

/// The least-squares line through values at 0, 1, 2, ….
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// The line in the middle: the mean.
    pub(crate) middle: f64,
    /// The rise per run.
    pub(crate) slope: f64,
    /// The sum of squares around the line.
    pub(crate) squares: f64,
    /// The sum of squares of the places around their middle.
    pub(crate) spread: f64,
}

impl Line {
    /// Fits; flat through fewer than three values.
    pub(crate) fn fit(values: &[f64]) -> Self {
        let middle = mean(values);
        let centre = 0.5 * (real(values.len()) - 1.0);
        let (mut product, mut spread) = (0.0, 0.0);
        for (i, value) in values.iter().enumerate() {
            let place = real(i) - centre;
            product += place * (value - middle);
            spread += place * place;
        }
        let slope = if values.len() > 2 {
            product / spread
        } else {
            0.0
        };
        let residuals = values.iter().enumerate().map(|(i, value)| {
            let residual = value - middle - slope * (real(i) - centre);
            residual * residual
        });
        Self {
            middle,
            slope,
            squares: residuals.sum(),
            spread,
        }
    }
}

/// The variance of a run around the line through `values`, times what the correlation of
/// neighbouring residuals inflates that of the line by: a trend is no correlation.
pub(crate) fn variance_around(line: &Line, values: &[f64]) -> f64 {
    let count = real(values.len());
    let centre = 0.5 * (count - 1.0);
    let residual =
        |(place, value): (usize, &f64)| value - line.middle - line.slope * (real(place) - centre);
    let residuals: Vec<f64> = values.iter().enumerate().map(residual).collect();
    let neighbours = residuals.iter().zip(residuals.iter().skip(1));
    let product: f64 = neighbours.map(|(one, other)| one * other).sum();
    let found = product / line.squares.max(f64::MIN_POSITIVE);
    let allowance = 0.5 / count.sqrt();
    let correlation = (found - allowance).clamp(0.0, MOST_CORRELATION);
    line.squares / (count - 2.0) * (1.0 + correlation) / (1.0 - correlation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_exactly() {
        let values: Vec<f64> = (0..9).map(|i| 3.0 + 0.5 * f64::from(i)).collect();

        let line = Line::fit(&values);

        assert!((line.slope - 0.5).abs() < 1e-12);
        assert!((line.middle - 5.0).abs() < 1e-12);
        assert!(line.squares < 1e-20);
        assert!((line.spread - 60.0).abs() < 1e-12);
    }
}
