"""The invitation that the C# demo prints: its code is read. run.sh compiles VIDEODOKTOR_SHEET."""

import os
import subprocess
from pathlib import Path

import sheets

WITH_SANDBOX = Path(__file__).resolve().parents[1] / "with_sandbox.sh"


def test_the_code_is_read_from_the_picture_and_from_the_page(tmp_path):
    painted, printed = tmp_path / "invitation.png", tmp_path / "invitation-page.png"
    done = subprocess.run(["sh", WITH_SANDBOX, "mono", os.environ["VIDEODOKTOR_SHEET"], painted, printed], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    sheets.try_sheet(painted, printed, done.stdout.strip())
