//! Reads the inputs of the judging verbs and `compare`: runs, their baselines, and stored change
//! points.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use bench_model::{
    attribution::MACHINE_DETAILS,
    metric::{KnownMetrics, MetricDefinition},
    rest::{
        functions::{Function, JudgedAgainst},
        payload::BaselineScope,
        rows::{CurrentRunRow, EarlierRow, KnownChangeRow, MetricRow, TransactionRow},
        tables::{CHANGE_POINTS, METRICS, SNAPSHOTS, TRANSACTIONS, Table},
    },
};
use postgrest::Builder;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    cli::{filter::FilterArgs, network::NetworkArgs},
    context::Context,
    failure::Failure,
    server::{answer::No, call_error::CallError, transport::Transport},
    settings::{project::Project, variables::Access},
    spelling::Misspelt,
};

/// The server's row limit per response.
const PAGE: usize = 1_000;
/// A project may limit its responses to fewer rows than [`PAGE`], but hardly to fewer than these: a
/// page that is shorter still is the last one.
const SHORT_PAGE: usize = 100;
/// The maximum number of configurations judged in one call: one less than the server's row limit,
/// so that an excess is detected.
pub(crate) const MOST_JUDGED: usize = PAGE - 1;
/// The maximum number of configurations shown in one call.
pub(crate) const MOST_SHOWN: usize = 100;
/// The number of ids in a URL.
const IDS: usize = 100;
/// About as many bytes of earlier runs are read at once.
const LARGEST_ANSWER: usize = 4 << 20;
/// The bytes of an earlier run without its metrics and parameters.
const RUN_BYTES: usize = 350;
/// The bytes of one of its metrics beside the name.
const METRIC_BYTES: usize = 24;

/// So many configurations are read together by [`Reader::newest_at`].
const SOME_CONFIGURATIONS: usize = 50;

/// Reads from a project.
pub(crate) struct Reader<'a> {
    transport: Transport<'a>,
    context: &'a Context,
}

/// One response: its rows, and those that are stored but can't be read.
#[derive(Debug, PartialEq)]
struct Page<T> {
    rows: Vec<T>,
    /// A sentence for each.
    unreadable: Vec<String>,
}

/// The newest run of each matching configuration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Newest {
    /// The runs.
    pub(crate) runs: Vec<TransactionRow>,
    /// Whether there are more than requested.
    pub(crate) is_cut: bool,
}

/// The baseline in force, and its scope.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CountingBaseline {
    /// The run.
    pub(crate) run: TransactionRow,
    /// What it was marked for.
    pub(crate) found_by: FoundBy,
}

/// How a baseline was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum FoundBy {
    /// It was marked for this.
    Scope(BaselineScope),
    /// `--base` names its branch or commit.
    Base(String),
}

impl fmt::Display for FoundBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(scope) => scope.fmt(f),
            Self::Base(base) => write!(f, "--base {base}"),
        }
    }
}

/// What a run is judged against.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Against {
    /// The id of the baseline's run, and what it was marked for.
    pub(crate) baseline: Option<(String, BaselineScope)>,
    /// The runs before, oldest first.
    pub(crate) earlier: Vec<TransactionRow>,
    /// The change points of its configuration, newest first.
    pub(crate) change_points: Vec<KnownChangeRow>,
}

/// A row of `judged_against`.
#[derive(Deserialize)]
struct AgainstRow<'a> {
    id: String,
    baseline_run: Option<String>,
    found_by: Option<BaselineScope>,
    #[serde(borrow)]
    earlier: &'a RawValue,
    #[serde(borrow)]
    change_points: &'a RawValue,
}

impl<'a> Reader<'a> {
    /// Reads from the project in the settings.
    ///
    /// # Errors
    ///
    /// As [`Transport::open`].
    pub(crate) fn open(
        access: Access,
        network: &NetworkArgs,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        Transport::open(access, network, context).map(|transport| Self { transport, context })
    }

    /// Reads from `project`.
    ///
    /// # Errors
    ///
    /// As [`Transport::to`].
    pub(crate) fn to(
        project: Project,
        network: &NetworkArgs,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let transport = Transport::to(project, network, context)?;
        Ok(Self { transport, context })
    }
}

