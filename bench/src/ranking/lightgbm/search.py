"""Searches tables with LightGBM in the rounds of rankedSearch, once for each line of JSON on standard input; answers each with its regret.

usage: search.py FOLDER, the folder as writeForPeer leaves it
"""

import json
import sys

import lightgbm
import numpy as np

folder = sys.argv[1]
sizes = json.load(open(f"{folder}/sizes.json"))
flat = np.fromfile(f"{folder}/features.f32", np.float32).reshape(sizes["count"], sizes["width"])
RELEVANCE = 20


def read(target, name, kind):
    return np.fromfile(f"{folder}/{target}.{name}", kind)


def grades_of(labels, grades):
    low, high = np.quantile(labels, 0.2), labels.max()
    share = np.clip((labels - low) / (high - low), 0, 1) if high > low else labels * 0
    return np.round(share * grades).astype(int)


def search(target, budget, final, rounds, seed, trees, leaves, learningRate, minLeafRows, grades, weakFeatures=False, **_):
    size = sizes["targets"][target]
    test = read(target, "test.f64", np.float64)
    labels = read(target, "validation.f64", np.float64).reshape(size["seeds"], -1)[seed % size["seeds"]]
    allowed = read(target, "allowed.u8", np.uint8).astype(bool)
    features = flat
    if weakFeatures and size["weak"]:
        features = np.c_[flat, read(target, "weak.f32", np.float32).reshape(-1, size["weak"])]
    random = np.random.default_rng(seed)
    seen = []

    def explore(count):
        free = allowed.copy()
        free[seen] = False
        rows = np.flatnonzero(free)
        seen.extend(random.choice(rows, min(count, len(rows)), replace=False))

    def best(count):
        model = lightgbm.LGBMRanker(
            objective="lambdarank",
            n_estimators=trees,
            num_leaves=leaves,
            min_child_samples=minLeafRows,
            learning_rate=learningRate,
            label_gain=[2.0 ** (RELEVANCE * grade / grades) - 1 for grade in range(grades + 1)],
            n_jobs=1,
            verbose=-1,
            random_state=seed,
        )
        model.fit(features[seen], grades_of(labels[seen], grades), group=[len(seen)])
        scores = np.where(allowed, model.predict(features), -np.inf)
        scores[seen] = -np.inf
        order = np.argsort(-scores, kind="stable")[: min(count, allowed.sum() - len(seen))]
        seen.extend(order)

    for turn in range(rounds):
        count = (turn + 1) * budget // rounds - len(seen)
        if turn > 0:
            best(count // 2)
            count -= count // 2
        explore(count)
    best(final)
    selected = max(seen, key=lambda row: labels[row])
    return test[allowed].max() - test[selected]


for line in sys.stdin:
    print(float(search(**json.loads(line))), flush=True)
