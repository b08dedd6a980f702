"""The watcher is killed at random moments; the sandbox's journal of e-mails is the judge."""

import collections
import os
import random
import time

from folder import FolderTest
from program import patient, read_lines, wait_until

KILLS = int(os.environ.get("VIDEODOKTOR_KILLS", "40"))
SEED = int(os.environ.get("VIDEODOKTOR_SEED", "0")) or random.randrange(1, 1 << 32)


class Killed(FolderTest):
    kills = KILLS

    def test_every_request_gets_one_answer_and_no_patient_two_invitations(self):
        print(f"{self.kills} kills, VIDEODOKTOR_SEED={SEED}", flush=True)
        chance = random.Random(SEED)
        # The service works for a while, so that a kill may come before, within and after it.
        for path in ("/api_meet_add/", "/api_meet_remove/"):
            self.fault(path=path, works_on={"mail_ms": 15, "row_ms": 15}, times=1_000_000)
        asked, stages = [], collections.Counter()
        for _ in range(self.kills):
            watcher = self.start("watch", self.drop, "--look-for", "1", "--every-ms", "10")
            for _ in range(chance.randint(1, 2)):
                asked.append(self.request(chance, asked))
                self.put(f"r{len(asked) - 1}", asked[-1])
            if chance.random() < 0.7:  # most kills come while something is being served, not while the program starts
                wait_until(lambda: not self.stage("request") or watcher.poll() is not None, "the taking of the requests")
            time.sleep(chance.uniform(0, 0.12))
            self.kill(watcher)
            stages.update(stage for stage in ("request", "taken", "sending") if self.stage(stage))
            stages["answered"] += all((self.drop / f"r{number}.answer").exists() for number in range(len(asked)))
        self.once()
        self.sandbox.control("idle")
        print(f"{len(asked)} requests; after a kill there were {dict(stages)}", flush=True)
        self.check(asked)
        self.assertGreater(stages["sending"], 0, "no kill came while a request was being sent: nothing was tested")

    def request(self, chance, asked):
        """Mostly an invitation; now and then a move, to a start of its own, of a call that was made and not moved yet."""
        number = len(asked)
        moved = {fields.get("meet_id") for fields in asked}
        answers = filter(None, map(self.answered, range(max(0, number - 20), number)))
        made = [answer["meet_id"] for answer in answers if answer["status"] == "0" and "moved" not in answer]
        movable = [meet_id for meet_id in made if meet_id not in moved]
        if movable and chance.random() < 0.3:
            return {"command": "move", "meet_id": movable[0], "meet_start": patient(number)["meet_start"]}
        return patient(number)

    def answered(self, number):
        answer = self.drop / f"r{number}.answer"
        return read_lines(answer.read_bytes()) if answer.exists() else None

    def stage(self, name):
        return list(self.drop.glob(f"*.{name}"))

    def check(self, asked):
        """(command, status, invitations, cancellations) of each request: what the sandbox mailed to its patient, less what the invitation before a move did."""
        mails = collections.Counter((mail["letter"], mail["address"]) for mail in self.sandbox.control("mails") if mail["to"] == "patient")
        outcomes, address_of = collections.Counter(), {}
        for number, fields in enumerate(asked):
            answer = self.answered(number)
            self.assertTrue((self.drop / "done" / f"r{number}.request").exists())
            if "command" not in fields:
                address_of[answer.get("meet_id", number)] = fields["pacient_email"]
        moves = {address_of[fields["meet_id"]]: number for number, fields in enumerate(asked) if "command" in fields}
        for number, fields in enumerate(asked):
            if "command" in fields:
                continue
            invited, cancelled = (mails.pop((letter, fields["pacient_email"]), 0) for letter in ("invitation", "cancellation"))
            status = self.answered(number)["status"]
            if fields["pacient_email"] in moves:
                outcomes["move", self.answered(moves[fields["pacient_email"]])["status"], invited - 1, cancelled] += 1
                invited, cancelled = 1, 0
            outcomes["invite", status, invited, cancelled] += 1
        print("(request, status, invitations, cancellations): " + ", ".join(f"{key}: {count}" for key, count in sorted(outcomes.items())), flush=True)
        allowed = {("invite", "0", 1, 0), ("invite", "50", 0, 0), ("invite", "50", 1, 0), ("move", "0", 1, 1), ("move", "50", 0, 0), ("move", "50", 1, 0),
                   ("move", "51", 1, 0), ("move", "51", 1, 1)}
        self.assertLessEqual(set(outcomes), allowed)
        self.assertEqual(mails, {}, "e-mails that nobody asked for")
        self.assertEqual([name for name in self.names() if not name.endswith((".answer", ".lock"))], [])
