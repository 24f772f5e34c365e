"""What the original system's page asks for, tab by tab, through Supabase's own client.

The page formats and compares every value it gets; `number` and `points` do the same, and fail
where the page would.
"""

import datetime
import os

from supabase import create_client

writer = create_client(os.environ["SUPABASE_URL"], os.environ["WRITE_KEY"])
# The page takes the secret key if there is one; nothing it asks for needs it.
reader = create_client(os.environ["SUPABASE_URL"], os.environ["READ_KEY"])

ENVIRONMENT = "local"
ERROR_TYPES = {"age_inappropriate": {"detection_rate": 0.25, "detected": 1, "total": 4}}


def push(model, f1, run_id, nested):
    arguments = {
        "p_commit_sha": "abc1234def",
        "p_branch_name": "refs/heads/develop",
        "p_model_version": model,
        "p_model_provider": "google",
        "p_dataset_version": "patient-benchmark-v2",
        "p_dataset_size": 10,
        "p_prompt_version": "v2-structured-reasoning",
        "p_environment": ENVIRONMENT,
        "p_run_id": run_id,
        "p_triggered_by": "ann",
        "p_metrics": {
            "precision": 0.9, "recall": 0.8, "f1": f1, "latency_ms": 412, "analysis_cost": 0.0042,
            "true_positives": 132, "total_patients": 10, "domain_knowledge_detection_rate": 43.7,
            "total_potential_savings": 18234.5, "savings_capture_rate": 85.87,
        } | nested,
        "p_duration_seconds": 12.5,
        "p_tags": ["nightly"],
        "p_notes": None,
    }
    return writer.rpc("upsert_benchmark_result", arguments).execute().data


def number(value):
    return f"{value:.4f}"


def rows(query):
    return query.execute().data


def snapshots():
    return reader.table("benchmark_snapshots")


def runs(model=None, days=30):
    # The page's clock has no offset from UTC; the server reads it as UTC.
    since = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - datetime.timedelta(days=days)
    query = reader.table("benchmark_transactions").select("*")
    if model:
        query = query.eq("model_version", model)
    return rows(query.eq("environment", ENVIRONMENT).gte("created_at", since.isoformat()).order("created_at", desc=True))


def side_bar():
    environments = {row["environment"] for row in rows(snapshots().select("environment"))}
    assert environments == {ENVIRONMENT}, environments
    models = rows(snapshots().select("model_version").eq("is_current", True).eq("environment", ENVIRONMENT))
    return sorted({row["model_version"] for row in models})


def current_snapshot():
    current = rows(
        snapshots().select("*").eq("is_current", True).eq("environment", ENVIRONMENT).eq("is_active", True)
        .order("f1_score", desc=True)
    )
    for row in current:
        for column in ("f1_score", "precision_score", "recall_score", "latency_ms", "cost_per_analysis"):
            number(row[column])
        datetime.datetime.fromisoformat(row["created_at"])
        number(row["metrics"].get("total_potential_savings", 0))
        assert row["metrics"].get("domain_knowledge_detection_rate", 0) == 43.7, row["metrics"]
    scores = [row["f1_score"] for row in current]
    assert scores == sorted(scores, reverse=True), scores

    fastest = rows(snapshots().select("*").eq("is_active", True).order("latency_ms", desc=True).limit(1))
    assert len(fastest) == 1, fastest
    found = rows(
        snapshots().select("*").eq("is_current", True).order("created_at", desc=True).limit(5)
        .ilike("model_version", "%gemma%").eq("commit_sha", "abc1234def")
    )
    assert {row["model_version"] for row in found} == {"Google MedGemma-4B-IT"}, found
    listed = rows(
        snapshots().select("model_version,snapshot_version,created_at,is_current,f1_score")
        .order("created_at", desc=True).limit(20)
    )
    for row in listed:
        assert isinstance(row["is_current"], bool) and number(row["f1_score"]) and row["created_at"][:19], row


def trends(model):
    points = [number(run["metrics"]["f1"]) for run in runs(model)]
    assert points == ["0.8400", "0.8950"], points
    whole = [run["metrics"]["true_positives"] for run in runs(model)]
    assert [str(value) for value in whole] == ["132", "132"], whole

    since = (datetime.date.today() - datetime.timedelta(days=30)).isoformat()
    days = rows(
        reader.table("v_performance_trends").select("*").gte("date", since).eq("environment", ENVIRONMENT)
        .order("date", desc=True)
    )
    counted = sum(day["run_count"] for day in days if day["model_version"] == model)
    assert counted == 2, days
    for day in days:
        for column in ("avg_f1", "avg_precision", "avg_recall", "avg_latency_ms", "avg_cost"):
            number(day[column])


def comparison(models):
    for model in models:
        assert [number(run["metrics"]["f1"]) for run in runs(model)], model
    metadata = rows(
        reader.table("benchmark_transactions")
        .select("model_provider, dataset_version, prompt_version, environment")
        .eq("model_version", models[0]).order("created_at", desc=True).limit(1)
    )
    assert metadata[0]["dataset_version"] == "patient-benchmark-v2", metadata
    snapshot_columns = "model_version, environment, f1_score, is_baseline, last_updated_at"
    return [row["model_version"] for row in rows(snapshots().select(snapshot_columns)) if row["is_baseline"]]


