"""5. A list of 20,000 meetings: processor time and peak of the heap, beside reading the bytes and parsing them once."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import counting
import paths
from competitors import CURL, OURS, UREQ, Competitor
from figures import median, ms, readable
from report import table

NUMBER, TITLE = 5, "A list of 20,000 meetings"
MEETINGS, TURNS = 20_000, 7
WORKS = {
    "videodoktor: checked, typed, as text": (OURS, "fetch"),
    "bytes, one `serde_json` parse into nine fields": (UREQ, "bytes"),
    "bytes, one `serde_json` parse into a `Value`": (UREQ, "value"),
    "libcurl, the bytes alone": (CURL, "fetch"),
    "libcurl, cJSON, nine fields": (CURL, "list"),
}
OURS_NAME, PARSED = list(WORKS)[:2]
COUNTED = list(WORKS)[:3]


def measure(stage):
    stage.grow_list_to(MEETINGS)
    took = {name: [] for name in WORKS}
    with contextlib.ExitStack() as running:
        turns = [(name, act, running.enter_context(Competitor(way, stage.account()))) for name, (way, act) in WORKS.items()]
        for _ in range(TURNS + 1):
            for name, act, competitor in turns:
                before = competitor.processor_time()
                competitor.obey(f"{act} 1")
                took[name].append(competitor.processor_time() - before)
    peaks = {name: counting.heap(way, stage.account(), f"{act} 1", paths.scratch("heap.json"))["peak"] for name, (way, act) in WORKS.items()}
    with ThreadPoolExecutor(2) as two:
        counted = list(two.map(lambda name: counting.instructions_per_call(WORKS[name][0], stage.account(), WORKS[name][1], 1, 2), COUNTED))
    with Competitor(CURL, stage.account()) as competitor:
        body = competitor.obey("fetch 1")["count"]
    return {"took": {name: values[1:] for name, values in took.items()}, "peaks": peaks, "instructions": dict(zip(COUNTED, counted)), "body": body}


def lines(found):
    body = found["body"]
    rows = []
    for name in WORKS:
        counted = found["instructions"].get(name)
        peak = found["peaks"][name]
        rows.append([name, readable(ms(median(found["took"][name]))), f"{counted / 1e6:,.0f}" if counted else "", f"{peak / 1e6:.1f}", f"{peak / body:.2f}"])
    yield from table([f"a reply of {body / 1e6:.1f} MB", "processor time, ms", "million instructions", "peak of the heap, MB", "× the reply"], rows)


def goals(found):
    ours, parsed = (median(found["took"][name]) for name in (OURS_NAME, PARSED))
    yield "list of 20,000: processor time, × bytes and one parse into fields", "≤ 1.0", f"{ours / parsed:.2f}", ours <= parsed
    ours, parsed = (found["instructions"][name] for name in (OURS_NAME, PARSED))
    yield "list of 20,000: instructions, × bytes and one parse into fields", "≤ 1.0", f"{ours / parsed:.2f}", ours <= parsed
    peak = found["peaks"][OURS_NAME] / found["body"]
    yield "list of 20,000: peak of the heap, × the reply", "≤ 3.0", f"{peak:.2f}", peak <= 3
