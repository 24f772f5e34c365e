//! A series as one line of text.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// At most `width` bars, the oldest value first; of several values in one bar, the median.
pub(crate) fn sparkline(values: &[f64], width: usize) -> String {
    let points = thinned(values, width.max(1));
    let lowest = points.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bar = |value: f64| {
        // Computed in halves, because the whole range may overflow.
        let share = (value / 2.0 - lowest / 2.0) / (highest / 2.0 - lowest / 2.0);
        let place = if share.is_finite() { share * 7.0 } else { 3.0 };
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 7"
        )]
        BARS[(place.round() as usize).min(7)]
    };
    points.into_iter().map(bar).collect()
}

fn thinned(values: &[f64], width: usize) -> Vec<f64> {
    if values.len() <= width {
        return values.to_vec();
    }
    (0..width)
        .map(|place| {
            let (first, end) = (
                place * values.len() / width,
                (place + 1) * values.len() / width,
            );
            let mut part = values[first..end].to_vec();
            part.sort_by(f64::total_cmp);
            part[part.len() / 2]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_spans_the_whole_height() {
        assert_eq!(sparkline(&[1.0, 2.0, 3.0, 8.0], 60), "▁▂▃█");
    }

    #[test]
    fn a_flat_series_is_a_flat_line_and_a_long_one_fits() {
        assert_eq!(sparkline(&[5.0, 5.0], 60), "▄▄");
        assert_eq!(sparkline(&[], 60), "");
        assert_eq!(sparkline(&[-1e308, 1e308], 60), "▁█");
        let long: Vec<f64> = (0..1_000).map(f64::from).collect();
        assert_eq!(sparkline(&long, 60).chars().count(), 60);
    }
}
