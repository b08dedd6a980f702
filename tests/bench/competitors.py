"""The ways of calling the service that are compared, each a process that takes orders."""

import json
import os
import subprocess
import time

import paths

PYTHON = "/usr/bin/python3"  # Debian's, for which Debian's requests is


class Way:
    def __init__(self, key, name, command):
        self.key, self.name, self.command = key, name, command


OURS = Way("ours", "videodoktor, from C", [paths.program("ours")])
CURL = Way("curl", "C, libcurl, cJSON", [paths.program("curl")])
UREQ = Way("ureq", "Rust, ureq", [paths.RUST_COMPETITOR])
PASCAL = Way("pascal", "Free Pascal, TFPHTTPClient", [paths.program("pascal")])
CSHARP = Way("csharp", "C#, HttpClient, .NET 8", [paths.DOTNET, "exec", "--runtimeconfig", paths.program("csharp.json"), paths.program("csharp.exe")])
REQUESTS = Way("python", "Python, requests", [PYTHON, os.path.join(paths.ROOT, "tests", "bench", "competitors", "python", "competitor.py")])
PREPARED = Way("prepared", "videodoktor, from C, prepared", [paths.program("ours")])
ALL = [OURS, CURL, UREQ, PASCAL, CSHARP, REQUESTS]


def environment(account, **more):
    # .NET finds trusted authorities here; the others are told by argument.
    return {**os.environ, "SSL_CERT_FILE": account[1], **more}


def processor_time(pid):
    """Nanoseconds of processor time, user and system, of all threads that a process has had."""
    return time.clock_gettime_ns((~pid << 3) | 2)


class Competitor:
    """One process of a way. `with` ends it."""

    def __init__(self, way, account, before=(), **more_environment):
        self.way = way
        self.process = subprocess.Popen(
            [*before, *way.command, *account], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(account, **more_environment)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)

    def obey(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.way.name} broke off at '{order}'")
        return json.loads(answer)

    def nanoseconds(self, order):
        return self.obey(order)["ns"]

    def processor_time(self):
        return processor_time(self.process.pid)

    def memory(self):
        """Bytes that only this process holds, its share of pages that others hold too included."""
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
