#!/usr/bin/env python3
"""Writes the reference numbers that the comparisons of bench-model are tested against.

    $ pip install scipy==1.17.1 statsmodels==0.15.0
    $ python comparison_fixtures.py >../../crates/bench-model/tests/fixtures/comparisons.json

Every number comes from SciPy or statsmodels. Where neither has the method (Newcombe's interval for
pairs, mid-p values, the moderated variance), it is written here once more, from the paper, over their
distributions. Input is drawn with fixed seeds; the output is the same every time.
"""

import json
import sys

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import special, stats
from scipy.optimize import brentq
from scipy.stats import _resampling
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

rng = np.random.default_rng(20261124)


def pair(interval):
    return [float(interval[0]), float(interval[1])]


def wilson():
    cases = [(0, 1), (1, 1), (0, 10), (10, 10), (8, 10), (19, 20), (80, 100), (997, 1000), (1, 2000), (134, 150), (499_999, 1_000_000)]
    for k, n in cases:
        for confidence in (0.9, 0.95, 0.99):
            low, high = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
            yield {"k": k, "n": n, "confidence": confidence, "interval": pair((low, high))}


TWO_SHARES = [
    (80, 100, 72, 100), (800, 1000, 760, 1000), (10, 10, 8, 10), (0, 20, 3, 20), (450, 500, 225, 250), (1, 2, 0, 3),
    (134, 150, 110, 150), (134, 150, 134, 150), (20, 20, 20, 20), (9_000, 10_000, 8_950, 10_000), (7, 50, 3, 40),
]


def newcombe():
    for k1, n1, k2, n2 in TWO_SHARES:
        interval = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", compare="diff", alpha=0.05)
        yield {"before": [k1, n1], "after": [k2, n2], "interval": pair(interval)}


def fisher():
    for k1, n1, k2, n2 in TWO_SHARES:
        table = [[k1, n1 - k1], [k2, n2 - k2]]
        law = stats.hypergeom(n1 + n2, k1 + k2, n1)
        every = law.pmf(np.arange(max(0, k1 + k2 - n2), min(n1, k1 + k2) + 1))
        seen = law.pmf(k1)
        same = np.isclose(every, seen, rtol=1e-7, atol=0)
        mid = every[(every < seen) & ~same].sum() + 0.5 * every[same].sum()
        exact = stats.fisher_exact(table).pvalue
        mid = 1.0 if len(every) == 1 else min(mid, 1.0)
        yield {"before": [k1, n1], "after": [k2, n2], "exact": float(exact), "mid": float(mid)}


def newcombe_paired():
    """Newcombe 1998, Statistics in Medicine 17:2635, method 10."""
    for a, b, c, d in [(30, 5, 2, 13), (50, 0, 0, 10), (90, 10, 2, 48), (0, 3, 9, 8), (20, 0, 0, 0), (95, 3, 2, 0), (400, 30, 45, 25), (5, 5, 5, 5)]:
        n = a + b + c + d
        p1, p2 = (a + b) / n, (a + c) / n
        l1, u1 = proportion_confint(a + b, n, method="wilson")
        l2, u2 = proportion_confint(a + c, n, method="wilson")
        product = (a + b) * (c + d) * (a + c) * (b + d)
        cross = a * d - b * c
        cross = cross - n / 2 if cross > n / 2 else min(cross, 0)
        phi = cross / np.sqrt(product) if product else 0.0
        theta = p2 - p1
        lower = theta - np.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
        upper = theta + np.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
        yield {"cells": [a, b, c, d], "interval": pair((lower, upper))}


def mcnemar_tests():
    for b, c in [(10, 2), (25, 9), (3, 3), (0, 6), (120, 80), (1, 0), (0, 0), (500, 620), (40, 41)]:
        exact = mcnemar([[0, b], [c, 0]], exact=True).pvalue if b + c else 1.0
        mid = min(1.0, 2 * stats.binom.cdf(min(b, c), b + c, 0.5) - stats.binom.pmf(min(b, c), b + c, 0.5)) if b + c else 1.0
        yield {"only_before": b, "only_after": c, "exact": float(exact), "mid": float(mid)}


def f1():
    for tp, fp, fn in [(180, 20, 24), (20, 0, 0), (0, 3, 4), (1, 1, 1), (897, 61, 102)]:
        low, high = proportion_confint(tp, tp + fp + fn, method="wilson")
        yield {"tp": tp, "fp": fp, "fn": fn, "interval": [float(2 * j / (1 + j)) for j in (low, high)]}


