#!/usr/bin/env python3
"""Benchmarks classic classifiers and writes reports that bench-push understands.

    $ python classifiers.py                              # every model once, to standard output
    $ python classifiers.py --model knn-v1 --seed 7 >knn_benchmark_results.json
    $ python classifiers.py --history runs               # all committed runs again, in minutes

One run is one 5-fold cross-validation on one machine, with one thread. README.md explains the
fields and how they map to those of an LLM benchmark.
"""

import argparse
import json
import os
import pickle
import platform
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one thread, so that times are comparable

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

USD_PER_CPU_HOUR = 0.05  # a round number; replace it with your price
FOLDS, BATCH, REPEATS, SESSIONS = 5, 32, 40, 30

# model_version → its constructor. A randomised model also gets `random_state`.
MODELS = {
    "logistic-regression-v1": (LogisticRegression, {"C": 1.0, "max_iter": 1000}),
    "random-forest-v1": (RandomForestClassifier, {"n_estimators": 60, "max_depth": None}),
    "svm-rbf-v1": (SVC, {"C": 1.0, "gamma": "scale"}),
    "svm-rbf-v2": (SVC, {"C": 10.0, "gamma": "scale"}),
    "knn-v1": (KNeighborsClassifier, {"n_neighbors": 5, "algorithm": "brute"}),
    "gradient-boosting-v1": (HistGradientBoostingClassifier, {"max_iter": 60, "learning_rate": 0.1}),
    "naive-bayes-v1": (GaussianNB, {"var_smoothing": 1e-9}),
}

# prompt_version → the preprocessing of the data.
RECIPES = {"raw-v1": [], "standardise-v1": [StandardScaler()], "pca2-v1": [StandardScaler(), PCA(n_components=2)]}

# The history: (model, data, recipe, first session, last session).
HISTORY = [
    ("logistic-regression-v1", "breast-cancer-v1", "standardise-v1", 1, 30),
    ("logistic-regression-v1", "breast-cancer-v2", "standardise-v1", 19, 30),
    ("logistic-regression-v1", "wine-v1", "standardise-v1", 1, 30),
    ("logistic-regression-v1", "wine-v1", "pca2-v1", 16, 30),
    ("random-forest-v1", "digits-v1", "raw-v1", 1, 30),
    ("random-forest-v1", "breast-cancer-v1", "raw-v1", 1, 30),
    ("svm-rbf-v1", "digits-v1", "standardise-v1", 1, 18),
    ("svm-rbf-v1", "digits-v2", "standardise-v1", 16, 30),
    ("svm-rbf-v2", "digits-v2", "standardise-v1", 24, 30),
    ("knn-v1", "digits-v1", "raw-v1", 1, 30),
    ("gradient-boosting-v1", "wine-v1", "raw-v1", 1, 30),
    ("naive-bayes-v1", "breast-cancer-v1", "raw-v1", 1, 30),
]

# Changes under an unchanged model_version, from a session on, for monitoring to detect.
CHANGES = {
    "random-forest-v1": (22, {"max_depth": 3}),  # "smaller trees": F1 falls
    "knn-v1": (20, {"algorithm": "kd_tree"}),  # same answers, slower
    "gradient-boosting-v1": (13, {"max_iter": 20}),  # same F1, faster and cheaper
}


def load(dataset_version: str):
    """The features and labels of one data version, the same on every call."""
    name, version = dataset_version.rsplit("-v", 1)
    data = getattr(datasets, "load_" + name.replace("-", "_"))()
    X, y = data.data, data.target
    if (name, version) == ("digits", "2"):  # noisier scans
        X = X + np.random.default_rng(2).normal(0, 6, X.shape)
    if (name, version) == ("breast-cancer", "2"):  # a smaller sample
        X, _, y, _ = train_test_split(X, y, train_size=200, stratify=y, random_state=2)
    return X, y, [str(label) for label in data.target_names]


def short(number) -> float:
    """Rounds to six significant digits; more would be noise."""
    return float(f"{float(number):.6g}")


def time_batches(model, batch) -> tuple[list[float], float]:
    """Milliseconds of each of REPEATS predictions of one batch, and their total CPU seconds."""
    model.predict(batch)  # warms up
    times, cpu = [], time.process_time()
    for _ in range(REPEATS):
        start = time.perf_counter()
        model.predict(batch)
        times.append((time.perf_counter() - start) * 1000)
    return times, time.process_time() - cpu


