"""Each command by itself, its exit code and its output; encodings; outcomes that nobody knows, over starts of the program."""

import json
import re
import subprocess
from pathlib import Path

from program import PROGRAM, ProgramTest, as_lines, patient, read_lines, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Commands(ProgramTest):
    def test_a_video_call_from_the_invitation_to_its_removal(self):
        made = self.ends(0, *self.invite_arguments())
        self.assertEqual([address for _, address in self.sandbox.invited()], ["jana0@example.cz"])
        listed = self.ends(0, "list")
        self.assertEqual((listed["count"], listed["1.meet_id"], listed["1.pacient_jmeno"]), ("1", made["meet_id"], "Jana Nováková"))
        self.assertEqual(self.ends(0, "detail", made["meet_id"])["pacient_email"], "jana0@example.cz")
        self.assertEqual(self.ends(0, "remove", made["meet_id"])["meet_id"], made["meet_id"])
        self.assertEqual(self.ends(0, "list")["count"], "0")
        self.assertEqual(self.ends(8, "remove", made["meet_id"])["name"], "VD_X004_MEET_ID")

    def test_a_report_is_saved_once_it_is_ready_and_leaves_no_file_before(self):
        made = self.ends(0, *self.invite_arguments())
        target = self.folder / "výkaz.pdf"
        self.fault(path="/api_meet_export/", body={"text": '{"export_url":""}'})
        self.assertEqual(self.ends(9, "report", made["meet_id"], "--save", target)["name"], "VD_ERR_REPORT_NOT_READY")
        self.assertFalse(target.exists())
        self.set_clock("2090-01-03 10:00")
        self.assertEqual(self.ends(0, "report", made["meet_id"], "--save", target)["bytes"], str(target.stat().st_size))
        self.assertTrue(target.read_bytes().startswith(b"%PDF"))

    def test_time_verify_and_diagnose(self):
        self.assertIn("iso", self.ends(0, "time"))
        self.assertEqual(self.ends(0, "verify")["valid"], "true")
        self.assertEqual(self.ends(0, "diagnose")["ok"], "true")
        self.settings(api_key="wrong")
        self.assertEqual(self.ends(10, "verify")["name"], "VD_X002_API_KEY")

    def test_check_needs_neither_keys_nor_network(self):
        self.config.write_text("", "utf-8")
        self.assertEqual(self.ends(0, "check", *self.invite_arguments()[1:])["valid"], "true")
        self.assertEqual(self.ends(11, "check", "--name", "Jana Nováková", "--email", "jana", "--born", "1980", "--start", "23.11.2090 10:00")["valid"], "false")

    def test_a_move_invites_to_the_new_start_and_cancels_the_old_call(self):
        made = self.ends(0, *self.invite_arguments())
        moved = self.ends(0, "move", made["meet_id"], "--start", "24.12.2090 10:00")
        self.assertEqual((moved["old_meet_id"], moved["moved"]), (made["meet_id"], "true"))
        listed = self.ends(0, "list")
        self.assertEqual((listed["count"], listed["1.meet_id"], listed["1.pacient_email"]), ("1", moved["meet_id"], "jana0@example.cz"))
        request = self.folder / "přesun.csv"
        request.write_text("pacient_telefon;meet_start\n603000111;25.12.2090 10:00\n", "utf-8")
        again = self.ends(0, "move", moved["meet_id"], "--in", request)
        self.assertEqual(self.ends(0, "detail", again["meet_id"])["pacient_telefon"], "603000111")
        self.assertEqual((len(self.sent()), len(self.sent("/api_meet_remove/"))), (3, 2))
        self.assertEqual(self.ends(8, "move", "unknown", "--start", "26.12.2090 10:00")["name"], "VD_X004_MEET_ID")
        self.assertEqual(self.ends(11, "move", again["meet_id"], "--start", "tomorrow")["field"], "meet_start")
        self.assertEqual(self.ends(0, "list")["count"], "1")

    def test_a_call_becomes_a_qr_code_and_a_calendar_entry_also_without_network(self):
        answer = self.folder / "odpověď.txt"
        self.ends(0, *self.invite_arguments(), "--out", answer)
        made = read_lines(answer.read_bytes())
        for source in ([made["meet_id"]], ["--in", answer]):
            for name, beginning in (("kód.png", b"\x89PNG"), ("kód.bmp", b"BM"), ("kód.svg", b"<")):
                with self.subTest(source=source[0], name=name):
                    drawn = self.ends(0, "qr", *source, "--save", self.folder / name, "--pixels", "300")
                    content = (self.folder / name).read_bytes()
                    self.assertTrue(content.startswith(beginning))
                    self.assertEqual((drawn["bytes"], drawn["path"]), (str(len(content)), str(self.folder / name)))
                    (self.folder / name).unlink()
            entry = self.folder / "hovor.ics"
            self.ends(0, "ics", *source, "--save", entry, "--duration", "20", "--reminder", "60", "--summary", "Kontrola Ř")
            text = entry.read_bytes().decode("utf-8")
            self.assertIn("DTSTART;TZID=Europe/Prague:20900101T080000\r\n", text)
            self.assertIn("DTEND;TZID=Europe/Prague:20900101T082000\r\n", text)
            self.assertIn("SUMMARY:Kontrola Ř\r\n", text)
            self.assertIn("TRIGGER:-PT60M\r\n", text)
            self.assertEqual(entry.stat().st_mode & 0o777, 0o600)
            entry.unlink()
            self.config.write_text("", "utf-8")  # the second source needs no keys
        self.assertEqual(self.ends(1, "ics", "--in", answer, "--save", entry, "--method", "REQUEST")["name"], "VD_ERR_INVALID_ARGUMENT")
        self.ends(1, "ics", "--in", answer, "--save", entry, "--duration", "long")
        self.ends(1, "qr", "--in", answer, "--save", self.folder / "kód.gif")
        self.assertFalse(entry.exists())
        self.ends(2, "ics", "--in", answer, "--save", self.folder / "none" / "hovor.ics")

    def test_changes_since_the_list_that_was_kept(self):
        kept, before = self.folder / "seznam.json", self.folder / "before.json"
        made = self.ends(0, *self.invite_arguments(0))
        self.ends(2, "changes", kept)
        first = self.ends(0, "changes", kept, "--keep")
        self.assertEqual((first["added.count"], first["added.1.meet_id"], first["unchanged"]), ("1", made["meet_id"], "0"))
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.ends(0, "list", "--format", "json", "--out", before)
        self.ends(0, *self.invite_arguments(1))
        for _ in range(2):  # without --keep the list stays
            self.assertEqual(self.ends(0, "changes", kept)["added.1.pacient_email"], "jana1@example.cz")
        self.ends(0, "changes", kept, "--keep")
        self.assertEqual(self.ends(0, "changes", kept)["unchanged"], "2")
        self.config.write_text("", "utf-8")  # two files need no keys
        self.assertEqual(self.ends(0, "changes", before, kept)["added.count"], "1")
        self.assertEqual(self.ends(0, "changes", kept, before)["removed.1.pacient_email"], "jana1@example.cz")
        kept.write_text("torn", "utf-8")
        self.assertEqual(self.ends(1, "changes", before, kept)["name"], "VD_ERR_INVALID_ARGUMENT")

    def test_a_call_of_the_vendor_s_takes_its_fields_in_every_form(self):
        meet_id = self.ends(0, *self.invite_arguments())["meet_id"]
        for text in (f'{{"meet_id":"{meet_id}"}}', f"meet_id={meet_id}\n", f"meet_id;note\n{meet_id};\n"):
            self.assertEqual(self.ends(0, "call", "api_meet_detail", "--in", "-", stdin=text.encode())["pacient_jmeno"], "Jana Nováková")

    def test_each_kind_of_failure_has_its_exit_code_and_sends_no_invitation(self):
        self.assertEqual(self.refused("--email", "x")["exit_code"], "11")
        for code, exit_code in (("X021", "12"), ("X023", "12"), ("X000", "13"), ("X001", "10"), ("X013", "11"), ("X099", "14")):
            with self.subTest(code=code):
                self.assertEqual(self.refused("--email", f"{code.lower()}@sandbox.example")["exit_code"], exit_code)
        self.assertEqual(self.sandbox.invited(), [])
        self.settings(url="http://127.0.0.1:9")
        self.assertEqual(self.ends(4, "list")["name"], "VD_ERR_CONNECT")
        self.settings(nonsense="1")
        self.assertEqual(self.ends(1, "list")["name"], "VD_ERR_INVALID_ARGUMENT")

    def refused(self, option, value):
        done = self.run_program("invite", "--name", "Jana Nováková", "--born", "1980", "--start", "23.11.2090 10:00", option, value)
        answer = read_lines(done.stdout)
        self.assertEqual(str(done.returncode), answer["exit_code"])
        self.assertEqual(done.stderr.decode().strip(), answer["message"])
        return answer

    def test_usage_is_exit_code_1_and_help_is_0(self):
        for arguments in (["nonsense"], ["detail"], ["invite", "--in", self.folder / "none", "--nonsense"]):
            self.assertEqual(self.run_program(*arguments).returncode, 1)
        self.assertEqual(self.run_program("invite", "--in", self.folder / "none").returncode, 2)
        self.assertEqual(self.run_program("invite", "--in", "-", stdin=b"pacient_jmeno").returncode, 1)
        self.assertEqual(self.run_program("--help").returncode, 0)

    def test_keys_are_no_arguments_and_come_from_the_environment_as_well(self):
        for page in ("--help", "invite"):
            said = subprocess.run([PROGRAM, page, "--help"], capture_output=True, text=True, check=True).stdout
            self.assertNotRegex(said, r"--[a-z-]*key")
        for option in ("--api-key", "--app-key", "--key", "--api_key"):
            self.assertEqual(self.run_program("list", option, "x").returncode, 1)
        self.config.write_text("proxy=none\n", "utf-8")
        missing = self.run_program("list", stdin=b"")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("VIDEODOKTOR_URL", missing.stderr.decode())
        keys = {"VIDEODOKTOR_URL": self.sandbox.http, "VIDEODOKTOR_APP_KEY": self.sandbox.app_key, "VIDEODOKTOR_API_KEY": self.sandbox.practice_key}
        done = subprocess.run(self.arguments("list"), env={**self.environment(), **keys}, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_answer_file_is_whole_and_for_its_owner_and_messages_are_in_the_language(self):
        out = self.folder / "odpověď.json"
        self.assertEqual(self.ends(0, "list", "--format", "json", "--out", out), "")
        self.assertEqual(json.loads(out.read_text("utf-8")), {"status": 0, "name": "VD_OK", "exit_code": 0, "result": []})
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["odpověď.json", "settings"])
        self.settings(api_key="wrong")
        said = {lang: self.run_program("list", "--lang", lang).stderr.decode() for lang in ("cs", "en")}
        self.assertRegex(said["cs"], "[ěščřžýáíéůú]")
        self.assertNotRegex(said["en"], "[ěščřžýáíéůú]")

    def test_completions_and_the_man_page_name_every_command(self):
        commands = re.findall(r"(?m)^  ([a-z]+)  ", self.ends(0, "--help"))
        hosts = {"invite", "list", "detail", "move", "remove", "report", "time", "verify", "diagnose", "qr", "ics", "changes", "call", "watch"}
        self.assertLessEqual(hosts, set(commands))
        for page in (self.ends(0, "man"), self.ends(0, "completions", "bash")):
            for command in commands:
                self.assertIn(command, page)

    def test_the_manual_lists_the_options_the_exit_codes_and_the_commands_of_the_help(self):
        pages = [(ROOT / f"bindings/cli/README{lang}.md").read_text("utf-8") for lang in ("", ".cs")]
        said = self.ends(0, "--help")
        for page in pages:
            listed = [int(code) for code in re.findall(r"(?m)^\| (\d+) \|", page)]
            self.assertEqual(listed, [int(code) for code in re.findall(r"(?m)^ +(\d+)  ", said.split("Exit codes:")[1])])
            for option in re.findall(r"--[a-z-]+", said):
                self.assertIn(f"`{option}", page)
            for command in re.findall(r"(?m)^  ([a-z]+)  ", said):
                self.assertRegex(page, rf"`{command}\b|[Hh]elp", command)
            for command in ("invite", "move", "qr", "ics", "changes", "watch", "call"):
                for option in re.findall(r"--[a-z-]+", self.ends(0, command, "--help")):
                    self.assertIn(f"`{option}", page)


