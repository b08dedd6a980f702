"""The service that the test programs talk to: a sandbox, a proxy before it, and the orders by which a program turns their knobs."""

import json
import os
import socket
import subprocess
import time
import urllib.request

from asking_proxy import AskingProxy
from authority import Front
from crossroads import Crossroads
from listener import Listener
from tunnel import relay

# A name that only the proxy can lead to the sandbox.
NAME_BEHIND_PROXY = "praxe.example"

# Which call each promise of tests/vectors/replies.json belongs to.
PATHS = {
    "token": "/api_verify/", "time": "/api_time/", "made": "/api_meet_add/", "removed": "/api_meet_remove/", "export": "/api_meet_export/",
    "any": "/api_own/", "meeting": "/api_meet_detail/", "meetings": "/api_meet_list/",
}


class Sandbox:
    """One sandbox for one program under test."""

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "--name", NAME_BEHIND_PROXY, "--stop-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.addresses = {}
        for line in self.process.stdout:
            line = line.strip()
            if line == "ready":
                break
            if "=" in line and not line.startswith("http"):
                name, value = line.split("=", 1)
                self.addresses[name] = value
            else:
                self.addresses[line.split(":")[0]] = line
        self.control_url = self.addresses["control"].removesuffix("/_control/")
        self.proxy = Proxy(int(self.addresses["https"].rsplit(":", 1)[1].rstrip("/")))
        self.crossroads = Crossroads()
        self.scripts = ScriptHost(self.proxy.address, **self.crossroads.addresses)
        self.asking = AskingProxy()
        self.front = Front(int(self.addresses["http"].rsplit(":", 1)[1].rstrip("/")))
        self.faults = {}

    def stop(self):
        self.proxy.stop()
        self.scripts.stop()
        self.asking.stop()
        self.crossroads.stop()
        self.front.stop()
        self.process.stdin.close()
        self.process.wait(10)

    def request(self, method, path, body=""):
        request = urllib.request.Request(self.control_url + path, data=body.encode() or None, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.read().decode()

    def obey(self, order, folder):
        """Carries out one order of a program; the answer is one line."""
        verb, _, rest = order.partition(" ")
        if verb == "SIZE":
            path = os.path.join(folder, rest)
            return str(os.path.getsize(path)) if os.path.exists(path) else "not there"
        if verb == "PROXIED":
            return self.proxy.take_asked()
        if verb == "STALLED":
            return self.wait_until_stalled(rest)
        if verb == "SEEN":
            return self.crossroads.take_seen()
        if verb == "SHOWN":
            return self.asking.take_shown()
        if verb == "WAIT":
            return self.wait_until_met(rest)
        if verb == "REPLY":
            return self.reply_as_in_case(int(rest), folder)
        path, _, body = rest.partition(" ")
        if verb == "POST" and path == "/_control/faults":
            fault = json.loads(body)
            self.faults[fault["path"]] = fault.get("times", 1)
        return self.request(verb, path, body).replace("\n", " ")

    def reply_as_in_case(self, index, folder):
        """From now on the calls of this case's kind are answered as the case says."""
        with open(os.path.join(folder, "vectors", "replies.json"), encoding="utf-8") as table:
            case = json.load(table)[index]
        body = bytes.fromhex(case["body_hex"]) if "body_hex" in case else (case["body"] * case.get("times", 1)).encode()
        fault = {"path": PATHS[case["promise"]], "status": case["http_status"], "body": {"bytes": list(body)}, "times": 1000}
        self.request("DELETE", "/_control/faults")
        self.request("POST", "/_control/faults", json.dumps(fault))
        return "set"

    def wait_until_stalled(self, script):
        """Until somebody waits for this script."""
        until = time.monotonic() + 20
        while script not in self.scripts.stalled:
            if time.monotonic() > until:
                return "nobody came"
            time.sleep(0.01)
        self.scripts.stalled.remove(script)
        return "waits"

    def wait_until_met(self, path):
        """Until a request has met the fault at this path: then it is in the service's hands."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            waiting = [fault for fault in json.loads(self.request("GET", "/_control/faults")) if fault["path"] == path]
            if not waiting or waiting[0]["times"] < self.faults[path]:
                return "met"
            time.sleep(0.01)
        return "nobody came"


class ScriptHost(Listener):
    """The host of proxy scripts. Those whose names begin with "stalled" it never answers, others are missing.

    Windows and the library remember what a script has said: those that say the same have names of their own."""

    def __init__(self, proxy, A, B):
        self.scripts = {
            "/good.pac": script(f'"PROXY {proxy}"'),
            "/broken.pac": "function FindProxyForURL(url, host) { return (;",
            "/a.pac": script(f'"PROXY {A}"'),
            "/b.pac": script(f'"PROXY {B}"'),
            "/b-too.pac": script(f'"PROXY {B}"'),
            "/direct.pac": script('"DIRECT"'),
            "/by-host.pac": script(f'shExpMatch(host, "*.ordinace.test") ? "PROXY {B}" : "PROXY {A}"'),
            "/by-scheme.pac": script(f'url.substring(0, 6) == "https:" ? "PROXY {A}" : "DIRECT"'),
            "/by-address.pac": script(f'url == "https://demo.ordinace.test/" ? "PROXY {A}" : "PROXY {B}"'),
            "/by-pattern.pac": script(f'shExpMatch(url, "https://*.ordinace.test/*") ? "PROXY {A}" : "PROXY {B}"'),
        }
        self.silent, self.stalled = [], set()
        super().__init__()
        self.url = f"http://{self.address}"

    def stop(self):
        super().stop()
        for client in self.silent:
            client.close()

    def attend(self, client):
        with client.makefile("rb") as lines:
            path = (lines.readline().decode().split() + ["", ""])[1]
            while lines.readline() not in (b"\r\n", b""):
                pass
        if path.startswith("/stalled"):
            self.silent.append(client)
            self.stalled.add(path.removeprefix("/"))
            return
        text = self.scripts.get(path)
        status = "200 OK" if text else "404 Not Found"
        body = (text or "").encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        with client:
            client.sendall(head.encode() + body)


def script(ways):
    return f"function FindProxyForURL(url, host) {{ return {ways}; }}"


class Proxy(Listener):
    """An HTTP proxy that leads every CONNECT to the sandbox and remembers what it was asked for."""

    def __init__(self, service):
        self.service = service
        self.asked = []
        super().__init__()

    def take_asked(self):
        asked, self.asked = self.asked, []
        return " ".join(sorted(set(asked)))

    def attend(self, client):
        with client, client.makefile("rb") as lines:
            head = lines.readline().decode()
            while lines.readline() not in (b"\r\n", b""):
                pass
            self.asked.append(head.split()[1])
            with socket.create_connection(("127.0.0.1", self.service)) as service:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                relay(client, service)
