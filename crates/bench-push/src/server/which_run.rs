//! Which run is meant: by the beginning of its id, or by what it is of.

use bench_model::{
    rest::tables::{MAIN_LINE, SNAPSHOTS, TRANSACTIONS},
    run_id::RunId,
    text::Label,
    words::short_commit,
};
use serde::Deserialize;

use crate::{
    cli::filter::FilterArgs,
    failure::Failure,
    server::reader::{Reader, narrowed},
};

/// The least number of digits that are taken for the beginning of an id.
const LEAST_DIGITS: usize = 4;
/// The number of runs that are read to name some of them.
const MOST_CANDIDATES: usize = 11;

/// A run that may be meant.
#[derive(Debug, Deserialize)]
struct Candidate {
    id: String,
    created_at: String,
    commit_sha: String,
    model_version: String,
    dataset_version: String,
    prompt_version: String,
    environment: String,
    configuration_id: i64,
}

const COLUMNS: &str = "created_at,commit_sha,model_version,dataset_version,prompt_version,environment,configuration_id";

impl Candidate {
    fn line(&self) -> String {
        let Self {
            id,
            created_at,
            commit_sha,
            model_version,
            dataset_version,
            prompt_version,
            environment,
            configuration_id: _,
        } = self;
        let commit = short_commit(commit_sha);
        format!(
            "{id}  {created_at}  {commit}  {model_version} / {dataset_version} / {prompt_version} / {environment}"
        )
    }
}

impl Reader<'_> {
    /// The id of the one run whose id begins with `text`.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it is no beginning of an id, or of none or several, and as for all reads.
    pub(crate) async fn run_id(&self, text: &str) -> Result<RunId, Failure> {
        let not_an_id = match text.parse::<RunId>() {
            Ok(id) => return Ok(id),
            Err(error) => error,
        };
        if !is_beginning(text) {
            return Err(not_an_id.into());
        }
        self.run_id_from(text)
            .await?
            .ok_or_else(|| Failure::NoSuchRun {
                found: text.to_owned(),
                misspelt: None,
            })
    }

    /// The id of the one run whose id begins with `text`; none if no id does.
    ///
    /// # Errors
    ///
    /// [`Failure`] if several do, and as for all reads.
    pub(crate) async fn run_id_from(&self, text: &str) -> Result<Option<RunId>, Failure> {
        let Some((first, last)) = bounds(text) else {
            return Ok(None);
        };
        let candidates: Vec<Candidate> = self
            .read(TRANSACTIONS, |request| {
                request
                    .select(format!("id,{COLUMNS}"))
                    .gte("id", &first)
                    .lte("id", &last)
                    .order("id")
                    .limit(MOST_CANDIDATES)
            })
            .await?;
        if candidates.is_empty() {
            return Ok(None);
        }
        only(text, &candidates).map(Some)
    }

    /// The id of the one run of the main line that matches, or with `is_latest` the newest of the
    /// one configuration.
    ///
    /// # Errors
    ///
    /// [`Failure`] if none or several match, and as for all reads.
    pub(crate) async fn matching_run(
        &self,
        filter: &FilterArgs,
        tag: Option<&Label>,
        is_latest: bool,
    ) -> Result<RunId, Failure> {
        let is_current = is_latest && tag.is_none() && filter.commit_sha.is_none();
        let mut candidates: Vec<Candidate> = if is_current {
            self.read(SNAPSHOTS, |request| {
                narrowed(
                    request.select(format!("id:transaction_id,{COLUMNS}")),
                    filter,
                )
                .is("is_active", "true")
                .order("model_version,dataset_version,prompt_version,environment")
                .limit(MOST_CANDIDATES)
            })
            .await?
        } else if is_latest {
            let mut newest = self.newest_matching(filter, tag, None, 1).await?;
            if let Some(newest_one) = newest.first() {
                let other = Some(newest_one.configuration_id);
                let others = self.newest_matching(filter, tag, other, MOST_CANDIDATES);
                newest.extend(others.await?);
            }
            newest
        } else {
            self.newest_matching(filter, tag, None, MOST_CANDIDATES)
                .await?
        };
        if is_latest {
            let mut seen = std::collections::BTreeSet::new();
            candidates.retain(|run| seen.insert(run.configuration_id));
        }
        if candidates.is_empty() {
            let what = tag.map_or_else(
                || "run that matches".to_owned(),
                |tag| format!("run with the tag `{}` that matches", tag.as_str()),
            );
            return Err(self.nothing_fits(filter, &what).await?);
        }
        only("what is asked for", &candidates)
    }

    /// The newest runs of the main line that match, but none of the configuration `other_than`.
    async fn newest_matching(
        &self,
        filter: &FilterArgs,
        tag: Option<&Label>,
        other_than: Option<i64>,
        most: usize,
    ) -> Result<Vec<Candidate>, Failure> {
        self.read(MAIN_LINE, |request| {
            let request = request.select(format!("id,{COLUMNS}"));
            let mut request = narrowed(request, filter).order("created_at.desc,version.desc,id");
            if let Some(commit) = &filter.commit_sha {
                request = request.like("commit_sha", format!("{}*", commit.as_str()));
            }
            if let Some(tag) = tag {
                request = request.cs("tags", format!("{{{}}}", quoted(tag)));
            }
            if let Some(configuration) = other_than {
                request = request.neq("configuration_id", configuration.to_string());
            }
            request.limit(most)
        })
        .await
    }
}

/// Whether a text may be the beginning of an id.
pub(crate) fn is_beginning(text: &str) -> bool {
    bounds(text).is_some()
}

fn only(found: &str, candidates: &[Candidate]) -> Result<RunId, Failure> {
    match candidates {
        [only] => Ok(only.id.parse()?),
        several => Err(Failure::SeveralRuns {
            found: found.to_owned(),
            runs: several.iter().map(Candidate::line).collect(),
            is_more: several.len() >= MOST_CANDIDATES,
        }),
    }
}

/// The first and the last id that begins with `text`.
fn bounds(text: &str) -> Option<(String, String)> {
    let digits: String = text
        .trim()
        .chars()
        .filter(|letter| *letter != '-')
        .collect();
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_hex || !(LEAST_DIGITS..32).contains(&digits.len()) {
        return None;
    }
    let padded = |with: &str| {
        let all = format!(
            "{}{}",
            digits.to_ascii_lowercase(),
            with.repeat(32 - digits.len())
        );
        [
            &all[..8],
            &all[8..12],
            &all[12..16],
            &all[16..20],
            &all[20..],
        ]
        .join("-")
    };
    Some((padded("0"), padded("f")))
}

/// A text as an element of an array in a filter.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', r#"\""#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_id_is_a_range_of_ids() {
        assert_eq!(
            bounds("3F6d0f6e-8"),
            Some((
                "3f6d0f6e-8000-0000-0000-000000000000".to_owned(),
                "3f6d0f6e-8fff-ffff-ffff-ffffffffffff".to_owned()
            ))
        );
        for text in ["3f6", "medgemma", "", "3f6d0f6e8f574c3e9a430b6f2f7f0c11"] {
            assert_eq!(bounds(text), None, "{text}");
        }
    }
}
