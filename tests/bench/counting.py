"""What can be counted, and so comes out the same on a busy machine: instructions, bytes of the heap, moments of a process."""

import json
import os
import re
import subprocess
import tempfile
import time

import competitors
import paths


def instructions_of(command, order="", env=None):
    """Instructions of a process from its start to its end, by callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out"]
        done = subprocess.run([*valgrind, *command], input=order, capture_output=True, text=True, env=env, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def instructions(way, account, order):
    return instructions_of([*way.command, *account], order + "\n", competitors.environment(account))


def instructions_per_call(way, account, act, few, many):
    """The slope: what starting, connecting and the first calls cost is left out."""
    counted = [instructions(way, account, f"{act} {calls}") for calls in (few, many)]
    return (counted[1] - counted[0]) / (many - few)


def system_calls(way, account, order):
    """{name: how often} of a whole process, by strace."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["strace", "-f", "-c", "-o", f"{folder}/out", *way.command, *account]
        subprocess.run(command, input=order + "\n", capture_output=True, text=True, env=competitors.environment(account), check=True)
        with open(f"{folder}/out", encoding="ascii") as file:
            rows = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", file.read(), re.M)
    return {name: int(times) for times, name in rows if name != "total"}


def system_calls_per_call(way, account, act, few, many):
    """The slope, as of instructions; those that do not come with each call are left out."""
    before, after = (system_calls(way, account, f"{act} {calls}") for calls in (few, many))
    slopes = {name: (times - before.get(name, 0)) / (many - few) for name, times in after.items()}
    return {name: slope for name, slope in slopes.items() if slope > 0.2}


def preloaded(way, account, order, probe, variable, path):
    env = competitors.environment(account, LD_PRELOAD=paths.program(probe), **{variable: path})
    subprocess.run([*way.command, *account], input=order + "\n", capture_output=True, text=True, env=env, check=True)


def heap(way, account, order, path):
    """{"peak": bytes, "allocations": number} of a whole process."""
    preloaded(way, account, order, "heap.so", "HEAP_WITNESS", path)
    with open(path, encoding="ascii") as file:
        return json.load(file)


def timeline(way, account, path, order="list 1"):
    """(nanoseconds since the process was started, what, bytes) of its first call."""
    began = time.monotonic_ns()
    preloaded(way, account, order, "timeline.so", "TIMELINE", path)
    with open(path, encoding="ascii") as file:
        events = [line.split() for line in file]
    os.unlink(path)
    return [(int(at) - began, what, int(size)) for at, what, size in events]
