"""Programs of the corpus, of the library's tests and of the examples, spoiled at random: the program answers, and neither crashes nor hangs.

Usage: fuzz.py PTB [PROGRAMS] [SEED] [--keep DIR]. A program that ends ptb by a signal, or that runs on after its limit, is printed (and
kept in DIR). The same seed makes the same programs.
"""

import argparse
import glob
import os
import random
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SOURCES = ["lang/corpus", "examples", "Tests/Library"]
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|\d[\w.]*|\w+|[ \t]+|\n|[^\w\s]{1,2}|.', re.S)
NUMBERS = [
    "0", "1", "2", "3", "-1", "-7", "63", "64", "127", "1000", "65536", "2147483647", "2147483648", "4294967296", "3037000500",
    "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-9223372036854775808",
    "1e308", "1e-308", "1e999", "inf", "-inf", "(0.0 / 0.0)", "0.5", "-0.0", "1e18", "1e19", "(2 ^ 62)", "(2 ^ 63)",
]
WORDS = [
    "let", "var", "fn", "for", "while", "if", "else", "in", "by", "from", "max", "min", "argmin", "argmax", "mean", "sample", "test", "assert",
    "grad", "vmap", "zeros", "ones", "eye", "arange", "linspace", "reshape", "concat", "sort", "cumsum", "prod", "real", "int", "none", "true",
    "Linf(0.1)", "Box(0, 1)", "Normal(0, 1)", "crown", "ibp", "pgd", "adam", "bab", "mc", "exact", "print", "plot", "Real", "Int", "Real[n]",
    "(", ")", "[", "]", "{", "}", "=", "==", "+", "-", "*", "/", "//", "%", "^", "@", ".", "..", ",", ":", ";", "->", "=>", "|>", "~", "<", "&", "'", '"', "\\",
]


def tokens(text):
    return TOKEN.findall(text)


def mutate(text, others, rng):
    """The text, spoiled in one to four places."""
    parts = tokens(text)
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])):
        if not parts:
            break
        at = rng.randrange(len(parts))
        kind = rng.randrange(13)
        if kind == 0:
            del parts[at]
        elif kind == 1:
            end = min(len(parts), at + rng.randrange(1, 12))
            del parts[at:end]
        elif kind == 2:
            parts.insert(at, parts[at])
        elif kind == 3:
            end = min(len(parts), at + rng.randrange(1, 30))
            parts[at:at] = parts[at:end]
        elif kind == 4:
            other = rng.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        elif kind in (5, 6, 7):
            numbers = [k for k, part in enumerate(parts) if part[0].isdigit()]
            if numbers:
                parts[rng.choice(numbers)] = rng.choice(NUMBERS)
        elif kind == 8:
            parts.insert(at, " " + rng.choice(WORDS) + " ")
        elif kind == 9:
            parts[at] = rng.choice(WORDS)
        elif kind == 10:
            names = [k for k, part in enumerate(parts) if part[0].isalpha()]
            if len(names) > 1:
                parts[rng.choice(names)] = parts[rng.choice(names)]
        elif kind == 11:
            other = tokens(rng.choice(others))
            if other:
                start = rng.randrange(len(other))
                parts[at:at] = other[start : start + rng.randrange(1, 40)]
        else:
            lines = "".join(parts).split("\n")
            k = rng.randrange(len(lines))
            choice = rng.randrange(3)
            if choice == 0:
                del lines[k]
            elif choice == 1:
                lines.insert(k, rng.choice(lines))
            else:
                j = rng.randrange(len(lines))
                lines[k], lines[j] = lines[j], lines[k]
            parts = tokens("\n".join(lines))
    return "".join(parts)


