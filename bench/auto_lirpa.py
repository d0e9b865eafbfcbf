"""Times auto_LiRPA on the bounds of workload w07 and prints JSON lines like the other peers'.

auto_LiRPA 0.3, the last release on PyPI, wants an old torch, so it has an environment of its own:
    python3.11 -m venv .lirpa
    .lirpa/bin/pip install torch==1.13.1 'numpy<1.25' appdirs packaging pyyaml pytest tqdm
    .lirpa/bin/pip install --no-deps auto_LiRPA==0.3
    .lirpa/bin/python bench/auto_lirpa.py
    W=w07 THREADS=1 bench/run
"""

import json
import os
import statistics
import time

if os.environ.get("THREADS", "1") == "1":
    os.sched_setaffinity(0, {int(os.environ.get("PIN", "1"))})

import numpy as np
import torch
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm

torch.set_num_threads(int(os.environ.get("THREADS", "1")))
SIZES = [784, 256, 256, 256, 256, 10]
rng = np.random.default_rng(0)


def network():
    layers = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        layer = torch.nn.Linear(inputs, outputs)
        weight = rng.standard_normal((outputs, inputs)) / np.sqrt(inputs)
        layer.weight.data = torch.from_numpy(weight.astype(np.float32))
        layer.bias.data.zero_()
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def measure(call, budget=3.0):
    """The least and the median seconds of a call, after one that is not counted."""
    call()
    times, end = [], time.perf_counter() + budget
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times), statistics.median(times)


def main():
    images = torch.from_numpy(rng.random((128, 784)).astype(np.float32))
    for method, count in [("IBP", 128), ("CROWN-IBP", 128), ("CROWN", 8), ("CROWN-Optimized", 1)]:
        x = images[:count]
        options = {"sparse_features_alpha": False, "sparse_spec_alpha": False, "optimize_bound_args": {"iteration": 20}}
        bounded = BoundedModule(network(), x, bound_opts=options, device="cpu")
        box = BoundedTensor(x, PerturbationLpNorm(norm=np.inf, eps=0.02))
        least, median = measure(lambda: bounded.compute_bounds(x=(box,), method=method))
        case = method.lower().replace("-", "_").replace("crown_optimized", "alpha_crown20") + f"_256x4_b{count}"
        line = dict(w="W7", case=case, dtype="f32", peer="auto_LiRPA", threads=torch.get_num_threads(), min_s=least, med_s=median)
        print(json.dumps(line), flush=True)


main()
