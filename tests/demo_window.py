"""The window of a demo, used as a person would: the same tests for Delphi's and .NET's, which look alike.

A module of tests has a fixture `demo` and makes its test classes of WithService and OnItsOwn.
"""

import contextlib
import fcntl
import os
import socket
import tempfile
from pathlib import Path

import pytest
import screen
import sheets
from sandbox import Sandbox
from screen import PATIENCE, until

# Where the buttons and the field of the e-mail address are, see MainForm.pas and MainForm.cs.
INVITE, MOVE, REMOVE, REFRESH, CALENDAR, PRINT, CANCEL = (74, 321), (201, 321), (74, 357), (201, 357), (74, 393), (201, 393), (74, 429)
EMAIL, START = (130, 119), (130, 269)
PREVIEW = (450, 280)  # of an invitation: it stands over the middle of the window
DEFAULT_PORT = 43210  # of the sandbox and of demos without settings
SLOW = 60_000  # milliseconds: longer than any time-out
PETR = b'{"practice":0,"pacient_jmeno":"Petr Nov\xc3\xa1k","pacient_telefon":"777999888","pacient_narozen":"1955","meet_start":"2090-11-23 10:00"}'
# seconds after which the window asks for the list by itself, and some more
WATCHES_WITHIN = 120
# the longest message of all, and its end
UNTRUSTED = "Certifikát serveru vydala neznámá autorita: spojení nejspíš kontroluje antivirus nebo firemní proxy server."
UNTRUSTED_END = "ať předá dodavateli programu certifikát, kterým antivirus nebo proxy spojení podepisuje (volba ca_file)."
# a picture of the page may differ from the one just taken by the date and by this much
PIXELS_APART = 0.02


class Demo:
    """`command` starts it, the rows of its list are at `rows`, and its picture is kept in the repository as `kept`."""

    def __init__(self, command, sandbox, rows, kept, taken):
        self.command, self.sandbox, self.rows, self.kept, self.taken = command, sandbox, rows, kept, taken

    def window(self, **settings):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VIDEODOKTOR_") and "proxy" not in name.lower()}
        return screen.window(self.command, {**environment, **settings}, "VideoDoktor")


class Service:
    """What the stories ask of a sandbox."""

    def __init__(self, sandbox):
        self.control, self.https = sandbox.control, sandbox.https

    def asked(self, path):
        return self.control("counters")["requests"].get(path, 0)

    def lists(self):
        return self.asked("/api_meet_list/")

    def removed(self):
        """Of each call, in the order of the list, whether it is removed."""
        return [meeting["removed_at"] is not None for meeting in self.control("meetings")]


def sandbox_at(demo, http="127.0.0.1:0"):
    return Sandbox([demo.sandbox, "--http", http, "--https", "127.0.0.1:0"])


