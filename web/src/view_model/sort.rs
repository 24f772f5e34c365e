//! Sorting through one instantiation: the standard library's sort is compiled for each type, which
//! increases the download.

use std::cmp::Ordering;

/// The positions of `items` in order; stable.
pub fn sorted_positions<T>(items: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    sort(items.len(), &mut |one, other| {
        compare(&items[one], &items[other])
    })
}

/// References to `items` in order; stable.
pub fn sorted<T>(items: &[T], compare: impl FnMut(&T, &T) -> Ordering) -> Vec<&T> {
    sorted_positions(items, compare)
        .into_iter()
        .map(|position| &items[position])
        .collect()
}

#[inline(never)]
fn sort(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..count).collect();
    positions.sort_by(|one, other| compare(*one, *other));
    positions
}

#[cfg(test)]
mod tests {
    use super::{sorted, sorted_positions};

    #[test]
    fn equal_items_keep_their_places() {
        let items = [(2, 'a'), (1, 'b'), (2, 'c')];

        assert_eq!(
            sorted_positions(&items, |one, other| one.0.cmp(&other.0)),
            [1, 0, 2]
        );
        assert_eq!(
            sorted(&items, |one, other| other.0.cmp(&one.0)),
            [&(2, 'a'), &(2, 'c'), &(1, 'b')]
        );
    }
}
