"""Every call of the ABI, to both servers, in plain, over TLS and through each proxy."""

import pathlib

from library import CALLS, EXPORTS, OK, STATUS, json_get
from peers import FULL, Case, Patient, peers
from processes import wait_until
from proxies import LOGIN


def routes():
    """{name: (server, address, options)}: every way that leads to the service."""
    ways = {}
    for server in peers.servers:
        ways[f"{server.name}, plain"] = server.plain_url, {}
        ways[f"{server.name}, TLS"] = server.tls_url, {}
        ways[f"{server.name}, HAProxy with TLS"] = peers.haproxy.url(f"{server.name}_tls"), {}
        ways[f"{server.name}, HAProxy as TCP forwarder"] = peers.haproxy.url(f"{server.name}_tcp"), {}
        proxies = {
            "squid": peers.squid.url(), "squid with login": peers.squid.url(LOGIN), "tinyproxy": peers.tinyproxy.url, "dante": peers.dante.url(),
            "dante with login": peers.dante_with_login.url(LOGIN), "privoxy": peers.privoxy.url,
        }
        for name, proxy in proxies.items():
            ways[f"{server.name}, TLS through {name}"] = server.tls_url, {"proxy": proxy}
            ways[f"{server.name}, plain through {name}"] = server.plain_url, {"proxy": proxy}
        if FULL:
            inspected = {"proxy": peers.mitmproxy.url, "ca_file": str(peers.mitmproxy.ca_file)}
            ways[f"{server.name}, TLS through mitmproxy"] = server.tls_url, inspected
            ways[f"{server.name}, plain through mitmproxy"] = server.plain_url, inspected
    return ways


class Tour:
    """One client makes every call; each method is one of the ABI, and what it asserts is what the service's tables say."""

    def __init__(self, case, practice, client):
        self.case, self.practice, self.client = case, practice, client

    def succeed(self, answer):
        self.case.assertEqual(answer.status, OK, answer)
        return answer.value

    def vd_client_prepare(self):
        self.case.assertEqual(self.client.prepare().status, OK)
        # in the background a token is asked for: it appears in the service's table
        wait_until(lambda: self.practice.read("SELECT 1 FROM tokens WHERE api_key = ?", self.practice.key), "prepare did not ask for a token")

    def vd_verify(self):
        self.case.assertEqual(self.succeed(self.client.verify()), {"valid": True})

    def vd_time(self):
        value = self.succeed(self.client.time())
        self.case.assertRegex(value["time"], r"^\d\d\.\d\d\.\d{4}\.\d\d\.\d\d$")
        self.case.assertLess(abs(value["clock_skew_s"]), 61)

    def vd_meet_add(self):
        patient = Patient()
        answer = self.client.meet_add(*patient.fields())
        self.case.invited_once(self.practice, patient, answer)
        self.case.assertNotIn("reconciled", answer.value)
        self.case.assertEqual(answer.value["meet_url"], "https://demo.videodoktor.cz/hovor/" + answer.value["meet_id"])
        # the start is taken now, by this patient
        taken = self.client.meet_add(*patient.fields())
        self.case.assertEqual(taken.name, "VD_X024_START_TAKEN", taken)
        self.case.assertEqual(taken.error["existing"], {"meet_id": answer.value["meet_id"], "same_patient": True})
        self.case.invited_once(self.practice, patient, answer)

    def vd_meet_list(self):
        self.practice.insert_meeting("2090-12-01 09:30:00", name="Řehoř Šťastný / Dvořák")
        value = self.succeed(self.client.meet_list())
        self.case.assertEqual([row["meet_id"] for row in value], self.practice.meet_ids())
        row = value[-1]
        self.case.assertEqual((row["pacient_jmeno"], row["meet_active"], row["pacient_narozen"]), ("Řehoř Šťastný / Dvořák", 1, "1980"))
        self.case.assertEqual(row["meet_start"], "2090-12-01T09:30:00+01:00")

    def vd_meet_detail(self):
        meet_id = self.practice.insert_meeting("2090-07-02 10:00:00")
        value = self.succeed(self.client.meet_detail(meet_id))
        self.case.assertEqual((value["meet_id"], value["meet_time"], value["meet_start"]), (meet_id, "02.07.2090 10:00", "2090-07-02T10:00:00+02:00"))
        unknown = self.client.meet_detail("neni")
        self.case.assertEqual((unknown.name, unknown.error["source"]), ("VD_X004_MEET_ID", "server"))

    def vd_meet_remove(self):
        meet_id = self.practice.insert_meeting("2090-07-03 10:00:00", email="zrusena@example.cz")
        self.case.assertEqual(self.succeed(self.client.meet_remove(meet_id)), {"meet_id": meet_id})
        self.case.assertNotIn(meet_id, self.practice.meet_ids())
        self.case.assertEqual(self.practice.mails("cancellation").count("zrusena@example.cz"), 1)

    def vd_meet_move(self):
        meet_id = self.practice.insert_meeting("2090-07-04 10:00:00", email="presunuta@example.cz")
        value = self.succeed(self.client.meet_move(meet_id, None, None, None, None, "05.07.2090.11.15"))
        self.case.assertEqual((value["old_meet_id"], value["moved"]), (meet_id, True))
        moved = [row for row in self.practice.meetings() if row["pacient_email"] == "presunuta@example.cz"]
        self.case.assertEqual([(row["meet_id"], row["meet_time_imd"]) for row in moved], [(value["meet_id"], "2090-07-05 11:15:00")])
        self.case.assertEqual(len(self.practice.mails("invitation", "presunuta@example.cz")), 1)
        self.case.assertEqual(len(self.practice.mails("cancellation", "presunuta@example.cz")), 1)

    def vd_meet_export(self):
        value = self.succeed(self.client.meet_export(self.practice.insert_meeting("2020-01-01 10:00:00")))
        self.case.assertIn("/vykaz/?klic=", value["export_url"])

    def vd_meet_export_save(self):
        meet_id = self.practice.insert_meeting("2020-01-02 10:00:00")
        path = peers.folder.path / f"{meet_id}.pdf"
        value = self.succeed(self.client.meet_export_save(meet_id, path))
        report = path.read_bytes()
        self.case.assertTrue(report.startswith(b"%PDF-1.4\n% " + meet_id.encode()) and report.endswith(b"%%EOF\n"))
        self.case.assertEqual((value["bytes"], pathlib.Path(value["path"])), (len(report), path))

    def vd_call(self):
        meet_id = self.practice.insert_meeting("2090-07-06 10:00:00")
        value = self.succeed(self.client.call("api_meet_note", '{"meet_id":"%s","note":"příští týden"}' % meet_id))
        self.case.assertEqual(value, {"meet_id": meet_id, "saved": "1"})
        self.case.assertEqual([row["note"] for row in self.practice.notes()], ["příští týden"])

    def vd_diagnose(self):
        value = self.succeed(self.client.diagnose())
        self.case.assertTrue(value["ok"])
        self.case.assertEqual(value["steps"][-1]["step"], "keys")


