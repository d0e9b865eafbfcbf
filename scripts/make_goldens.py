"""Makes the scripts of Tests/Goldens from numbers that independent systems computed (JAX, mpmath, optax, SciPy):

    python3 scripts/make_goldens.py [--from ../shared/golden] [--check]

The tables below say each golden in Perturb. The scripts hold all numbers, so the tests need nothing else. Several programs for one
golden are several tests. --check writes nothing, and fails where a script differs from what would be written.
"""
import argparse
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "Tests" / "Goldens"

# ---------------------------------------------------------------------------------------------------------------- writing

def number(x):
    if x == "nan":
        return "inf - inf"
    if isinstance(x, str):
        return x if x in ("inf", "-inf") else number(float(x))
    return repr(float(x))


def literal(x):
    if isinstance(x, list):
        return "[" + ", ".join(literal(v) for v in x) + "]"
    if isinstance(x, dict):
        return "{" + ", ".join(f"{k}: {literal(v)}" for k, v in x.items()) + "}"
    return number(x)


def block(body):
    """A function's body: `= e` of an expression, `{ … }` of lines."""
    lines = body.strip("\n").split("\n")
    if len(lines) == 1:
        return f"= {lines[0].strip()}"
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "{\n" + "\n".join("    " + line[indent:] for line in lines) + "\n  }"


def programs(entry):
    return [entry] if isinstance(entry, str) else list(entry)


def title(name, k):
    return name if k == 0 else f"{name}, said otherwise {k}"


HEADER = "# Made by scripts/make_goldens.py from {source}: do not edit.\n{use}"
USE = 'use "./agree.ptb": agree\n'

# --------------------------------------------------------------------------------------------------------------- autodiff

