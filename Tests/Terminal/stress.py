"""Ctrl-C at random moments of entries that would take hours: python3 stress.py [times, 60] [milliseconds that 99 % may take].

Prints how long it took until the prompt was back. Fails if the session is not as it was before the entry."""
import os
import random
import select
import sys
import time

from terminal import CTRL_C, Terminal
from test_session import LONG


def drain(t, seconds, is_enough):
    """What comes for a while, or until it is enough."""
    seen, end = b"", time.time() + seconds
    while time.time() < end and not is_enough(seen[-20:]):
        if select.select([t.child.child_fd], [], [], 0.005)[0]:
            seen += os.read(t.child.child_fd, 65536)
    return seen


def main(times=60, limit=None):
    chance = random.Random(20261126)
    taken = {}
    with Terminal(columns=200) as t:
        t.enter("var kept = 1")
        for turn in range(times):
            what = list(LONG)[turn % len(LONG)]
            t.clear()
            t.paste("kept = 2\n" + LONG[what])
            t.wait(lambda: len(t.lines()) > 1, "the entry")
            t.settle(0.05)
            t.send("\r")
            # Read as fast as it comes, and drawn later: else the time of the emulated screen is measured.
            seen = drain(t, chance.uniform(0.02, 0.8), lambda seen: False)
            asked = time.time()
            t.send(CTRL_C)
            seen += drain(t, 60, lambda seen: seen.endswith(b"]> \x1b[0m"))
            assert seen.endswith(b"]> \x1b[0m"), f"{what} was not stopped"
            taken.setdefault(what, []).append((time.time() - asked) * 1000)
            t.stream.feed(seen[-5000:].decode(errors="replace"))
            kept = t.enter("kept")
            assert kept == "1  : Int", f"after {what} the session has changed: {kept}"
    every = sorted(sum(taken.values(), []))
    for what, milliseconds in taken.items():
        print(f"{what}: {len(milliseconds)} times, median {sorted(milliseconds)[len(milliseconds) // 2]:.0f} ms, most {max(milliseconds):.0f} ms")
    late = every[min(len(every) - 1, int(0.99 * len(every)))]
    print(f"Ctrl-C: {len(every)} times, median {every[len(every) // 2]:.0f} ms, 99 % within {late:.0f} ms, most {every[-1]:.0f} ms")
    return 1 if limit is not None and late > limit else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
