"""What a Delphi developer tries first: the ten lines of the README, the small tool, and the form, used as a person would."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import demo_window
import pytest
import screen
import sheets
from platforms import PASCAL, ROOT, WORK

DEMO = ROOT / "bindings" / "delphi" / "demo"
ADDRESS = "https://demo.videodoktor.cz/meet/0123456789abcdef0123456789abcdef"
LAZARUS = pathlib.Path("/usr/lib/lazarus")
ROWS = (320, 69), (320, 92)  # of the list, as the LCL draws it with GTK 2


@pytest.fixture(scope="module")
def folder(all_platforms):
    made = WORK / "demos"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    shutil.copy(all_platforms["linux"].library, made)
    return made


def test_the_readme_prints_the_first_invitation_word_for_word():
    first = (DEMO / "console" / "FirstInvitation.dpr").read_text()
    assert f"```pascal\n{first}```" in (ROOT / "bindings" / "delphi" / "README.md").read_text()


def compiled(source, folder, flags=()):
    command = ["fpc", "-Mdelphi", "-vew", f"-Fu{PASCAL[0]}", f"-FU{folder}", f"-FE{folder}", *flags, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{source.name} compiles: {done.stdout[-800:]}"
    return folder / source.stem


def settings(sandbox):
    found = {
        "VIDEODOKTOR_URL": sandbox.addresses["https"], "VIDEODOKTOR_APP_KEY": "sandbox-app-key", "VIDEODOKTOR_API_KEY": "sandbox-practice-1",
        "VIDEODOKTOR_CA_FILE": sandbox.addresses["ca_file"],
    }
    return {**os.environ, **found, "LC_ALL": "C.UTF-8"}


def meetings(sandbox):
    found = json.loads(sandbox.request("GET", "/_control/meetings"))
    return [meeting for meeting in found if not meeting["removed_at"]]


def test_the_first_invitation(folder, sandbox):
    program = compiled(DEMO / "console" / "FirstInvitation.dpr", folder)
    environment = {**os.environ, "VIDEODOKTOR_URL": sandbox.addresses["http"]}
    said = subprocess.run([program], capture_output=True, text=True, timeout=60, env=environment)
    invited = f"The patient is invited: {sandbox.addresses['http']}/"
    assert said.stdout.startswith(invited), f"the first invitation prints where the call takes place: {said.stdout + said.stderr}"
    assert len(meetings(sandbox)) == 1, "and the patient is invited"
    sandbox.request("POST", "/_control/reset", "{}")


def test_the_tool(folder, sandbox):
    program = compiled(DEMO / "console" / "VideoDoktorTool.dpr", folder)

    def tool(*arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, env=settings(sandbox))

    made = tool("invite", "Jana Nováková", "jana@example.cz", "1980", "2", "10")
    assert len(meetings(sandbox)) == 1, f"the tool invites: {made.stdout + made.stderr}"
    assert made.stdout.endswith("The patient is invited.\n") and made.stderr == "", f"and says so: {made.stdout + made.stderr}"
    meet_id = made.stdout.split("\n")[0]
    assert meet_id in tool("list").stdout, "the tool lists"
    assert "keys: ok" in tool("diagnose").stdout, "the tool diagnoses"
    refused = tool("invite", "Jana Nováková", "nobody", "1980", "3", "10")
    assert refused.returncode == 1 and "E-mail" in refused.stdout, f"the tool says in Czech what is wrong: {refused.stdout}"
    moved = tool("move", meet_id, "4", "10")
    assert moved.stdout.endswith("The call is moved.\n") and meet_id not in tool("list").stdout, f"the tool moves: {moved.stdout + moved.stderr}"
    meet_id = moved.stdout.split("\n")[0]
    saved = folder / "saved.ics"
    assert tool("calendar", meet_id, saved).returncode == 0 and "BEGIN:VEVENT" in saved.read_text("utf-8"), "the tool saves a call for a calendar"
    picture = folder / "saved.png"
    tool("qr", meet_id, picture)
    assert sheets.code_in(picture) == f"{sandbox.addresses['https'].rstrip('/')}/meet/{meet_id}", f"and as a QR code: {sheets.code_in(picture)}"
    with subprocess.Popen([program, "watch"], stdout=subprocess.PIPE, text=True, env=settings(sandbox)) as watching:
        line = watching.stdout.readline()
        watching.kill()
    assert line == "1 video calls\n", "the tool watches the list"
    bare = {name: value for name, value in settings(sandbox).items() if not name.startswith("VIDEODOKTOR_")}
    alone = subprocess.run([program, "list"], capture_output=True, text=True, timeout=60, env=bare)
    assert "Without settings: the sandbox at http://127.0.0.1:43210\n" == alone.stderr, f"without settings it says that it uses the sandbox: {alone.stderr}"
    assert tool("remove", meet_id).returncode == 0 and meet_id not in tool("list").stdout, "the tool removes"
    sandbox.request("POST", "/_control/reset", "{}")


def lazarus():
    """The folder of the newest version whose units are there; the link `default` beside it comes with the IDE, which nobody needs here."""
    found = [path for path in LAZARUS.glob("[0-9]*") if (path / "lcl/units").is_dir()]
    if not found:
        raise FileNotFoundError(f"no folder with lcl/units in {LAZARUS}: lcl-units makes one")
    return max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])


def widgets():
    """What a program with a window is compiled with."""
    units = ("lcl/units/x86_64-linux", "lcl/units/x86_64-linux/gtk2", "components/lazutils/lib/x86_64-linux", "packager/units/x86_64-linux",
             "components/printers/lib/x86_64-linux/gtk2", "components/cairocanvas/lib/x86_64-linux/gtk2")
    return ["-dLCL", "-dLCLgtk2", *[f"-Fu{lazarus()}/{path}" for path in units], f"-Fu{DEMO / 'form'}"]


def test_the_invitation_that_is_printed(folder):
    program = compiled(PASCAL[1] / "Sheet.dpr", folder, widgets())
    painted, printed = folder / "invitation.png", folder / "invitation.ps"
    with screen.display() as environment:
        done = subprocess.run([program, ADDRESS, painted, printed], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, f"the invitation is painted: {done.stdout + done.stderr}"
    sheets.try_sheet(painted, printed, ADDRESS, ROOT / "docs" / "invitation.png")


@pytest.fixture(scope="module")
def demo(folder):
    program = compiled(DEMO / "form" / "VideoDoktorForm.dpr", folder, widgets())
    # A form of the LCL waits for the frame that a window manager gives it; there is none, and it would look 6,000 times.
    return demo_window.Demo([program, "--disableaccurateframe"], os.environ["VD_SANDBOX"], ROWS, DEMO / "form" / "form.png", WORK / "form.png")


class TestService(demo_window.WithService):
    pass


class TestWindow(demo_window.OnItsOwn):
    pass
