#!/usr/bin/env python3
"""The commands of README.md as they stand there, in their order, on a real Apache Kafka; the two that install and build are steps of tools/test.

    live_readme_test.py PAIRWATCH [unittest arguments]
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import live_support as live
from live_support import ROOT, eventually, free_port, keyed

with open(os.path.join(ROOT, "README.md")) as file:
    README = file.read()

# How what README leaves open is filled in, and what is run of alternatives: the words behind the command, once each.
FILLED_IN = {
    "pairwatch validate": [""],
    "pairwatch topology --format": ["text", "dot", "topics", "acls --principal User:pairwatch"],
    "pairwatch indicators import": ["--kind device --source shared --file hashes.txt"],
    "pairwatch generate": ["--list", "--events 200 --pairs 20 --risky 2 --output traffic.jsonl --labels labels.jsonl",
                           "--events 200 --pairs 20 --to-topic platform.events"],
    "pairwatch evaluate": ["--input traffic.jsonl --labels labels.jsonl --no-ablation"],
    "pairwatch inspect": ["--store pairs --key a7/m3"],
    "pairwatch reset": ["--service relationship --dry-run"],
    "pairwatch pseudonym": ["--input ids.txt --key-id k1 --key-file key"],
    "pairwatch version": [""],
    "pairwatch replay --decisions FILE": ["--input events.jsonl"],
}
ELSEWHERE = {"tools/demo", "tools/test"}  # steps of tools/test, or it itself


def indented():
    """Commands that stand on lines of their own, without what is said behind them."""
    lines = re.findall(r"^    ((?:tools/|pairwatch |curl ).*)$", README, re.MULTILINE)
    return [re.split(r"\s{2,}|\s+# ", line)[0] for line in lines]


def inline():
    return re.findall(r"`(pairwatch [^`]+)`", README)


def without_alternatives(command):
    """`x --format a|b [--c D]`: `x --format`."""
    return re.sub(r" \S+\|.*$", "", re.sub(r" \[.*\]", "", command))


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="pairwatch-readme-")
        os.symlink(os.path.join(ROOT, "tools"), cls.path("tools"))
        os.symlink(live.PAIRWATCH, cls.path("pairwatch"))
        cls.environment = dict(os.environ, PATH=cls.folder + ":" + os.environ["PATH"], TMPDIR=cls.folder, XDG_STATE_HOME=cls.path("state"),
                               PAIRWATCH_STATE__PATH=cls.path("state"))
        cls.ports = {}
        for port in ("9092", "9464"):  # its own, unless somebody works here with them
            with socket.socket() as tried:
                cls.ports[port] = port if tried.connect_ex(("127.0.0.1", int(port))) else str(free_port())
        if cls.ports["9092"] != "9092":
            cls.environment["PAIRWATCH_KAFKA__BOOTSTRAP_SERVERS"] = "localhost:" + cls.ports["9092"]
        if cls.ports["9464"] != "9464":
            cls.environment["PAIRWATCH_HTTP__LISTEN"] = ":" + cls.ports["9464"]
        event = re.search(r'^    (\{"eventId":.*)$', README, re.MULTILINE)[1]
        decision = re.search(r'^    (\{"escalationId":.*)$', README, re.MULTILINE)[1]
        with open(os.path.join(ROOT, "tests", "data", "demo.jsonl")) as demo:
            cls.events = [event, *demo.read().splitlines()]
        cls.write("events.jsonl", "\n".join(cls.events) + "\n")
        cls.write("my-rules.yaml", "version: mine\nsignals: {secrecy_request: {weight: 1.0}}\n")
        cls.write("hashes.txt", "00112233445566778899aabbccddeeff\n")
        cls.write("ids.txt", "a7\nm3\n")
        cls.write("key", "0123456789abcdef0123456789abcdef")
        cls.write("FILE", decision + "\n")

    @classmethod
    def tearDownClass(cls):
        subprocess.run([live.KAFKA, "stop", "--port", cls.ports["9092"]], env=cls.environment, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", cls.folder], check=True)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def write(cls, name, text):
        with open(cls.path(name), "w") as file:
            file.write(text)

    def as_run(self, command):
        for written, used in self.ports.items():
            command = command.replace(":" + written, ":" + used)
        return "tools/kafka start --port " + self.ports["9092"] if command == "tools/kafka start" and self.ports["9092"] != "9092" else command

    def run_it(self, command, exit_code=0):
        done = subprocess.run(["bash", "-c", self.as_run(command)], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=240)
        self.assertEqual(done.returncode, exit_code, command + "\n" + done.stderr)
        return done.stdout

    def running(self, command):
        process = subprocess.Popen(["bash", "-c", "exec " + self.as_run(command)], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def is_ready(self):
        url = f"http://localhost:{self.ports['9464']}/readyz"
        return subprocess.run(["curl", "-sf", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def end(self, process):
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, told)

    def ids(self, lines):
        return sorted({json.loads(line)["escalationId"] for line in lines.splitlines()})

    def told(self):
        """Ids of the cases on the topics of moderators."""
        topics = [word for severity in live.SEVERITIES for word in ("-t", "moderation.escalations." + severity)]
        out = ""
        for topic in topics[1::2]:
            out += subprocess.run(["kcat", "-C", "-q", "-e", "-b", "localhost:" + self.ports["9092"], "-t", topic, "-X",
                                   "isolation.level=read_committed"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        return self.ids(out)

    def test_every_command_is_known_to_this_test(self):
        known = {"pairwatch replay --input", "tools/kafka start", "pairwatch run --services", "curl localhost:9464/readyz", "pairwatch replay --from-topic"}
        for command in [*indented(), *inline()]:
            plain = without_alternatives(command)
            self.assertTrue(plain in FILLED_IN or plain in ELSEWHERE or any(command.startswith(start) for start in known),
                            f"README tells `{command}`, and no test runs it; add it to FILLED_IN or run it in test_in_their_order")
        for command in ELSEWHERE:
            self.assertTrue(os.access(os.path.join(ROOT, command), os.X_OK), command)

    def test_in_their_order(self):
        replays = [command for command in indented() if command.startswith("pairwatch replay --input")]
        self.assertEqual(len(replays), 3)
        self.run_it(replays[0])
        with open(self.path("escalations.jsonl")) as file:
            expected = self.ids(file.read())
        self.assertGreater(len(expected), 3)
        self.assertIn("REVIEW", self.run_it(replays[1]))
        self.assertIn('"version":"mine"', self.run_it(replays[2]))

        start, run, ask = [command for command in indented() if command.startswith(("tools/kafka", "pairwatch run", "curl"))]
        self.assertIn("bootstrap=", self.run_it(start))
        service = self.running(run)
        eventually(lambda: self.is_ready() or service.poll() is not None, "readiness")
        self.assertIsNone(service.poll(), "it ended by itself")
        answer = self.run_it(ask)
        self.assertIn("pairwatch_events_total", answer)
        self.assertIn("ready", answer)

        subprocess.run(["kcat", "-P", "-b", "localhost:" + self.ports["9092"], "-t", "platform.events", "-K", "\t", "-X", "partitioner=murmur2_random"],
                       input=b"".join(key + b"\t" + value + b"\n" for key, value in keyed([line.encode() for line in self.events])), check=True)
        eventually(lambda: self.told() == expected, "the cases of the replay on the topics of moderators", 120)

        replay = next(command for command in inline() if command.startswith("pairwatch replay --from-topic"))
        plain = replay.split(" [")[0]
        self.assertEqual(self.ids(self.run_it(plain)), expected)
        self.assertEqual(self.run_it(plain + " --from 2020-01-01T00:00:00Z --to 2099-01-01T00:00:00Z"), self.run_it(plain))
        self.assertEqual(self.run_it(plain + " --from 2020-01-01T00:00:00Z --to 2020-01-02T00:00:00Z"), "")
        for command in dict.fromkeys(without_alternatives(command) for command in inline()):
            if command != "pairwatch reset":
                for words in FILLED_IN.get(command, []):
                    self.run_it(f"{command} {words}")
        self.end(service)

        for services in ("intake", "relationship"):
            self.assertIn(f"--services {services}`", README)
            alone = self.running(f"pairwatch run --services {services}")
            eventually(lambda: self.is_ready() or alone.poll() is not None, f"{services} alone ready")
            self.end(alone)
        self.run_it("pairwatch reset " + FILLED_IN["pairwatch reset"][0])


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