AUTODIFF = {
    "ew-sqrt": "sqrt(x)",
    "ew-rsqrt": ["1 / sqrt(x)", "rsqrt(x)", "x ^ -0.5"],
    "ew-cube": ["x ^ 3", "x * x * x"],
    "ew-asinh": ["asinh(x)", "log(x + sqrt(x * x + 1))"],
    "ew-sigmoid": ["1 / (1 + exp(-x))", "sigmoid(x)"],
    "ew-logsigmoid": ["-log(1 + exp(-x))", "-softplus(-x)", "log(sigmoid(x))"],
    "ew-relu": ["max(x, 0)", "relu(x)", "where(x > 0, x, 0.0)"],
    "ew-logit": ["log(x / (1 - x))", "logit(x)"],
    "ew-gauss": ["exp(-x ^ 2 / 2) / sqrt(2 * pi)", "exp(Normal(0, 1).logpdf(x))"],
    "bi-add": "x + 2 * y",
    "bc-col-row": "x * sin(y)",
    "rd-sum": ["sum(M)", "sum i in 0..3 { sum j in 0..4 { M[i, j] } }"],
    "rd-sum1": ["sum(M, axis: 1)", "[sum(row) for row in M]", 'einsum("ij->i", M)', "M @ ones(4)"],
    "rd-var1u": ["var(M, axis: 1, ddof: 1)", "vmap(row => sum((row - mean(row)) ^ 2) / 3)(M)"],
    "rd-fro": ["sqrt(sum(M ^ 2))", "norm(M)"],
    "rd-max": ["max(M)", "max row in M { max(row) }"],
    "ix-stride": ["x[[0, 2, 4]] ^ 2", "reshape(x, [3, 2])[:, 0] ^ 2", "[x[2 * i] ^ 2 for i in 0..3]"],
    "ix-reshapeT": ["reshape(x, [2, 3]).T ^ 2", "transpose(reshape(x, [2, 3])) ^ 2"],
    "mm-mlp": "W2 @ tanh(W1 @ x + b1) + b2",
    "cv-2d-pad-stride": [
        "conv2d(reshape(X, [1, 1, 5, 5]), W, stride: 2, padding: 1)[0]",
        """
        let Z = pad(X, [0, 1, 1], [0, 1, 1])
        [[[sum(W[o] * Z[:, 2 * i..2 * i + 3, 2 * j..2 * j + 3]) for j in 0..3] for i in 0..3] for o in 0..2]
        """,
    ],
    "cv-depthwise": [
        "conv2d(reshape(X, [1, 2, 3, 3]), reshape(W, [2, 1, 2, 2]), groups: 2)[0]",
        """
        var Y = zeros(2, 2, 2)
        for c in 0..2 { for i in 0..2 { for j in 0..2 { for p in 0..2 { for q in 0..2 { Y[c, i, j] += W[c, p, q] * X[c, i + p, j + q] } } } } }
        Y
        """,
    ],
    "cv-transpose": [
        """
        var y = zeros(7)
        for t in 0..3 { for k in 0..3 { y[2 * t + k] += x[t] * w[k] } }
        y ^ 2
        """,
        """
        let index = reshape([[2 * t + k for k in 0..3] for t in 0..3], [9])
        scatter_add(zeros(7), index, flatten(outer(x, w))) ^ 2
        """,
    ],
    "la-chol": "cholesky((A + A.T) / 2)",
    "la-eigvals": ["eigvalsh((A + A.T) / 2)", "eigh((A + A.T) / 2)[0]"],
    "la-cross": ["cross(x, y)", "[x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]"],
    "od-range": ["max(x) - min(x)", "{ let s = sort(x); s[-1] - s[0] }"],
    "cf-scanrnn": """
        var h = zeros(2)
        for t in 0..5 { h = tanh(W @ h + U * x[t]) }
        h
        """,
    "cf-scanall": """
        var h = 0.0
        var states = zeros(4)
        for t in 0..4 {
          h = a * h + x[t] ^ 2
          states[t] = h
        }
        states
        """,
    "cf-newtonsqrt": [
        """
        var y = ones_like(x)
        for k in 0..6 { y = (y + x / y) / 2 }
        y
        """,
        """
        fn root(v) {
          var y = 1.0
          for k in 0..6 { y = (y + v / y) / 2 }
          y
        }
        [root(v) for v in x]
        """,
    ],
    "cf-condtrue": ["if x > 0 { x ^ 3 } else { exp(x) }", "where(x > 0, x ^ 3, exp(x))"],
    "cf-switch": """
        let k = 2
        if k == 0 { x } else if k == 1 { x ^ 2 } else { sin(x) * y }
        """,
    "cf-unrolledgd": [
        """
        var theta = zeros(2)
        for k in 0..5 { theta = theta - lr * (X.T @ (X @ theta - y)) / 4 }
        sum(theta ^ 2)
        """,
        """
        let theta = argmin w from zeros(2) { sum((X @ w - y) ^ 2) / 8 } by unroll(sgd(lr: lr, steps: 5))
        dot(theta, theta)
        """,
    ],
    "nn-softmax": ["softmax(x)", "exp(x) / sum(exp(x), axis: -1, keep: true)", "exp(log_softmax(x))", "softmax(x.T, axis: 0).T"],
    "nn-layernorm": [
        "(x - mean(x, axis: -1, keep: true)) / sqrt(var(x, axis: -1, keep: true) + 1e-5)",
        "vmap(row => (row - mean(row)) / sqrt(var(row) + 1e-5))(x)",
    ],
    "nn-batchnorm": "(x - mean(x, axis: 0)) / sqrt(var(x, axis: 0) + 1e-5)",
    "nn-hinge": [
        """
        let y = [2, 0]
        let own = sum(one_hot(y, 4) * x, axis: 1, keep: true)
        mean(sum((1 - one_hot(y, 4)) * max(0, 1 + x - own), axis: 1))
        """,
        """
        let y = [2, 0]
        mean i in 0..2 { sum j in 0..4 if j != y[i] { max(0, 1 + x[i, j] - x[i, y[i]]) } else 0 }
        """,
    ],
    "nn-focal": """
        let p = sum(one_hot([2, 0], 4) * softmax(x), axis: 1)
        mean(-(1 - p) ^ 2 * log(p))
        """,
    "nn-attention": "softmax(Q @ K.T / sqrt(2.0)) @ V",
    "nn-causalattn": [
        "softmax(where(iota((3, 3), 1) <= iota((3, 3), 0), Q @ K.T / sqrt(2.0), -inf)) @ V",
        """
        let row = (i) => softmax(K[0..i + 1] @ Q[i] / sqrt(2.0)) @ V[0..i + 1]
        [row(0), row(1), row(2)]
        """,
    ],
    "nn-mha": "concat([softmax((x @ Wq[h]) @ (x @ Wk[h]).T / sqrt(2.0)) @ (x @ Wv[h]) for h in 0..2], axis: 1) @ Wo",
    "nn-deepset": ["dot(w2, tanh(sum(tanh(x @ W1.T), axis: 0)))", "dot(w2, tanh(sum v in x { tanh(W1 @ v) }))"],
    "sp-erfc": ["1 - erf(x)", "erfc(x)", "2 * Normal(0, 1).cdf(-x * sqrt(2.0))"],
    "sp-erfinv": ["erfinv(x)", "Normal(0, 1 / sqrt(2.0)).quantile((x + 1) / 2)"],
    "sp-trigamma": ["trigamma(x)", "polygamma(1, x)"],
    "ed-relu0": "relu(x)",
    "ed-maxtie": "max(x, y)",
    "ed-reducemaxtie": ["max(x)", "max v in x { v }"],
    "ed-reducemaxtie3": "max(x)",
    "ed-reducemintie": ["min(x)", "-max(-x)"],
    "ed-abs0": "abs(x)",
    "ed-norm0": ["sqrt(sum(x ^ 2))", "norm(x)", "sqrt(dot(x, x))"],
    "ed-wherenan": ["where(x > 0, sqrt(x), 0)", "[if v > 0 { sqrt(v) } else { 0.0 } for v in x]"],
    "ed-doublewhere": "where(x > 0, sqrt(where(x > 0, x, 1)), 0)",
    "ed-pow00": "x ^ y",
    "ed-pow02": ["x ^ 2", "x ^ 2.0", "x * x"],
    "ed-zeropowy": "x ^ y",
    "ed-lsebig": "logsumexp(x)",
    "ed-lseinf": "logsumexp(x)",
    "ed-sinc0": "sinc(x)",
    "ed-sorttie": "sort(x) * [1, 2, 3]",
    "ed-eighlmaxdeg": ["eigvalsh(A)[1]", "eigvalsh(A)[-1]"],
    "ed-svddegnuc": "sum(svd(M)[1])",
    "ed-svdzero": "sum(svd(M)[1])",
    "ed-stopgrad": "x * stop_gradient(x)",
    "ed-ste": "x + stop_gradient(round(x) - x)",
    "ed-overflowexp": "exp(x) / exp(x)",
    "ed-nanmax": "max(x)",
    "ed-digammapole": "digamma(x)",
}
# Where a run-time error is the answer: the script is run by itself, and its diagnostic must hold the text.
ERRORS = {
    "ed-cholsingular": ("cholesky(A)", "not positive definite"),
    "ed-gatherclamp": ("x[i]", "out of range"),
}
# Where Perturb answers otherwise, and why: id -> (field, answer, reason).
DIFFERS = {
    "ed-abs0": {"jvp": ([0.0, 0.0], "with the derivative 0 at 0, along every direction")},
    "ed-norm0": {"jvp": (0.0, "with the gradient 0 at 0, along every direction")},
}


