"""A sandbox of one's own, and a practice program in a few lines."""

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request


class Sandbox:
    """Runs from `with` to its end, on a clock that shows 22 November 2030, 9:15."""

    def __init__(self, *options):
        self.options = options or ("--clock", "2030-11-22 09:15", "--seed", "7")

    def __enter__(self):
        command = [os.environ["SANDBOX"], "--stop-with-stdin", "--no-https", *self.options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in map(str.strip, self.process.stdout):
            if line.startswith("http://"):
                self.url = line
            if line == "ready":
                return self
        raise RuntimeError("the sandbox did not start")

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_control/{path}", data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=20) as reply:
            text = reply.read()
        return json.loads(text) if text else None

    def call(self, path, **fields):
        """One call of the service with a token of its own."""
        token = self.post("/api_verify/", api_app_key="sandbox-app-key", api_key="sandbox-practice-1")["token"]
        return self.post(path, token=token, **fields)

    def post(self, path, **fields):
        with urllib.request.urlopen(self.url + path, urllib.parse.urlencode(fields).encode(), timeout=20) as reply:
            return json.loads(reply.read())

    def invite(self, name, start, **contact):
        contact = contact or {"pacient_email": "pacient@sandbox.example"}
        return self.call("/api_meet_add/", pacient_jmeno=name, pacient_narozen="1980", meet_start=start, **contact)

    def fetch(self, path):
        with urllib.request.urlopen(self.url + path, timeout=20) as reply:
            return reply.headers["content-type"], reply.read()
