//! Runs that say nothing new: copies of the run before.

/// So many equal runs in a row are a metric that was stuck, not chance.
const STUCK: usize = 8;

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
    (0..values.len())
        .filter(|run| {
            length = if repeats(*run) { length + 1 } else { 1 };
            if never_comes_back {
                length == 1
            } else {
                length < STUCK
            }
        })
        .collect()
}
