//! The log of runs, page by page.

use super::{query::Query, rpc::LIST_RUNS};

/// A page of the log, relative to a run or at an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place<'a> {
    /// The newest runs.
    #[default]
    Newest,
    /// The runs before that one.
    Before(At<'a>),
    /// The runs right after that one.
    After(At<'a>),
}

/// The position of a run in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<'a> {
    /// Its `created_at`, exactly as returned by the database.
    pub created_at: &'a str,
    /// Its id.
    pub id: &'a str,
}

/// The arguments of `list_runs`. Empty filters match all runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListRuns<'a> {
    /// `model_version`, one of these.
    pub models: &'a [&'a str],
    /// `dataset_version`, one of these.
    pub datasets: &'a [&'a str],
    /// `prompt_version`, one of these.
    pub prompts: &'a [&'a str],
    /// `environment`, one of these.
    pub environments: &'a [&'a str],
    /// `configuration_id`, one of these.
    pub configuration_ids: &'a [i64],
    /// At or after this time, such as `2026-02-03T00:00:00Z`.
    pub from: Option<&'a str>,
    /// Before this time.
    pub to: Option<&'a str>,
    /// Which page.
    pub place: Place<'a>,
    /// The limit: 1 to 1,000.
    pub limit: u32,
}

impl ListRuns<'_> {
    /// The request; it returns rows of `benchmark_transactions`, newest first.
    ///
    /// # Example: the page after a run, of two models
    ///
    /// ```
    /// use bench_model::rest::list_runs::{At, ListRuns, Place};
    ///
    /// let at = At { created_at: "2026-02-03T16:01:50Z", id: "0191" };
    /// let page = ListRuns { models: &["a", "b,c"], place: Place::Before(at), limit: 50, ..ListRuns::default() };
    /// assert_eq!(
    ///     page.query().as_str(),
    ///     "rpc/list_runs?p_model_versions=%7B%22a%22,%22b,c%22%7D\
    ///      &p_at_created_at=2026-02-03T16:01:50Z&p_at_id=0191&p_limit=50",
    /// );
    /// ```
    pub fn query(self) -> Query {
        let Self {
            models,
            datasets,
            prompts,
            environments,
            configuration_ids,
            from,
            to,
            place,
            limit,
        } = self;
        let mut query = Query::function(LIST_RUNS);
        for (name, values) in [
            ("p_model_versions", models),
            ("p_dataset_versions", datasets),
            ("p_prompt_versions", prompts),
            ("p_environments", environments),
        ] {
            if !values.is_empty() {
                query = query.parameter(name, &array(values));
            }
        }
        if !configuration_ids.is_empty() {
            let ids: Vec<String> = configuration_ids.iter().map(ToString::to_string).collect();
            query = query.parameter("p_configuration_ids", &format!("{{{}}}", ids.join(",")));
        }
        let (at, is_newer) = match place {
            Place::Newest => (None, false),
            Place::Before(at) => (Some(at), false),
            Place::After(at) => (Some(at), true),
        };
        let limit = limit.to_string();
        for (name, value) in [
            ("p_from", from),
            ("p_to", to),
            ("p_at_created_at", at.map(|at| at.created_at)),
            ("p_at_id", at.map(|at| at.id)),
            ("p_newer", is_newer.then_some("true")),
            ("p_limit", Some(limit.as_str())),
        ] {
            if let Some(value) = value {
                query = query.parameter(name, value);
            }
        }
        query
    }
}

/// Names as a PostgreSQL array literal.
fn array(values: &[&str]) -> String {
    let quoted: Vec<String> = values
        .iter()
        .map(|value| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("{{{}}}", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_has_the_name_that_sql_gives_it() {
        let at = At {
            created_at: "2026-02-03T16:01:50Z",
            id: "0191",
        };
        let query = ListRuns {
            models: &["m"],
            datasets: &["d"],
            prompts: &["p"],
            environments: &["e"],
            configuration_ids: &[7, 8],
            from: Some("2026-02-03T00:00:00Z"),
            to: Some("2026-02-04T00:00:00Z"),
            place: Place::After(at),
            limit: 50,
        }
        .query();
        let (path, arguments) = query.as_str().split_once('?').expect("arguments");
        let names: Vec<&str> = arguments
            .split('&')
            .filter_map(|pair| pair.split('=').next())
            .collect();

        assert_eq!(path, LIST_RUNS.path());
        assert_eq!(names, LIST_RUNS.arguments);
    }

    #[test]
    fn a_name_cannot_become_another_name() {
        assert_eq!(array(&["a\",\"b\\"]), r#"{"a\",\"b\\"}"#);
    }
}
