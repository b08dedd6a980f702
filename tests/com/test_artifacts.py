"""videodoktor_com.dll as a file: what it asks of Windows, what it offers, and that its parts agree with each other and with the pages."""

import re

import dlls
import pytest
from installed import BINDING, COM, ROOT, server

EXPORTS = ["DllCanUnloadNow", "DllGetClassObject", "DllInstall", "DllRegisterServer", "DllUnregisterServer"]
# Exports of videodoktor.dll that a COM host has no member for: results are freed for it, JSON is read by the members of its objects, and a log
# callback would come in threads that late-bound hosts cannot take.
NOT_FOR_COM = {"vd_json_get", "vd_json_length", "vd_set_log"}


@pytest.fixture(params=dlls.MACHINES)
def dll(request, all_platforms):
    return server(all_platforms[request.param])


def test_the_dll_asks_only_for_what_windows_7_has(dll):
    dlls.check_asks_only_for_what_windows_7_has(dll, dll.parent.name, "imports.txt", str(COM / "imports_com.txt"))


def test_the_dll_exports_what_com_calls_undecorated(dll):
    assert sorted(dlls.exported_names(dll)) == EXPORTS


def test_the_dll_holds_no_path_of_the_machine_that_built_it(dll):
    dlls.check_holds_no_path_of_the_machine_that_built_it(dll)


def test_the_dll_can_be_moved_and_its_data_is_not_executed(dll):
    dlls.check_can_be_moved_and_its_data_is_not_executed(dll)


def test_the_dll_holds_its_version_resource_and_its_type_library(dll):
    content = dll.read_bytes()
    for text in ("videodoktor_com.dll", "VideoDoktor.cz for programs that call by COM"):
        assert text.encode("utf-16-le") in content, text
    assert b"MSFT" in content


def functions(source):
    """{name: parameters and result} of the functions that a Rust source loads from the library."""
    return dict(re.findall(r"^    (vd_\w+): (fn\(.*);$", source.read_text("utf-8"), re.MULTILINE))


def test_every_function_of_the_library_is_called_by_the_dll_or_is_not_for_com():
    exports = set(re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text("utf-8"), re.MULTILINE))
    called = functions(BINDING / "src/library.rs")
    tested = functions(ROOT / "tests/abi_client/src/library.rs")
    assert all(tested.get(name) == signature for name, signature in called.items()), f"the functions have the signatures by which all tests call them: {called}"
    called = set(called)
    assert called | NOT_FOR_COM == exports and not called & NOT_FOR_COM, f"each function of the library has its way through COM: {exports ^ called}"


def test_both_pages_name_every_member():
    idl = (BINDING / "videodoktor.idl").read_text("utf-8")
    members = set(re.findall(r"^        (?:void|VARIANT|VARIANT_BOOL|BSTR|long|_\w+ \*) ?(\w+)\(", idl, re.MULTILINE))
    assert len(members) > 45, f"the members of the type library can be read: {sorted(members)}"
    for page in ("README.md", "README.cs.md"):
        text = (BINDING / page).read_text("utf-8")
        missing = {name for name in members if not re.search(rf"\b{name}\b", text)}
        assert not missing, f"{page} names every member: {sorted(missing)}"


def test_the_manifests_have_the_guids_of_the_type_library_and_the_version_of_this_release():
    idl = (BINDING / "videodoktor.idl").read_text("utf-8").upper()
    for path in (BINDING / "manifest").iterdir():
        for guid in re.findall(r"\{([0-9A-F-]{36})\}", path.read_text("utf-8").upper()):
            assert guid in idl, f"{path.name} has GUIDs of the type library: {guid}"
    version = re.search(r'(?m)^version = "(.*)"', (ROOT / "Cargo.toml").read_text("utf-8")).group(1)
    for path in (BINDING / "manifest").iterdir():
        assert f'version="{version}.0"' in path.read_text("utf-8"), f"{path.name} has the version of this release"