def function(case, body):
    names = list(case["inputs"])
    if len(names) == 1:
        return f"fn f({names[0]}) {block(body)}"
    if "\n" not in body.strip("\n"):
        body = f"let {{{', '.join(names)}}} = p\n{body.strip()}"
    else:
        lines = body.strip("\n").split("\n")
        indent = len(lines[0]) - len(lines[0].lstrip())
        body = " " * indent + f"let {{{', '.join(names)}}} = p\n" + body.strip("\n")
    return f"fn f(p) {block(body)}"


def autodiff_test(case, name, body):
    names = list(case["inputs"])
    one = len(names) == 1
    pick = (lambda tree: tree[names[0]]) if one else (lambda tree: tree)
    want = {**case, **case.get("right", {})}
    differs = DIFFERS.get(case["id"], {})
    want.update({field: answer for field, (answer, _) in differs.items()})
    at = literal(pick(case["inputs"]))
    lines = [f'test "{name}" {{', f"  {function(case, body)}"]
    for field, (_, reason) in differs.items():
        lines.append(f"  # The {field} differs from JAX's: {reason}.")
    if "nan" not in json.dumps(case["inputs"]):
        lines.append(f"  let at = {at}")
        at = "at"
    along = literal(pick(case["dir"]))
    ct = literal(case["ct"]) if "ct" in case else "1.0"
    tol = number(case["tol"])
    weighted = f"v => sum({ct} * f(v))" if "ct" in case else "f"
    lines += [
        f"  assert agree(f({at}), {literal(want['value'])}, {tol})",
        f"  assert agree(vjp(f)({at}, {ct}), {literal(pick(want['grad']))}, {tol})",
        f"  assert agree(jvp(f)({at}, {along}), {literal(want['jvp'])}, {tol})",
    ]
    if "hvp" in want:
        lines.append(f"  assert agree(hvp({weighted})({at}, {along}), {literal(pick(want['hvp']))}, {tol})")
    return "\n".join(lines + ["}"])


def autodiff(data):
    files = {}
    groups = {}
    for case in data["cases"]:
        groups.setdefault(case["group"], []).append(case)
    for group, cases in groups.items():
        parts = []
        for case in cases:
            if case["id"] in ERRORS:
                body, text = ERRORS[case["id"]]
                lines = [f"# Must fail with: {text}", "var i = 5" if "x[i]" in body else ""]
                lines += [f"let {k} = {literal(v)}" for k, v in case["inputs"].items()] + [f"print({body})"]
                files[f"errors/{case['id']}.ptb"] = "\n".join(line for line in lines if line) + "\n"
                continue
            for k, body in enumerate(programs(AUTODIFF[case["id"]])):
                parts.append(autodiff_test(case, title(case["id"], k), body))
        header = HEADER.format(source="autodiff.json", use=USE.replace("./", "../"))
        files[f"autodiff/{group}.ptb"] = header + "\n" + "\n".join(parts) + "\n"
    return files

def jax_cases(data):
    """The cases of make_jax_goldens.py, which carry their programs."""
    groups = {}
    for case in data["cases"]:
        groups.setdefault(case["group"], []).append(autodiff_test(case, case["id"], case["program"]))
    header = HEADER.format(source="jax.json", use='use "../agree.ptb": agree\n')
    uses = {"nn": "use nn\n"}
    return {f"jax/{group}.ptb": header + uses.get(group, "") + "\n" + "\n".join(parts) + "\n" for group, parts in groups.items()}


# ------------------------------------------------------------------------------------------------------------- optimizers

