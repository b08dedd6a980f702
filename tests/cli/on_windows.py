"""videodoktor.exe under 32-bit Wine, and as a file."""

import subprocess
from pathlib import Path

import imports
from folder import FolderTest
from program import as_lines, patient, read_lines

ROOT = Path(__file__).resolve().parents[2]
EXE = ROOT / "target/windows-program/videodoktor.exe"


class OnWindows(FolderTest):
    here = ROOT / "tests/windows"
    command = ["sh", "-euc", 'here="$1"; shift; . "$here/environment.sh"; find_versions; wine_x86 "$@"', "wine", here, EXE]

    def shown(self, path):
        return "Z:" + str(path).replace("/", "\\")

    def test_it_asks_only_for_what_windows_7_has_and_says_what_it_is(self):
        self.assertIn("file format pei-i386", imports.objdump(EXE, "-f"))
        asked = imports.imported_functions(EXE)
        self.assertGreater(len(asked), 50)
        self.assertEqual(asked - imports.allowed_functions("imports.txt", "imports_program.txt"), set())
        content = EXE.read_bytes()
        for text in ("VideoDoktor.cz from the command line and from a folder", "videodoktor.exe"):
            self.assertIn(text.encode("utf-16-le"), content)
        self.assertNotIn(str(ROOT).encode(), content)

    def test_it_invites_from_a_file_of_dos_and_lists_in_it(self):
        request = self.folder / "žádost.txt"
        request.write_bytes(as_lines(patient(pacient_jmeno="Žofie Šťastná")).encode("cp852"))
        made = self.ends(0, "invite", "--in", request, "--encoding", "cp852")
        done = self.run_program("list", "--encoding", "cp1250")
        listed = read_lines(done.stdout, "cp1250")
        self.assertEqual((listed["1.meet_id"], listed["1.pacient_jmeno"]), (made["meet_id"], "Žofie Šťastná"))
        self.assertEqual(self.ends(0, "remove", made["meet_id"])["status"], "0")

    def test_the_memory_lasts_over_starts(self):
        self.settings(timeout_ms=3000)
        self.fault(path="/api_meet_add/", cut_before_acting=True)
        self.ends(6, *self.invite_arguments())
        self.ends(6, *self.invite_arguments(), "--look-for", "0.5")
        self.assertEqual(len(self.sent()), 1)

    def test_a_folder_is_served_and_after_a_crash_what_was_sent_is_looked_for(self):
        self.put("a", patient(0))
        (self.drop / "b.sending").write_text(as_lines(patient(1)), "utf-8")
        self.once()
        self.assertEqual((self.answer("a")["status"], self.answer("b")["status"]), ("0", "50"))
        self.assertTrue((self.drop / "done/a.request").exists())
        self.assertEqual([address for _, address in self.sandbox.invited()], ["jana0@example.cz"])
