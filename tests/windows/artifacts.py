"""The DLLs and their import libraries as files: what they ask of Windows, what they offer, and what they must not tell."""

import re
import subprocess

import tally
from imports import allowed_functions, imported_functions, objdump
from platforms import ROOT

MACHINES = {"x64": "pei-x86-64", "x86": "pei-i386"}


def exported_names(path):
    table = objdump(path, "-p").split("[Ordinal/Name Pointer] Table")[1]
    return [row.group(1) for row in re.finditer(r"^\t\[ *\d+\].* (\S+)$", table, re.MULTILINE)]


def try_artifacts(platforms):
    tally.chapter("DLLs as files")
    allowed = allowed_functions("imports.txt")
    promised = re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text(), re.MULTILINE)
    for name, machine in MACHINES.items():
        dll = platforms[name].library
        tally.check(machine in objdump(dll, "-f"), f"the {name} DLL is for {name}")
        asked = imported_functions(dll)
        tally.check(len(asked) > 50, f"the {name} DLL's imports can be read", f"{len(asked)} found")
        for entry in sorted(asked - allowed):
            tally.check(False, f"the {name} DLL imports {entry[1]} of {entry[0]}, which imports.txt does not list")
        tally.check(asked <= allowed, f"the {name} DLL asks only for what Windows 7 has")
        tally.check(sorted(exported_names(dll)) == sorted(promised), f"the {name} DLL exports the ABI, undecorated, and nothing else", str(exported_names(dll)))
        text = dll.read_bytes()
        for trace in (str(ROOT), "/.cargo/", "/rustlib/", "target/windows-build"):
            tally.check(trace.encode() not in text, f"the {name} DLL holds no path of the machine that built it: {trace}")
        headers = objdump(dll, "-p")
        for property in ("DYNAMIC_BASE", "NX_COMPAT"):
            tally.check(property in headers, f"the {name} DLL is {property}")
        tally.check(int(re.search(r"^MajorSubsystemVersion\s+(\d+)", headers, re.MULTILINE).group(1)) <= 6, f"the {name} DLL does not ask for a newer Windows")
        prefix = "_" if name == "x86" else ""  # 32-bit compilers put it before every name of C
        for library in ("libvideodoktor.dll.a", "videodoktor.lib"):
            symbols = subprocess.run(["x86_64-w64-mingw32-nm", dll.parent / library], capture_output=True, text=True).stdout
            missing = [function for function in promised if f" T {prefix}{function}\n" not in symbols]
            tally.check(not missing, f"{library} for {name} leads to every function", str(missing))
