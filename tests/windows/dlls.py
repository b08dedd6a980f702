"""What is read out of a DLL as a file."""

import re

from imports import allowed_functions, imported_functions, objdump
from platforms import ROOT

MACHINES = {"x64": "pei-x86-64", "x86": "pei-i386"}


def exported_names(path):
    table = objdump(path, "-p").split("[Ordinal/Name Pointer] Table")[1]
    return [row.group(1) for row in re.finditer(r"^\t\[ *\d+\].* (\S+)$", table, re.MULTILINE)]


def check_asks_only_for_what_windows_7_has(path, bits, *lists):
    assert MACHINES[bits] in objdump(path, "-f"), "it is for another processor"
    asked = imported_functions(path)
    assert len(asked) > 50, f"the imports can be read: {len(asked)} found"
    assert sorted(asked - allowed_functions(*lists)) == []
    assert int(re.search(r"^MajorSubsystemVersion\s+(\d+)", objdump(path, "-p"), re.MULTILINE).group(1)) <= 6


def check_holds_no_path_of_the_machine_that_built_it(path):
    content = path.read_bytes()
    assert [trace for trace in (str(ROOT), "/.cargo/", "/rustlib/", "target/windows-build") if trace.encode() in content] == []


def check_can_be_moved_and_its_data_is_not_executed(path):
    headers = objdump(path, "-p")
    assert "DYNAMIC_BASE" in headers and "NX_COMPAT" in headers
