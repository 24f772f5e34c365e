//! Probabilities.

use crate::words::number::rounded;

/// Smaller ones are shown as below this.
const LEAST: f64 = 0.0001;

/// `p = 0.0054`, or `p < 0.0001`: two digits, after the letter that it goes by.
pub fn probability(letter: &str, value: f64) -> String {
    if value < LEAST {
        format!("{letter} < 0.0001")
    } else {
        format!("{letter} = {}", rounded(value, 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_has_two_digits_and_is_never_shown_as_nothing() {
        let shown = [0.0, 1e-300, 0.000_144, 0.0321, 1.0].map(|p| probability("p", p));
        let wanted = [
            "p < 0.0001",
            "p < 0.0001",
            "p = 0.00014",
            "p = 0.032",
            "p = 1",
        ];
        assert_eq!(shown, wanted);
    }
}
