"""A practice of the PHP service: its rows and e-mails, read from the service's own tables, and how the service behaves to it."""

import contextlib
import json
import os
import secrets
import signal
import sqlite3

from processes import wait_until

APP_KEY = "peers-app-key"


class Practice:
    """Each test makes its own, so that tests may run side by side. `behaviour` is read by service/service.php:

    warnings, bom: names of calls whose answer begins so; work: seconds by stage; hold: the stage at which the first request waits.
    """

    def __init__(self, database, **behaviour):
        self.database = database
        self.key = "practice-" + secrets.token_hex(8)
        self.write("INSERT INTO practices (api_key, behaviour) VALUES (?, ?)", self.key, json.dumps(behaviour))

    def write(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            connection.execute(sql, values)

    def read(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    def behave(self, **behaviour):
        self.write("UPDATE practices SET behaviour = ? WHERE api_key = ?", json.dumps(behaviour), self.key)

    def meetings(self):
        return self.read("SELECT * FROM meetings WHERE api_key = ? ORDER BY meet_time_imd", self.key)

    def meet_ids(self):
        return [row["meet_id"] for row in self.meetings()]

    def notes(self):
        return self.read("SELECT * FROM notes WHERE api_key = ?", self.key)

    def mails(self, kind, recipient=None):
        """To whom e-mails of this kind went: each patient's, without the practice's own copies."""
        rows = self.read("SELECT recipient FROM mails WHERE api_key = ? AND kind = ?", self.key, kind)
        return [row["recipient"] for row in rows if recipient in (None, row["recipient"]) and (row["recipient"] != "practice" or kind == "note")]

    def insert_meeting(self, when, name="Jana Nováková", email="jana@example.cz"):
        meet_id = secrets.token_hex(8)
        self.write(
            "INSERT INTO meetings (meet_id, api_key, meet_time_imd, pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen)"
            " VALUES (?, ?, ?, ?, ?, '', '1980')",
            meet_id, self.key, when, name, email,
        )
        return meet_id

    def stages(self, stage):
        return self.read("SELECT * FROM stages WHERE api_key = ? AND stage = ?", self.key, stage)

    def wait_for_stage(self, stage):
        """Until a request has got so far; the process that carries it out."""
        return wait_until(lambda: self.stages(stage), f"no request reached {stage}")[0]["pid"]

    def kill_worker_at(self, stage):
        os.kill(self.wait_for_stage(stage), signal.SIGKILL)

    def wait_for_the_end_of_work(self, requests):
        """Until so many requests are done with their rows: what the service does after a gateway has given up counts too."""
        wait_until(lambda: len(self.stages("before_answer")) >= requests, "the service did not finish its work", 40)
