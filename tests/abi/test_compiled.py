"""The C interface as compilers understand it, by their debug information: the header against the past (abi.xml) and against the Rust source.

    python3 tests/abi/test_compiled.py --write      writes tests/abi/abi.xml anew, after something was added

The release holds no debug information, so the header is compiled with an empty body behind each declaration; what the text of the header hides
(a macro, a typedef, an included header) shows here. snapshot.txt keeps the words and the constants, which debug information does not know.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import header

ROOT = header.ROOT
PROMISED = ROOT / "tests" / "abi" / "abi.xml"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
# bit of abidiff's exit status: programs that were compiled before would break
INCOMPATIBLE = 8


def shim(text, folder):
    """A shared library that has every function of the header, with debug information and nothing inside."""
    bodies = re.sub(r"^(VD_API [^;]*\));", r"\1 { return 0; }", text, flags=re.M)
    source, made = Path(folder, "videodoktor.c"), Path(folder, "libvideodoktor.so")
    source.write_text(bodies, "utf-8")
    subprocess.run(["gcc", "-g", "-O0", "-w", "-shared", "-fPIC", f"-ffile-prefix-map={folder}=.", source, "-o", made], check=True)
    return made


def described(library):
    """libabigail's description of a library, without what differs from machine to machine."""
    options = ["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed", "--type-id-style", "hash"]
    return subprocess.run(["abidw", *options, library], check=True, capture_output=True, text=True).stdout


def shapes(description):
    """{function: [shape of what is returned, (name of a parameter, its shape), ...]}; a shape is a size in bits, a pointer to one, or a function."""
    root = ElementTree.fromstring(description)
    types = {each.get("id"): each for each in root.iter() if each.get("id")}

    def shape(key):
        type_ = types[key]
        if type_.tag in ("typedef-decl", "qualified-type-def"):
            return shape(type_.get("type-id"))
        if type_.tag == "pointer-type-def":
            inner = shape(type_.get("type-id"))
            return inner if inner == "function" else f"pointer to {inner}"
        # Rust's nullable pointer to a function
        if type_.tag == "function-type" or type_.get("name", "").startswith("Option<"):
            return "function"
        return "something" if type_.get("name") in ("vd_client", "void", "c_void") else f"{type_.get('size-in-bits')} bits"

    return {
        function.get("name"): [shape(function.find("return").get("type-id")), *((each.get("name"), shape(each.get("type-id"))) for each in function.findall("parameter"))]
        for function in root.iter("function-decl")
        if function.get("elf-symbol-id", "").startswith("vd_")
    }


class Compiled(unittest.TestCase):
    """The interface as compilers understand it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.text = header.HEADER.read_text("utf-8")

    def compared(self, text):
        """abidiff's exit status and words on a header against the promised interface."""
        done = subprocess.run(["abidiff", PROMISED, shim(text, self.folder)], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_it_is_what_programs_out_there_were_compiled_against(self):
        status, said = self.compared(self.text)
        self.assertEqual(status, 0, f"{said}if something was added: python3 tests/abi/test_compiled.py --write")

    def test_abidiff_sees_what_breaks_programs(self):
        changes = {
            "a type behind a name": ("typedef int32_t vd_status;", "typedef int64_t vd_status;"),
            "the order of parameters": ("vd_birth_year(const char *rodne_cislo, int32_t *out_year)", "vd_birth_year(int32_t *out_year, const char *rodne_cislo)"),
            "a function that has gone": ("VD_API vd_status VD_CALL vd_verify(vd_client *client, char **out_json);", ""),
            "a macro": ("#define VD_CALL\n", "#define VD_CALL\n#define int32_t short\n"),
        }
        for name, (before, after) in changes.items():
            with self.subTest(change=name):
                self.assertIn(before, self.text)
                status, said = self.compared(self.text.replace(before, after))
                self.assertTrue(status, said)
        status, _ = self.compared(self.text.replace(changes["a function that has gone"][0], ""))
        self.assertTrue(status & INCOMPATIBLE)

    def test_the_rust_source_compiles_to_what_the_header_declares(self):
        subprocess.run(["cargo", "build", "--locked", "--quiet", "--lib"], cwd=ROOT, check=True)
        of_rust = shapes(described(TARGET / "debug" / "libvideodoktor.so"))
        self.assertEqual(set(of_rust), header.declared())
        self.assertEqual(of_rust, shapes(described(shim(self.text, self.folder))))


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as place:
        PROMISED.write_text(described(shim(header.HEADER.read_text("utf-8"), place)))
    print(PROMISED)
