"""The worker that carries out a request is killed: before the e-mail, between e-mail and row, and when all is done but not answered."""

import concurrent.futures

from library import OK, OUTCOME_UNKNOWN
from peers import Case, Patient, peers
from test_gateways import note

# stage at which the worker dies: (e-mails, row written)
STAGES = {"before_mail": (0, False), "before_row": (1, False), "before_answer": (1, True)}


class KilledWorkers(Case):
    def each(self, story):
        """All stages on both servers at once."""
        stories = {}
        for server in peers.servers:
            for stage, (mails, is_done) in STAGES.items():
                stories[f"{server.name}, {stage}"] = lambda server=server, stage=stage, mails=mails, is_done=is_done: story(server, stage, mails, is_done)
        self.side_by_side(stories)

    def answer_of_killed(self, practice, server, stage, call):
        with peers.client(server.tls_url, practice) as client, concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(call, client)
            practice.kill_worker_at(stage)
            return answer.result()

    def test_an_invitation(self):
        def story(server, stage, mails, is_done):
            practice, patient = peers.practice(hold=stage), Patient()
            answer = self.answer_of_killed(practice, server, stage, lambda client: client.meet_add(*patient.fields()))
            self.assertEqual(len(practice.mails("invitation", patient.email)), mails, answer)
            self.assertEqual(len(practice.meetings()), int(is_done), answer)
            if is_done:
                self.invited_once(practice, patient, answer)
                self.assertTrue(answer.is_reconciled, answer)
            else:
                self.assertEqual((answer.status, answer.error.get("retryable")), (OUTCOME_UNKNOWN, False), answer)

        self.each(story)

    def test_a_removal(self):
        def story(server, stage, mails, is_done):
            practice = peers.practice(hold=stage)
            meet_id = practice.insert_meeting("2090-11-23 10:00:00")
            answer = self.answer_of_killed(practice, server, stage, lambda client: client.meet_remove(meet_id))
            self.assertEqual((len(practice.mails("cancellation")), practice.meet_ids()), (mails, [] if is_done else [meet_id]), answer)
            self.assertEqual(answer.status, OK if is_done else OUTCOME_UNKNOWN, answer)

        self.each(story)

    def test_a_vendors_call(self):
        def story(server, stage, mails, is_done):
            practice = peers.practice(hold=stage)
            meet_id = practice.insert_meeting("2090-11-23 10:00:00")
            answer = self.answer_of_killed(practice, server, stage, lambda client: note(client, meet_id))
            self.assertEqual((len(practice.mails("note")), len(practice.notes())), (mails, int(is_done)), answer)
            self.assertEqual((answer.status, answer.error.get("retryable")), (OUTCOME_UNKNOWN, False), answer)

        self.each(story)
