"""The C# demo's command-line tool, used as a developer would. run.sh compiles VIDEODOKTOR_TOOL."""

import os
import subprocess

import pytest
import sheets
from sandbox import Sandbox

PROGRAM = os.environ["VIDEODOKTOR_TOOL"]


@pytest.fixture
def service():
    with Sandbox([os.environ["VIDEODOKTOR_SANDBOX"], "--http", "127.0.0.1:0", "--https", "127.0.0.1:0"]) as started:
        yield started


def test_a_day_with_the_tool(service, tmp_path):
    environment = {**os.environ, **service.environment, "LC_ALL": "C.UTF-8"}

    def tool(*words):
        done = subprocess.run(["mono", PROGRAM, *words], capture_output=True, text=True, timeout=60, env=environment)
        return done.returncode, done.stdout, done.stderr

    invited = tool("invite", "Jana Nováková", "jana@example.cz", "1980", "2", "10")
    assert invited[1].endswith("The patient is invited.\n") and len(service.control("meetings")) == 1, f"the tool invites: {invited}"
    moved = tool("move", invited[1].split("\n")[0], "3", "10")
    assert moved[1].endswith("The call is moved.\n"), f"and moves: {moved}"
    meet_id = moved[1].split("\n")[0]
    assert tool("list")[1].startswith(meet_id) and "\n1 video calls\n" in tool("list")[1], "and lists"
    saved, picture = tmp_path / "saved.ics", tmp_path / "saved.png"
    tool("calendar", meet_id, saved)
    assert "BEGIN:VEVENT" in saved.read_text("utf-8"), "and saves a call for a calendar"
    tool("qr", meet_id, picture)
    assert sheets.code_in(picture) == f"{service.http}/meet/{meet_id}", f"and as a QR code: {sheets.code_in(picture)}"
    with subprocess.Popen(["mono", PROGRAM, "watch"], stdout=subprocess.PIPE, text=True, env=environment) as watching:
        line = watching.stdout.readline()
        watching.kill()
    assert line == "1 video calls\n", "and watches the list"
    service.control("faults", b'{"path":"/api_meet_remove/","code":"X005","times":20}')
    broken = tool("move", meet_id, "4", "10")
    assert broken[0] == 1 and broken[1].startswith(f"{service.http}/meet/") and "VD_ERR_OLD_REMAINS" in broken[2], f"and tells of a move whose old call may remain: {broken}"
    service.control("reset", b"{}")
    again = tool("invite", "Jana Nováková", "jana@example.cz", "1980", "5", "10")
    assert tool("remove", again[1].split("\n")[0])[0] == 0 and tool("list")[1] == "0 video calls\n", "and removes"
    assert tool("what")[0] == 2, "and says what it can do"
