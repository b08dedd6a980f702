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
    def test_every_request_gets_one_answer_and_no_patient_two_invitations(self):
        print(f"{KILLS} kills, VIDEODOKTOR_SEED={SEED}", flush=True)
        chance = random.Random(SEED)
        # The service works for a while, so that a kill may come before, within and after it.
        self.fault(path="/api_meet_add/", works_on={"mail_ms": 15, "row_ms": 15}, times=1_000_000)
        written, stages = 0, collections.Counter()
        for _ in range(KILLS):
            watcher = self.start("watch", self.drop, "--look-for", "1", "--every-ms", "10")
            for _ in range(chance.randint(1, 2)):
                self.put(f"r{written}", patient(written))
                written += 1
            if chance.random() < 0.7:  # most kills come while something is being served, not while the program starts
                wait_until(lambda: not self.stage("request") or watcher.poll() is not None, "the taking of the requests")
            time.sleep(chance.uniform(0, 0.12))
            self.kill(watcher)
            stages.update(stage for stage in ("request", "taken", "sending") if self.stage(stage))
            stages["answered"] += all((self.drop / f"r{number}.answer").exists() for number in range(written))
        self.once()
        self.sandbox.control("idle")
        print(f"{written} requests; after a kill there were {dict(stages)}", flush=True)
        self.judge(written)
        self.assertGreater(stages["sending"], 0, "no kill came while a request was being sent: nothing was tested")

    def stage(self, name):
        return list(self.drop.glob(f"*.{name}"))

    def judge(self, written):
        mails = collections.Counter(address for _, address in self.sandbox.invited())
        outcomes = collections.Counter()
        for number in range(written):
            answer = read_lines((self.drop / f"r{number}.answer").read_bytes())
            invited = mails.pop(patient(number)["pacient_email"], 0)
            outcomes[answer["status"], invited] += 1
            self.assertTrue((self.drop / "done" / f"r{number}.request").exists())
        print(f"(status, e-mails): {dict(outcomes)}", flush=True)
        self.assertLessEqual(set(outcomes), {("0", 1), ("50", 0), ("50", 1)})
        self.assertEqual(mails, {}, "e-mails that nobody asked for")
        self.assertEqual([name for name in self.names() if not name.endswith((".answer", ".lock"))], [])
