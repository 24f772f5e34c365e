#!/usr/bin/env python3
"""Writes the power of SciPy's tests, which that of bench-model's comparisons is held against.

    $ pip install scipy==1.17.1
    $ python power.py >../../crates/bench-model/examples/comparisons/power.json

Each line is a design: two sides, the law of their noise, how many times noisier the second one is, and
a shift in standard errors of the difference. The tests of SciPy that keep their level on the design
without a shift (at most 6 % with p <= 0.05 and 2 % with p <= 0.01) are run with it; the best one at each
level counts. Samples are drawn with a fixed seed.
"""

import json
import sys
import warnings

import numpy as np
from scipy import stats

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261127)
DRAWS = 20_000


def noise(law, shape):
    normal = rng.normal(size=shape)
    if law == "laplace":
        return rng.laplace(size=shape)
    if law == "t3":
        return rng.standard_t(3, size=shape)
    if law == "spikes":
        return np.where(rng.random(shape) < 0.1, 10 * normal, normal)
    if law == "slow":
        return np.where(rng.random(shape) < 0.1, normal + 8 * rng.random(shape), normal)
    return normal


def tests_of(before, after):
    enough = min(before.shape[1], after.shape[1])
    yield "ttest_ind", stats.ttest_ind(before, after, axis=1).pvalue
    if enough >= 2:
        yield "ttest_ind, Welch", stats.ttest_ind(before, after, axis=1, equal_var=False).pvalue
        yield "mannwhitneyu", stats.mannwhitneyu(before, after, axis=1).pvalue
    if enough >= 5:
        yield "ttest_ind, trim=0.2", stats.ttest_ind(before, after, axis=1, equal_var=False, trim=0.2).pvalue


def rates(p):
    return [float(np.mean(p <= level)) for level in (0.05, 0.01)]


def runs():
    designs = [(n, n, "normal", ratio) for n in (2, 3, 5, 10, 20) for ratio in (1, 3)]
    designs += [(n1, n2, "normal", ratio) for n1, n2 in ((20, 3), (20, 5), (20, 10)) for ratio in (1, 3)]
    designs += [(n, n, law, 1) for law in ("laplace", "t3", "spikes", "slow") for n in (10, 20)]
    designs += [(20, 10, law, 1) for law in ("t3", "spikes")]
    designs += [(50, 1, law, 1) for law in ("normal", "t3", "slow")]
    for n1, n2, law, ratio in designs:
        scale = {"laplace": 1.4, "t3": 1.3, "spikes": 1.2, "slow": 1.3}.get(law, 1.0)
        shift = 3.2 * scale * float(np.sqrt(1 / n1 + ratio**2 / n2))
        draw = lambda shift: (noise(law, (DRAWS, n1)), ratio * noise(law, (DRAWS, n2)) + shift)
        level = {name: rates(p) for name, p in tests_of(*draw(0.0))}
        power = {name: rates(p) for name, p in tests_of(*draw(shift))}
        best = []
        for place in (0, 1):
            keeps = {name for name, found in level.items() if found[0] <= 0.06 and found[1] <= 0.02}
            valid = [(found[place], name) for name, found in power.items() if name in keeps]
            found, name = max(valid, default=(0.0, "none keeps its level"))
            best.append({"test": name, "power": round(found, 4)})
        yield {"before": n1, "after": n2, "law": law, "ratio": ratio, "shift": round(shift, 6), "best": best}


rows = list(runs())
sys.stdout.write("[\n  " + ",\n  ".join(json.dumps(row) for row in rows) + "\n]\n")
