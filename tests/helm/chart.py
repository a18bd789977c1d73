"""What the tests of the chart share: rendering it, and finding objects in what was rendered."""
import os
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/pairwatch"
VALUES = Path(__file__).resolve().parent / "values"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pairwatch/operate"
HELM = os.environ.get("PAIRWATCH_HELM") or str(CACHE / "bin/helm")


class Refused(Exception):
    """What helm said when it would not render."""


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """As a cluster reads it: no dates out of strings, and `=` is one."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def variants():
    """The names of the sets of values under values/."""
    return sorted(path.stem for path in VALUES.glob("*.yaml"))


def render_text(variant="default", *arguments, kubernetes="1.33.0"):
    """The manifests of a variant; further arguments go to helm."""
    done = subprocess.run([HELM, "template", "demo", str(CHART), "--namespace", "safety", "--kube-version", kubernetes, "-f",
                           str(VALUES / f"{variant}.yaml"), *arguments], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Refused(done.stderr.strip())
    return done.stdout


def render(variant="default", *arguments, **options):
    """The same as objects."""
    return [each for each in yaml.load_all(render_text(variant, *arguments, **options), Loader) if each]


def of_kind(objects, kind):
    """Objects of a kind by name."""
    return {each["metadata"]["name"]: each for each in objects if each["kind"] == kind}
