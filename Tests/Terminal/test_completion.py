"""Tab: what it completes, and that it evaluates nothing."""
import os
import time
import unittest

from terminal import CTRL_C, Terminal

TAB = "\t"


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.terminal = Terminal()
        t = cls.terminal
        for entry in ("let point = {across: 1.0, upwards: 2.0}", "let twin_one = 1", "let twin_two = 2",
                      "let zone = Linf(0.1)", "let layer = Dense(3, 2)", "fn mix(first_part, second_part) = first_part + second_part",
                      "let δelta = 1"):
            t.enter(entry)

    @classmethod
    def tearDownClass(cls):
        cls.terminal.close()

    def setUp(self):
        self.terminal.send(CTRL_C)
        self.terminal.settle(0.05)
        self.terminal.clear()

    def again(self, condition):
        """On a busy machine the first answer, for which the library is read, may come too late to be shown."""
        end = time.time() + 3
        while time.time() < end and not condition():
            self.terminal.read()
        if not condition():
            self.terminal.send(TAB)

    def completes(self, keys, line):
        self.terminal.send(keys + TAB)
        self.again(lambda: self.terminal.last == "ptb> " + line)
        self.terminal.wait_for_last("ptb> " + line)

    def offers(self, keys, *candidates):
        """Several fit: they are shown."""
        self.terminal.send(keys + TAB)
        self.again(lambda: self.terminal.text != "ptb> " + keys)
        self.terminal.wait(lambda: all(word in self.terminal.text.split() for word in candidates), f"{candidates}")

    def test_names(self):
        self.completes("point.acr", "point.across")

    def test_names_of_the_session_and_the_library(self):
        self.completes("twi" + TAB + "t", "twin_two")

    def test_several_names(self):
        self.offers("twin_", "twin_one", "twin_two")

    def test_keywords_and_binders(self):
        self.completes("fora", "forall")

    def test_other_alphabets(self):
        self.completes("δel", "δelta")

    def test_fields(self):
        self.offers("point.", "across", "upwards")

    def test_members_of_a_set(self):
        self.completes("zone.proj", "zone.project")

    def test_members_of_a_model(self):
        self.offers("layer.", "W", "b")

    def test_members_of_a_module(self):
        self.completes("nn.Dens", "nn.Dense")

    def test_named_arguments(self):
        self.completes("mix(first_part: 1, sec", "mix(first_part: 1, second_part:")

    def test_named_arguments_are_shown(self):
        self.offers("mix(", "first_part:", "second_part:")

    def test_named_arguments_of_a_solver(self):
        self.completes("max d in zone { d } by pgd(rest", "max d in zone { d } by pgd(restarts:")

    def test_solvers(self):
        self.completes("max d in zone { d } by pg", "max d in zone { d } by pgd")

    def test_commands(self):
        self.completes(":apr", ":apropos")

    def test_what_follows_a_command(self):
        self.completes(":type point.up", ":type point.upwards")

    def test_settings(self):
        self.completes(":set prec", ":set precision")

    def test_help(self):
        self.completes("?twin_t", "?twin_two")

    def test_greek(self):
        self.completes("let \\theta", "let θ")

    def test_greek_inside_a_name(self):
        self.completes("point.across + \\Sigma", "point.across + Σ")

    def test_greek_that_has_begun(self):
        self.completes("\\lamb", "λ")

    def test_several_signs(self):
        self.offers("\\e", "\\eps", "\\eta", "\\exists")

    def test_files_in_strings_and_commands(self):
        os.mkdir(os.path.join(self.terminal.home, "my-data"))
        for name in ("my-data/table.one.csv", "script.ptb"):
            open(os.path.join(self.terminal.home, name), "w").close()
        self.completes('load("my-d' + TAB + "ta", 'load("my-data/table.one.csv"')
        self.setUp()
        self.completes(":load my-data/ta", ":load my-data/table.one.csv")
        self.setUp()
        self.completes(":load scr", ":load script.ptb")

    def test_names_in_an_interpolation(self):
        self.completes('"it is {twin_o', '"it is {twin_one')

    def test_indentation(self):
        t = self.terminal
        t.send("fn f(a) {\r" + TAB + "a")
        t.wait(lambda: t.last == "    a", "two more spaces")

    def test_nothing_is_evaluated(self):
        t = self.terminal
        t.send('print("evaluated").' + TAB + TAB)
        t.settle()
        self.assertEqual(t.lines(), ['ptb> print("evaluated").'])


if __name__ == "__main__":
    unittest.main()
