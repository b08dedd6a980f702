"""The headers as Microsoft's compiler reads them: clang in its mode, with MinGW's headers of Windows, for x86 and x64."""

import re
import subprocess

import pytest
from platforms import ROOT

HEADERS = [f"-I{ROOT}/include", f"-I{ROOT}/bindings/c"]
STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-language-extension-token"]
# What Visual C++ calls unsafe and, by the /sdl of a new project, takes for errors (C4996).
UNSAFE = "gets scanf sscanf fscanf sprintf vsprintf swprintf strcpy strcat strncpy strncat wcscpy wcscat wcsncpy wcsncat strtok getenv fopen localtime gmtime"
SYSTEM_C = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <wchar.h>\n#include <windows.h>\n"
SYSTEM_CPP = "".join(f"#include <{name}>\n" for name in "atomic cstddef functional memory stdexcept string tuple utility vector stdint.h stdlib.h".split())
LOAD = "int main(void) { videodoktor_api api; return videodoktor_load(&api, NULL, NULL, 0); }\n"
LOADER = f'#include "videodoktor_loader.h"\n{LOAD}'
INVITE = """int main() { videodoktor::Client client("demo", "app", "practice"); return (int)client.meet_list().size() + (int)videodoktor::wide("").size(); }\n"""
LONGEST_EXPANSION = 4096  # of a macro, in Borland's compilers
EXAMPLES = sorted((ROOT / "bindings/c/examples").glob("*.c"))


def compiler(bits, language):
    """clang as cl.exe for x86 or x64. MinGW's headers want to hear of gcc, of the processor, and of a size that they derive from gcc's own target."""
    name, more = {"x86": ("i686", ["-D_X86_", "-D_ALLOCA_S_MARKER_SIZE=8"]), "x64": ("x86_64", ["-D_ALLOCA_S_MARKER_SIZE=16"])}[bits]
    command = ["clang", f"--target={name}-pc-windows-msvc", "-fms-compatibility-version=19.10", "-nostdlibinc", "-x", language, *more]
    if language == "c++":
        standard = subprocess.run([f"{name}-w64-mingw32-g++", "-print-file-name=include/c++"], capture_output=True, text=True, check=True).stdout.strip()
        command += ["-fgnuc-version=12.2", "-D__STRICT_ANSI__", "-nostdinc++", "-isystem", standard, "-isystem", f"{standard}/{name}-w64-mingw32"]
    else:
        # MinGW asks for __declspec as a macro before it defines what its <time.h> needs
        command += ["-fgnuc-version=4.2.1", "-D__declspec=__declspec"]
    return [*command, "-isystem", "/usr/share/mingw-w64/include", *HEADERS]


def said(bits, language, flags, source):
    """Empty if it compiles without a warning."""
    done = subprocess.run([*compiler(bits, language), *STRICT, *flags, "-fsyntax-only", "-"], input=source, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr[-800:] or "failed"


def poisoned(system, source):
    return f"{system}#pragma GCC poison {UNSAFE}\n{source}"


def cases():
    """(bits, language, flags, source, what) of all that has to compile without a warning."""
    for bits in ("x86", "x64"):
        for standard in ("c89", "c11"):
            yield bits, "c", [f"-std={standard}"], poisoned(SYSTEM_C, LOADER), "loader header"
            yield bits, "c", [f"-std={standard}"], f"#include <winsock2.h>\n{LOADER}", "loader header after winsock2.h"
            yield bits, "c", [f"-std={standard}"], f'#include "videodoktor_loader.h"\n#include <winsock2.h>\n{LOAD}', "loader header before winsock2.h"
        for standard in ("c++14", "c++17", "c++20"):
            yield bits, "c++", [f"-std={standard}"], poisoned(SYSTEM_CPP, f'#include "videodoktor.hpp"\n{INVITE}'), "videodoktor.hpp"
            yield bits, "c++", [f"-std={standard}"], LOADER, "loader header"
        for example in EXAMPLES:
            yield bits, "c", ["-std=c89"], example.read_text("utf-8"), example.name
    # /Gz: what says nothing of its calling convention is stdcall
    yield "x86", "c", ["-std=c89", "-Xclang", "-fdefault-calling-conv=stdcall"], LOADER, "loader header"


CASES = {f"{what}, {bits}, {' '.join(flags)}": (bits, language, flags, source) for bits, language, flags, source, what in cases()}


@pytest.mark.parametrize("case", CASES)
def test_it_compiles_for_microsoft_s_compiler(case):
    assert said(*CASES[case]) == ""


def test_what_is_unsafe_is_noticed():
    slip = said("x64", "c", ["-std=c89"], poisoned(SYSTEM_C, "void slip(char *text);\nvoid slip(char *text) { sprintf(text, \"\"); }\n"))
    assert "poisoned" in slip, f"what Visual C++ takes for an error would be noticed: {slip}"


def preprocessed(source, *flags):
    done = subprocess.run([*compiler("x64", "c"), "-std=c89", *flags, "-E", "-P", "-"], input=source, capture_output=True, text=True, check=True)
    return done.stdout


def test_types_alone_leave_no_function():
    """C4505: a function that is static and not used, in a source file that only takes the types."""
    only = preprocessed('#define VIDEODOKTOR_LOADER_TYPES_ONLY\n#include "videodoktor_loader.h"\n')
    assert "videodoktor_api" in only and "static" not in only, "the loader header can be included for its types alone"


def test_no_expansion_is_too_long():
    ours = preprocessed('#include "videodoktor_loader.h"\n').split("vd_abi_version", 1)[1]
    longest = max(map(len, ours.split("\n")))
    assert longest <= LONGEST_EXPANSION, f"no macro of the loader header expands to more than Borland's compilers take: {longest}"


def test_examples_name_what_is_unsafe():
    """Visual C++ lets them pass only if they say so."""
    for example in EXAMPLES:
        source = example.read_text("utf-8")
        if re.search(rf"\b({UNSAFE.replace(' ', '|')})\(", source):
            says = source.find("#define _CRT_SECURE_NO_WARNINGS")
            assert 0 <= says < source.find("#include"), f"{example.name} compiles as a new project of Visual C++"
