"""Everything that runs during the tests: `peers` is started by conftest.py before the first test and ended after the last."""

import concurrent.futures
import itertools
import json
import os
import subprocess
import sys
import threading
import unittest

from folder import HERE, Folder
from kerberos import Kerberos
from library import Client, answer_of
from ntlm import Ntlm
from practice import APP_KEY, Practice
from processes import end_all
from proxies import Dante, Mitmproxy, Privoxy, Squid, Tinyproxy
from servers import Apache, HaProxy, Nginx, Service

FULL = os.environ.get("PEERS_FORM") == "full"


class Peers:
    def start(self):
        self.folder = Folder()
        self.service = Service(self.folder)
        self.nginx = Nginx(self.service)
        self.apache = Apache(self.service, behind_gateway=self.nginx.http)
        self.servers = [self.apache, self.nginx]
        self.haproxy = HaProxy(self.folder, self.apache, self.nginx)
        self.kerberos = Kerberos(self.folder)
        self.squid, self.tinyproxy = Squid(self.folder, self.kerberos, Ntlm(self.folder)), Tinyproxy(self.folder)
        self.dante, self.dante_with_login = Dante(self.folder), Dante(self.folder, asks_for_login=True)
        self.privoxy = Privoxy(self.folder, behind=self.dante_with_login)
        self.mitmproxy = Mitmproxy(self.folder) if FULL else None

    def end(self):
        try:
            end_all()
        finally:
            if hasattr(self, "folder"):
                self.folder.remove()

    def client(self, url, practice, **options):
        return Client(url, APP_KEY, practice.key, **{"ca_file": str(self.folder.ca_file), **options})

    def calls_as(self, environment, url, practice, *calls, **options):
        """The answers to calls in a process with this environment, its output, and what it wrote."""
        options = {"ca_file": str(self.folder.ca_file), **options}
        task = {"url": url, "app_key": APP_KEY, "api_key": practice.key, "options": options, "calls": calls}
        program = [sys.executable, str(HERE / "one_call.py"), json.dumps(task)]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [answer_of(one) for one in json.loads(done.stdout)]

    def practice(self, **behaviour):
        return Practice(self.service.database, **behaviour)


peers = Peers()
_patients = itertools.count()
_lock = threading.Lock()


class Patient:
    """A new patient with a start of his own: the arguments of vd_meet_add."""

    def __init__(self):
        with _lock:
            number = next(_patients)
        letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")
        self.name, self.email = f"Žofie Nováková {letters.title()}", f"pacient.{number}@example.cz"
        hour, minute = 8 + number // 60 % 10, number % 60
        day = 1 + number // 600 % 28
        self.start, self.start_imd = f"{day:02}.11.2090.{hour:02}.{minute:02}", f"2090-11-{day:02} {hour:02}:{minute:02}:00"

    def fields(self):
        return self.name, self.email, "", "1980", self.start


class Case(unittest.TestCase):
    """A test that may ask many clients at once."""

    maxDiff = None

    def side_by_side(self, stories):
        """Runs the stories {what: function} at once; each one that fails is a failure of its own."""
        with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, len(stories))) as pool:
            running = {what: pool.submit(story) for what, story in stories.items()}
        for what, story in running.items():
            with self.subTest(what):
                story.result()

    def invited_once(self, practice, patient, answer):
        """The answer is a success and true: one e-mail to the patient, one row, and its meet_id was told."""
        self.assertEqual(answer.name, "VD_OK", answer)
        self.assertEqual(practice.mails("invitation", patient.email), [patient.email], answer)
        rows = [row["meet_id"] for row in practice.meetings() if row["pacient_email"] == patient.email]
        self.assertEqual(rows, [answer.value["meet_id"]], answer)
