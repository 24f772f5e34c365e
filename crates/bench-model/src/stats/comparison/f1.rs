//! F1 from right and wrong findings.
//!
//! F1 is `2 j / (1 + j)` of the Jaccard index `j = tp / (tp + fp + fn)`, which is a plain share of
//! `tp + fp + fn` findings. The larger `j`, the larger F1, so an interval of `j` is one of F1, and
//! two F1 differ exactly when two `j` do: results for shares carry over without further
//! approximation. (The delta method of Takahashi et al. 2022 is the first term.)

use crate::stats::{
    comparison::{
        contingency::fisher_mid_p,
        evidence::Confusion,
        proportion::{square_and_add, wilson},
    },
    numeric::{interval::Interval, sample::real},
};

/// F1 of a Jaccard index.
fn f1_of(jaccard: f64) -> f64 {
    2.0 * jaccard / (1.0 + jaccard)
}

/// The interval of F1; `confidence` is a ratio such as 0.95. None if there was nothing to find.
pub fn interval(total: Confusion, confidence: f64) -> Option<Interval> {
    let share = total.jaccard();
    (share.n > 0).then(|| wilson(real(share.successes), real(share.n), confidence).map(f1_of))
}

/// The standard error of F1 by the delta method; none when nothing was there to find.
pub fn stderr(total: Confusion) -> Option<f64> {
    let share = total.jaccard();
    (share.n > 0).then(|| {
        let j = real(share.successes) / real(share.n);
        2.0 / ((1.0 + j) * (1.0 + j)) * libm::sqrt(j * (1.0 - j) / real(share.n))
    })
}

/// The interval of the difference of two F1 of different items, after minus before.
pub fn difference(before: Confusion, after: Confusion, confidence: f64) -> Option<Interval> {
    Some(square_and_add(
        (before.f1()?, interval(before, confidence)?),
        (after.f1()?, interval(after, confidence)?),
        0.0,
    ))
}

/// The p-value that two F1 are the same: Fisher's mid-p of the Jaccard indices.
pub fn p_value(before: Confusion, after: Confusion) -> f64 {
    fisher_mid_p(before.jaccard(), after.jaccard())
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_f1_and_is_as_wide_as_the_delta_method_says() {
        let total = Confusion {
            tp: 180,
            fp: 20,
            fn_: 24,
        };
        let (f1, found) = (
            total.f1().expect("F1"),
            interval(total, 0.95).expect("an interval"),
        );
        assert!(found.holds(f1));
        let by_delta = 2.0 * 1.96 * stderr(total).expect("a standard error");
        assert!((found.high - found.low - by_delta).abs() < 0.02 * by_delta);
        assert_eq!(interval(Confusion::default(), 0.95), None);
    }

    #[test]
    fn a_perfect_score_is_not_certain() {
        let perfect = interval(
            Confusion {
                tp: 20,
                fp: 0,
                fn_: 0,
            },
            0.95,
        )
        .expect("an interval");
        assert!(perfect.low < 0.92 && perfect.high == 1.0, "{perfect:?}");
    }
}
