"""Trains LightGBM on the ranking example once for each seed, a line of standard input; answers each with a line of JSON.

usage: letor.py FOLDER OPTIONS, the options as JSON under the names that fitTrees of @edgelore/ranking has for them
"""

import gzip
import json
import sys
import time

import lightgbm
import numpy as np


def read(folder, name):
    labels, rows = [], []
    for line in gzip.open(f"{folder}/{name}.gz", "rt"):
        label, *entries = line.split()
        row = np.zeros(301, np.float32)
        for entry in entries:
            column, value = entry.split(":")
            row[int(column)] = float(value)
        labels.append(float(label))
        rows.append(row)
    return np.stack(rows), np.array(labels), np.loadtxt(f"{folder}/{name}.query", dtype=int)


folder, options = sys.argv[1], json.loads(sys.argv[2])
features, labels, sizes = read(folder, "rank.train")
test, _, _ = read(folder, "rank.test")
parameters = {
    "objective": "lambdarank",
    "num_leaves": options["leaves"],
    "learning_rate": options["learningRate"],
    "min_data_in_leaf": options["minLeafRows"],
    "min_sum_hessian_in_leaf": options["minLeafCurvature"],
    "bagging_fraction": options["rowShare"],
    "bagging_freq": 1,
    "feature_fraction": options["featureShare"],
    "lambdarank_truncation_level": options["truncation"],
    "num_threads": 1,
    "verbose": -1,
}
for seed in sys.stdin:
    since = time.perf_counter()
    model = lightgbm.train({**parameters, "seed": int(seed)}, lightgbm.Dataset(features, labels, group=sizes), options["trees"])
    seconds = time.perf_counter() - since
    print(json.dumps({"seconds": seconds, "scores": model.predict(test).tolist()}), flush=True)
