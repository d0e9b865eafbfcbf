"""Stopping, crashing, leaving: the session survives what happens to an entry."""
import os
import signal
import subprocess
import tempfile
import time
import unittest

from terminal import CTRL_C, PROGRAM, ROOT, Terminal, state

# An entry that would take hours, in whatever is under way when it is stopped.
LONG = {
    "a loop": "var s = 0.0; for i in 0..1000000000 { s = sin(s + 1.0) }",
    "linear algebra": "let q = svd(ones(3000, 3000) + eye(3000))",
    "checking": "fn f0(x) = x + 1\n" + "\n".join(f"fn f{k + 1}(x) = f{k}(x) + f{k}(x * 2)" for k in range(30)) + "\nf30(1.0)",
    "nested solves": "argmin x from 0.0 { (max y in Box(-1.0, 1.0) { (x - y)^2 } by pgd(steps: 1000000)) + x^2 } by adam(steps: 1000000)",
    "printing": "for i in 0..1000000000 { print(i) }",
}


def run(t, entry):
    """Begins a long entry."""
    if "\n" in entry:
        t.paste(entry)
        t.wait_for(entry.splitlines()[-1][:40])
    else:
        t.send(entry)
    t.send("\r")


def kill(processes):
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            pass


class Stopping(unittest.TestCase):
    def test_ctrl_c_stops_and_the_session_is_as_before(self):
        with Terminal() as t:
            t.enter("var kept = 1")
            for what, entry in LONG.items():
                with self.subTest(what):
                    t.clear()
                    run(t, "kept = 2\n" + entry)
                    t.worker()
                    t.send(CTRL_C)
                    t.wait_for("interrupted")
                    t.wait_for_prompt()
                    self.assertNotIn("error[", t.text.replace("error[E0910]", ""))
                    self.assertEqual(t.enter("kept"), "1  : Int")

    def test_ctrl_c_at_the_prompt_drops_the_line(self):
        with Terminal() as t:
            t.send("let lost = (1 +\r 2")
            t.wait_for(" 2")
            t.send(CTRL_C)
            t.wait_for_prompt()
            self.assertEqual(t.enter("3"), "3  : Int")
            self.assertIn("not known", t.enter("lost"))

    def test_the_signal_without_a_terminal(self):
        with Terminal() as t:
            t.enter("let kept = 1")
            run(t, LONG["a loop"])
            t.worker()
            t.signal()
            t.wait_for("interrupted")
            t.wait_for_prompt()
            self.assertEqual(t.enter("kept"), "1  : Int")


class Crashes(unittest.TestCase):
    def crash(self, number, text):
        with Terminal() as t:
            t.enter("let kept = 4")
            run(t, LONG["linear algebra"])
            os.kill(t.worker(), number)
            t.wait_for(text)
            t.wait_for_prompt()
            self.assertEqual(t.enter("kept + 1"), "5  : Int")

    def test_trap(self):
        self.crash(signal.SIGILL, "an internal check failed")

    def test_bad_memory(self):
        self.crash(signal.SIGSEGV, "ran out of stack")

    def test_killed(self):
        self.crash(signal.SIGKILL, "for want of memory")

    def test_loss_of_all_processes_replays_what_was_accepted(self):
        with Terminal() as t:
            t.enter('print("once")')
            t.enter("var n = 1")
            t.enter("n = n + 1")
            t.enter("nope")
            t.enter("let noise ~ Normal(0, 1)")
            drawn = t.enter("noise")
            t.enter(f'save("{t.home}/noise.npy", noise)')
            saved = os.stat(f"{t.home}/noise.npy").st_mtime_ns
            t.send("nois")
            kill(t.evaluators())
            t.wait_for("the session is as it was")
            # What was being typed is still there.
            t.wait_for_last("ptb> nois")
            t.send("e\r")
            t.wait_for_prompt()
            self.assertIn(drawn, t.text)
            self.assertNotIn("once\n", t.text)
            self.assertEqual(t.enter("n"), "2  : Int")
            self.assertEqual(os.stat(f"{t.home}/noise.npy").st_mtime_ns, saved)

    def test_loss_of_all_processes_in_an_entry(self):
        with Terminal() as t:
            t.enter("let kept = 4")
            run(t, LONG["a loop"])
            t.worker()
            kill(t.evaluators())
            t.wait_for("the evaluator is lost with this entry")
            t.wait_for_prompt()
            self.assertEqual(t.enter("kept"), "4  : Int")

    def test_no_process_outlives_the_terminal(self):
        t = Terminal()
        run(t, LONG["linear algebra"])
        t.worker()
        processes = t.evaluators()
        os.kill(t.child.pid, signal.SIGKILL)
        end = time.time() + 60
        while any(state(process) != "Z" for process in processes):
            self.assertLess(time.time(), end)
            time.sleep(0.05)
        t.close()


class Piped(unittest.TestCase):
    def run_piped(self, text, *arguments):
        return subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, timeout=120,
                              env=dict(os.environ, PTB_HOME=ROOT))

    def test_quiet_as_a_script(self):
        done = self.run_piped("let x = 2\nfn f(a) {\n  a + x\n}\nf(1)\n")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("3  : Int\n", "", 0))

    def test_a_mistake_ends_it(self):
        done = self.run_piped("let x = 2\nnope\nprint(x)\n")
        self.assertEqual((done.stdout, done.returncode), ("", 1))
        self.assertIn("error[E0301]", done.stderr)

    def test_incomplete_at_the_end(self):
        done = self.run_piped("let x = (2\n")
        self.assertEqual(done.returncode, 1)

    def test_script_first(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/first.ptb", "w") as file:
                file.write("let first = 7\n")
            self.assertEqual(self.run_piped("first\n", "repl", f"{folder}/first.ptb").stdout, "7  : Int\n")
            with Terminal("repl", f"{folder}/first.ptb") as t:
                self.assertEqual(t.enter("first"), "7  : Int")


if __name__ == "__main__":
    unittest.main()
