#!/usr/bin/env python3
"""The dashboard shows what a real run tells: a real Prometheus scrapes `pairwatch run` on a real Kafka, and no panel is empty.

    dashboard_test.py PAIRWATCH PROMETHEUS PROMTOOL

Grafana itself is not here: that it draws what the queries return is not shown.
"""
import json
import math
import os
import re
import ssl
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

import yaml

import chart

sys.path.insert(0, str(chart.ROOT / "tests/kafka"))
import live_support as support  # noqa: E402  (its folder is only known now)

DASHBOARD = json.loads((chart.CHART / "files/dashboard.json").read_text())
PROMETHEUS = PROMTOOL = None
FOREIGN = {"up", "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"}  # not told by pairwatch


def panels():
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def expressions():
    """Title and query of each line of each panel, as Grafana would send it."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "30s").replace("$job", "pairwatch")


def metrics_in(expression):
    return set(re.findall(r"\b(?:pairwatch|kubelet)_\w+|\bup\b", re.sub(r'"[^"]*"', "", expression)))


class Layout(unittest.TestCase):
    def test_every_panel_says_what_it_shows_in_which_unit_from_where(self):
        for panel in panels():
            with self.subTest(panel=panel["title"]):
                self.assertGreater(len(panel["description"]), 30)
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                self.assertEqual(panel["datasource"], {"type": "prometheus", "uid": "${datasource}"})
                for target in panel["targets"]:
                    self.assertEqual(target["datasource"], panel["datasource"])
                    self.assertIn('job="$job"', target["expr"])
                    self.assertTrue(target["legendFormat"])

    def test_it_is_one_screen_without_gaps_or_overlap(self):
        taken = [(x, y) for panel in DASHBOARD["panels"] for place in [panel["gridPos"]]
                 for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
        self.assertEqual(len(taken), len(set(taken)))
        self.assertEqual(len(taken), 24 * (max(y for _, y in taken) + 1))
        self.assertLessEqual(max(y for _, y in taken), 27)

    def test_identities_differ(self):
        identities = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(identities), len(set(identities)))
        for panel in panels():
            self.assertEqual(len(panel["targets"]), len({target["refId"] for target in panel["targets"]}))

    def test_every_runbook_named_exists(self):
        named = set(re.findall(r"Pairwatch[A-Z]\w+", json.dumps(DASHBOARD)))
        self.assertGreater(len(named), 3)
        for name in named:
            self.assertTrue((chart.ROOT / f"docs/runbooks/{name}.md").is_file(), name)

    def test_it_asks_the_four_questions(self):
        rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
        self.assertEqual(rows, ["Is it keeping up?", "Is it losing anything?", "Is it early?", "Is it noisy?"])


class GuardedRun(support.Run):
    """Its admin port speaks TLS and asks for a token."""

    def __init__(self, world):
        self.certificate, key, self.token = (os.path.join(support.SCRATCH, name) for name in ("admin.crt", "admin.key", "admin.token"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90", "-subj", "/CN=admin",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", self.certificate], check=True, capture_output=True, timeout=60)
        with open(self.token, "w") as file:
            file.write("not-a-secret-token\n")
        self.trust = ssl.create_default_context(cafile=self.certificate)
        super().__init__(world, settings=(f"http.tls.certificate_file={self.certificate}", f"http.tls.key_file={key}", f"http.token_file={self.token}"))

    def get(self, path):
        request = urllib.request.Request(f"https://127.0.0.1:{self.port()}{path}", headers={"Authorization": "Bearer not-a-secret-token"})
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.trust) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


class Live(unittest.TestCase):
    """One broker, one run, one Prometheus for all, which brings the token and trusts the certificate."""

    @classmethod
    def setUpClass(cls):
        support.set_up()
        cls.addClassCleanup(support.tear_down)
        world = support.World("board")
        cls.run_ = GuardedRun(world)
        cls.addClassCleanup(cls.run_.stderr.close)
        cls.enterClassContext(cls.run_)
        cls.run_.wait_ready()
        cls.start_prometheus()
        support.eventually(lambda: cls.query("count_over_time(pairwatch_build_info[1m]) > 1"), "two scrapes")
        _, lines = support.generated(events=6000, risky=24)
        keyed = list(support.keyed(lines))
        third = len(keyed) // 3
        for start in range(0, len(keyed), third):  # in portions, so that rates have something to rise between
            world.produce(keyed[start:start + third])
            before = cls.query('sum(pairwatch_events_total{service="intake"})')[0]
            support.eventually(lambda: cls.query('sum(pairwatch_events_total{service="intake"})')[0] > before, "a scrape after a portion")
        world.produce([(b"bad", b"no event"), (b"worse", b"{}")])
        support.wait_until_idle([cls.run_], len(lines) + 2)
        read = cls.run_.read_count("intake")
        support.eventually(lambda: cls.query('sum(pairwatch_events_total{service="intake"})') == [read], "a scrape of everything")

    @classmethod
    def start_prometheus(cls):
        port = support.free_port()
        cls.address = f"http://127.0.0.1:{port}"
        config = os.path.join(support.SCRATCH, "prometheus.yaml")
        with open(config, "w") as file:
            json.dump({"global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "rule_files": [str(chart.CHART / "files/alerts.yaml")],
                       "scrape_configs": [{"job_name": "pairwatch", "scheme": "https", "tls_config": {"ca_file": cls.run_.certificate},
                                           "authorization": {"credentials_file": cls.run_.token}, "static_configs": [{"targets": [f"127.0.0.1:{cls.run_.port()}"]}]}]}, file)
        log = open(os.path.join(support.SCRATCH, "prometheus.log"), "w")
        process = subprocess.Popen([PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={support.SCRATCH}/tsdb",
                                    f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        cls.addClassCleanup(log.close)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.kill)

        def ready():
            if process.poll() is not None:
                raise AssertionError("Prometheus ended: " + open(log.name).read())
            try:
                return urllib.request.urlopen(cls.address + "/-/ready", timeout=5).status == 200
            except OSError:
                return False

        support.eventually(ready, "Prometheus")

    @classmethod
    def ask(cls, path, **parameters):
        with urllib.request.urlopen(f"{cls.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=10) as answer:
            return json.load(answer)["data"]

    @classmethod
    def query(cls, expression):
        """The values of all series."""
        return [float(series["value"][1]) for series in cls.ask("query", query=expression)["result"]]

    def test_no_panel_is_empty(self):
        for title, expression in expressions():
            with self.subTest(panel=title, query=expression):
                # What was drawn at some time of the last minute: a rate may have become not-a-number since the traffic ended.
                found = [float(value) for series in self.ask("query_range", query=expression, start=self.now() - 60, end=self.now(), step=1)["result"]
                         for _, value in series["values"]]
                self.assertTrue(found, "no series")
                self.assertTrue([value for value in found if not math.isnan(value)], "only not-a-number")

    def test_what_must_move_has_moved(self):
        moving = {"Records read", "Where the time goes", "Dead letters by reason", "State kept", "From record to escalation", "Commits",
                  "Severity at which cases open", "Cases opened in an hour", "Cases for a million events", "Signals seen", "Processes and rule sets"}
        self.assertLessEqual(moving, {panel["title"] for panel in panels()})
        for title, expression in expressions():
            if title in moving:
                with self.subTest(panel=title, query=expression):
                    found = self.ask("query_range", query=expression, start=self.now() - 60, end=self.now(), step=1)["result"]
                    self.assertTrue([value for series in found for _, value in series["values"] if float(value) > 0])

    def now(self):
        return self.query("vector(time())")[0]

    def test_panels_and_alerts_use_only_metrics_that_a_run_tells(self):
        told = {re.sub(r"_(bucket|sum|count)$", "", name) for name in self.run_.metrics()} | set(self.run_.metrics()) | FOREIGN
        alerts = yaml.safe_load((chart.CHART / "files/alerts.yaml").read_text())
        used = [(title, expression) for title, expression in expressions()]
        used += [(rule["alert"], rule["expr"]) for group in alerts["groups"] for rule in group["rules"]]
        for title, expression in used:
            names = metrics_in(expression)
            self.assertTrue(names, title)
            self.assertLessEqual(names, told, title)

    def test_labels_and_values_that_alerts_ask_for_exist(self):
        for expression in ('pairwatch_escalations_total{status="opened"}', 'pairwatch_events_total{service="intake",outcome="forwarded"}',
                           'pairwatch_escalations_total{status="raised"}', 'pairwatch_escalations_total{status="updated"}'):
            self.assertTrue(self.query(expression), expression)

    def test_no_alert_of_a_sound_run_is_pending_or_firing(self):
        rules = [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]
        alerts = yaml.safe_load((chart.CHART / "files/alerts.yaml").read_text())
        self.assertEqual(len(rules), sum(len(group["rules"]) for group in alerts["groups"]))
        for rule in rules:
            self.assertEqual(rule["health"], "ok", rule)
        states = {rule["name"]: rule["state"] for rule in rules if rule["state"] != "inactive"}
        # Two bad records among six thousand are a burst of dead letters over the first seconds; nothing lasts long enough to fire.
        self.assertNotIn("firing", states.values())
        self.assertLessEqual(set(states), {"PairwatchDeadLetters", "PairwatchLagGrowing", "PairwatchEventTimeLag"})

    def test_what_is_told_is_clean(self):
        text = self.run_.get("/metrics")[1]
        done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr + done.stdout), (0, ""))


if __name__ == "__main__":
    support.PAIRWATCH, PROMETHEUS, PROMTOOL = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1])
