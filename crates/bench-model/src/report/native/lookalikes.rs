//! Unknown fields: kept in `details`, with a suggestion if they resemble a known field.

use super::fields::Fields;
use crate::{
    metric::catalogue_line,
    problem::Warning,
    report::{Report, keep},
};

/// Known fields with their common aliases, in lower-case letters and digits only.
const NAMES: [(&str, &[&str]); 23] = [
    ("model_version", &["model", "modelname", "modelid"]),
    ("model_provider", &["provider", "vendor"]),
    (
        "dataset_version",
        &["dataset", "datasetname", "data", "dataversion"],
    ),
    (
        "dataset_size",
        &["samples", "nsamples", "numsamples", "size"],
    ),
    ("prompt_version", &["prompt", "promptid", "promptname"]),
    ("environment", &["env"]),
    (
        "commit_sha",
        &[
            "commit",
            "sha",
            "commithash",
            "gitsha",
            "gitcommit",
            "githash",
            "revision",
        ],
    ),
    ("branch_name", &["branch", "gitbranch", "ref"]),
    ("run_id", &["run"]),
    ("run_attempt", &["attempt"]),
    ("triggered_by", &["actor", "user", "author"]),
    ("is_mainline", &["mainline", "ismainbranch"]),
    (
        "created_at",
        &[
            "timestamp",
            "date",
            "datetime",
            "time",
            "created",
            "rundate",
        ],
    ),
    (
        "duration_seconds",
        &[
            "duration",
            "durations",
            "elapsed",
            "elapsedseconds",
            "runtime",
        ],
    ),
    ("error_count", &["errors", "failures", "failed"]),
    ("success_count", &["successes", "passed"]),
    ("tags", &["tag", "labels"]),
    ("notes", &["note", "comment", "description"]),
    ("metrics", &["metric", "scores", "measures"]),
    ("metric_stats", &["stats", "statistics"]),
    ("metric_definitions", &["definitions", "units"]),
    (
        "params",
        &[
            "param",
            "parameters",
            "hyperparameters",
            "hparams",
            "settings",
        ],
    ),
    ("links", &["link", "urls", "url"]),
];

/// Moves the remaining fields to `details`.
pub(super) fn keep_unknown(fields: &mut Fields, report: &mut Report) {
    for (name, value) in std::mem::take(&mut fields.rest) {
        // A known field with the value null remains, but is not unknown.
        if NAMES.iter().any(|(field, _)| *field == name) {
            continue;
        }
        let meant = field_like(&name);
        let question = match meant {
            Some(field) => format!("; did you mean `{field}`?"),
            None if value.is_number() && catalogue_line(&name).is_some() => {
                "; a metric stands inside `metrics`".to_owned()
            }
            None => String::new(),
        };
        let said = keep(&mut report.details, &name, value);
        let message = format!("is not a field of a report and {said}{question}");
        fields
            .warnings
            .push(Warning::new(fields.path.key(&name), message));
        if let Some(field) = meant {
            report.lookalikes.insert(field, name);
        }
    }
}

/// The known field that `name` probably means: `modelVersion`, `Model-Version` and `model` are
/// `model_version`.
fn field_like(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let is_meant = |(field, others): &&(&'static str, &[&str])| {
        let field = self::plain(field);
        field == plain
            || others.contains(&plain.as_str())
            || (plain.len() > 6 && is_one_edit(&field, &plain))
    };
    NAMES.iter().find(is_meant).map(|(field, _)| *field)
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

/// Whether the names differ by one inserted, deleted or replaced letter, or one swap.
fn is_one_edit(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    let rest_is_same = |skip: usize, skip_other: usize| matches!((one.get(skip..), other.get(skip_other..)), (Some(rest), Some(other)) if rest == other);
    let is_swap = one.len() > 1 && other.len() > 1 && one[0] == other[1] && one[1] == other[0];
    rest_is_same(1, 1)
        || rest_is_same(1, 0)
        || rest_is_same(0, 1)
        || (is_swap && rest_is_same(2, 2))
}
