"""What only a proxy can do: ask for a login, inspect TLS, know names that nobody else knows."""

import concurrent.futures
import unittest

import ntlm
from asking_proxy import AskingProxy
from kerberos import REALM, USER, SilentKdc
from library import OK
from peers import FULL, Case, Patient, peers
from proxies import LOGIN, StallingProxy
from servers import HOST


class Proxies(Case):
    def test_squid_asks_for_a_login_and_nothing_was_sent(self):
        for login in (None, ("ordinace", "spatne")):
            proxy = f"http://127.0.0.1:{peers.squid.login}" if login is None else peers.squid.url(login)
            practice, patient = peers.practice(), Patient()
            with self.subTest(login), peers.client(peers.apache.tls_url, practice, proxy=proxy) as client:
                answer = client.meet_add(*patient.fields())
                self.assertEqual(answer.name, "VD_ERR_PROXY_AUTH", answer)
                self.assertEqual((practice.mails("invitation"), practice.meetings()), ([], []))
                self.assertNotIn("spatne", str(answer))

    def test_kerberos_logs_in_by_the_users_ticket(self):
        proxy = f"http://localhost:{peers.squid.kerberos}"
        for auth in ("auto", "negotiate"):
            practice, patient = peers.practice(), Patient()
            with self.subTest(auth):
                calls = ("meet_add", *patient.fields()), ("diagnose",)
                added, report = peers.calls_as(peers.kerberos.of_user(), peers.apache.tls_url, practice, *calls, proxy=proxy, proxy_auth=auth)
                self.invited_once(practice, patient, added)
                self.assertEqual(report.value["steps"][0]["detail"], f"option proxy: localhost:{peers.squid.kerberos}")
                self.assertNotIn(USER, str(report.value))
        self.assertIn(f"{USER}@{REALM}", peers.squid.log.read_text(), "squid knows who it was")

    def test_kerberos_without_a_ticket_is_named_and_nothing_was_sent(self):
        practice, patient = peers.practice(), Patient()
        proxy = f"http://localhost:{peers.squid.kerberos}"
        [answer] = peers.calls_as(peers.kerberos.of_nobody(), peers.apache.tls_url, practice, ("meet_add", *patient.fields()), proxy=proxy)
        self.assertEqual(answer.name, "VD_ERR_PROXY_AUTH", answer)
        self.assertIn("asks for a login (407) and offers Negotiate; Negotiate: ", answer.error["detail"])
        self.assertNotIn(str(peers.folder.path), answer.error["detail"], "no name of a file of tickets")
        self.assertEqual((practice.mails("invitation"), practice.meetings()), ([], []))

    def test_a_silent_kdc_costs_no_call_more_than_its_time(self):
        proxy = f"http://localhost:{peers.squid.kerberos}"
        with SilentKdc() as kdc:
            # a ticket for the proxy may lie in the user's cache: without it the KDC has to be asked
            environment = {**peers.kerberos.with_silent_kdc(kdc.port), "KRB5CCNAME": peers.kerberos.only_login()}
            [answer] = peers.calls_as(environment, peers.apache.tls_url, peers.practice(), ("verify",), proxy=proxy, timeout_ms=1500, retries=0)
        self.assertEqual(answer.name, "VD_ERR_TIMEOUT", answer)
        self.assertLess(answer.took, 4)

    def test_a_proxy_that_stalls_in_the_middle_of_the_login_keeps_nobody(self):
        for is_interrupted in (False, True):
            proxy = StallingProxy()
            self.addCleanup(proxy.stop)
            options = {"proxy": f"http://a:b@127.0.0.1:{proxy.port}", "retries": 0, "timeout_ms": 30000 if is_interrupted else 1500, "connect_timeout_ms": 30000}
            with self.subTest(is_interrupted), peers.client(peers.apache.tls_url, peers.practice(), **options) as client:
                with concurrent.futures.ThreadPoolExecutor() as pool:
                    verifying = pool.submit(client.verify)
                    self.assertTrue(proxy.stalled.wait(20))
                    if is_interrupted:
                        self.assertEqual(client.interrupt(), OK)
                    answer = verifying.result()
                self.assertEqual(answer.name, "VD_ERR_CANCELLED" if is_interrupted else "VD_ERR_TIMEOUT", answer)
                self.assertLess(answer.took, 4)

    def test_digest_is_a_named_refusal(self):
        name, password = LOGIN
        proxy = f"http://{name}:{password}@127.0.0.1:{peers.squid.digest}"
        with peers.client(peers.apache.tls_url, peers.practice(), proxy=proxy) as client:
            answer = client.verify()
            self.assertEqual(answer.name, "VD_ERR_PROXY_AUTH", answer)
            self.assertIn("offers Digest; Digest is not supported", answer.error["detail"])
            self.assertNotIn(password, str(answer))

    def test_ntlm_is_a_named_refusal_and_nothing_was_sent(self):
        for auth in ("auto", "negotiate", "ntlm"):
            practice, patient = peers.practice(), Patient()
            proxy = f"http://{ntlm.DOMAIN}%5C{ntlm.USER}:{ntlm.PASSWORD}@127.0.0.1:{peers.squid.ntlm}"
            with self.subTest(auth), peers.client(peers.apache.tls_url, practice, proxy=proxy, proxy_auth=auth) as client:
                answer = client.meet_add(*patient.fields())
                self.assertEqual(answer.name, "VD_ERR_PROXY_AUTH", answer)
                self.assertIn("asks for a login (407) and offers NTLM; ", answer.error["detail"])
                self.assertIn("NTLM is supported on Windows only", answer.error["detail"])
                self.assertEqual((practice.mails("invitation"), practice.meetings()), ([], []))
                self.assertNotIn(ntlm.PASSWORD, str(answer))

    def test_no_token_of_ntlm_leaves_inside_negotiate(self):
        """With a ticket the proxy is shown Kerberos'; a system with nothing but gss-ntlmssp would answer to Negotiate by NTLM."""
        asking = AskingProxy()
        self.addCleanup(asking.stop)
        proxy = "http://" + asking.address.replace("127.0.0.1", "localhost")
        users = {"Negotiate": peers.kerberos.of_user(), "nothing": peers.kerberos.of_nobody_with_ntlm()}
        for shown, environment in users.items():
            for auth in ("auto", "negotiate", "ntlm"):
                with self.subTest(f"{auth}: {shown}"):
                    [answer] = peers.calls_as(environment, peers.apache.tls_url, peers.practice(), ("verify",), proxy=proxy, proxy_auth=auth, retries=0)
                    self.assertEqual((answer.name, asking.take_shown()), ("VD_ERR_PROXY_AUTH", shown), answer)
                    if shown == "nothing":
                        self.assertIn("Negotiate: there is no Kerberos ticket for it, and the system would use NTLM", answer.error["detail"])

    def test_the_login_of_a_socks_proxy(self):
        """RFC 1929, as dante checks it against the accounts of the system."""
        name, password = LOGIN
        practice, patient = peers.practice(), Patient()
        with peers.client(peers.apache.tls_url, practice, proxy=peers.dante_with_login.url(LOGIN)) as client:
            self.invited_once(practice, patient, client.meet_add(*patient.fields()))
        for login in (None, (name, "spatne"), ("nikdo", password)):
            practice, patient = peers.practice(), Patient()
            with self.subTest(login), peers.client(peers.apache.tls_url, practice, proxy=peers.dante_with_login.url(login), retries=0) as client:
                answer = client.meet_add(*patient.fields())
                self.assertEqual(answer.name, "VD_ERR_PROXY_AUTH", answer)
                self.assertEqual((practice.mails("invitation"), practice.meetings()), ([], []))
                self.assertNotIn("spatne", str(answer))

    def test_a_name_that_only_the_proxy_knows(self):
        practice, patient = peers.practice(), Patient()
        address = f"https://ordinace.test:{peers.nginx.https}"
        with peers.client(address, practice, proxy=peers.squid.url()) as client:
            self.invited_once(practice, patient, client.meet_add(*patient.fields()))
        with peers.client(address, practice, timeout_ms=5000) as client:
            self.assertEqual(client.verify().name, "VD_ERR_DNS")

    def test_a_server_that_the_proxy_cannot_reach(self):
        """Nothing was sent, so a change is refused like any other call, by each proxy in its own way."""
        nobody = f"https://{HOST}:1"
        for name, proxy in {"squid": peers.squid.url(), "tinyproxy": peers.tinyproxy.url, "dante": peers.dante.url(), "privoxy": peers.privoxy.url}.items():
            practice, patient = peers.practice(), Patient()
            with self.subTest(name), peers.client(nobody, practice, proxy=proxy, retries=0) as client:
                answer = client.meet_add(*patient.fields())
                self.assertIn(answer.name, ("VD_ERR_PROXY", "VD_ERR_CONNECT", "VD_ERR_HTTP"), answer)

    def test_a_certificate_of_an_unknown_authority(self):
        practice = peers.practice()
        for server in peers.servers:
            with self.subTest(server.name), peers.client(server.tls_url, practice, ca_file=None) as client:
                self.assertEqual(client.verify().name, "VD_ERR_TLS_UNTRUSTED")

    @unittest.skipUnless(FULL, "mitmproxy runs in the full form")
    def test_an_inspecting_proxy_that_is_not_trusted(self):
        practice, patient = peers.practice(), Patient()
        with peers.client(peers.apache.tls_url, practice, proxy=peers.mitmproxy.url) as client:
            answer = client.meet_add(*patient.fields())
            self.assertEqual(answer.name, "VD_ERR_TLS_UNTRUSTED", answer)
            self.assertEqual((practice.mails("invitation"), practice.meetings()), ([], []))
            self.assertIn("an antivirus or a proxy that inspects TLS", str(client.diagnose().value))
        # trusted, it passes everything on: test_calls.py makes every call through it
        with peers.client(peers.apache.tls_url, practice, proxy=peers.mitmproxy.url, ca_file=str(peers.mitmproxy.ca_file)) as client:
            self.assertEqual(client.verify().status, OK)
