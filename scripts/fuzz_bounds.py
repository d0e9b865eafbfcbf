#!/usr/bin/env python3
"""Writes a Perturb program that bounds random bodies by every certificate and checks that samples, corners and a search stay inside.

    scripts/fuzz_bounds.py --seed 1 --bodies 40 > fuzz.ptb && ptb test fuzz.ptb

Each body is a random expression over x: Real[3] made of the ops that have interval rules. `lipschitz` is tried on bodies without jumps.
A comparison has a slack of 1e-11 relative: the bodies' own values are rounded, bounds hold for real arithmetic.
"""
import argparse
import random

SMOOTH_UNARY = [
    "relu({v})", "relu(M1 @ ({v}))", "relu(0.2 - ({v}))", "abs({v})", "tanh({v})", "sigmoid({v})", "sin({v})", "cos(2 * {v})", "exp(0.3 * {v})", "softplus({v})", "gelu({v})", "silu({v})",
    "atan({v})", "erf({v})", "sqrt(abs({v}) + 0.1)", "log(abs({v}) + 0.5)", "1 / (abs({v}) + 0.5)", "({v}) ^ 2", "({v}) ^ 3", "-({v})",
    "clip({v}, -0.4, 0.6)", "sinh(0.5 * {v})", "cosh(0.5 * {v})", "log1p(abs({v}))", "expm1(0.4 * {v})", "asin(0.9 * tanh({v}))",
    "acos(0.9 * sin({v}))", "atanh(0.8 * sin({v}))", "(abs({v}) + 0.2) ^ 1.5", "(abs({v}) + 0.3) ^ (-0.5)", "tan(0.7 * sin({v}))", "sort({v})", "softmax({v})",
    "cumsum({v})", "cumprod({v})", "({v})[[2, 0, 1]]", "M1 @ ({v})", "M2 @ ({v})", "concat((({v})[1..3], ({v})[0..1]))", "({v}) - mean({v})",
    "logsumexp({v}) - ({v})", "max({v}) - ({v})", "min({v}) * ({v})", "prod({v}) + ({v})", "var({v}) + ({v})", "({v}) / (norm({v}) + 0.5)", "lgamma(abs({v}) + 1.2)",
    "digamma(abs({v}) + 0.7)", "reshape(M3 @ reshape({v}, [3, 1]), [3])", "loop3({v})", "diag3({v})", "asinh({v})", "acosh(1.1 + abs({v}))", "erfinv(0.9 * tanh({v}))",
    "rsqrt(abs({v}) + 0.4)", "attention({v})", "pooled({v})", "convolved({v})",
]
BINARY = ["({v}) + ({w})", "({v}) - ({w})", "({v}) * ({w})", "({v}) / (abs({w}) + 0.5)", "max({v}, {w})", "min({v}, {w})", "outer3({v}, {w})",
          "dot({v}, {w}) * ({v})", "(abs({v}) + 0.3) ^ (0.5 * tanh({w}))"]
JUMPS = ["elu({v})", "leaky_relu({v})", "floor({v})", "round(2 * ({v}))", "ceil({v})", "sign({v})", "({v}) % 0.7", "({v}) // 0.3", "where({v} > 0.1, {v}, 0.5 * ({v}) - 1)", "branch3({v})",
         "({v}) * real(argmax({v}))", "({v})[argmin({v})] + ({v})", "where({v} > {w}, {v}, {w} - 1)", "where({v} > 0.2, log({v}), 0)"]
# Functions of vectors v and w that are defined because of a guard (--guards).
CLAMPED = ["log(max(v, 1e-3))", "1 / clip(v, 0.1, 3)", "sqrt(clip(v, 0, 1))", "norm(v) * v", "sqrt(relu(v))", "sqrt(abs(v))",
           "relu(v) ^ 0.5", "v / max(norm(v), 0.1)", "abs(v) ^ 1.5", "log(max(v, w) - w + 0.2)", "norm(v - w) + v"]
