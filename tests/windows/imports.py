"""What a program or a DLL asks of Windows, and what Windows 7 has."""

import re
import subprocess
from pathlib import Path

LISTS = Path(__file__).parent


def objdump(path, *options):
    return subprocess.run(["x86_64-w64-mingw32-objdump", *options, path], capture_output=True, text=True, check=True).stdout


def imported_functions(path):
    """{(dll, function)}, the DLLs in lower case."""
    found, dll = set(), None
    for line in objdump(path, "-p").splitlines():
        if "DLL Name:" in line:
            dll = line.split("DLL Name:")[1].strip().lower()
        elif dll and (row := re.fullmatch(r"\t[0-9a-f]+\s+\d+\s+(\w+)", line)):
            found.add((dll, row.group(1)))
        elif "Export Tables" in line or "Export Address Table" in line:
            dll = None
    return found


def allowed_functions(*lists):
    """What the files of these names list, each as found by imported_functions. imports.txt says what may stand there."""
    lines = [line for name in lists for line in (LISTS / name).read_text().splitlines()]
    return {tuple(line.split()) for line in lines if line and not line.startswith("#")}
