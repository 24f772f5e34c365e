//! Counts and their nouns.

/// A count with its noun, which takes an `s` in the plural: `1 run`, `12,480 runs`.
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", grouped(&count.to_string()), numbered(count, noun))
}

/// A noun alone, for that many: `run`, `runs`.
pub fn numbered(count: impl TryInto<u64>, noun: &str) -> String {
    let plural = if matches!(count.try_into(), Ok(1)) {
        ""
    } else {
        "s"
    };
    format!("{noun}{plural}")
}

/// The digits of a whole number, thousands apart: `12,480`.
pub fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_its_noun_and_its_thousands_apart() {
        assert_eq!(counted(1_usize, "run"), "1 run");
        assert_eq!(counted(0_u64, "change point"), "0 change points");
        assert_eq!(counted(999_usize, "run"), "999 runs");
        assert_eq!(numbered(2_usize, "line"), "lines");
        assert_eq!(counted(1_234_567_usize, "run"), "1,234,567 runs");
    }
}
