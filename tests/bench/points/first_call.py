"""2. The first call of a process, from its start with all libraries loaded to the meetings in their fields; and where the time goes."""

import subprocess
import tempfile
import time

import competitors
import counting
import paths
from competitors import CSHARP, CURL, OURS, REQUESTS, UREQ
from figures import median, ms, readable, spread
from report import table
from stage import DELAYS

NUMBER, TITLE = 2, "First call of a process"
COUNTED = (OURS, CURL, UREQ)
TIMES, TIMES_OF_SLOW_STARTERS = 9, 3
STEPS = ["loading", "client", "look-up, TCP", "roots, ClientHello", "TLS on the line", "certificate, request", "token on the line", "next request",
    "call on the line", "text", "fields"]


def measure(stage):
    took = {way.key: {str(delay): [] for delay in DELAYS} for way in competitors.ALL}
    steps = {way.key: {str(delay): [] for delay in DELAYS} for way in (OURS, CURL)}
    nothing = [until_first_line([paths.program("nothing")], None, "") for _ in range(TIMES)]
    for delay in DELAYS:
        account = stage.account(delay)
        for turn in range(TIMES):
            for way in competitors.ALL:
                if turn < TIMES_OF_SLOW_STARTERS or way not in (CSHARP, REQUESTS):
                    took[way.key][str(delay)].append(until_first_line([*way.command, *account], competitors.environment(account), "list 1\n"))
            for way in (OURS, CURL):
                with tempfile.TemporaryDirectory() as folder:
                    steps[way.key][str(delay)].append(divided(counting.timeline(way, account, f"{folder}/timeline")))
    instructions = {way.key: counting.instructions(way, stage.account(), "list 1") for way in COUNTED}
    return {"took": took, "steps": steps, "nothing": nothing, "instructions": instructions}


def until_first_line(command, env, order):
    with tempfile.TemporaryFile("w+") as orders:
        orders.write(order)
        orders.seek(0)
        began = time.monotonic_ns()
        with subprocess.Popen(command, stdin=orders, stdout=subprocess.PIPE, env=env) as process:
            line = process.stdout.readline()
            took = time.monotonic_ns() - began
    if order and not line:
        raise RuntimeError(f"{command[0]} did not answer")
    return took


def divided(events):
    """Nanoseconds of each of STEPS. On the line: from a request's first byte sent to its answer's last byte received."""
    at = {}
    for moment, what, _ in events:
        at.setdefault(what, moment)
    calls = [event for event in events if event[0] <= at["text"]]  # then the next token is fetched
    exchanges, sending = [], False
    for moment, what, _ in calls:
        if what == "send" and not sending:
            exchanges.append([moment, moment])
        if what in ("send", "received"):
            sending = what == "send"
        if what == "received":
            exchanges[-1][1] = moment
    *handshake, (token, token_end), (call, call_end) = [exchange for exchange in exchanges if exchange[1] > exchange[0]]
    (tls, _), (_, tls_end) = handshake[0], handshake[-1]  # where the server's hello comes in two pieces, the client answers each
    connected = max(moment for moment, what, _ in calls if what in ("connecting", "connected") and moment < tls)
    reached = [at["main"], at["opened"], connected, tls, tls_end, token, token_end, call, call_end, at["text"], at["read"]]
    return [later - earlier for earlier, later in zip([0, *reached], reached)]


def lines(found):
    rows = []
    for way in competitors.ALL:
        counted = found["instructions"].get(way.key)
        rows.append([way.name, *(cell(found["took"][way.key][str(delay)]) for delay in DELAYS), f"{counted / 1e6:,.1f}" if counted else ""])
    yield from table(["from the start of the process, ms (middle half)", *(f"{delay} ms each way" for delay in DELAYS), "million instructions"], rows)
    yield ""
    yield f"A program that does nothing takes {readable(ms(median(found['nothing'])))} ms. TCP's own round trip is not in these figures: the delaying proxy accepts at once."
    yield ""
    rows = []
    for way in (OURS, CURL):
        for delay in (0, 30):
            divisions = found["steps"][way.key][str(delay)]
            rows.append([f"{way.name}, {delay} ms", *(readable(ms(median(column))) for column in zip(*divisions))])
    yield from table(["where each millisecond goes", *STEPS], rows)


def cell(nanoseconds):
    values = [ms(value) for value in nanoseconds]
    low, high = spread(values)
    return f"{readable(median(values))} ({readable(low)} to {readable(high)})"


def goals(found):
    ours, theirs = (found["instructions"][way.key] / 1e6 for way in (OURS, CURL))
    yield "first call, million instructions", f"≤ libcurl's {theirs:.1f}", f"{ours:.1f}", ours <= theirs
    for delay in DELAYS:
        ours, theirs = (ms(median(found["took"][way.key][str(delay)])) for way in (OURS, CURL))
        yield f"first call at {delay} ms each way, ms", f"≤ libcurl's {readable(theirs)}", readable(ours), ours <= theirs
