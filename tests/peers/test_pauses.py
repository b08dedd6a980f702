"""Pauses about as long as the server keeps an idle connection: KeepAliveTimeout 5."""

import time

from library import OK
from peers import FULL, Case, Patient, peers

NEAR = [4.9, 5.1, 6.0]
# Where the server's end of the connection and our request may cross on the way.
CROSSING = [4.94 + 0.01 * step for step in range(13)] if FULL else [4.98, 5.0, 5.02]


class Pauses(Case):
    def invite_after(self, url, pause, options):
        """Two invitations with a pause between them; the second one's answer."""
        practice, first, second = peers.practice(), Patient(), Patient()
        with peers.client(url, practice, **options) as client:
            self.invited_once(practice, first, client.meet_add(*first.fields()))
            time.sleep(pause)  # the pause is what is tested
            answer = client.meet_add(*second.fields())
        return practice, second, answer

    def each(self, pauses, story):
        ways = {server.name: (server.plain_url, {}) for server in peers.servers}
        ways |= {f"{server.name}, TLS": (server.tls_url, {}) for server in peers.servers}
        if FULL:
            ways |= {f"{server.name}, no token kept": (server.tls_url, {"prefetch_tokens": 0}) for server in peers.servers}
        self.side_by_side({f"{name}, {pause:.2f} s": lambda way=way, pause=pause: story(*way, pause) for name, way in ways.items() for pause in pauses})

    def test_an_invitation_after_a_pause_is_made_once(self):
        def story(url, options, pause):
            practice, patient, answer = self.invite_after(url, pause, options)
            self.invited_once(practice, patient, answer)

        self.each(NEAR, story)

    def test_a_request_that_crosses_the_end_of_its_connection_invites_at_most_once(self):
        def story(url, options, pause):
            practice, patient, answer = self.invite_after(url, pause, options)
            if answer.status == OK:
                self.invited_once(practice, patient, answer)
            else:
                self.assertEqual(answer.name, "VD_ERR_OUTCOME_UNKNOWN", answer)
                self.assertLessEqual(len(practice.mails("invitation", patient.email)), 1)

        self.each(CROSSING, story)
