"""Compares what is promised with what is built: exports, linking, size, header, statuses, examples.

    sh tests/pytest.sh tests/abi               needs what `sh tests/build.sh` makes
    sh tests/pytest.sh tests/abi -k Built      only what a shared library can be asked, that of VIDEODOKTOR_LIBRARY
"""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import header
import snapshot

ROOT = header.ROOT
BUILDS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TARGET = BUILDS / "library" / "release"
SHARED = Path(os.environ.get("VIDEODOKTOR_LIBRARY", TARGET / "libvideodoktor.so"))
STATIC = TARGET / "libvideodoktor.a"
STATIC_NEEDS = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]
# Size is no goal of its own; a library that doubled would be noticed here.
MOST_BYTES = 3_000_000

COMPILERS = [compiler for compiler in ("gcc", "clang") if shutil.which(compiler)]
C_STANDARDS = ["c89", "c99", "c11"]
CXX_STANDARDS = ["c++98", "c++11", "c++17"]
STRICT = ["-pedantic", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}"]


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dialects():
    """Every compiler with every standard: its command line, and the suffix of its sources."""
    for compiler in COMPILERS:
        yield from ([[compiler, f"-std={standard}"], ".c"] for standard in C_STANDARDS)
        yield from ([[compiler.replace("gcc", "g++").replace("clang", "clang++"), f"-std={standard}"], ".cpp"] for standard in CXX_STANDARDS)


class Built(unittest.TestCase):
    """The shared library as it is shipped."""

    def test_it_exports_the_functions_of_the_list_and_nothing_else(self):
        listed = (ROOT / "tests/abi/exports.txt").read_text().split()
        lines = said("nm", "-D", "--defined-only", SHARED).splitlines()
        self.assertEqual([(line.split()[1], line.split()[2]) for line in lines], [("T", name) for name in sorted(listed)])

    def test_the_header_and_the_def_file_list_the_same_functions(self):
        listed = set((ROOT / "tests/abi/exports.txt").read_text().split())
        self.assertEqual(header.declared(), listed)
        exports = (ROOT / "bindings/c/videodoktor.def").read_text().split("EXPORTS", 1)[1]
        self.assertEqual(set(exports.split()), listed)

    def test_it_has_a_soname_without_a_version_and_stays_loaded(self):
        dynamic = said("readelf", "-d", SHARED)
        self.assertIn("Library soname: [libvideodoktor.so]", dynamic)
        self.assertRegex(dynamic, r"\(FLAGS_1\).*NODELETE")
        self.assertNotRegex(dynamic, r"RPATH|RUNPATH|TEXTREL")

    def test_it_needs_only_what_every_linux_has(self):
        needed = set(re.findall(r"NEEDED.*\[(.*)\]", said("readelf", "-d", SHARED)))
        parts_of_glibc = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
        self.assertLessEqual(needed, parts_of_glibc | {"libgcc_s.so.1"})
        loaded = {Path(line.split()[0]).name for line in said("ldd", SHARED).splitlines()}
        self.assertLessEqual(loaded, needed | {"linux-vdso.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"})

    def test_it_is_stripped_and_small(self):
        self.assertNotIn(".symtab", said("readelf", "-S", "-W", SHARED))
        size = SHARED.stat().st_size
        self.assertLessEqual(size, MOST_BYTES, f"{size:,} bytes; at most {MOST_BYTES:,} are promised")

    def test_no_path_of_the_building_machine_is_in_it(self):
        self.assertNotIn(str(ROOT).encode(), SHARED.read_bytes())

    def test_what_its_dependencies_would_log_is_not_even_there(self):
        """ureq's log messages show addresses and headers; rustls' and the verifier's show certificates."""
        for message in (b"Use pooled", b"Resolve with timeout", b"Connected TcpStream", b"failed to verify TLS certificate", b"Sending warning alert"):
            self.assertNotIn(message, SHARED.read_bytes())


class Header(unittest.TestCase):
    """include/videodoktor.h"""

    def test_it_is_what_the_source_generates(self):
        generated = max(BUILDS.glob("portable/*/release/build/videodoktor-*/out/videodoktor.h"), key=lambda path: path.stat().st_mtime)
        same = generated.read_bytes() == header.HEADER.read_bytes()
        self.assertTrue(same, "include/videodoktor.h is stale: VIDEODOKTOR_WRITE_HEADER=1 cargo build writes it anew")

    def test_it_compiles_alone_and_included_twice_in_every_dialect(self):
        with tempfile.TemporaryDirectory() as folder:
            for command, suffix in dialects():
                for times in (1, 2):
                    with self.subTest(command=command, included=times):
                        source = Path(folder, "alone" + suffix)
                        source.write_text('#include "videodoktor.h"\n' * times + "int one(void);\nint one(void) { return (int)VD_ABI_VERSION; }\n")
                        self.check_compiles([*command, *STRICT, "-fsyntax-only", source])

    def test_its_statuses_are_those_of_the_library(self):
        library = ctypes.CDLL(str(SHARED))
        library.vd_status_name.restype = library.vd_status_text.restype = library.vd_version.restype = ctypes.c_char_p
        self.assertEqual(len(header.statuses()), 40)
        for name, number, text in header.statuses():
            self.assertEqual(library.vd_status_name(number).decode(), name)
            self.assertEqual(library.vd_status_text(number, b"en").decode(), text)
        self.assertIn(f'#define VD_VERSION "{library.vd_version().decode()}"', header.HEADER.read_text("utf-8"))

    def test_every_function_tells_its_statuses_and_has_an_example(self):
        functions = header.functions()
        self.assertEqual(set(functions), header.declared())
        for name, comment in functions.items():
            with self.subTest(function=name):
                self.assertIn(name, header.example(comment))
                if not name.startswith(("vd_status_", "vd_version", "vd_abi_version")):
                    self.assertRegex(comment, r"Returns (VD_OK|as `vd_)")

    def test_every_example_compiles_and_links(self):
        with tempfile.TemporaryDirectory() as folder:
            for command, suffix in dialects():
                with self.subTest(command=command):
                    source = Path(folder, "examples" + suffix)
                    source.write_text(examples_program(), "utf-8")
                    self.check_compiles([*command, *STRICT, source, SHARED, "-o", Path(folder, "examples")])
            source = Path(folder, "examples.c")
            self.check_compiles(["gcc", *STRICT, source, STATIC, *STATIC_NEEDS, "-o", Path(folder, "examples")])

    def check_compiles(self, command):
        result = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)


