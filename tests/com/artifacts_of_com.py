"""videodoktor_com.dll as a file: what it asks of Windows, what it offers, and that its parts agree with each other and with the pages."""

import re

import tally
from artifacts import MACHINES, exported_names
from imports import allowed_functions, imported_functions, objdump
from places import BINDING, COM, ROOT, server

EXPORTS = ["DllCanUnloadNow", "DllGetClassObject", "DllInstall", "DllRegisterServer", "DllUnregisterServer"]
# Exports of videodoktor.dll that a COM host has no member for: results are freed for it, JSON is read by the members of its objects, and a log
# callback would come in threads that late-bound hosts cannot take.
NOT_FOR_COM = {"vd_json_get", "vd_json_length", "vd_set_log"}


def try_artifacts(platforms):
    tally.chapter("videodoktor_com.dll as a file")
    allowed = allowed_functions("imports.txt", str(COM / "imports_com.txt"))
    for name, platform in platforms.items():
        dll = server(platform)
        tally.check(MACHINES[name] in objdump(dll, "-f"), f"the {name} COM DLL is for {name}")
        asked = imported_functions(dll)
        tally.check(len(asked) > 50, f"the {name} COM DLL's imports can be read", f"{len(asked)} found")
        for entry in sorted(asked - allowed):
            tally.check(False, f"the {name} COM DLL imports {entry[1]} of {entry[0]}, which no list has")
        tally.check(asked <= allowed, f"the {name} COM DLL asks only for what Windows 7 has")
        tally.check(sorted(exported_names(dll)) == EXPORTS, f"the {name} COM DLL exports what COM calls, undecorated", str(exported_names(dll)))
        content = dll.read_bytes()
        for trace in (str(ROOT), "/.cargo/", "/rustlib/", "target/windows-build"):
            tally.check(trace.encode() not in content, f"the {name} COM DLL holds no path of the machine that built it: {trace}")
        headers = objdump(dll, "-p")
        for property in ("DYNAMIC_BASE", "NX_COMPAT"):
            tally.check(property in headers, f"the {name} COM DLL is {property}")
        tally.check(int(re.search(r"^MajorSubsystemVersion\s+(\d+)", headers, re.MULTILINE).group(1)) <= 6, f"the {name} COM DLL does not ask for a newer Windows")
        for text in ("videodoktor_com.dll", "VideoDoktor.cz for programs that call by COM"):
            tally.check(text.encode("utf-16-le") in content, f"the {name} COM DLL has its version resource: {text}")
        tally.check(b"MSFT" in content, f"the {name} COM DLL holds its type library")
    try_members()
    try_manifests()


def functions(source):
    """{name: parameters and result} of the functions that a Rust source loads from the library."""
    return dict(re.findall(r"^    (vd_\w+): (fn\(.*);$", source.read_text("utf-8"), re.MULTILINE))


def try_members():
    """Every function of the library is called by the DLL, or is not for COM."""
    exports = set(re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text("utf-8"), re.MULTILINE))
    called = functions(BINDING / "src/library.rs")
    tested = functions(ROOT / "tests/abi_client/src/library.rs")
    tally.check(all(tested.get(name) == signature for name, signature in called.items()), "the functions have the signatures by which all tests call them", str(called))
    called = set(called)
    tally.check(called | NOT_FOR_COM == exports and not called & NOT_FOR_COM, "each function of the library has its way through COM", str(exports ^ called))
    idl = (BINDING / "videodoktor.idl").read_text("utf-8")
    members = set(re.findall(r"^        (?:void|VARIANT|VARIANT_BOOL|BSTR|long|_\w+ \*) ?(\w+)\(", idl, re.MULTILINE))
    tally.check(len(members) > 45, "the members of the type library can be read", str(sorted(members)))
    for page in ("README.md", "README.cs.md"):
        text = (BINDING / page).read_text("utf-8")
        missing = {name for name in members if not re.search(rf"\b{name}\b", text)}
        tally.check(not missing, f"{page} names every member", str(sorted(missing)))


def try_manifests():
    idl = (BINDING / "videodoktor.idl").read_text("utf-8").upper()
    for path in (BINDING / "manifest").iterdir():
        for guid in re.findall(r"\{([0-9A-F-]{36})\}", path.read_text("utf-8").upper()):
            tally.check(guid in idl, f"{path.name} has GUIDs of the type library: {guid}")
    version = re.search(r'(?m)^version = "(.*)"', (ROOT / "Cargo.toml").read_text("utf-8")).group(1)
    for path in (BINDING / "manifest").iterdir():
        tally.check(f'version="{version}.0"' in path.read_text("utf-8"), f"{path.name} has the version of this release")
