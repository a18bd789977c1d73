#!/usr/bin/env python3
"""Completions and the manual page, as the shells and groff themselves read them.

    completion_test.py PAIRWATCH
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

PAIRWATCH = None


def out_of(command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60, **more).stdout


def script_of(what):
    return out_of([PAIRWATCH, "completion", what])


def commands():
    """Of the program's own help."""
    help_text = out_of([PAIRWATCH, "--help"])
    return re.findall(r"^  (\w+) ", help_text[help_text.index("Subcommands:"):], re.MULTILINE)


def flags(command):
    return set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", out_of([PAIRWATCH, command, "--help"]), re.MULTILINE))


class Shells(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def script(self, shell):
        path = os.path.join(self.folder.name, "_pairwatch" if shell == "zsh" else "pairwatch")
        with open(path, "w") as file:
            file.write(script_of(shell))
        return path

    def bash(self, *words):
        program = f"source {self.script('bash')}; compopt() {{ :; }}; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _pairwatch; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        return [line for line in out_of(["bash", "-c", program, "-", "pairwatch", *words], cwd=self.folder.name).splitlines() if line]

    def fish(self, line):
        told = out_of(["fish", "--no-config", "-c", f"source {self.script('fish')}; complete -C 'pairwatch {line}'"], cwd=self.folder.name)
        return [line.split("\t")[0] for line in told.splitlines()]

    def test_bash_completes_commands_flags_and_values(self):
        self.assertGreater(len(commands()), 8)
        self.assertEqual(set(self.bash("")) - {"-h", "--help", "--version"}, set(commands()))
        self.assertEqual(self.bash("repl"), ["replay"])
        for command in commands():
            self.assertEqual({word for word in self.bash(command, "--") if word.startswith("--")}, flags(command), command)
        self.assertEqual(set(self.bash("replay", "--format", "")), {"auto", "json", "protobuf"})
        self.assertEqual(self.bash("completion", "z"), ["zsh"])
        self.assertEqual(self.bash("run", "--config", "pair"), ["pairwatch"], "a file")

    def test_fish_completes_commands_flags_and_values(self):
        self.assertEqual(set(self.fish("")), set(commands()))
        for command in commands():
            self.assertEqual({word for word in self.fish(f"{command} --") if word.startswith("--")}, flags(command), command)
        self.assertEqual(set(self.fish("replay --format ")), {"auto", "json", "protobuf"})
        self.assertEqual(self.fish("run --config pair"), ["pairwatch"])

    def test_zsh_takes_the_script_and_it_names_every_flag(self):
        path = self.script("zsh")
        out_of(["zsh", "-n", path])
        # The specifications are what _arguments is called with: a stand-in prints them.
        program = f"autoload -Uz compinit; compdef() {{ :; }}; source {path}; _arguments() {{ print -rl -- \"$@\"; state=argument; }}; _describe() {{ :; }}; words=($1); _pairwatch"
        for command in commands():
            told = out_of(["zsh", "-f", "-c", program, "-", command])
            self.assertLessEqual(flags(command), set(re.findall(r"--[\w-]+", told)), command)

    def test_the_manual_page_has_every_command_and_flag_and_groff_finds_nothing(self):
        page = script_of("man")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-rLL=120n"], input=page, capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(done.stderr, "")
        text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
        for command in commands():
            self.assertIn(f"pairwatch {command}", text)
            for flag in flags(command):
                self.assertIn(flag, text)

    def test_another_shell_is_wrong_usage(self):
        self.assertEqual(subprocess.run([PAIRWATCH, "completion", "csh"], stderr=subprocess.DEVNULL, timeout=60).returncode, 2)


if __name__ == "__main__":
    PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