class Snapshot(unittest.TestCase):
    """tests/abi/snapshot.txt: what programs out there were compiled against."""

    def setUp(self):
        self.text = header.HEADER.read_text("utf-8")
        self.promised = snapshot.promised()

    def broken_by(self, before, after):
        self.assertIn(before, self.text)
        return list(snapshot.broken(self.promised, snapshot.declarations(self.text.replace(before, after))))

    def test_every_promise_is_kept_and_nothing_new_is_left_out_of_it(self):
        now = snapshot.declarations(self.text)
        self.assertEqual(list(snapshot.broken(self.promised, now)), [])
        self.assertEqual(snapshot.added(self.promised, now), [], "put it into the snapshot: python3 tests/abi/snapshot.py --add")

    def test_it_holds_every_function_status_and_type(self):
        listed = (ROOT / "tests/abi/exports.txt").read_text().split()
        self.assertEqual({key for key in self.promised if key.startswith("function ")}, {f"function {name}" for name in listed})
        self.assertLessEqual({f"constant {name}" for name, _, _ in header.statuses()}, set(self.promised))
        self.assertEqual({key for key in self.promised if key.startswith("type ")}, {"type vd_client", "type vd_status", "type vd_log_fn"})

    def test_what_is_removed_breaks_a_promise(self):
        said = self.broken_by("VD_API vd_status VD_CALL vd_verify(vd_client *client, char **out_json);", "")
        self.assertEqual(len(said), 1)
        self.assertRegex(said[0], r"^function vd_verify was removed .*put it back\.$")
        self.assertIn("constant VD_ERR_DNS was removed", self.broken_by("#define VD_ERR_DNS 20", "")[0])

    def test_what_is_changed_breaks_a_promise(self):
        changes = [
            ("#define VD_ERR_DNS 20", "#define VD_ERR_DNS 28", "constant VD_ERR_DNS"),
            ("typedef int32_t vd_status;", "typedef long vd_status;", "type vd_status"),
            ("(int32_t level, const char *message,", "(int level, const char *message,", "type vd_log_fn"),
            ("vd_birth_year(const char *rodne_cislo, int32_t *out_year)", "vd_birth_year(int32_t *out_year, const char *rodne_cislo)", "function vd_birth_year"),
            ("vd_status VD_CALL vd_time(", "vd_status vd_time(", "function vd_time"),
        ]
        for before, after, key in changes:
            with self.subTest(change=after):
                said = self.broken_by(before, after)
                self.assertEqual([sentence.split(" was ")[0] for sentence in said], [key])

    def test_what_is_added_breaks_none_and_has_to_be_written_down(self):
        text = self.text.replace("#define VD_ERR_FILE 60", "#define VD_ERR_FILE 60\n#define VD_ERR_NEW 98 /* New. */")
        now = snapshot.declarations(text)
        self.assertEqual(list(snapshot.broken(self.promised, now)), [])
        self.assertEqual(snapshot.added(self.promised, now), ["constant VD_ERR_NEW = 98"])

    def test_a_comment_or_the_release_changes_no_promise(self):
        now = snapshot.declarations(self.text.replace('#define VD_VERSION "', '#define VD_VERSION "9').replace("Frees a client.", "Frees; a client."))
        self.assertEqual(now, self.promised)


def examples_program():
    """Each example in a function of its own, which has what a host has: a client, its last answer, a status."""
    parts = ["#include <stdio.h>", "#include <stdlib.h>", '#include "videodoktor.h"', ON_LOG]
    names = [f"example_of_{name}" for name in sorted(header.functions())]
    parts += [FRAME.format(name=f"example_of_{name}", code=header.example(comment)) for name, comment in header.functions().items()]
    calls = "\n".join(f"    if (argc > 1) {{ {name}(); }}" for name in names)
    return "\n".join(parts) + f"\nint main(int argc, char **argv)\n{{\n    (void)argv;\n{calls}\n    return 0;\n}}\n"


ON_LOG = """
static void VD_CALL on_log(int32_t level, const char *message, void *user_data)
{
    (void)user_data;
    printf("%d %s\\n", (int)level, message);
}
static vd_log_fn log_callback = on_log;
"""

FRAME = """
static void {name}(void)
{{
    vd_status status = VD_OK;
    vd_client *client = NULL;
    char *json = NULL, *text = NULL;
    int32_t count = 0, year = 0;
    const char *meet_id = "abc";
{code}
    (void)status; (void)client; (void)json; (void)text; (void)count; (void)year; (void)meet_id; (void)log_callback;
}}
"""