impl Reader<'_> {
    /// The whole runs with these ids.
    ///
    /// # Errors
    ///
    /// [`Failure`] as for all reads here: the server refused, was unreachable, or sent an unusable
    /// response.
    pub(crate) async fn runs<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<TransactionRow>, Failure> {
        let ids: Vec<&str> = ids.collect();
        let mut runs = Vec::new();
        for ids in ids.chunks(IDS) {
            let page: Vec<TransactionRow> = self
                .read(TRANSACTIONS, |request| {
                    request
                        .select(TransactionRow::COLUMNS.join(","))
                        .in_("id", ids.iter().copied())
                })
                .await?;
            runs.extend(page);
        }
        Ok(runs)
    }

    /// The newest run of each matching configuration, for at most `most` configurations: of the main
    /// line, unless the filter names a commit. Retracted runs are left out.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`].
    pub(crate) async fn newest(&self, filter: &FilterArgs, most: usize) -> Result<Newest, Failure> {
        let Some(commit) = &filter.commit_sha else {
            let mut snapshots: Vec<CurrentRunRow> = self
                .read_up_to(most + 1, SNAPSHOTS, |request| {
                    narrowed(request.select(CurrentRunRow::COLUMNS.join(",")), filter)
                        .is("is_active", "true")
                        .order("model_version,dataset_version,prompt_version,environment")
                })
                .await?;
            let is_cut = snapshots.len() > most;
            snapshots.truncate(most);
            let mut runs = self
                .runs(snapshots.iter().map(|row| row.transaction_id.as_str()))
                .await?;
            runs.sort_by_key(|run| {
                snapshots
                    .iter()
                    .position(|row| row.transaction_id == run.id)
            });
            return Ok(Newest { runs, is_cut });
        };
        let mut runs: Vec<TransactionRow> = self
            .read_up_to(PAGE, TRANSACTIONS, |request| {
                let request = request.select(TransactionRow::COLUMNS.join(","));
                let request = narrowed(request, filter)
                    .is("retraction", "null")
                    .order("created_at.desc,version.desc,id");
                // A full hash is looked up, a prefix is searched.
                if commit.len() >= 40 {
                    request.eq("commit_sha", commit.as_str())
                } else {
                    request.like("commit_sha", format!("{}*", commit.as_str()))
                }
            })
            .await?;
        let is_page_full = runs.len() >= PAGE;
        let mut seen = std::collections::BTreeSet::new();
        runs.retain(|run| seen.insert(run.configuration_id));
        let is_cut = is_page_full || runs.len() > most;
        runs.truncate(most);
        Ok(Newest { runs, is_cut })
    }

    /// The newest run of each of these configurations with this branch, or with a commit that begins
    /// so; by configuration.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`].
    pub(crate) async fn newest_at(
        &self,
        base: &str,
        configurations: &BTreeSet<i64>,
    ) -> Result<BTreeMap<i64, TransactionRow>, Failure> {
        let is_commit = base.len() >= 7 && base.chars().all(|c| c.is_ascii_hexdigit());
        let read = |some: Vec<String>, most: usize| {
            self.read_up_to(most, TRANSACTIONS, move |request| {
                let request = request
                    .select(TransactionRow::COLUMNS.join(","))
                    .in_("configuration_id", some.clone())
                    .is("retraction", "null")
                    .order("created_at.desc,version.desc,id");
                if is_commit {
                    request.like("commit_sha", format!("{}*", base.to_ascii_lowercase()))
                } else {
                    request.eq("branch_name", base)
                }
            })
        };
        let mut newest: BTreeMap<i64, TransactionRow> = BTreeMap::new();
        let all: Vec<i64> = configurations.iter().copied().collect();
        for some in all.chunks(SOME_CONFIGURATIONS) {
            let ids = some.iter().map(i64::to_string).collect();
            let runs: Vec<TransactionRow> = read(ids, PAGE).await?;
            let is_cut = runs.len() >= PAGE;
            for run in runs {
                newest.entry(run.configuration_id).or_insert(run);
            }
            // Many runs of one may hide those of another.
            for id in some {
                if !is_cut || newest.contains_key(id) {
                    continue;
                }
                for run in read(vec![id.to_string()], 1).await? {
                    newest.insert(*id, run);
                }
            }
        }
        Ok(newest)
    }

    /// Those of the runs `ids` that are the newest of their configuration on the main line.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`].
    pub(crate) async fn current(&self, ids: &[&str]) -> Result<Vec<String>, Failure> {
        let mut current = Vec::new();
        for ids in ids.chunks(IDS) {
            let rows: Vec<CurrentRunRow> = self
                .read(SNAPSHOTS, |request| {
                    request
                        .select(CurrentRunRow::COLUMNS.join(","))
                        .in_("transaction_id", ids.iter().copied())
                })
                .await?;
            current.extend(rows.into_iter().map(|row| row.transaction_id));
        }
        Ok(current)
    }

    /// As [`Reader::newest`], for [`MOST_SHOWN`] configurations; reports if there are more, and why
    /// there are none.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`], and if nothing matches.
    pub(crate) async fn newest_shown(
        &self,
        filter: &FilterArgs,
        context: &Context,
    ) -> Result<Vec<TransactionRow>, Failure> {
        let Newest { runs, is_cut } = self.newest(filter, MOST_SHOWN).await?;
        if runs.is_empty() {
            return Err(self.nothing_fits(filter, "run that matches").await?);
        }
        if is_cut {
            context.say(&format!(
                "warning: showing the first {MOST_SHOWN} configurations; narrow the selection with --model-version, …"
            ));
        }
        Ok(runs)
    }

    /// Why no run matches: filter values without a match, or nothing stored at all.
    ///
    /// `what` describes the search, such as `run of this commit, abc123`.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`].
    pub(crate) async fn nothing_fits(
        &self,
        filter: &FilterArgs,
        what: &str,
    ) -> Result<Failure, Failure> {
        let stored: Vec<CurrentRunRow> = self
            .read_all(SNAPSHOTS, |request| {
                request
                    .select(CurrentRunRow::COLUMNS.join(","))
                    .is("is_active", "true")
                    .order("model_version,dataset_version,prompt_version,environment")
            })
            .await?;
        let what = what.to_owned();
        if stored.is_empty() {
            return Ok(Failure::NothingStored { what });
        }
        let FilterArgs {
            model_version,
            dataset_version,
            prompt_version,
            environment,
            commit_sha,
        } = filter;
        let all = |of: fn(&CurrentRunRow) -> &str| stored.iter().map(of).collect::<Vec<_>>();
        let asked = [
            (
                "--model-version",
                model_version.as_deref(),
                all(|row| &row.model_version),
            ),
            (
                "--dataset-version",
                dataset_version.as_deref(),
                all(|row| &row.dataset_version),
            ),
            (
                "--prompt-version",
                prompt_version.as_deref(),
                all(|row| &row.prompt_version),
            ),
            (
                "--environment",
                environment.as_deref(),
                all(|row| &row.environment),
            ),
        ];
        let (mut misspelt, mut together) = (Vec::new(), Vec::new());
        for (flag, wanted, there) in asked {
            if let Some(wanted) = wanted {
                together.push(format!("`{flag} {wanted}`"));
                misspelt.extend(Misspelt::among(flag, wanted, there));
            }
        }
        if misspelt.is_empty() {
            if let Some(commit) = commit_sha.as_deref() {
                let with = if together.is_empty() {
                    ""
                } else {
                    " that fits "
                };
                let what = format!("run of the commit `{commit}`{with}{}", together.join(" "));
                return Ok(Failure::NothingToJudge { what });
            }
            if together.len() < 2 {
                return Ok(Failure::NothingToJudge { what });
            }
        }
        Ok(Failure::NothingFits { misspelt, together })
    }

    /// What each of `runs`, one of the [`portions`], is judged against, with at most `most` earlier
    /// runs each.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`].
    pub(crate) async fn judged_against(
        &self,
        runs: &[TransactionRow],
        most: usize,
    ) -> Result<Vec<Against>, Failure> {
        let ids: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
        let arguments = JudgedAgainst {
            p_runs: &ids,
            p_most: most,
            p_machine: &MACHINE_DETAILS,
        };
        let request = self.transport.call(&arguments);
        let json = self.transport.send(request).await?;
        let name = JudgedAgainst::NAME;
        let rows: Vec<AgainstRow<'_>> =
            serde_json::from_slice(&json).map_err(|_| not_understood(name))?;
        let mut rows: HashMap<String, AgainstRow<'_>> =
            rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let mut all = Vec::with_capacity(runs.len());
        for run in runs {
            let row = rows.remove(&run.id).ok_or_else(|| not_understood(name))?;
            let earlier: Vec<EarlierRow> = self.rows_in(row.earlier, TRANSACTIONS)?;
            let earlier = earlier.into_iter().rev().map(|row| row.into_run(run));
            all.push(Against {
                baseline: row.baseline_run.zip(row.found_by),
                earlier: earlier.collect(),
                change_points: self.rows_in(row.change_points, CHANGE_POINTS)?,
            });
        }
        Ok(all)
    }

    /// The definitions of metrics.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`].
    pub(crate) async fn metrics(&self) -> Result<KnownMetrics, Failure> {
        let rows: Vec<MetricRow> = self
            .read_all(METRICS, |request| {
                request.select(MetricRow::COLUMNS.join(",")).order("name")
            })
            .await?;
        Ok(KnownMetrics::new(
            rows.into_iter().map(MetricDefinition::from),
        ))
    }

    /// Calls a function and reads its result.
    ///
    /// # Errors
    ///
    /// As [`Reader::runs`], and if a key is among the arguments: what they say is public.
    pub(crate) async fn call<F: Function, T: DeserializeOwned>(
        &self,
        arguments: &F,
    ) -> Result<T, Failure> {
        let said = serde_json::to_string(arguments);
        if said.is_ok_and(|said| self.context.scrubber.finds(&said)) {
            return Err(Failure::HoldsKey);
        }
        let json = self.transport.send(self.transport.call(arguments)).await?;
        serde_json::from_slice(&json).map_err(|_| not_understood(F::NAME))
    }

    /// Reads every row that the query `ask` finds, page by page. Its order must be total.
    pub(crate) async fn read_all<T: DeserializeOwned>(
        &self,
        table: Table,
        ask: impl Fn(Builder) -> Builder,
    ) -> Result<Vec<T>, Failure> {
        self.read_up_to(usize::MAX, table, ask).await
    }

    /// As [`Reader::read_all`], but at most `most` rows.
    pub(crate) async fn read_up_to<T: DeserializeOwned>(
        &self,
        most: usize,
        table: Table,
        ask: impl Fn(Builder) -> Builder,
    ) -> Result<Vec<T>, Failure> {
        let (mut rows, mut first) = (Vec::new(), 0);
        while first < most {
            let wanted = PAGE.min(most - first);
            let page = self
                .page(table, |request| {
                    ask(request).range(first, first + wanted - 1)
                })
                .await?;
            let received = page.rows.len() + page.unreadable.len();
            first += received;
            rows.extend(page.rows);
            if received < wanted.min(SHORT_PAGE) {
                break;
            }
        }
        Ok(rows)
    }

    /// Reads rows of a table with the query `ask`, of which the server returns one page.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        table: Table,
        ask: impl FnOnce(Builder) -> Builder,
    ) -> Result<Vec<T>, Failure> {
        Ok(self.page(table, ask).await?.rows)
    }

    /// As [`Reader::read`]; warns of rows that cannot be read, which an older schema may have stored.
    async fn page<T: DeserializeOwned>(
        &self,
        table: Table,
        ask: impl FnOnce(Builder) -> Builder,
    ) -> Result<Page<T>, Failure> {
        let json = self
            .transport
            .send(ask(self.transport.table(table)))
            .await?;
        self.understood(&json, table)
    }

    /// The rows of a list within a response.
    fn rows_in<T: DeserializeOwned>(
        &self,
        list: &RawValue,
        table: Table,
    ) -> Result<Vec<T>, Failure> {
        Ok(self.understood(list.get().as_bytes(), table)?.rows)
    }

    fn understood<T: DeserializeOwned>(
        &self,
        json: &[u8],
        table: Table,
    ) -> Result<Page<T>, Failure> {
        let page = Page::read(json, table.0).ok_or_else(|| not_understood(table.0))?;
        for sentence in &page.unreadable {
            self.context.say(&format!("warning: {sentence}"));
        }
        Ok(page)
    }
}

