#!/usr/bin/env python3
"""The bill of materials names what the program loads and what was compiled into it.

    sbom_test.py BUILD [unittest arguments]
"""
import json
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = None


def bill():
    return subprocess.run([os.path.join(ROOT, "tools", "sbom"), "--build", BUILD], check=True, stdout=subprocess.PIPE, text=True).stdout


class Sbom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = bill()
        cls.bill = json.loads(cls.text)
        cls.components = cls.bill["components"]

    def test_names_every_library_that_is_loaded(self):
        out = subprocess.run(["ldd", os.path.join(BUILD, "pairwatch")], check=True, stdout=subprocess.PIPE, text=True).stdout
        loaded = {name for name in re.findall(r"^\s*(\S+) => /", out, re.M)}
        self.assertGreater(len(loaded), 15)
        named = {p["value"] for c in self.components for p in c["properties"] if p["name"] == "pairwatch:loaded"}
        self.assertLessEqual(loaded, named)

    def test_names_what_is_compiled_in(self):
        names = {c["name"] for c in self.components}
        self.assertLessEqual({"libcli11-dev", "nlohmann-json3-dev", "libabsl-dev"}, names)
        self.assertFalse({name for name in names if "gtest" in name or "gmock" in name}, "tests are no part of the program")

    def test_has_versions_places_and_one_reference_each(self):
        for component in self.components:
            self.assertTrue(component["version"], component)
            self.assertTrue(component.get("purl", "").startswith("pkg:deb/") or component.get("hashes"), component)
        references = [c["bom-ref"] for c in self.components]
        self.assertEqual(len(references), len(set(references)))
        self.assertEqual(self.bill["dependencies"], [{"ref": "pairwatch", "dependsOn": references}])
        self.assertEqual((self.bill["bomFormat"], self.bill["specVersion"]), ("CycloneDX", "1.5"))
        self.assertRegex(self.bill["serialNumber"], r"^urn:uuid:[0-9a-f-]{36}$")

    def test_is_the_same_for_the_same_build(self):
        self.assertEqual(bill(), self.text)


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
