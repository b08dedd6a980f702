"""Servers that are reloaded under load, and a front that is restarted in the middle of a request."""

import concurrent.futures
import signal
import threading
import time

from library import OK, OUTCOME_UNKNOWN
from peers import FULL, Case, Patient, peers

LOAD_S, PRACTICES = (30, 8) if FULL else (6, 4)


class Load:
    """Some practices invite one patient after another until they are told to stop."""

    def __init__(self, case, url):
        self.case, self.url = case, url
        self.stop = threading.Event()
        self.invited = self.unknown = self.refused = 0
        self.lock = threading.Lock()

    def invite(self):
        practice = peers.practice(work={"before_row": 0.05})
        with peers.client(self.url, practice) as client:
            while not self.stop.is_set():
                patient = Patient()
                answer = client.meet_add(*patient.fields())
                self.check(practice, patient, answer)

    def check(self, practice, patient, answer):
        """Never two e-mails, and none that nobody knows of."""
        mails = len(practice.mails("invitation", patient.email))
        if answer.status == OK:
            self.case.invited_once(practice, patient, answer)
        elif answer.status == OUTCOME_UNKNOWN:
            self.case.assertLessEqual(mails, 1, answer)
        else:
            self.case.assertEqual(mails, 0, answer)
        with self.lock:
            self.invited += answer.status == OK
            self.unknown += answer.status == OUTCOME_UNKNOWN
            self.refused += answer.status not in (OK, OUTCOME_UNKNOWN)


class Restarts(Case):
    def reload_under_load(self, server, url):
        load = Load(self, url)
        with concurrent.futures.ThreadPoolExecutor(PRACTICES) as pool:
            running = [pool.submit(load.invite) for _ in range(PRACTICES)]
            until, reloads = time.monotonic() + LOAD_S, 0
            while time.monotonic() < until and not any(work.done() for work in running):
                before = load.invited
                while load.invited < before + PRACTICES and time.monotonic() < until:
                    time.sleep(0.01)  # until each may have invited once since the last reload
                server.reload()
                reloads += 1
            load.stop.set()
        for work in running:
            work.result()
        print(f"{server.name}: {reloads} reloads, {load.invited} invited, {load.unknown} unknown, {load.refused} refused", flush=True)
        self.assertGreater(reloads, 3)
        self.assertGreater(load.invited, 10)
        # a graceful reload lets requests end: what is unknown or refused is the exception
        self.assertLessEqual(load.unknown + load.refused, load.invited // 10)

    def test_apache_is_reloaded_under_load(self):
        self.reload_under_load(peers.apache, peers.apache.tls_url)

    def test_nginx_is_reloaded_under_load(self):
        self.reload_under_load(peers.nginx, peers.nginx.tls_url)

    def restarted_in_the_middle(self, practices, call):
        """HAProxy is restarted 0.7 s into 2 s of work of one call of each practice."""
        def ask(name, practice):
            with peers.client(peers.haproxy.url(f"{name}_tls"), practice) as client:
                return call(client, practice)

        with concurrent.futures.ThreadPoolExecutor(len(practices)) as pool:
            running = {name: pool.submit(ask, name, practice) for name, practice in practices.items()}
            for practice in practices.values():
                practice.wait_for_stage("before_row")
            time.sleep(0.7)  # the moment is what is tested
            peers.haproxy.restart()
            return {name: answer.result() for name, answer in running.items()}

    def practices(self):
        return {server.name: peers.practice(work={"before_row": 2}) for server in peers.servers}

    def test_haproxy_is_restarted_during_an_invitation(self):
        patients, practices = {}, self.practices()

        def invite(client, practice):
            patients[practice.key] = Patient()
            return client.meet_add(*patients[practice.key].fields())

        for name, answer in self.restarted_in_the_middle(practices, invite).items():
            with self.subTest(name):
                practices[name].wait_for_the_end_of_work(1)
                self.invited_once(practices[name], patients[practices[name].key], answer)
                self.assertTrue(answer.is_reconciled, answer)

    def test_haproxy_is_restarted_during_a_removal(self):
        practices = self.practices()
        for practice in practices.values():
            practice.insert_meeting("2090-11-23 10:00:00")
        answers = self.restarted_in_the_middle(practices, lambda client, practice: client.meet_remove(practice.meet_ids()[0]))
        for name, answer in answers.items():
            with self.subTest(name):
                practices[name].wait_for_the_end_of_work(1)
                self.assertEqual((len(practices[name].mails("cancellation")), practices[name].meet_ids()), (1, []), answer)
                self.assertTrue(answer.is_reconciled, answer)

    def test_a_proxy_that_dies_in_the_middle_of_an_invitation(self):
        """It is sent once: the answer is looked for through the proxy when that is back."""
        practice, patient = peers.practice(work={"before_row": 1.5}), Patient()
        proxy = peers.tinyproxy.process
        with peers.client(peers.apache.tls_url, practice, proxy=peers.tinyproxy.url) as client, concurrent.futures.ThreadPoolExecutor(1) as pool:
            adding = pool.submit(client.meet_add, *patient.fields())
            practice.wait_for_stage("before_row")
            proxy.end(signal.SIGKILL)
            proxy.start()
            answer = adding.result()
        practice.wait_for_the_end_of_work(1)
        self.assertIn(answer.status, (OK, OUTCOME_UNKNOWN), answer)
        self.assertEqual(practice.mails("invitation", patient.email), [patient.email], answer)
        if answer.status == OK:
            self.invited_once(practice, patient, answer)
