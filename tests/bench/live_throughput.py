#!/usr/bin/env python3
"""How fast `pairwatch run --services all` works through a full topic on one broker of this machine, what that costs, and how late it is at half that rate.

    live_throughput.py PAIRWATCH [--events N] [--latency SECONDS]
    live_throughput.py PAIRWATCH --bootstrap HOST:PORT --topic NAME [--partitions N]

The first starts a broker and writes the reference mix of `pairwatch generate` as protobuf by kcat. The second works on a topic that is there, for a comparison with
another program on the same events. Each waits until every service has read everything. With --latency, events are then written at half the rate
found for that long, and the percentiles of event to escalation are those of `pairwatch_event_to_escalation_seconds`. Prints one JSON object a run.
"""
import argparse
import itertools
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "kafka"))
import live_support as live  # noqa: E402  (its folder is only known now)


def field(data, number):
    """The bytes of a length-delimited field; empty where there is none."""
    at = 0
    while at < len(data):
        tag, at = live.varint(data, at)
        if tag & 7 == 2:
            size, at = live.varint(data, at)
            if tag >> 3 == number:
                return data[at:at + size]
            at += size
        elif tag & 7 == 0:
            at = live.varint(data, at)[1]
        else:
            at += 8 if tag & 7 == 1 else 4
    return b""


def messages(path):
    """Each message of a file of varint lengths and messages, under a key that both directions of its pair share."""
    for message in live.delimited(path):
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