class EveryCall(Case):
    def test_the_tour_knows_every_call_of_the_header(self):
        missing = {name for name in CALLS if not hasattr(Tour, name)}
        self.assertEqual(missing, set())

    def test_every_call_on_every_way(self):
        def tour(url, options):
            practice = peers.practice()
            with peers.client(url, practice, **options) as client:
                # prepare comes first: later calls would have asked for the token that it waits for
                for name in sorted(CALLS & set(dir(Tour)), key=lambda name: (name != "vd_client_prepare", name)):
                    getattr(Tour(self, practice, client), name)()

        # a few at a time: on a slow machine the time-outs of thirty clients at once would be what is tested
        ways = list(routes().items())
        for first in range(0, len(ways), 4):
            self.side_by_side({name: lambda way=way: tour(*way) for name, way in ways[first : first + 4]})
        for proxy in filter(None, [peers.squid, peers.tinyproxy, peers.dante, peers.dante_with_login, peers.privoxy, peers.mitmproxy]):
            for port in [port for server in peers.servers for port in (server.http, server.https)]:
                with self.subTest(f"{type(proxy).__name__} was passed"):
                    wait_until(lambda: proxy.has_led_to(port), f"{type(proxy).__name__} has led nobody to {port}")

    def test_what_came_back_can_be_read_without_a_parser(self):
        practice = peers.practice()
        practice.insert_meeting("2090-12-01 09:30:00")
        with peers.client(peers.apache.tls_url, practice) as client:
            self.assertEqual(json_get(client.meet_list().value, "/0/pacient_jmeno"), (OK, "Jana Nováková"))