def deep(rng):
    """A program that is well formed, and deep or long."""
    n = rng.choice([100, 900, 5000, 100000])
    few = min(n, 5000)
    shapes = [
        lambda: "print(" + "(" * n + "1" + ")" * n + ")",
        lambda: "print(" + "+".join(["1"] * n) + ")",
        lambda: "let x = 2.0\nprint(" + "*".join(["x"] * few) + ")",
        lambda: "print(" + "-" * n + "1)",
        lambda: "print(" + "not " * n + "true)",
        lambda: "print(" + "[" * n + "1" + "]" * n + ")",
        lambda: "print(" + "2^" * n + "1)",
        lambda: "let r = " + "{a: " * n + "1" + "}" * n + "\nprint(r)",
        lambda: "let r = " + "{a: " * few + "1" + "}" * few + "\nprint(r" + ".a" * few + ")",
        lambda: "let f = " + "(x) => " * n + "x\nprint(f)",
        lambda: "let x = 1\n" + "if true { " * n + "print(x)" + " }" * n,
        lambda: "var s = 0\n" + "".join(f"for i{k} in 0..1 {{ " for k in range(few)) + "s = s + 1" + " }" * few + "\nprint(s)",
        lambda: "\n".join(f"fn f{k}(x: Real) = f{k + 1}(x) + 1" for k in range(few)) + f"\nfn f{few}(x: Real) = x\nprint(f0(1.0))",
        lambda: "let x = 1.0\nprint(" + "sin(" * n + "x" + ")" * n + ")",
        lambda: "let x = 1.0\nprint(" + "x |> " + " |> ".join(["sin"] * few) + ")",
        lambda: "print([" + ",".join(["1.5"] * n) + "][0])",
        lambda: "print((" + ",".join(["1"] * n) + "))",
        lambda: 'print("' + "{" * n + "1" + "}" * n + '")',
        lambda: "var x = 1.0\n" + "x = x * 1.1\n" * few + "print(x)",
        lambda: "fn f(x: Real) -> Real = f(x)\nprint(f(1.0))",
        lambda: "fn f(x: Int) -> Int = if x == 0 { 0 } else { f(x - 1) }\nprint(f(" + str(n) + "))",
        lambda: "fn f(x) = g(x)\nfn g(x) = f(x)\nprint(f(1.0))",
        lambda: "let f = x => " + "grad(" * 12 + "y => y ^ 3" + ")" * 12 + "(x)\nprint(f(1.0))",
        lambda: "let a: " + "(" * n + "Real" + ")" * n + " = 1.0\nprint(a)",
        lambda: "print(" + "if true { " * n + "1" + " } else { 2 }" * n + ")",
        lambda: "print(zeros(" + ", ".join(["1"] * rng.choice([8, 9, 40, 1000])) + "))",
    ]
    return rng.choice(shapes)()


def large(rng):
    """A program of numbers that do not fit."""
    a, b = rng.choice(NUMBERS), rng.choice(NUMBERS)
    op = rng.choice(["+", "-", "*", "/", "//", "%", "^"])
    make = rng.choice(["zeros", "ones", "eye", "arange"])
    call = rng.choice(["real", "int", "abs", "sum", "prod", "print", "sqrt", "round", "floor", "arange", "zeros", "eye"])
    shapes = [
        f"print({a} {op} {b})",
        f"let a = {a}\nlet b = {b}\nprint(a {op} b)",
        f"var a = {a}\nfor i in 0..3 {{ a = a {op} {b} }}\nprint(a)",
        f"fn f(x) = x {op} {b}\nprint(f({a}), vmap(f)([{a}, {a}]))",
        f"print(sum({make}({a})))",
        f"print(len({make}({a}, {b})))",
        f"let n = {a}\nprint({make}(n))",
        f"var s = 0\nfor i in {a}..{b} {{ s = s + 1 }}\nprint(s)",
        f"print([i for i in {a}..{b}])",
        f"print(sum i in {a}..{b} {{ i }})",
        f"print({call}({a}), {call}({call}({b})))",
        f"let x = arange(10)\nprint(x[{a}..{b}], x[{a}])",
        f"let x = arange(10)\nprint(x[{a}])",
        f"print(reshape(arange(12), [{a}, {b}]))",
        f"print(concat((zeros({a}), ones({b}))))",
        f"print(min x in Box({a}, {b})[3] {{ sum(x ^ 2) }} by crown)",
        f"print(max x in Linf({a})[{b}] {{ sum(x) }})",
        f"print(mean x ~ Normal({a}, {b}) {{ x }} by mc(samples: {rng.choice(NUMBERS)}))",
        f"print(argmin x from {a} {{ (x - {b}) ^ 2 }} by adam(steps: {rng.choice(NUMBERS)}))",
        f"print(linspace({a}, {b}, {rng.choice(NUMBERS)}))",
        f"print([1, 2, 3] {op} {a}, cumsum([{a}, {b}]), cumprod([{a}, {b}]), [{a}, {b}] @ [{b}, {a}])",
        f"let x = {a}\nprint(\"{{x:{rng.choice(NUMBERS)}}} {{x:.{rng.choice(NUMBERS)}}} {{x:.{rng.choice(NUMBERS)}f}}\")",
        f"let x = real({a})\nprint(int(x), int(x * {b}), round(x), floor(x))",
    ]
    return rng.choice(shapes)


