"""1. A warm call at several delays of the line: time, in round trips."""

import contextlib
import time

import competitors
from competitors import CURL, OURS, Competitor
from figures import median, ms, readable, spread
from report import table
from stage import DELAYS

NUMBER, TITLE = 1, "Warm call"
ACTS = {"list": 0, "add": 1}  # and the practice that is used for it
WARM_UP = 2  # calls at the beginning of each turn that do not count
ROUNDS = {0: (5, 10), 10: (4, 5), 30: (5, 4), 80: (2, 3)}  # turns, and calls that count in each
PAUSED_AT, PAUSE_S, PAUSES = 30, 3.0, 5
MOST_ROUND_TRIPS = 1.05


def measure(stage):
    took = {act: {way.key: {} for way in competitors.ALL} for act in ACTS}
    bare = {}
    paused = {act: {way.key: [] for way in competitors.ALL} for act in ACTS}
    for delay in DELAYS:
        with contextlib.ExitStack() as running:
            turns = [(way, act, running.enter_context(Competitor(way, stage.account(delay, practice)))) for act, practice in ACTS.items() for way in competitors.ALL]
            pinging = running.enter_context(Competitor(CURL, stage.account(delay)))
            rounds, calls = ROUNDS[delay]
            for _ in range(rounds):
                bare.setdefault(str(delay), []).extend(pinging.nanoseconds(f"ping {WARM_UP + calls}")[WARM_UP:])
                for way, act, competitor in turns:
                    took[act][way.key].setdefault(str(delay), []).extend(competitor.nanoseconds(f"{act} {WARM_UP + calls}")[WARM_UP:])
            if delay == PAUSED_AT:
                after_pauses(turns, paused)
    return {"took": took, "paused": paused, "bare": bare}


def after_pauses(turns, paused):
    """The doctor comes back after a while: every connection has been idle for so long, and none was closed."""
    for _ in range(PAUSES):
        time.sleep(PAUSE_S)  # the pause is what is measured
        for way, act, competitor in turns:
            paused[act][way.key] += competitor.nanoseconds(f"{act} 1")


def round_trips(found, act, way, delay):
    return ms(median(found["took"][act][way.key][str(delay)])) / (2 * delay)


def lines(found):
    for act in ACTS:
        rows = []
        for way in competitors.ALL:
            cells = [cell(found["took"][act][way.key][str(delay)], delay) for delay in DELAYS]
            rows.append([way.name, *cells, cell(found["paused"][act][way.key], PAUSED_AT)])
        rows.append(["one bare request, libcurl", *(cell(found["bare"][str(delay)], delay) for delay in DELAYS), ""])
        head = [f"`meet_{act}`, ms (middle half), round trips", *(f"{delay} ms each way" for delay in DELAYS), f"{PAUSED_AT} ms, after {PAUSE_S:.0f} s of pause"]
        yield from table(head, rows)
        yield ""
    yield "Free Pascal's 40 ms a request at small delays are its own: it sends head and body apart, and the system waits for the acknowledgement of the one before it sends the other."


def cell(nanoseconds, delay):
    values = [ms(value) for value in nanoseconds]
    low, high = spread(values)
    trips = f", {median(values) / (2 * delay):.2f}" if delay else ""
    return f"{readable(median(values))} ({readable(low)} to {readable(high)}){trips}"


def goals(found):
    for act in ACTS:
        trips = round_trips(found, act, OURS, 30)
        yield f"warm `meet_{act}` at 30 ms, round trips", f"≤ {MOST_ROUND_TRIPS}", f"{trips:.3f}", trips <= MOST_ROUND_TRIPS
