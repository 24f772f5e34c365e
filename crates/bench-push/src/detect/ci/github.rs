//! GitHub Actions.

use serde_json::Value;

use crate::{
    detect::ci::told::{Told, other_branch},
    settings::environment::Environment,
};

/// The facts from GitHub's variables and its `event`.
///
/// In a pull request `GITHUB_SHA` is a synthetic merge commit, and in a `workflow_run` it is the
/// default branch's: the event has the benchmarked commit.
pub(super) fn told<'a>(environment: &'a Environment, event: &'a Value) -> Told<'a> {
    let text = |pointer: &str| {
        event
            .pointer(pointer)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let number = |pointer: &str| event.pointer(pointer).and_then(Value::as_u64);
    let repository = environment.get("GITHUB_REPOSITORY");
    let plain = Told {
        environment: "github-actions",
        commit_sha: environment.get("GITHUB_SHA"),
        branch_name: environment
            .get("GITHUB_HEAD_REF")
            .or_else(|| branch(environment)),
        run_id: environment.get("GITHUB_RUN_ID").map(str::to_owned),
        run_attempt: environment
            .get("GITHUB_RUN_ATTEMPT")
            .and_then(|text| text.parse().ok()),
        triggered_by: environment
            .get("GITHUB_TRIGGERING_ACTOR")
            .or_else(|| environment.get("GITHUB_ACTOR")),
        side_run: side_run(environment, event),
        repository: repository.map(str::to_owned),
        link: link(environment),
    };
    match environment.get("GITHUB_EVENT_NAME") {
        Some("pull_request" | "pull_request_target") => Told {
            commit_sha: text("/pull_request/head/sha").or(plain.commit_sha),
            ..plain
        },
        Some("workflow_run") => Told {
            commit_sha: text("/workflow_run/head_sha").or(plain.commit_sha),
            branch_name: text("/workflow_run/head_branch").or(plain.branch_name),
            run_id: number("/workflow_run/id")
                .map(|id| id.to_string())
                .or(plain.run_id),
            run_attempt: number("/workflow_run/run_attempt")
                .and_then(|n| n.try_into().ok())
                .or(plain.run_attempt),
            triggered_by: text("/workflow_run/triggering_actor/login").or(plain.triggered_by),
            link: text("/workflow_run/html_url")
                .map(str::to_owned)
                .or(plain.link),
            ..plain
        },
        _ => plain,
    }
}

/// Why the run is a side run. A tag is no branch, so it is of the main line.
fn side_run(environment: &Environment, event: &Value) -> Option<String> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let of_event = |name: &str| match name {
        "merge_group" => Some("merge queue".to_owned()),
        name if name.starts_with("pull_request") => Some("pull request".to_owned()),
        _ => None,
    };
    let default = text("/repository/default_branch");
    let name = environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
    match name {
        "workflow_run" => text("/workflow_run/event").and_then(of_event).or_else(|| {
            let (of, here) = (
                text("/workflow_run/head_repository/full_name"),
                text("/repository/full_name"),
            );
            match of.filter(|of| here.is_some_and(|here| here != *of)) {
                Some(fork) => Some(format!("fork {fork}")),
                None => other_branch(text("/workflow_run/head_branch"), default),
            }
        }),
        // Such as `/benchmark`: the workflow checks out the pull request by itself.
        "issue_comment" if event.pointer("/issue/pull_request").is_some() => {
            Some("comment on a pull request".to_owned())
        }
        name => of_event(name).or_else(|| other_branch(branch(environment), default)),
    }
}

fn branch(environment: &Environment) -> Option<&str> {
    environment.get("GITHUB_REF")?.strip_prefix("refs/heads/")
}

