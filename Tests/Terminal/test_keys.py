"""Editing: keys, entries of several lines, history, modes."""
import os
import stat
import unittest

from terminal import (ALT_RETURN, CTRL_C, CTRL_D, CTRL_R, CTRL_Z, DOWN, LEFT, UP, Terminal)


class Entries(unittest.TestCase):
    def test_values_types_and_quiet_entries(self):
        with Terminal() as t:
            self.assertEqual(t.enter("1 + 1"), "2  : Int")
            self.assertEqual(t.enter("let x = 3;"), "")
            self.assertEqual(t.enter("x + ans"), "5  : Int")
            self.assertEqual(t.enter("x;"), "")

    def test_return_goes_on_while_the_entry_is_incomplete(self):
        with Terminal() as t:
            t.send("fn f(a) {\r")
            t.send("if a > 0 {\r")
            t.send("a + 1\r} else {\r0\r}\r}\r")
            t.wait_for("}\n" + "ptb>")
            self.assertEqual(t.lines(), t.lines()[:1] + [
                "ptb> fn f(a) {", "  if a > 0 {", "    a + 1", "  } else {", "    0", "  }", "}", "ptb>"])
            self.assertEqual(t.enter("f(2)"), "3  : Int")

    def test_several_lines_are_one_entry_of_the_history(self):
        with Terminal() as t:
            t.send("fn g(a) {\ra * 2\r}\r")
            t.wait_for("}\n" + "ptb>")
            t.clear()
            t.send(UP)
            t.wait_for_last("}")
            self.assertEqual(t.lines(), ["ptb> fn g(a) {", "  a * 2", "}"])
            # The cursor moves within it, to change the line above.
            t.send(UP + "\x05" + " + 1")
            t.wait_for("a * 2 + 1\n}")
            t.send(UP + DOWN + "\x01" + "   " + "\x0b" + "(a * 2) + 1" + DOWN)
            t.wait_for("   (a * 2) + 1\n}")
            t.send("\r")
            t.wait_for_prompt()
            self.assertEqual(t.enter("g(4)"), "9  : Int")

    def test_alt_return_runs_what_is_incomplete(self):
        with Terminal() as t:
            t.send("let y = (1 +" + ALT_RETURN)
            t.wait_for("error[E0")
            t.wait_for_prompt()
            self.assertEqual(t.enter("2"), "2  : Int")

    def test_bracketed_paste_is_one_entry(self):
        script = "let u = 3\n\nfn twice(a) {\n\tif a > 0 { return 2 * a }\n  2 * a\n}\nlet v = twice(u)\n"
        with Terminal() as t:
            t.paste(script)
            t.wait_for("let v")
            t.send("\r")
            t.wait_for_prompt()
            self.assertEqual(t.enter("v"), "6  : Int")

    def test_a_long_script_is_pasted_at_once(self):
        script = "".join(f"let n{k} = {k} + 1\n" for k in range(300))
        with Terminal() as t:
            t.paste(script)
            t.wait_for("let n299")
            t.send("\r")
            t.wait_for_prompt()
            self.assertEqual(t.enter("n299"), "300  : Int")
            t.send(UP + UP + CTRL_C)
            t.wait_for_prompt()

    def test_wide_characters(self):
        with Terminal() as t:
            self.assertEqual(t.enter("let δ = 2"), "")
            t.send("δ + 1" + LEFT + LEFT + LEFT + LEFT + LEFT + "10*")
            t.wait_for_last("ptb> 10*δ + 1")
            t.send("\r")
            t.wait_for("21  : Int")
            t.clear()
            t.send('"漢字"' + LEFT + "\x7f" + "\r")
            t.wait_for("漢")
            t.wait_for_prompt()
            self.assertNotIn("字", t.lines()[0])

    def test_a_locale_without_utf8_does_not_break_characters(self):
        with Terminal(environment={"LC_ALL": "C", "LANG": "C"}) as t:
            t.send("let δa = 2" + LEFT * 4 + "\x7f\x7f" + "θ")
            t.wait_for("θ")
            self.assertEqual(t.last, "ptb> let θ = 2")

    def test_leaving(self):
        for keys in (CTRL_D, ":quit\r", ":q\r"):
            t = Terminal()
            t.send(keys)
            self.assertEqual(t.wait_for_end(), 0, keys)
        # Ctrl-D in a line deletes a character.
        with Terminal() as t:
            t.send("11" + LEFT + CTRL_D + "\r")
            t.wait_for("1  : Int")


