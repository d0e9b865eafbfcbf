"""Every command of the prompt, at a terminal."""
import re
import unittest

from terminal import Terminal

# What is typed, and a pattern of what comes: a session from beginning to end.
SESSION = [
    ("let A = [[2.0, 1.0], [1.0, 3.0]]", r"^$"),
    ("forall d in Linf(0.1)[2] { sum(d) < 0.3 }", r"^Proved  : Verdict"),
    (":prove", r"^Proved: no point of the set violates it   \(exact, "),
    ("max d in Linf(0.1)[2] { sum(sin(d) ^ 2) } by pgd(restarts: 4)", r"^≥ 0\.0199"),
    (":bound", r"^0\.0199\S* … 0\.0199\S*  : Bounds\[Real\]   \(bab, [\s\S]* which is `ans`"),
    (":prove < 0.01", r"^Refuted at d = \["),
    ("ans", r"^\[\S+, \S+\]  : Real\[2\]"),
    ("out[0]", r"^Proved"),
    ("forall d in Linf(0.1)[2] { sum(d) < 0.15 }", r"^Refuted at d = \[0\.1, 0\.1\]"),
    (":refute", r"^Refuted at d = \[[\s\S]*there sum\(d\) is 0\.2"),
    ("A @ A", r"^\[\[5\.0,  5\.0\],\s+\[5\.0, 10\.0\]\]  : Real\[2, 2\]"),
    ("A;", r"^$"),
    (":type A @ [1.0, 2.0]", r"^Real\[2\]"),
    (":ir sum(A)", r"graph \("),
    (":explain max d in L2(0.5)[2] { dot([1.0, 2.0], d) }", r"solver  exact"),
    (":help pgd", r"Projected gradient ascent"),
    ("?fgsm", r"fast gradient sign method"),
    ("?:prove", r"branch and bound"),
    (":browse plots", r"heatmap "),
    (":apropos lipschitz", r"lipschitz "),
    (":plot [1.0, 3.0, 2.0]", r"3\.0┤"),
    (":time sum(A)", r"\(least .* compiled and run once"),
    (":bench sum(A); sum(A @ A)", r"× the first"),
    (":vars", r"A +Real\[2, 2\]"),
    (":save session.ptb", r"entries written to session\.ptb"),
    (":seed 3", r"^$"),
    (":set seed", r"^seed is 3: "),
    (":set threads 1", r"^$"),
    (":precision f32", r"computed anew in f32"),
    ("A[0]", r"^\[2\.0, 1\.0\]  : Real\[2\]"),
    (":clear A", r"^$"),
    (":vars", r"no names yet"),
    (":load session.ptb", r"^$"),
    (":reload", r"^$"),
    ("A[1]", r"^\[1\.0, 3\.0\]  : Real\[2\]"),
    (":nonsense", r"error: .*:nonsense"),
    (":help", r":quit +leave"),
]


class Commands(unittest.TestCase):
    def test_every_command(self):
        with Terminal(rows=60, columns=110) as t:
            for typed, pattern in SESSION:
                with self.subTest(typed):
                    self.assertRegex(t.enter(typed), pattern)
            listed = re.findall(r"^ +:([a-z]+)", t.enter(":help"), re.MULTILINE)
            tried = {typed.split()[0].lstrip("?") for typed, _ in SESSION}
            self.assertEqual([name for name in listed if ":" + name not in tried | {":quit"}], [])
            t.send(":quit\r")
            self.assertEqual(t.wait_for_end(), 0)


if __name__ == "__main__":
    unittest.main()