impl<T: DeserializeOwned> Page<T> {
    /// Reads the rows of `table`; none if the response is not rows that say which they are.
    fn read(json: &[u8], table: &str) -> Option<Self> {
        if let Ok(rows) = serde_json::from_slice(json) {
            let unreadable = Vec::new();
            return Some(Self { rows, unreadable });
        }
        let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
        for row in serde_json::from_slice::<Vec<&RawValue>>(json).ok()? {
            match serde_json::from_str(row.get()) {
                Ok(row) => rows.push(row),
                Err(error) => {
                    let fields: BTreeMap<String, &RawValue> =
                        serde_json::from_str(row.get()).ok()?;
                    let name = ["id", "transaction_id", "name"];
                    let id = name.into_iter().find_map(|name| fields.get(name))?;
                    // A row has more than its name.
                    if fields.len() < 2 {
                        return None;
                    }
                    let id = id.get().trim_matches('"');
                    unreadable.push(format!(
                        "the row {id} of {table} cannot be read and is left out: {error}"
                    ));
                }
            }
        }
        Some(Self { rows, unreadable })
    }
}

/// Divides `runs` so that what each portion is judged against, with at most `most` earlier runs
/// each, is one answer of a few MB.
pub(crate) fn portions(runs: &[TransactionRow], most: usize) -> Vec<&[TransactionRow]> {
    let mut portions = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (place, run) in runs.iter().enumerate() {
        let names = run.metrics.keys().map(|name| name.len() + METRIC_BYTES);
        let params = run.params.as_ref().map_or(0, |params| {
            serde_json::to_string(params).map_or(0, |text| text.len())
        });
        let earlier = usize::try_from(run.version).map_or(most, |version| version.min(most));
        let its_bytes = earlier * (RUN_BYTES + names.sum::<usize>() + params);
        let is_full = bytes + its_bytes > LARGEST_ANSWER
            || (place - first + 1) * most.max(1) > JudgedAgainst::MOST_ROWS;
        if is_full && place > first {
            portions.push(&runs[first..place]);
            (first, bytes) = (place, 0);
        }
        bytes += its_bytes;
    }
    portions.extend((first < runs.len()).then(|| &runs[first..]));
    portions
}

