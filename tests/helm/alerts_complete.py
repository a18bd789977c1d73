#!/usr/bin/env python3
"""Each alert has a severity, words, a runbook with every part, and a test in which it fires and one in which it keeps quiet; each query in a
runbook is one that Prometheus can read.

    alerts_complete.py PROMTOOL
"""
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

import chart

RUNBOOKS = chart.ROOT / "docs/runbooks"
ALERTS = yaml.safe_load((chart.CHART / "files/alerts.yaml").read_text())
TESTS = "".join((chart.ROOT / "tests/helm" / name).read_text() for name in ("alerts_test.yaml", "alerts_week_test.yaml"))
PROMTOOL = "promtool"


def rules():
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def queries(text):
    """Lines of a page's blocks that are queries, without what is remarked behind them."""
    for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE):
        query = re.sub(r"\s+#.*", "", line)
        if not re.match(r"(kubectl|curl|kcat|pairwatch|helm) ", query):
            yield query


class Alerts(unittest.TestCase):
    def test_each_says_what_happens_and_whom_it_wakes(self):
        for rule in rules():
            with self.subTest(alert=rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("critical", "warning"))
                self.assertTrue(rule["annotations"]["summary"] and rule["annotations"]["description"])
                self.assertIn("for", rule)

    def test_each_has_a_runbook_with_every_part(self):
        for rule in rules():
            with self.subTest(alert=rule["alert"]):
                self.assertEqual(rule["annotations"]["runbook"], f"docs/runbooks/{rule['alert']}.md")
                text = (RUNBOOKS / f"{rule['alert']}.md").read_text()
                self.assertEqual(re.findall("^#+ (.*)$", text, re.MULTILINE), [rule["alert"], "Meaning", "Impact", "Diagnosis", "Mitigation"])
                wakes = "yes" if rule["labels"]["severity"] == "critical" else "no"
                self.assertRegex((RUNBOOKS / "README.md").read_text(), rf"\| \[{rule['alert']}\]\({rule['alert']}.md\) \| {wakes} \|")

    def test_each_page_has_its_alert(self):
        names = {rule["alert"] for rule in rules()} | {"README"}
        self.assertEqual({path.stem for path in RUNBOOKS.glob("*.md")}, names)

    def test_each_is_seen_firing_and_keeping_quiet(self):
        for rule in rules():
            name = rule["alert"]
            self.assertRegex(TESTS, rf"name: {name} fires ", name)
            self.assertRegex(TESTS, rf"name: {name} keeps quiet ", name)
            self.assertRegex(TESTS, rf'alertname="{name}",alertstate="firing"[^\n]*value: 1\}}', name)
            self.assertRegex(TESTS, rf'alertname="{name}"[^\n]*value: 0\}}', name)

    def test_each_query_of_a_runbook_can_be_read(self):
        found = [query for path in sorted(RUNBOOKS.glob("Pairwatch*.md")) for query in queries(path.read_text())]
        self.assertGreater(len(found), 20)
        recorded = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(found)]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "runbooks", "rules": recorded}]}, file)
            file.flush()
            done = subprocess.run([PROMTOOL, "check", "rules", file.name], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    PROMTOOL = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