fn link(environment: &Environment) -> Option<String> {
    let server = environment
        .get("GITHUB_SERVER_URL")
        .unwrap_or("https://github.com");
    let (repository, run) = (
        environment.get("GITHUB_REPOSITORY")?,
        environment.get("GITHUB_RUN_ID")?,
    );
    let attempt = environment
        .get("GITHUB_RUN_ATTEMPT")
        .map_or_else(String::new, |n| format!("/attempts/{n}"));
    Some(format!("{server}/{repository}/actions/runs/{run}{attempt}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variables(event_name: &str) -> Environment {
        Environment::of([
            ("GITHUB_EVENT_NAME", event_name),
            ("GITHUB_SHA", "mergemerge"),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_RUN_ID", "17"),
            ("GITHUB_RUN_ATTEMPT", "2"),
            ("GITHUB_ACTOR", "ann"),
            ("GITHUB_REPOSITORY", "team/models"),
        ])
    }

    #[test]
    fn a_push_is_told_by_its_variables() {
        let environment = variables("push");
        let told = told(&environment, &Value::Null);

        assert_eq!(
            (told.commit_sha, told.branch_name),
            (Some("mergemerge"), Some("main"))
        );
        assert_eq!(
            (told.run_id.as_deref(), told.run_attempt),
            (Some("17"), Some(2))
        );
        assert_eq!(told.triggered_by, Some("ann"));
        assert_eq!(
            told.link.as_deref(),
            Some("https://github.com/team/models/actions/runs/17/attempts/2")
        );
    }

    #[test]
    fn a_pull_request_is_about_its_own_commit_not_the_merge() {
        let environment = variables("pull_request");
        let event = json!({"pull_request": {"head": {"sha": "headhead"}}});
        assert_eq!(told(&environment, &event).commit_sha, Some("headhead"));
    }

    #[test]
    fn pull_requests_the_merge_queue_and_other_branches_are_side_runs() {
        let side = |name: &str, reference: &str, event: &Value| {
            let environment =
                Environment::of([("GITHUB_EVENT_NAME", name), ("GITHUB_REF", reference)]);
            told(&environment, event).side_run
        };
        let event = json!({"repository": {"default_branch": "main"}});
        let main = "refs/heads/main";

        assert_eq!(side("push", main, &event), None);
        assert_eq!(side("schedule", main, &event), None);
        assert_eq!(side("push", "refs/tags/v1", &event), None);
        assert_eq!(
            side("workflow_dispatch", "refs/heads/fix", &event).as_deref(),
            Some("branch fix, and the default branch is main")
        );
        for name in [
            "pull_request",
            "pull_request_target",
            "pull_request_review",
            "merge_group",
        ] {
            assert!(side(name, main, &event).is_some(), "{name}");
        }
        let on_request = json!({"issue": {"pull_request": {}}});
        assert!(side("issue_comment", main, &on_request).is_some());
        assert_eq!(side("issue_comment", main, &event), None);
        // Without the event there is nothing to tell by.
        assert_eq!(side("push", "refs/heads/fix", &Value::Null), None);
    }

    #[test]
    fn a_workflow_run_is_of_the_line_of_the_run_that_was_waited_for() {
        let side = |of: &str, branch: &str, repository: &str| {
            let event = json!({
                "repository": {"default_branch": "main", "full_name": "team/models"},
                "workflow_run": {"event": of, "head_branch": branch,
                                 "head_repository": {"full_name": repository}},
            });
            told(&variables("workflow_run"), &event).side_run
        };
        assert_eq!(side("push", "main", "team/models"), None);
        assert!(side("push", "fix", "team/models").is_some());
        assert_eq!(
            side("push", "main", "eve/models").as_deref(),
            Some("fork eve/models")
        );
        assert_eq!(
            side("pull_request", "main", "team/models").as_deref(),
            Some("pull request")
        );
    }

    #[test]
    fn a_workflow_run_is_about_the_run_that_was_waited_for() {
        let environment = variables("workflow_run");
        let event = json!({"workflow_run": {"head_sha": "headhead", "head_branch": "fix", "id": 99, "run_attempt": 1,
            "triggering_actor": {"login": "bob"}, "html_url": "https://github.com/team/models/actions/runs/99"}});
        let told = told(&environment, &event);

        assert_eq!(
            (told.commit_sha, told.branch_name),
            (Some("headhead"), Some("fix"))
        );
        assert_eq!(
            (told.run_id.as_deref(), told.run_attempt),
            (Some("99"), Some(1))
        );
        assert_eq!(told.triggered_by, Some("bob"));
    }
}