def run(model_version: str, dataset_version: str, recipe: str, seed: int, changed=None) -> dict:
    """Measures one run and returns its report."""
    X, y, labels = load(dataset_version)
    make, settings = MODELS[model_version]
    settings = settings | (changed or {})
    chance = {"random_state": seed} if "random_state" in make().get_params() else {}

    per_fold = {name: [] for name in ("precision", "recall", "f1", "accuracy", "latency_ms")}
    predicted, all_times, train_seconds, cpu_seconds = np.empty_like(y), [], 0.0, 0.0
    began = time.perf_counter()
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(X, y):
        model = make_pipeline(*RECIPES[recipe], make(**settings, **chance))
        start = time.perf_counter()
        model.fit(X[train], y[train])
        train_seconds += time.perf_counter() - start
        predicted[test] = model.predict(X[test])

        scores = precision_recall_fscore_support(y[test], predicted[test], average="macro", zero_division=0)
        for name, value in zip(("precision", "recall", "f1"), scores):
            per_fold[name].append(value)
        per_fold["accuracy"].append(accuracy_score(y[test], predicted[test]))
        times, cpu = time_batches(model, X[test][:BATCH])
        per_fold["latency_ms"].append(np.median(times))
        all_times, cpu_seconds = all_times + times, cpu_seconds + cpu

    per_class = precision_recall_fscore_support(y, predicted, zero_division=0)
    return {
        "model_version": model_version,
        "model_provider": "scikit-learn",
        "dataset_version": dataset_version,
        "dataset_size": len(y),
        "prompt_version": recipe,
        "metrics": {name: short(np.mean(values)) for name, values in per_fold.items()}
        | {
            "latency_p95_ms": short(np.percentile(all_times, 95)),
            "analysis_cost": short(cpu_seconds * 1e6 / (BATCH * len(all_times)) / 3600 * USD_PER_CPU_HOUR),
            "train_seconds": short(train_seconds),
            "model_size_mb": short(len(pickle.dumps(model)) / 1e6),
        },
        "metric_stats": {
            name: {
                "n": FOLDS,
                "stderr": short(np.std(values, ddof=1) / FOLDS**0.5),
                "values": list(map(short, values)),
            }
            for name, values in per_fold.items()
        },
        "domain_breakdown": {
            label: {"precision": short(p), "recall": short(r), "f1": short(f), "examples": int(n)}
            for label, p, r, f, n in zip(labels, *per_class)
        },
        "duration_seconds": short(time.perf_counter() - began),
        "success_count": len(y),  # every example got a prediction: a model that raises ends the script
        "error_count": 0,
        "tags": ["classifiers", dataset_version.rsplit("-v", 1)[0]],
        "params": {**settings, "seed": seed, "folds": FOLDS, "batch": BATCH},
        "details": {
            "machine": {"arch": platform.machine(), "cpus": os.cpu_count(), "threads": 1},
            "versions": {"python": platform.python_version(), "scikit_learn": sklearn.__version__},
        },
    }


def history(folder: Path) -> None:
    """Measures every run of HISTORY, session by session, one JSON-lines file per model."""
    files = {model: [] for model, *_ in HISTORY}
    for session in range(1, SESSIONS + 1):
        for place, (model, data, recipe, first, last) in enumerate(HISTORY):
            if first <= session <= last:
                since, changed = CHANGES.get(model, (SESSIONS + 1, None))
                report = run(model, data, recipe, session * 100 + place, changed if session >= since else None)
                report["params"]["sequence"] = session
                files[model].append(json.dumps(report, allow_nan=False) + "\n")
                print(f"session {session:2} {model} {data} {recipe}: f1 {report['metrics']['f1']:.3f}", file=sys.stderr)
    folder.mkdir(exist_ok=True)
    for model, lines in files.items():
        (folder / f"{model}_benchmark_results.json").write_text("".join(lines))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model", choices=MODELS, help="only this model version")
    arguments.add_argument("--seed", type=int, default=1, help="decides the folds and the model's own chance")
    arguments.add_argument("--history", metavar="DIR", type=Path, help="make all committed runs again, into DIR")
    chosen = arguments.parse_args()
    if chosen.history:
        return history(chosen.history)
    for model, data, recipe, _, _ in HISTORY:
        if chosen.model in (None, model):
            print(json.dumps(run(model, data, recipe, chosen.seed), allow_nan=False))


if __name__ == "__main__":
    main()
