//! Remarks on stored runs: metrics without a direction, declarations that are ignored, and new names
//! that look misspelt.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use bench_model::{
    metric::{Declaration, Direction, by_name, catalogue},
    rest::{
        payload::IngestRun,
        rows::MetricOriginRow,
        tables::{CONFIGURATIONS, METRICS},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    server::transport::{Patience, Transport},
    spelling::is_slip,
    verbs::push::{Fate, PushedRun},
};

/// The number of names in a URL.
const MOST_NAMES: usize = 100;
/// The number of configurations whose names a new one is compared with, the newest first.
const MOST_CONFIGURATIONS: usize = 1_000;

/// A remark.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "remark", rename_all = "snake_case")]
pub(crate) enum Remark {
    /// Nobody has said in which direction they improve.
    NoDirection {
        /// The metrics.
        metrics: Vec<String>,
    },
    /// The report's declaration does not count.
    DeclarationIgnored {
        /// The metric.
        metric: String,
        /// What the report says.
        said: String,
        /// What is in force.
        in_force: String,
        /// Who stated that, when and why.
        origin: String,
    },
    /// A configuration's first run, with a name like a known one.
    NewName {
        /// The field, such as `model_version`.
        field: &'static str,
        /// The name.
        found: String,
        /// The known one.
        known: String,
    },
}

/// The names of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Names {
    model_version: String,
    dataset_version: String,
    prompt_version: String,
    environment: String,
}

/// One of the names.
type Field = (&'static str, fn(&Names) -> &str);

const FIELDS: [Field; 4] = [
    ("model_version", |names| &names.model_version),
    ("dataset_version", |names| &names.dataset_version),
    ("prompt_version", |names| &names.prompt_version),
    ("environment", |names| &names.environment),
];

/// The remarks on stored runs. Most pushes need no request for it; a request that fails
/// is no reason to fail, as all is stored.
pub(crate) async fn remarks(transport: &Transport<'_>, runs: &[PushedRun]) -> Vec<Remark> {
    let stored = |run: &&PushedRun| matches!(&run.fate, Fate::Kept(row) if row.is_new());
    let first =
        |run: &&PushedRun| matches!(&run.fate, Fate::Kept(row) if row.is_new() && row.version == 1);
    let mut remarks = Vec::new();

    let open = open_questions(runs.iter().filter(stored).map(|run| &run.run));
    if !open.is_empty() {
        let names: Vec<&str> = open.keys().copied().take(MOST_NAMES).collect();
        let request = transport
            .table(METRICS)
            .select(MetricOriginRow::COLUMNS.join(","))
            .in_("name", names)
            .order("name");
        let rows: Option<Vec<MetricOriginRow>> = rows(transport, request).await;
        remarks.extend(rows.iter().flat_map(|rows| about_metrics(&open, rows)));
    }
    let new: BTreeSet<Names> = runs
        .iter()
        .filter(first)
        .map(|run| names_of(&run.run))
        .collect();
    if !new.is_empty() {
        let request = transport
            .table(CONFIGURATIONS)
            .select("model_version,dataset_version,prompt_version,environment")
            .order("id.desc")
            .limit(MOST_CONFIGURATIONS);
        let known: Option<Vec<Names>> = rows(transport, request).await;
        let known = known.unwrap_or_default();
        remarks.extend(about_names(&new, &known));
    }
    remarks
}

async fn rows<T: DeserializeOwned>(
    transport: &Transport<'_>,
    request: postgrest::Builder,
) -> Option<Vec<T>> {
    let json = transport.send_with(request, Patience::Once).await.ok()?;
    serde_json::from_slice(&json).ok()
}

/// The metrics to ask the project about: those that the report declares, and those of which neither
/// the catalogue nor the name says a direction.
fn open_questions<'a>(
    runs: impl Iterator<Item = &'a IngestRun>,
) -> BTreeMap<&'a str, Option<&'a Declaration>> {
    let mut open = BTreeMap::new();
    for run in runs {
        for name in run.metrics.keys() {
            let declared = run.metric_definitions.get(name);
            let is_known = || {
                by_name(name).direction.is_some()
                    || catalogue()
                        .iter()
                        .any(|metric| metric.name.as_str() == name)
            };
            if declared.is_some() || !is_known() {
                open.insert(name.as_str(), declared);
            }
        }
    }
    open
}

fn about_metrics(
    open: &BTreeMap<&str, Option<&Declaration>>,
    rows: &[MetricOriginRow],
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    // The project lists metrics that are declared or that runs of the main line have.
    let is_listed = |name: &&str| rows.iter().any(|row| row.name == **name);
    let has_direction = |name: &str| by_name(name).direction.is_some();
    let asked = open.keys().take(MOST_NAMES);
    let unlisted = asked.filter(|name| !is_listed(name) && !has_direction(name));
    let nobody = rows.iter().filter(|row| row.direction_from == "nobody");
    let nobody = nobody.map(|row| row.name.as_str());
    let metrics: BTreeSet<&str> = nobody.chain(unlisted.copied()).collect();
    let metrics: Vec<String> = metrics.into_iter().map(str::to_owned).collect();
    if !metrics.is_empty() {
        remarks.push(Remark::NoDirection { metrics });
    }
    for row in rows {
        let Some(Some(said)) = open.get(row.name.as_str()) else {
            continue;
        };
        let (said, in_force) = differences(said, row);
        if !said.is_empty() {
            remarks.push(Remark::DeclarationIgnored {
                metric: row.name.clone(),
                said: said.join(", "),
                in_force: in_force.join(", "),
                origin: origin(row),
            });
        }
    }
    remarks
}