class Encodings(ProgramTest):
    NAME = "Žofie Šťastná-Ďáblová"

    def test_files_of_dos_and_windows_round_trip_in_every_format(self):
        for number, (encoding, form) in enumerate((e, f) for e in ("cp1250", "cp852") for f in ("json", "lines", "csv")):
            with self.subTest(encoding=encoding, form=form):
                fields = patient(number, pacient_jmeno=self.NAME)
                text = {"json": json.dumps(fields, ensure_ascii=False), "lines": as_lines(fields).replace("\n", "\r\n") + "\x1a",
                        "csv": ";".join(fields) + "\r\n" + ";".join(fields.values()) + "\r\n"}[form]
                request, answer = self.folder / "request.txt", self.folder / "answer.txt"
                request.write_bytes(text.encode(encoding))
                made = self.ends(0, "invite", "--in", request, "--encoding", encoding)
                self.assertEqual([mail for mail in self.sandbox.control("meetings") if mail["meet_id"] == made["meet_id"]][0]["pacient_jmeno"], self.NAME)
                self.ends(0, "detail", made["meet_id"], "--encoding", encoding, "--out", answer)
                self.assertEqual(read_lines(answer.read_bytes(), encoding)["pacient_jmeno"], self.NAME)
                self.assertIn(b"\r\n", answer.read_bytes())

    def test_the_tables_are_those_of_python(self):
        for encoding in ("cp1250", "cp852"):
            letters = [letter for byte in range(128, 256) if (letter := bytes([byte]).decode(encoding, "ignore")).isalpha()]
            self.assertGreater(len(letters), 80)
            for at in range(0, len(letters), 40):
                name = "Jana " + "".join(letters[at:at + 40])
                request = self.folder / "request"
                request.write_bytes(as_lines(patient(pacient_jmeno=name)).encode(encoding))
                done = self.run_program("check", "--in", request, "--encoding", encoding)
                self.assertEqual(read_lines(done.stdout, encoding)["fields.pacient_jmeno"], name)

    def test_bytes_of_another_encoding_are_a_usage_error_and_nothing_is_sent(self):
        done = self.run_program("invite", "--in", "-", stdin=as_lines(patient(pacient_jmeno=self.NAME)).encode("cp1250"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("--encoding", done.stderr.decode())
        self.assertEqual(self.sandbox.control("requests"), [])


class Unknown(ProgramTest):
    def setUp(self):
        super().setUp()
        self.settings(timeout_ms=3000)

    def test_a_second_start_after_an_unknown_outcome_looks_and_does_not_send(self):
        self.fault(path="/api_meet_add/", works_on={"mail_ms": 0, "row_ms": 8000}, gateway={"gives_up_after_ms": 300, "answers": 504})
        self.assertEqual(self.ends(6, *self.invite_arguments())["name"], "VD_ERR_OUTCOME_UNKNOWN")
        again = self.ends(6, *self.invite_arguments(), "--look-for", "0.5")
        self.assertEqual(again["may_have_acted"], "true")
        self.assertEqual((len(self.sent()), len(self.sandbox.invited())), (1, 1))
        self.sandbox.control("idle")
        found = self.ends(0, *self.invite_arguments())
        self.assertEqual(found["reconciled"], "true")
        self.assertEqual((len(self.sent()), len(self.sandbox.invited())), (1, 1))
        self.assertEqual(json.loads((self.config.parent / "videodoktor-unknown.json").read_text()), [])

    def test_after_a_kill_the_second_start_finds_the_invitation(self):
        self.fault(path="/api_meet_add/", works_on={"mail_ms": 0, "row_ms": 3000})
        process = self.start(*self.invite_arguments())
        wait_until(self.sandbox.invited, "the invitation")
        self.kill(process)
        self.sandbox.control("idle")
        self.assertEqual(self.ends(0, *self.invite_arguments())["reconciled"], "true")
        self.assertEqual((len(self.sent()), len(self.sandbox.invited())), (1, 1))

    def test_a_removal_whose_outcome_is_unknown_is_not_sent_again(self):
        made = self.ends(0, *self.invite_arguments())
        self.fault(path="/api_meet_remove/", works_on={"mail_ms": 0, "row_ms": 8000}, gateway={"gives_up_after_ms": 300, "answers": 504})
        self.ends(6, "remove", made["meet_id"])
        self.ends(6, "remove", made["meet_id"], "--look-for", "0.5")
        self.sandbox.control("idle")
        self.assertEqual(self.ends(0, "remove", made["meet_id"])["reconciled"], "true")
        self.assertEqual(len(self.sent("/api_meet_remove/")), 1)

    def unknown_move(self, path):
        """A call to be moved, and the service slow at one of the two requests, with a gateway that gives up."""
        made = self.ends(0, *self.invite_arguments())
        self.fault(path=path, works_on={"mail_ms": 0, "row_ms": 8000}, gateway={"gives_up_after_ms": 300, "answers": 504})
        return ["move", made["meet_id"], "--start", "24.12.2090 10:00"]

    def test_a_second_move_after_an_unknown_invitation_looks_and_does_not_send(self):
        move = self.unknown_move("/api_meet_add/")
        self.assertEqual(self.ends(6, *move)["name"], "VD_ERR_OUTCOME_UNKNOWN")
        self.ends(6, *move, "--look-for", "0.5")
        # nor does an invitation of this patient to the same start
        invite = [part.replace("1.1.2090 8:00", "24.12.2090 10:00") for part in self.invite_arguments()]
        self.ends(6, *invite, "--look-for", "0.5")
        self.sandbox.control("idle")
        half = self.ends(7, *move, "--look-for", "0.5")
        self.assertEqual((half["name"], half["old_meet_id"]), ("VD_ERR_OLD_REMAINS", move[1]))
        self.assertEqual(half["meet_id"], self.ends(0, *invite)["meet_id"])
        self.assertEqual((len(self.sent()), len(self.sent("/api_meet_remove/")), len(self.sandbox.invited())), (2, 0, 2))

    def test_a_second_move_after_an_unknown_removal_looks_and_does_not_send(self):
        move = self.unknown_move("/api_meet_remove/")
        self.assertEqual(self.ends(7, *move)["name"], "VD_ERR_OLD_REMAINS")
        self.ends(7, *move, "--look-for", "0.5")
        self.ends(6, "remove", move[1], "--look-for", "0.5")
        self.sandbox.control("idle")
        self.assertEqual(self.ends(0, *move)["moved"], "true")
        self.assertEqual((len(self.sent()), len(self.sent("/api_meet_remove/"))), (2, 1))
        self.assertEqual(json.loads((self.config.parent / "videodoktor-unknown.json").read_text()), [])

    def test_a_removal_that_the_service_refused_is_ended_by_the_same_move(self):
        made = self.ends(0, *self.invite_arguments())
        self.fault(path="/api_meet_remove/", code="X005")
        move = ["move", made["meet_id"], "--start", "24.12.2090 10:00"]
        new = self.ends(7, *move)["meet_id"]
        moved = self.ends(0, *move)
        self.assertEqual((moved["meet_id"], moved["old_meet_id"], moved["reconciled"]), (new, made["meet_id"], "true"))
        self.assertEqual((len(self.sent()), len(self.sent("/api_meet_remove/")), self.ends(0, "list")["count"]), (2, 2, "1"))

    def test_after_a_kill_the_second_move_finds_what_the_first_did(self):
        made = self.ends(0, *self.invite_arguments())
        self.fault(path="/api_meet_remove/", works_on={"mail_ms": 0, "row_ms": 3000})
        move = ["move", made["meet_id"], "--start", "24.12.2090 10:00"]
        process = self.start(*move)
        wait_until(lambda: self.sent("/api_meet_remove/"), "the removal")
        self.kill(process)
        self.sandbox.control("idle")
        moved = self.ends(0, *move)
        self.assertEqual((moved["old_meet_id"], moved["reconciled"]), (made["meet_id"], "true"))
        self.assertEqual((len(self.sent()), len(self.sent("/api_meet_remove/")), self.ends(0, "list")["1.meet_id"]), (2, 1, moved["meet_id"]))
        self.assertEqual(json.loads((self.config.parent / "videodoktor-unknown.json").read_text()), [])
        self.ends(8, *move)

    def test_a_memory_that_cannot_be_written_keeps_the_invitation_from_being_sent(self):
        (self.config.parent / "videodoktor-unknown.json").write_text("torn", "utf-8")
        self.ends(2, *self.invite_arguments())
        self.assertEqual(self.sent(), [])

    def test_other_invitations_are_not_held_up(self):
        self.fault(path="/api_meet_add/", cut_before_acting=True)
        self.ends(6, *self.invite_arguments(0))
        self.ends(0, *self.invite_arguments(1))
        self.assertEqual(len(self.sandbox.invited()), 1)