def paired_t():
    for n in (2, 5, 20, 150):
        before = np.round(rng.beta(8, 2, n), 4)
        after = np.round(np.clip(before + rng.normal(-0.02, 0.05, n), 0, 1), 4)
        found = stats.ttest_rel(after, before)
        interval = found.confidence_interval(0.95)
        yield {"before": list(before), "after": list(after), "mean": float(np.mean(after - before)),
               "p": float(found.pvalue), "interval": pair((interval.low, interval.high))}


def clustered_t():
    for groups, each in [(2, 3), (8, 5), (30, 4)]:
        effect = np.repeat(rng.normal(-0.03, 0.1, groups), each)
        values = np.round(effect + rng.normal(0, 0.05, groups * each), 4)
        clusters = np.repeat(np.arange(groups), each)
        fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
        yield {"values": list(values), "clusters": [str(c) for c in clusters], "stderr": float(fit.bse[0]),
               "p": float(fit.pvalues[0]), "interval": pair(fit.conf_int(0.05)[0])}


def runs_test(before, after):
    """Student's test of one run on a side, otherwise Welch's, whose degrees of freedom take a small side to be noisy."""
    if min(len(before), len(after)) == 1:
        found = stats.ttest_ind(after, before)
        interval = found.confidence_interval(0.95)
        return float(found.pvalue), pair((interval.low, interval.high))
    n, s2 = [len(before), len(after)], [np.var(before, ddof=1), np.var(after, ddof=1)]
    delta, stderr = np.mean(after) - np.mean(before), np.sqrt(s2[0] / n[0] + s2[1] / n[1])
    raised = [max(s2[i], 1.5 * s2[1 - i]) if n[i] < n[1 - i] else s2[i] for i in (0, 1)]
    terms = [raised[i] / n[i] for i in (0, 1)]
    df = sum(terms) ** 2 / sum(terms[i] ** 2 / (n[i] - 1) for i in (0, 1))
    if n[0] == n[1]:
        assert np.isclose(2 * stats.t.sf(abs(delta / stderr), df), stats.ttest_ind(after, before, equal_var=False).pvalue)
    half = stats.t.ppf(0.975, df) * stderr
    return float(2 * stats.t.sf(abs(delta / stderr), df)), pair((delta - half, delta + half))


def two_samples():
    for n1, n2 in [(2, 1), (1, 2), (3, 3), (20, 2), (7, 40)]:
        before = np.round(rng.normal(100, 3, n1), 3)
        after = np.round(rng.normal(104, 3, n2), 3)
        p, interval = runs_test(before, after)
        yield {"before": list(before), "after": list(after), "p": p, "interval": interval}


def welch():
    for (m1, se1, n1), (m2, se2, n2) in [((0.895, 0.012, 150), (0.864, 0.013, 150)), ((0.9, 0.001, 5), (0.88, 0.02, 300)), ((30.0, 1.0, 12), (31.5, 1.5, 8))]:
        found = stats.ttest_ind_from_stats(m2, se2 * np.sqrt(n2), n2, m1, se1 * np.sqrt(n1), n1, equal_var=False)
        df = (se1**2 + se2**2) ** 2 / (se1**4 / (n1 - 1) + se2**4 / (n2 - 1))
        half = stats.t.ppf(0.975, df) * np.hypot(se1, se2)
        yield {"before": [m1, se1, n1], "after": [m2, se2, n2], "p": float(found.pvalue), "interval": pair((m2 - m1 - half, m2 - m1 + half))}


def prior():
    """Smyth 2004, section 6.2."""
    for spread in (0.0, 0.4, 1.0):
        segments = [np.round(0.9 + 0.01 * np.exp(spread * rng.normal()) * rng.normal(size=rng.integers(5, 15)), 6) for _ in range(12)]
        s2 = np.array([np.var(s, ddof=1) for s in segments])
        d = np.array([len(s) - 1 for s in segments])
        level = np.log(s2) - special.digamma(d / 2) + np.log(d / 2)
        excess = np.var(level, ddof=1) - np.mean(special.polygamma(1, d / 2))
        df = 2 * brentq(lambda x: special.polygamma(1, x) - excess, 1e-3, 1e6) if excess > 0 else np.inf
        df = float(np.clip(df, 2, 50))
        variance = np.exp(np.mean(level) + special.digamma(df / 2) - np.log(df / 2))
        yield {"segments": [list(s) for s in segments], "sd": float(np.sqrt(variance)), "df": df}