def program(texts, rng):
    kind = rng.randrange(20)
    if kind == 0:
        return deep(rng)
    if kind in (1, 2, 3):
        return large(rng)
    return mutate(rng.choice(texts), texts, rng)


def sources():
    texts = []
    for folder in SOURCES:
        for path in sorted(glob.glob(os.path.join(ROOT, folder, "**", "*.ptb"), recursive=True)):
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            if len(text) < 20000:
                texts.append(text)
    return texts


def run(ptb, command, path, seconds):
    """Exit status, seconds, what was said; status None where it did not end."""
    arguments = [ptb, command, path]
    if command in ("run", "test"):
        arguments = [ptb, command, "--max-time", str(seconds), "--max-memory", "1000", "--threads", "1", path]
    began = time.monotonic()
    try:
        done = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=4 * seconds + 20,
            env={**os.environ, "SWIFT_BACKTRACE": "enable=no"}, cwd=os.path.dirname(path))
    except subprocess.TimeoutExpired as expired:
        return None, time.monotonic() - began, (expired.stdout or b"").decode(errors="replace")
    return done.returncode, time.monotonic() - began, done.stdout.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ptb")
    parser.add_argument("programs", nargs="?", type=int, default=200)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    ptb = os.path.abspath(options.ptb)
    texts = sources()
    counts = {}
    bad = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ptb-fuzz-") as folder:
        path = os.path.join(folder, "spoiled.ptb")
        with open(path, "w") as file:
            file.write("print(1)\n")
        assert run(ptb, "run", path, 20)[::2] == (0, "1\n"), "ptb does not work"
        for k in range(options.programs):
            rng = random.Random(f"{options.seed} {k}")
            text = program(texts, rng)
            with open(path, "w") as file:
                file.write(text)
            command = rng.choice(["run", "run", "run", "check", "fmt", "explain", "test"])
            status, seconds, said = run(ptb, command, path, options.seconds)
            # A diagnostic is never about ptb's own insides.
            name = "hangs" if status is None else f"signal {-status}" if status < 0 else f"exit {status}"
            if status is not None and 0 <= status < 4 and "internal error" in said:
                name = "internal error"
            counts[name] = counts.get(name, 0) + 1
            if name not in ("exit 0", "exit 1", "exit 2", "exit 3"):
                bad.append(k)
                print(f"--- {name} after {seconds:.1f} s: ptb {command}, program {k} of seed {options.seed}")
                lines = said.strip().splitlines()
                print("\n".join(line[:300] for line in lines[-4:]))
                if options.keep:
                    os.makedirs(options.keep, exist_ok=True)
                    with open(os.path.join(options.keep, f"{options.seed}-{k}-{command}-{name.replace(' ', '_')}.ptb"), "w") as file:
                        file.write(text)
                else:
                    print(text if len(text) < 3000 else text[:1500] + "\n…\n" + text[-500:])
                sys.stdout.flush()
    told = ", ".join(f"{count} × {name}" for name, count in sorted(counts.items()))
    print(f"{options.programs} spoiled programs (seed {options.seed}) in {time.monotonic() - began:.0f} s: {told}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