/// What a report says otherwise, and what is in force instead.
fn differences(said: &Declaration, row: &MetricOriginRow) -> (Vec<String>, Vec<String>) {
    let bound =
        |bound: Option<f64>| bound.map_or_else(|| "none".to_owned(), |bound| bound.to_string());
    let bounds = |name: &str, said: Option<f64>, known: Option<f64>| {
        (said.is_some() && said != known).then(|| {
            (
                format!("{name} {}", bound(said)),
                format!("{name} {}", bound(known)),
            )
        })
    };
    let direction = said.direction.filter(|said| *said != row.direction);
    let unit = said
        .unit
        .as_ref()
        .filter(|said| Some(*said) != row.unit.as_ref());
    [
        direction.map(|said| (said.to_string(), row.direction.to_string())),
        unit.map(|said| {
            let known = row.unit.as_deref().unwrap_or("none");
            (format!("unit {said}"), format!("unit {known}"))
        }),
        bounds("min", said.min, row.min),
        bounds("max", said.max, row.max),
    ]
    .into_iter()
    .flatten()
    .unzip()
}

/// `set by ada at 2026-11-27T09:00:00Z: the gate needs it`.
pub(crate) fn origin(row: &MetricOriginRow) -> String {
    let mut text = match row.source.as_deref() {
        Some("person") => "set".to_owned(),
        Some("report") => "declared".to_owned(),
        Some(source) => source.to_owned(),
        None => String::new(),
    };
    if row.source.as_deref() == Some("catalogue") {
        return text;
    }
    if let Some(name) = &row.declared_by {
        let _ = write!(text, " by {name}");
    }
    if let Some(time) = &row.declared_at {
        let _ = write!(text, " at {time}");
    }
    if let Some(reason) = &row.reason {
        let _ = write!(text, ": {reason}");
    }
    text
}

/// `higher`, `lower` or `neither`, as `metric set` takes it.
pub(crate) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::HigherIsBetter => "higher",
        Direction::LowerIsBetter => "lower",
        Direction::Neither => "neither",
    }
}

fn names_of(run: &IngestRun) -> Names {
    Names {
        model_version: run.model_version.clone(),
        dataset_version: run.dataset_version.clone(),
        prompt_version: run.prompt_version.clone(),
        environment: run.environment.clone(),
    }
}

/// The names of `new` configurations that no other one has, each with a known name like it.
fn about_names(new: &BTreeSet<Names>, known: &[Names]) -> Vec<Remark> {
    let before: Vec<&Names> = known.iter().filter(|names| !new.contains(names)).collect();
    let mut remarks = Vec::new();
    for (field, of) in FIELDS {
        let there: BTreeSet<&str> = before.iter().map(|names| of(names)).collect();
        let found: BTreeSet<&str> = new.iter().map(of).collect();
        for found in found.difference(&there) {
            if let Some(known) = there.iter().find(|known| is_slip(found, known)) {
                remarks.push(Remark::NewName {
                    field,
                    found: (*found).to_owned(),
                    known: (*known).to_owned(),
                });
            }
        }
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(model: &str, environment: &str) -> Names {
        Names {
            model_version: model.to_owned(),
            dataset_version: "d".to_owned(),
            prompt_version: "p".to_owned(),
            environment: environment.to_owned(),
        }
    }

    #[test]
    fn a_metric_that_only_side_runs_have_needs_a_direction_too() {
        let declared = Declaration {
            unit: Some("points".to_owned()),
            ..Declaration::default()
        };
        let open = [
            ("froobles", None),
            ("latency_p42", None),
            ("quux", Some(&declared)),
        ]
        .into();
        assert_eq!(
            about_metrics(&open, &[]),
            [Remark::NoDirection {
                metrics: vec!["froobles".to_owned(), "quux".to_owned()]
            }]
        );
    }

    #[test]
    fn a_new_name_is_held_against_the_names_that_were_there_before() {
        let new = [
            names("medgema-v1.2", "local"),
            names("medgema-v1.2", "staging"),
        ]
        .into();
        let known = [
            names("medgema-v1.2", "local"),
            names("medgema-v1.2", "staging"),
            names("medgemma-v1.2", "local"),
            names("medgemma-v1.1", "local"),
        ];

        let remarks = about_names(&new, &known);

        assert_eq!(
            remarks,
            [Remark::NewName {
                field: "model_version",
                found: "medgema-v1.2".to_owned(),
                known: "medgemma-v1.2".to_owned(),
            }]
        );
        assert_eq!(about_names(&new, &known[..2]), []);
    }
}
