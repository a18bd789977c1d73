#!/usr/bin/env python3
"""Writes one tar archive as an OCI image layout, the same bytes for the same archive; prints the digest of its manifest.

    oci_layout.py ROOT.tar FOLDER VERSION REVISION SECONDS

https://github.com/opencontainers/image-spec/blob/v1.0.2/image-layout.md
"""
import gzip
import hashlib
import json
import platform
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class Layout:
    def __init__(self, folder):
        self.folder = Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.blobs = self.folder / "blobs/sha256"
        self.blobs.mkdir(parents=True)

    def add(self, media_type, data):
        """A blob; what refers to it."""
        digest = hashlib.sha256(data).hexdigest()
        (self.blobs / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": f"sha256:{digest}", "size": len(data)}

    def add_json(self, media_type, value):
        return self.add(media_type, as_json(value))

    def write(self, name, value):
        (self.folder / name).write_bytes(as_json(value))


def as_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def main():
    archive, folder, version, revision, seconds = sys.argv[1:]
    created = datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = Path(archive).read_bytes()
    layout = Layout(folder)
    layer = layout.add("layer.v1.tar+gzip", gzip.compress(root, 6, mtime=0))
    labels = {"org.opencontainers.image.title": "pairwatch", "org.opencontainers.image.version": version,
              "org.opencontainers.image.revision": revision, "org.opencontainers.image.licenses": "Apache-2.0"}
    config = layout.add_json("config.v1+json", {
        "created": created, "os": "linux", "architecture": ARCHITECTURES[platform.machine()],
        "config": {
            # A number, so that Kubernetes can tell that it is not root. It writes nowhere but to /var/lib/pairwatch.
            "User": "10001:10001", "Entrypoint": ["pairwatch"], "Cmd": ["run"], "WorkingDir": "/",
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "ExposedPorts": {"9464/tcp": {}}, "Volumes": {"/var/lib/pairwatch": {}}, "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(root).hexdigest()]},
        "history": [{"created": created, "created_by": "tools/image"}]})
    manifest = layout.add_json("manifest.v1+json", {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                                                    "config": config, "layers": [layer], "annotations": labels})
    manifest["annotations"] = {"org.opencontainers.image.ref.name": version}
    layout.write("index.json", {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [manifest]})
    layout.write("oci-layout", {"imageLayoutVersion": "1.0.0"})
    print(manifest["digest"])


if __name__ == "__main__":
    main()
