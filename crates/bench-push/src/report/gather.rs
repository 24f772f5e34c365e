//! Files → valid runs, and all problems.

use std::path::Path;

use bench_model::{
    context::{Detected, Overrides},
    idempotency,
    problem::{Problem, Warning},
    report::{self, ReportError},
    rest::payload::IngestRun,
    run::{Built, Run},
    source::Source as Origin,
    words::counted,
};
use jiff::Timestamp;

use crate::{
    cli::push::PushArgs,
    failure::HOLDS_KEY,
    report::source::{self, SourceError, Text},
    settings::secret::Scrubber,
};

/// The maximum number of problems listed per file; more of them have the same cause.
const MOST_PROBLEMS: usize = 1_000;
/// The maximum number of warnings per file.
const MOST_WARNINGS: usize = 10_000;

/// The content of all named files.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Valid runs, in the order of files and reports.
    pub(crate) runs: Vec<IngestRun>,
    /// The origin of each run.
    pub(crate) places: Vec<Place>,
    /// The reasons not to send reports, one per file.
    pub(crate) troubles: Vec<Trouble>,
    /// The warnings.
    pub(crate) warnings: Vec<FileWarning>,
}

/// The origin of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// The file's name in messages.
    pub(crate) file: String,
    /// The location in the file; empty for its only report.
    pub(crate) path: String,
    /// Why it is a side run; none: it belongs to the main line.
    pub(crate) side_run: Option<String>,
}

/// Why a file is not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// It can't be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It contains no reports.
    #[error("`{file}` {cause}")]
    NoReport {
        /// The file.
        file: String,
        /// Why.
        cause: ReportError,
    },
    /// Its reports are invalid.
    #[error("`{file}` has {}", counted(.problems.len() + .unlisted, "problem"))]
    Invalid {
        /// The file.
        file: String,
        /// The first of them.
        problems: Vec<Problem>,
        /// The number of others.
        unlisted: usize,
    },
    /// It contains the key.
    #[error("`{file}` holds a Supabase key")]
    HoldsKey {
        /// The file.
        file: String,
    },
}

impl Trouble {
    /// The hints, each once.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Source(error) => error.hint().into_iter().collect(),
            Self::NoReport { cause, .. } => cause.hint().into_iter().collect(),
            Self::Invalid { problems, .. } => {
                let mut hints: Vec<String> = Vec::new();
                for hint in problems.iter().filter_map(|problem| problem.hint.as_ref()) {
                    if !hints.contains(hint) {
                        hints.push(hint.clone());
                    }
                }
                hints
            }
            Self::HoldsKey { .. } => vec![HOLDS_KEY.to_owned()],
        }
    }

    /// Whether the command line is at fault rather than the report.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(self, Self::Source(error) if !matches!(error, SourceError::TooLarge { .. }))
    }
}

/// A warning and its file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileWarning {
    /// The file.
    pub(crate) file: String,
    /// The warning.
    pub(crate) warning: Warning,
}

/// The flags, as overrides for reports.
pub(crate) fn overrides(args: &PushArgs) -> Overrides {
    Overrides {
        model_version: args.model_version.clone(),
        model_provider: args.model_provider.clone(),
        dataset_version: args.dataset_version.clone(),
        prompt_version: args.prompt_version.clone(),
        environment: args.environment.clone(),
        commit_sha: args.commit_sha.clone(),
        branch_name: args.branch_name.clone(),
        run_id: args.run_id.clone(),
        run_attempt: args.run_attempt,
        triggered_by: args.triggered_by.clone(),
        is_mainline: (args.mainline || args.side_run).then_some(args.mainline),
        created_at: args.created_at,
        duration_seconds: args.duration,
        tags: (!args.tags.is_empty()).then(|| args.tags.clone()),
        notes: args.notes.clone(),
    }
}

/// Reads every named file, and validates every report in it.
pub(crate) fn gather<'a>(
    names: impl IntoIterator<Item = &'a str>,
    overrides: &Overrides,
    detected: &Detected,
    now: Timestamp,
    scrubber: &Scrubber,
) -> Gathered {
    let mut gathered = Gathered::default();
    for source in source::resolve(names) {
        let read = source
            .and_then(|source| source.read())
            .map_err(Trouble::from);
        match read.and_then(|text| build(&text, overrides, detected, now, scrubber)) {
            Ok(Gathered {
                runs,
                places,
                troubles,
                warnings,
            }) => {
                gathered.runs.extend(runs);
                gathered.places.extend(places);
                gathered.troubles.extend(troubles);
                gathered.warnings.extend(warnings);
            }
            Err(trouble) => gathered.troubles.push(trouble),
        }
    }
    gathered
}

fn build(
    text: &Text,
    overrides: &Overrides,
    detected: &Detected,
    now: Timestamp,
    scrubber: &Scrubber,
) -> Result<Gathered, Trouble> {
    let Text { name, path, bytes } = text;
    let file = || name.clone();
    let file_name = path.as_deref().and_then(Path::to_str);
    let mut origin: Option<Origin> = None;
    let mut gathered = Gathered::default();
    let (mut problems, mut unlisted, mut holds_key) = (Vec::new(), 0, false);
    // One report at a time: a file of many is in memory once, as its runs.
    let read = report::parse_each(bytes, |report| {
        let Built { run, warnings } = match Run::build(report, overrides, detected, now) {
            Ok(built) => built,
            Err(found) => {
                let room = MOST_PROBLEMS.saturating_sub(problems.len());
                unlisted += found.len().saturating_sub(room);
                return problems.extend(found.into_iter().take(room));
            }
        };
        let room = MOST_WARNINGS.saturating_sub(gathered.warnings.len());
        let warnings = warnings.into_iter().take(room);
        gathered
            .warnings
            .extend(warnings.map(|warning| FileWarning {
                file: file(),
                warning,
            }));
        // All reports of a file share its origin, so one hash is enough.
        let origin = origin
            .get_or_insert_with(|| Origin::of(run.format, file_name, bytes))
            .clone();
        let key = idempotency::key(&run, detected.repository.as_deref());
        gathered.places.push(Place {
            file: file(),
            path: run.path.to_string(),
            side_run: run.side_run.clone(),
        });
        let run = IngestRun::new(&run, &key, Some(origin));
        holds_key |= self::holds_key(&run, scrubber);
        gathered.runs.push(run);
    });
    read.map_err(|cause| Trouble::NoReport {
        file: file(),
        cause,
    })?;
    if holds_key {
        return Err(Trouble::HoldsKey { file: file() });
    }
    if !problems.is_empty() {
        gathered.troubles.push(Trouble::Invalid {
            file: file(),
            problems,
            unlisted,
        });
    }
    Ok(gathered)
}

/// Flags and CI can put a key into a run just like the report.
fn holds_key(run: &IngestRun, scrubber: &Scrubber) -> bool {
    serde_json::to_string(run).is_ok_and(|text| scrubber.finds(&text))
}
