#!/usr/bin/env python3
"""How long `pairwatch run` takes to be ready again after kill -9, with the state of many pairs on its disk.

    warm_start.py PAIRWATCH [--pairs N] [--times N] [--flush DURATION]

Starts a broker, lets a process build the state of N pairs, and kills it once its store has written to disk what it had (--flush: how often
it does). Then it is started on the same disk, killed when it is ready and has all of them, and so on; the last start is one that has lost its
disk. Prints one JSON object a start: until /readyz says yes, from the start of the process.
"""
import argparse
import json
import os
import sys
import tempfile
import time

import live_throughput as throughput
from live_throughput import live


def entries_of(program):
    """Of the store of pairs; told once a second, and of a store on disk an estimate."""
    return int(throughput.metric(throughput.text_of(program), "pairwatch_state_entries", store="pairs"))


def ready_after(world, disk, settings, pairs):
    began = time.monotonic()
    with live.Run(world, disk=disk, settings=settings) as program:
        while program.process.poll() is None:
            try:
                if program.get("/readyz")[0] == 200:
                    break
            except AssertionError:
                pass
            time.sleep(0.01)
        took = time.monotonic() - began
        if program.process.poll() is not None:
            raise SystemExit("it ended: " + program.log())
        live.eventually(lambda: abs(entries_of(program) - pairs) < pairs / 50, f"the state of all {pairs} pairs", 20)
        text = throughput.text_of(program)
        return {"ready_s": round(took, 2), "entries": entries_of(program), "restore_s": round(throughput.metric(text, "pairwatch_restore_seconds_sum", store="pairs"), 2),
                "load": os.getloadavg()[0]}


def bytes_below(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pairwatch")
    arguments.add_argument("--pairs", type=int, default=1000000)
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--flush", default="5s", help="how often the store writes to disk what it has")
    options = arguments.parse_args()
    live.PAIRWATCH = os.path.abspath(options.pairwatch)
    live.set_up()
    try:
        world, disk = live.World("warm", 8), tempfile.mkdtemp(dir=live.SCRATCH)
        settings = [f"state.flush_interval={options.flush}"]
        path = os.path.join(live.SCRATCH, "events.bin")
        throughput.subprocess.run([live.PAIRWATCH, "generate", "--pairs", str(options.pairs), "--events", str(options.pairs * 3), "--minor-share", "1",
                                   "--format", "protobuf", "--output", path, "--progress", "none"], check=True)
        with live.Run(world, disk=disk, settings=settings) as program:
            program.wait_ready()
            throughput.produce(live.BROKER, world.topic("platform.events"), throughput.messages(path))
            found = throughput.work_through(program, throughput.broker_of(live.BROKER.rsplit(":", 1)[1]))
            time.sleep(2 * int(options.flush.rstrip("s")) + 1)
            pairs = entries_of(program)
            print(json.dumps({"events": found["events"], "pairs": pairs, "disk_bytes": bytes_below(disk)}), flush=True)
        for _ in range(options.times):
            print(json.dumps(ready_after(world, disk, settings, pairs)), flush=True)
        print(json.dumps({"lost_disk": True} | ready_after(world, tempfile.mkdtemp(dir=live.SCRATCH), settings, pairs)), flush=True)
    finally:
        live.tear_down()


if __name__ == "__main__":
    sys.exit(main())
