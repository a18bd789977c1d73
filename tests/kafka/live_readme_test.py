#!/usr/bin/env python3
"""The commands of README.md and of docs/ as they stand there, in their order, on a real Apache Kafka; what cannot run here is named with its reason.

    live_readme_test.py PAIRWATCH [unittest arguments]
"""
import glob
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

PROGRAMS = r"(?:tools/|pairwatch |curl |kcat |helm |docker |kubectl |sudoedit |sudo |export |echo )"

# What is run in the place of a command of README that leaves something open: of alternatives each.
INSTEAD = {
    "pairwatch topology --format text|dot|topics|acls": ["pairwatch topology --format text", "pairwatch topology --format dot",
                                                         "pairwatch topology --format topics", "pairwatch topology --format acls --principal User:pairwatch"],
    "pairwatch replay --from-topic platform.events [--from TIME --to TIME]": [
        "pairwatch replay --from-topic platform.events --output whole.jsonl",
        "pairwatch replay --from-topic platform.events --from 2020-01-01T00:00:00Z --to 2099-01-01T00:00:00Z | cmp - whole.jsonl"],
    "pairwatch indicators import": ["pairwatch indicators import --kind device --source shared --file devices.txt"],
    "pairwatch generate": ["pairwatch generate --list"],
    "pairwatch evaluate": ["pairwatch generate --events 200 --pairs 20 --risky 2 --output few.jsonl --labels labels.jsonl",
                           "pairwatch evaluate --input few.jsonl --labels labels.jsonl --no-ablation"],
    "pairwatch inspect": ["pairwatch inspect --store pairs --key a7/m3"],
    "pairwatch reset": ["pairwatch reset --service relationship --dry-run || test $? = 1"],  # its processes run
    "pairwatch pseudonym": ["pairwatch pseudonym --input ids.txt --key-id k1 --key-file key"],
    "pairwatch replay --decisions FILE": ["pairwatch replay --decisions FILE --input events.jsonl"],
    "pairwatch run --services intake": [],  # test_services_apart
}

# What a page of docs leaves open or makes large, and what is filled in.
FILLED_IN = {
    "docs/evaluation.md": {"--seed 7 --days 90 --risky 440 --benign 420 --evasion 0.3": "--seed 7 --days 90 --risky 22 --benign 26 --evasion 0.3 --events 3000 --pairs 300",
                           "--report report.html": "--report report.html --no-ablation", "--alerts-per-day 20": "--alerts-per-day 20 --no-ablation",
                           "--events 400000 --pairs 60000 --minor-share 0.2 --risky 880 --benign 1300": "--events 4000 --pairs 600 --minor-share 0.2 --risky 22 --benign 26",
                           "--input events.pb --labels labels.jsonl": "--input events.pb --labels labels.jsonl --no-ablation"},
    "docs/operations.md": {"TENANT/ACCOUNT/ACCOUNT": "a7/m3", "--store actors --key TENANT/ACCOUNT": "--store actors --key a7",
                           "--store minors --key TENANT/ACCOUNT": "--store minors --key m3 || test $? = 1",  # nobody else shows risk towards it
                           "--rules FILE": "--rules my-rules.yaml"},
}
ELSEWHERE = {  # beginnings of commands, and why they are not run here
    "tools/": "each is a step of tools/test, or starts what this test starts itself", "export ": "where pairwatch lies is this test's business",
    "helm ": "needs a cluster; tools/helm check renders and validates all of it", "docker ": "needs a container engine",
    "kubectl ": "needs a cluster", "sudo": "tests/package/package_test.py installs the package",
    "pairwatch evaluate --input events.pb --labels labels.jsonl --rules calibrated.yaml": "of what tools/calibrate has written, in minutes: tests/calibration_test.py",
}
IN_BACKGROUND = "pairwatch run --services all -X kafka.bootstrap_servers=localhost:9092"


