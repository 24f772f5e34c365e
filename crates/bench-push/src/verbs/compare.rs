//! `compare A B`: is B worse than A?

pub(crate) mod pairs;

use bench_model::{
    metric::{KnownMetrics, primary_metric},
    rest::{
        rows::TransactionRow,
        tables::{MAIN_LINE, SNAPSHOTS, TRANSACTIONS},
    },
    stats::{
        Assessment, EARLIER_RUNS, Metrics, Options, UnsharedMetric, VerdictKind, compare_runs,
        unshared,
    },
};
use postgrest::Builder;
use serde::Deserialize;

use crate::{
    cli::{compare::CompareArgs, side::Side},
    context::Context,
    exit,
    failure::Failure,
    runtime::block_on,
    server::reader::{Reader, not_understood},
    settings::variables::Access,
    spelling::{Misspelt, cut},
    terminal::text::plain,
    verbs::{
        check::metrics_are_known,
        compare::pairs::{Group, by_configuration, pair},
    },
};

/// The maximum number of runs per side and of configurations; more are refused.
const MOST_RUNS: usize = 500;
const MOST_CONFIGURATIONS: usize = 100;
/// The maximum number of runs of a branch in which its configurations are found.
const MOST_OF_BRANCH: usize = 1_000;

/// The result of `compare`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compared {
    /// Each configuration of B with its counterpart in A.
    pub(crate) pairs: Vec<ComparedPair>,
    /// The configurations of B without a counterpart in A.
    pub(crate) alone: Vec<Group>,
}

/// One configuration of B and one of A.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ComparedPair {
    /// The runs of A.
    pub(crate) baseline: Group,
    /// The runs of B.
    pub(crate) current: Group,
    /// Every shared metric, the primary one first.
    pub(crate) metrics: Vec<Assessment>,
    /// Every metric that only some of the runs have.
    pub(crate) unshared: Vec<Unshared>,
}

/// An unshared metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unshared {
    /// The metric and the runs that have it.
    pub(crate) metric: UnsharedMetric,
    /// Whether the comparison fails without it: A has it, and it is the primary metric or was
    /// requested by name.
    pub(crate) is_required: bool,
}

impl Compared {
    /// 1 if a metric regressed or a required one is missing.
    pub(crate) fn status(&self) -> u8 {
        let regressed = |judged: &Assessment| judged.verdict.kind == VerdictKind::Regressed;
        let mut judged = self.pairs.iter().flat_map(|pair| &pair.metrics);
        if judged.any(regressed) || self.required().next().is_some() {
            exit::REGRESSED
        } else {
            exit::DONE
        }
    }

    /// Every missing metric that fails the comparison.
    pub(crate) fn required(&self) -> impl Iterator<Item = &UnsharedMetric> {
        let unshared = self.pairs.iter().flat_map(|pair| &pair.unshared);
        unshared
            .filter(|unshared| unshared.is_required)
            .map(|unshared| &unshared.metric)
    }
}

/// Compares the runs of `B` with those of `A`.
///
/// # Errors
///
/// [`Failure`] if settings are missing, a side matches no run, the sides have nothing in common, or
/// the server is unreachable.
pub(crate) fn compare(args: &CompareArgs, context: &Context) -> Result<Compared, Failure> {
    let reader = Reader::open(Access::Read, &args.network, context)?;
    let comparer = Comparer { reader, args };
    block_on(comparer.compare())
}

struct Comparer<'a> {
    reader: Reader<'a>,
    args: &'a CompareArgs,
}