@contextlib.contextmanager
def default_port():
    """Once it is free: somebody else's sandbox may be there, or a connection to which the system has given this port. The tests of another demo wait until we are done."""
    with open(Path(tempfile.gettempdir()) / f"videodoktor-port-{DEFAULT_PORT}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not until(is_free, seconds=120, every=1):
            raise RuntimeError(f"port {DEFAULT_PORT}, the sandbox's default, stays taken: end the sandbox that runs on this machine")
        yield f"127.0.0.1:{DEFAULT_PORT}"


def is_free():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the sandbox does: connections that have ended do not count
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            return False
        return True


class WithService:
    @pytest.fixture(scope="class")
    @classmethod
    def used(cls, demo):
        """The window and its service: they are the same for the whole class, and each test goes on where the one before it left them."""
        with sandbox_at(demo) as sandbox:
            settings = {"URL": sandbox.https, "APP_KEY": sandbox.app_key, "API_KEY": sandbox.practice_key, "CA_FILE": sandbox.ca_file}
            with demo.window(**{f"VIDEODOKTOR_{name}": value for name, value in settings.items()}) as window:
                yield window, Service(sandbox)

    @pytest.fixture
    def window(self, used):
        return used[0]

    @pytest.fixture
    def service(self, used):
        return used[1]

    def test_it_lists_when_it_opens(self, demo, window, service):
        assert until(service.lists, PATIENCE)
        assert window.shows(f"Služba: {service.https}"), window.text()

    def test_it_invites_once(self, demo, window, service):
        assert window.click_until(lambda: service.control("meetings"), INVITE), "a click on Pozvat invites the patient"
        assert window.shows("Pacient je pozván: Jana Nováková"), f"the window says that the patient is invited: {window.text()}"
        assert len(service.control("meetings")) == 1, "once"

    def test_it_says_that_the_start_is_taken(self, demo, window, service):
        before = service.asked("/api_meet_add/")
        window.click_until(lambda: service.asked("/api_meet_add/") > before, INVITE)
        assert window.shows("nebo nejprve zrušte původní"), f"of a start that is taken the window says what to do: {window.text()}"

    def test_it_saves_a_call_for_a_calendar(self, demo, window, service):
        meet_id = service.control("meetings")[0]["meet_id"]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "saved.ics"

            def is_saved():
                if not file.exists():
                    window.press("Escape")  # a dialog of the attempt before
                    before = window.windows()
                    window.click(demo.rows[0], CALENDAR)
                    until(lambda: window.windows() > before, 10)
                    window.press("ctrl+a")
                    window.type(str(file))
                    window.press("Return")
                    until(file.exists, 5)
                return file.exists()

            assert until(is_saved, PATIENCE), f"a click on Do kalendáře saves a file: {window.text()}"
            text = file.read_bytes().decode().replace("\r\n ", "") if file.exists() else ""
            assert "BEGIN:VEVENT" in text and f"/meet/{meet_id}" in text, f"with the address of the selected call: {text}"
            assert window.shows("Otevřete soubor, a videohovor se přidá do kalendáře."), f"and the window says what to do with it: {window.text()}"

    def test_it_shows_an_invitation_with_a_code(self, demo, window, service):
        meet_id = service.control("meetings")[0]["meet_id"]
        with tempfile.TemporaryDirectory() as folder:

            def is_shown():
                window.click(demo.rows[0], PRINT)
                return until(lambda: sheets.code_in(window.whole_screen(f"{folder}/screen.png")).endswith(f"/meet/{meet_id}"), 5)

            def is_closed():
                window.point_at(PREVIEW)  # without a window manager, keys go to what is under the pointer
                window.press("Escape")
                return until(lambda: window.windows() <= before, 5)

            before = window.windows()
            assert until(is_shown, PATIENCE), f"a click on Pozvánka shows the invitation, whose code opens the selected call: {window.text()}"
            assert until(is_closed, PATIENCE), f"and Escape closes it: {window.text()}"

    def test_it_moves_the_selected_call(self, demo, window, service):
        window.fill(START, "24.11.2090 10:00")
        window.click_until(lambda: any(service.removed()), demo.rows[0], MOVE)
        assert window.shows("Videohovor je přesunut. Pacient dostane novou pozvánku a zrušení původní."), f"the window says that the call is moved: {window.text()}"
        assert service.removed() == [True, False], f"a click on Přesunout makes one call and removes one: {service.removed()}"

    def test_it_tells_of_a_move_whose_old_call_remains(self, demo, window, service):
        window.fill(START, "25.11.2090 10:00")
        service.control("faults", b'{"path":"/api_meet_remove/","code":"X005","times":20}')
        window.click_until(lambda: len(service.control("meetings")) == 3, demo.rows[0], MOVE)
        assert window.shows("ale původní videohovor možná ještě existuje."), f"of a move whose old call may remain the window says so: {window.text()}"
        assert window.shows("Odkaz pro lékaře k novému videohovoru:"), f"and where the new one is joined: {window.text()}"
        service.control("reset", b"{}")
        before = service.lists()
        window.click_until(lambda: service.lists() > before, REFRESH)
        window.fill(START, "28.11.2090 10:00")
        window.click_until(lambda: service.control("meetings"), INVITE)

    def test_it_removes_the_selected_call(self, demo, window, service):
        petr, before = service.control("invitations", PETR), service.lists()
        window.click_until(lambda: service.lists() > before, REFRESH)
        assert window.shows("Videohovorů v seznamu: 2"), f"the window says how many calls the list has: {window.text()}"
        # the first clicks select nothing: the button alone, and a row that is not drawn yet
        window.click_until(lambda: any(service.removed()), REMOVE, demo.rows[1], REMOVE)
        asked = [dict(request["fields"])["meet_id"] for request in service.control("requests") if request["path"] == "/api_meet_remove/"]
        assert service.removed() == [False, True] and asked == [petr["meet_id"]], "a click on Zrušit removes the selected call and no other"
        assert window.shows("Videohovor je zrušen."), f"and the window says so: {window.text()}"

    def test_it_sees_what_others_do(self, demo, window, service):
        before = service.lists()
        window.click_until(lambda: service.lists() > before, REFRESH)
        assert window.shows("Seznam se sleduje každou minutu."), f"the window says that it watches the list: {window.text()}"
        asked = service.lists()
        service.control("invitations", PETR.replace(b"23 10:00", b"26 10:00"))
        assert until(lambda: service.lists() > asked, WATCHES_WITHIN), "and asks for it without a click"
        assert window.shows("Nově v seznamu: Petr Novák"), f"and says what is new: {window.text()}"

    def test_it_gives_up_a_call(self, demo, window, service):
        listed = service.lists()
        window.click_until(lambda: service.lists() > listed, REFRESH)  # the next list that is not asked for by a click is a minute away
        service.control("faults", b'{"path":"/api_meet_list/","delay_ms":%d}' % SLOW)
        before = service.lists()
        assert window.click_until(lambda: service.lists() == before + 1, REFRESH), "a list that is asked for is waited for"
        window.click(CANCEL)
        assert window.shows("Čekání na službu bylo přerušeno."), f"a call that takes too long is given up on a click: {window.text()}"
        assert window.click_until(lambda: service.lists() > before + 1, REFRESH), "and the window works on"

    def test_it_looks_after_an_invitation_was_given_up(self, demo, window, service):
        service.control("reset", b"{}")
        window.click_until(service.lists, REFRESH)  # a token kept from before the reset would be refused, and that refusal would be what is late
        service.control("faults", b'{"path":"/api_meet_add/","delay_ms":%d}' % SLOW)
        window.click_until(lambda: service.control("meetings"), INVITE)
        before = service.lists()
        window.click(CANCEL)
        assert until(lambda: service.lists() > before, PATIENCE), "an invitation that was given up under way is looked for in the list"
        assert window.shows("Služba mohla požadavek přesto provést: podívejte se do seznamu."), f"and the window says so: {window.text()}"


class OnItsOwn:
    def test_it_tells_an_error_to_its_end(self, demo):
        with sandbox_at(demo) as sandbox, demo.window(VIDEODOKTOR_URL=sandbox.https) as window:
            assert window.shows(UNTRUSTED), f"an unknown authority is told from the beginning: {window.text()}"
            assert window.shows(UNTRUSTED_END), f"to its end: {window.text()}"
            window.type_into(EMAIL, "@@")  # wrong wherever in the address it comes to stand
            told = window.click_until(lambda: window.reads("například jana@example.cz."), INVITE)
            assert told, f"what is wrong with a field is told without asking the service: {window.text()}"

    def test_it_runs_without_settings(self, demo):
        with default_port() as place, sandbox_at(demo, place) as sandbox, demo.window() as window:
            service = Service(sandbox)
            assert window.shows(f"Sandbox na adrese http://{place} (bez nastavení)"), f"without settings the window says that it uses the sandbox: {window.text()}"
            assert window.click_until(lambda: service.control("meetings"), INVITE), "and invites there"
            assert window.shows("Pacient je pozván: Jana Nováková"), f"and says so: {window.text()}"
            window.picture(demo.taken)

    def test_it_says_how_to_start_the_sandbox(self, demo):
        with default_port(), demo.window() as window:
            assert window.shows("spusťte videodoktor-sandbox, nebo nastavte proměnnou VIDEODOKTOR_URL."), f"where no sandbox runs the window says so: {window.text()}"

    def test_it_looks_as_its_page_shows_it(self, demo):
        """The picture in the page is the one that this test has taken, but for the date."""
        compared = screen.pixels_apart(demo.taken, demo.kept)
        assert compared is not None and compared <= PIXELS_APART, f"{demo.kept.name} shows the window as it is: {compared} of its pixels differ: look at {demo.taken}, and copy it to {demo.kept}"