PROBLEMS = {"rosenbrock": "fn f(x: Real[2]) -> Real = (1 - x[0]) ^ 2 + 100 * (x[1] - x[0] ^ 2) ^ 2"}
# A method as a solver of the library, without its steps.
OPTIMIZERS = {
    "sgd": "sgd(lr: {lr}, steps: {steps})",
    "momentum": "sgd(lr: {lr}, momentum: {mu}, steps: {steps})",
    "nesterov": "sgd(lr: {lr}, momentum: {mu}, nesterov: true, steps: {steps})",
    "adam": "adam(lr: {lr}, beta1: {b1}, beta2: {b2}, eps: {eps}, steps: {steps})",
    "adamw": "adamw(lr: {lr}, beta1: {b1}, beta2: {b2}, eps: {eps}, weight_decay: {wd}, steps: {steps})",
    "rmsprop": "rmsprop(lr: {lr}, decay: {decay}, eps: {eps}, eps_inside: true, steps: {steps})",
    "rmsprop-torch": "rmsprop(lr: {lr}, decay: {alpha}, eps: {eps}, steps: {steps})",
    "adagrad": "adagrad(lr: {lr}, initial: {init}, eps: {eps}, eps_inside: true, steps: {steps})",
    "adagrad-torch": "adagrad(lr: {lr}, initial: {init}, eps: {eps}, steps: {steps})",
    "newton-damped": "newton(damping: {damping}, line_search: false, steps: {steps})",
    "lbfgs-optax-zoom": "lbfgs(memory: {memory}, wolfe: true, steps: {steps})",
    "lbfgs-armijo": "lbfgs(memory: {memory}, steps: {steps})",
    "amsgrad": "amsgrad(lr: {lr}, beta1: {b1}, beta2: {b2}, eps: {eps}, steps: {steps})",
    "lion": "lion(lr: {lr}, beta1: {b1}, beta2: {b2}, weight_decay: {wd}, steps: {steps})",
    "lookahead-sgd": "lookahead(sgd(lr: {lr}), k: {k}, alpha: {alpha}, steps: {steps})",
    "adadelta": "adadelta(lr: {lr}, steps: {steps})",
    "adamax": "adamax(lr: {lr}, steps: {steps})",
    "nadam": "nadam(lr: {lr}, steps: {steps})",
    "adabelief": "adabelief(lr: {lr}, steps: {steps})",
    "radam": "radam(lr: {lr}, steps: {steps})",
    "yogi": "yogi(lr: {lr}, steps: {steps})",
    "lamb": "lamb(lr: {lr}, steps: {steps})",
    "rprop": "rprop(lr: {lr}, delayed: true, steps: {steps})",
    "signsgd": "signsgd(lr: {lr}, steps: {steps})",
    "adafactor": "adafactor(lr: {lr}, eps: {eps}, clip_at: {clip}, min_scale: {min_scale}, steps: {steps})",
    "sam": "sam(sgd(lr: {lr}), rho: {rho}, steps: {steps})",
    "asam": "asam(sgd(lr: {lr}), rho: {rho}, eta: {eta}, steps: {steps})",
    "sam-adaptive": "asam(sgd(lr: {lr}), rho: {rho}, eta: 0, steps: {steps})",
    "gsam": "gsam(sgd(lr: {lr}), rho: {rho}, alpha: {alpha}, steps: {steps})",
    "looksam": "looksam(sgd(lr: {lr}), rho: {rho}, k: {k}, alpha: {alpha}, steps: {steps})",
    "amp": "amp(sgd(lr: {lr}), rho: {eps}, inner_lr: {inner_lr}, ascents: {inner_iter}, steps: {steps})",
    "gravity": "gravity(lr: {lr}, beta: {beta}, steps: {steps})",
    "grokfast-ema-sgd": "grokfast(sgd(lr: {lr}), alpha: {alpha}, gain: {lamb}, steps: {steps})",
    "adahessian": "adahessian(lr: {lr}, beta1: {b1}, beta2: {b2}, eps: {eps}, diagonal: (f, θ, t) => z[t] * hvp(f)(θ, z[t]), steps: {steps})",
    "sophia": "sophia(lr: {lr}, beta1: {b1}, beta2: {b2}, gamma: {gamma}, every: {k}, eps: {eps}, diagonal: exact_diagonal, steps: {steps})",
    "lm": "levenberg_marquardt(damping: {lambda0}, steps: {steps})",
}
RESIDUALS = {"rosenbrock": "fn f(x: Real[2]) -> Real[2] = [1 - x[0], 10 * (x[1] - x[0] ^ 2)]"}