def read(page):
    with open(os.path.join(ROOT, page)) as file:
        return file.read()


def pages():
    return ["README.md", *(os.path.relpath(path, ROOT) for path in sorted(glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)))]


def mentions_in(page):
    """Commands within the text."""
    return list(dict.fromkeys(words.replace("\n", " ") for words in re.findall(r"`(pairwatch [a-z]+(?: [^`]*)?)`", read(page))))


def commands_of(page):
    """Those on lines of their own, without what is said behind them; of README also those within the text."""
    text = re.sub(r"\\\n\s+", "", re.sub(r"\|\n\s+", "| ", read(page)))
    lines = [re.split(r"\s{2,}|\s+# ", line)[0] for line in re.findall(rf"^    ({PROGRAMS}.*)$", text, re.MULTILINE)]
    return list(dict.fromkeys([*lines, *(mentions_in(page) if page == "README.md" else [])]))


class Commands(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="pairwatch-readme-")
        for name in ("tools", "proto", "tests"):
            os.symlink(os.path.join(ROOT, name), cls.path(name))
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
        readme = read("README.md")
        event = re.search(r'^    (\{"eventId":.*)$', readme, re.MULTILINE)[1]
        decision = re.search(r'^    (\{"escalationId":.*)$', readme, re.MULTILINE)[1]
        cls.events = [event, *read("tests/data/demo.jsonl").splitlines()]
        cls.write("events.jsonl", "\n".join(cls.events) + "\n")
        cls.write("my-rules.yaml", "version: mine\nsignals: {secrecy_request: {weight: 2.6, cap: 2.6}}\n")
        cls.write("devices.txt", "00112233445566778899aabbccddeeff\n")
        cls.write("old.txt", "00112233445566778899aabbccddeeff\n")
        cls.write("ids.txt", "a7\nm3\n")
        cls.write("key", "0123456789abcdef0123456789abcdef")
        cls.write("FILE", decision + "\n")
        cls.run_it("tools/kafka start")

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

    @classmethod
    def as_run(cls, command):
        for written, used in cls.ports.items():
            command = command.replace(":" + written, ":" + used)
        return "tools/kafka start --port " + cls.ports["9092"] if command == "tools/kafka start" and cls.ports["9092"] != "9092" else command

    @classmethod
    def run_it(cls, command):
        done = subprocess.run(["bash", "-c", "set -o pipefail; " + cls.as_run(command)], cwd=cls.folder, env=cls.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=240)
        if done.returncode != 0:
            raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout

    def running(self, command):
        process = subprocess.Popen(["bash", "-c", "exec " + self.as_run(command)], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        eventually(lambda: self.is_ready() or process.poll() is not None, "readiness")
        self.assertIsNone(process.poll(), "it ended by itself")
        return process

    def is_ready(self):
        url = f"http://localhost:{self.ports['9464']}/readyz"
        return subprocess.run(["curl", "-sf", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def end(self, process):
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, told)

    def ids_in(self, name):
        with open(self.path(name)) as file:
            return sorted({json.loads(line)["escalationId"] for line in file})

    def ids_told(self):
        """Of the cases on the topics of moderators."""
        self.run_it("(" + "; ".join(f"kcat -C -q -e -b localhost:9092 -t moderation.escalations.{severity} -X isolation.level=read_committed"
                              for severity in live.SEVERITIES) + ") >told.jsonl")
        return self.ids_in("told.jsonl")

    def run_all(self, page):
        """All that a page tells but what is run elsewhere."""
        for command in commands_of(page):
            if command == IN_BACKGROUND or any(command.startswith(start) for start in ELSEWHERE):
                continue
            for way in INSTEAD.get(command, [command]):
                for words, filled_in in FILLED_IN.get(page, {}).items():
                    way = way.replace(words, filled_in)
                with self.subTest(page=page, command=command):
                    self.run_it(way)

    def test_a_readme(self):
        service = self.running(next(command for command in commands_of("README.md") if command == IN_BACKGROUND))
        self.write("keyed", "".join(f"{key.decode()}\t{line.decode()}\n" for key, line in keyed([line.encode() for line in self.events])))
        self.run_it("kcat -P -b localhost:9092 -t platform.events -K '\t' -X partitioner=murmur2_random <keyed")
        self.run_it("pairwatch replay --input events.jsonl >expected.jsonl")
        expected = self.ids_in("expected.jsonl")
        self.assertGreater(len(expected), 3)
        eventually(lambda: self.ids_told() == expected, "the cases of the replay on the topics of moderators", 120)
        self.run_all("README.md")
        self.assertEqual(self.ids_in("escalations.jsonl"), expected)
        self.assertEqual(self.ids_in("whole.jsonl"), expected)
        self.assertIn("pairwatch_events_total", self.run_it("curl localhost:9464/readyz localhost:9464/metrics"))
        for page in ("docs/operations.md", "docs/security.md", "docs/topics.md", "docs/indicators.md"):
            self.run_all(page)
        self.end(service)

    def test_b_services_apart(self):
        for services in ("intake", "relationship"):
            self.assertIn(f"--services {services}`", read("README.md"))
            self.end(self.running(f"pairwatch run --services {services}"))

    def test_c_quick_start(self):
        self.run_it("tools/kafka stop --port " + self.ports["9092"])
        subprocess.run(["rm", "-rf", self.path("state")], check=True)
        self.run_it("tools/kafka start")
        self.write("my.yaml", re.search(r"```yaml\n(.*?)```", read("docs/quick-start.md"), re.DOTALL)[1])
        service = self.running(IN_BACKGROUND)
        replay = "pairwatch replay --from-topic platform.events --output again.jsonl"
        self.assertIn(replay, commands_of("docs/quick-start.md"))
        self.run_all("docs/quick-start.md")
        expected = self.ids_in("escalations.jsonl")
        self.assertGreater(len(expected), 20)
        eventually(lambda: self.ids_told() == expected, "the cases of the replay on the topics of moderators", 120)
        self.assertEqual(self.ids_in("again.jsonl"), expected)
        self.end(service)

    def test_d_evaluation(self):
        self.run_all("docs/evaluation.md")

    def test_e_no_page_is_left_out(self):
        run = {"README.md", "docs/quick-start.md", "docs/evaluation.md", "docs/operations.md", "docs/security.md", "docs/topics.md", "docs/indicators.md"}
        for page in pages():
            left = [command for command in commands_of(page) if not any(command.startswith(start) for start in ELSEWHERE)]
            if page not in run and not page.startswith("docs/runbooks/"):
                self.assertEqual(left, [], f"{page} tells commands that no test runs")

    def test_g_options_that_docs_name_exist(self):
        helps = {}
        for page in pages():
            for mention in mentions_in(page):
                command = re.match(r"pairwatch( indicators)? \S+", mention)[0]
                if command not in helps:
                    helps[command] = self.run_it(command + " --help")
                for option in re.findall(r"(?<!\S)--?[A-Za-z][a-z-]*", mention.split(" | ")[0]):
                    self.assertRegex(helps[command], rf"(?m)(^|\s|,){option}\b", f"{page}: `{mention}`")

    def test_f_metrics_that_docs_name_exist(self):
        known = set()
        for path in glob.glob(os.path.join(ROOT, "topology", "**", "*.cc"), recursive=True):
            with open(path) as file:
                known |= set(re.findall(r'"(pairwatch_[a-z0-9_]+)"', file.read()))
        known |= {name + ending for name in known for ending in ("_bucket", "_sum", "_count")}
        for page in pages():
            named = set(re.findall(r"\b(pairwatch_[a-z0-9]+_[a-z0-9_]+)\b(?!\*)", read(page)))
            self.assertEqual(sorted(named - known), [], f"{page} names metrics that are not there")


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