def regression(model, threshold):
    """`No baseline configured` where nothing comes back; else the first row, formatted."""
    found = rows(reader.rpc("detect_regression", {"p_model_version": model, "p_threshold": threshold}))
    if not found:
        return None
    row = found[0]
    sign = "-" if row["f1_drop"] > 0 else "+"
    share = row["f1_drop"] / row["baseline_f1"] if row["baseline_f1"] > 0 else 0
    return number(row["current_f1"]), number(row["baseline_f1"]), sign, f"{share:.3f}", row["is_regression"]


def history(model):
    configuration = {
        "p_model_version": model,
        "p_dataset_version": "patient-benchmark-v2",
        "p_prompt_version": "v2-structured-reasoning",
        "p_environment": ENVIRONMENT,
    }
    versions = rows(reader.rpc("get_snapshot_history", configuration | {"p_limit": 50}))
    for version in versions:
        for column in ("f1_score", "precision_score", "recall_score", "latency_ms"):
            number(version[column])
        assert isinstance(version["is_current"], bool) and isinstance(version["is_baseline"], bool), version
        assert version["commit_sha"][:8] == "abc1234d", version
    assert [version["snapshot_version"] for version in versions if version["is_current"]] == [2], versions

    compared = rows(reader.rpc("compare_snapshots", configuration | {"p_version_a": 1, "p_version_b": 2}))
    deltas = {row["metric"]: f"{row['delta']:+.4f}" for row in compared}
    assert deltas["f1_score"] == "-0.0550" and deltas["latency_ms"] == "+0.0000", deltas
    unknown = rows(reader.rpc("compare_snapshots", configuration | {"p_version_a": 1, "p_version_b": 9}))
    assert unknown == [], unknown
    return [version["snapshot_version"] for version in versions if version["is_baseline"]]


def error_types(table):
    """The heat map: the newest run of each model that has error types."""
    found = {}
    asked = reader.table(table).select("model_version, metrics, created_at").eq("environment", ENVIRONMENT)
    for run in rows(asked.order("created_at", desc=True).limit(100)):
        rates = run["metrics"].get("error_type_performance", {})
        if rates and run["model_version"] not in found:
            found[run["model_version"]] = rates
    return found


# Before the first run: empty lists, no refusal.
assert rows(snapshots().select("environment")) == []
assert runs() == []
assert regression("Google MedGemma-4B-IT", 0.05) is None

GEMMA, GPT = "Google MedGemma-4B-IT", "OpenAI GPT-4"
nested = {"error_type_performance": ERROR_TYPES, "domain_breakdown": {"age_inappropriate": {"recall": 0.25}}}
first = push(GEMMA, 0.895, "1", nested)
push(GEMMA, 0.84, "2", {})
push(GPT, 0.7, "1", nested)

# Without a baseline.
assert side_bar() == [GEMMA, GPT]
current_snapshot()
trends(GEMMA)
assert comparison([GEMMA, GPT]) == []
assert regression(GEMMA, 0.05) is None
assert history(GEMMA) == []

# With one.
rows(writer.rpc("set_baseline", {"p_run": first}))
current_snapshot()
# A snapshot is the newest run; the baseline is an older one.
assert comparison([GEMMA, GPT]) == []
assert regression(GEMMA, 0.05) == ("0.8400", "0.8950", "-", "0.061", True), regression(GEMMA, 0.05)
assert regression(GEMMA, 0.06)[-1] is False
assert regression(GPT, 0.05) is None
assert history(GEMMA) == [1]

# A run without f1: nothing to compare, so no row either.
with_f1 = push("latency only", 0.9, "1", {})
rows(writer.rpc("set_baseline", {"p_run": with_f1}))
push("latency only", None, "2", {})
assert regression("latency only", 0.05) is None

# The guide's one change: nested values are beside the numbers in this view.
assert error_types("benchmark_transactions") == {}
assert error_types("v_original_transactions") == {GEMMA: ERROR_TYPES, GPT: ERROR_TYPES}
whole = rows(reader.table("v_original_transactions").select("*").eq("id", first))[0]
assert whole["metrics"]["f1"] == 0.895 and whole["metrics"]["domain_breakdown"], whole
assert whole["tags"] == ["nightly"] and whole["commit_sha"] == "abc1234def", whole

# `bench-push` sends a report's breakdown as it is; the original's script derived the rates from it.
breakdown = {"age_inappropriate": {"recall": 0.5, "precision": 0.6, "f1": 0.55, "total_cases": 4, "total_detected": 2}}
run = {
    "commit_sha": "abc1234def", "model_version": "pushed", "dataset_version": "d", "prompt_version": "p",
    "environment": ENVIRONMENT, "metrics": {"f1": 0.8}, "details": {"domain_breakdown": breakdown},
}
rows(writer.rpc("ingest_runs", {"p_runs": [run]}))
rates = error_types("v_original_transactions")["pushed"]["age_inappropriate"]
assert rates == breakdown["age_inappropriate"] | {"detection_rate": 0.5, "detected": 2, "total": 4}, rates

print("all of the page's calls work")
