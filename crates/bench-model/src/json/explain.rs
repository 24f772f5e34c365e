//! Finds the place where a text stops being JSON, and describes it.
//!
//! Runs only after `serde_json` has failed, so it may scan the whole text again.

use super::{
    disguise,
    found::{Stop, describe},
    place::Place,
    problem::{JsonError, JsonProblem, MOST_TOLD},
    scan::Scanner,
    token::word_at,
};

/// Why `serde_json` refused `text`, which begins on line `first_line` of its file.
pub(super) fn explain(text: &str, first_line: usize, error: &serde_json::Error) -> JsonError {
    if let Some(problem) = disguise::signature(text.as_bytes()) {
        return JsonError::new(None, problem);
    }
    let Err(Stop { at, problem }) = Scanner::new(text, first_line).run() else {
        return in_the_parsers_words(first_line, error);
    };
    let is_beginning = first_line == 1 && text[..at].trim().is_empty();
    let problem = match problem {
        JsonProblem::Unexpected { .. } | JsonProblem::BadNumber(_) if is_beginning => {
            disguise::look_alike(text)
                .unwrap_or_else(|| JsonProblem::NotTheBeginning(describe(text, at)))
        }
        problem => problem,
    };
    let place_of = |at| Place::of(text, at, first_line);
    let place = (!problem.is_about_the_whole()).then(|| place_of(at));
    let more = match &problem {
        JsonProblem::NotFinite(_) => Scanner::new(text, first_line).not_finite(),
        _ => Vec::new(),
    };
    JsonError {
        place,
        problem,
        untold: more.len().saturating_sub(1 + MOST_TOLD),
        more: more
            .into_iter()
            .skip(1)
            .take(MOST_TOLD)
            .map(|at| (place_of(at), word_at(text, at).to_owned()))
            .collect(),
    }
}

/// For a text in which the scanner finds no error.
fn in_the_parsers_words(first_line: usize, error: &serde_json::Error) -> JsonError {
    let words = error.to_string();
    let words = words
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned();
    let line = first_line + error.line().saturating_sub(1);
    let place = Place {
        line,
        column: error.column().max(1),
    };
    JsonError::new(Some(place), JsonProblem::Other(words))
}

/// The first integer in `text` that an `f64` would round. `text` is JSON.
pub(super) fn lost_digits(text: &str, first_line: usize) -> Option<JsonError> {
    let Stop { at, problem } = Scanner::new(text, first_line).run_without_loss().err()?;
    Some(JsonError::new(
        Some(Place::of(text, at, first_line)),
        problem,
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::json::token::loses_digits;

    fn scanner_accepts(text: &str) -> bool {
        Scanner::new(text, 1).run().is_ok()
    }

    fn parser_accepts(text: &str) -> bool {
        serde_json::from_str::<Value>(text).is_ok()
    }

    /// Pieces of JSON and of what is nearly JSON, in any order.
    fn nearly_json() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[\\[\\]{},:\" \n]",
            Just("\"key\":".to_owned()),
            Just("\"a\\u00e9\\n\"".to_owned()),
            "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?(e[-+]?[0-9]{1,3})?",
            "(true|false|null|NaN|nul|'|//|\\\\|\\\\u)",
            "\\PC",
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_scanner_and_the_parser_agree_on_what_is_json(text in nearly_json()) {
            prop_assert_eq!(scanner_accepts(&text), parser_accepts(&text), "{:?}", text);
        }

        #[test]
        fn a_place_lies_inside_the_text(text in "[\\[{\"\\PC\n]{0,20}") {
            if let Err(error) = crate::json::parse(text.as_bytes())
                && let Some(Place { line, column }) = error.place
            {
                let lines: Vec<&str> = text.split('\n').collect();
                prop_assert!(line >= 1 && line <= lines.len());
                prop_assert!(column >= 1 && column <= lines[line - 1].chars().count() + 1);
            }
        }
    }

    #[test]
    fn a_whole_number_is_refused_only_when_it_would_be_rounded() {
        assert!(loses_digits(
            "123456789012345678901",
            123_456_789_012_345_678_901.0
        ));
        assert!(!loses_digits("100000000000000000000", 1e20));
        assert!(!loses_digits(
            "18446744073709551615",
            1.844_674_407_370_955_2e19
        ));
    }
}
