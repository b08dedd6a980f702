"""Compares what the C++ header and its README promise with what is there: functions, comments, the printed program, MinGW."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = (ROOT / "include" / "videodoktor.hpp").read_text("utf-8")
README = (ROOT / "bindings" / "cpp" / "README.md").read_text("utf-8")
QUICKSTART = ROOT / "bindings" / "cpp" / "examples" / "quickstart.cpp"
SHARED = Path(os.environ["VIDEODOKTOR_SHARED"])
STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic", f"-I{ROOT / 'include'}"]
MINGW = [f"{cpu}-w64-mingw32-g++-{threads}" for cpu in ("x86_64", "i686") for threads in ("win32", "posix")]


class Promises(unittest.TestCase):
    def test_every_function_of_the_library_is_used(self):
        exports = (ROOT / "tests/abi/exports.txt").read_text().split()
        used = set(re.findall(r"VIDEODOKTOR_FUNCTION\((vd_\w+)\)", HEADER))
        self.assertEqual(used, set(exports))

    def test_every_function_and_type_for_callers_has_a_comment(self):
        for_callers = re.sub(r"namespace inside \{.*?\} // namespace inside", "", HEADER, flags=re.S)
        declared = re.findall(r"^(.*)\n((?:inline|class|struct|enum class|typedef) .*)$", for_callers, re.M)
        # declared before and defined after the class that has the comment
        declared = [(above, line) for above, line in declared if not re.match(r"struct Error;|inline \S+ Json::", line)]
        self.assertGreater(len(declared), 30)
        for above, line in declared:
            with self.subTest(line=line):
                self.assertTrue(above.startswith("///"), f"no comment above: {line}")

    def test_the_readme_prints_the_quickstart_word_for_word(self):
        printed = re.search(r"```cpp\n(.*?)```", README, re.S).group(1)
        self.assertEqual(printed, QUICKSTART.read_text("utf-8"))
        self.assertLessEqual(len([line for line in printed.splitlines() if line.strip()]), 36)

    def test_the_readme_lists_every_exception_and_kind(self):
        self.assertEqual(set(re.findall(r"^class (\w+Error)", HEADER, re.M)), set(re.findall(r"^\| `(\w+Error)`", README, re.M)))
        kinds = re.findall(r"^    (\w+),? +///<", HEADER.split("enum class Kind {")[1].split("};")[0], re.M)
        self.assertEqual(set(kinds) - {"none"}, set(re.findall(r"^\| `\w+Error`[^|]*\| `(\w+)`", README, re.M)))

    def test_the_quickstart_invites_jana(self):
        with tempfile.TemporaryDirectory() as folder:
            for compiler in ("g++", "clang++"):
                for standard in ("c++11", "c++17"):
                    with self.subTest(compiler=compiler, standard=standard):
                        made = Path(folder, "quickstart")
                        self.compiles([compiler, f"-std={standard}", *STRICT, QUICKSTART, SHARED, f"-Wl,-rpath,{SHARED.parent}", "-o", made])
                        said = self.run_it("sh", ROOT / "tests/with_sandbox.sh", made)
                        self.assertRegex(said.stdout, r"^The patient is invited: https://\S+\n$", said.stderr)
            refused = self.run_it("env", "VIDEODOKTOR_API_KEY=two words", made)
            self.assertEqual(refused.returncode, 1)
            self.assertRegex(refused.stderr, r" \(VD_ERR_INVALID_ARGUMENT\)\n$")

    def test_the_readme_s_other_program_compiles(self):
        part = re.findall(r"```cpp\n(.*?)```", README, re.S)[1]
        frame = f"""#include "videodoktor.hpp"
            void show_the_list(); void log(const std::string &); void show(const std::string &);
            void invite(videodoktor::Client &client, const videodoktor::Invitation &invitation);
            void invite(videodoktor::Client &client, const videodoktor::Invitation &invitation) {{ {part} }}"""
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "part.cpp")
            source.write_text(frame, "utf-8")
            for more in ([], ["-DVIDEODOKTOR_NO_EXCEPTIONS", "-fno-exceptions"]):
                self.compiles(["g++", "-std=c++11", *STRICT, *more, "-Wno-unused-variable", "-Wno-unused-but-set-variable", "-fsyntax-only", source])

    def test_mingw_compiles_it_with_either_kind_of_threads(self):
        with tempfile.TemporaryDirectory() as folder:
            for compiler in MINGW:
                for source in (QUICKSTART, ROOT / "tests/cpp/status_style.cpp"):
                    with self.subTest(compiler=compiler, source=source.name):
                        self.compiles([compiler, "-std=c++11", *STRICT, "-c", source, "-o", Path(folder, "object")])
                with self.subTest(compiler=compiler, source="loaded.cpp"):
                    self.compiles([compiler, "-std=c++11", *STRICT, "-Wno-cast-function-type", ROOT / "tests/cpp/loaded.cpp", "-o", Path(folder, "loaded.exe")])

    def compiles(self, command):
        result = self.run_it(*command)
        self.assertEqual(result.returncode, 0, result.stderr)

    def run_it(self, *command):
        return subprocess.run(command, capture_output=True, text=True)
