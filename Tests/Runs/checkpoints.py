"""kill -9 at random moments of checkpointed runs: no file is ever torn, and a run that goes on ends as the unbroken one does, bit for bit.

Usage: checkpoints.py PTB [KILLS] [SEED]. A reader of its own looks at the checkpoint all the time while a run writes it. Before that, every
solver of the library that steps goes on from a checkpoint in its middle.
"""

import glob
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

HEAD = """use nn, data
let (train, held) = split(data.digits(), at: 1500)
model Net(h: Int) {{
  fc1: Dense(64, h)
  fc2: Dense(h, 10)
  fn (x: Real[.., 64]) -> Real[.., 10] = x |> fc1 |> relu |> fc2
}}
objective risk(m: Net) = mean {{x, y}} in minibatch(train, 32) {{ cross_entropy(m(x), y) }}
fn accuracy(m: Net) = mean {{x, y}} in held {{ argmax(m(x)) == y }}
{declarations}
let s = minimize m from Net(h: 12) {{ risk(m) }} by {solver}
print(s.value, s.history[-1], accuracy(s.point))
save("end.npz", {{w: s.point.fc1.W, b: s.point.fc2.b, history: s.history}})
"""

OWN = """solver mine(lr: Real = 0.1, steps: Int = 1000) {
  state(θ) = {slow: θ, count: 0}
  step(θ, s, f, t) {
    let g = grad(f)(θ)
    let ε ~ Normal(0, 1)
    let slow = 0.9 * s.slow + 0.1 * (θ - lr * (1 + 0.1 * ε) * g)
    (slow, {slow: slow, count: s.count + 1})
  }
}"""

# Name, solver with its checkpoint, precision, declarations.
CASES = [
    ("sgd with momentum", 'sgd(lr: 0.05, momentum: 0.9, steps: 6000, checkpoint: "run.ckpt", checkpoint_every: 100)', "f64", ""),
    ("adam", 'adam(lr: 3e-3, steps: 4000, checkpoint: "run.ckpt", checkpoint_every: 37)', "f64", ""),
    ("adam in f32, by the clock", 'adam(lr: 3e-3, steps: 6000, checkpoint: "run.ckpt", checkpoint_seconds: 0.01)', "f32", ""),
    ("mezo", 'mezo(lr: 1e-3, steps: 6000, checkpoint: "run.ckpt", checkpoint_every: 50)', "f64", ""),
    ("lookahead of sgd", 'lookahead(sgd(lr: 0.05, steps: 5000), checkpoint: "run.ckpt", checkpoint_every: 64)', "f64", ""),
    ("a solver of the script, with draws", 'mine(lr: 0.1, steps: 6000, checkpoint: "run.ckpt", checkpoint_every: 80)', "f64", OWN),
]


# Solvers that cannot minimise the usual objective, with what they do.
RESIDUALS = "[1 - x[0], 10 * (x[1] - x[0] ^ 2)]"
SPECIAL = {
    "gauss_newton": f"x from [-1.2, 1.0] {{ {RESIDUALS} }}",
    "levenberg_marquardt": f"x from [-1.2, 1.0] {{ {RESIDUALS} }}",
    "projected": "x in Linf(2)[2] from [-1.2, 1.0] { noisy(x) }",
    "free": "{m, d} from {m: 3.0, d: zeros(2, 1)} { mean((m - 1 + d) ^ 2) }",
}
OPTIONS = {"free": "S: Linf(0.1)[1], "}
STEPS, EVERY = 60, 37


