"""Whether every rival does the same work: the sandbox's journal and the control API's list are the judges."""

import json
import os
import subprocess
import tempfile

import counting
import figures
import places
import rivals
from points import csharp
from rivals import CURL, OURS, Rival
from stage import Stage
from tally import check

FIELDS = 9
INVITED = {"pacient_jmeno": "Jana Nováková", "pacient_email": "jana@example.cz", "pacient_telefon": "777123456", "pacient_narozen": "1980", "meet_start": "23.11.2030.10.00"}
ANOTHER_AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"


def run():
    with Stage() as stage:
        shown = {}
        for way in rivals.ALL:
            shown[way] = the_list_is_read(stage, way)
            requests_are_counted(stage, way)
            an_unknown_authority_is_refused(stage, way)
        check(len({json.dumps(fields) for fields in shown.values()}) == 1, "every rival reads the same texts into its fields", str(shown)[:300])
        the_readers_of_csharp_read_the_same(stage)
        threads_make_their_calls(stage)
        the_witnesses_see(stage)
        instructions_are_counted(stage)
    growth_is_seen()


def the_list_is_read(stage, way):
    with Rival(way, stage.account()) as rival:
        shown = rival.obey("show")
    expected = [(meeting["meet_id"], meeting["pacient_jmeno"], meeting["pacient_telefon"]) for meeting in stage.asked("meetings") if meeting["practice"] == 0]
    read = [(fields[0], fields[5], fields[7]) for fields in shown]
    whole = all(len(fields) == FIELDS and all(fields) for fields in shown)
    check(read == expected and whole, f"{way.name} reads every field of every meeting", f"{read[:2]} for {expected[:2]}")
    return shown


def requests_are_counted(stage, way):
    """Ours keeps one token ready for a call that does not come: one request more for all calls together."""
    before, calls = stage.counted(), 3
    connected = stage.asked("counters")["connections"]
    with Rival(way, stage.account(practice=1)) as rival:
        rival.obey(f"list {calls}")
        rival.obey(f"add {calls}")
    after = stage.counted()
    done = {path: after.get(path, 0) - before.get(path, 0) for path in ("/api_verify/", "/api_meet_list/", "/api_meet_add/")}
    tokens = (2 * calls, 2 * calls + 1) if way is OURS else (2 * calls,)
    right = done["/api_meet_list/"] == calls and done["/api_meet_add/"] == calls and done["/api_verify/"] in tokens
    check(right and sum(after.values()) - sum(before.values()) == sum(done.values()), f"{way.name} makes the calls it is asked for, each with a token", str(done))
    sent = [request for request in stage.asked("requests") if request["path"] == "/api_meet_add/"][-calls:]
    fields = [{name: value for name, value in request["fields"] if name != "token"} for request in sent]
    check(all(one == INVITED for one in fields) and all(one["carried_out"] for one in sent), f"{way.name} sends the invitation's fields", str(fields[:1]))
    # Ours may fetch the next token on a second one.
    most = 2 if way is OURS else 1
    opened = len({request["connection"] for request in stage.asked("requests") if request["connection"] > connected})
    check(opened <= most, f"{way.name} keeps its connection alive", f"{opened} connections")


def an_unknown_authority_is_refused(stage, way):
    before = sum(stage.counted().values())
    account = stage.account()
    account[1] = ANOTHER_AUTHORITY
    done = subprocess.run([*way.command, *account], input="list 1\n", capture_output=True, text=True, timeout=60, env=rivals.environment(account))
    untouched = sum(stage.counted().values()) == before
    check(done.returncode != 0 and untouched and '"count"' not in done.stdout, f"{way.name} verifies TLS", done.stdout[:200])


def the_readers_of_csharp_read_the_same(stage):
    for way in csharp.WAYS:
        with Rival(way, stage.account(), VIDEODOKTOR_LIBRARY=places.LIBRARY) as rival:
            check(rival.obey("same") is True, f"the binding, waiting or not, reads the texts that the runtime reads: {way.name}")
            rows = [rival.obey(f"{reader} 2")["rows"] for reader in csharp.READERS]
            check(rows == [20] * len(csharp.READERS), f"each reader of {way.name} reads the whole list", str(rows))


def threads_make_their_calls(stage):
    first = 8 * 5  # FIRST_CALLS of rivals/c/main.c
    for way, order in ((OURS, "threads 8 40 one"), (OURS, "threads 8 40 own"), (CURL, "threads 8 40 own")):
        before = stage.counted().get("/api_meet_list/", 0)
        with Rival(way, stage.account()) as rival:
            rival.obey(order)
        made = stage.counted()["/api_meet_list/"] - before
        check(made == 40 + first, f"{way.name} makes 40 calls on 8 threads, behind five of each to connect ('{order}')", f"{made}")


def the_witnesses_see(stage):
    with tempfile.TemporaryDirectory() as folder:
        heap = counting.heap(OURS, stage.account(), "fetch 1", os.path.join(folder, "heap"))
        check(heap["peak"] > 20 * 300 and heap["allocations"] > 100, "the heap's witness sees the library's allocations", str(heap))
        for way in (OURS, CURL):
            events = [what for _, what, _ in counting.timeline(way, stage.account(), os.path.join(folder, "timeline"))]
            order = [events.index(what) if what in events else -1 for what in ("main", "opened", "connect", "send", "received", "text", "read")]
            check(order == sorted(order) and order[0] >= 0, f"the timeline of {way.name} has its moments in order", str(events))


def instructions_are_counted(stage):
    """The slope over the number of calls: what starting costs is in neither."""
    counted = [counting.instructions(CURL, stage.account(), f"list {calls}") for calls in (2, 4)]
    check(0 < counted[1] - counted[0] < counted[0], "instructions are counted, and those of a call are fewer than those of a start", str(counted))


def growth_is_seen():
    ns = (1, 10, 100, 1000)
    for power in (0.5, 1, 2):
        found = figures.exponent([(n, 7 * n**power) for n in ns])
        check(abs(found - power) < 1e-9, f"a cost that grows with the power {power} is seen to", str(found))