def optimizers(data):
    parts = []
    for case in data["cases"]:
        # The body of a least-squares solver gives residuals, and half their squares are minimised.
        halved = case["method"] == "lm"
        solver = OPTIMIZERS[case["method"]]
        last = len(case["x"]) - 1
        by = lambda steps: solver.format(steps=steps, **case["hyper"])
        tol = number(case["tol"])
        # All losses of one run, and the points after a few numbers of steps.
        lines = [f"test \"{case['id']}\" {{", f"  {(RESIDUALS if halved else PROBLEMS)[case['problem']]}"]
        if "z" in case["hyper"]:
            lines.append(f"  let z = {literal(case['hyper']['z'])}")
        loss = [v / 2 for v in case["loss"]] if halved else case["loss"]
        lines += [
            f"  let start = {literal(case['x'][0])}",
            f"  let s = minimize x from start {{ f(x) }} by {by(last)}",
            f"  assert agree(concat((s.history, [s.value])), {literal(loss)}, {tol})",
            f"  assert agree(s.point, {literal(case['x'][last])}, {tol})",
        ]
        for k in (0, 1, 2, 3, 10):
            lines.append(f"  assert agree(argmin x from start {{ f(x) }} by {by(k)}, {literal(case['x'][k])}, {tol})")
        parts.append("\n".join(lines + ["}"]))
    return {"optimizers/trajectories.ptb": HEADER.format(source="optimizers.json", use=USE.replace("./", "../")) + "\n" + "\n".join(parts) + "\n"}

# Methods of zeroth-order papers, driven by given draws; the solvers of the library are made of the same steps.
ZEROTH_SOLVERS = """
use zeroth: lozo_step, adamu_step, adamu_weight

solver lozo_along(U, V, B, interval: Int, lr: Real, mu: Real, steps: Int) {
  step(θ, s, f, t) = (lozo_step(θ, f, {W: U[t], b: B[t]}, {W: V[t // interval], b: zeros(1)}, lr, mu).point, none)
}
solver adamu_along(free, led, lr: Real, mu: Real, sigma: Real, warm: Real, settle: Real, steps: Int) {
  state(θ) = zeros_like(θ)
  step(θ, last, f, t) {
    let w = (lag) => adamu_weight(real(t + 1) / real(steps), warm, settle, lag)
    adamu_step(θ, last, f, free[t], led[t], {alpha: w(1.0), beta1: w(0.1), beta2: w(1.5)}, lr, mu, sigma)
  }
}
"""
ZEROTH = {
    "hizoo": "hizoo(lr: {lr}, mu: {mu}, alpha: {alpha}, directions: draws.z, steps: {steps})",
    "lozo": "lozo_along(draws.U, draws.V, draws.B, interval: {interval}, lr: {lr}, mu: {mu}, steps: {steps})",
    "zo_adamu": "adamu_along(draws.free, draws.led, lr: {lr}, mu: {mu}, sigma: {sigma}, warm: {warm}, settle: {settle}, steps: {steps})",
}


def zeroth_papers(data):
    parts = [ZEROTH_SOLVERS]
    for case in data["cases"]:
        fields = lambda d: "{" + ", ".join(f"{k}: {literal(v)}" for k, v in d.items()) + "}"
        parts.append("\n".join([
            f"test \"{case['id']}\" {{", f"  {case['body']}", f"  let draws = {fields(case['draws'])}",
            f"  let s = minimize x from {literal(case['start']) if isinstance(case['start'], list) else fields(case['start'])} {{ f(x) }} by "
            + ZEROTH[case["method"]].format(steps=case["steps"], **case["hyper"]),
            f"  assert agree(flatten(s.point), {literal(case['end'])}, 1e-9)", "}"]))
    return {"optimizers/zo_papers.ptb": HEADER.format(source="zo_papers.json", use=USE.replace("./", "../")) + "\n".join(parts) + "\n"}


# ---------------------------------------------------------------------------------------------------------------- numbers

def tests(source, parts, helper="agree"):
    return HEADER.format(source=source, use=f'use "../agree.ptb": {helper}\n') + "\n" + "\n".join(parts) + "\n"


def one_test(name, *lines):
    return "\n".join([f'test "{name}" {{'] + ["  " + line for line in lines] + ["}"])


def floats(strings):
    return [floats(v) for v in strings] if isinstance(strings, list) else float(strings)


def linalg(data):
    parts = []
    for case in data["cases"]:
        name = case["id"]
        A = [f"let A = {literal(case['A'])}"] if "A" in case else []
        if case.get("symmetric"):
            # Some eigenvalues are those of the exact matrix, which is stored rounded.
            parts.append(one_test(name, *A, f"assert agree(eigvalsh(A), {literal(floats(case['eig_re']))}, 1e-11)"))
        elif "eig_re" in case:
            parts.append(one_test(
                name, *A, "let z = eigvals(A)", f"assert agree(sort(re(z)), {literal(sorted(floats(case['eig_re'])))}, 1e-13)",
                f"assert agree(sort(im(z)), {literal(sorted(floats(case['eig_im'])))}, 1e-13)"))
        elif "singular" in case:
            parts.append(one_test(name, *A, f"assert agree(svd(A)[1], {literal(floats(case['singular']))}, 1e-13)"))
        elif "expm" in case:
            parts.append(one_test(name, *A, f"assert agree(expm(A), {literal(floats(case['expm']))}, 1e-13)"))
        elif "sqrtm" in case:
            lines = ["let (w, V) = eigh(A)"]
            for field, f in (("sqrtm", "sqrt"), ("logm", "log")):
                lines.append(f"assert agree((V * {f}(w)) @ V.T, {literal(floats(case[field]))}, 1e-13)")
            lines.append(f"assert agree(det(A), {number(case['det'])}, 1e-13)")
            parts.append(one_test(name, *A, *lines))
        elif name.startswith("hilbert-solve"):
            n = len(case["x"])
            H = [[1 / (i + j + 1) for j in range(n)] for i in range(n)]
            parts.append(one_test(
                name, f"let H = {literal(H)}", f"assert agree(solve(H, ones({n})), {literal(case['x'])}, 1e-9)",
                f"assert agree(logdet(H), {number(case['logdet'])}, 1e-10)"))
        else:
            raise KeyError(name)
    return {"numbers/linalg.ptb": tests("linalg.json", parts)}


