"""Servers and proxies as child processes on free ports: started, waited for by condition, and all ended with the tests."""

import contextlib
import ctypes
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

PR_SET_CHILD_SUBREAPER = 36
# Told the session of each process; when the tests are gone without having said "ended" (SIGKILL), it kills what they have started.
WATCHDOG = """
while read -r word; do
    case $word in ended) exit ;; esac
    sessions="$sessions $word"
done
for session in $sessions; do kill -s KILL -- "-$session"; done
"""
_running = []
_watchdog = None
_ports = set()


class NeverHappened(Exception):
    pass


def wait_until(holds, what, seconds=20):
    """Asks until the condition holds, and returns what it said."""
    until = time.monotonic() + seconds
    while True:
        said = holds()
        if said:
            return said
        if time.monotonic() > until:
            raise NeverHappened(what() if callable(what) else what)
        time.sleep(0.01)


def free_port():
    """Below the range from which the system gives ports to others, so that nobody takes it between our asking and the server's start."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _ports:
            _ports.add(port)
            return port


def used_ports():
    return sorted(_ports)


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def adopt_orphans():
    """What a server leaves behind becomes our child, so that nothing can hide from end_all; and if we are killed, all is killed."""
    global _watchdog
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _watchdog = subprocess.Popen(["sh", "-c", WATCHDOG], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)


def _tell_watchdog(word):
    print(word, file=_watchdog.stdin, flush=True)


class Process:
    """A program in the foreground, in a session of its own."""

    def __init__(self, name, command, ports, log, environment):
        self.name, self.command, self.ports, self.log, self.environment = name, list(map(str, command)), ports, pathlib.Path(log), environment
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, cwd="/", start_new_session=True,
            )
        _tell_watchdog(self.child.pid)
        _running.append(self)
        wait_until(self.is_ready, self.why_not_ready)

    def is_ready(self):
        if self.child.poll() is not None:
            raise NeverHappened(self.why_not_ready())
        return all(map(accepts, self.ports))

    def why_not_ready(self):
        return f"{self.name} is not ready: {self.log.read_text(errors='replace')[-2000:]}"

    def end(self, first=signal.SIGTERM):
        """Ends it; its own workers are given some seconds, then the whole session is killed."""
        if self in _running:
            _running.remove(self)
        if self.child.poll() is None:
            self.child.send_signal(first)
            try:
                self.child.wait(5)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()


def end_all():
    for process in reversed(list(_running)):
        process.end()
    with contextlib.suppress(BrokenPipeError):
        _tell_watchdog("ended")
    _watchdog.wait()
    # orphans that left their session: ours, because adopt_orphans made us their parent
    for pid in descendants():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_until(lambda: not descendants(), lambda: f"still there: {descendants()}")


def descendants():
    """The processes below this one that are not ended: {pid: command line}."""
    while True:  # those that ended already
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    below, found = {os.getpid()}, {}
    while grown := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= grown
        for pid in grown:
            try:
                found[pid] = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                pass
    return found