class Habits(Case):
    """What PHP puts around the JSON."""

    def test_a_byte_order_mark_before_every_answer(self):
        def story(server):
            everything = ["api_verify", "api_meet_add", "api_meet_list", "api_meet_detail", "api_meet_remove", "api_meet_export", "api_meet_note"]
            practice = peers.practice(bom=everything)
            with peers.client(server.plain_url, practice) as client:
                tour = Tour(self, practice, client)
                for call in (tour.vd_meet_add, tour.vd_meet_list, tour.vd_meet_detail, tour.vd_meet_export, tour.vd_call, tour.vd_meet_remove):
                    call()

        self.side_by_side({server.name: lambda server=server: story(server) for server in peers.servers})

    def test_a_warning_before_the_answer_to_an_invitation_does_not_invite_twice(self):
        def story(server):
            practice, patient = peers.practice(warnings=["api_meet_add"]), Patient()
            with peers.client(server.tls_url, practice) as client:
                answer = client.meet_add(*patient.fields())
            # whether the JSON behind the warning is read or the meeting is looked up is not for this test to say
            self.invited_once(practice, patient, answer)

        self.side_by_side({server.name: lambda server=server: story(server) for server in peers.servers})

    def test_warnings_everywhere_leave_the_outcome_unknown_at_worst(self):
        def story(server):
            practice, patient = peers.practice(warnings=["api_meet_add", "api_meet_list"]), Patient()
            with peers.client(server.tls_url, practice, timeout_ms=8000) as client:
                answer = client.meet_add(*patient.fields())
            self.assertIn(answer.name, ("VD_OK", "VD_ERR_OUTCOME_UNKNOWN"), answer)
            self.assertEqual(practice.mails("invitation"), [patient.email])

        self.side_by_side({server.name: lambda server=server: story(server) for server in peers.servers})

    def test_a_warning_before_the_answer_to_a_vendors_call_says_that_it_may_have_been_done(self):
        def story(server):
            practice = peers.practice(warnings=["api_meet_note"])
            meet_id = practice.insert_meeting("2090-07-06 10:00:00")
            with peers.client(server.tls_url, practice) as client:
                answer = client.call("api_meet_note", '{"meet_id":"%s","note":"1"}' % meet_id)
            self.assertEqual(len(practice.notes()), 1)
            if answer.status != OK:
                self.assertEqual((answer.name, answer.error["retryable"]), ("VD_ERR_OUTCOME_UNKNOWN", False), answer)

        self.side_by_side({server.name: lambda server=server: story(server) for server in peers.servers})

    def test_the_services_own_refusals(self):
        table = [
            (("Jana N", "jana@example.cz", "", "1980", "01.11.2020.10.00"), "VD_X021_START_PAST"),
            (("Jana N", "jana@example.cz", "", "1980", "01.11.2090.03.30"), "VD_X022_START_OUTAGE"),
            (("Jana N", "jana@", "", "1980", "01.11.2090.10.00"), "VD_X011_EMAIL"),
            (("Jana", "jana@example.cz", "", "1980", "01.11.2090.10.00"), "VD_X010_NAME"),
            (("Jana N", "", "12345", "1980", "01.11.2090.10.00"), "VD_X012_PHONE"),
            (("Jana N", "", "", "1980", "01.11.2090.10.00"), "VD_X013_CONTACT"),
            (("Jana N", "jana@example.cz", "", "80", "01.11.2090.10.00"), "VD_X014_BIRTH_YEAR"),
            (("Jana N", "jana@example.cz", "", "1980", "dnes"), "VD_X020_START"),
        ]
        for server in peers.servers:
            practice = peers.practice()
            with peers.client(server.tls_url, practice, validate="server") as client:
                for fields, name in table:
                    with self.subTest(f"{server.name}: {name}"):
                        answer = client.meet_add(*fields)
                        self.assertEqual((answer.name, answer.error["source"]), (name, "server"), answer)
            self.assertEqual(practice.mails("invitation"), [])

    def test_a_report_that_is_not_there_yet(self):
        for server in peers.servers:
            practice = peers.practice()
            meet_id = practice.insert_meeting("2090-07-06 10:00:00")
            with self.subTest(server.name), peers.client(server.tls_url, practice) as client:
                answer = client.meet_export(meet_id)
                self.assertEqual((answer.status, answer.error["retryable"]), (STATUS.get("VD_ERR_REPORT_NOT_READY", 62), False), answer)

    def test_both_keys_are_checked(self):
        for server in peers.servers:
            practice = peers.practice()
            practice.key = "nobody's"
            with self.subTest(server.name), peers.client(server.tls_url, practice) as client:
                self.assertEqual(client.verify().name, "VD_X002_API_KEY")


assert "vd_string_free" in EXPORTS  # the header was read as it is written today
