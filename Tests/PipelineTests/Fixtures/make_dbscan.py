#!/usr/bin/env python3
"""Writes dbscan.json: small sets of vectors with the labels that scikit-learn's DBSCAN gives them.

Needs numpy and scikit-learn. The vectors are multiples of 1/64, so that no distance hangs on a rounding.
"""
import json
from pathlib import Path
import numpy as np
from sklearn.cluster import DBSCAN

rng = np.random.default_rng(20)
fixtures = []


def add(name, vectors, metric, eps, min_samples):
    vectors = np.round(np.asarray(vectors, dtype=np.float64) * 64) / 64
    labels = DBSCAN(eps=eps, min_samples=min_samples, metric=metric, algorithm='brute').fit(vectors).labels_
    fixtures.append(dict(name=name, metric=metric, eps=eps, minSamples=min_samples, labels=labels.tolist(),
                         vectors=[[float(v) for v in row] for row in vectors]))


def clusters(people, faces, dim, spread, centre=1.0):
    middles = rng.normal(0, centre, (people, dim))
    rows = np.concatenate([m + rng.normal(0, spread, (rng.integers(1, faces + 1), dim)) for m in middles])
    return rng.permutation(rows)


for samples in range(1, 6):
    add(f'plane, {samples}', clusters(9, 14, 2, .22), 'euclidean', .3125, samples)
    add(f'eight dimensions, {samples}', clusters(12, 9, 8, .2), 'euclidean', .65, samples)
    add(f'directions, {samples}', clusters(10, 12, 6, .25), 'cosine', .04, samples)
# A chain of points exactly as far apart as allowed, and a border point between two crowds.
add('a chain at the very distance', [[x * .5, 0] for x in range(12)], 'euclidean', .5, 2)
add('the same chain, cores of three', [[x * .5, 0] for x in range(12)], 'euclidean', .5, 3)
crowd = [[0, 0], [0, .25], [.25, 0], [.25, .25]]
right = [[x + 1.25, y] for x, y in crowd]
add('a border point with two claims', [[.75, 0]] + crowd + right, 'euclidean', .5, 4)
add('the other crowd first', right + [[.75, 0]] + crowd, 'euclidean', .5, 4)
add('all the same', [[1, 2, 3]] * 7 + [[1, 2, 3.5]], 'euclidean', .25, 5)
Path(__file__).with_name('dbscan.json').write_text(json.dumps(fixtures, separators=(',', ':')).replace('{"name"', '\n{"name"') + '\n')
print(len(fixtures), 'fixtures,', sum(len(f['labels']) for f in fixtures), 'vectors;', 'border claims and noise:', [f['labels'].count(-1) for f in fixtures])
