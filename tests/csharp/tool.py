#!/usr/bin/env python3
"""Uses the C# demo's command-line tool as a developer would: python3 tool.py VideoDoktorTool.exe SANDBOX FOLDER."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "quickstarts")]
import sheets  # noqa: E402 (these lie elsewhere)
import tally  # noqa: E402
from sandbox import Sandbox  # noqa: E402


def main(program, sandbox, folder):
    with Sandbox([sandbox, "--http", "127.0.0.1:0", "--https", "127.0.0.1:0"]) as service:
        environment = {**os.environ, **service.environment, "LC_ALL": "C.UTF-8"}

        def tool(*words):
            done = subprocess.run(["mono", program, *words], capture_output=True, text=True, timeout=60, env=environment)
            return done.returncode, done.stdout, done.stderr

        invited = tool("invite", "Jana Nováková", "jana@example.cz", "1980", "2", "10")
        tally.check(invited[1].endswith("The patient is invited.\n") and len(service.control("meetings")) == 1, "the tool invites", invited)
        moved = tool("move", invited[1].split("\n")[0], "3", "10")
        tally.check(moved[1].endswith("The call is moved.\n"), "and moves", moved)
        meet_id = moved[1].split("\n")[0]
        tally.check(tool("list")[1].startswith(meet_id) and "\n1 video calls\n" in tool("list")[1], "and lists")
        saved, picture = Path(folder) / "saved.ics", Path(folder) / "saved.png"
        tool("calendar", meet_id, saved)
        tally.check("BEGIN:VEVENT" in saved.read_text("utf-8"), "and saves a call for a calendar")
        tool("qr", meet_id, picture)
        tally.check(sheets.code_in(picture) == f"{service.http}/meet/{meet_id}", "and as a QR code", sheets.code_in(picture))
        with subprocess.Popen(["mono", program, "watch"], stdout=subprocess.PIPE, text=True, env=environment) as watching:
            tally.check(watching.stdout.readline() == "1 video calls\n", "and watches the list")
            watching.kill()
        service.control("faults", b'{"path":"/api_meet_remove/","code":"X005","times":20}')
        broken = tool("move", meet_id, "4", "10")
        tally.check(broken[0] == 1 and broken[1].startswith(f"{service.http}/meet/") and "VD_ERR_OLD_REMAINS" in broken[2],
                    "and tells of a move whose old call may remain", broken)
        service.control("reset", b"{}")
        again = tool("invite", "Jana Nováková", "jana@example.cz", "1980", "5", "10")
        tally.check(tool("remove", again[1].split("\n")[0])[0] == 0 and tool("list")[1] == "0 video calls\n", "and removes")
        tally.check(tool("what")[0] == 2, "and says what it can do")
    tally.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
