//! Runs that say nothing new: copies of the run before.

/// So many equal runs in a row are a metric that was stuck, not chance.
const STUCK: usize = 8;
/// So many equal newest runs, more than ever before, are a new level.
const AT_REST: usize = 3;

/// The runs of a noisy series without copies: without the later ones of more than seven equal runs
/// in a row and, where a value never occurs twice but in a row, without every repetition.
pub(crate) fn fresh(values: &[f64]) -> Vec<usize> {
    let repeats = |run: usize| run > 0 && values[run].to_bits() == values[run - 1].to_bits();
    let mut firsts: Vec<u64> = (0..values.len())
        .filter(|run| !repeats(*run))
        .map(|run| values[run].to_bits())
        .collect();
    let count = firsts.len();
    firsts.sort_unstable();
    firsts.dedup();
    let never_comes_back = firsts.len() == count && count >= STUCK;
    let mut length = 0;
    let lengths: Vec<usize> = (0..values.len())
        .map(|run| {
            length = if repeats(run) { length + 1 } else { 1 };
            length
        })
        .collect();
    let newest = values.len() - length;
    let longest_before = lengths[..newest].iter().copied().max().unwrap_or_default();
    // A metric that has come to rest is no row of copies.
    let rests = length >= AT_REST && length > longest_before;
    let counts = |run: &usize| {
        if never_comes_back && !(rests && *run >= newest) {
            lengths[*run] == 1
        } else {
            lengths[*run] < STUCK
        }
    };
    (0..values.len()).filter(counts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_only_repeats_in_a_row_is_copied() {
        let mut values: Vec<f64> = (0..10).map(|run| f64::from(run) * 0.7).collect();
        values.insert(4, values[3]);
        assert_eq!(fresh(&values), [0, 1, 2, 3, 5, 6, 7, 8, 9, 10]);

        values.push(0.7);
        assert_eq!(fresh(&values).len(), 12, "0.7 comes back");
    }

    #[test]
    fn a_metric_that_comes_to_rest_is_not_copied() {
        let mut values: Vec<f64> = (0..10).map(|run| 0.9 + f64::from(run) * 0.001).collect();
        values.extend([0.0; 3]);
        assert_eq!(fresh(&values).len(), 13);
        assert_eq!(fresh(&[]).len(), 0);
    }
}
