#!/usr/bin/env python3
"""How fast `pairwatch run --services all` works through a full topic on one broker of this machine, and what that costs.

    live_throughput.py PAIRWATCH [EVENTS]

Writes the reference mix of `pairwatch generate` as protobuf to platform.events by kcat, then starts the program and waits until every
service has read everything. Prints one JSON object on standard output.
"""
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KAFKA = os.path.join(ROOT, "tools", "kafka")
SERVICES = ("intake", "relationship", "escalation")


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def field(data, number):
    """The bytes of a length-delimited field; empty where there is none."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 2:
            size, at = varint(data, at)
            if tag >> 3 == number:
                return data[at:at + size]
            at += size
        elif tag & 7 == 0:
            at = varint(data, at)[1]
        else:
            at += 8 if tag & 7 == 1 else 4
    return b""


def messages(path):
    """Each message of a file of varint lengths and messages, under a key that both directions of its pair share."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        size, at = varint(data, at)
        message = data[at:at + size]
        at += size
        yield b"|".join(sorted((field(field(message, 4), 1), field(field(message, 5), 1)))), message


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        numbers = file.read().rsplit(")", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory_mb(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) // 1024


def metric(text, name, **labels):
    """The sum of a metric over what the labels leave open."""
    total = 0.0
    for found in re.finditer(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE):
        if all(f'{label}="{value}"' in (found[1] or "") for label, value in labels.items()):
            total += float(found[2])
    return total


def fill(broker, path):
    between, after_key = secrets.token_hex(12), secrets.token_hex(12)
    command = ["kcat", "-P", "-b", broker, "-t", "platform.events", "-D", between, "-K", after_key, "-X", "partitioner=murmur2_random", "-X",
               "linger.ms=100", "-X", "compression.type=lz4", "-X", "queue.buffering.max.messages=1000000"]
    producer = subprocess.Popen(command, stdin=subprocess.PIPE)
    count = 0
    for key, message in messages(path):
        producer.stdin.write(key + after_key.encode() + message + between.encode())
        count += 1
    producer.stdin.close()
    if producer.wait() != 0:
        raise SystemExit("kcat could not write the events")
    return count


def run(pairwatch, broker, broker_pid, count, log):
    command = [pairwatch, "run", "-X", f"kafka.bootstrap_servers={broker}", "-X", "http.listen=127.0.0.1:0"]
    broker_before = cpu_seconds(broker_pid)
    process = subprocess.Popen(command, stderr=log)
    try:
        deadline, port, began, last, changed = time.monotonic() + 600, None, None, None, 0.0
        while time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
            if port is None:
                with open(log.name) as file:
                    found = re.search(r"at port (\d+)", file.read())
                port = found and found[1]
                continue
            text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30).read().decode()
            now = time.monotonic()
            read = {service: metric(text, "pairwatch_events_total", service=service) for service in SERVICES}
            if began is None and read["intake"] > 0:
                began = now
            if read != last:
                last, changed = read, now
            # Lag is told once a second, so nothing has come for longer than that.
            if read["intake"] >= count and metric(text, "pairwatch_consumer_lag") == 0 and now - changed > 2.5:
                wall = changed - began
                break
        else:
            raise SystemExit("the program did not come to the end; see " + log.name)
        cpu = cpu_seconds(process.pid)
        return {
            "events": count, "wall_s": round(wall, 2), "events_per_wall_s": round(count / wall), "cpu_s": round(cpu, 2),
            "cpu_s_per_million": round(cpu * 1e6 / count, 2), "events_per_cpu_s": round(count / cpu),
            "broker_cpu_s_per_million": round((cpu_seconds(broker_pid) - broker_before) * 1e6 / count, 2), "read": {k: int(v) for k, v in read.items()},
            "commits": int(metric(text, "pairwatch_commits_total")), "aborts": int(metric(text, "pairwatch_aborts_total")),
            "escalations": int(metric(text, "pairwatch_escalations_total")), "max_rss_mb": peak_memory_mb(process.pid), "load": os.getloadavg()[0],
        }
    finally:
        process.terminate()
        process.wait(30)


def main():
    pairwatch, events = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "2000000"
    with tempfile.TemporaryDirectory(prefix="pairwatch-bench-") as scratch:
        data = os.path.join(scratch, "kafka")
        out = subprocess.run([KAFKA, "start", "--port", "0", "--data", data], check=True, stdout=subprocess.PIPE, text=True).stdout
        broker = re.search(r"bootstrap=(\S+)", out)[1]
        try:
            with open(os.path.join(data, "pid")) as file:
                broker_pid = int(file.read())
            # The program makes the topics; it has nothing to read yet.
            with open(os.path.join(scratch, "topics.log"), "w") as log:
                first = subprocess.Popen([pairwatch, "run", "-X", f"kafka.bootstrap_servers={broker}", "-X", "http.listen=127.0.0.1:0"], stderr=log)
            deadline = time.monotonic() + 60
            while "partitions of pairwatch.case-inputs assigned" not in open(os.path.join(scratch, "topics.log")).read():
                if time.monotonic() > deadline:
                    raise SystemExit("the program did not start: " + open(os.path.join(scratch, "topics.log")).read())
                time.sleep(0.1)
            first.terminate()
            first.wait(30)
            path = os.path.join(scratch, "events.bin")
            subprocess.run([pairwatch, "generate", "--events", events, "--format", "protobuf", "--output", path, "--progress", "none"], check=True)
            count = fill(broker, path)
            with open(os.path.join(scratch, "run.log"), "w") as log:
                print(json.dumps(run(pairwatch, broker, broker_pid, count, log)))
        finally:
            subprocess.run([KAFKA, "stop", "--data", data], check=False, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