impl Comparer<'_> {
    async fn compare(&self) -> Result<Compared, Failure> {
        let (side_a, mut a) = self.side(&self.args.a).await?;
        let (side_b, mut b) = self.side(&self.args.b).await?;
        of_the_same_model(&side_a, &side_b, &mut b);
        of_the_same_model(&side_b, &side_a, &mut a);
        let (pairs, alone) = pair(&a, b);
        if pairs.is_empty() {
            return Err(Failure::NothingInCommon {
                a: a.iter().map(|group| plain(&group.name())).collect(),
                b: alone.iter().map(|group| plain(&group.name())).collect(),
            });
        }
        let CompareArgs {
            metric, primary, ..
        } = self.args;
        let runs = pairs.iter().flat_map(|(a, b)| a.runs.iter().chain(&b.runs));
        let known = runs.flat_map(|run| run.metrics.keys().map(String::as_str));
        metrics_are_known(metric, primary.as_ref(), &known.collect())?;
        let definitions = self.reader.metrics().await?;
        let mut compared = Vec::new();
        for (baseline, current) in pairs {
            compared.push(self.judge(baseline, current, &definitions).await?);
        }
        Ok(Compared {
            pairs: compared,
            alone,
        })
    }

    /// The first meaning of a side that has any runs, and those, by configuration.
    async fn side(&self, side: &Side) -> Result<(Side, Vec<Group>), Failure> {
        for meaning in std::iter::once(side).chain(&side.otherwise) {
            let mut meaning = meaning.clone();
            if let Some(beginning) = &meaning.beginning {
                let Some(id) = self.reader.run_id_from(beginning).await? else {
                    continue;
                };
                meaning.id = Some(id);
            }
            let groups = self.groups(&meaning).await?;
            if !groups.is_empty() {
                return Ok((meaning, groups));
            }
        }
        Err(self.no_such_run(side).await?)
    }

    async fn groups(&self, side: &Side) -> Result<Vec<Group>, Failure> {
        if side.names_runs() {
            let runs: Vec<TransactionRow> = self
                .reader
                .read_up_to(MOST_RUNS + 1, TRANSACTIONS, |request| {
                    newest_first(self.filter(request, side))
                })
                .await?;
            if runs.len() > MOST_RUNS {
                return Err(Failure::TooMany {
                    most: MOST_RUNS,
                    what: format!("runs match {}", cut(&side.text)),
                });
            }
            if side.commit.is_some() {
                one_commit(&runs, &side.text)?;
            }
            Ok(by_configuration(runs))
        } else if side.branch.is_some() {
            self.newest_of_branch(side).await
        } else {
            self.newest(side).await
        }
    }

    /// The newest runs of each configuration among the newest runs of a branch, side runs too.
    async fn newest_of_branch(&self, side: &Side) -> Result<Vec<Group>, Failure> {
        let runs: Vec<TransactionRow> = self
            .reader
            .read_up_to(MOST_OF_BRANCH, TRANSACTIONS, |request| {
                newest_first(self.filter(request, side))
            })
            .await?;
        let mut groups = by_configuration(runs);
        for group in &mut groups {
            group.runs.truncate(self.args.runs.into());
        }
        Ok(groups)
    }

    /// Why no run matches a side.
    async fn no_such_run(&self, side: &Side) -> Result<Failure, Failure> {
        #[derive(Deserialize)]
        struct Model {
            model_version: String,
        }
        let found = side.text.clone();
        let is_a_name = side.otherwise.is_empty();
        let Some(wanted) = side.model.as_deref().filter(|_| is_a_name) else {
            return Ok(Failure::NoSuchRun {
                found,
                misspelt: None,
            });
        };
        let models: Vec<Model> = self
            .reader
            .read_all(SNAPSHOTS, |request| {
                let request = request.select("model_version");
                request.order("model_version,dataset_version,prompt_version,environment")
            })
            .await?;
        let models = models.iter().map(|model| model.model_version.as_str());
        let misspelt = Misspelt::among("model", wanted, models);
        Ok(Failure::NoSuchRun { found, misspelt })
    }

    /// The newest runs of each configuration of a side.
    async fn newest(&self, side: &Side) -> Result<Vec<Group>, Failure> {
        #[derive(Deserialize)]
        struct Configuration {
            configuration_id: i64,
        }
        let configurations: Vec<Configuration> = self
            .reader
            .read_up_to(MOST_CONFIGURATIONS + 1, SNAPSHOTS, |request| {
                let request = self.filter(request, side).select("configuration_id");
                request.order("created_at.desc,configuration_id")
            })
            .await?;
        if configurations.len() > MOST_CONFIGURATIONS {
            return Err(Failure::TooMany {
                most: MOST_CONFIGURATIONS,
                what: format!("configurations fit {}", cut(&side.text)),
            });
        }
        let mut groups = Vec::new();
        for Configuration { configuration_id } in configurations {
            let runs: Vec<TransactionRow> = self
                .reader
                .read(MAIN_LINE, |request| {
                    let request = request.eq("configuration_id", configuration_id.to_string());
                    newest_first(request).limit(usize::from(self.args.runs))
                })
                .await?;
            groups.extend(by_configuration(runs));
        }
        Ok(groups)
    }

    async fn judge(
        &self,
        baseline: Group,
        current: Group,
        known: &KnownMetrics,
    ) -> Result<ComparedPair, Failure> {
        let of_current = self.earlier(&current, false).await?;
        let is_other = baseline.newest().configuration_id != current.newest().configuration_id;
        let of_baseline = if is_other {
            self.earlier(&baseline, true).await?
        } else {
            Vec::new()
        };
        let options = Options {
            threshold: self.args.threshold,
            ..Options::default()
        };
        let (mut before, mut after) = (baseline.runs.clone(), current.runs.clone());
        if !self.args.metric.is_empty() {
            for run in before.iter_mut().chain(&mut after) {
                run.metrics.retain(|name, _| {
                    self.args
                        .metric
                        .iter()
                        .any(|wanted| wanted.as_str() == name)
                });
            }
        }
        let define = |name: &str| known.of(name);
        let has = |metric: &str| {
            let mut runs = before.iter().chain(&after);
            runs.all(|run| run.metrics.contains_key(metric))
        };
        let had = |metric: &str| {
            let mut runs = before.iter();
            runs.any(|run| run.metrics.contains_key(metric))
        };
        let named = self.args.primary.as_deref();
        let required = named.or_else(|| primary_metric(had));
        // If the preferred primary metric is missing, use the next one, as everywhere.
        let primary = named.or_else(|| primary_metric(has));
        let earlier = [of_current.as_slice(), of_baseline.as_slice()];
        // Values come from JSON, which has no infinities, and options are validated.
        let metrics = compare_runs(&before, &after, earlier, define, primary, &options)
            .map_err(|_| not_understood(TRANSACTIONS.0))?;
        let is_required = |metric: &UnsharedMetric| {
            let is_asked_for =
                !self.args.metric.is_empty() || required == Some(metric.name.as_str());
            metric.is_missing() && is_asked_for
        };
        let unshared = unshared(&before, &after).into_iter();
        let unshared = unshared.map(|metric| Unshared {
            is_required: is_required(&metric),
            metric,
        });
        Ok(ComparedPair {
            unshared: unshared.collect(),
            baseline,
            current,
            metrics,
        })
    }

    /// The runs of a configuration before or up to the compared ones, oldest first.
    async fn earlier(&self, group: &Group, up_to: bool) -> Result<Vec<Metrics>, Failure> {
        #[derive(Deserialize)]
        struct Earlier {
            metrics: Metrics,
        }
        let configuration = group.newest().configuration_id.to_string();
        let runs: Vec<Earlier> = self
            .reader
            .read(MAIN_LINE, |request| {
                let request = request.eq("configuration_id", configuration);
                let (last, how) = if up_to {
                    (group.newest(), "lte")
                } else {
                    (group.oldest(), "lt")
                };
                // Runs pushed together without their own times share one.
                let TransactionRow {
                    created_at,
                    version,
                    ..
                } = last;
                request
                    .or(format!(
                        "created_at.lt.{created_at},and(created_at.eq.{created_at},version.{how}.{version})"
                    ))
                    .select("metrics")
                    .order("created_at.desc,version.desc")
                    .limit(EARLIER_RUNS)
            })
            .await?;
        Ok(runs.into_iter().rev().map(|run| run.metrics).collect())
    }

    /// Only the rows that match the side and the flags.
    fn filter(&self, mut request: Builder, side: &Side) -> Builder {
        let Side {
            text: _,
            id,
            beginning: _,
            version,
            commit,
            branch,
            model,
            dataset,
            prompt,
            environment,
            otherwise: _,
        } = side;
        let CompareArgs {
            model_version,
            dataset_version,
            prompt_version,
            environment: everywhere,
            ..
        } = self.args;
        let version = version.map(|version| version.to_string());
        for (column, wanted) in [
            ("id", id.as_deref()),
            ("version", version.as_deref()),
            ("branch_name", branch.as_deref()),
            ("model_version", model.as_deref()),
            ("dataset_version", dataset.as_deref()),
            ("prompt_version", prompt.as_deref()),
            ("environment", environment.as_deref()),
            ("model_version", model_version.as_deref()),
            ("dataset_version", dataset_version.as_deref()),
            ("prompt_version", prompt_version.as_deref()),
            ("environment", everywhere.as_deref()),
        ] {
            if let Some(wanted) = wanted {
                request = request.eq(column, wanted);
            }
        }
        if commit.is_some() || branch.is_some() {
            request = request.is("retraction", "null");
        }
        match commit {
            Some(commit) => request.like("commit_sha", format!("{commit}*")),
            None => request,
        }
    }
}