class HistoryKeys(unittest.TestCase):
    def test_prefix_search_and_back(self):
        with Terminal() as t:
            for entry in ("let aa = 1", "let bb = 2", "print(aa)", "let cc = 3"):
                t.enter(entry)
            t.send("let" + UP)
            t.wait_for_last("ptb> let cc = 3")
            t.send(UP)
            t.wait_for_last("ptb> let bb = 2")
            t.send(UP)
            t.wait_for_last("ptb> let aa = 1")
            t.send(DOWN)
            t.wait_for_last("ptb> let bb = 2")
            t.send(CTRL_C)
            t.wait_for_prompt()
            # An empty line goes through all of them.
            t.send(UP + UP)
            t.wait_for_last("ptb> print(aa)")

    def test_incremental_search(self):
        with Terminal() as t:
            for entry in ("let first = 1", "let second = 2"):
                t.enter(entry)
            t.send(CTRL_R + "fir")
            t.wait_for("let first = 1")
            t.send("\x05;\r")
            t.wait_for_prompt()
            self.assertIn("ptb> let first = 1;", t.text)

    def test_ctrl_c_in_a_search_forgets_what_it_showed(self):
        with Terminal() as t:
            t.enter("let a = 1")
            t.enter('print("hidden " + "line")')
            t.clear()
            t.send(CTRL_R + "hidden")
            t.wait_for("print")
            t.send(CTRL_C)
            t.wait_for_prompt()
            t.send("\r2\r")
            t.wait_for("2  : Int")
            self.assertNotIn("hidden line", t.text)

    def test_it_lasts(self):
        with Terminal() as t:
            t.send("fn h(a) {\ra\r}\r")
            t.wait_for("}\n" + "ptb>")
            t.enter("let last = 1")
            t.enter("let last = 1")
            history = os.path.join(t.home, "history")
            self.assertEqual(stat.S_IMODE(os.stat(history).st_mode), 0o600)
            with Terminal(environment={"PTB_HISTORY": history}) as u:
                u.clear()
                u.send(UP)
                u.wait_for_last("ptb> let last = 1")
                u.send(UP)
                u.wait_for_last("}")
                self.assertEqual(u.lines(), ["ptb> fn h(a) {", "  a", "}"])

    def test_where_it_is_kept(self):
        with Terminal(environment={"PTB_HISTORY": None, "XDG_STATE_HOME": "$HOME/state"}) as t:
            t.enter("1")
            self.assertTrue(os.path.exists(os.path.join(t.home, "state/ptb/history")))
        with Terminal(environment={"PTB_HISTORY": None}) as t:
            t.enter("1")
            self.assertTrue(os.path.exists(os.path.join(t.home, ".local/state/ptb/history")))
        with Terminal(environment={"PTB_HISTORY": ""}) as t:
            t.enter("1")
            self.assertFalse(os.path.exists(os.path.join(t.home, ".local")))

    def test_it_does_not_grow_for_ever(self):
        with Terminal() as t:
            history = os.path.join(t.home, "history")
        with open(history, "w") as file:
            file.writelines(f"\x1e17\nold{k}\n" for k in range(12_000))
        with Terminal(environment={"PTB_HISTORY": history}) as t:
            t.send(UP)
            t.wait_for_last("ptb> old11999")
            with open(history) as file:
                self.assertLessEqual(sum(line.startswith("old") for line in file), 10_000)
            self.assertEqual(stat.S_IMODE(os.stat(history).st_mode), 0o600)


class Modes(unittest.TestCase):
    def test_vi(self):
        with Terminal(inputrc='set editing-mode vi\n"\\C-l": clear-screen\n') as t:
            t.send("12\x1b")
            t.settle(0.6)
            t.send("0i3")
            t.wait_for_last("ptb> 312")
            t.send("\r")
            t.wait_for("312  : Int")
            t.send("fn f(a) {\ra\r}\r")
            t.wait_for("}\n" + "ptb>")
            self.assertEqual(t.enter("f(7)"), "7  : Int")

    def test_inputrc_for_this_program(self):
        rc = '$if ptb\n"\\C-g": "let z = 5"\n"\\C-o": ptb-run\n$else\n"\\C-g": "other"\n$endif\n'
        with Terminal(inputrc=rc) as t:
            t.send("\x07")
            t.wait_for_last("ptb> let z = 5")
            t.send("\x0f")
            t.wait_for_prompt()
            self.assertEqual(t.enter("z"), "5  : Int")

    def test_the_users_keys_win(self):
        with Terminal(inputrc='"\\e[A": "up"\n') as t:
            t.send(UP)
            t.wait_for_last("ptb> up")


class Screen(unittest.TestCase):
    def test_colour(self):
        coloured = "\x1b[1;36m"
        with Terminal() as t:
            self.assertIn(coloured, t.raw)
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            with Terminal(environment=environment) as t:
                t.send("nope\r")
                t.wait_for("not known")
                self.assertNotIn("\x1b[1", t.raw)
                self.assertNotIn("\x1b[3", t.raw)

    def test_resize(self):
        with Terminal(columns=40) as t:
            t.clear()
            entry = "1 + " * 20 + "1"
            t.send(entry)
            t.wait(lambda: len(t.lines()) == 3, "three lines")
            t.resize(24, 120)
            t.wait(lambda: t.last == "ptb> " + entry, "one line")
            t.send("\r")
            t.wait_for("21  : Int")

    def test_stop_and_go_on(self):
        with Terminal(argv=["/bin/bash", "--norc", "-i"], environment={"PS1": "shell> "}, waits=False) as t:
            from terminal import PROGRAM
            t.wait_for_last("shell>")
            t.send(PROGRAM + "\r")
            t.wait_for_prompt()
            t.enter("let kept = 4")
            t.send("kept + 1")
            t.wait_for_last("ptb> kept + 1")
            t.send(CTRL_Z)
            t.wait_for_last("shell>")
            t.send("stty -a | grep -o ' -icanon\\| icanon'\r")
            t.wait_for(" icanon")
            t.send("fg\r")
            t.wait_for_last("ptb> kept + 1")
            t.send("\r")
            t.wait_for("5  : Int")
            t.wait_for_prompt()
            # While something is evaluated, too.
            t.send("for i in 0..200000000000 { }\r")
            t.settle()
            t.send(CTRL_Z)
            t.wait_for_last("shell>")
            t.send("fg\r")
            t.settle()
            t.send(CTRL_C)
            t.wait_for_prompt()
            self.assertEqual(t.enter("kept"), "4  : Int")
            t.send(CTRL_D)
            t.wait_for_last("shell>")


if __name__ == "__main__":
    unittest.main()
