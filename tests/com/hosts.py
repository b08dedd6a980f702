"""Hosts that call by COM: C over IDispatch, JScript in cscript, Free Pascal's CreateOleObject; the DLL is registered for the machine."""

import os
import subprocess

import tally
from places import COM, compile_c, folder_of_host, regsvr32, run
from platforms import start_sandbox

PACKAGES = ["rtl-objpas/src/inc", "rtl-objpas/src/win", "winunits-base/src", "fcl-registry/src", "fcl-base/src", "fcl-base/src/win"]


def try_hosts(platform):
    tally.chapter(f"hosts on {platform.name} {platform.windows}")
    sandbox = start_sandbox()
    try:
        folder = folder_of_host(platform, sandbox)
        tally.check(regsvr32(platform, folder) == 0, "regsvr32 registers")
        for name in ("client", "threads", "many"):
            platform.run(compile_c(platform, name, folder), sandbox=sandbox)
            sandbox.request("POST", "/_control/reset", "{}")
        try_script(platform, folder, sandbox)
        sandbox.request("POST", "/_control/reset", "{}")
        try_pascal(platform, folder, sandbox)
        regsvr32(platform, folder, "/u")
    finally:
        sandbox.stop()


def count(said, title):
    """Each line `ok - ...` and `not ok - ...` of a program."""
    lines = [line.strip() for line in said.splitlines()]
    for line in lines:
        if line.startswith(("ok - ", "not ok - ")):
            good, _, sentence = line.partition(" - ")
            tally.check(good == "ok", f"{title}: {sentence}")
    tally.check(bool(lines) and lines[-1].endswith(" 0 failed"), f"{title} ends well", said[-800:])


def try_script(platform, folder, sandbox):
    script = folder / "day.js"
    script.write_bytes((COM / "day.js").read_bytes())
    said, _ = run(platform, "cscript", "//nologo", platform.shown(script), sandbox.addresses["https"], platform.tls_roots, folder=folder)
    count(said, f"JScript on {platform.name} {platform.windows}")


def try_pascal(platform, folder, sandbox):
    """ComObj is not in the run-time library that tests/windows builds, so it is compiled with the program."""
    units = folder / "units"
    units.mkdir()
    source = f"{os.environ['VD_FPC_SOURCE']}/packages"
    paths = [flag + f"{source}/{path}" for path in PACKAGES for flag in ("-Fu", "-Fi")]
    program = folder / "day.exe"
    compiled = subprocess.run([*platform.pascal, "-Mdelphi", *paths, f"-FU{units}", f"-o{program}", COM / "Day.dpr"], capture_output=True, text=True)
    tally.check(compiled.returncode == 0, f"Day.dpr compiles for {platform.name}", compiled.stdout[-1500:])
    platform.run(program, sandbox=sandbox)
