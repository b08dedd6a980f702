"""A sandbox for one program at a time, and its journal: with Sandbox(["target/debug/videodoktor-sandbox"]) as sandbox: ..."""

import json
import subprocess
import urllib.request


class Sandbox:
    def __init__(self, command, **settings):
        self.process = subprocess.Popen([*command, "--stop-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", **settings)
        self.http = self.https = None
        said = {}
        for line in map(str.strip, self.process.stdout):
            if line == "ready":
                break
            if line.startswith("http://"):
                self.http = line
            elif line.startswith("https://"):
                self.https = line
            else:
                name, _, value = line.partition("=")
                said.setdefault(name, value)  # the first practice's key
        else:
            raise RuntimeError(f"{command[0]} ended before it was ready")
        self.app_key, self.practice_key, self.ca_file = said["api_app_key"], said["api_key"], said["ca_file"]
        self.environment = {"VIDEODOKTOR_URL": self.http, "VIDEODOKTOR_APP_KEY": self.app_key, "VIDEODOKTOR_API_KEY": self.practice_key}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()

    def control(self, path, body=None):
        request = urllib.request.Request(f"{self.http}/_control/{path}", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as reply:
            return json.loads(reply.read() or "null")

    def invited(self):
        """(patient, address) of every invitation that went out to a patient."""
        return [(mail["to"], mail["address"]) for mail in self.control("mails") if mail["letter"] == "invitation"]

    def forget(self):
        self.control("reset", b"{}")