def moderated_t():
    """Smyth 2004, section 3."""
    for before, after, sd, df in [([0.9], [0.88], 0.01, 20.0), ([0.9, 0.91, 0.905], [0.87], 0.004, 6.5), ([0.9, 0.92], [0.89, 0.9], 0.02, 2.0)]:
        own = sum(np.var(side) * len(side) for side in (before, after))
        total = df + len(before) + len(after) - 2
        stderr = np.sqrt((df * sd**2 + own) / total * (1 / len(before) + 1 / len(after)))
        delta = np.mean(after) - np.mean(before)
        half = stats.t.ppf(0.975, total) * stderr
        yield {"before": before, "after": after, "sd": sd, "df": df, "p": float(2 * stats.t.sf(abs(delta / stderr), total)),
               "interval": pair((delta - half, delta + half))}


def log_ratio():
    """The test of the logarithms, read as shares."""
    for before, after in [([412.0, 405.0, 420.0], [450.0, 441.0]), ([0.012, 0.0125, 0.011, 0.0118], [0.0119])]:
        p, interval = runs_test(np.log(before), np.log(after))
        yield {"before": before, "after": after, "p": p, "relative": pair(np.expm1(interval))}


def split_mix(seed):
    state, mask = seed, (1 << 64) - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def bca():
    """The interval that SciPy makes of the very resamples that bench-model draws."""
    for n in (20, 80):
        items = rng.integers(0, 3, size=(n, 6))
        items[:, 0] += 2
        items[:, 3] += 2

        def delta(*columns, axis=-1):
            tp0, fp0, fn0, tp1, fp1, fn1 = (np.sum(column, axis=axis) for column in columns)
            return 2 * tp1 / (2 * tp1 + fp1 + fn1) - 2 * tp0 / (2 * tp0 + fp0 + fn0)

        bits = split_mix(0x0B5E55ED)
        drawn = np.array([[(next(bits) * n) >> 64 for _ in range(n)] for _ in range(2000)])
        columns = [items[:, i].astype(float) for i in range(6)]
        resampled = delta(*(column[drawn] for column in columns))
        # A single sample of items with six columns, so that an item is left out with all of them.
        one = lambda index, axis=-1: delta(*(column[index.astype(int)] for column in columns), axis=axis)
        index = np.arange(n).astype(float)
        interval = _resampling._bca_interval((index,), one, axis=-1, alpha=0.025, theta_hat_b=resampled, batch=None, xp=np)
        low, high = (np.percentile(resampled, 100 * share) for share in interval[:2])
        yield {"items": items.tolist(), "delta": float(delta(*columns)), "interval": pair((low, high)),
               "stderr": float(np.std(resampled, ddof=1))}


def control():
    for p in ([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216], [0.5, 0.01, 0.01, 0.9], [0.03], list(np.round(rng.beta(0.5, 2, 30), 6))):
        yield {"p": p, "q": list(multipletests(p, method="fdr_bh")[1])}


def thresholds():
    values = list(np.round(rng.lognormal(4.6, 0.2, 15), 3))
    n, m, s = len(values), np.mean(values), np.std(values, ddof=1)
    logs = np.log(values)
    mu, sigma = np.mean(logs), np.std(logs, ddof=1)
    q1, q2, q3 = np.percentile(values, [25, 50, 75])
    d1, d3 = np.percentile(np.abs(np.diff(values) / values[:-1]), [25, 75])
    yield {"test": "percentage", "boundary": 0.1, "values": values, "limits": pair((m * 0.9, m * 1.1))}
    for b in (0.95, 0.98, 0.999):
        z = stats.norm(m, s).ppf(b)
        t = stats.t(n - 1, loc=m, scale=s * np.sqrt(1 + 1 / n)).ppf(b)
        log = stats.lognorm(s=sigma, scale=np.exp(mu))
        yield {"test": "z_score", "boundary": b, "values": values, "limits": pair((2 * m - z, z))}
        yield {"test": "t_test", "boundary": b, "values": values, "limits": pair((2 * m - t, t))}
        yield {"test": "log_normal", "boundary": b, "values": values, "limits": pair((log.ppf(1 - b), log.ppf(b)))}
    for b in (1.5, 3.0):
        yield {"test": "iqr", "boundary": b, "values": values, "limits": pair((q2 - b * (q3 - q1), q2 + b * (q3 - q1)))}
        yield {"test": "delta_iqr", "boundary": b, "values": values, "limits": pair((q2 - q2 * b * (d3 - d1), q2 + q2 * b * (d3 - d1)))}