GUARDED = ["where(v > 0, log(v + 0.01), 0)", "where(v > 0.1, sqrt(v - 0.05), v)", "where(v > 0, log(v), w)",
           "where(v != 0, sin(v) / v, 1)", "where(v != 0, w / v, 1)", "if sum(v) > 0.3 { v / sum(v) } else { w }",
           "if norm(v) > 0.2 { v / norm(v) } else { 5 * v }", "where(abs(v) > 0.2, 1 / v, 5 * v)",
           "where(v > w, log(v - w), exp(v - w))", "where(v >= 0 and v < 0.7, sqrt(v) * acos(v), 0)",
           "where(not (v < 0.1 or v > 2), rsqrt(v), v)", "if min(v) > 0 { log(v) } else { 0 * v - 1 }",
           "if all(v > -0.5) { log1p(v) } else { w }", "where(v > 0, where(w > v, log(w), sqrt(v)), v ^ 3)",
           "where(1 - 2 * v > 0.2, 1 / (0.5 - v), 0)", "where(v <= 0, v ^ 2, v ^ 0.7)", "guarded_loop(v)",
           "where(v > 0.5 or w > 0.5, log(max(v, w)), v)", "if v[0] > v[1] { v / (v[0] - v[1] + 0.1) } else { w }",
           "where(v ^ 2 > 0.01, w / v, 0)", "if v[0] > 0 and v[1] > 0.2 { log(v[0] + v[1]) * v / v[1] } else { v }",
           "where(-v / 4 > 0.1, 1 / v, v)", "where(v == 0, 1, v * tanh(v))", "where(v > 0.3, v, where(v > -0.3, v ^ 2, -v - 0.2))"]
HEAD = """# Made by scripts/fuzz_bounds.py --seed {seed} --bodies {bodies}: random bodies, every certificate, samples, corners and pgd inside.
let M1 = [[0.5, -1.0, 0.3], [1.2, 0.4, -0.7], [-0.2, 0.9, 1.1]]
let M2 = [[-0.3, 0.8, 0.1], [0.0, -1.5, 0.6], [2.0, 0.0, -0.4]]
let M3 = [[0.1, 0.7, -0.9], [-1.1, 0.2, 0.5], [0.3, -0.6, 1.4]]
fn loop3(x) {{
  var z = x
  for i in 0..3 {{ z = 0.5 * z + sin(z) * x }}
  z
}}
fn guarded_loop(x) {{
  var z = x
  for i in 0..3 {{ z = where(z > 0.1, sqrt(z) - log(z) * x, 0.3 - z) }}
  z
}}
fn branch3(x) = if sum(x) > 0.2 {{ 2 * x }} else {{ x * x - 1 }}
fn outer3(x, y) = (reshape(x, [3, 1]) @ reshape(y, [1, 3])) @ x
fn diag3(x) = [x[0] * x[1], x[1] - x[2], x[2] * x[2]]
fn attention(x) = softmax(reshape(x, [3, 1]) @ reshape(M1 @ x, [1, 3])) @ (M2 @ x)
fn pooled(x) {{
  let y = concat((x, M1 @ x))
  [max(y[0..3]), max(y[2..5]), max(y[3..6])]
}}
fn convolved(x) = [dot(x[0..2], [0.6, -1.2]), dot(x[1..3], [0.6, -1.2]), x[0] * x[2]]

let slack = 1e-11
fn corner(lo, hi, k: Int) = [if k % 2 == 0 {{ lo[0] }} else {{ hi[0] }}, if k // 2 % 2 == 0 {{ lo[1] }} else {{ hi[1] }}, if k // 4 == 0 {{ lo[2] }} else {{ hi[2] }}]
## How many of the ends some value of f crosses, or are no numbers.
fn crossed(lo, hi, vlo, vhi) {{
  let l = lo - slack * (1 + abs(lo))
  let h = hi + slack * (1 + abs(hi))
  let bad = where(lo != lo or hi != hi or vlo < l or vhi > h, 1, 0)
  sum(bad)
}}
fn values(f, S, lo, hi) {{
  let v = [f(S.sample()) for k in 0..120]
  let c = [f(corner(lo, hi, k)) for k in 0..8]
  let m = f(0.5 * lo + 0.5 * hi)
  let all = concat((v, c, reshape(m, [1, 3])))
  let sums = [sum(all[k]) for k in 0..129]
  {{lo: min(all, axis: 0), hi: max(all, axis: 0), low: min(sums), high: max(sums)}}
}}
"""


