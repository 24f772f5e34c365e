//! URLs of rows: path and query string, below `/rest/v1/`.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use serde_json::Value;

use super::{functions::Function, tables::Table};

/// Supabase's default limit of rows per response.
pub const MAX_ROWS: u32 = 1_000;

/// Everything that means something in a query string; what is left stays readable.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b':')
    .remove(b',');

/// A path with its query string, such as `benchmark_snapshots?is_active=is.true&limit=100`.
///
/// # Example: names with commas and quotes are told apart
///
/// ```
/// use bench_model::rest::{query::Query, tables::SNAPSHOTS};
///
/// let query = Query::table(SNAPSHOTS).eq("environment", "staging").any_of("model_version", &["a,b", "c"]);
/// assert_eq!(
///     query.as_str(),
///     "benchmark_snapshots?environment=eq.staging&model_version=in.(%22a,b%22,%22c%22)",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// All rows of `table`.
    pub fn table(table: Table) -> Self {
        Self(table.0.to_owned())
    }

    /// What a function that changes nothing returns.
    ///
    /// # Example: the newest two runs of two models
    ///
    /// ```
    /// use bench_model::rest::{functions::ListRuns, query::Query};
    ///
    /// let runs = ListRuns { p_model_versions: &["a", "b,c"], p_limit: 2, ..ListRuns::default() };
    /// assert_eq!(
    ///     Query::call(&runs).as_str(),
    ///     "rpc/list_runs?p_model_versions=%7B%22a%22,%22b,c%22%7D&p_limit=2",
    /// );
    /// ```
    pub fn call<F: Function>(arguments: &F) -> Self {
        let query = Self(format!("rpc/{}", F::NAME));
        let Ok(Value::Object(values)) = serde_json::to_value(arguments) else {
            return query;
        };
        F::ARGUMENTS
            .iter()
            .filter_map(|name| Some((name, values.get(*name).and_then(in_address)?)))
            .fold(query, |query, (name, value)| query.parameter(name, &value))
    }

    /// Only these columns.
    #[must_use]
    pub fn select(self, columns: &[&str]) -> Self {
        self.parameter("select", &columns.join(","))
    }

    /// Only rows whose `column` is `value`.
    #[must_use]
    pub fn eq(self, column: &str, value: &str) -> Self {
        self.parameter(column, &format!("eq.{value}"))
    }

    /// Only rows whose `column` is one of `values`; all rows when there are none.
    #[must_use]
    pub fn any_of<T: AsRef<str>>(self, column: &str, values: &[T]) -> Self {
        match values {
            [] => self,
            [one] => self.eq(column, one.as_ref()),
            several => {
                let list: Vec<String> = several.iter().map(|value| quote(value.as_ref())).collect();
                self.parameter(column, &format!("in.({})", list.join(",")))
            }
        }
    }

    /// Only rows whose `column` is `value` or more.
    #[must_use]
    pub fn at_least(self, column: &str, value: impl fmt::Display) -> Self {
        self.parameter(column, &format!("gte.{value}"))
    }

    /// Only rows whose `column` is less than `value`.
    #[must_use]
    pub fn less_than(self, column: &str, value: impl fmt::Display) -> Self {
        self.parameter(column, &format!("lt.{value}"))
    }

    /// Only rows whose `column` is true.
    #[must_use]
    pub fn is_true(self, column: &str) -> Self {
        self.parameter(column, "is.true")
    }

    /// In this order, such as `f1_score.desc.nullslast,model_version`.
    #[must_use]
    pub fn order(self, order: &str) -> Self {
        self.parameter("order", order)
    }

    /// At most this many rows.
    #[must_use]
    pub fn limit(self, rows: u32) -> Self {
        self.parameter("limit", &rows.to_string())
    }

    /// Any other parameter of PostgREST, unescaped.
    #[must_use]
    pub fn parameter(self, name: &str, value: &str) -> Self {
        let Self(text) = self;
        let separator = if text.contains('?') { '&' } else { '?' };
        Self(format!(
            "{text}{separator}{}={}",
            escape(name),
            escape(value)
        ))
    }

    /// The path and query string, to put after `/rest/v1/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The value of an argument as PostgreSQL reads it; `null` is left to its default.
fn in_address(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| match item {
                    Value::String(text) => quote(text),
                    other => other.to_string(),
                })
                .collect();
            Some(format!("{{{}}}", items.join(",")))
        }
        other => Some(other.to_string()),
    }
}

/// A value inside `in.(…)` or an array: commas and brackets count only outside of quotes.
fn quote(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name or value, with everything percent-encoded that means something in a query string.
fn escape(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, SPECIAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::{functions::ListRuns, tables::SNAPSHOTS};

    #[test]
    fn every_argument_has_the_name_that_sql_gives_it() {
        let query = Query::call(&ListRuns {
            p_model_versions: &["m"],
            p_dataset_versions: &["d"],
            p_prompt_versions: &["p"],
            p_environments: &["e"],
            p_configuration_ids: &[7, 8],
            p_from: Some("2026-02-03T00:00:00Z"),
            p_to: Some("2026-02-04T00:00:00Z"),
            p_at_created_at: Some("2026-02-03T16:01:50Z"),
            p_at_id: Some("0191"),
            p_newer: true,
            p_limit: 50,
            p_branch_names: &["b"],
        });
        let (path, arguments) = query.as_str().split_once('?').expect("arguments");
        let names: Vec<&str> = arguments
            .split('&')
            .filter_map(|pair| pair.split('=').next())
            .collect();

        assert_eq!(path, "rpc/list_runs");
        assert_eq!(names, ListRuns::ARGUMENTS);
        assert!(
            arguments.contains("p_configuration_ids=%7B7,8%7D&"),
            "{arguments}"
        );
    }

    #[test]
    fn an_array_keeps_commas_braces_and_quotes_inside_of_its_texts() {
        let models = serde_json::json!(["a,b}", "c\"d\\e"]);
        assert_eq!(
            in_address(&models).as_deref(),
            Some(r#"{"a,b}","c\"d\\e"}"#)
        );
    }

    #[test]
    fn a_value_cannot_become_another_parameter() {
        let query = Query::table(SNAPSHOTS)
            .eq("model_version", "a&is_active=eq.false#?%\"é")
            .limit(1);
        assert_eq!(
            query.as_str(),
            "benchmark_snapshots?model_version=eq.a%26is_active%3Deq.false%23%3F%25%22%C3%A9&limit=1"
        );
        let query = Query::table(SNAPSHOTS).any_of("model_version", &["a\"b\\c", "d"]);
        assert_eq!(
            query.as_str(),
            "benchmark_snapshots?model_version=in.(%22a%5C%22b%5C%5Cc%22,%22d%22)"
        );
    }
}
