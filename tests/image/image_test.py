#!/usr/bin/env python3
"""The image that tools/image builds, unpacked by another tool and run as a container engine would: in namespaces of its own, on a read-only
root, by a user without rights. Needs root, as making namespaces with another root does.

    image_test.py
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/kafka"))
import live_support as support  # noqa: E402  (its folder is only known now)

# Everything the root holds is read-only; the folders named are the machine's own, at the same path, and may be written. `exec` all the
# way, so that signals reach the program.
ENTER = """
set -e
root=$1 folders=$2
shift 2
mount --bind "$root" "$root"
mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
for folder in $folders; do mount --bind "$folder" "$root$folder"; done
mount -o remount,bind,ro "$root"
cd "$root"
exec chroot . /usr/bin/setpriv --reuid=10001 --regid=10001 --clear-groups --bounding-set=-all --no-new-privs "$@"
"""


def run(command, **options):
    return subprocess.run(command, capture_output=True, timeout=3000, **options)  # of another suite, the program is built first


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise AssertionError("this test makes namespaces: run it as root")
        support.set_up()  # a broker, and a folder for everything
        cls.addClassCleanup(support.tear_down)
        cls.layout = Path(support.SCRATCH) / "image"
        # That of the last commit otherwise: this test must not depend on nobody committing meanwhile.
        os.environ["SOURCE_DATE_EPOCH"] = "1772388000"
        done = run([ROOT / "tools/image", cls.layout], text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        cls.digest = done.stdout.strip()
        run([ROOT / "tools/build", "release", "pairwatch"], check=True)  # what makes events, and replays them to compare
        cls.bundle = Path(support.SCRATCH) / "bundle"
        version = cls.blob(cls.index()["manifests"][0]["digest"])["annotations"]["org.opencontainers.image.version"]
        done = run(["umoci", "unpack", "--image", f"{cls.layout}:{version}", cls.bundle], text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        cls.root = cls.bundle / "rootfs"
        cls.shared = Path(support.SCRATCH) / "shared"  # where the program may write: its volume
        cls.shared.mkdir()
        os.chown(cls.shared, 10001, 10001)
        os.chmod(support.SCRATCH, 0o755)
        (cls.root / support.SCRATCH.lstrip("/")).mkdir(parents=True)  # where that folder is mounted

    @classmethod
    def index(cls):
        return json.loads((cls.layout / "index.json").read_text())

    @classmethod
    def blob(cls, digest):
        return json.loads((cls.layout / "blobs" / digest.replace(":", "/")).read_text())

    @classmethod
    def within(cls):
        return ["unshare", "--mount", "--ipc", "--uts", "--propagation", "private", "/bin/bash", "-c", ENTER, "enter", str(cls.root), support.SCRATCH]

    def inside(self, *command, **options):
        return run([*self.within(), *command], **options)

    def test_what_it_says_of_itself(self):
        manifest = self.blob(self.digest)
        config = self.blob(manifest["config"]["digest"])
        self.assertEqual(config["config"]["User"], "10001:10001")
        self.assertEqual(config["config"]["Entrypoint"] + config["config"]["Cmd"], ["pairwatch", "run"])
        self.assertEqual(list(config["config"]["ExposedPorts"]), ["9464/tcp"])
        process = json.loads((self.bundle / "config.json").read_text())["process"]  # as the other tool understands it
        self.assertEqual((process["user"]["uid"], process["args"]), (10001, ["pairwatch", "run"]))

    def test_every_blob_is_what_its_name_says(self):
        for path in (self.layout / "blobs/sha256").iterdir():
            self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)

    def test_the_same_packages_and_sources_give_the_same_image(self):
        with tempfile.TemporaryDirectory() as folder:
            again = run([ROOT / "tools/image", folder], text=True)
            self.assertEqual(again.stdout.strip(), self.digest, again.stderr)

    def test_it_is_small(self):
        layer = self.blob(self.digest)["layers"][0]["size"]
        self.assertLess(layer, 120 << 20)

    def test_nobody_but_root_owns_what_it_brings_and_nothing_gives_rights(self):
        for folder, _, files in os.walk(self.root):
            for name in files:
                path = Path(folder) / name
                if path.is_relative_to(self.root / support.SCRATCH.lstrip("/")) or path.is_symlink():
                    continue
                self.assertEqual(path.stat().st_uid, 0, path)
        state = (self.root / "var/lib/pairwatch").stat()
        self.assertEqual((state.st_uid, state.st_gid, state.st_mode & 0o777), (10001, 10001, 0o750))

    def test_its_root_is_read_only_and_its_user_has_no_rights(self):
        done = self.inside("/bin/sh", "-c", "id -u; id -G; touch /tmp/x || touch /usr/bin/x || touch /var/lib/pairwatch/x || echo refused; grep CapEff /proc/self/status",
                           text=True)
        self.assertEqual(done.stdout.split(), ["10001", "10001", "refused", "CapEff:", "0000000000000000"])
        self.assertEqual(done.stderr.count("Read-only file system"), 3, done.stderr)

    def test_the_program_says_what_it_is(self):
        done = self.inside("pairwatch", "version", text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        elsewhere = ROOT / f"build/image-{os.environ.get('IMAGE_SUITE')}/version"  # as the program said it in the root it was built in
        self.assertEqual(done.stdout, elsewhere.read_text() if elsewhere.is_file() else run([support.PAIRWATCH, "version"], text=True).stdout)

    def test_its_own_configuration_is_valid(self):
        done = self.inside("pairwatch", "validate", text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("valid\n"))

    def test_it_replays_the_demo_to_the_bytes_it_should(self):
        done = self.inside("pairwatch", "replay", "--input", "-", input=(ROOT / "tests/data/demo.jsonl").read_bytes())
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(done.stdout, (ROOT / "tests/data/demo.escalations.jsonl").read_bytes())

    def test_it_runs_on_kafka_as_a_replay_does(self):
        world = support.World("image")
        os.chmod(world.config, 0o644)
        events, lines = support.generated(events=2000, risky=8)
        expected, _ = support.replayed(events)
        support.PAIRWATCH = "pairwatch"
        try:
            with support.Run(world, disk=str(self.shared), within=self.within()) as live:
                live.wait_ready()
                world.produce(support.keyed(lines))
                support.wait_until_idle([live], len(lines))
                self.assertEqual(live.stop(), 0, live.log())
        finally:
            support.PAIRWATCH = str(ROOT / "build/release/pairwatch")
        self.assertTrue(any(self.shared.iterdir()), "its state is in its volume")
        self.assertTrue(expected)
        self.assertEqual(support.differences(world.escalations(), expected), {})


if __name__ == "__main__":
    support.PAIRWATCH = str(ROOT / "build/release/pairwatch")
    unittest.main()
