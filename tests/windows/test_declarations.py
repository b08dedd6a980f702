"""The ABI is declared in five places. They agree: names, parameter counts, types, constants."""

import re
import subprocess

import pytest
from dlls import exported_names
from platforms import ROOT

# What a type is to the machine; each language has its own word for it.
C_TYPES = {
    "void": "nothing", "uint32_t": "u32", "int32_t": "i32", "vd_status": "i32", "const char *": "text", "char *": "text", "vd_client *": "handle",
    "vd_client **": "place of a handle", "char **": "place of a text", "int32_t *": "place of an i32", "vd_log_fn": "callback", "void *": "address",
}
PASCAL_TYPES = {
    "LongWord": "u32", "LongInt": "i32", "PAnsiChar": "text", "Pointer": "address", "TLogFunction": "callback",
    "var PAnsiChar": "place of a text", "var Pointer": "place of a handle", "var LongInt": "place of an i32",
}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)


def c_parameter(text):
    """The type of a C parameter: the text without its name."""
    type_, pointers = re.fullmatch(r"\s*(.*?)\s*(\**)\s*\w*\s*", text.replace("* ", "*")).groups() if "*" in text else (text.split()[0], "")
    words = f"{type_.strip()} {pointers}".strip()
    return C_TYPES[words]


def c_parameters(text):
    return [] if text.strip() == "void" else [c_parameter(part) for part in text.split(",")]


def in_header():
    text = without_comments((ROOT / "include/videodoktor.h").read_text())
    found = {}
    for result, name, parameters in re.findall(r"^(?:VD_API )?([\w ]+?[ *]+)(?:VD_CALL )?(vd_\w+)\(([^;{]*)\);", text, re.MULTILINE | re.DOTALL):
        found[name] = (C_TYPES[result.strip()], c_parameters(" ".join(parameters.split())))
    return found


def in_loader():
    text = (ROOT / "bindings/c/videodoktor_loader.h").read_text()
    rows = re.findall(r"^    FUNCTION\(([^,]+), (vd_\w+), \((.*)\)\)", text, re.MULTILINE)
    return {name: (C_TYPES[result], c_parameters(parameters)) for result, name, parameters in rows}


def in_pascal():
    text = (ROOT / "bindings/delphi/VideoDoktor.pas").read_text()
    table = re.search(r"TApi = record(.*?)\n  end;", text, re.DOTALL).group(1)
    found = {}
    for name, parameters, result in re.findall(r"(vd_\w+): function(?:\((.*?)\))?: (\w+); cdecl;", table, re.DOTALL):
        types = []
        for group in filter(None, " ".join(parameters.split()).split("; ")):
            names, type_ = group.split(": ")
            by_reference = "var " if names.startswith("var ") else ""
            types += [PASCAL_TYPES[by_reference + type_]] * len(names.split(", "))
        # Pascal has one word for addresses; the handle is the first parameter of those that take one
        types = ["handle" if at == 0 and type_ == "address" else type_ for at, type_ in enumerate(types)]
        found[name] = (PASCAL_TYPES[result], types)
    names = re.search(r"Names: array\[0\.\.(\d+)\] of PAnsiChar = \((.*?)\);", text, re.DOTALL)
    assert re.findall(r"'(vd_\w+)'", names.group(2)) == list(found), "the Pascal names stand in the order of the Pascal functions"
    assert int(names.group(1)) + 1 == len(found), "and are as many"
    return found


def constants(path, pattern):
    text = without_comments((ROOT / path).read_text()) if path.endswith(".h") else (ROOT / path).read_text()
    return {name: int(value) for name, value in re.findall(pattern, text, re.MULTILINE)}


HEADER = in_header()


def test_the_header_can_be_read():
    assert len(HEADER) == 28, sorted(HEADER)


@pytest.mark.parametrize("read", [in_loader, in_pascal])
def test_a_binding_declares_what_the_header_declares(read):
    assert read() == HEADER


def test_the_def_lists_what_the_header_declares():
    defined = re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text(), re.MULTILINE)
    assert sorted(defined) == sorted(HEADER)


@pytest.mark.parametrize("bits", ["x64", "x86"])
def test_a_dll_exports_what_the_header_declares(all_platforms, bits):
    assert sorted(exported_names(all_platforms[bits].library)) == sorted(HEADER)


def test_the_pascal_unit_has_the_statuses_of_the_header():
    status = r"(VD_(?:OK|ERR_\w+|X\d{3}_\w+))"
    in_c = constants("include/videodoktor.h", rf"^#define {status} (\d+)")
    assert len(in_c) > 30, "the header's statuses can be read"
    assert constants("bindings/delphi/VideoDoktor.pas", rf"^  {status} = (\d+);") == in_c


@pytest.mark.parametrize("compiler, language, standard", [
    ("gcc", "c", "c89"), ("gcc", "c", "c99"), ("g++", "c++", "c++98"), ("g++", "c++", "c++17"), ("x86_64-w64-mingw32-gcc", "c", "c89"),
    ("i686-w64-mingw32-gcc", "c", "c89"),
])
def test_the_loader_header_compiles_alone_as_strictly_as_a_compiler_can(compiler, language, standard):
    folders = [f"-I{ROOT}/include", f"-I{ROOT}/bindings/c"]
    use = '#include "videodoktor_loader.h"\n#include "videodoktor_loader.h"\nint main(void) { videodoktor_api api; return videodoktor_load(&api, NULL, NULL, 0); }\n'
    command = [compiler, "-x", language, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", *folders, "-fsyntax-only", "-"]
    done = subprocess.run(command, input=use, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:800]
