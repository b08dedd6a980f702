"""The demos: the script runs as the page tells; the others, whose hosts are not at hand, name members and arguments that there are."""

import json
import re

import pytest
from installed import BINDING, COM, folder_of_host, regsvr32, run

# what the hosts' own languages and objects bring
OF_THE_HOST = set(
    """Open Print CreateObject Options Add Options Arguments Echo Quit length item atEnd moveNext description Exception Message ConnectToNewObject DisconnectObject
    Date AddDays AddHours Details InsertRow SetItem GetMessage Description""".split()
)

DEMOS = sorted([*(BINDING / "demo").iterdir(), COM / "on_windows.ps1", COM / "on_windows.vbs"])


@pytest.mark.parametrize("platform", ["x86"], indirect=True)
def test_the_script_invites_and_lists(platform, sandbox):
    folder = folder_of_host(platform, sandbox)
    regsvr32(platform, folder)
    script = folder / "invite.js"
    script.write_bytes((BINDING / "demo/invite.js").read_bytes())
    options = '{"proxy":"none","tls_roots":"%s","ca_file":"%s"}' % (platform.tls_roots, platform.shown(sandbox.addresses["ca_file"]).replace("\\", "/"))
    # Wine's cscript loses the quotation marks of an argument, so the options, and all else with them, are written into the script
    text = script.read_text("utf-8")
    for number, argument in enumerate((sandbox.addresses["https"], "sandbox-app-key", "sandbox-practice-1")):
        text = text.replace(f"WScript.Arguments({number})", json.dumps(argument))
    script.write_text(text.replace('WScript.Arguments.length > 3 ? WScript.Arguments(3) : ""', json.dumps(options)), "utf-8")
    said, code = run(platform, "cscript", "//nologo", platform.shown(script), folder=folder)
    assert code == 0 and said.startswith("https://") and "23.11.2090 10:00" in said, f"invite.js invites and lists: {said[-600:]}"
    regsvr32(platform, folder, "/u")


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.name)
def test_a_demo_calls_members_that_there_are(path):
    idl = (BINDING / "videodoktor.idl").read_text("utf-8")
    members = {name.lower() for name in re.findall(r"(\w+)\(\[in\]|(?:\*| )(\w+)\(\);|(\w+)\(\[in, ", idl) for name in name if name}
    text = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", path.read_text("utf-8"))
    used = set(re.findall(r"(?:\bvd|Client|lo\w+|lole_\w+|made|moved|detail|each_one|LastError|meeting|item\(\))\.(\w+)", text))
    assert len(used) > 4, f"{path.name} calls members that can be read: {used}"
    unknown = {name for name in used - OF_THE_HOST if name.lower() not in members}
    assert not unknown, f"{path.name} calls members that there are: {unknown}"
