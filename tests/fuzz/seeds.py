#!/usr/bin/env python3
"""Turns the case tables of tests/vectors into a first corpus for each fuzz target: seeds.py FOLDER"""
import hashlib
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
PROMISES = ["token", "time", "made", "meetings", "meeting", "removed", "export", "any"]
HTTP = [200, 201, 302, 400, 404, 429, 500, 502]
FIELDS = ["pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen", "meet_start"]
OPTIONS = [
    {"timeout_ms": 30000, "connect_timeout_ms": 15000, "retries": 2, "prefetch_tokens": 1, "validate": "strict", "lang": "cs"},
    {"ascii_json": False, "proxy": "system", "tls_roots": "system", "meet_start_format": "%d.%m.%Y.%H.%M", "user_agent": None},
    {"proxy": "socks5://user:pass@localhost:1080", "proxy_auth": "negotiate", "allow_http": True, "validate": "server", "tls_roots": "bundled", "lang": "en"},
    {"user_agent": "Ordinace 1.0", "meet_start_format": "%Y-%m-%dT%H:%M"},
]


def cases(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def utf8(text):
    return text.encode("utf-8", "surrogatepass")


def invitation(case):
    return b"\0".join(b"\xff" if case.get(field) is None else utf8(case[field]) for field in FIELDS)


def reply(case):
    http = HTTP.index(case["http_status"]) if case["http_status"] in HTTP else 0
    promise = PROMISES.index(case["promise"]) if case["promise"] in PROMISES else 7
    body = bytes.fromhex(case["body_hex"]) if "body_hex" in case else utf8(case.get("body") or "")
    return bytes([promise, http]) + body


def seeds():
    yield "reply", (reply(case) for case in cases("replies.json"))
    yield "json", (utf8(case["pointer"]) + b"\0" + utf8(case["json"]) for case in cases("json_pointers.json") if isinstance(case.get("json"), str))
    yield "options", (utf8(json.dumps(options)) for options in OPTIONS)
    whole = cases("invitations.json")[0]
    tables = [("names.json", FIELDS[0]), ("emails.json", FIELDS[1]), ("phones.json", FIELDS[2])]
    of_fields = [{**whole, field: case[field]} for table, field in tables for case in cases(table)]
    yield "invitation", (invitation(case) for case in cases("invitations.json") + of_fields)
    yield "start", (utf8(case["meet_start"]) for case in cases("starts.json"))
    yield "birth_number", (utf8(case["rodne_cislo"]) for case in cases("birth_numbers.json"))


folder = pathlib.Path(sys.argv[1])
for target, inputs in seeds():
    (folder / target).mkdir(parents=True, exist_ok=True)
    inputs = list(inputs)
    for data in inputs:
        (folder / target / hashlib.sha1(data).hexdigest()).write_bytes(data)
    print(f"{folder / target}: {len(inputs)} seeds")
