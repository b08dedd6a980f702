"""The DLLs and their import libraries as files: what they ask of Windows, what they offer, and what they must not tell."""

import os
import re
import subprocess

import dlls
import pytest
from platforms import ROOT

PROMISED = re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text(), re.MULTILINE)


def test_run_sh_has_made_what_is_tested():
    assert os.environ["VD_NOT_MADE"] == ""


@pytest.fixture(params=dlls.MACHINES)
def platform(request, all_platforms):
    return all_platforms[request.param]


def test_a_dll_asks_only_for_what_windows_7_has(platform):
    dlls.check_asks_only_for_what_windows_7_has(platform.library, platform.name, "imports.txt")


def test_a_dll_exports_the_abi_undecorated_and_nothing_else(platform):
    assert sorted(dlls.exported_names(platform.library)) == sorted(PROMISED)


def test_a_dll_holds_no_path_of_the_machine_that_built_it(platform):
    dlls.check_holds_no_path_of_the_machine_that_built_it(platform.library)


def test_a_dll_can_be_moved_and_its_data_is_not_executed(platform):
    dlls.check_can_be_moved_and_its_data_is_not_executed(platform.library)


@pytest.mark.parametrize("library", ["libvideodoktor.dll.a", "videodoktor.lib"])
def test_an_import_library_leads_to_every_function(platform, library):
    prefix = "_" if platform.name == "x86" else ""  # 32-bit compilers put it before every name of C
    symbols = subprocess.run(["x86_64-w64-mingw32-nm", platform.library.parent / library], capture_output=True, text=True).stdout
    assert [function for function in PROMISED if f" T {prefix}{function}\n" not in symbols] == []
