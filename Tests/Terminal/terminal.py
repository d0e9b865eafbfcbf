"""Drives the prompt the way a person does: a pseudo-terminal (pexpect) whose output is read off an emulated screen (pyte)."""
import os
import re
import signal
import tempfile
import time

import pexpect
import pyte

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("PTB", os.path.join(ROOT, ".build", "debug", "ptb"))

# How long to wait for something before it counts as missing. Machines that test are slow and busy; what is measured is
# measured elsewhere.
PATIENCE = float(os.environ.get("PTB_TEST_PATIENCE", 60))

UP, DOWN, LEFT, RIGHT = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C"
CTRL_C, CTRL_D, CTRL_R, CTRL_Z = "\x03", "\x04", "\x12", "\x1a"
ALT_RETURN = "\x1b\r"
PROMPT = re.compile(r"ptb\[\d+\]>")


class Terminal:
    """A terminal with a program in it."""

    def __init__(self, *arguments, argv=None, environment=None, columns=80, rows=24, inputrc=None, waits=True):
        self.home = tempfile.mkdtemp()
        if inputrc is not None:
            with open(os.path.join(self.home, "inputrc"), "w") as file:
                file.write(inputrc)
        settings = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PTB_HOME=ROOT, HOME=self.home,
                        INPUTRC=os.path.join(self.home, "inputrc"), PTB_HISTORY=os.path.join(self.home, "history"))
        for name in ("NO_COLOR", "XDG_STATE_HOME"):
            settings.pop(name, None)
        for name, value in (environment or {}).items():
            if value is None:
                settings.pop(name, None)
            else:
                settings[name] = value.replace("$HOME", self.home)
        argv = argv or [PROGRAM]
        self.child = pexpect.spawn(argv[0], argv[1:] + list(arguments), env=settings, dimensions=(rows, columns), cwd=self.home,
                                   encoding="utf-8", codec_errors="replace", timeout=PATIENCE)
        self.child.delaybeforesend = None
        self.screen = pyte.HistoryScreen(columns, rows, history=10000)
        self.stream = pyte.Stream(self.screen)
        self.raw = ""
        if waits:
            self.wait_for_prompt()

    # Reading

    def read(self, seconds=0.02):
        """Takes what the program has written; false at its end."""
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def wait(self, condition, what):
        """Reads until a condition holds for the screen."""
        end = time.time() + PATIENCE
        while not condition():
            alive = self.read()
            if condition():
                return
            if not alive or time.time() > end:
                raise AssertionError(f"{what} did not come; the screen:\n" + "\n".join(self.lines()))

    def settle(self, seconds=0.3):
        """Reads until nothing has come for a while: to see that something does not happen."""
        seen = -1
        while seen != len(self.raw):
            seen = len(self.raw)
            end = time.time() + seconds
            while time.time() < end:
                self.read()

    def lines(self):
        """The lines on the screen that are not empty; prompts without their numbers."""
        return [PROMPT.sub("ptb>", line.rstrip()) for line in self.screen.display if line.strip()]

    @property
    def is_ready(self):
        """Whether an empty prompt waits."""
        return self.last == "ptb>"

    @property
    def text(self):
        return "\n".join(self.lines())

    @property
    def last(self):
        lines = self.lines()
        return lines[-1] if lines else ""

    def wait_for(self, text):
        self.wait(lambda: text in self.text, repr(text))

    def wait_for_last(self, text):
        self.wait(lambda: self.last == text, f"the line {text!r}")

    def wait_for_prompt(self):
        self.wait(lambda: self.is_ready, "the prompt")

    def wait_for_end(self):
        end = time.time() + PATIENCE
        while self.read() and time.time() < end:
            pass
        self.child.close()
        return self.child.exitstatus

    # Writing

    def send(self, keys):
        self.child.send(keys)

    def enter(self, text):
        """Types an entry and gives what it printed."""
        self.clear()
        self.send(text + "\r")
        self.wait(lambda: self.is_ready and len(self.lines()) > 1, f"the end of {text!r}")
        return "\n".join(self.lines()[1:-1])

    def clear(self):
        """A new screen, with nothing but an empty prompt on it."""
        self.send("\x0c")
        self.wait(lambda: self.is_ready and len(self.lines()) == 1, "an empty screen")

    def paste(self, text):
        self.send("\x1b[200~" + text + "\x1b[201~")

    def resize(self, rows, columns):
        self.child.setwinsize(rows, columns)
        self.screen.resize(rows, columns)

    def signal(self, number=signal.SIGINT):
        os.kill(self.child.pid, number)

    # Processes

    def evaluators(self):
        """The processes below the program, outermost first: the one that holds the session, and below it the one that evaluates."""
        found = children(self.child.pid)
        for process in found:
            found += children(process)
        return found

    def worker(self):
        """The process that evaluates an entry, once it is at work."""
        end = time.time() + PATIENCE
        while time.time() < end:
            self.read()
            for process in self.evaluators():
                if not children(process) and ticks(process) > 10:
                    return process
        raise AssertionError("nothing is evaluated; the screen:\n" + self.text)

    def close(self):
        self.child.close(force=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def children(process):
    found = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children") as file:
                found += [int(word) for word in file.read().split() if state(int(word)) != "Z"]
    except OSError:
        pass
    return found


def statistics(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return ["Z"] + ["0"] * 50


def state(process):
    """As ps(1) tells it; Z, too, where there is no such process."""
    return statistics(process)[0]


def ticks(process):
    """How long a process has computed."""
    return sum(int(word) for word in statistics(process)[11:13])
