"""videodoktor.exe under 32-bit Wine, and as a file."""

import os
import signal
import subprocess
from pathlib import Path

import imports
import test_killed
from folder import FolderTest
from program import as_lines, patient, read_lines, wait_until

ROOT = Path(__file__).resolve().parents[2]
EXE = ROOT / "target/windows-program/videodoktor.exe"


def in_wine(*command):
    script = 'here="$1"; shift; . "$here/environment.sh"; mkdir -p "$prefixes"; find_versions; wine_x86 "$@"'
    return ["sh", "-euc", script, "wine", ROOT / "tests/windows", *command]


def kill_program_of(shell):
    """The process that Wine runs the program in: a child of the shell, as others were before it. One that is about to become it has no name."""
    try:
        children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children").read_text().split()
        for child in children:
            if EXE.name.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended meanwhile
    return shell.poll() is not None


class InWine:
    command = in_wine(EXE)

    @classmethod
    def setUpClass(cls):
        # Wine makes its prefix on first use; that takes longer than any test waits for the program.
        subprocess.run(in_wine("wineboot", "-i"), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)

    def shown(self, path):
        return "Z:" + str(path).replace("/", "\\")

    def kill(self, started):
        wait_until(lambda: kill_program_of(started), "the end of the program")
        self.assertEqual(started.returncode, 128 + signal.SIGKILL, "it ended by itself: " + self.complaints(started).decode())


class UnderWine(InWine, FolderTest):
    NAME = "Žofie Šťastná"

    def test_it_asks_only_for_what_windows_7_has_and_says_what_it_is(self):
        self.assertIn("file format pei-i386", imports.objdump(EXE, "-f"))
        asked = imports.imported_functions(EXE)
        self.assertGreater(len(asked), 100)
        self.assertEqual(asked - imports.allowed_functions("imports.txt", "imports_program.txt"), set())
        content = EXE.read_bytes()
        for text in ("VideoDoktor.cz from the command line and from a folder", "videodoktor.exe"):
            self.assertIn(text.encode("utf-16-le"), content)
        self.assertNotIn(str(ROOT).encode(), content)

    def test_it_invites_lists_and_removes(self):
        made = self.ends(0, *self.invite_arguments())
        self.assertEqual([address for _, address in self.sandbox.invited()], ["jana0@example.cz"])
        listed = self.ends(0, "list")
        self.assertEqual((listed["count"], listed["1.meet_id"], listed["1.pacient_jmeno"]), ("1", made["meet_id"], "Jana Nováková"))
        moved = self.ends(0, "move", made["meet_id"], "--start", "24.12.2090 10:00")
        self.assertEqual((moved["old_meet_id"], moved["moved"]), (made["meet_id"], "true"))
        picture = self.folder / "kód.bmp"
        self.assertEqual(self.ends(0, "qr", moved["meet_id"], "--save", picture)["bytes"], str(picture.stat().st_size))
        self.assertTrue(picture.read_bytes().startswith(b"BM"))
        self.assertEqual(self.ends(0, "remove", moved["meet_id"])["status"], "0")
        self.assertEqual(self.ends(8, "remove", made["meet_id"])["name"], "VD_X004_MEET_ID")

    def test_files_of_dos_and_windows_round_trip(self):
        for number, encoding in enumerate(("cp1250", "cp852")):
            with self.subTest(encoding=encoding):
                request, answer = self.folder / "žádost.txt", self.folder / "odpověď.txt"
                request.write_bytes(as_lines(patient(number, pacient_jmeno=self.NAME)).replace("\n", "\r\n").encode(encoding))
                made = self.ends(0, "invite", "--in", request, "--encoding", encoding)
                self.assertIn(self.NAME, [invited["pacient_jmeno"] for invited in self.sandbox.control("meetings")])
                self.ends(0, "detail", made["meet_id"], "--encoding", encoding, "--out", answer)
                self.assertEqual(read_lines(answer.read_bytes(), encoding)["pacient_jmeno"], self.NAME)
                said = self.run_program("detail", made["meet_id"], "--encoding", encoding).stdout
                self.assertEqual(said, answer.read_bytes())
                self.assertIn(b"\r\n", said)

    def test_the_memory_lasts_over_starts(self):
        self.settings(timeout_ms=3000)
        self.fault(path="/api_meet_add/", cut_before_acting=True)
        self.assertEqual(self.ends(6, *self.invite_arguments())["name"], "VD_ERR_OUTCOME_UNKNOWN")
        self.ends(6, *self.invite_arguments(), "--look-for", "0.5")
        self.assertEqual(len(self.sent()), 1)

    def test_a_folder_in_the_encoding_of_dos(self):
        self.put("a", patient(pacient_jmeno=self.NAME), "cp852")
        self.once("--encoding", "cp852")
        self.put("b", {"command": "list"}, "cp852")
        self.once("--encoding", "cp852")
        self.assertEqual(self.answer("a", "cp852")["status"], "0")
        self.assertEqual(self.answer("b", "cp852")["1.pacient_jmeno"], self.NAME)
        self.assertTrue((self.drop / "done/a.request").exists())

    def test_a_watcher_that_is_killed_while_it_sends_leaves_one_invitation_and_one_answer(self):
        self.fault(path="/api_meet_add/", works_on={"mail_ms": 0, "row_ms": 3000})
        watcher = self.start("watch", self.drop, "--every-ms", "50")
        self.put("a", patient())
        wait_until(self.sandbox.invited, "the invitation")
        self.kill(watcher)
        self.assertEqual(self.names(), ["a.sending", "videodoktor.lock"])
        self.sandbox.control("idle")
        watcher = self.start("watch", self.drop, "--every-ms", "50")
        wait_until((self.drop / "done/a.request").exists, "the answer")
        self.kill(watcher)
        self.assertEqual((self.answer("a")["status"], self.answer("a")["reconciled"]), ("0", "true"))
        self.assertEqual((len(self.sent()), len(self.sandbox.invited())), (1, 1))


class KilledUnderWine(InWine, test_killed.Killed):
    kills = max(1, test_killed.KILLS // 4)

    def setUp(self):
        """A second program runs all the time: a kill while Wine itself starts its services would leave these behind."""
        super().setUp()
        other = self.folder / "jiná složka"
        other.mkdir()
        self.start("watch", other)
        wait_until((other / "done").exists, "the start of Wine")
