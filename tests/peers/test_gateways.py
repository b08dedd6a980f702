"""Gateways that wait shorter than the service works: it goes on, e-mails, and shows its row at the end."""

import json
import unittest

from library import OUTCOME_UNKNOWN
from peers import FULL, Case, Patient, peers

GATEWAY_S = 4  # as in the configuration of all three
WORK_S = 6
# Looks begin at once and end after 10 s; one that has begun may take 3 s.
LOOKED_S = 13


def gateways():
    return {
        "HAProxy before Apache": peers.haproxy.url("gateway"),
        "nginx before php-fpm": peers.nginx.gateway_url,
        "Apache before nginx": peers.apache.gateway_url,
    }


def note(client, meet_id):
    return client.call("api_meet_note", json.dumps({"meet_id": meet_id, "note": "1"}))


class Gateways(Case):
    def each(self, story):
        self.side_by_side({name: lambda url=url: story(url) for name, url in gateways().items()})

    def found_in_time(self, answer):
        self.assertGreater(answer.took, GATEWAY_S - 1, answer)  # else no gateway gave up
        self.assertLess(answer.took, GATEWAY_S + LOOKED_S, answer)

    def test_an_invitation_is_found_and_not_repeated(self):
        def story(url):
            practice, patient = peers.practice(work={"before_row": WORK_S}), Patient()
            with peers.client(url, practice) as client:
                answer = client.meet_add(*patient.fields())
            practice.wait_for_the_end_of_work(1)
            self.assertEqual(len(practice.stages("before_mail")), 1, answer)
            self.invited_once(practice, patient, answer)
            self.assertTrue(answer.is_reconciled, answer)
            self.found_in_time(answer)

        self.each(story)

    def test_a_removal_is_found_and_not_repeated(self):
        def story(url):
            practice = peers.practice(work={"before_row": WORK_S})
            meet_id = practice.insert_meeting("2090-11-23 10:00:00")
            with peers.client(url, practice) as client:
                answer = client.meet_remove(meet_id)
            practice.wait_for_the_end_of_work(1)
            self.assertEqual((len(practice.mails("cancellation")), practice.meet_ids()), (1, []), answer)
            self.assertTrue(answer.is_reconciled, answer)
            self.found_in_time(answer)

        self.each(story)

    def test_a_vendors_call_is_not_repeated_and_nobody_is_told_to(self):
        def story(url):
            practice = peers.practice(work={"before_row": WORK_S})
            meet_id = practice.insert_meeting("2090-11-23 10:00:00")
            with peers.client(url, practice) as client:
                answer = note(client, meet_id)
            practice.wait_for_the_end_of_work(1)
            self.assertEqual((len(practice.mails("note")), len(practice.notes())), (1, 1), answer)
            self.assertEqual((answer.status, answer.error.get("retryable")), (OUTCOME_UNKNOWN, False), answer)

        self.each(story)

    @unittest.skipUnless(FULL, "half a minute of work: the full form")
    def test_work_longer_than_anybody_looks_is_unknown_and_then_found_by_the_same_call(self):
        def story(url):
            practice, patient = peers.practice(work={"before_row": 25}), Patient()
            with peers.client(url, practice) as client:
                answer = client.meet_add(*patient.fields())
                self.assertEqual((answer.status, answer.error.get("retryable")), (OUTCOME_UNKNOWN, False), answer)
                practice.wait_for_the_end_of_work(1)
                again = client.meet_add(*patient.fields())
            self.invited_once(practice, patient, again)
            self.assertTrue(again.is_reconciled, again)

        self.each(story)

    @unittest.skipUnless(FULL, "half a minute of work: the full form")
    def test_work_longer_than_the_time_out_without_a_gateway(self):
        def story(server):
            practice, patient = peers.practice(work={"before_row": 22}), Patient()
            with peers.client(server.tls_url, practice) as client:
                answer = client.meet_add(*patient.fields())
            practice.wait_for_the_end_of_work(1)
            self.invited_once(practice, patient, answer)

        self.side_by_side({server.name: lambda server=server: story(server) for server in peers.servers})
