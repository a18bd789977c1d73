#!/usr/bin/env python3
"""The program takes what the chart renders: `pairwatch validate` over each workload's own files, secrets and environment.

    config_test.py PAIRWATCH
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

import chart

PAIRWATCH = None
SECRETS = {"password": "not-a-secret\n", "pseudonym-key": "0123456789abcdef0123456789abcdef", "ca.crt": "none", "bearer": "not-a-secret-token\n"}


def make_certificate():
    """A certificate of the admin port, with its key, beside the other secrets."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"tls.crt": Path(folder) / "tls.crt", "tls.key": Path(folder) / "tls.key"}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test",
                        "-keyout", files["tls.key"], "-out", files["tls.crt"]], check=True, capture_output=True, timeout=60)
        SECRETS.update({name: path.read_text() for name, path in files.items()})


class Pod:
    """A rendered pod's files in a folder of ours, and the program run as its container would."""

    def __init__(self, objects, pod, folder):
        self.folder = Path(folder)
        self.container = pod["containers"][0]
        maps, secrets = chart.of_kind(objects, "ConfigMap"), chart.of_kind(objects, "Secret")
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        for mount in self.container["volumeMounts"]:
            volume, path = volumes.get(mount["name"], {}), self.folder / mount["mountPath"].lstrip("/")
            if "configMap" in volume:
                name = volume["configMap"]["name"]
                files = maps[name]["data"] if name in maps else {"thresholds.yaml": "version: ours\n"}
            elif "secret" in volume:
                name = volume["secret"]["secretName"]
                files = secrets[name]["stringData"] if name in secrets else SECRETS
            else:
                continue
            path.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (path / name).write_text(self.here(text))
        self.arguments = [self.here(argument) for argument in self.container["args"]]

    def here(self, text):
        """Paths of the container as paths of the folder."""
        return re.sub(r"(?<![\w.])(?=/(etc/pairwatch|run/secrets)[\w-]*/)", str(self.folder), text)

    def environment(self):
        given = {entry["name"]: entry.get("value", "demo-0") for entry in self.container.get("env", [])}
        return {"PATH": os.environ["PATH"], **given}

    def run(self, *arguments):
        """`run` of the container as another command, with its files."""
        files = [argument for argument in self.arguments if argument.startswith(("--config=", "--rules="))]
        command = [PAIRWATCH, arguments[0], *files, *arguments[1:]]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=30)


def pods(objects):
    """Name and pod of each workload and of each test."""
    for name, thing in chart.of_kind(objects, "StatefulSet").items():
        yield name, thing["spec"]["template"]["spec"]
    for name, thing in chart.of_kind(objects, "Pod").items():
        yield name, thing["spec"]


class Config(unittest.TestCase):
    def each(self, variant, *arguments):
        objects = chart.render(variant, *arguments)
        for name, pod in pods(objects):
            with tempfile.TemporaryDirectory() as folder:
                yield name, Pod(objects, pod, folder)

    def settings(self, pod):
        done = pod.run("validate", "--effective")
        self.assertEqual(done.returncode, 0, done.stderr)
        return yaml.safe_load(done.stdout)

    def test_every_workload_of_every_variant_has_a_valid_configuration(self):
        for variant in chart.variants():
            for name, pod in self.each(variant):
                with self.subTest(variant=variant, pod=name):
                    done = pod.run("validate")
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_program_sees_the_partitions_workers_and_topics_that_the_chart_counted(self):
        for name, pod in self.each("secured"):
            with self.subTest(pod=name):
                settings = self.settings(pod)
                self.assertEqual(settings["topics"]["partitions"], 48)
                self.assertEqual(settings["topology"]["application"], "watch-eu")
                self.assertEqual(settings["topology"]["topics"]["chat.events"]["partitions"], 96)
                self.assertNotIn("platform.events", settings["topology"]["topics"])
                services = settings["topology"]["services"]
                self.assertEqual(services["intake"]["input"], "chat.events")
                for service, workers in (("intake", 8), ("relationship", 8), ("escalation", 4)):
                    if name == f"watch-{service}":
                        self.assertEqual(services[service]["workers"], workers)

    def test_a_service_named_by_the_pod_is_one_of_the_program(self):
        for variant in ("default", "together"):
            for name, pod in self.each(variant):
                if pod.arguments[0] == "run":
                    self.assertRegex(pod.arguments[1], r"^--services=(intake,decisions|relationship|escalation,target|intake,relationship,escalation,target,decisions)$", name)

    def test_rules_and_secrets_reach_the_program(self):
        for name, pod in self.each("trial"):
            done = pod.run("validate")
            self.assertIn("rules version: trial", done.stdout, name)
            settings = self.settings(pod)
            self.assertEqual(settings["commit"]["records"], 2000000)
            self.assertEqual(settings["rules"]["severity"]["urgent"], 0.95)
            self.assertIn("sasl.password", settings["kafka"]["property_files"])
            self.assertNotIn("not-a-secret", done.stdout + yaml.safe_dump(settings))

    def test_certificate_and_token_of_the_admin_port_reach_the_program(self):
        for name, pod in self.each("secured"):
            http = self.settings(pod)["http"]
            self.assertRegex(http["tls"]["certificate_file"], "/run/secrets/pairwatch/admin/tls.crt$", name)
            self.assertRegex(http["token_file"], "/run/secrets/pairwatch/token/bearer$", name)

    def test_lexicons_reach_the_program(self):
        lexicon = chart.ROOT / "config/lexicons/hu.yaml"
        plain, with_own = set(), set()
        for more, hashes in (([], plain), (["--set-file", f"lexicons.our\\.yaml={lexicon}"], with_own)):
            for _, pod in self.each("default", "--set", "config.lexicons.shipped=false" if more else "logging.level=info", *more):
                done = pod.run("validate")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                hashes.add(re.search("rules sha256: (.*)", done.stdout)[1])
        self.assertEqual((len(plain), len(with_own)), (1, 1))
        self.assertNotEqual(plain, with_own)

    def test_the_name_of_the_member_is_the_pods(self):
        for _, pod in self.each("default"):
            if pod.arguments[0] == "run":
                names = [entry for entry in pod.container["env"] if entry["name"] == "PAIRWATCH_KAFKA__INSTANCE"]
                self.assertEqual(names[0]["valueFrom"]["fieldRef"]["fieldPath"], "metadata.name")
                self.assertEqual(self.settings(pod)["kafka"]["instance"], "demo-0")

    def test_the_program_refuses_what_the_chart_cannot_know(self):
        """So that `helm test` and the halted rollout tell of it."""
        for _, pod in self.each("default", "--set", "config.kafka.lingre=5ms"):
            done = pod.run("validate")
            self.assertEqual(done.returncode, 78)
            self.assertIn("lingre", done.stderr)


if __name__ == "__main__":
    PAIRWATCH = sys.argv[1]
    make_certificate()
    unittest.main(argv=sys.argv[:1])