def expression(rng, depth, jumps, guards=False):
    if depth == 0:
        return rng.choice(["x", "x", "0.5 * x + 0.1", "M1 @ x", "x - 0.3"])
    r = rng.random()
    pool = SMOOTH_UNARY if r < 0.65 else BINARY if r < 0.9 or not jumps else JUMPS
    if guards and r < 0.7:
        pool = [f"guard{k}({{v}}, {{w}})" for k in range(len(GUARDED))] if jumps and r < 0.5 else [f"clamp{k}({{v}}, {{w}})" for k in range(len(CLAMPED))]
    template = rng.choice(pool)
    v = expression(rng, depth - 1, jumps, guards)
    w = expression(rng, rng.randrange(depth), jumps, guards) if "{w}" in template else ""
    return template.replace("{v}", v).replace("{w}", w)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bodies", type=int, default=20)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--guards", action="store_true", help="bodies that are defined because of a guard")
    a = parser.parse_args()
    rng = random.Random(a.seed)
    print(HEAD.format(seed=a.seed, bodies=f"{a.bodies} --guards" if a.guards else a.bodies))
    if a.guards:
        for name, pool in [("guard", GUARDED), ("clamp", CLAMPED)]:
            for k, body in enumerate(pool):
                print(f"fn {name}{k}(v, w) = {body}")
    for k in range(a.bodies):
        jumps = rng.random() < (0.8 if a.guards else 0.4)
        body = expression(rng, 1 + rng.randrange(a.depth), jumps, a.guards)
        centre = [round(rng.uniform(-1.5, 1.5), 3) for _ in range(3)]
        radius = 10 ** rng.uniform(-3, 0.3)
        lo, hi = [c - radius for c in centre], [c + radius * rng.choice([1, 1, 0.1]) for c in centre]
        print(f"fn f{k}(x) = {body}")
        print(f'test "body {k}" {{')
        print(f"  let (lo, hi) = ({lo}, {hi})")
        print(f"  let v = values(f{k}, Box(lo, hi), lo, hi)")
        certificates = ["ibp", "crown", "crown_ibp", "forward_linear", "alpha_crown(steps: 2)"]
        for c in certificates:
            print(f"  let b_{c.split('(')[0]} = range x in Box(lo, hi) {{ f{k}(x) }} by {c}")
            print(f"  assert crossed(b_{c.split('(')[0]}.lo.value, b_{c.split('(')[0]}.hi.value, v.lo, v.hi) == 0")
        if not jumps:
            print(f"  let l = range x in Box(lo, hi) {{ sum(f{k}(x)) }} by lipschitz")
            print("  assert crossed(l.lo.value, l.hi.value, v.low, v.high) == 0")
        print(f"  let top = max x in Box(lo, hi) {{ sum(f{k}(x)) }} by bab(rounds: 3, batch: 4, capacity: 64, steps: 5, restarts: 2)")
        print("  assert not (top.lo > top.hi + slack * (1 + abs(top.hi))) and top.hi == top.hi")
        print(f"  let attacked = max x in Box(lo, hi) {{ sum(f{k}(x)) }} by pgd(steps: 10)")
        print("  assert not (attacked.value > top.hi + slack * (1 + abs(top.hi)))")
        print(f"  let split = max x in Box(lo, hi) {{ sum(f{k}(x)) }} by bab(split: \"relu\", rounds: 3, batch: 4, capacity: 64, tune: 2, steps: 5, restarts: 2)")
        print("  assert not (max(attacked.value, v.high) > split.hi + slack * (1 + abs(split.hi))) and split.hi == split.hi")
        print("}")


main()
