//! Pairs the configurations of two sides.

use bench_model::rest::rows::TransactionRow;

/// A side's runs of one configuration, newest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// At least one run, all of the same configuration.
    pub(crate) runs: Vec<TransactionRow>,
}

impl Group {
    /// The newest run.
    pub(crate) fn newest(&self) -> &TransactionRow {
        &self.runs[0]
    }

    /// The oldest run.
    pub(crate) fn oldest(&self) -> &TransactionRow {
        &self.runs[self.runs.len() - 1]
    }

    /// `model / dataset / prompt / environment`.
    pub(crate) fn name(&self) -> String {
        let TransactionRow {
            model_version,
            dataset_version,
            prompt_version,
            environment,
            ..
        } = self.newest();
        format!("{model_version} / {dataset_version} / {prompt_version} / {environment}")
    }
}

/// Groups runs by configuration; keeps the order of both.
pub(crate) fn by_configuration(runs: Vec<TransactionRow>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for run in runs {
        let configuration = run.configuration_id;
        match groups
            .iter_mut()
            .find(|group| group.newest().configuration_id == configuration)
        {
            Some(group) => group.runs.push(run),
            None => groups.push(Group { runs: vec![run] }),
        }
    }
    groups
}

/// Pairs each group of `b` with the most similar group of `a`, and returns the groups of `b`
/// without one.
///
/// One group on each side is always a pair, because two named runs are meant to be compared.
/// Otherwise the data set must be equal, and the environment or else the prompt; an equal environment
/// is preferred, then equal model and prompt, then newer runs.
pub(crate) fn pair(a: &[Group], b: Vec<Group>) -> (Vec<(Group, Group)>, Vec<Group>) {
    if let ([one], [other]) = (a, b.as_slice()) {
        return (vec![(one.clone(), other.clone())], Vec::new());
    }
    let (mut pairs, mut alone) = (Vec::new(), Vec::new());
    for group in b {
        let run = group.newest();
        let like = |candidate: &Group| {
            let other = candidate.newest();
            let same_data = run.dataset_version == other.dataset_version;
            let same_place = run.environment == other.environment;
            let same_prompt = run.prompt_version == other.prompt_version;
            let alike = u8::from(run.model_version == other.model_version) + u8::from(same_prompt);
            let is_like = same_data && (same_place || same_prompt);
            is_like.then_some((same_place, alike, other.created_at))
        };
        match a
            .iter()
            .filter_map(|candidate| Some((like(candidate)?, candidate)))
            .max_by_key(|(like, _)| *like)
        {
            Some((_, found)) => pairs.push((found.clone(), group)),
            None => alone.push(group),
        }
    }
    (pairs, alone)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn group(configuration: i64, model: &str, dataset: &str, prompt: &str) -> Group {
        let run = json!({
            "id": "0191", "created_at": format!("2026-02-03T16:00:{configuration:02}Z"), "recorded_at": "2026-02-03T16:01:51Z",
            "commit_sha": "abc", "model_version": model, "dataset_version": dataset, "prompt_version": prompt,
            "environment": "local", "metrics": {}, "configuration_id": configuration, "version": 1, "idempotency_key": "k",
        });
        Group {
            runs: vec![serde_json::from_value(run).expect("a row")],
        }
    }

    fn names(a: &[Group], b: Vec<Group>) -> Vec<(i64, i64)> {
        let id = |group: &Group| group.newest().configuration_id;
        pair(a, b).0.iter().map(|(a, b)| (id(a), id(b))).collect()
    }

    #[test]
    fn each_configuration_meets_the_one_most_like_it() {
        let a = [
            group(1, "m1", "d1", "p1"),
            group(2, "m1", "d1", "p2"),
            group(3, "m1", "d2", "p1"),
        ];
        let b = vec![
            group(4, "m2", "d1", "p2"),
            group(5, "m2", "d2", "p9"),
            group(1, "m1", "d1", "p1"),
        ];
        assert_eq!(names(&a, b), [(2, 4), (3, 5), (1, 1)]);
    }

    #[test]
    fn environments_meet_by_data_and_prompt() {
        let within = |configuration, dataset, prompt, environment: &str| {
            let mut group = group(configuration, "m", dataset, prompt);
            environment.clone_into(&mut group.runs[0].environment);
            group
        };
        let a = [
            within(1, "d1", "p1", "staging"),
            within(2, "d1", "p2", "staging"),
            within(3, "d2", "p1", "staging"),
        ];
        let b = vec![
            within(4, "d1", "p2", "production"),
            within(5, "d2", "p1", "production"),
            within(6, "d2", "p7", "production"),
            within(7, "d3", "p1", "production"),
        ];
        let (pairs, alone) = pair(&a, b);
        let id = |group: &Group| group.newest().configuration_id;
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (id(a), id(b))).collect();
        assert_eq!(pairs, [(2, 4), (3, 5)]);
        // Another prompt in another environment would compare two things at once.
        assert_eq!(alone.iter().map(id).collect::<Vec<_>>(), [6, 7]);
    }

    #[test]
    fn an_equal_environment_comes_before_an_equal_prompt() {
        let mut elsewhere = group(1, "m1", "d1", "p2");
        "staging".clone_into(&mut elsewhere.runs[0].environment);
        let here = group(2, "m1", "d1", "p1");
        assert_eq!(
            names(
                &[elsewhere, here],
                vec![group(3, "m2", "d1", "p2"), group(4, "m2", "d1", "p1")]
            ),
            [(2, 3), (2, 4)]
        );
    }

    #[test]
    fn other_data_is_met_only_when_two_runs_are_named() {
        let (one, other) = (group(1, "m1", "d1", "p1"), group(2, "m1", "d2", "p1"));
        assert_eq!(
            names(std::slice::from_ref(&one), vec![other.clone()]),
            [(1, 2)]
        );
        let (pairs, alone) = pair(&[one.clone(), one], vec![other]);
        assert!(pairs.is_empty() && alone.len() == 1);
    }

    #[test]
    fn runs_of_a_configuration_stay_together() {
        let runs: Vec<TransactionRow> = [1, 2, 1]
            .into_iter()
            .flat_map(|id| group(id, "m", "d", "p").runs)
            .collect();
        let groups = by_configuration(runs);
        assert_eq!(
            groups
                .iter()
                .map(|group| group.runs.len())
                .collect::<Vec<_>>(),
            [2, 1]
        );
    }
}
