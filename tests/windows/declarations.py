"""The ABI is declared in five places. They agree: names, parameter counts, types, constants."""

import re
import subprocess

import tally
from artifacts import exported_names
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
    tally.check(re.findall(r"'(vd_\w+)'", names.group(2)) == list(found), "the Pascal names stand in the order of the Pascal functions")
    tally.check(int(names.group(1)) + 1 == len(found), "and are as many")
    return found


def constants(path, pattern):
    text = without_comments((ROOT / path).read_text()) if path.endswith(".h") else (ROOT / path).read_text()
    return {name: int(value) for name, value in re.findall(pattern, text, re.MULTILINE)}


def try_declarations(platforms):
    tally.chapter("declarations")
    header = in_header()
    tally.check(len(header) == 28, "the header's functions can be read", str(sorted(header)))
    for place, found in (("loader header", in_loader()), ("Pascal unit", in_pascal())):
        tally.check(found.keys() == header.keys(), f"the {place} declares what the header declares", str(found.keys() ^ header.keys()))
        for name in found.keys() & header.keys():
            tally.check(found[name] == header[name], f"{name} is the same in the {place}", f"{found[name]}, header {header[name]}")
    defined = re.findall(r"^    (vd_\w+)$", (ROOT / "bindings/c/videodoktor.def").read_text(), re.MULTILINE)
    tally.check(sorted(defined) == sorted(header), "the .def lists what the header declares")
    for name in ("x64", "x86"):
        tally.check(sorted(exported_names(platforms[name].library)) == sorted(header), f"the {name} DLL exports what the header declares")
    status = r"(VD_(?:OK|ERR_\w+|X\d{3}_\w+))"
    in_c = constants("include/videodoktor.h", rf"^#define {status} (\d+)")
    in_delphi = constants("bindings/delphi/VideoDoktor.pas", rf"^  {status} = (\d+);")
    tally.check(len(in_c) > 30, "the header's statuses can be read")
    tally.check(in_c == in_delphi, "the Pascal unit has the header's statuses", str(set(in_c.items()) ^ set(in_delphi.items())))
    compiled_alone()


def compiled_alone():
    """The loader header, alone, by the compilers at hand, as strictly as they can."""
    folders = [f"-I{ROOT}/include", f"-I{ROOT}/bindings/c"]
    use = '#include "videodoktor_loader.h"\n#include "videodoktor_loader.h"\nint main(void) { videodoktor_api api; return videodoktor_load(&api, NULL, NULL, 0); }\n'
    for compiler, language, standard in (
        ("gcc", "c", "c89"), ("gcc", "c", "c99"), ("g++", "c++", "c++98"), ("g++", "c++", "c++17"), ("x86_64-w64-mingw32-gcc", "c", "c89"),
        ("i686-w64-mingw32-gcc", "c", "c89"),
    ):
        command = [compiler, "-x", language, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", *folders, "-fsyntax-only", "-"]
        done = subprocess.run(command, input=use, capture_output=True, text=True)
        tally.check(done.returncode == 0, f"the loader header is {standard} for {compiler}", done.stderr[:800])
