#!/usr/bin/env python3
"""Runs the entries of docs/repl.md at a prompt and writes what came of them below each; --check only compares.

Blocks of `text` whose lines begin with `ptb[n]> ` are one session, in order; a block of `text error` is a session of its own, which its
last entry ends. Times differ from run to run, and numbers in their last digits from processor to processor: the check lets times be
anything, numbers differ by 2 %, and points of a set be other points. Usage: scripts/repl_doc.py [--check] [PTB]
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAVED = os.path.join(ROOT, "session.ptb")
DOC = os.path.join(ROOT, "docs", "repl.md")
# Between the entries a command whose answer is known separates what they write.
MARK = (":set trace-nan", "trace-nan is off: stop at the first operation that makes a NaN (on, off)\n")
PROMPT = re.compile(r"^(?:ptb\[\d+\]|\.\.\.)> ?")
BLOCK = re.compile(r"````text( error)?\n(.*?)````\n", re.S)
DECLARES = re.compile(r"^(let|var|fn|model|set|dist|solver|objective|use|for|while|test|claim|assert|print|precision|seed)\b|.*;$")
ASKS = re.compile(r"^:(prove|refute|bound)\b")


def entries(block):
    """The entries of a block, each with its lines."""
    found = []
    for line in block.split("\n"):
        if line.startswith("ptb["):
            found.append([PROMPT.sub("", line)])
        elif line.startswith("...> ") and found:
            found[-1].append(PROMPT.sub("", line))
    return found


def run(ptb, session, fails):
    """What each entry of a session writes."""
    text = "".join(f'{chr(10).join(entry)}\n{MARK[0]}\n' for entry in session)
    environment = dict(os.environ, PTB_HOME=ROOT, NO_COLOR="1", COLUMNS="80")
    done = subprocess.run([ptb, "repl"], input=text, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    outputs = done.stdout.split(MARK[1])
    if (done.returncode != 0) != fails or len(outputs) != len(session) + (0 if fails or session[-1] == [":quit"] else 1):
        sys.exit(f"{DOC}: a session ended with status {done.returncode} after {len(outputs)} of {len(session)} entries:\n{outputs[-1]}")
    if os.path.exists(SAVED):
        os.remove(SAVED)
    return outputs[: len(session)]


def regenerate(doc, ptb):
    blocks = [(match.group(1) is not None, entries(match.group(2))) for match in BLOCK.finditer(doc)]
    long = iter(run(ptb, [entry for fails, session in blocks if not fails for entry in session], False))
    number = 0
    texts = []
    for fails, session in blocks:
        outputs = run(ptb, session, True) if fails else [next(long) for _ in session]
        count = 0 if fails else number
        lines = []
        for entry, output in zip(session, outputs):
            lines += [f"ptb[{count}]> {entry[0]}"] + [f"...> {line}" for line in entry[1:]] + output.rstrip("\n").split("\n") * (output != "")
            first = entry[0]
            if ASKS.match(first) or not (first.startswith((":", "?")) or DECLARES.match(first)) or (DECLARES.match(first) and first.endswith(";") and not re.match(r"let|var|fn", first)):
                count += 1
            if first == ":clear" or re.match(r":clear .*\b(out|ans)\b", first):
                count = 0
        if not fails:
            number = count
        texts.append(f"````text{' error' if fails else ''}\n" + "\n".join(lines) + "\n````\n")
    texts = iter(texts)
    return BLOCK.sub(lambda _: next(texts), doc)


def masked(text):
    text = re.sub(r"(?:\d+ min )?\d+(\.\d+)? (ns|µs|ms|s)\b", "TIME", text)
    text = re.sub(r"\d+ runs(   .*)?", "RUNS", text)
    return re.sub(r"\[[-0-9., …]*\]", "[…]", text)


def same(a, b):
    """Whether two lines agree but for what may differ."""
    number = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
    x, y = masked(a), masked(b)
    if number.sub("#", x) != number.sub("#", y):
        return False
    return all(abs(float(p) - float(q)) <= 0.02 * max(abs(float(p)), abs(float(q)), 0.5) for p, q in zip(number.findall(x), number.findall(y)))


def main():
    words = [word for word in sys.argv[1:] if word != "--check"]
    ptb = os.path.abspath(words[0] if words else os.path.join(ROOT, ".build", "release", "ptb"))
    with open(DOC, encoding="utf-8") as file:
        old = file.read()
    new = regenerate(old, ptb)
    if "--check" not in sys.argv:
        with open(DOC, "w", encoding="utf-8") as file:
            file.write(new)
        return
    a, b = old.split("\n"), new.split("\n")
    different = [f"- {p}\n+ {q}" for p, q in zip(a, b) if not same(p, q)]
    if different or len(a) != len(b):
        sys.exit("docs/repl.md is not what the prompt writes; scripts/repl_doc.py writes it anew:\n" + "\n".join(different[:20]))


main()
