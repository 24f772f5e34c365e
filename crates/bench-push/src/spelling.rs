//! Suggestions for unknown names.

use std::collections::BTreeSet;

use bench_model::words::shorten;

/// The similarity, between 0 and 1, from which a name is suggested.
const LIKE: f64 = 0.8;
/// The maximum number of listed names; more are unreadable.
const MOST: usize = 12;
/// Longer names are truncated.
const LONGEST: usize = 60;

/// An unknown name, and the existing ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misspelt {
    /// The flag with the name.
    pub(crate) flag: &'static str,
    /// The argument.
    pub(crate) found: String,
    /// The existing names, the most similar first.
    pub(crate) there: Vec<String>,
}

impl Misspelt {
    /// Compares `found` with the existing names; none if it is one of them.
    pub(crate) fn among<'a>(
        flag: &'static str,
        found: &str,
        there: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        let there: BTreeSet<&str> = there.into_iter().collect();
        if there.contains(found) {
            return None;
        }
        let mut there: Vec<&str> = there.into_iter().collect();
        // A stable sort: equals stay sorted by name.
        there.sort_by(|one, other| likeness(found, other).total_cmp(&likeness(found, one)));
        Some(Self {
            flag,
            found: found.to_owned(),
            there: there.into_iter().map(str::to_owned).collect(),
        })
    }

    /// The existing names, for a message: `` `f1`, `recall` and 3 more ``.
    pub(crate) fn choices(&self) -> String {
        let shown: Vec<String> = self.there.iter().take(MOST).map(|name| cut(name)).collect();
        match self.there.len() - shown.len() {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }

    /// The suggested name.
    pub(crate) fn meant(&self) -> Option<&str> {
        let nearest = self.there.first()?;
        (likeness(&self.found, nearest) >= LIKE).then_some(nearest.as_str())
    }

    /// The given name, in back quotes.
    pub(crate) fn typed(&self) -> String {
        cut(&self.found)
    }

    /// `` did you mean `--metric f1`? ``
    pub(crate) fn question(&self) -> Option<String> {
        let parts: Vec<&str> = self.found.split(',').map(str::trim).collect();
        let is_there = |part: &&str| self.there.iter().any(|name| name == part);
        if parts.len() > 1 && parts.iter().all(is_there) {
            let flags: Vec<String> = parts
                .iter()
                .map(|part| format!("{} {part}", self.flag))
                .collect();
            return Some(format!("each by itself: `{}`", flags.join(" ")));
        }
        let meant = self.meant()?;
        Some(format!("did you mean `{} {meant}`?", self.flag))
    }
}

/// A name in back quotes, truncated if it is long.
pub(crate) fn cut(name: &str) -> String {
    format!("`{}`", shorten(name, LONGEST))
}

/// Whether two names look like one that was spelt differently by accident: by case or separators, or
/// by one or two letters of a longer word. Other digits are another version.
pub(crate) fn is_slip(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> Vec<String> {
        name.to_lowercase()
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (one_words, other_words) = (plain(one), plain(other));
    if one == other || one_words.is_empty() {
        return false;
    }
    // `1.12` and `11.2` are two versions.
    let numbers = |name: &str| -> Vec<String> {
        name.split(|letter: char| !letter.is_numeric())
            .filter(|digits| !digits.is_empty())
            .map(str::to_owned)
            .collect()
    };
    if numbers(one) != numbers(other) {
        return false;
    }
    if one_words.concat() == other_words.concat() {
        return true;
    }
    let letters = |word: &str| word.chars().all(char::is_alphabetic);
    let is_near = |(one, other): (&String, &String)| {
        let edits = strsim::osa_distance(one, other);
        let shorter = one.chars().count().min(other.chars().count());
        edits == 0
            || letters(one)
                && letters(other)
                && (edits == 1 && shorter > 3 || edits == 2 && shorter > 6)
    };
    let differing = one_words
        .iter()
        .zip(&other_words)
        .filter(|(one, other)| one != other);
    one_words.len() == other_words.len()
        && differing.count() == 1
        && one_words.iter().zip(&other_words).all(is_near)
}

/// The case-insensitive similarity of two names: 1 if they are equal.
fn likeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(&one.to_lowercase(), &other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_spelling_comes_first_and_is_asked_about() {
        let there = ["accuracy", "f1", "latency_ms", "recall"];
        let nearest = |found: &str| Misspelt::among("--metric", found, there).expect("misspelt");

        assert_eq!(nearest("latncy").there[0], "latency_ms");
        assert_eq!(nearest("F1").meant(), Some("f1"));
        assert_eq!(
            nearest("acuracy").question().as_deref(),
            Some("did you mean `--metric accuracy`?")
        );
        assert_eq!(nearest("zzz").question(), None);
        assert_eq!(
            nearest("f1, recall").question().as_deref(),
            Some("each by itself: `--metric f1 --metric recall`")
        );
        assert_eq!(Misspelt::among("--metric", "f1", there), None);
    }

    #[test]
    fn another_spelling_is_suspected_and_another_version_is_not() {
        for (one, other) in [
            ("GPT-4o", "gpt-4o"),
            ("gpt4o", "gpt-4o"),
            ("medgema-v1.2", "medgemma-v1.2"),
            ("medical_bills-v2", "medical-bills-v2"),
            ("stagin", "staging"),
            ("prodcution", "production"),
        ] {
            assert!(is_slip(one, other) && is_slip(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("gpt-4o", "gpt-4o"),
            ("v1.2", "v1.3"),
            ("v1.12", "v11.2"),
            ("llama-3.1", "llama-31"),
            ("model-2026-1-12", "model-2026-11-2"),
            ("gpt-4", "gpt-4o"),
            ("gpt-4o", "gpt-4o-mini"),
            ("medgemma-v1.2", "medgemma-v1.3"),
            ("llama-3-8b", "llama-3-70b"),
            ("prompt-a", "prompt-b"),
            ("dev", "prod"),
            ("gpt-4o-mini", "gpt-4o-nano"),
            ("", "a"),
        ] {
            assert!(!is_slip(one, other), "{one} {other}");
        }
    }

    #[test]
    fn many_names_are_counted_and_long_ones_cut() {
        let names: Vec<String> = (0..40)
            .map(|i| format!("{i}-{}", "x".repeat(200)))
            .collect();
        let there = names.iter().map(String::as_str);
        let choices = Misspelt::among("--metric", "f1", there)
            .expect("misspelt")
            .choices();

        assert!(
            choices.len() < 1_000 && choices.ends_with("…` and 28 more"),
            "{choices}"
        );
        assert_eq!(
            Misspelt::among("--metric", "f1", [])
                .expect("misspelt")
                .choices(),
            ""
        );
    }
}
