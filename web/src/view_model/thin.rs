//! Downsampling that keeps the shape of a line.

/// The maximum number of points useful on a screen.
pub const MOST_POINTS: usize = 2_000;

/// The indices of the points to draw, ascending, at most `most` (at least 3).
///
/// Largest triangle three buckets: the first and the last point are kept, and from each bucket
/// between them the point that forms the largest triangle with the previous point and the mean of
/// the next bucket. Points are ordered by x. (Steinarsson, "Downsampling time series for visual
/// representation", University of Iceland, 2013.)
pub fn thin(points: &[(f64, f64)], most: usize) -> Vec<usize> {
    let most = most.max(3);
    let Some(last) = points.len().checked_sub(1).filter(|last| *last >= most) else {
        return (0..points.len()).collect();
    };
    // The points between the first and the last, divided into buckets.
    let start_of = |stretch: usize| 1 + stretch * (last - 1) / (most - 2);
    let mut kept = vec![0];
    let mut before = points[0];
    for stretch in 0..most - 2 {
        let (from, to) = (start_of(stretch), start_of(stretch + 1));
        let after = &points[to..start_of(stretch + 2).clamp(to + 1, last + 1)];
        let next = mean(after);
        let area = |(x, y): (f64, f64)| {
            ((before.0 - next.0) * (y - before.1) - (before.0 - x) * (next.1 - before.1)).abs()
        };
        let mut best = from;
        for index in from + 1..to {
            if area(points[index]) > area(points[best]) {
                best = index;
            }
        }
        before = points[best];
        kept.push(best);
    }
    kept.push(last);
    kept
}

fn mean(points: &[(f64, f64)]) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "a few points")]
    let count = points.len() as f64;
    let sum = points
        .iter()
        .fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    (sum.0 / count, sum.1 / count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::thin;

    #[test]
    fn a_short_line_stays_whole() {
        assert_eq!(thin(&[(0.0, 1.0), (1.0, 2.0)], 2), [0, 1]);
        assert_eq!(thin(&[], 5), Vec::<usize>::new());
    }

    #[test]
    fn a_lone_spike_stays() {
        let line: Vec<_> = (0..100_000u32)
            .map(|x| (f64::from(x), if x == 54_321 { 9.0 } else { 0.0 }))
            .collect();

        let kept = thin(&line, 2_000);

        assert_eq!(kept.len(), 2_000);
        assert!(kept.contains(&54_321));
    }

    proptest! {
        #[test]
        fn ends_stay_and_places_ascend(values in prop::collection::vec(-1e6..1e6f64, 0..300), most in 0usize..60) {
            let line: Vec<_> = (0u32..).map(f64::from).zip(values).collect();
            let kept = thin(&line, most);
            prop_assert_eq!(kept.len(), line.len().min(most.max(3)));
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(kept.first().copied(), (!line.is_empty()).then_some(0));
            prop_assert_eq!(kept.last().copied(), line.len().checked_sub(1));
        }
    }
}
