"""3. Processor time and instructions of a warm call at no delay."""

import contextlib

import competitors
import counting
from competitors import CURL, OURS, UREQ, Competitor
from figures import median, readable, spread, us
from report import table

from points.warm_calls import ACTS

NUMBER, TITLE = 3, "Processor time of a call"
TURNS, CALLS = 8, 25
FEW, MANY = 10, 40


def measure(stage):
    took = {act: {way.key: [] for way in competitors.ALL} for act in ACTS}
    with contextlib.ExitStack() as running:
        turns = [(way, act, running.enter_context(Competitor(way, stage.account(0, practice)))) for act, practice in ACTS.items() for way in competitors.ALL]
        for way, act, competitor in turns:
            competitor.obey(f"{act} {CALLS}")
        for _ in range(TURNS):
            for way, act, competitor in turns:
                before = competitor.processor_time()
                competitor.obey(f"{act} {CALLS}")
                took[act][way.key].append((competitor.processor_time() - before) / CALLS)
    instructions = {act: {way.key: counting.instructions_per_call(way, stage.account(0, practice), act, FEW, MANY) for way in (OURS, CURL, UREQ)}
        for act, practice in ACTS.items()}
    unread = {way.key: counting.instructions_per_call(way, stage.account(), "fetch", FEW, MANY) for way in (OURS, CURL)}
    system_calls = {way.key: counting.system_calls_per_call(way, stage.account(0, ACTS["add"]), "add", FEW, MANY) for way in (OURS, CURL, UREQ)}
    return {"took": took, "instructions": instructions, "unread": unread, "system_calls": system_calls}


def lines(found):
    rows = []
    for way in competitors.ALL:
        cells = []
        for act in ACTS:
            values = [us(value) for value in found["took"][act][way.key]]
            low, high = spread(values)
            cells.append(f"{readable(median(values))} ({readable(low)} to {readable(high)})")
            counted = found["instructions"][act].get(way.key)
            cells.append(f"{counted / 1e3:,.0f}" if counted else "")
        unread = found["unread"].get(way.key)
        rows.append([way.name, *cells, f"{unread / 1e3:,.0f}" if unread else ""])
    head = ["two requests, both threads' and the system's work included"]
    for act in ACTS:
        head += [f"`meet_{act}`, µs (middle half)", f"`meet_{act}`, thousand instructions"]
    yield from table([*head, "a list as text only"], rows)
    yield ""
    for way in (OURS, CURL, UREQ):
        often = sorted(found["system_calls"][way.key].items(), key=lambda name_and_slope: -name_and_slope[1])
        yield f"System calls of a `meet_add`, {way.name}: {sum(slope for _, slope in often):.0f} ({', '.join(f'{name} {slope:.1f}' for name, slope in often)})."
        yield ""
    yield "Instructions are callgrind's, outside the kernel: they come out the same however busy the machine is. The list has 20 meetings."


def goals(found):
    for act in ACTS:
        ours, theirs = (median(found["took"][act][way.key]) for way in (OURS, CURL))
        yield f"processor time of `meet_{act}`, × libcurl's", "≤ 1.0", f"{ours / theirs:.2f}", ours <= theirs
        ours, theirs = (found["instructions"][act][way.key] for way in (OURS, CURL))
        yield f"instructions of `meet_{act}`, × libcurl's", "≤ 1.0", f"{ours / theirs:.2f}", ours <= theirs
