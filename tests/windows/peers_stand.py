"""The squid and the KDC of tests/peers, for programs under Wine."""

import json
import os
import pathlib
import subprocess
import sys

from platforms import ROOT


class Stand:
    """tests/peers' squid and KDC, in a process of their own."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/peers/stand.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.told = json.loads(self.process.stdout.readline())
        self.log = pathlib.Path(self.told["log"])
        self.forget_users()

    def logged_on(self, platform):
        """The environment of a user who has logged on to Windows."""
        ntlm, kerberos = self.told["ntlm"], self.told["kerberos"]
        environment = {"PATH": f"{ntlm['tools']}:{os.environ['PATH']}"}
        if platform.name == "x64":  # the 32-bit Wine would want i386 copies of MIT's libraries
            environment.update(kerberos["environment"], LD_LIBRARY_PATH=kerberos["libraries"], VD_HAS_TICKET="yes")
        return environment

    def forget_users(self):
        self.read = self.log.stat().st_size if self.log.exists() else 0

    def users(self):
        """Users in squid's log since then."""
        return {line.split()[7].replace("\\\\", "\\") for line in self.log.read_bytes()[self.read :].decode().splitlines()}

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)
