"""Hosts that call by COM: C over IDispatch, JScript in cscript, Free Pascal's CreateOleObject; the DLL is registered for the machine."""

import os
import subprocess

import pytest
from installed import COM, compile_c, folder_of_host, regsvr32, run

PACKAGES = ["rtl-objpas/src/inc", "rtl-objpas/src/win", "winunits-base/src", "fcl-registry/src", "fcl-base/src", "fcl-base/src/win"]


@pytest.fixture(scope="module")
def folder(platform, sandbox):
    """Where the DLL is that is registered for the machine."""
    made = folder_of_host(platform, sandbox)
    assert regsvr32(platform, made) == 0
    yield made
    regsvr32(platform, made, "/u")


@pytest.fixture(autouse=True)
def forgotten(sandbox):
    yield
    sandbox.request("POST", "/_control/reset", "{}")


@pytest.mark.parametrize("name", ["client", "threads", "many"])
def test_c_over_idispatch(platform, folder, sandbox, name):
    platform.run(compile_c(platform, name, folder), sandbox=sandbox)


def test_jscript_in_cscript(platform, folder, sandbox):
    script = folder / "day.js"
    script.write_bytes((COM / "day.js").read_bytes())
    said, _ = run(platform, "cscript", "//nologo", platform.shown(script), sandbox.addresses["https"], platform.tls_roots, folder=folder)
    lines = [line.strip() for line in said.splitlines()]
    assert [line for line in lines if line.startswith("not ok - ")] == []
    assert lines and lines[-1].endswith(" 0 failed"), said[-800:]


def test_free_pascal_by_create_ole_object(platform, folder, sandbox):
    """ComObj is not in the run-time library that tests/windows builds, so it is compiled with the program."""
    units = folder / "units"
    units.mkdir()
    source = f"{os.environ['VD_FPC_SOURCE']}/packages"
    paths = [flag + f"{source}/{path}" for path in PACKAGES for flag in ("-Fu", "-Fi")]
    program = folder / "day.exe"
    compiled = subprocess.run([*platform.pascal, "-Mdelphi", *paths, f"-FU{units}", f"-o{program}", COM / "Day.dpr"], capture_output=True, text=True)
    assert compiled.returncode == 0, f"Day.dpr compiles for {platform.name}: {compiled.stdout[-1500:]}"
    platform.run(program, sandbox=sandbox)
