"""The program with settings of its own, and a sandbox for each test."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from sandbox import Sandbox

PROGRAM = Path(os.environ["VIDEODOKTOR_PROGRAM"])
LONGEST = 120  # seconds; on a busy machine, too


def patient(number=0, **more):
    return {"pacient_jmeno": "Jana Nováková", "pacient_email": f"jana{number}@example.cz", "pacient_narozen": "1980",
            "meet_start": f"{1 + number % 28}.{1 + number // 28 % 12}.2090 {8 + number // 336}:00", **more}


def as_lines(fields):
    return "".join(f"{name}={value}\n" for name, value in fields.items())


def read_lines(answer, encoding="utf-8"):
    return dict(line.split("=", 1) for line in answer.decode(encoding).splitlines())


def wait_until(condition, what):
    until = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not happen within {LONGEST} s")
        time.sleep(0.01)


class ProgramTest(unittest.TestCase):
    command = [PROGRAM]

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="čekárna ")))
        self.sandbox = self.enterContext(Sandbox([os.environ["VIDEODOKTOR_SANDBOX"]]))
        self.config = self.folder / "settings" / "videodoktor.ini"
        self.config.parent.mkdir()
        self.settings()

    def settings(self, **more):
        values = {"url": self.sandbox.http, "app_key": self.sandbox.app_key, "api_key": self.sandbox.practice_key, "proxy": "none", **more}
        self.config.write_text("# settings of the test\n" + as_lines(values), "utf-8")

    def shown(self, path):
        return str(path)

    def arguments(self, *arguments):
        return [*self.command, "--config", self.shown(self.config), *(self.shown(each) if isinstance(each, Path) else each for each in arguments)]

    def run_program(self, *arguments, stdin=None):
        process = self.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        said, _ = process.communicate(stdin, timeout=LONGEST)
        return subprocess.CompletedProcess(process.args, process.returncode, said, self.complaints(process))

    def environment(self):
        return {name: value for name, value in os.environ.items() if not name.startswith("VIDEODOKTOR_") and "proxy" not in name.lower()}

    def start(self, *arguments, **streams):
        """In a group of its own, so that what the command itself started (Wine) ends with it. Standard error is a file: Wine's server keeps it open."""
        complaints = self.enterContext(tempfile.TemporaryFile())
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": complaints, **streams}
        process = subprocess.Popen(self.arguments(*arguments), env=self.environment(), start_new_session=True, **streams)
        process.complaints = complaints
        for stream in filter(None, (process.stdin, process.stdout)):
            self.addCleanup(stream.close)
        self.addCleanup(process.wait)
        self.addCleanup(self.end_group, process)
        return process

    def complaints(self, process):
        process.complaints.seek(0)
        return process.complaints.read()

    def end_group(self, process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def kill(self, process):
        os.kill(process.pid, signal.SIGKILL)
        self.assertEqual(process.wait(), -signal.SIGKILL, "it ended by itself: " + self.complaints(process).decode())

    def ends(self, code, *arguments, **more):
        """The answer's fields; the program must end with this exit code."""
        done = self.run_program(*arguments, **more)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout.decode(errors='replace')}\n{done.stderr.decode(errors='replace')}")
        return read_lines(done.stdout) if done.stdout.startswith(b"status=") else done.stdout.decode("utf-8")

    def fault(self, **fault):
        self.sandbox.control("faults", json.dumps(fault).encode())

    def set_clock(self, moment):
        body = json.dumps({"set": moment}).encode()
        request = urllib.request.Request(f"{self.sandbox.http}/_control/clock", body, {"Content-Type": "application/json"}, method="PUT")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20):
            pass

    def sent(self, path="/api_meet_add/"):
        return [each for each in self.sandbox.control("requests") if each["path"] == path]

    def invite_arguments(self, number=0):
        fields = patient(number)
        names = {"pacient_jmeno": "--name", "pacient_email": "--email", "pacient_narozen": "--born", "meet_start": "--start"}
        return ["invite", *(part for name, value in fields.items() for part in (names[name], value))]
