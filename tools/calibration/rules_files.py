"""Numbers of the rule set, read and changed where they stand, so that comments and order stay."""

import pathlib
import re

NUMBER = r"-?\d+(?:\.\d+)?"
SIGNALS = "config/rules/signals.yaml"
CODE = "processors/core/rules.cc"
HAND_SET = "tools/calibration/hand-set.yaml"


def tidy(number):
    """As people write it: at most two decimals."""
    return f"{round(number, 2):.2f}".rstrip("0").rstrip(".")


class Files:
    """The rules of a work tree: config/rules and the defaults beside them in the code."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.texts = {}

    def text(self, path):
        if path not in self.texts:
            self.texts[path] = (self.root / path).read_text()
        return self.texts[path]

    def _replace(self, path, pattern, number):
        """Replaces the last group of the only match; its value before."""
        found = list(re.finditer(pattern, self.text(path), re.MULTILINE))
        if len(found) != 1:
            raise LookupError(f"{path}: {len(found)} places fit {pattern}, expected one")
        start, end = found[0].span(found[0].lastindex)
        before = self.text(path)[start:end]
        self.texts[path] = self.text(path)[:start] + number + self.text(path)[end:]
        return float(before)

    def _numbers_of(self, path, section, key):
        pattern = rf"^  {section}:\n(?:(?:    .*)?\n|  #.*\n)*?    {key}: ({NUMBER})"
        found = re.search(pattern, self.text(path), re.MULTILINE)
        if not found:
            raise LookupError(f"{path}: no {key} of {section}")
        return pattern, float(found.group(1))

    def terms(self):
        """Signals whose weights people have set and a fit may change."""
        return re.findall(r"^  (\w+):$", self.text(HAND_SET), re.MULTILINE)

    def weight(self, signal):
        """Weight and cap as people set them."""
        return tuple(self._numbers_of(HAND_SET, signal, key)[1] for key in ("weight", "cap"))

    def caps(self):
        """Cap as people set it, and the share of it between peers."""
        return {s: (self.weight(s)[1], self._numbers_of(SIGNALS, s, "peer_share")[1]) for s in self.terms()}

    def set_weight(self, signal, weight, cap):
        self._replace(SIGNALS, self._numbers_of(SIGNALS, signal, "weight")[0], weight)
        self._replace(SIGNALS, self._numbers_of(SIGNALS, signal, "cap")[0], cap)
        constant = "k" + "".join(part.capitalize() for part in signal.split("_"))
        self._replace(CODE, rf"^  set\(Signal::{constant}, ({NUMBER})", self._as_real(weight))
        self._replace(CODE, rf"^  set\(Signal::{constant}, {NUMBER}, ({NUMBER})", self._as_real(cap))

    @staticmethod
    def _as_real(number):
        return number if "." in number else number + ".0"

    def save(self):
        for path, text in self.texts.items():
            (self.root / path).write_text(text)


class Proposal:
    """What a fit makes of the numbers that people set: all of them, those that stay as well."""

    def __init__(self, files, fit):
        self.weights = {}  # before, and after as written
        for signal in files.terms():
            weight, cap = files.weight(signal)
            factor = fit.factors.get(signal, 1.0)
            new_cap = cap * min(factor, 1.0)
            self.weights[signal] = ((weight, cap), (tidy(min(weight * factor, new_cap)), tidy(new_cap)))

    def apply(self, files):
        for signal, (_, (weight, cap)) in self.weights.items():
            files.set_weight(signal, weight, cap)

    def as_yaml(self, version):
        def line(key, before, after):
            return f"    {key}: {after}" + (f"  # set by hand: {before:g}" if float(after) != before else "")

        lines = ["# Written by tools/calibrate: docs/calibration.md. For --rules; --write puts the same numbers into config/rules."]
        lines += [f"version: {version}", "signals:"]
        for signal, ((weight, cap), (new_weight, new_cap)) in self.weights.items():
            lines += [f"  {signal}:", line("weight", weight, new_weight), line("cap", cap, new_cap)]
        return "\n".join(lines) + "\n"
