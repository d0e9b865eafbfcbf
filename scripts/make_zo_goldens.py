"""Makes Tests/Goldens/zo_papers.json: runs of three zeroth-order methods, written in NumPy from their papers' algorithms, along given draws:

    python3 scripts/make_zo_goldens.py && python3 scripts/make_goldens.py

HiZOO: Zhao et al., arXiv:2402.15173, algorithm 1. LOZO: Chen et al., arXiv:2410.07698, algorithm 1. ZO-AdaMU: Jiang et al.,
arXiv:2312.15184, with the authors' annealing. Draws have three digits, so that the file is short and they are exact.
"""
import json
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Goldens" / "zo_papers.json"
rng = np.random.default_rng(7)
draw = lambda *shape: np.round(rng.standard_normal(shape), 3)


def hizoo(f, x, z, lr, mu, alpha):
    inverse = np.ones_like(x)  # the diagonal of Sigma^-1
    for u in z:
        root = inverse**-0.5
        plus, minus, middle = f(x + mu * root * u), f(x - mu * root * u), f(x)
        estimate = abs(plus + minus - 2 * middle) / (2 * mu**2) * (u / root) ** 2
        inverse = (1 - alpha) * inverse + alpha * estimate
        x = x - lr * (plus - minus) / (2 * mu) * inverse**-0.5 * u
    return x


def lozo(f, W, b, U, V, B, interval, lr, mu):
    for t in range(len(U)):
        v = V[t // interval]
        Z = U[t] @ v.T
        c = (f(W + mu * Z, b + mu * B[t]) - f(W - mu * Z, b - mu * B[t])) / (2 * mu)
        W, b = W - lr * c * Z / v.shape[1], b - lr * c * B[t]
    return W, b


def zo_adamu(f, x, free, led, lr, mu, sigma, warm, settle):
    T3 = len(free)
    T1, T2 = warm * T3, settle * T3

    def anneal(t, phi):
        if t < T1:
            return 1.0
        t = min(t, T2)
        return 0.5 * (1 + np.cos(np.pi * (t - T1) / (T3 - phi * (T3 - T2) * (t - T1) / (T2 - T1))))

    m = np.zeros_like(x)
    for t in range(1, T3 + 1):
        alpha, beta1, beta2 = anneal(t, 1.0), anneal(t, 0.1), anneal(t, 1.5)
        z1 = np.sqrt(alpha) * free[t - 1]
        z2 = m + np.sqrt(1 - alpha) * led[t - 1]
        m = beta1 * z1 + (1 - beta1) * z2
        v = beta2 * z1**2 + (1 - beta2) * z2**2
        c = (f(x + mu * m) - f(x - mu * m)) / (2 * mu)
        x = x - lr * c * m / np.sqrt(v + sigma)
    return x


rosenbrock = lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
ROSENBROCK = "fn f(x: Real[2]) -> Real = (1 - x[0]) ^ 2 + 100 * (x[1] - x[0] ^ 2) ^ 2"
scaled = lambda x: np.log(np.cosh(x[0])) + 50 * (x[1] - 1) ** 2 + x[0] * x[2] / 4 + x[2] ** 4
SCALED = "fn f(x: Real[3]) -> Real = log(cosh(x[0])) + 50 * (x[1] - 1) ^ 2 + x[0] * x[2] / 4 + x[2] ^ 4"
X, Y = draw(6, 3), draw(6, 4)
fit = lambda W, b: np.sum((np.tanh(X @ W.T + b) - Y) ** 2) + 0.1 * np.sum(W**4)
lists = lambda a: a.tolist()
FIT = f"fn f(m) = sum((tanh({json.dumps(lists(X))} @ m.W.T + m.b) - {json.dumps(lists(Y))}) ^ 2) + 0.1 * sum(m.W ^ 4)"

cases = []
for name, f, body, start, hyper in [
    ("rosenbrock", rosenbrock, ROSENBROCK, [-1.2, 1.0], {"lr": 1e-2, "mu": 1e-2, "alpha": 0.1}),
    ("scaled", scaled, SCALED, [1.0, 0.5, -0.5], {"lr": 0.1, "mu": 0.05, "alpha": 0.2}),
]:
    z = draw(30, len(start))
    cases.append({"id": f"hizoo-{name}", "method": "hizoo", "body": body, "start": start, "hyper": hyper, "steps": 30,
                  "draws": {"z": lists(z)}, "end": lists(hizoo(f, np.array(start), z, **hyper))})
for name, f, body, start, hyper in [
    ("rosenbrock", rosenbrock, ROSENBROCK, [-1.2, 1.0], {"lr": 2e-3, "mu": 1e-2, "sigma": 1e-8, "warm": 0.1, "settle": 0.8}),
    ("scaled", scaled, SCALED, [1.0, 0.5, -0.5], {"lr": 5e-3, "mu": 0.05, "sigma": 1e-4, "warm": 0.25, "settle": 0.6}),
]:
    free, led = draw(40, len(start)), draw(40, len(start))
    cases.append({"id": f"zo_adamu-{name}", "method": "zo_adamu", "body": body, "start": start, "hyper": hyper, "steps": 40,
                  "draws": {"free": lists(free), "led": lists(led)}, "end": lists(zo_adamu(f, np.array(start), free, led, **hyper))})
W, b = draw(4, 3), draw(4)
U, V, B = draw(20, 4, 2), draw(4, 3, 2), draw(20, 4)
hyper = {"interval": 5, "lr": 5e-3, "mu": 1e-2}
end = lozo(fit, W, b, U, V, B, **hyper)
cases.append({"id": "lozo-layer", "method": "lozo", "body": FIT, "start": {"W": lists(W), "b": lists(b)}, "hyper": hyper, "steps": 20,
              "draws": {"U": lists(U), "V": lists(V), "B": lists(B)}, "end": lists(np.concatenate([end[0].ravel(), end[1]]))})
OUT.write_text(json.dumps({"numpy": np.__version__, "cases": cases}) + "\n")
