#!/usr/bin/env python3
"""Makes Tests/Goldens/bounds/acas_1_1.npz: a network of VNN-COMP's acasxu with two of its boxes, and bounds over them.

    python3 scripts/make_bounds_goldens.py VNNCOMP_FOLDER BOUNDS_JSON

W1, b1, … W7, b7, mean: the stored f32 weights. lo, hi [3, 5]: the boxes of prop_1 and prop_3 (literals read as f64), and the centre
of the latter, a box of one point. exact_lo, exact_hi [3, 5]: interval bound propagation in exact rationals, the last step rounded
inwards to f64, so that a sound bound is outside of it without any tolerance. ibp_lo, … crown_hi [2, 5]: auto_LiRPA 0.7.1, 9 digits. inner_lo, inner_hi [2, 5]: values
that samples reach.
"""
import json
import math
import pathlib
import re
import sys
from fractions import Fraction

import numpy as np

from onnx_weights import layers

ROOT = pathlib.Path(__file__).resolve().parent.parent


def box(path):
    ends = {"<=": {}, ">=": {}}
    for sign, k, number in re.findall(r"\(assert \((<=|>=) X_(\d+) ([-+.eE\d]+)\)\)", open(path).read()):
        ends[sign][int(k)] = float(number)
    return [[ends[sign][k] for k in sorted(ends[sign])] for sign in (">=", "<=")]


def propagate(mean, net, lo, hi):
    """Exact interval bound propagation."""
    l = [Fraction(x) - Fraction(float(m)) for x, m in zip(lo, mean)]
    u = [Fraction(x) - Fraction(float(m)) for x, m in zip(hi, mean)]
    for k, (w, b) in enumerate(net):
        rows = [[Fraction(float(x)) for x in row] for row in w]
        bias = [Fraction(float(x)) for x in b]
        low = [c + sum(x * (l[i] if x > 0 else u[i]) for i, x in enumerate(row)) for row, c in zip(rows, bias)]
        high = [c + sum(x * (u[i] if x > 0 else l[i]) for i, x in enumerate(row)) for row, c in zip(rows, bias)]
        l, u = (low, high) if k == len(net) - 1 else ([max(x, Fraction(0)) for x in low], [max(x, Fraction(0)) for x in high])
    return l, u


def down(x):
    y = float(x)
    return y if Fraction(y) <= x else math.nextafter(y, -math.inf)


def main(folder, goldens):
    folder = pathlib.Path(folder) / "acasxu"
    name = "ACASXU_run2a_1_1_batch_2000.onnx"
    mean, net = layers(folder / "onnx" / name)
    cases = [c for c in json.load(open(goldens))["cases"] if c["onnx"] == name]
    boxes = [box(folder / "vnnlib" / c["vnnlib"]) for c in cases]
    centre = [0.5 * (a + b) for a, b in zip(*boxes[1])]
    boxes.append([centre, centre])
    arrays = {"mean": mean, "lo": [b[0] for b in boxes], "hi": [b[1] for b in boxes]}
    for k, (w, b) in enumerate(net, 1):
        arrays[f"W{k}"], arrays[f"b{k}"] = w, b
    exact = [propagate(mean, net, *b) for b in boxes]
    # A bound l ≤ exact is at most the f64 number below exact, and u at least the one above.
    arrays["exact_lo"] = [[down(x) for x in l] for l, _ in exact]
    arrays["exact_hi"] = [[-down(-x) for x in u] for _, u in exact]
    for kind, key in (("IBP", "ibp"), ("CROWN", "crown")):
        for end in ("lo", "hi"):
            arrays[f"{key}_{end}"] = [c["bounds"][kind][end] for c in cases]
    for end in ("lo", "hi"):
        arrays[f"inner_{end}"] = [c["inner"][end] for c in cases]
    out = ROOT / "Tests" / "Goldens" / "bounds"
    out.mkdir(exist_ok=True)
    np.savez_compressed(out / "acas_1_1.npz", **{k: np.asarray(v) for k, v in arrays.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
