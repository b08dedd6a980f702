"""The DLLs and their import libraries as files: what they ask of Windows, what they offer, and what they must not tell."""

import os
import re
import subprocess

import pytest
from dlls import MACHINES, exported_names
from imports import allowed_functions, imported_functions, objdump
from platforms import ROOT

PROMISED = re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text(), re.MULTILINE)


def test_run_sh_has_made_what_is_tested():
    assert os.environ["VD_NOT_MADE"] == ""


@pytest.fixture(params=MACHINES)
def platform(request, all_platforms):
    return all_platforms[request.param]


def test_a_dll_asks_only_for_what_windows_7_has(platform):
    assert MACHINES[platform.name] in objdump(platform.library, "-f"), "it is for another processor"
    asked = imported_functions(platform.library)
    assert len(asked) > 50, f"the imports can be read: {len(asked)} found"
    assert sorted(asked - allowed_functions("imports.txt")) == []
    subsystem = re.search(r"^MajorSubsystemVersion\s+(\d+)", objdump(platform.library, "-p"), re.MULTILINE)
    assert int(subsystem.group(1)) <= 6


def test_a_dll_exports_the_abi_undecorated_and_nothing_else(platform):
    assert sorted(exported_names(platform.library)) == sorted(PROMISED)


def test_a_dll_holds_no_path_of_the_machine_that_built_it(platform):
    content = platform.library.read_bytes()
    assert [trace for trace in (str(ROOT), "/.cargo/", "/rustlib/", "target/windows-build") if trace.encode() in content] == []


def test_a_dll_can_be_moved_and_its_data_is_not_executed(platform):
    headers = objdump(platform.library, "-p")
    assert "DYNAMIC_BASE" in headers and "NX_COMPAT" in headers


@pytest.mark.parametrize("library", ["libvideodoktor.dll.a", "videodoktor.lib"])
def test_an_import_library_leads_to_every_function(platform, library):
    prefix = "_" if platform.name == "x86" else ""  # 32-bit compilers put it before every name of C
    symbols = subprocess.run(["x86_64-w64-mingw32-nm", platform.library.parent / library], capture_output=True, text=True).stdout
    assert [function for function in PROMISED if f" T {prefix}{function}\n" not in symbols] == []
