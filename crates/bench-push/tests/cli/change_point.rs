//! `change-point`: what is listed, and how.

use serde_json::{Value, json};

use crate::{
    push::Push,
    server::{Act, Server},
};

fn change_points(ids: std::ops::Range<usize>) -> Act {
    let row = |id: usize| {
        let (run, time) = (format!("run-{id}"), "2026-11-24T09:00:00Z");
        json!({
            "id": id, "configuration_id": 7, "model_version": "m-1", "dataset_version": "d-1",
            "prompt_version": "p-1", "environment": "local", "metric": "f1", "direction": "higher_is_better",
            "scale": "absolute", "effect": "regressed", "state": "confirmed", "set_at": time, "kind": "step",
            "before": 0.9, "after": 0.8, "delta": -0.1, "method": "segments", "recorded_at": time,
            "transaction_id": run, "began_at": time, "began_version": id, "commit_sha": "abc123",
            "earliest_transaction_id": run, "earliest_version": id, "earliest_commit_sha": "abc123",
            "earliest_created_at": time, "latest_transaction_id": run, "latest_version": id,
            "latest_commit_sha": "abc123", "latest_created_at": time,
        })
    };
    let rows: Value = ids.map(row).collect();
    Act::Answer(200, "", rows.to_string())
}

fn ranges(server: &Server) -> Vec<String> {
    let asked = server.asked();
    let ranges = asked.iter().filter_map(|asked| asked.header("range"));
    ranges.map(str::to_owned).collect()
}

#[test]
fn every_change_point_is_listed_however_many_there_are() {
    let server = Server::that([change_points(0..1_000), change_points(1_000..1_020)]);
    let done = Push::to(&server).run("change-point list");
    assert_eq!(done.status, 0, "{}", done.talk);
    assert_eq!(done.out.matches("regressed").count(), 1_020);
    assert_eq!(ranges(&server), ["0-999", "1000-1999"]);
}

#[test]
fn a_project_that_limits_its_responses_to_fewer_rows_is_read_to_the_end() {
    let server = Server::that([
        change_points(0..200),
        change_points(200..400),
        change_points(400..450),
    ]);
    let done = Push::to(&server).run("change-point list");
    assert_eq!(done.out.matches("regressed").count(), 450, "{}", done.talk);
    assert_eq!(ranges(&server), ["0-999", "200-1199", "400-1399"]);
}
