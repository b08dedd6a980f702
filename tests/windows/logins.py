"""Logins to a real squid by Windows' own means: NTLM, and Kerberos where Wine has it."""

import json
import os
import pathlib
import subprocess
import sys

import tally
from platforms import HERE, ROOT, start_sandbox, workplace
from world import script


class Stand:
    """tests/peers' squid and KDC, in a process of their own."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/peers/stand.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.told = json.loads(self.process.stdout.readline())

    def logged_on(self, platform):
        """The environment of a user who has logged on to Windows."""
        ntlm, kerberos = self.told["ntlm"], self.told["kerberos"]
        environment = {"PATH": f"{ntlm['tools']}:{os.environ['PATH']}"}
        if platform.name == "x64":  # the 32-bit Wine would want i386 copies of MIT's libraries
            environment.update(kerberos["environment"], LD_LIBRARY_PATH=kerberos["libraries"], VD_HAS_TICKET="yes")
        return environment

    def users(self):
        """Whom squid's log names."""
        return {line.split()[7].replace("\\\\", "\\") for line in pathlib.Path(self.told["log"]).read_text().splitlines()}

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)


def try_logins(platform):
    tally.chapter(f"Logins to a proxy on {platform.name}")
    platform.make_prefix()
    sandbox, stand = start_sandbox(), None
    try:
        stand = Stand()
        ntlm, kerberos = stand.told["ntlm"], stand.told["kerberos"]
        settings = {
            "VD_SQUID_NTLM": ntlm["proxy"], "VD_NTLM_DOMAIN": ntlm["domain"], "VD_NTLM_USER": ntlm["user"], "VD_NTLM_PASSWORD": ntlm["password"],
            "VD_SQUID_KERBEROS": kerberos["proxy"], **stand.logged_on(platform),
        }
        for kind, proxy in (("ntlm", ntlm["proxy"]), ("auto", kerberos["proxy"])):
            sandbox.scripts.scripts[f"/squid-{kind}.pac"] = script(f'"PROXY {proxy}"')
        platform.set_windows("win10")
        platform.run(platform.compile_c("logins", workplace(platform, sandbox), [HERE / "logins.c"]), settings, sandbox)
        expected = {rf"{ntlm['domain']}\{ntlm['user']}"} | ({kerberos["user"]} if platform.name == "x64" else set())
        tally.check(expected <= stand.users(), f"squid knows who logged in on {platform.name}", str(stand.users()))
    finally:
        if stand:
            stand.stop()
        sandbox.stop()