def fft(data):
    parts = []
    for case in data["cases"]:
        name = case["id"]
        if name.startswith("dft"):
            n, tol = len(case["x"]), number(case["tol"])
            parts.append(one_test(
                name, f"let x = {literal(case['x'])}", f"let (re_x, im_x) = ({literal(case['re'])}, {literal(case['im'])})", "let z = fft(x)",
                f"assert all(abs(re(z) - re_x) <= {tol}) and all(abs(im(z) - im_x) <= {tol})", f"assert all(abs(re(ifft(z)) - x) <= {tol})",
                f"assert all(abs(im(rfft(x)) - im_x[0..{n // 2 + 1}]) <= {tol}) and all(abs(irfft(rfft(x), {n}) - x) <= {tol})"))
        elif name.startswith("dct2"):
            n = len(case["x"])
            parts.append(one_test(
                name, f"let x = {literal(case['x'])}", f"let t = pi * real(arange({n})) / {2 * n}",
                f"let z = fft(concat((x, flip(x))))[0..{n}] * complex(cos(t), -sin(t))", f"assert all(abs(re(z) - {literal(case['y'])}) <= {number(case['tol'])})"))
        else:
            a, b, y = (literal(case[k]) for k in "aby")
            parts.append(one_test(
                name, f"let (a, b) = ({a}, {b})", f"assert agree(re(ifft(fft(a) * fft(b))), {y}, 1e-13)", f"assert agree(irfft(rfft(a) * rfft(b), {len(case['y'])}), {y}, 1e-13)"))
    return {"numbers/fft.ptb": tests("fft.json", parts)}


IMPLICIT = {
    "ridge": lambda c: [
        f"let (X, y) = ({literal(c['X'])}, {literal(c['y'])})",
        "fn theta(l: Real) -> Real[2] = argmin t from zeros(2) { 0.5 * sum((X @ t - y) ^ 2) + 0.5 * l * dot(t, t) } by newton(steps: 5)",
        f"assert agree(theta({c['l']}), {literal(floats(c['theta']))}, 1e-12)",
        f"assert agree(jacobian(theta)({c['l']}), {literal(floats(c['dtheta_dl']))}, 1e-10)",
    ],
    # The root of an increasing function is where its integral is least.
    "sqrt-root": lambda c: [
        "fn root(a: Real) -> Real = argmin z from 1.0 { z ^ 3 / 3 - a * z } by newton(steps: 20)",
        f"assert agree(root(3.0), {number(c['z'])}, 1e-12)", f"assert agree(grad(root)(3.0), {number(c['dz_da'])}, 1e-10)",
        f"assert agree(grad(grad(root))(3.0), {number(c['d2z'])}, 1e-9)",
    ],
    "kepler": lambda c: [
        "fn E(p) = argmin E from 1.0 { E ^ 2 / 2 + p.e * cos(E) - p.M * E } by newton(steps: 20)", "let at = {M: 1.0, e: 0.4}",
        f"assert agree(E(at), {number(c['E'])}, 1e-12)",
        f"assert agree(grad(E)(at), {{M: {number(c['dE_dM'])}, e: {number(c['dE_de'])}}}, 1e-10)",
    ],
    # No solver of edition 1 is for kinks; the solution is written out.
    "soft-threshold": lambda c: [
        "fn theta(p) = sign(p.v) * relu(abs(p.v) - p.l)", "let at = {v: [2.0, 0.3, -1.0], l: 0.5}",
        f"assert agree(theta(at), {literal(c['theta'])}, 1e-13)",
        f"assert agree(vjp(theta)(at, [1.0, 1.0, 1.0]).v, {literal(c['dtheta_dv'])}, 1e-13)",
        f"assert agree(jvp(theta)(at, {{v: zeros(3), l: 1.0}}), {literal(c['dtheta_dl'])}, 1e-13)",
    ],
}


