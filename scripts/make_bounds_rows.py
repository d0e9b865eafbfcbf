#!/usr/bin/env python3
"""Makes Tests/Goldens/bounds/rows.npz and the networks that it is about, from VNN-COMP's files and bounds.json.

    python3 scripts/make_bounds_rows.py VNNCOMP_FOLDER BOUNDS_JSON

For each network N (acas_1_1, acas_3_3, acas_5_9, mnist_256x2) and its boxes: N_lo, N_hi, the boxes (literals read as f64), and for each kind of bound
N_<kind>_lo, N_<kind>_hi: ibp, crown, sparse, crown_ibp, alpha (auto_LiRPA 0.7.1) and intersect (NumPy, nearest rounding); N_inner_lo, N_inner_hi
are reached by samples. mnist-net_256x4 is left
out: its weights are 1.5 MB of incompressible f32.
"""
import json
import pathlib
import sys

import numpy as np

from make_bounds_goldens import ROOT, box
from onnx_weights import layers

KINDS = {"IBP": "ibp", "CROWN": "crown", "CROWN-sparse": "sparse", "CROWN-IBP": "crown_ibp", "alpha-CROWN": "alpha", "CROWN-intersect(numpy ref)": "intersect"}
NETWORKS = {f"ACASXU_run2a_{n}_batch_2000.onnx": f"acas_{n}" for n in ("1_1", "3_3", "5_9")} | {"mnist-net_256x2.onnx": "mnist_256x2"}


def main(folder, goldens):
    out = ROOT / "Tests" / "Goldens" / "bounds"
    cases = json.load(open(goldens))["cases"]
    rows = {}
    for file, name in NETWORKS.items():
        mine = [c for c in cases if c["onnx"] == file]
        base = pathlib.Path(folder) / mine[0]["benchmark"]
        properties = [base / "vnnlib" / c["vnnlib"] for c in mine]
        boxes = [box(p) for p in properties]
        rows[f"{name}_lo"], rows[f"{name}_hi"] = [b[0] for b in boxes], [b[1] for b in boxes]
        for kind, key in KINDS.items():
            for end in ("lo", "hi"):
                rows[f"{name}_{key}_{end}"] = [c["bounds"][kind][end] for c in mine]
        for end in ("lo", "hi"):
            rows[f"{name}_inner_{end}"] = [c["inner"][end] for c in mine]
        if not (out / f"{name}.npz").exists():
            mean, net = layers(base / "onnx" / file)
            arrays = {} if mean is None else {"mean": mean}
            for k, (w, b) in enumerate(net, 1):
                arrays[f"W{k}"], arrays[f"b{k}"] = w, b
            np.savez_compressed(out / f"{name}.npz", **arrays)
    np.savez_compressed(out / "rows.npz", **{k: np.asarray(v) for k, v in rows.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