/// If `side` names a model and the other one does not, the other's runs of that model are meant, if
/// there are any.
fn of_the_same_model(side: &Side, other: &Side, groups: &mut Vec<Group>) {
    let Some(model) = &side.model else {
        return;
    };
    let is_of_model = |group: &Group| group.newest().model_version == *model;
    let is_open = other.model.is_none() && other.id.is_none() && other.beginning.is_none();
    if is_open && groups.iter().any(is_of_model) {
        groups.retain(is_of_model);
    }
}

/// Refuses runs of several commits that begin alike.
fn one_commit(runs: &[TransactionRow], found: &str) -> Result<(), Failure> {
    let mut commits: Vec<&str> = runs.iter().map(|run| run.commit_sha.as_str()).collect();
    commits.sort_unstable_by(|one, other| other.cmp(one));
    // Some runs may know their commit by fewer digits than others.
    commits.dedup_by(|shorter, longer| longer.starts_with(*shorter));
    if commits.len() <= 1 {
        return Ok(());
    }
    Err(Failure::SeveralCommits {
        found: found.to_owned(),
        commits: commits.into_iter().rev().map(plain).collect(),
    })
}

fn newest_first(request: Builder) -> Builder {
    request
        .select(TransactionRow::STORED.join(","))
        .order("created_at.desc,version.desc,id")
}