def taylor_implicit(data):
    parts = []
    for case in data["taylor"]:
        x0, c = case["x0"], floats(case["coeffs"])
        lines = [f"let d0 = (x: Real) => {case['f']}"]
        factorial = 1
        for k in range(len(c)):
            if k:
                lines.append(f"let d{k} = grad(d{k - 1})")
                factorial *= k
            lines.append(f"assert agree(d{k}({x0}) / {factorial}, {number(c[k])}, 1e-9)")
        parts.append(one_test(f"coefficients of {case['f']} by nested grad", *lines[: 2 * ORDERS + 1]))
    for case in data["implicit"]:
        parts.append(one_test(f"implicit {case['id']}", *IMPLICIT[case["id"]](case)))
    return {"numbers/taylor_implicit.ptb": tests("taylor_implicit.json", parts)}


# How many derivatives are nested.
ORDERS = 8
SPECIAL = {
    "erf": "erf({0})", "erfc": "erfc({0})", "erfinv": "erfinv({0})", "lgamma": "lgamma({0})", "digamma": "digamma({0})", "trigamma": "trigamma({0})",
    "norm_cdf": "Normal(0, 1).cdf({0})", "norm_logcdf": "Normal(0, 1).logcdf({0})", "log1p": "log1p({0})", "expm1": "expm1({0})",
    "logsumexp2": "logsumexp([{0}, {1}])", "sigmoid": "sigmoid({0})", "sinc_pi": "sinc({0})",
}
SPECIAL_WITHOUT = "betainc gammainc_lower besseli0 besseli1 besselk0 zeta expint_e1 lambertw ellipk".split()
# Tolerances other than 1e-14 of the value, and why.
SPECIAL_TOL = {
    # The rounding of x / √2 grows by x², here 1369.
    ("norm_cdf", -37.0): "1e-12 * abs(y)",
    # log(1 + e⁻⁵⁰) without log1p; absolute, as the goldens' rule says of numbers below 1e-12.
    ("logsumexp2", 0.0, -50.0): "1e-15",
}


def special(data):
    parts = []
    for case in data["special"]:
        if case["f"] in SPECIAL_WITHOUT:
            continue
        call = SPECIAL[case["f"]].format(*[number(a) for a in case["args"]])
        want = number(case["value"])
        tol = SPECIAL_TOL.get((case["f"], *case["args"]), "1e-14 * abs(y)")
        name = f"{case['f']} at {', '.join(str(a) for a in case['args'])}"
        parts.append(one_test(name, f"let y = {want}", f"assert abs({call} - y) <= {tol}"))
    return {"numbers/special.ptb": HEADER.format(source="special.json", use="") + "\n" + "\n".join(parts) + "\n"}

# Zeroth-order methods with the golden's own directions, as solvers that a user writes.
ZO_SOLVERS = """
use zeroth: spsa_slope, spsa_step, cma_constants, cma_population, cma_start, cma_step, kseed_replay

solver spsa_along(z, a: Real, A: Real, alpha: Real, c: Real, gamma: Real, steps: Int = 20) {
  step(θ, s, f, t) = (spsa_step(θ, spsa_slope(f, θ, z[t], c / (real(t) + 1) ^ gamma), real(t), a, A, alpha), none)
}
solver one_sided(z, lr: Real, mu: Real, steps: Int = 20) {
  step(θ, s, f, t) = (θ - lr * one_point(mu: mu, baseline: true, directions: (x) => z[t])(f)(θ), none)
}
solver several(z, lr: Real, mu: Real, steps: Int = 20) {
  step(θ, s, f, t) = (θ - lr * (mean d in z[t] { two_point(mu: mu, directions: (x) => d)(f)(θ) }), none)
}
solver cma_along(z, sigma: Real, steps: Int = 20) {
  state(θ) = cma_start(size(θ), sigma)
  step(θ, s, f, t) = cma_step(θ, s, f, z[t], t)
}
"""
ZO = {
    "mezo": "mezo(lr: {lr}, mu: {mu}, directions: z, steps: {steps})",
    "mezo-wd": "mezo(lr: {lr}, mu: {mu}, weight_decay: {wd}, directions: z, steps: {steps})",
    "oneside": "one_sided(z, lr: {lr}, mu: {mu}, steps: {steps})",
    "spsa-rademacher": "spsa_along(z, a: {lr}, A: 0, alpha: 0, c: {c}, gamma: 0, steps: {steps})",
    "spsa-spall-gains": "spsa_along(z, a: {a}, A: {A}, alpha: {alpha}, c: {c}, gamma: {gamma}, steps: {steps})",
    "q4": "several(z, lr: {lr}, mu: {mu}, steps: {steps})",
    "coordinate": "sgd(lr: {lr}, gradient: coordinate(mu: {mu}), steps: {steps})",
    "kseed": "kseed(lr: {lr}, mu: {mu}, seeds: {K}, cyclic: true, directions: z, steps: {steps})",
}


def problem(name, all_problems):
    if name == "rosenbrock":
        return [PROBLEMS[name]]
    p = all_problems[name]
    if name == "logistic":
        return [
            f"let (X, y) = ({literal(p['X'])}, {literal(p['y'])})",
            "fn f(w: Real[4]) -> Real = mean(log(1 + exp(-y * (X @ w)))) + 0.005 * sum(w ^ 2)",
        ]
    raise KeyError(name)