def clustered_unequal():
    """CR2 with Satterthwaite's degrees of freedom by its matrices (Pustejovsky and Tipton 2018, equations 4 to 10), for a
    regression on a constant; its variance is multiplied by its bias if items of a cluster have in common what they show."""
    for sizes in ([1, 3, 5, 7, 9], [25, 2, 2, 4, 1, 8], [2, 2, 3]):
        clusters = np.repeat(np.arange(len(sizes)), sizes)
        values = np.round(np.repeat(rng.normal(0.02, 0.1, len(sizes)), sizes) + rng.normal(0, 0.05, sum(sizes)), 4)
        n, count = len(values), len(sizes)
        x = np.ones((n, 1))
        bread = np.linalg.inv(x.T @ x)
        hat = x @ bread @ x.T
        e = values - hat @ values
        means = np.array([values[clusters == c].mean() for c in range(count)])
        own = sum(((values[clusters == c] - means[c]) ** 2).sum() for c in range(count)) / (n - count)
        between = sum(sizes[c] * (means[c] - values.mean()) ** 2 for c in range(count)) / (count - 1)
        shared = max(0.0, (between - own) / ((n - sum(s * s for s in sizes) / n) / (count - 1)))
        omega = own * np.eye(n) + shared * (clusters[:, None] == clusters[None, :])
        columns, variance = [], 0.0
        for c in range(count):
            inside = clusters == c
            eigenvalues, vectors = np.linalg.eigh(np.eye(inside.sum()) - hat[np.ix_(inside, inside)])
            adjust = vectors @ np.diag(eigenvalues**-0.5) @ vectors.T
            weights = (adjust @ x[inside] @ bread).ravel()
            variance += float(weights @ e[inside]) ** 2
            columns.append((np.eye(n) - hat)[:, inside] @ weights)
        g = np.array(columns).T
        m = g.T @ omega @ g
        alone = g.T @ g
        df = np.trace(alone) ** 2 / np.trace(alone @ alone)
        truth = float((bread @ x.T @ omega @ x @ bread).item())
        stderr = np.sqrt(variance * truth / np.trace(m))
        mean, half = np.mean(values), stats.t.ppf(0.975, df) * stderr
        yield {"values": list(values), "clusters": [str(c) for c in clusters], "stderr": float(stderr), "df": float(df),
               "p": float(2 * stats.t.sf(abs(mean / stderr), df)), "interval": pair((mean - half, mean + half))}


def trimmed():
    """Yuen 1974, of sides of one size: ttest_ind with trim."""
    for n in (10, 20):
        before = np.round(np.where(rng.random(n) < 0.2, 30, 1) * rng.normal(size=n) + 100, 3)
        after = np.round(np.where(rng.random(n) < 0.2, 30, 1) * rng.normal(size=n) + 101, 3)
        before[0], after[0] = 180.0, 20.0
        found = stats.ttest_ind(after, before, equal_var=False, trim=0.2)
        interval = found.confidence_interval(0.95)
        yield {"before": list(before), "after": list(after), "p": float(found.pvalue), "interval": pair((interval.low, interval.high))}


def events():
    """The conditional test of two Poisson rates, and the score interval of a rate."""
    for before, runs, after, more in [(0, 1, 50, 1), (5, 3, 7, 1), (0, 20, 2, 1), (40, 4, 11, 2), (0, 1, 0, 1)]:
        law = stats.binom(before + after, more / (runs + more))
        tails = (law.sf(after - 1) - 0.5 * law.pmf(after), law.cdf(after) - 0.5 * law.pmf(after))
        z = stats.norm.ppf(0.975)
        score = [[(k + z * z / 2 + sign * z * np.sqrt(k + z * z / 4)) / n for sign in (-1, 1)] for k, n in ((before, runs), (after, more))]
        score = [[max(0.0, low), high] for low, high in score]
        (b, a) = (before / runs, after / more)
        interval = (a - b - np.hypot(a - score[1][0], score[0][1] - b), a - b + np.hypot(score[1][1] - a, b - score[0][0]))
        yield {"before": [before, runs], "after": [after, more], "p": float(min(1.0, 2 * min(tails))), "interval": pair(interval)}


tables = [wilson, newcombe, fisher, newcombe_paired, mcnemar_tests, f1, paired_t, clustered_t, two_samples, welch, prior,
          moderated_t, log_ratio, bca, control, thresholds, clustered_unequal, trimmed, events]
made = {"made_by": f"benchmarks/verdicts/comparison_fixtures.py, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}"}
made |= {table.__name__: list(table()) for table in tables}
sys.stdout.write("{\n" + ",\n".join(f'"{name}": ' + (json.dumps(rows) if isinstance(rows, str) else "[\n  " + ",\n  ".join(map(json.dumps, rows)) + "\n]") for name, rows in made.items()) + "\n}\n")
