"""The service called by requests, one session kept. Orders and answers as in ../c/main.c."""

import json
import sys
import time

import requests

FIELDS = ("meet_id", "meet_url", "meet_time", "meet_time_imd", "meet_active", "pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen")
JANA = {"pacient_jmeno": "Jana Nováková", "pacient_email": "jana@example.cz", "pacient_telefon": "777123456", "pacient_narozen": "1980", "meet_start": "23.11.2030.10.00"}


class Competitor:
    def __init__(self, url, ca_file, app_key, api_key):
        self.url, self.keys = url, {"api_key": api_key, "api_app_key": app_key}
        self.session = requests.Session()
        self.session.verify = ca_file
        self.session.trust_env = False

    def post(self, path, form):
        reply = self.session.post(self.url + path, data=form, timeout=30)
        reply.raise_for_status()
        return reply.json()

    def token(self):
        return self.post("/api_verify/", self.keys)["token"]

    def list(self):
        meetings = self.post("/api_meet_list/", {"token": self.token()})
        return [[str(meeting[name]) for name in FIELDS] for meeting in meetings]

    def add(self):
        made = self.post("/api_meet_add/", {"token": self.token(), **JANA})
        identity, address = made["meet_id"], made["meet_url"]
        assert identity and address.startswith("https://")
        return [made]


def repeat(act, times):
    took = []
    for _ in range(times):
        began = time.monotonic_ns()
        count = len(act())
        took.append(time.monotonic_ns() - began)
    return {"ns": took, "count": count}


def main():
    competitor = Competitor(*sys.argv[1:])
    for order in sys.stdin:
        act, *rest = order.split()
        if act == "show":
            answer = competitor.list()
        else:
            answer = repeat({"list": competitor.list, "add": competitor.add}[act], int(rest[0]))
        print(json.dumps(answer), flush=True)


main()
