#!/usr/bin/env python3
"""Every object the chart renders is what Kubernetes 1.27 to 1.36, KEDA and the Prometheus operator know: no field is unknown or of another type.

    schemas_test.py [CRD-FOLDER]...      folders with the CustomResourceDefinitions of KEDA and the Prometheus operator

Core kinds: the strict schemas of kubernetes-validate. Others: the openAPIV3Schema of their own definition, made strict the way an API
server with field validation is: an object with known properties takes no others.
"""
import copy
import re
import sys
import unittest
import warnings
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

import chart

KUBERNETES = [f"1.{minor}" for minor in range(27, 37)]
FOLDERS = []


def strict(schema):
    """The schema, refusing properties it does not name."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {}
    for key, value in schema.items():
        result[key] = {name: strict(each) for name, each in value.items()} if key == "properties" else strict(value)
    if "properties" in schema and "additionalProperties" not in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        result["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
    if isinstance(result.get("pattern"), str) and schema.get("x-kubernetes-int-or-string"):
        result.pop("pattern")
    return result


def definitions():
    """Strict schemas by (apiVersion, kind)."""
    found = {}
    for folder in FOLDERS:
        for path in Path(folder).glob("*.yaml"):
            if not re.search(r"scaledobjects|podmonitors|prometheusrules", path.name):
                continue
            for definition in yaml.load_all(path.read_text(), chart.Loader):
                for version in definition["spec"]["versions"]:
                    schema = strict(version["schema"]["openAPIV3Schema"])
                    schema["properties"]["metadata"] = {"type": "object"}
                    kind = definition["spec"]["names"]["kind"]
                    found[f"{definition['spec']['group']}/{version['name']}", kind] = schema
    return found


class Schemas(unittest.TestCase):
    """One set of values each, so that a failure names it."""

    @classmethod
    def setUpClass(cls):
        cls.custom = definitions()

    def problems_of(self, thing, kubernetes):
        custom = self.custom.get((thing["apiVersion"], thing["kind"]))
        if custom:
            return [f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in jsonschema.Draft7Validator(custom).iter_errors(thing)]
        try:
            kubernetes_validate.validate(thing, kubernetes, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
            return [str(error)]
        return []

    def test_every_object_of_every_variant_is_valid_for_every_kubernetes(self):
        for variant in chart.variants():
            objects = chart.render(variant)
            self.assertGreater(len(objects), 5)
            for kubernetes in KUBERNETES:
                for thing in objects:
                    with self.subTest(variant=variant, kubernetes=kubernetes, kind=thing["kind"], name=thing["metadata"]["name"]):
                        self.assertEqual(self.problems_of(thing, kubernetes), [])

    def test_the_chart_renders_on_the_oldest_and_the_newest_and_not_below(self):
        for kubernetes in ("1.27.0", "1.36.0", "1.29.4-eks-1234567"):
            self.assertTrue(chart.render("everything", kubernetes=kubernetes))
        with self.assertRaisesRegex(chart.Refused, "kubeVersion"):
            chart.render("default", kubernetes="1.26.9")

    def test_a_field_that_is_unknown_or_of_another_type_is_found(self):
        """The checks themselves: each kind with one mistake."""
        objects = {thing["kind"]: thing for thing in chart.render("everything")}
        mistakes = [
            ("StatefulSet", lambda o: o["spec"]["template"]["spec"].update(terminationGracePeriod=60)),
            ("StatefulSet", lambda o: o["spec"].update(serviceName=5)),
            ("NetworkPolicy", lambda o: o["spec"].update(egres=[])),
            ("PodDisruptionBudget", lambda o: o["spec"].update(maxUnavailible=1)),
            ("ScaledObject", lambda o: o["spec"].update(minReplicas=1)),
            ("PodMonitor", lambda o: o["spec"].update(podMetricEndpoints=[])),
            ("PodMonitor", lambda o: o["spec"]["podMetricsEndpoints"][0].update(interval=5)),
            ("PrometheusRule", lambda o: o["spec"]["groups"][0]["rules"][0].update(fore="5m")),
        ]
        for kind, spoil in mistakes:
            with self.subTest(kind=kind):
                thing = copy.deepcopy(objects[kind])
                self.assertEqual(self.problems_of(thing, "1.36"), [])
                spoil(thing)
                self.assertNotEqual(self.problems_of(thing, "1.36"), [])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    FOLDERS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
