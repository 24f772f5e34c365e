//! When two changes are one.

/// Two changes this many runs apart, or fewer, are one that was placed differently.
pub(crate) const SAME_CHANGE: usize = 5;

/// How many runs apart two places of one change are; none when they belong to two changes.
pub(crate) fn same_place(one: usize, other: usize) -> Option<usize> {
    Some(one.abs_diff(other)).filter(|distance| *distance <= SAME_CHANGE)
}

/// How many runs apart two changes are, if they are one that was placed differently: both go the same
/// way, and their first runs are at most 5 apart. Each is its first run and its difference.
///
/// # Example: a stored change and the one that a history finds
///
/// ```
/// use bench_model::stats::same_change;
///
/// assert_eq!(same_change((40, -0.06), (42, -0.05)), Some(2));
/// assert_eq!(same_change((40, -0.06), (42, 0.05)), None);
/// assert_eq!(same_change((40, -0.06), (46, -0.06)), None);
/// ```
pub fn same_change(one: (usize, f64), other: (usize, f64)) -> Option<usize> {
    same_place(one.0, other.0).filter(|_| (one.1 > 0.0) == (other.1 > 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_does_not_matter_which_of_the_two_is_asked(
            one in (0_usize..20, -1.0..1.0_f64),
            other in (0_usize..20, -1.0..1.0_f64),
        ) {
            prop_assert_eq!(same_change(one, other), same_change(other, one));
            prop_assert_eq!(same_change(one, one), Some(0));
        }
    }
}
