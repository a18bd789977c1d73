"""The faults of a run, chosen by its seed: each is injected, told with its time, and healed before it returns. Every wait ends."""
import os
import random
import signal
import subprocess
import time

from cluster import within

SESSION_SECONDS = 6
READY_SECONDS = 90


def choose(seed, count, has_small_disk, only=""):
    """The kinds in order: every kind once before any comes again; `only` names those to choose from."""
    kinds = [kill, kill_without_disk, freeze, terminate, kill_broker, come_and_go, freeze_broker, kill_all]
    if has_small_disk:
        kinds.append(fill_disk)
    if only:
        kinds = [kind for kind in kinds if kind.__name__ in only.split(",")]
    if not kinds:
        raise ValueError(f"no kind of fault is named {only}")
    chance, chosen = random.Random(seed), []
    first = kinds[:6]  # what a short run must have
    chance.shuffle(first)
    while len(chosen) < count:
        chosen += first if not chosen else chance.sample(kinds, len(kinds))
    return chosen[:count]


def any_member(cluster, chance):
    return chance.choice(cluster.members)


def heal(cluster, chance):
    """Half of the time the next fault waits until all are well again, else it may strike while they recover."""
    if chance.random() < 0.5:
        within(READY_SECONDS, cluster.is_ready)
    cluster.tend()


def kill(cluster, chance):
    """kill -9, and started again on the same disk, within its session or after it."""
    member, pause = any_member(cluster, chance), chance.choice([0.1, 1.5, SESSION_SECONDS + 3])
    cluster.note(f"kill -9 {member.name}, away for {pause} s, same disk")
    member.kill()
    time.sleep(pause)
    member.start()


def kill_without_disk(cluster, chance):
    """kill -9, and started again with nothing: all its state comes from the changelog."""
    member = any_member(cluster, chance)
    cluster.note(f"kill -9 {member.name}, its disk is lost")
    member.kill()
    member.wipe()
    time.sleep(chance.uniform(0, 2))
    member.start()


def kill_all(cluster, chance):
    """kill -9 of every process at once, one of them without its disk afterwards."""
    loser = any_member(cluster, chance)
    cluster.note(f"kill -9 of all, the disk of {loser.name} is lost")
    for member in cluster.members:
        member.kill()
    loser.wipe()
    for member in cluster.members:
        member.start()


def freeze(cluster, chance):
    """SIGSTOP for longer than a session and, at times, than a transaction; then it goes on as if nothing had been."""
    member, pause = any_member(cluster, chance), chance.choice([SESSION_SECONDS + 2, SESSION_SECONDS + 7])
    cluster.note(f"SIGSTOP {member.name} for {pause} s")
    member.signal(signal.SIGSTOP)
    time.sleep(pause)
    member.signal(signal.SIGCONT)


def terminate(cluster, chance):
    """SIGTERM, and started again."""
    member = any_member(cluster, chance)
    cluster.note(f"SIGTERM {member.name}")
    code = member.end()
    if code != 0:
        cluster.note(f"{member.name} ended with {code} after SIGTERM")
    time.sleep(chance.uniform(0, 2))
    member.start()


def any_broker(cluster, chance):
    """Its number, and how to call it."""
    number = chance.randint(1, cluster.brokers.count)
    return number, "the broker" if cluster.brokers.count == 1 else f"broker {number} of {cluster.brokers.count}"


def kill_broker(cluster, chance):
    """kill -9 of a broker: where it is the only one, everything waits, then goes on."""
    pause, (number, name) = chance.choice([0.2, 3, 12]), any_broker(cluster, chance)
    cluster.note(f"kill -9 of {name}, away for {pause} s and its start")
    cluster.brokers.kill(number)
    time.sleep(pause)
    cluster.brokers.start()
    cluster.note(f"{name} answers again")


def freeze_broker(cluster, chance):
    """SIGSTOP of a broker: requests time out with an outcome nobody knows."""
    pause, (number, name) = chance.choice([3, 8, 14]), any_broker(cluster, chance)
    cluster.note(f"SIGSTOP of {name} for {pause} s")
    cluster.brokers.signal(number, signal.SIGSTOP)
    time.sleep(pause)
    cluster.brokers.signal(number, signal.SIGCONT)


def come_and_go(cluster, chance):
    """A further process joins, works for a while, and is removed for good: in order, or not."""
    services = chance.choice(["all", "relationship,escalation,target"])
    cluster.note(f"guest comes with {services}")
    guest = cluster.add("guest", services=services)
    within(20, guest.is_ready)
    time.sleep(3)
    cluster.remove(guest)
    if chance.random() < 0.5:
        cluster.note("guest ends by kill -9")
        guest.kill()
    else:
        cluster.note(f"guest ends by SIGTERM with {guest.end()}")


def fill_disk(cluster, chance):
    """The disk of the process on the small one is full for some seconds; it may end, and is started again when there is room."""
    member = next(member for member in cluster.members if member.disk.startswith(cluster.mount))
    cluster.note(f"the disk of {member.name} is full")
    filler = os.path.join(cluster.mount, "filler")
    subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=64k"], stderr=subprocess.DEVNULL, check=False)
    within(chance.choice([4, 10]), lambda: not member.is_running())
    os.remove(filler)
    cluster.note(f"the disk of {member.name} has room again; it {'runs' if member.is_running() else 'ended'}")
    cluster.tend(excused=member)


def make_small_disk(cluster):
    """A file system of 96 MiB in memory, where that is allowed; the folder, or None."""
    if os.geteuid() != 0:
        return None
    folder = os.path.join(cluster.folder, "small-disk")
    os.makedirs(folder)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "pairwatch-chaos", folder], stderr=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        return None
    cluster.mount = folder
    return os.path.join(folder, "state")
