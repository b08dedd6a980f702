#!/usr/bin/env python3
"""Reads the code of the invitation that the C# demo prints: python3 sheet.py Sheet.exe FOLDER."""

import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import sheets  # noqa: E402 (these lie one folder up)
import tally  # noqa: E402


def main(program, folder):
    painted, printed = Path(folder) / "invitation.png", Path(folder) / "invitation-page.png"
    with_sandbox = Path(__file__).resolve().parents[1] / "with_sandbox.sh"
    done = subprocess.run(["sh", with_sandbox, "mono", program, painted, printed], capture_output=True, text=True, timeout=120)
    tally.check(done.returncode == 0, "the invitation is painted", done.stdout + done.stderr)
    sheets.try_sheet(painted, printed, done.stdout.strip())
    tally.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
