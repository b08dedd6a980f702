"""Release 1.0, out of this checkout's history."""

import io
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# the last commit before "Begin version 1.1.0"
RELEASE = "43ce7ca99f734c732c86e5319f0779c8ab394dda"
PARTS = ["include", "bindings", "tests/abi", "tests/c", "tests/cpp", "tests/csharp", "tests/delphi"]


def why_not():
    """Why this checkout cannot have the release; "" if it must."""
    if not (ROOT / ".git").exists():
        return "this is no clone, but a copy of the files"
    # a repository that git refuses to read is a failure of the test, and no reason to leave it out
    if _git("rev-parse", "--is-shallow-repository").strip() == b"true" and subprocess.run(_command("cat-file", "-e", RELEASE), capture_output=True).returncode:
        return "this is a shallow clone without release 1.0: git fetch --unshallow"
    return ""


def unpack(folder):
    with tarfile.open(fileobj=io.BytesIO(_git("archive", RELEASE, *PARTS))) as files:
        files.extractall(folder)


def _git(*arguments):
    return subprocess.run(_command(*arguments), check=True, stdout=subprocess.PIPE).stdout


def _command(*arguments):
    return ["git", "-C", ROOT, *arguments]
