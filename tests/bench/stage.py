"""The service, one process for all competitors, and what its journal says."""

import json
import subprocess
import urllib.request

import paths
from competitors import processor_time

DELAYS = (0, 10, 30, 80)


class Stage:
    def __init__(self):
        delays = [str(delay) for delay in DELAYS if delay]
        self.process = subprocess.Popen([paths.STAGE, *delays], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines, self.api_keys = {}, []
        for line in self.process.stdout:
            name, _, value = line.strip().partition("=")
            if name == "ready":
                break
            if name.startswith("line_"):
                self.lines[int(name.removeprefix("line_"))] = value
            elif name == "api_key":
                self.api_keys.append(value)
            else:
                setattr(self, name, value)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def account(self, delay=0, practice=0):
        """The arguments of a competitor. The first practice has the list, the second gets the invitations."""
        return [self.lines[delay], self.ca_file, self.app_key, self.api_keys[practice]]

    def processor_time(self):
        return processor_time(self.process.pid)

    def asked(self, path, body=None, method=None):
        request = urllib.request.Request(self.control + path, data=None if body is None else json.dumps(body).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def counted(self):
        """Requests per path since the start."""
        return self.asked("counters")["requests"]

    def grow_list_to(self, count):
        meetings = self.asked("meetings")
        here = sum(1 for meeting in meetings if meeting["practice"] == 0)
        if here < count:
            self.asked("meetings", {"count": count - here})
