#!/usr/bin/env python3
"""Makes helm/pairwatch/README.md from the comments of values.yaml: `readme.py --write`, or `--check` that it is fresh.

A comment above a key is that key's meaning; a comment above a blank line stands for itself. Every value needs one.
"""
import sys

import yaml

import chart

README = chart.CHART / "README.md"
VALUES = chart.CHART / "values.yaml"
HEAD = """# The chart pairwatch

Runs pairwatch on Kubernetes 1.27 or newer: each service a StatefulSet (`layout: apart`), or all in one (`layout: together`). How to install,
watch, upgrade and repair it: [docs/kubernetes.md](../../docs/kubernetes.md).

    helm install pairwatch helm/pairwatch --set kafka.bootstrapServers=kafka:9092

This file is made from the comments of `values.yaml` by `tools/helm readme`.

| value | default | meaning |
|---|---|---|
"""


def comments(lines):
    """The comment above each line that holds a key, by the line's number from zero."""
    found, text = {}, []
    for number, line in enumerate(lines):
        stripped = line.strip()
        if stripped.startswith("#"):
            text.append(stripped.lstrip("# "))
        else:
            if stripped and text:
                found[number] = " ".join(text)
            text = []
    return found


def documented_within(node, above):
    """Whether some key inside is documented."""
    return isinstance(node, yaml.MappingNode) and not node.flow_style and any(
        key.start_mark.line in above or documented_within(value, above) for key, value in node.value)


def rows(node, above, path=""):
    """(path, default, meaning) of each key that is documented, in order; a map whose keys are documented is followed."""
    for key, value in node.value:
        name = f"{path}.{key.value}" if path else key.value
        meaning = above.get(key.start_mark.line)
        if documented_within(value, above):
            if meaning:
                yield name, None, meaning
            yield from rows(value, above, name)
        elif meaning:
            yield name, yaml.safe_load(yaml.serialize(value)), meaning
        else:
            sys.exit(f"{VALUES}:{key.start_mark.line + 1}: {name} has no comment; say what it means above it")


def shown(value):
    """A default as it is written on one line."""
    if value is None:
        return ""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).replace("\n...", "").strip()
    return "`" + text.replace("|", "\\|") + "`"


def readme():
    text = VALUES.read_text()
    above = comments(text.splitlines())
    table = "".join(f"| `{name}` | {shown(default)} | {meaning.replace('|', chr(92) + '|')} |\n"
                    for name, default, meaning in rows(yaml.compose(text), above))
    return HEAD + table


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        README.write_text(readme())
    elif not README.is_file() or README.read_text() != readme():
        sys.exit("helm/pairwatch/README.md is not what values.yaml says; run tools/helm readme")