def solvers():
    """Solvers of the library that have a method `step`, and whether they take another solver."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "stdlib")
    for path in sorted(glob.glob(os.path.join(root, "*.ptb"))):
        with open(path) as file:
            for block in re.split(r"^(?=solver )", file.read(), flags=re.M)[1:]:
                body = block.split("\n}\n")[0]
                if re.search(r"^  step\(", body, flags=re.M):
                    yield re.match(r"solver (\w+)", block)[1]


def try_every_solver(program):
    """Each runs whole, then from the checkpoint in its middle: the second checkpoint of a run is the previous one at its end."""
    names = list(solvers())
    lines = ["use data, training", "let noisy = (x) => {", "  let ε ~ Normal(0, 1)[2]", "  sum(cosh(x - 1)) + 0.3 * x[0] * x[1] + 0.01 * dot(ε, x)", "}"]
    for name in names:
        problem = SPECIAL.get(name, "x from [-1.2, 1.0] { noisy(x) }")
        options = f'{OPTIONS.get(name, "")}steps: {STEPS}, checkpoint: "{name}.ckpt", checkpoint_every: {EVERY}'
        lines.append(f"let s_{name} = minimize {problem} by {name}({options})")
        lines.append(f'save("{name}.npz", {{point: s_{name}.point, value: s_{name}.value, history: s_{name}.history}})')
    with tempfile.TemporaryDirectory(prefix="ptb-runs-") as folder:
        with open(os.path.join(folder, "run.ptb"), "w") as file:
            file.write("\n".join(lines) + "\n")

        def run():
            process = start(program, folder, "f64")
            _, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors
            ends = {}
            for name in names:
                with open(os.path.join(folder, name + ".npz"), "rb") as file:
                    ends[name] = file.read()
            return ends, errors

        whole, _ = run()
        for name in names:
            path = os.path.join(folder, name + ".ckpt")
            assert validate(path) == (STEPS, STEPS), name
            assert validate(path + ".previous") == (EVERY, STEPS), name
            os.replace(path + ".previous", path)
        resumed, notes = run()
        for name in names:
            assert f"going on from `{name}.ckpt`" in notes, f"{name} began anew"
            assert whole[name] == resumed[name], f"{name}: the end differs"
    print(f"{len(names)} solvers go on from their middle and end alike")


def validate(path):
    """What a checkpoint says, read independently of the program; raises where it is not whole."""
    with open(path, "rb") as file:
        data = file.read()
    magic, version, crc, length, done, total = struct.unpack_from("<8sIIQQQ", data)
    assert magic == b"PTB-CKPT" and version == 1, "not a checkpoint"
    assert length == len(data), f"cut: {len(data)} of {length} bytes"
    assert crc == zlib.crc32(data[16:]), "the checksum is wrong"
    at = 48
    (traits,) = struct.unpack_from("<Q", data, at)
    at += 8
    for _ in range(2 * traits):
        (size,) = struct.unpack_from("<Q", data, at)
        at += 8 + size
    (parts,) = struct.unpack_from("<Q", data, at)
    at += 8
    for _ in range(parts):
        (size,) = struct.unpack_from("<Q", data, at)
        at += 8 + size
    assert at == len(data), "its parts do not fill it"
    return done, total


class Reader(threading.Thread):
    """Reads a checkpoint again and again until told to stop."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.reads, self.torn, self.stopped = path, 0, [], False

    def run(self):
        while not self.stopped:
            for path in (self.path, self.path + ".previous"):
                try:
                    validate(path)
                    self.reads += 1
                except FileNotFoundError:
                    pass
                except Exception as error:
                    self.torn.append(f"{os.path.basename(path)}: {error}")
            time.sleep(0.001)


def start(program, folder, precision):
    return subprocess.Popen(
        [program, "run", "--precision", precision, "--threads", "1", "run.ptb"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def contents(folder):
    with open(os.path.join(folder, "end.npz"), "rb") as file:
        return file.read()


def try_case(program, case, kills, rng):
    name, solver, precision, declarations = case
    text = HEAD.format(solver=solver, declarations=declarations)
    folder = tempfile.mkdtemp(prefix="ptb-runs-")
    path = os.path.join(folder, "run.ckpt")
    with open(os.path.join(folder, "run.ptb"), "w") as file:
        file.write(text)

    def clear():
        for leftover in os.listdir(folder):
            if leftover != "run.ptb":
                os.unlink(os.path.join(folder, leftover))

    began = time.monotonic()
    unbroken = start(program, folder, precision)
    output, errors = unbroken.communicate(timeout=120)
    seconds = time.monotonic() - began
    assert unbroken.returncode == 0, errors
    expected = (output, contents(folder))
    done, total = validate(path)
    assert done == total

    clear()
    reader = Reader(path)
    reader.start()
    killed = ends = resumed = started = 0
    while killed < kills or started:
        process = start(program, folder, precision)
        try:
            # The last run of the case is left alone.
            output, errors = process.communicate(timeout=rng.uniform(0.3 * seconds, 1.1 * seconds) if killed < kills else 120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
            started = 1
            if os.path.exists(path):
                validate(path)
            continue
        assert process.returncode == 0, f"{name}: {errors}"
        resumed += "going on" in errors
        assert (output, contents(folder)) == expected, f"{name}: the end differs: {output!r}, not {expected[0]!r}"
        ends += 1
        started = 0
        clear()
    reader.stopped = True
    reader.join()
    leftovers = [file for file in os.listdir(folder) if file.endswith(".tmp")]
    shutil.rmtree(folder)
    assert not reader.torn, f"{name}: {reader.torn[:3]}"
    assert not leftovers, leftovers
    print(f"  {name}: {killed} kills, {ends} runs to the end, equal to the unbroken one of {seconds:.2f} s; {resumed} went on; {reader.reads} whole checkpoints read")
    return killed, resumed, reader.reads


def main():
    program = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    rng = random.Random(seed)
    print(f"kill -9 during checkpointed runs (seed {seed})")
    try_every_solver(program)
    share, extra = divmod(kills, len(CASES))
    counts = [try_case(program, case, share + (k < extra), rng) for k, case in enumerate(CASES)]
    print(f"{sum(c[0] for c in counts)} kills, 0 torn files in {sum(c[2] for c in counts)} reads, {sum(c[1] for c in counts)} runs went on and ended alike")


if __name__ == "__main__":
    main()
