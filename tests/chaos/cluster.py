"""The broker and the pairwatch processes of a run: starting, hurting, ending. Every wait ends.

Only processes started here are ever signalled, by their ids.
"""
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

from records import ROOT

KAFKA = os.path.join(ROOT, "tools", "kafka")
NAME_LOST = "another process has joined group"
NAME_LOST_SECONDS = 60
SETTINGS = {"kafka.session_timeout": "6s", "kafka.transaction_timeout": "10s", "commit.interval": "300ms", "kafka.batch_records": "500",
            "topology.services.relationship.workers": "2", "state.flush_interval": "1s", "state.block_cache": "32MiB",
            "state.write_buffers": "32MiB", "http.listen": "127.0.0.1:0"}


def within(seconds, question, every=0.1):
    """The first true answer, or a false one after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(every)
    return answer


class Brokers:
    """One Apache Kafka or several, by tools/kafka, on a folder that outlives their processes."""

    def __init__(self, folder, count):
        self.data, self.count = os.path.join(folder, "kafka"), count
        self.address = "127.0.0.1:0"
        self.hurt_at = 0.0
        self.start()

    def start(self):
        """Starts those that do not run."""
        port = self.address.rpartition(":")[2]
        command = [KAFKA, "start", "--port", port, "--data", self.data, "--brokers", str(self.count)]
        for _ in range(3):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if done.returncode == 0:
                self.address = re.search(r"bootstrap=(\S+)", done.stdout)[1]
                self.hurt_at = time.monotonic()
                return
        raise RuntimeError(f"a broker does not start: {done.stderr}")

    def process(self, number):
        folder = os.path.join(self.data, str(number)) if self.count > 1 else self.data
        with open(os.path.join(folder, "pid")) as file:
            process = int(file.read())
        with open(f"/proc/{process}/cmdline") as file:
            if folder not in file.read():
                raise RuntimeError("a broker's process id belongs to another")
        return process

    def signal(self, number, what):
        self.hurt_at = time.monotonic()
        os.kill(self.process(number), what)

    def kill(self, number):
        process = self.process(number)
        self.signal(number, signal.SIGKILL)
        within(20, lambda: not os.path.exists(f"/proc/{process}/cmdline") or not open(f"/proc/{process}/cmdline").read())

    def stop(self):
        subprocess.run([KAFKA, "stop", "--data", self.data], stderr=subprocess.DEVNULL, timeout=150)


class Member:
    """One `pairwatch run` with a name, a disk and a log that outlive its processes."""

    def __init__(self, name, pairwatch, broker, folder, partitions, services="all", disk=None):
        self.name, self.services = name, services
        self.disk = disk or os.path.join(folder, f"state-{name}")
        self.log_path = os.path.join(folder, f"{name}.log")
        self.command = [pairwatch, "run", "--services", services]
        for key, value in {**SETTINGS, "kafka.bootstrap_servers": broker, "kafka.instance": name, "state.path": self.disk,
                           "topics.partitions": str(partitions)}.items():
            self.command += ["-X", f"{key}={value}"]
        self.process, self.log_from = None, 0

    def start(self):
        os.makedirs(self.disk, exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.log_from = log.tell()
            self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=log)

    def log(self):
        """What it has said since it was last started."""
        with open(self.log_path, errors="replace") as file:
            file.seek(self.log_from)
            return file.read()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def is_ready(self):
        port = re.search(r"at port (\d+)", self.log())
        if not port or not self.is_running():
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def signal(self, number):
        self.process.send_signal(number)

    def wipe(self):
        shutil.rmtree(self.disk, ignore_errors=True)

    def end(self, seconds=45):
        """Ends it by SIGTERM; its exit code, or None after so many seconds, when it is killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        self.process = None
        return code


class Cluster:
    """All that runs. tend() starts again who ended by itself, and remembers that."""

    def __init__(self, pairwatch, folder, partitions, brokers):
        self.pairwatch, self.folder, self.partitions = pairwatch, folder, partitions
        self.brokers = Brokers(folder, brokers)
        self.members, self.faults, self.own_ends, self.name_lost = [], [], [], 0
        self.began = time.monotonic()
        self.mount = None

    def note(self, text):
        line = f"{time.monotonic() - self.began:7.1f} s  {text}"
        self.faults.append(line)
        print(line, flush=True)

    def add(self, name, **how):
        member = Member(name, self.pairwatch, self.brokers.address, self.folder, self.partitions, **how)
        member.start()
        self.members.append(member)
        return member

    def remove(self, member):
        self.members.remove(member)

    def tend(self, excused=None):
        for member in self.members:
            if member.process is None or member.process.poll() is None:
                continue
            last = " | ".join(member.log().splitlines()[-3:])
            self.note(f"{member.name} ended by itself with code {member.process.returncode}: {last}")
            if self.lost_its_name(member):
                self.name_lost += 1
            elif member is not excused:
                self.own_ends.append(self.faults[-1])
            member.start()

    def lost_its_name(self, member):
        """Whether a broker that was away took two joins of one member for two members, and let the second have the name. The process
        ends, as it would if another had its name, and is started again: known of librdkafka, counted here, and no failure."""
        recent = time.monotonic() - self.brokers.hurt_at < NAME_LOST_SECONDS
        return recent and NAME_LOST in member.log().splitlines()[-1]

    def is_ready(self):
        self.tend()
        return all(member.is_ready() for member in self.members)

    def close(self):
        for member in self.members:
            if member.is_running():
                member.signal(signal.SIGCONT)
                member.kill()
        self.brokers.stop()
        if self.mount:
            subprocess.run(["umount", "-l", self.mount], check=False)