def zeroth_order(data):
    parts = [ZO_SOLVERS.strip()]
    for case in data["cases"]:
        by = lambda steps: ZO[case["method"]].format(steps=steps, **case["hyper"])
        tol, last = number(case["tol"]), len(case["x"]) - 1
        lines = problem(case["problem"], data["meta"]["problems"]) + [f"let start = {literal(case['x'][0])}"]
        if case["directions"]:
            lines.append(f"let z = {literal(case['directions']['z'])}")
        lines += [
            f"let s = minimize x from start {{ f(x) }} by {by(last)}", f"assert agree(concat((s.history, [s.value])), {literal(case['loss'])}, {tol})",
            f"assert agree(s.point, {literal(case['x'][last])}, {tol})",
        ]
        for k in (1, 2, 7):
            lines.append(f"assert agree(argmin x from start {{ f(x) }} by {by(k)}, {literal(case['x'][k])}, {tol})")
        parts.append(one_test(case["id"], *lines))
        if case["method"] == "kseed":
            parts[-1] = parts[-1].rstrip("}\n") + "\n".join([
                "", f"  assert agree(s.state.sums, {literal(case['hyper']['scalar_sums'])}, {tol})",
                f"  assert agree(kseed_replay(start, s.state.sums, lr: {case['hyper']['lr']}, directions: z), {literal(case['hyper']['replay'])}, {tol})", "}\n"])
    for case in data["cma"]:
        tol, gens = number(case["tol"]), case["gens"]
        lines = problem(case["problem"], data["meta"]["problems"]) + [f"let start = {literal(case['x0'])}", f"let z = {literal(case['z'])}"]
        for k in (1, 2, 3, 7, 20):
            g = gens[k - 1]
            lines += [
                f"let s{k} = minimize x from start {{ f(x) }} by cma_along(z, sigma: {case['sigma0']}, steps: {k})",
                f"assert agree(s{k}.point, {literal(g['mean'])}, {tol})", f"assert agree(s{k}.state.sigma, {number(g['sigma'])}, {tol})",
                f"assert agree(s{k}.state.C, {literal(g['C'])}, {tol}) and agree(s{k}.state.ps, {literal(g['ps'])}, {tol})",
                f"assert agree(s{k}.state.pc, {literal(g['pc'])}, {tol})",
            ]
        parts.append(one_test(case["id"], *lines))
    lines = []
    for c in data["cma_constants"]:
        n, lam = c["n"], c["lam"]
        lines += [
            f"let k{n} = cma_constants({n}, {lam})", f"assert agree(k{n}.weights, {literal(c['weights'])}, 1e-12) and cma_population({n}) == {lam}",
            f"assert agree([k{n}.m, k{n}.cc, k{n}.cs, k{n}.c1, k{n}.cmu, k{n}.damping, k{n}.length], "
            f"{literal([c[x] for x in ('mueff', 'cc', 'cs', 'c1', 'cmu', 'damps', 'chiN')])}, 1e-12)",
        ]
    parts.append(one_test("cma constants", *lines))
    return {"optimizers/zeroth_order.ptb": tests("zo_traj.json", parts)}


# ------------------------------------------------------------------------------------------------------------------- main

AGREE = '''# Made by scripts/make_goldens.py: do not edit.
## Whether two vectors agree: relatively to `tol`, absolutely below 1e-12; undefined where the golden is undefined.
fn agree(got, golden, tol) = agree_flat(flatten(got), flatten(golden), tol)
fn agree_flat(x, y, tol) = all((x == y) or (abs(x - y) <= max(tol * abs(y), 1e-12)) or ((x != x) and (y != y)))
'''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="source", type=pathlib.Path, default=ROOT.parent / "shared" / "golden")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    read = lambda name: json.loads((options.source / f"{name}.json").read_text())
    files = {"agree.ptb": AGREE}
    files.update(autodiff(read("autodiff")))
    files.update(jax_cases(json.loads((OUT / "jax.json").read_text())))
    files.update(optimizers(read("optimizers")))
    files.update(zeroth_papers(json.loads((OUT / "zo_papers.json").read_text())))
    for name, make in [("linalg", linalg), ("fft", fft), ("taylor_implicit", taylor_implicit), ("special", special), ("zo_traj", zeroth_order)]:
        files.update(make(read(name)))
    stale = [p for p in OUT.rglob("*.ptb") if str(p.relative_to(OUT)) not in files]
    changed = [name for name, text in files.items() if not (OUT / name).exists() or (OUT / name).read_text() != text]
    if options.check:
        for name in changed + [str(p.relative_to(OUT)) for p in stale]:
            print(f"{name} differs from what would be written")
        sys.exit(1 if changed or stale else 0)
    for path in stale:
        path.unlink()
    for name in changed:
        (OUT / name).parent.mkdir(parents=True, exist_ok=True)
        (OUT / name).write_text(files[name])
    print(f"{len(files)} scripts, {len(changed)} changed")


main()
