//! Addresses of rows: path and query string, below `/rest/v1/`.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::rpc::Rpc;
use super::tables::{BASELINES_IN_FORCE, DAILY_METRICS, METRICS, SNAPSHOTS, TRANSACTIONS, Table};

/// The most rows that Supabase returns at once, unless a project says otherwise.
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
        Self(table.name.to_owned())
    }

    /// What a function that changes nothing returns; its arguments are parameters.
    pub fn function(function: Rpc) -> Self {
        Self(function.path())
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

    /// The page `number`, counted from 0, of pages of [`MAX_ROWS`] rows. Needs a complete order.
    #[must_use]
    pub fn page(self, number: u32) -> Self {
        let query = self.limit(MAX_ROWS);
        if number == 0 {
            query
        } else {
            query.parameter("offset", &(number * MAX_ROWS).to_string())
        }
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

/// The current state of every active configuration, best F1 first, in pages of [`MAX_ROWS`].
pub fn snapshots_current(page: u32) -> Query {
    Query::table(SNAPSHOTS)
        .select(SNAPSHOTS.columns)
        .is_true("is_active")
        .order("f1_score.desc.nullslast,configuration_id")
        .page(page)
}

/// The newest moment at which any snapshot changed: a cheap question to ask again and again.
pub fn last_updated_at() -> Query {
    Query::table(SNAPSHOTS)
        .select(&["last_updated_at"])
        .order("last_updated_at.desc")
        .limit(1)
}

/// The run stored under `idempotency_key`, whole.
pub fn run_by_key(idempotency_key: &str) -> Query {
    Query::table(TRANSACTIONS).eq("idempotency_key", idempotency_key)
}

/// The runs stored under these keys, whole.
pub fn runs_by_keys<T: AsRef<str>>(idempotency_keys: &[T]) -> Query {
    Query::table(TRANSACTIONS).any_of("idempotency_key", idempotency_keys)
}

/// The run with this id, whole.
pub fn run_by_id(id: &str) -> Query {
    Query::table(TRANSACTIONS).eq("id", id)
}

/// Every baseline in force, with its run.
pub fn baselines_in_force() -> Query {
    Query::table(BASELINES_IN_FORCE)
        .select(BASELINES_IN_FORCE.columns)
        .order("marked_at.desc,id.desc")
}

/// What the names of metrics mean.
pub fn metrics() -> Query {
    Query::table(METRICS).select(METRICS.columns).order("name")
}

/// One metric by day, of the given configurations or all, from `first_day` (`2026-02-03`) on.
pub fn daily_metric(
    metric: &str,
    first_day: jiff::civil::Date,
    configuration_ids: &[i64],
) -> Query {
    let ids: Vec<String> = configuration_ids.iter().map(ToString::to_string).collect();
    Query::table(DAILY_METRICS)
        .select(DAILY_METRICS.columns)
        .eq("metric", metric)
        .at_least("day", first_day)
        .any_of("configuration_id", &ids)
        .order("day,configuration_id")
}

/// A value inside `in.(…)`: commas and brackets count only outside of quotes.
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

    #[test]
    fn the_queries_of_the_dashboard_and_the_cli() {
        let day = jiff::civil::date(2026, 2, 3);
        let queries = [
            snapshots_current(0),
            snapshots_current(2),
            last_updated_at(),
            run_by_id("0191"),
            run_by_key("k"),
            runs_by_keys(&["k1", "k2"]),
            baselines_in_force(),
            metrics(),
            daily_metric("f1", day, &[]),
            daily_metric("latency ms & more", day, &[1, 2]),
        ];
        let shown: Vec<&str> = queries.iter().map(Query::as_str).collect();
        insta::assert_snapshot!(shown.join("\n"));
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