def produce(broker, topic, records, rate=None):
    """Writes (key, value) pairs; at `rate` a second, in slices of ten milliseconds that are made beforehand, where one is given. Gives how many were written
    and the seconds that took."""
    between, after_key = secrets.token_hex(12).encode(), secrets.token_hex(12).encode()
    whole = (key + after_key + message + between for key, message in records)
    size = max(1, rate // 100) if rate else 10000
    slices = ((len(part), b"".join(part)) for part in iter(lambda: list(itertools.islice(whole, size)), []))
    if rate:
        slices = list(slices)
    command = ["kcat", "-P", "-b", broker, "-t", topic, "-D", between.decode(), "-K", after_key.decode(), "-X", "partitioner=murmur2_random", "-X",
               f"linger.ms={5 if rate else 100}", "-X", "compression.type=lz4", "-X", "queue.buffering.max.messages=1000000"]
    producer = subprocess.Popen(command, stdin=subprocess.PIPE)
    count, began = 0, time.monotonic()
    for length, data in slices:
        producer.stdin.write(data)
        count += length
        if rate:
            producer.stdin.flush()
            time.sleep(max(0.0, began + count / rate - time.monotonic()))
    producer.stdin.close()
    if producer.wait() != 0:
        raise SystemExit("kcat could not write the events")
    return count, time.monotonic() - began


def text_of(program):
    return program.get("/metrics")[1]


def work_through(program, broker_pid):
    """Until every service has read what there is. Warm is the second half of the input."""
    broker_before = cpu_seconds(broker_pid)
    deadline, began, last, changed, halves = time.monotonic() + 900, None, None, 0.0, []
    while time.monotonic() < deadline:
        time.sleep(0.05)
        text = text_of(program)
        now = time.monotonic()
        read = {service: int(metric(text, "pairwatch_events_total", service=service)) for service in live.SERVICES}
        if began is None and read["intake"] > 0:
            began = now
        if read != last:
            last, changed = read, now
            halves.append((read["intake"], cpu_seconds(program.process.pid)))
        # Lag is told once a second, so nothing has come for longer than that.
        if began is not None and "pairwatch_consumer_lag{" in text and metric(text, "pairwatch_consumer_lag") == 0 and now - changed > 2.5:
            break
    else:
        raise SystemExit("the program did not come to the end; see its log")
    wall, cpu, count = changed - began, cpu_seconds(program.process.pid), read["intake"]
    half_read, half_cpu = next(at for at in halves if at[0] * 2 >= count)
    return {
        "events": count, "wall_s": round(wall, 2), "events_per_wall_s": round(count / wall), "cpu_s": round(cpu, 2),
        "cpu_s_per_million": round(cpu * 1e6 / count, 2), "events_per_cpu_s": round(count / cpu),
        "warm_cpu_s_per_million": round((halves[-1][1] - half_cpu) * 1e6 / (count - half_read), 2) if half_read < count else None,
        "broker_cpu_s_per_million": round((cpu_seconds(broker_pid) - broker_before) * 1e6 / count, 2), "read": read,
        "commits": int(metric(text, "pairwatch_commits_total")), "aborts": int(metric(text, "pairwatch_aborts_total")),
        "escalations": int(metric(text, "pairwatch_escalations_total")), "max_rss_mb": peak_memory_mb(program.process.pid),
        "load": os.getloadavg()[0],
    }


def percentile(text, name, share):
    """The upper bound of the bucket that holds that share of what was observed, over all labels."""
    buckets = {}
    for labels, value in re.findall(rf"^{name}_bucket\{{(.*)\}} (\S+)$", text, re.MULTILINE):
        bound = float(re.search(r'le="([^"]+)"', labels)[1].replace("+Inf", "inf"))
        buckets[bound] = buckets.get(bound, 0.0) + float(value)
    total = max(buckets.values(), default=0.0)
    return next((bound for bound, count in sorted(buckets.items()) if total and count >= share * total), None)


def measure_latency(program, broker, topic, path, rate, seconds):
    count, took = produce(broker, topic, itertools.islice(messages(path), int(rate * seconds)), rate)
    time.sleep(3)
    name, text = "pairwatch_event_to_escalation_seconds", text_of(program)
    return {"rate": rate, "rate_written": round(count / took), "events": count, "escalations": int(metric(text, name + "_count")),
            "event_to_escalation_at_most_s": {f"p{int(share * 100)}": percentile(text, name, share) for share in (0.5, 0.9, 0.99)},
            "load": os.getloadavg()[0]}


def broker_of(port):
    """The process that listens there."""
    out = subprocess.run(["ss", "-ltnpH", f"sport = :{port}"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return int(re.search(r"pid=(\d+)", out)[1])


def generate(pairwatch, events, seed, path, risky=0):
    subprocess.run([pairwatch, "generate", "--events", str(events), "--risky", str(risky), "--seed", str(seed), "--format", "protobuf", "--output", path, "--progress", "none"],
                   check=True)


def with_own_broker(options):
    live.set_up()
    try:
        path = os.path.join(live.SCRATCH, "events.bin")
        full = live.World("bench", options.partitions)
        with live.Run(full) as program:  # makes the topics; it has nothing to read yet
            program.wait_ready().stop()
        generate(live.PAIRWATCH, options.events, 1, path)
        produce(live.BROKER, full.topic("platform.events"), messages(path))
        with live.Run(full) as program:
            found = work_through(program, broker_of(live.BROKER.rsplit(":", 1)[1]))
        print(json.dumps(found), flush=True)
        if not options.latency:
            return
        rate = found["events_per_wall_s"] // 2
        late = live.World("late", options.partitions)
        with live.Run(late) as program:
            program.wait_ready()
            generate(live.PAIRWATCH, int(rate * options.latency), 2, path, risky=int(rate * options.latency) // 2000)
            print(json.dumps(measure_latency(program, live.BROKER, late.topic("platform.events"), path, rate, options.latency)))
    finally:
        live.tear_down()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pairwatch")
    arguments.add_argument("--events", type=int, default=2000000)
    arguments.add_argument("--latency", type=float, default=0, metavar="SECONDS")
    arguments.add_argument("--partitions", type=int, default=8)
    arguments.add_argument("--bootstrap")
    arguments.add_argument("--topic")
    options = arguments.parse_args()
    live.PAIRWATCH = os.path.abspath(options.pairwatch)
    if not options.topic:
        return with_own_broker(options)
    live.BROKER = options.bootstrap
    with tempfile.TemporaryDirectory(prefix="pairwatch-bench-") as live.SCRATCH:
        with live.Run(live.World("bench-" + secrets.token_hex(4), options.partitions, events=options.topic)) as program:
            print(json.dumps(work_through(program, broker_of(live.BROKER.rsplit(":", 1)[1]))))


if __name__ == "__main__":
    main()
