"""Whether every competitor does the same work: the sandbox's journal and the control API's list are the judges."""

import json
import os
import subprocess
import tempfile

import competitors
import counting
import figures
import paths
import pytest
from competitors import CURL, OURS, Competitor
from points import bindings
from stage import Stage

FIELDS = 9
INVITED = {"pacient_jmeno": "Jana Nováková", "pacient_email": "jana@example.cz", "pacient_telefon": "777123456", "pacient_narozen": "1980", "meet_start": "23.11.2030.10.00"}
ANOTHER_AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"


@pytest.fixture(scope="module")
def stage():
    with Stage() as started:
        yield started


every_competitor = pytest.mark.parametrize("way", competitors.ALL, ids=lambda way: way.key)


def test_every_competitor_reads_every_field_of_every_meeting(stage):
    shown = [list_read_by(way, stage) for way in competitors.ALL]
    assert len({json.dumps(fields) for fields in shown}) == 1, str(shown)[:300]


def list_read_by(way, stage):
    with Competitor(way, stage.account()) as competitor:
        shown = competitor.obey("show")
    expected = [(meeting["meet_id"], meeting["pacient_jmeno"], meeting["pacient_telefon"]) for meeting in stage.asked("meetings") if meeting["practice"] == 0]
    read = [(fields[0], fields[5], fields[7]) for fields in shown]
    whole = all(len(fields) == FIELDS and all(fields) for fields in shown)
    assert read == expected and whole, f"{way.name} reads every field of every meeting: {read[:2]} for {expected[:2]}"
    return shown


@every_competitor
def test_each_call_is_one_request_with_a_token(stage, way):
    """Ours keeps one token ready for a call that does not come: one request more for all calls together."""
    before, calls = stage.counted(), 3
    connected = stage.asked("counters")["connections"]
    with Competitor(way, stage.account(practice=1)) as competitor:
        competitor.obey(f"list {calls}")
        competitor.obey(f"add {calls}")
    after = stage.counted()
    done = {path: after.get(path, 0) - before.get(path, 0) for path in ("/api_verify/", "/api_meet_list/", "/api_meet_add/")}
    tokens = (2 * calls, 2 * calls + 1) if way is OURS else (2 * calls,)
    right = done["/api_meet_list/"] == calls and done["/api_meet_add/"] == calls and done["/api_verify/"] in tokens
    assert right and sum(after.values()) - sum(before.values()) == sum(done.values()), f"{way.name} makes the calls it is asked for, each with a token: {done}"
    sent = [request for request in stage.asked("requests") if request["path"] == "/api_meet_add/"][-calls:]
    fields = [{name: value for name, value in request["fields"] if name != "token"} for request in sent]
    assert all(one == INVITED for one in fields) and all(one["carried_out"] for one in sent), f"{way.name} sends the invitation's fields: {fields[:1]}"
    # Ours may fetch the next token on a second one.
    most = 2 if way is OURS else 1
    opened = len({request["connection"] for request in stage.asked("requests") if request["connection"] > connected})
    assert opened <= most, f"{way.name} keeps its connection alive: {opened} connections"


@every_competitor
def test_an_unknown_authority_is_refused(stage, way):
    before = sum(stage.counted().values())
    account = stage.account()
    account[1] = ANOTHER_AUTHORITY
    done = subprocess.run([*way.command, *account], input="list 1\n", capture_output=True, text=True, timeout=60, env=competitors.environment(account))
    untouched = sum(stage.counted().values()) == before
    assert done.returncode != 0 and untouched and '"count"' not in done.stdout, f"{way.name} verifies TLS: {done.stdout[:200]}"


@pytest.mark.parametrize("way", bindings.READERS, ids=lambda way: way.key)
def test_the_readers_of_a_language_read_the_same(stage, way):
    with Competitor(way, stage.account(), VIDEODOKTOR_LIBRARY=paths.LIBRARY) as competitor:
        assert competitor.obey("same") is True, "the binding, waiting or not, reads the texts that the runtime reads"
        assert [competitor.obey(f"{reader} 2")["rows"] for reader in bindings.READERS[way]] == [20] * len(bindings.READERS[way])


def test_threads_make_their_calls(stage):
    first = 8 * 5  # FIRST_CALLS of competitors/c/main.c
    for way, order in ((OURS, "threads 8 40 one"), (OURS, "threads 8 40 own"), (CURL, "threads 8 40 own")):
        before = stage.counted().get("/api_meet_list/", 0)
        with Competitor(way, stage.account()) as competitor:
            competitor.obey(order)
        made = stage.counted()["/api_meet_list/"] - before
        assert made == 40 + first, f"{way.name} makes 40 calls on 8 threads, behind five of each to connect ('{order}'): {made}"


def test_the_preload_probes_see(stage):
    with tempfile.TemporaryDirectory() as folder:
        heap = counting.heap(OURS, stage.account(), "fetch 1", os.path.join(folder, "heap"))
        assert heap["peak"] > 20 * 300 and heap["allocations"] > 100, f"the heap's probe sees the library's allocations: {heap}"
        for way in (OURS, CURL):
            events = [what for _, what, _ in counting.timeline(way, stage.account(), os.path.join(folder, "timeline"))]
            order = [events.index(what) if what in events else -1 for what in ("main", "opened", "connect", "send", "received", "text", "read")]
            assert order == sorted(order) and order[0] >= 0, f"the timeline of {way.name} has its moments in order: {events}"


def test_instructions_are_counted(stage):
    """The slope over the number of calls: what starting costs is in neither."""
    counted = [counting.instructions(CURL, stage.account(), f"list {calls}") for calls in (2, 4)]
    assert 0 < counted[1] - counted[0] < counted[0], f"instructions are counted, and those of a call are fewer than those of a start: {counted}"


def test_growth_is_seen():
    ns = (1, 10, 100, 1000)
    for power in (0.5, 1, 2):
        found = figures.exponent([(n, 7 * n**power) for n in ns])
        assert abs(found - power) < 1e-9, f"a cost that grows with the power {power} is seen to: {found}"
