"""What the tests on a real Apache Kafka stand on: a broker, topics of a test's own, processes of pairwatch, a replay to compare with.

Python's standard library, kcat and tools/kafka only.
"""
import collections
import glob
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KAFKA = os.path.join(ROOT, "tools", "kafka")
PAIRWATCH = None
BROKER = None  # host:port
SCRATCH = None  # a folder that is removed at the end
SERVICES = ("intake", "relationship", "escalation", "target")
SEVERITIES = ["watch", "review", "urgent"]
WORD_OF_A_CHILD = "zebrafinch"  # stands in bad events; must never be seen again


def start_kafka(port="0", brokers=1, sasl=None):
    """Starts a broker, or several; their data folder stays until stop_kafka. With `sasl`, name:password, also the address to log in at."""
    data = tempfile.mkdtemp(prefix="kafka-", dir=SCRATCH)
    found = start_kafka_on(data, "--port", str(port), "--brokers", str(brokers), *(["--sasl", sasl] if sasl else []))
    return (found["bootstrap"], data) if sasl is None else (found["bootstrap"], data, found["sasl"])


def start_kafka_on(data, *options):
    """Starts what is to run on a data folder; what tools/kafka tells of it, by name."""
    out = subprocess.run([KAFKA, "start", "--data", data, *options], check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(word.split("=", 1) for word in out.splitlines()[-1].split())


def stop_kafka(data):
    subprocess.run([KAFKA, "stop", "--data", data], check=True, stderr=subprocess.DEVNULL)


def set_up(*options):
    """Starts the broker that the tests share, with further options of tools/kafka; several, with three copies of each topic, where
    LIVE_BROKERS says so, and of another version where LIVE_KAFKA_VERSION does. What tools/kafka tells of it, by name."""
    global BROKER, SCRATCH, BROKER_DATA
    SCRATCH = tempfile.mkdtemp(prefix="pairwatch-live-")
    BROKER_DATA = tempfile.mkdtemp(prefix="kafka-", dir=SCRATCH)
    if "LIVE_KAFKA_VERSION" in os.environ:
        options += ("--version", os.environ["LIVE_KAFKA_VERSION"])
    found = start_kafka_on(BROKER_DATA, "--port", "0", "--brokers", os.environ.get("LIVE_BROKERS", "1"), *options)
    BROKER = found["bootstrap"]
    return found


def tear_down():
    stop_kafka(BROKER_DATA)
    subprocess.run(["rm", "-rf", SCRATCH], check=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(question, what, seconds=60):
    """The first true answer; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class World:
    """Topics and consumer groups that belong to one test."""

    TOPICS = ["platform.events", "pairwatch.interactions", "pairwatch.case-inputs", "pairwatch.target-inputs", "moderation.escalations.urgent",
              "moderation.escalations.review", "moderation.escalations.watch", "moderation.decisions", "pairwatch.dead-letters",
              "pairwatch.indicators"]

    def __init__(self, name, partitions=4, events=None):
        """`events`: a topic of another name, that is there, in the place of the test's own platform.events."""
        self.name = name
        self.partitions = partitions
        self.events = events
        topics = {self.topic(topic): {"partitions": partitions} for topic in self.TOPICS}
        for topic in ("platform.events", "moderation.decisions"):
            topics[self.topic(topic)]["external"] = True
        topics[self.topic("pairwatch.indicators")]["cleanup"] = "compact"
        topics.update({topic: None for topic in self.TOPICS})
        dead = {"dead_letters": self.topic("pairwatch.dead-letters")}
        told = {severity: self.topic(f"moderation.escalations.{severity}") for severity in SEVERITIES}
        of_minors = {"target_inputs": self.topic("pairwatch.target-inputs")}
        services = {
            "intake": {"input": self.topic("platform.events"), "table": self.topic("pairwatch.indicators"),
                       "outputs": dict(dead, interactions=self.topic("pairwatch.interactions"), case_inputs=self.topic("pairwatch.case-inputs"))},
            "relationship": {"input": self.topic("pairwatch.interactions"), "outputs": dict(dead, case_inputs=self.topic("pairwatch.case-inputs"))},
            "escalation": {"input": self.topic("pairwatch.case-inputs"), "outputs": dict(dead, **told, **of_minors, indicators=self.topic("pairwatch.indicators"))},
            "target": {"input": self.topic("pairwatch.target-inputs"), "outputs": dict(dead, **told)},
            "decisions": {"input": self.topic("moderation.decisions"),
                          "outputs": dict(dead, **of_minors, case_inputs=self.topic("pairwatch.case-inputs"))},
        }
        self.config = os.path.join(SCRATCH, name + ".yaml")
        with open(self.config, "w") as file:  # JSON is YAML
            json.dump({"topology": {"application": name, "topics": topics, "services": services}}, file)

    def topic(self, name):
        return self.events if self.events and name == "platform.events" else f"{self.name}.{name}"

    def produce(self, events, topic="platform.events", headers=()):
        """Writes (key, value) pairs of bytes; both directions of a pair go to one partition, as the contract recommends."""
        command = ["kcat", "-P", "-b", BROKER, "-t", self.topic(topic), "-K", "\t", "-X", "partitioner=murmur2_random", "-X", "linger.ms=50"]
        for header in headers:
            command += ["-H", header]
        subprocess.run(command, input=b"".join(key + b"\t" + value + b"\n" for key, value in events), check=True)

    def written_ends(self, topic):
        """{partition: the offset behind the last record written, be it committed or not}"""
        command = ["kcat", "-Q", "-b", BROKER, "-X", "isolation.level=read_uncommitted", "-X", "log_level=3"]  # not that kcat's client warns of it
        for partition in range(self.partitions):
            command += ["-t", f"{self.topic(topic)}:{partition}:-1"]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return {int(partition): int(offset) for partition, offset in re.findall(r"\[(\d+)\] offset (\d+)", out)}

    def consume(self, topic, *output):
        """What kcat prints of every committed record, `output` saying how. A commit is answered before its markers stand in the partitions,
        and a reader who comes in between finds an end in front of them: it is asked again until it came to the end of what was written."""
        written = self.written_ends(topic)
        command = ["kcat", "-C", "-b", BROKER, "-t", self.topic(topic), "-e", "-X", "isolation.level=read_committed", *output]

        def to_the_end():
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            ends = {int(partition): int(offset) for partition, offset in re.findall(rb"\[(\d+)\] at offset (\d+)", done.stderr)}
            return [done.stdout] if all(ends.get(partition, -1) >= end for partition, end in written.items()) else None

        return eventually(to_the_end, f"the transactions on {topic} decided")[0]

    def read(self, topic):
        """What a reader of committed records finds: (headers, key, value) each."""
        records = []
        for line in self.consume(topic, "-J").split(b"\n")[:-1]:
            record = json.loads(line.decode("utf-8", "surrogateescape"))
            flat = record.get("headers", [])
            records.append((dict(zip(flat[::2], flat[1::2])), record["key"], record["payload"]))
        return records

    def sources(self, topic):
        """The `pairwatch-source` of every committed record."""
        return [re.search(r"pairwatch-source=([^,]+)", line)[1] for line in self.consume(topic, "-f", "%h\n").decode().splitlines()]

    def count(self, topic):
        return len(self.sources(topic))

    def is_read(self, service):
        """Whether a service's group has committed up to the ends of its input."""
        offsets = lag_of_group(f"{self.name}.{service}")
        return bool(offsets) and all(committed == end or (committed, end) == ("-", "0") for committed, end in offsets.values())

    def is_settled(self):
        """Whether every group has committed up to the ends of its input; asked in the order of the services, for one that has adds nothing to
        the input of the next."""
        return all(self.is_read(service) for service in SERVICES)

    def escalations(self):
        return [json.loads(value) for severity in SEVERITIES for _, _, value in self.read(f"moderation.escalations.{severity}")]


class Run:
    """A `pairwatch run` process; without `disk`, its state is on a new one each time. `within`: a command that runs it."""

    def __init__(self, world, services="all", broker=None, settings=(), disk=None, within=(), more=()):
        self.world = world
        self.stderr = tempfile.NamedTemporaryFile("w+", dir=SCRATCH, suffix=".log", delete=False)
        command = [*within, PAIRWATCH, "run", "--services", services, "--config", world.config, "-X", "http.listen=127.0.0.1:0", "-X",
                   f"kafka.bootstrap_servers={broker or BROKER}", "-X", f"state.path={disk or tempfile.mkdtemp(dir=SCRATCH)}"]
        for setting in settings:
            command += ["-X", setting]
        command += more
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.stderr)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def log(self):
        with open(self.stderr.name, errors="replace") as file:
            return file.read()

    def port(self):
        found = eventually(lambda: re.search(r"at port (\d+)", self.log()) or self.process.poll() is not None, "the HTTP port")
        if found is True:
            raise AssertionError("ended: " + self.log())
        return int(found.group(1))

    def get(self, path):
        """Status and body of an answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            raise AssertionError(f"{error}; exit code {self.process.poll()}; " + self.log()) from None

    def metrics(self):
        """{name: {labels: value}}"""
        found = collections.defaultdict(dict)
        for line in self.get("/metrics")[1].splitlines():
            match = re.match(r"(\w+)(?:\{(.*)\})? (\S+)$", line)
            if match and not line.startswith("#"):
                found[match[1]][match[2] or ""] = float(match[3])
        return found

    def outcomes(self, service):
        return {re.search(r'outcome="(\w+)"', labels)[1]: int(value)
                for labels, value in self.metrics()["pairwatch_events_total"].items() if f'service="{service}"' in labels and value}

    def read_count(self, service):
        return sum(self.outcomes(service).values())

    def wait_ready(self):
        eventually(lambda: self.get("/readyz")[0] == 200 or self.process.poll() is not None, "readiness")
        if self.process.poll() is not None:
            raise AssertionError("ended: " + self.log())
        return self

    def stop(self, seconds=25):
        """Ends it by SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def wait_until_idle(runs, count):
    """Until intake has read `count` events and every service what the one before it wrote. 0: these runs have taken over from others, who
    took their counts with them. The groups say so: a process that is about to get a partition does not know of its lag."""
    world = runs[0].world

    def is_counted():
        read = {service: sum(run.read_count(service) for run in runs) for service in SERVICES}
        forwarded = sum(run.outcomes("intake").get("forwarded", 0) for run in runs)
        lags = [lag for run in runs for lag in run.metrics()["pairwatch_consumer_lag"].values()]
        return read["intake"] >= count and (not count or read["relationship"] >= forwarded) and not any(lags)

    eventually(is_counted, f"{count} events through every service", 120)
    eventually(world.is_settled, "everything read is committed", 120)
    eventually(is_counted, "what is committed is counted")


def kafka_tool(name, *arguments, broker=None):
    """Runs one of Kafka's own tools: its class, of those below org.apache.kafka.tools without that."""
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    jars = sorted(glob.glob(os.path.join(cache, "pairwatch", "kafka", "*", "lib")))[-1]
    command = ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", jars + "/*", name if name.startswith("kafka.") else f"org.apache.kafka.tools.{name}",
               "--bootstrap-server", broker or BROKER, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def make_topic(topic, partitions, broker=None):
    kafka_tool("TopicCommand", "--create", "--topic", topic, "--partitions", str(partitions), broker=broker)


def records_in(topic, broker=None):
    """The sum of the ends of all partitions."""
    return sum(int(line.rsplit(":", 1)[1]) for line in kafka_tool("GetOffsetShell", "--topic", topic, broker=broker).splitlines())


def group_tool(group, *arguments):
    """What Kafka's own tool says of a consumer group."""
    return kafka_tool("consumer.group.ConsumerGroupCommand", *arguments, "--group", group)


def describe_group(group):
    """One row for each partition: its number, the offset committed, its end, the member that reads it."""
    out = group_tool(group, "--describe")
    rows = [line.split() for line in out.splitlines() if line.startswith(group)]
    return [(int(row[2]), row[3], row[4], row[6]) for row in rows]


def lag_of_group(group):
    """{partition: (committed, end)}"""
    return {partition: (committed, end) for partition, committed, end, _ in describe_group(group)}


def is_shared_by(group, members):
    """Whether that many members read the partitions."""
    readers = {reader for _, _, _, reader in describe_group(group)}
    return len(readers) == members and "-" not in readers


def generated(events=20000, risky=24, seed=5):
    """Events of our generator as JSON lines, and the file they stand in."""
    path = os.path.join(SCRATCH, f"events-{events}-{risky}-{seed}.jsonl")
    if not os.path.exists(path):
        subprocess.run([PAIRWATCH, "generate", "--events", str(events), "--pairs", "2000", "--minor-share", "0.3", "--risky", str(risky),
                        "--duplicates", "3", "--seed", str(seed), "--progress", "none", "--output", path], check=True)
    with open(path, "rb") as file:
        return path, file.read().splitlines()


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def delimited(path):
    """Each message of a file of varint lengths and messages."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        size, at = varint(data, at)
        yield data[at:at + size]
        at += size


def keyed(lines):
    """Each event under a key that both directions of a pair share."""
    for line in lines:
        event = json.loads(line)
        ids = sorted([event["actor"]["accountId"], event.get("target", {}).get("accountId", "")])
        yield "|".join(ids).encode(), line


def replayed(path):
    """What a replay of the same file raises, and what became of its events by service."""
    done = subprocess.run([PAIRWATCH, "replay", "--input", path, "--progress", "none", "--summary"], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def forwarded_by(summary):
    """How many events intake forwarded, by a replay's summary."""
    return int(re.search(r"^intake\b.*?([\d,]+) forwarded", summary, re.MULTILINE)[1].replace(",", ""))


def told_twice(escalations):
    """Revisions that stand more than once; one with which a case stands down goes to every topic where it was told."""
    told = collections.Counter((e["escalationId"], e["revision"]) for e in escalations if e["status"] != "ESCALATION_STATUS_STOOD_DOWN")
    return [revision for revision, count in told.items() if count > 1]


def final_state(escalations, shared):
    """For each subject: its case ids and the highest severity; of a PAIR case that is not `shared` also the risk that was told last."""
    order = ["SEVERITY_WATCH", "SEVERITY_REVIEW", "SEVERITY_URGENT"]
    cases = collections.defaultdict(list)
    for escalation in escalations:
        cases[subject_of(escalation)].append(escalation)
    return {subject: (sorted({e["escalationId"] for e in revisions}), order[max(order.index(e["severity"]) for e in revisions)],
                      max(revisions, key=lambda e: e["revision"])["risk"] if is_pair(subject) and subject not in shared else None)
            for subject, revisions in cases.items()}


def subject_of(escalation):
    subject = escalation["subject"]
    return subject["kind"], subject.get("tenant", ""), subject.get("actorId", ""), subject.get("targetId", "")


def is_pair(subject):
    return subject[0] == "SUBJECT_KIND_PAIR"


OF_THE_ACCOUNT = {"scattergun", "copied_opening", "attention_skew", "peer_impersonation", "prior_confirmed", "blocked_or_reported"}


def shared_with_account(escalations):
    """PAIR cases in which an account's doings elsewhere weigh. A rise that is smaller than an update step is not told, so which of the
    risks on the way was told last depends on the order in which those doings arrive; the cases and their severities do not."""
    return {subject_of(e) for e in escalations
            if is_pair(subject_of(e)) and any(item["signal"] in OF_THE_ACCOUNT for item in e.get("evidence", ()))}


def differences(found, expected):
    """Subjects whose cases are others than a replay's: their ids, severities and told risks, here and there."""
    shared = shared_with_account(found) | shared_with_account(expected)
    live, replay = final_state(found, shared), final_state(expected, shared)
    return {subject: {"live": live.get(subject), "replay": replay.get(subject)}
            for subject in live.keys() | replay.keys() if live.get(subject) != replay.get(subject)}
