#!/usr/bin/env python3
"""Uses the window of the C# demo as a person would, on a screen of its own: python3 form.py VideoDoktorForm.exe, within with_sandbox.sh."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import tally  # noqa: E402 (it lies one folder up)

# Where the buttons are, see MainForm.cs; and the second row of the list, as Mono draws it.
INVITE, REMOVE, REFRESH, CANCEL = ("50", "315"), ("130", "315"), ("210", "315"), ("130", "355")
SECOND_ROW = ("300", "45")
PETR = {"practice": 0, "pacient_jmeno": "Petr Novák", "pacient_telefon": "777999888", "pacient_narozen": "1955", "meet_start": "2090-11-23 10:00"}
SERVICE = os.environ["SANDBOX_HTTP"] + "/_control/"
PATIENCE = 20  # seconds, until something that must happen has happened; less than the library's own time-out
SLOW = 60_000  # milliseconds that the service takes for a list


def control(path, body=None):
    request = urllib.request.Request(SERVICE + path, data=body and json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read() or "null")


def lists():
    return control("counters")["requests"].get("/api_meet_list/", 0)


def removed():
    """Of each call, in the order of the list, whether it is removed."""
    return [meeting["removed_at"] is not None for meeting in control("meetings")]


def asked_to_remove():
    """The calls that somebody asked the service to remove."""
    return [dict(request["fields"])["meet_id"] for request in control("requests") if request["path"] == "/api_meet_remove/"]


def until(holds, every=0.1):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(every)
    return None


@contextlib.contextmanager
def window(program):
    """The environment of a screen with the program's window on it, and the window's number; None if none appeared."""
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x600x24"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        there = {**os.environ, "DISPLAY": ":" + numbers.readline().strip(), "VIDEODOKTOR_CA_FILE": os.environ["SANDBOX_CA_FILE"]}
    form = subprocess.Popen(["mono", program], env=there)
    search = ["xdotool", "search", "--onlyvisible", "--name", "^VideoDoktor$"]
    try:
        found = until(lambda: subprocess.run(search, env=there, capture_output=True, text=True).stdout.split())
        yield there, found and found[-1]
    finally:
        form.kill()
        screen.kill()
        form.wait()
        screen.wait()


def main(program):
    with window(program) as (there, number):

        def clicked(sign, *places):
            """Clicks until the sign shows: a window that is still being drawn takes no click."""

            def once():
                for place in () if sign() else places:
                    subprocess.run(["xdotool", "mousemove", "--window", number, *place, "click", "1"], env=there, check=True)
                return sign()

            return number and until(once, 0.5)

        def it_lists_when_it_opens():
            return number and until(lists)

        def a_click_on_pozvat_invites_the_patient_once():
            return clicked(lambda: control("meetings"), INVITE) and until(lambda: lists() > 1) and len(control("meetings")) == 1

        def a_click_on_zrusit_removes_the_selected_call_and_no_other():
            petr, before = control("invitations", PETR), lists()
            shown = clicked(lambda: lists() > before, REFRESH)
            # the first clicks select nothing: Zrušit alone, and a row that is not drawn yet
            gone = shown and clicked(lambda: any(removed()), REMOVE, SECOND_ROW, REMOVE)
            return gone and until(lambda: lists() > before + 1) and removed() == [False, True] and asked_to_remove() == [petr["meet_id"]]

        def a_call_that_takes_too_long_is_given_up_on_a_click_and_the_window_works_on():
            control("faults", {"path": "/api_meet_list/", "delay_ms": SLOW})
            before = lists()
            waiting = clicked(lambda: lists() == before + 1, REFRESH)
            return waiting and clicked(lambda: lists() > before + 1, CANCEL, REFRESH)

        for test in (it_lists_when_it_opens, a_click_on_pozvat_invites_the_patient_once,
                     a_click_on_zrusit_removes_the_selected_call_and_no_other,
                     a_call_that_takes_too_long_is_given_up_on_a_click_and_the_window_works_on):
            tally.check(test(), test.__name__.replace("_", " "))
    tally.finish()


if __name__ == "__main__":
    main(sys.argv[1])