/// The query for the filter, except its commit.
pub(crate) fn narrowed(mut request: Builder, filter: &FilterArgs) -> Builder {
    let FilterArgs {
        model_version,
        dataset_version,
        prompt_version,
        environment,
        commit_sha: _,
    } = filter;
    for (column, wanted) in [
        ("model_version", model_version.as_deref()),
        ("dataset_version", dataset_version.as_deref()),
        ("prompt_version", prompt_version.as_deref()),
        ("environment", environment.as_deref()),
    ] {
        if let Some(wanted) = wanted {
            request = request.eq(column, wanted);
        }
    }
    request
}

/// The response is not a row of `table`.
pub(crate) fn not_understood(table: &str) -> Failure {
    CallError::Refused(No::not_understood(table)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bench_model::rest::rows::ValuesRow;

    #[test]
    fn a_row_that_cannot_be_read_is_named_and_the_others_are_read() {
        let big = "1".repeat(400);
        let json = format!(
            r#"[{{"id": "a", "metrics": {{"f1": 0.9}}}}, {{"id": "b", "metrics": {{"f1": {big}}}}},
                {{"id": "c", "metrics": "text"}}, {{"id": "d", "metrics": {{"f1": 0.8}}}}]"#
        );
        let Page { rows, unreadable } =
            Page::<ValuesRow>::read(json.as_bytes(), "runs").expect("rows");

        let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["a", "d"]);
        assert!(
            unreadable[0].starts_with(
                "the row b of runs cannot be read and is left out: number out of range"
            ),
            "{unreadable:?}"
        );
        assert_eq!(unreadable.len(), 2);
    }

    #[test]
    fn a_response_that_is_no_rows_is_not_understood() {
        for json in [
            "{}",
            "[1]",
            r#"[{"id": 7}]"#,
            r#"[{"other": 1, "more": 2}]"#,
            "<html>",
        ] {
            assert_eq!(
                Page::<ValuesRow>::read(json.as_bytes(), "runs"),
                None,
                "{json}"
            );
        }
    }

    #[test]
    fn a_portion_is_an_answer_of_a_few_megabytes_and_no_run_is_left_out() {
        let run = |version: i64, metrics: usize| {
            let metrics: BTreeMap<String, f64> = (0..metrics)
                .map(|name| (format!("m{name:09}"), 0.5))
                .collect();
            let json = serde_json::json!({
                "id": "a", "created_at": "2026-11-24T09:00:00Z", "recorded_at": "2026-11-24T09:00:00Z", "commit_sha": "c",
                "model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "ci", "metrics": metrics,
                "configuration_id": 1, "version": version, "idempotency_key": "k",
            });
            serde_json::from_value::<TransactionRow>(json).expect("a run")
        };
        let sizes = |runs: &[TransactionRow], most| -> Vec<usize> {
            portions(runs, most).iter().map(|runs| runs.len()).collect()
        };
        // 520 bytes for each earlier run.
        assert_eq!(sizes(&vec![run(40, 5); 300], 500), [50; 6]);
        assert_eq!(sizes(&vec![run(40, 5); 300], 40), [201, 99]);
        assert_eq!(sizes(&vec![run(1, 5); 3], 5_000), [3]);
        // One of them alone is more.
        assert_eq!(
            sizes(&[run(1, 1), run(9_000, 1_000), run(1, 1)], 5_000),
            [1, 1, 1]
        );
        assert_eq!(sizes(&vec![run(9, 1); 7], 20_000), [1; 7]);
        assert_eq!(sizes(&[], 10), [0; 0]);
    }
}
