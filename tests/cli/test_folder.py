"""`watch FOLDER`: what a host that can only write files sees."""

import json
import os
import time

from folder import FolderTest
from program import as_lines, patient, wait_until


class Folder(FolderTest):
    def test_every_request_gets_its_answer_and_is_filed(self):
        self.put("a", patient(0))
        self.once()
        meet_id = self.answer("a")["meet_id"]
        requests = {"b": {"command": "list"}, "c": {"command": "detail", "meet_id": meet_id}, "d": {"command": "time"}, "e": {"command": "verify"},
                    "f": {"command": "check", **patient(1)}, "g": {"command": "report", "meet_id": meet_id}, "h": {"command": "nonsense"},
                    "i": {"command": "remove"}, "j": {"pacient_jmno": "Jana"}}
        for name, fields in requests.items():
            self.put(name, fields)
        self.fault(path="/api_meet_export/", body={"text": '{"export_url":""}'})
        (self.drop / "k.tmp").write_text("command=list", "utf-8")
        self.once()
        codes = {name: self.answer(name)["exit_code"] for name in requests}
        self.assertEqual(codes, {"b": "0", "c": "0", "d": "0", "e": "0", "f": "0", "g": "9", "h": "1", "i": "1", "j": "1"})
        self.assertEqual(self.names(), sorted([*(f"{name}.answer" for name in ("a", *requests)), "k.tmp", "videodoktor.lock"]))
        self.assertEqual(sorted(path.name for path in (self.drop / "done").iterdir()), sorted(f"{name}.request" for name in ("a", *requests)))
        self.put("l", {"command": "move", "meet_id": meet_id, "meet_start": "24.12.2090 10:00"})
        self.once()
        moved = self.answer("l")
        self.assertEqual((moved["old_meet_id"], moved["moved"]), (meet_id, "true"))
        self.put("m", {"command": "remove", "meet_id": moved["meet_id"]})
        self.once()
        self.assertEqual((self.answer("m")["status"], self.ends(0, "list")["count"]), ("0", "0"))

    def test_pictures_calendar_entries_and_calls_of_the_vendor_s(self):
        meet_id = self.ends(0, *self.invite_arguments())["meet_id"]
        requests = {"a": {"command": "qr", "meet_id": meet_id}, "b": {"command": "qr", "meet_id": meet_id, "ending": "bmp", "pixels": "300"},
                    "c": {"command": "ics", "meet_id": meet_id, "duration_min": "20"}, "d": {"command": "call", "call_name": "api_meet_detail", "meet_id": meet_id},
                    "e": {"command": "qr", "meet_id": meet_id, "ending": "exe"}, "f": {"command": "ics", "meet_id": meet_id, "duration_min": "x"},
                    "g": {"command": "qr"}, "h": {"command": "call"}}
        for name, fields in requests.items():
            self.put(name, fields)
        self.once()
        codes = {name: self.answer(name)["exit_code"] for name in requests}
        self.assertEqual(codes, {"a": "0", "b": "0", "c": "0", "d": "0", "e": "1", "f": "1", "g": "1", "h": "1"})
        self.assertEqual(self.answer("d")["pacient_jmeno"], "Jana Nováková")
        self.assertTrue((self.drop / "a.png").read_bytes().startswith(b"\x89PNG"))
        self.assertTrue((self.drop / "b.bmp").read_bytes().startswith(b"BM"))
        self.assertIn(b"DTEND;TZID=Europe/Prague:20900101T082000\r\n", (self.drop / "c.ics").read_bytes())
        self.assertEqual((self.drop / "a.png").stat().st_mode & 0o777, 0o600)

    def test_changes_are_those_since_the_request_before(self):
        for name, count in (("a", "1"), ("b", "0")):
            if name == "a":
                self.ends(0, *self.invite_arguments())
            self.put(name, {"command": "changes"})
            self.once()
            self.assertEqual(self.answer(name)["added.count"], count)
        self.ends(0, *self.invite_arguments(1))
        self.put("c", {"command": "changes"})
        self.once()
        self.assertEqual((self.answer("c")["added.1.pacient_email"], self.answer("c")["unchanged"]), ("jana1@example.cz", "1"))
        self.assertEqual((self.drop / "videodoktor-list.json").stat().st_mode & 0o777, 0o600)

    def test_patients_data_is_for_the_owner_alone(self):
        self.put("a", patient())
        self.once()
        for path in (self.drop / "a.answer", self.drop / "done" / "a.request"):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)
        self.assertEqual((self.drop / "done").stat().st_mode & 0o777, 0o700)

    def test_dos_files_are_answered_in_their_encoding(self):
        self.put("a", patient(pacient_jmeno="Žofie Šťastná"), "cp852")
        self.once("--encoding", "cp852")
        self.put("b", {"command": "list"}, "cp852")
        self.once("--encoding", "cp852")
        self.assertEqual(self.answer("b", "cp852")["1.pacient_jmeno"], "Žofie Šťastná")
        self.put("c", {"command": "list", "pacient_jmeno": "Žofie"}, "cp852")
        self.once()
        self.assertEqual(self.answer("c")["exit_code"], "1")

    def test_a_running_watcher_answers_and_keeps_a_second_one_away(self):
        watcher = self.start("watch", self.drop)
        self.put("a", patient())
        wait_until((self.drop / "done" / "a.request").exists, "the answer")
        self.assertEqual(self.answer("a")["status"], "0")
        self.once(code=2)
        watcher.kill()
        watcher.wait()
        self.once()

    def test_a_name_that_is_used_again_gets_a_new_answer(self):
        self.put("a", {"command": "list"})
        self.once()
        self.put("a", {"command": "time"})
        self.once()
        self.assertIn("iso", self.answer("a"))

    def test_what_was_taken_is_sent_and_what_may_have_been_sent_is_looked_for(self):
        self.ends(0, *self.invite_arguments(1))
        for name, number, stage in (("taken", 0, "taken"), ("there", 1, "sending"), ("lost", 2, "sending")):
            (self.drop / f"{name}.{stage}").write_text(as_lines(patient(number)), "utf-8")
        self.once()
        self.assertEqual({name: self.answer(name)["status"] for name in ("taken", "there", "lost")}, {"taken": "0", "there": "0", "lost": "50"})
        self.assertEqual(self.answer("there")["reconciled"], "true")
        self.assertEqual(sorted(address for _, address in self.sandbox.invited()), ["jana0@example.cz", "jana1@example.cz"])

    def test_a_move_that_may_have_been_sent_is_looked_for_and_never_sent(self):
        old = [self.ends(0, *self.invite_arguments(number))["meet_id"] for number in range(3)]
        starts = [f"{24 + number}.12.2090 10:00" for number in range(3)]
        done = self.ends(0, "move", old[0], "--start", starts[0])
        half = self.ends(0, "invite", "--name", "Jana Nováková", "--email", "jana1@example.cz", "--born", "1980", "--start", starts[1])
        before = len(self.sent()), len(self.sent("/api_meet_remove/"))
        for name, number in (("done", 0), ("half", 1), ("lost", 2)):
            (self.drop / f"{name}.sending").write_text(as_lines({"command": "move", "meet_id": old[number], "meet_start": starts[number]}), "utf-8")
        self.once()
        self.assertEqual({name: self.answer(name)["status"] for name in ("done", "half", "lost")}, {"done": "0", "half": "51", "lost": "50"})
        self.assertEqual((self.answer("done")["meet_id"], self.answer("half")["meet_id"]), (done["meet_id"], half["meet_id"]))
        self.assertEqual((len(self.sent()), len(self.sent("/api_meet_remove/"))), before)

    def test_an_answer_that_was_given_before_the_crash_stays(self):
        (self.drop / "a.sending").write_text(as_lines(patient()), "utf-8")
        (self.drop / "a.answer").write_text("status=0\n", "utf-8")
        self.once()
        self.assertEqual((self.drop / "a.answer").read_text(), "status=0\n")
        self.assertEqual(self.names(), ["a.answer", "videodoktor.lock"])
        self.assertEqual(self.sent(), [])

    def test_served_requests_go_after_their_days_and_others_stay(self):
        self.put("a", {"command": "list"})
        self.put("b", {"command": "list"})
        self.once()
        old = time.time() - 8 * 24 * 3600
        os.utime(self.drop / "done" / "a.request", (old, old))
        (self.drop / ".videodoktor-x.tmp").write_text("half an answer")
        self.once()
        self.assertEqual([path.name for path in (self.drop / "done").iterdir()], ["b.request"])
        self.assertEqual(self.names(), ["a.answer", "b.answer", "videodoktor.lock"])

    def test_json_and_csv_answers(self):
        self.put("a", {"command": "verify"})
        self.once("--format", "json")
        self.assertEqual(json.loads((self.drop / "a.answer").read_text())["result"], {"valid": True})
        self.put("a", {"command": "verify"})
        self.once("--format", "csv")
        self.assertEqual((self.drop / "a.answer").read_text().splitlines(), ["status;name;exit_code;valid", "0;VD_OK;0;true"])
