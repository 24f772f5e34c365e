"""What the scripts and the data layer of the original system do, through Supabase's own client."""

import os

from supabase import create_client

URL = os.environ["SUPABASE_URL"]
writer = create_client(URL, os.environ["WRITE_KEY"])
reader = create_client(URL, os.environ["READ_KEY"])

# push_to_supabase.py: nested objects inside p_metrics.
ARGUMENTS = {
    "p_commit_sha": "abc1234",
    "p_branch_name": "main",
    "p_model_version": "medgemma-v1.2",
    "p_model_provider": "google",
    "p_dataset_version": "medical-bills-v2",
    "p_dataset_size": 150,
    "p_prompt_version": "prompt-v3",
    "p_environment": "github-actions",
    "p_run_id": "17",
    "p_triggered_by": "ann",
    "p_metrics": {
        "precision": 0.91,
        "recall": 0.88,
        "f1": 0.895,
        "latency_ms": 412,
        "analysis_cost": 0.0042,
        "domain_breakdown": {"medical_bill": {"f1": 0.915}},
    },
    "p_duration_seconds": 61.8,
    "p_tags": ["nightly"],
    "p_notes": "as before",
}
first = writer.rpc("upsert_benchmark_result", ARGUMENTS).execute().data
again = writer.rpc("upsert_benchmark_result", ARGUMENTS).execute().data
assert isinstance(first, str) and len(first) == 36, first
assert first == again, "the very same call again is the same run"

better = ARGUMENTS | {"p_run_id": "18", "p_metrics": ARGUMENTS["p_metrics"] | {"f1": 0.84}}
second = writer.rpc("upsert_benchmark_result", better).execute().data
assert second != first

# --verify reads the row back.
row = writer.table("benchmark_transactions").select("*").eq("id", first).single().execute().data
assert row["metrics"]["f1"] == 0.895, row["metrics"]
assert row["details"]["domain_breakdown"]["medical_bill"]["f1"] == 0.915, row["details"]
assert row["tags"] == ["nightly"] and row["dataset_size"] == 150, row

# The page's data layer, with a read-only key.
snapshots = (
    reader.table("benchmark_snapshots")
    .select("*")
    .eq("environment", "github-actions")
    .eq("is_active", True)
    .order("f1_score", desc=True)
    .execute()
    .data
)
assert [snapshot["f1_score"] for snapshot in snapshots] == [0.84], snapshots
assert snapshots[0]["snapshot_version"] == 2 and snapshots[0]["is_current"] is True, snapshots
assert snapshots[0]["cost_per_analysis"] == 0.0042, snapshots

runs = (
    reader.table("benchmark_transactions")
    .select("*")
    .eq("model_version", "medgemma-v1.2")
    .eq("environment", "github-actions")
    .gte("created_at", "2020-01-01T00:00:00Z")
    .order("created_at")
    .execute()
    .data
)
assert len(runs) == 2, runs

trends = reader.table("v_performance_trends").select("*").eq("model_version", "medgemma-v1.2").execute().data
assert trends, "v_performance_trends has rows"
latest = reader.table("v_latest_benchmarks").select("*").execute().data
assert len(latest) == 1, latest

# Numbers keep the form they came in, so that filters on their text work.
fast = reader.table("benchmark_transactions").select("id").eq("metrics->>latency_ms", "412").execute().data
assert len(fast) == 2, fast

ASKED = {"p_model_version": "medgemma-v1.2", "p_threshold": 0.05}
assert reader.rpc("detect_regression", ASKED).execute().data == [], "without a baseline there is no row"
writer.rpc("set_baseline", {"p_run": first}).execute()
[regression] = reader.rpc("detect_regression", ASKED).execute().data
assert regression["current_f1"] == 0.84 and regression["baseline_f1"] == 0.895, regression
assert abs(regression["f1_drop"] - 0.055) < 1e-9 and regression["is_regression"] is True, regression

CONFIGURATION = {
    "p_model_version": "medgemma-v1.2",
    "p_dataset_version": "medical-bills-v2",
    "p_prompt_version": "prompt-v3",
    "p_environment": "github-actions",
}
history = reader.rpc("get_snapshot_history", CONFIGURATION).execute().data
assert [entry["snapshot_version"] for entry in history] == [2, 1], history
compared = reader.rpc("compare_snapshots", CONFIGURATION | {"p_version_a": 1, "p_version_b": 2}).execute().data
assert compared, "compare_snapshots answers"

# A read-only key can't write in any way.
for attempt in (
    lambda: reader.rpc("upsert_benchmark_result", ARGUMENTS).execute(),
    lambda: reader.table("benchmark_transactions").insert({"commit_sha": "x"}).execute(),
    lambda: reader.table("benchmark_snapshots").update({"commit_sha": "x"}).eq("is_active", True).execute(),
    lambda: reader.table("benchmark_transactions").delete().eq("id", first).execute(),
):
    try:
        attempt()
    except Exception as refused:
        assert getattr(refused, "code", None) == "42501", refused
    else:
        raise AssertionError("a reading key wrote")

print("all of the original's calls work")
