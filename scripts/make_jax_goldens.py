"""Makes Tests/Goldens/jax.json: derivatives that JAX computes for programs beyond those of the shared goldens. Needs jax 0.10.2:

    python3 -m venv venv && venv/bin/pip install jax==0.10.2 scipy==1.17.1
    venv/bin/python scripts/make_jax_goldens.py

Each case has its program in Perturb beside that in JAX; `make_goldens.py` turns the numbers into scripts.
"""
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import linalg as jsl
from jax.scipy import special as jsp

jax.config.update("jax_enable_x64", True)
OUT = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Goldens" / "jax.json"
rng = np.random.default_rng(20)


def real(*shape):
    return np.round(rng.uniform(-1, 1, shape), 3)


def positive(*shape):
    return np.round(rng.uniform(0.3, 2, shape), 3)


def regular(n):
    return np.round(rng.uniform(-0.5, 0.5, (n, n)) + np.diag(np.arange(2, n + 2)), 3)


def sym(A):
    return (A + A.T) / 2


def conv(x, w, **options):
    return jax.lax.conv_general_dilated(x, w, **options)


V, M, P = (lambda n=4: {"x": real(n)}), (lambda n=3, m=4: {"A": real(n, m)}), (lambda n=4: {"x": positive(n)})
S = lambda n=3: {"A": regular(n)}
# group: name, Perturb, JAX, inputs.
CASES = {
    "elementwise": [
        (f, f"{f}(x)", g, {"x": inputs})
        for f, g, inputs in [
            ("exp", jnp.exp, real(4)), ("expm1", jnp.expm1, real(4)), ("log", jnp.log, positive(4)), ("log1p", jnp.log1p, positive(4)),
            ("sin", jnp.sin, real(4)), ("cos", jnp.cos, real(4)), ("tan", jnp.tan, real(4)), ("asin", jnp.arcsin, real(4)),
            ("acos", jnp.arccos, real(4)), ("atan", jnp.arctan, real(4)), ("sinh", jnp.sinh, real(4)), ("cosh", jnp.cosh, real(4)),
            ("tanh", jnp.tanh, real(4)), ("acosh", jnp.arccosh, 1 + positive(4)), ("atanh", jnp.arctanh, 0.9 * real(4)),
            ("softplus", jax.nn.softplus, real(4)), ("gelu", lambda x: jax.nn.gelu(x, approximate=False), real(4)),
            ("silu", jax.nn.silu, real(4)), ("elu", jax.nn.elu, real(4)), ("leaky_relu", jax.nn.leaky_relu, real(4)),
            ("abs", jnp.abs, real(4)), ("square", jnp.square, real(4)), ("erf", jsp.erf, real(4)), ("lgamma", jsp.gammaln, positive(4)),
            ("digamma", jsp.digamma, positive(4)), ("sinc", jnp.sinc, real(4)), ("log_softmax", jax.nn.log_softmax, real(4)),
        ]
    ] + [
        ("pow", "x ^ y", lambda x, y: x**y, {"x": positive(3), "y": real(3)}), ("atan2", "atan2(x, y)", jnp.arctan2, {"x": real(3), "y": real(3)}),
        ("quotient", "x / y", lambda x, y: x / y, {"x": real(3), "y": positive(3)}),
        ("hypot", "sqrt(x ^ 2 + y ^ 2)", jnp.hypot, {"x": real(3), "y": real(3)}), ("mod", "x % y", jnp.mod, {"x": 5 * real(3), "y": positive(3)}),
        ("clip", "clip(x, -0.3, 0.4)", lambda x: jnp.clip(x, -0.3, 0.4), V()), ("two-to-the", "2 ^ x", lambda x: 2**x, V()),
        ("swish-gate", "x * sigmoid(1.7 * y)", lambda x, y: x * jax.nn.sigmoid(1.7 * y), {"x": real(3), "y": real(3)}),
    ],
    "broadcast": [
        ("scalar", "a * x", lambda a, x: a * x, {"a": real(), "x": real(3)}), ("row", "A + b * A", lambda A, b: A + b * A, {"A": real(2, 3), "b": real(3)}),
        ("column", "A * b", lambda A, b: A * b, {"A": real(2, 3), "b": real(2, 1)}), ("three", "x * y", lambda x, y: x * y, {"x": real(2, 1, 3), "y": real(4, 1)}),
        ("explicit", "broadcast_to(x, [2, 3]) ^ 2", lambda x: jnp.broadcast_to(x, (2, 3)) ** 2, V(3)), ("filled", "fill(sum(x), [2, 2]) ^ 2", lambda x: jnp.full((2, 2), x.sum()) ** 2, V(3)),
    ],
    "reduce": [
        ("prod", "prod(x)", jnp.prod, V()), ("prod-axis", "prod(A, axis: 0)", lambda A: jnp.prod(A, 0), M()), ("mean", "mean(A, axis: 0) ^ 2", lambda A: A.mean(0) ** 2, M()),
        ("var", "var(A, axis: 0)", lambda A: A.var(0), M()), ("std", "std(A, axis: 1)", lambda A: A.std(1), M()), ("min-axis", "min(A, axis: 0)", lambda A: A.min(0), M()),
        ("max-axis", "max(A, axis: 1, keep: true) * A", lambda A: A.max(1, keepdims=True) * A, M()), ("lse", "logsumexp(A, axis: 0)", lambda A: jax.nn.logsumexp(A, 0), M()),
        ("lse-all", "logsumexp(A)", jax.nn.logsumexp, M()), ("cumsum", "cumsum(x) ^ 2", lambda x: jnp.cumsum(x) ** 2, V()), ("cumsum-axis", "cumsum(A, axis: 0) ^ 2", lambda A: jnp.cumsum(A, 0) ** 2, M()),
        ("cumprod", "cumprod(x)", jnp.cumprod, V()), ("norm1", "norm(x, 1)", lambda x: jnp.abs(x).sum(), V()), ("norminf", "norm(x, inf)", lambda x: jnp.abs(x).max(), V()),
        ("norm3", "norm(x, 3)", lambda x: (jnp.abs(x) ** 3).sum() ** (1 / 3), V()), ("two-axes", "sum(A, axis: [0, 2]) ^ 2", lambda A: A.sum((0, 2)) ** 2, {"A": real(2, 3, 2)}),
        ("weighted", "mean i in 0..4 { real(i) * x[i] ^ 2 }", lambda x: jnp.mean(jnp.arange(4) * x**2), V()), ("skew", "mean(((x - mean(x)) / std(x)) ^ 3)", lambda x: jnp.mean(((x - x.mean()) / x.std()) ** 3), V()),
        ("guarded", "sum v in x if v > 0 { v ^ 2 } else 0", lambda x: jnp.sum(jnp.where(x > 0, x**2, 0)), V()),
        ("variance-binder", "var v in x { sin(v) }", lambda x: jnp.var(jnp.sin(x)), V()), ("prod-binder", "prod v in x { 1 + v }", lambda x: jnp.prod(1 + x), V()),
    ],
    "index": [
        ("element", "x[2] * x[-1]", lambda x: x[2] * x[-1], V()), ("slice", "x[1..3] ^ 2", lambda x: x[1:3] ** 2, V()), ("column", "A[:, 1] ^ 2", lambda A: A[:, 1] ** 2, M()),
        ("gather", "x[[0, 2, 2]] ^ 2", lambda x: x[jnp.array([0, 2, 2])] ** 2, V()), ("gather-rows", "A[[2, 0, 2]] ^ 2", lambda A: A[jnp.array([2, 0, 2])] ** 2, M()),
        ("gather-pairs", "A[[0, 1, 2], [3, 1, 1]] ^ 2", lambda A: A[jnp.arange(3), jnp.array([3, 1, 1])] ** 2, M()), ("concat", "concat((x, y)) ^ 2", lambda x, y: jnp.concatenate([x, y]) ** 2, {"x": real(2), "y": real(3)}),
        ("stack", "[x, 2 * x, x ^ 2]", lambda x: jnp.stack([x, 2 * x, x**2]), V(2)), ("flip", "flip(x) * x", lambda x: x[::-1] * x, V()), ("roll", "roll(x, 1) * x", lambda x: jnp.roll(x, 1) * x, V()),
        ("pad", "pad(x, 1, 2) ^ 2", lambda x: jnp.pad(x, (1, 2)) ** 2, V()), ("tile", "tile(x, 2) ^ 2", lambda x: jnp.tile(x, 2) ** 2, V(2)), ("diff", "diff(x) ^ 2", lambda x: jnp.diff(x) ** 2, V()),
        ("diag", "diag(x) ^ 2", lambda x: jnp.diag(x) ** 2, V(3)), ("diagonal", "diagonal(A) ^ 2", lambda A: jnp.diag(A) ** 2, S()), ("tril", "tril(A) ^ 2", lambda A: jnp.tril(A) ** 2, S()), ("triu", "triu(A, 1) ^ 2", lambda A: jnp.triu(A, 1) ** 2, S()),
        ("transpose", "transpose(A, [2, 0, 1]) ^ 2", lambda A: jnp.transpose(A, (2, 0, 1)) ** 2, {"A": real(2, 3, 2)}), ("scatter", "scatter_add(zeros(3), [0, 2, 2, 0], x) ^ 2", lambda x: jnp.zeros(3).at[jnp.array([0, 2, 2, 0])].add(x) ** 2, V()),
        ("assign", "{ var y = x ^ 2; y[1] = x[0] * x[3]; y[2..4] = x[0..2]; y }", lambda x: (x**2).at[1].set(x[0] * x[3]).at[2:4].set(x[:2]), V()),
        ("assign-row", "{ var B = A; B[1] = A[0] * A[2]; B[:, 0] *= 2; B }", lambda A: A.at[1].set(A[0] * A[2]).at[:, 0].multiply(2.0), M()),
        ("embedding", "sum(W[[1, 0, 1]], axis: 0) ^ 2", lambda W: W[jnp.array([1, 0, 1])].sum(0) ** 2, {"W": real(3, 2)}), ("mask", "where([true, false, true, false], x ^ 2, sin(x))", lambda x: jnp.where(jnp.array([True, False, True, False]), x**2, jnp.sin(x)), V()),
    ],
    "matmul": [
        ("vector", "A @ x", lambda A, x: A @ x, {"A": real(2, 3), "x": real(3)}), ("vector-left", "x @ A", lambda A, x: x @ A, {"A": real(3, 2), "x": real(3)}), ("product", "A @ B", lambda A, B: A @ B, {"A": real(2, 3), "B": real(3, 2)}),
        ("gram", "A.T @ A", lambda A: A.T @ A, M()), ("dot", "dot(x, y)", jnp.dot, {"x": real(3), "y": real(3)}), ("batched", "A @ B", lambda A, B: A @ B, {"A": real(2, 2, 3), "B": real(2, 3, 2)}),
        ("batched-one", "A @ B", lambda A, B: A @ B, {"A": real(2, 2, 3), "B": real(3, 2)}), ("quadratic", "x @ A @ x", lambda A, x: x @ A @ x, {"A": real(3, 3), "x": real(3)}), ("outer", "outer(x, y)", jnp.outer, {"x": real(2), "y": real(3)}), ("kron", "kron(A, B)", jnp.kron, {"A": real(2, 2), "B": real(1, 3)}),
        ("cube", "A @ A @ A", lambda A: A @ A @ A, S()),
    ],
    "einsum": [
        (spec, f'einsum("{spec}", {", ".join(ins)})', (lambda spec: lambda *operands: jnp.einsum(spec, *operands))(spec), ins)
        for spec, ins in [
            ("ij,jk->ik", {"A": real(2, 3), "B": real(3, 2)}), ("ij->ji", {"A": real(2, 3)}), ("ii->", {"A": real(3, 3)}), ("ii->i", {"A": real(3, 3)}), ("ij,ij->", {"A": real(2, 3), "B": real(2, 3)}),
            ("bij,bjk->bik", {"A": real(2, 2, 3), "B": real(2, 3, 2)}), ("i,j->ij", {"x": real(2), "y": real(3)}), ("ij,jk,kl->il", {"A": real(2, 3), "B": real(3, 2), "C": real(2, 2)}), ("ijk->k", {"A": real(2, 3, 2)}), ("bqd,bkd->bqk", {"Q": real(2, 3, 2), "K": real(2, 3, 2)}), ("i,ij,j->", {"x": real(2), "A": real(2, 3), "y": real(3)}),
        ]
    ],
    "conv": [
        ("1d", "conv1d(X, W)", lambda X, W: conv(X, W, window_strides=(1,), padding="VALID"), {"X": real(1, 2, 6), "W": real(3, 2, 3)}), ("1d-stride", "conv1d(X, W, stride: 2, padding: 1)", lambda X, W: conv(X, W, window_strides=(2,), padding=[(1, 1)]), {"X": real(1, 2, 6), "W": real(3, 2, 3)}),
        ("2d", "conv2d(X, W)", lambda X, W: conv(X, W, window_strides=(1, 1), padding="VALID"), {"X": real(2, 2, 4, 4), "W": real(3, 2, 2, 3)}), ("2d-groups", "conv2d(X, W, groups: 2, padding: 1)", lambda X, W: conv(X, W, window_strides=(1, 1), padding=[(1, 1)] * 2, feature_group_count=2), {"X": real(1, 4, 3, 3), "W": real(4, 2, 3, 3)}),
        ("max-pool", "max_pool(X, 2)", lambda X: jax.lax.reduce_window(X, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID"), {"X": real(1, 2, 4, 4)}), ("avg-pool", "avg_pool(X, 2) ^ 2", lambda X: (jax.lax.reduce_window(X, 0.0, jax.lax.add, (1, 1, 2, 2), (1, 1, 2, 2), "VALID") / 4) ** 2, {"X": real(1, 2, 4, 4)}), ("avg-pool-1d", "avg_pool(X, 3, stride: 1) ^ 2", lambda X: (jax.lax.reduce_window(X, 0.0, jax.lax.add, (1, 1, 3), (1, 1, 1), "VALID") / 3) ** 2, {"X": real(1, 2, 5)}),
    ],
    "linalg": [
        ("solve", "solve(A, x)", jnp.linalg.solve, {"A": regular(3), "x": real(3)}), ("solve-many", "solve(A, B)", jnp.linalg.solve, {"A": regular(3), "B": real(3, 2)}), ("inv", "inv(A)", jnp.linalg.inv, S()), ("det", "det(A)", jnp.linalg.det, S()), ("logdet", "logdet(A)", lambda A: jnp.linalg.slogdet(A)[1], S()),
        ("slogdet", "slogdet(A)[1]", lambda A: jnp.linalg.slogdet(A)[1], S()), ("trace", "trace(A @ A)", lambda A: jnp.trace(A @ A), S()), ("eigh-top", "{ let (w, V) = eigh((A + A.T) / 2); (V * exp(w)) @ V.T }", lambda A: (lambda w, V: (V * jnp.exp(w)) @ V.T)(*jnp.linalg.eigh(sym(A))), S()),
        ("projector", "{ let (w, V) = eigh((A + A.T) / 2); outer(V[:, 0], V[:, 0]) }", lambda A: (lambda w, V: jnp.outer(V[:, 0], V[:, 0]))(*jnp.linalg.eigh(sym(A))), S()), ("svdvals", "svd(A)[1]", lambda A: jnp.linalg.svd(A, compute_uv=False), M()), ("svd-polar", "{ let (U, s, Vt) = svd(A); U @ Vt }", lambda A: (lambda U, s, Vt: U @ Vt)(*jnp.linalg.svd(A, full_matrices=False)), S()),
        ("qr-abs", "{ let (Q, R) = qr(A); (abs(Q), abs(R)) |> (t => concat((flatten(t[0]), flatten(t[1])))) }", lambda A: (lambda Q, R: jnp.concatenate([jnp.abs(Q).ravel(), jnp.abs(R).ravel()]))(*jnp.linalg.qr(A)), {"A": real(4, 3)}), ("expm", "expm(A / 3)", lambda A: jsl.expm(A / 3), S()), ("cholesky-solve", "{ let L = cholesky(A @ A.T); triangular_solve(L, triangular_solve(L, x), transpose: true) }", lambda A, x: jnp.linalg.solve(A @ A.T, x), {"A": regular(3), "x": real(3)}),
        ("gauss-logpdf", "-0.5 * dot(x, solve(A @ A.T, x)) - 0.5 * logdet(A @ A.T)", lambda A, x: -0.5 * x @ jnp.linalg.solve(A @ A.T, x) - 0.5 * jnp.linalg.slogdet(A @ A.T)[1], {"A": regular(3), "x": real(3)}), ("pinv", "pinv(A)", jnp.linalg.pinv, {"A": real(4, 2)}), ("lstsq", "lstsq(A, b)", lambda A, b: jnp.linalg.solve(A.T @ A, A.T @ b), {"A": real(4, 2), "b": real(4)}), ("spectral", "spectral_norm(A)", lambda A: jnp.linalg.svd(A, compute_uv=False)[0], M()), ("cond", "cond(A)", lambda A: (lambda s: s[0] / s[-1])(jnp.linalg.svd(A, compute_uv=False)), S()), ("nuclear", "sum(svd(A)[1])", lambda A: jnp.linalg.svd(A, compute_uv=False).sum(), M()),
        ("triangular", "triangular_solve(A, x)", lambda A, x: jsl.solve_triangular(A, x, lower=True), {"A": regular(3), "x": real(3)}), ("batched-solve", "solve(A, B)", jnp.linalg.solve, {"A": np.stack([regular(2), regular(2)]), "B": real(2, 2, 1)}), ("batched-inv", "inv(A)", jnp.linalg.inv, {"A": np.stack([regular(2), regular(3)[:2, :2]])}), ("batched-det", "det(A)", jnp.linalg.det, {"A": np.stack([regular(2), regular(2)])}), ("lyapunov", "lyapunov(-A, eye(2))", lambda A: jnp.linalg.solve(jnp.kron(-A, jnp.eye(2)) + jnp.kron(jnp.eye(2), -A), -jnp.eye(2).ravel()).reshape(2, 2), S(2)), ("eigvals-re", "sort(re(eigvals(A)))", lambda A: jnp.sort(jax.lax.linalg.eig(A, enable_eigvec_derivs=True)[0].real), S()),
    ],
    "order": [
        ("sort", "sort(x) * [1, 2, 3, 4]", lambda x: jnp.sort(x) * jnp.arange(1, 5), V()), ("sort-descending", "sort(x, descending: true) ^ 2", lambda x: jnp.sort(x)[::-1] ** 2, V()), ("sort-axis", "sort(A, axis: 0) ^ 2", lambda A: jnp.sort(A, 0) ** 2, M()), ("topk", "topk(x, 2).values ^ 2", lambda x: jax.lax.top_k(x, 2)[0] ** 2, V()), ("median", "median(x) ^ 2", lambda x: jnp.median(x) ** 2, V(5)), ("median-even", "median(x) ^ 2", lambda x: jnp.median(x) ** 2, V(4)), ("quantile", "quantile(x, 0.3) ^ 2", lambda x: jnp.quantile(x, 0.3) ** 2, V(5)), ("argmax-pick", "x[argmax(x)] ^ 2", lambda x: x[jnp.argmax(x)] ** 2, V()), ("argsort-pick", "x[argsort(-x)] * x", lambda x: x[jnp.argsort(-x)] * x, V()),
    ],
    "control": [
        ("while", "{ var y = x; while sum(y * y) < 10 { y = 1.5 * y + 0.1 }; y }", None, {"x": np.array([0.4, -0.3])}), ("for", "{ var y = 1.0; for k in 0..5 { y = y * x + real(k) }; y }", None, {"x": np.array(0.7)}), ("if-in-for", "{ var s = 0.0; for v in x { s = if v > 0 { s + v ^ 2 } else { s * v } }; s }", None, {"x": real(5)}), ("nested-for", "{ var s = 0.0; for i in 0..3 { for j in 0..i + 1 { s = sin(s + A[i, j]) } }; s }", None, S()), ("logistic-map", "{ var y = x; for k in 0..10 { y = a * y * (1 - y) }; y }", None, {"a": np.array(3.2), "x": np.array(0.3)}), ("leapfrog", "{ var q = x; var p = 0.0; for k in 0..10 { p = p - 0.05 * sin(q); q = q + 0.1 * p; p = p - 0.05 * sin(q) }; [q, p] }", None, {"x": np.array(1.1)}), ("vmap-grad", "vmap(grad(v => v ^ 3 + sin(v)))(x)", lambda x: 3 * x**2 + jnp.cos(x), V()), ("grad-in", "sum(grad(v => sum(v ^ 3 * exp(v)))(x) ^ 2)", lambda x: jnp.sum((3 * x**2 * jnp.exp(x) + x**3 * jnp.exp(x)) ** 2), V()), ("jacobian-in", "det(jacobian(v => [v[0] * v[1], sin(v[0]) + v[1] ^ 2])(x))", lambda x: x[1] * 2 * x[1] - x[0] * jnp.cos(x[0]), V(2)), ("power-iteration", "{ var v = ones(3); for k in 0..8 { let w = A @ v; v = w / norm(w) }; dot(v, A @ v) }", None, S()),
    ],
    "nn": [
        ("cross-entropy", "mean(cross_entropy(x, [2, 0]))", lambda x: -jnp.mean(jax.nn.log_softmax(x)[jnp.arange(2), jnp.array([2, 0])]), {"x": real(2, 4)}), ("mse", "mse(x, y)", lambda x, y: jnp.mean((x - y) ** 2), {"x": real(4), "y": real(4)}), ("huber", "huber(x, y, delta: 0.5)", lambda x, y: jnp.mean(jnp.where(jnp.abs(x - y) <= 0.5, 0.5 * (x - y) ** 2, 0.5 * (jnp.abs(x - y) - 0.25))), {"x": 2 * real(4), "y": real(4)}), ("layer-norm", "LayerNorm(4)(x)", lambda x: (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5), {"x": real(2, 4)}), ("rms-norm", "RMSNorm(4)(x)", lambda x: x / jnp.sqrt((x * x).mean(-1, keepdims=True) + 1e-6), {"x": real(2, 4)}), ("bce", "mean(softplus(x) - y * x)", lambda x, y: jnp.mean(-(y * jax.nn.log_sigmoid(x) + (1 - y) * jax.nn.log_sigmoid(-x))), {"x": real(4), "y": positive(4) / 3}), ("kl", "sum(softmax(x) * (log_softmax(x) - log_softmax(y)))", lambda x, y: jnp.sum(jax.nn.softmax(x) * (jax.nn.log_softmax(x) - jax.nn.log_softmax(y))), {"x": real(4), "y": real(4)}), ("gru", "{ let z = sigmoid(W[0] @ x + U[0] @ h); let r = sigmoid(W[1] @ x + U[1] @ h); let n = tanh(W[2] @ x + r * (U[2] @ h)); (1 - z) * n + z * h }", lambda x, h, W, U: (lambda z, r: (1 - z) * jnp.tanh(W[2] @ x + r * (U[2] @ h)) + z * h)(jax.nn.sigmoid(W[0] @ x + U[0] @ h), jax.nn.sigmoid(W[1] @ x + U[1] @ h)), {"x": real(2), "h": real(2), "W": real(3, 2, 2), "U": real(3, 2, 2)}), ("batched-attention", "softmax(Q @ K.T / sqrt(2.0)) @ V", lambda Q, K, V: jax.nn.softmax(Q @ jnp.swapaxes(K, -1, -2) / jnp.sqrt(2.0)) @ V, {"Q": real(2, 3, 2), "K": real(2, 3, 2), "V": real(2, 3, 2)}), ("residual", "x + W2 @ relu(W1 @ x)", lambda x, W1, W2: x + W2 @ jax.nn.relu(W1 @ x), {"x": real(3), "W1": real(4, 3), "W2": real(3, 4)}), ("cosine", "dot(x, y) / (norm(x) * norm(y))", lambda x, y: x @ y / (jnp.linalg.norm(x) * jnp.linalg.norm(y)), {"x": real(3), "y": real(3)}), ("gradient-penalty", "(norm(grad(v => dot(y, tanh(v * v)))(x)) - 1) ^ 2", lambda x, y: (jnp.linalg.norm(jax.grad(lambda v: y @ jnp.tanh(v * v))(x)) - 1) ** 2, {"x": positive(3), "y": real(3)}), ("logits-temperature", "log_softmax(x / t)", lambda x, t: jax.nn.log_softmax(x / t), {"x": real(4), "t": np.array(0.7)}),
    ],
    "complex": [
        ("abs", "abs(complex(x, y))", lambda x, y: jnp.abs(x + 1j * y), {"x": real(3), "y": real(3)}), ("spectrum", "abs(fft(x)) ^ 2", lambda x: jnp.abs(jnp.fft.fft(x)) ** 2, V(5)), ("rfft", "re(rfft(x)) * im(rfft(x))", lambda x: jnp.fft.rfft(x).real * jnp.fft.rfft(x).imag, V(6)), ("convolution", "irfft(rfft(x) * rfft(y), 4)", lambda x, y: jnp.fft.irfft(jnp.fft.rfft(x) * jnp.fft.rfft(y), 4), {"x": real(4), "y": real(4)}), ("phase", "arg(complex(x, y) ^ 2)", lambda x, y: jnp.angle((x + 1j * y) ** 2), {"x": positive(3), "y": positive(3)}), ("exp", "re(exp(complex(x, y)) / complex(y, x))", lambda x, y: (jnp.exp(x + 1j * y) / (y + 1j * x)).real, {"x": real(3), "y": real(3)}),
        ("log", "im(log(complex(x, y)) * complex(y, x))", lambda x, y: (jnp.log(x + 1j * y) * (y + 1j * x)).imag, {"x": real(3), "y": real(3)}),
    ],
}


def leapfrog(x):
    q, p = x, 0.0
    for _ in range(10):
        p = p - 0.05 * jnp.sin(q)
        q = q + 0.1 * p
        p = p - 0.05 * jnp.sin(q)
    return jnp.stack([q, p])


def whiles(x):
    # As many turns as the values take.
    y, v = x, np.array([0.4, -0.3])
    while (v * v).sum() < 10:
        v, y = 1.5 * v + 0.1, 1.5 * y + 0.1
    return y


def powers(A):
    v = jnp.ones(3)
    for _ in range(8):
        w = A @ v
        v = w / jnp.linalg.norm(w)
    return v @ A @ v


def looped(x):
    y = 1.0
    for k in range(5):
        y = y * x + k
    return y


def branches(x):
    s = 0.0
    for i in range(5):
        s = jnp.where(x[i] > 0, s + x[i] ** 2, s * x[i])
    return s


def nested(A):
    s = 0.0
    for i in range(3):
        for j in range(i + 1):
            s = jnp.sin(s + A[i, j])
    return s


def logistic(a, x):
    for _ in range(10):
        x = a * x * (1 - x)
    return x


LOOPS = {
    "while": whiles, "for": looped, "if-in-for": branches, "nested-for": nested, "logistic-map": logistic, "leapfrog": leapfrog, "power-iteration": powers,
}


def case(group, name, program, f, inputs):
    f = f or LOOPS[name]
    inputs = {k: jnp.asarray(v, dtype=float) for k, v in inputs.items()}
    g = lambda p: jnp.asarray(f(*[p[k] for k in inputs]), dtype=float)
    along = {k: jnp.asarray(real(*v.shape)) for k, v in inputs.items()}
    value, jvp = jax.jvp(g, (inputs,), (along,))
    ct = jnp.asarray(real(*value.shape)) if value.shape else jnp.asarray(1.0)
    gradient = jax.grad(lambda p: jnp.sum(ct * g(p)))
    hvp = jax.jvp(gradient, (inputs,), (along,))[1]
    plain = lambda tree: jax.tree.map(lambda v: np.asarray(v).tolist(), tree)
    result = {"id": f"{group}-{name}", "group": group, "program": program, "inputs": plain(inputs), "dir": plain(along), "value": plain(value), "ct": plain(ct)}
    if not value.shape:
        del result["ct"]
    return {**result, "grad": plain(gradient(inputs)), "jvp": plain(jvp), "hvp": plain(hvp), "tol": 1e-9}


cases = [case(group, *entry) for group, entries in CASES.items() for entry in entries]
OUT.write_text("{\"cases\": [\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
print(f"{len(cases)} cases")
